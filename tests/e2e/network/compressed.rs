//! Servers and proxies that compress although they are asked not to.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use serde_json::json;

use super::*;

fn coded(coding: &str, text: &[u8]) -> Vec<u8> {
    fn all(mut encoder: impl std::io::Write, text: &[u8]) {
        encoder.write_all(text).unwrap();
    }
    let level = Compression::default();
    let mut out = Vec::new();
    match coding {
        "gzip" | "x-gzip" | "GZIP" => all(GzEncoder::new(&mut out, level), text),
        "deflate" => all(ZlibEncoder::new(&mut out, level), text),
        "bare" => all(DeflateEncoder::new(&mut out, level), text),
        other => panic!("{other}"),
    }
    out
}

fn compressed(coding: &str, status: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let name = if coding == "bare" { "deflate" } else { coding };
    let encoding = format!("content-encoding: {name}");
    let headers: Vec<&str> = headers.iter().copied().chain([encoding.as_str()]).collect();
    reply(status, &headers, &coded(coding, body))
}

#[test]
fn every_format_is_read_in_every_coding_streamed_and_whole() {
    let sse = "content-type: text/event-stream";
    for coding in ["gzip", "x-gzip", "GZIP", "deflate", "bare"] {
        let body = compressed(coding, "200 OK", &[sse], stream("Hello").as_bytes());
        let server = Server::saying(body);
        assert_eq!(
            lab(&at(server.port), "").openclaw("models run hi").ok(),
            "Hello\n"
        );
        let asked = server.asked();
        assert_eq!(asked[0].headers["accept-encoding"], "identity");
    }
    for (api, body) in whole_answers() {
        let body = compressed(
            "gzip",
            "200 OK",
            &["content-type: application/json"],
            body.as_bytes(),
        );
        let server = Server::saying(body);
        let world = lab_of(api, &at(server.port), "");
        let output = world.openclaw("models run hi --no-stream");
        assert_eq!(output.ok(), "Hello\n", "{api}");
    }
}

#[test]
fn a_compressed_refusal_keeps_its_kind_and_its_wait() {
    let error = br#"{"error":{"message":"slow down","type":"rate_limit_error","code":"rate_limit_exceeded"}}"#;
    let json = "content-type: application/json";
    for (what, body) in [
        (
            "gzip",
            compressed("gzip", "429 Too Many", &[json, "retry-after: 90"], error),
        ),
        // What cannot be read is refused all the same, by its status and headers.
        (
            "br",
            reply(
                "429 Too Many",
                &[json, "retry-after: 90", "content-encoding: br"],
                b"\x0b\x02",
            ),
        ),
        (
            "broken",
            reply(
                "429 Too Many",
                &[json, "retry-after: 90", "content-encoding: gzip"],
                b"no gzip",
            ),
        ),
    ] {
        let server = Server::saying(body);
        let output = lab(&at(server.port), "").openclaw("models run hi --json");
        let error: serde_json::Value = serde_json::from_str(output.failed()).unwrap();
        let failure = error.pointer("/error/data/trail/0/failure").unwrap();
        assert_eq!(failure["kind"], "rate_limit", "{what}: {failure:#}");
        assert_eq!(failure["retryAfterMs"], 90_000, "{what}: {failure:#}");
    }
}

#[test]
fn what_cannot_be_decoded_is_told_in_plain_words() {
    let sse = "content-type: text/event-stream";
    let good = compressed("gzip", "200 OK", &[sse], stream("Hello").as_bytes());
    let bytes = coded("gzip", stream("Hello").as_bytes());
    let cut = reply(
        "200 OK",
        &[sse, "content-encoding: gzip"],
        &bytes[..bytes.len() - 12],
    );
    assert!(cut.len() < good.len());
    for (body, said) in [
        (
            reply("200 OK", &[sse, "content-encoding: br"], b"\x0b\x02"),
            "sent a reply compressed with `br`, which was not asked for: only gzip and deflate are understood",
        ),
        (
            reply(
                "200 OK",
                &[sse, "content-encoding: zstd"],
                b"\x28\xb5\x2f\xfd",
            ),
            "compressed with `zstd`",
        ),
        (
            reply(
                "200 OK",
                &[sse, "content-encoding: gzip"],
                b"not compressed at all",
            ),
            "cannot be decoded",
        ),
    ] {
        let server = Server::saying(body);
        let output = lab(&at(server.port), "").openclaw("models run hi");
        assert!(output.failed().contains(said), "{output}");
    }
}

/// A few kilobytes that stand for gigabytes.
#[test]
fn a_reply_that_unfolds_without_end_is_given_up() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let block = vec![b' '; 1 << 20];
    for _ in 0..200 {
        encoder.write_all(&block).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    assert!(bomb.len() < 1 << 20);
    for status in ["200 OK", "500 Oops"] {
        for content_type in [
            "content-type: application/json",
            "content-type: text/event-stream",
        ] {
            let server = Server::saying(reply(
                status,
                &[content_type, "content-encoding: gzip"],
                &bomb,
            ));
            let output = lab(&at(server.port), "").openclaw("models run hi");
            assert!(output.failed().contains("server error"), "{output}");
        }
    }
}

#[test]
fn an_event_reaches_the_reader_before_the_next_one_is_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (seen, go_on) = mpsc::channel::<()>();
    let server = std::thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            socket.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: gzip\r\nconnection: close\r\n\r\n";
        socket.write_all(head.as_bytes()).unwrap();
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        let event = json!({ "choices": [{ "index": 0, "delta": { "content": "first " } }] });
        write!(encoder, "data: {event}\n\n").unwrap();
        encoder.flush().unwrap();
        socket
            .write_all(&std::mem::take(encoder.get_mut()))
            .unwrap();
        // Only when the first has been printed.
        go_on.recv().unwrap();
        write!(encoder, "{}", stream("second")).unwrap();
        socket.write_all(&encoder.finish().unwrap()).unwrap();
    });
    let world = lab(&at(port), "");
    let mut command = world.command();
    command.args(["models", "run", "hi"]);
    let mut child = command
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = child.stdout.take().unwrap();
    let mut first = [0; 6];
    out.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"first ");
    seen.send(()).unwrap();
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "second\n");
    assert!(child.wait().unwrap().success());
    server.join().unwrap();
}
