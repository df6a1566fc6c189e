//! Facts from a server.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use serde_json::json;

use super::{INDEX, Signer, facts, home, ids, opus};

/// A server on loopback that gives files, and notes what it was asked for.
struct Server {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

/// What is given for a path: a status, a header line, and a body.
type Given = (u16, String, Vec<u8>);

impl Server {
    fn start(given: BTreeMap<String, Given>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let noted = Arc::clone(&asked);
        // It ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { continue };
                let mut head = Vec::new();
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
                    head.push(byte[0]);
                }
                let head = String::from_utf8_lossy(&head).into_owned();
                let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                let nothing = (404, String::new(), Vec::new());
                let (status, header, body) = given.get(&path).unwrap_or(&nothing);
                noted.lock().unwrap().push(path);
                let head = format!(
                    "HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n{header}\r\n",
                    body.len()
                );
                // Whoever has read enough hangs up.
                stream.write_all(head.as_bytes()).ok();
                stream.write_all(body).ok();
            }
        });
        Self { address, asked }
    }
}

fn ok(bytes: impl Into<Vec<u8>>) -> Given {
    (200, String::new(), bytes.into())
}

#[test]
fn facts_come_from_a_server_with_their_signature() {
    let world = home();
    let signer = Signer::new();
    let text = facts("2026-12-01", "anthropic", json!([opus(4.0)])).to_string();
    let server = Server::start(BTreeMap::from([
        ("/c.json?v=1".to_owned(), ok(text.clone())),
        (
            "/c.json.minisig?v=1".to_owned(),
            ok(signer.signature(text.as_bytes())),
        ),
        (
            "/moved".to_owned(),
            (302, "location: /c.json?v=1\r\n".to_owned(), Vec::new()),
        ),
    ]));
    let (at, key) = (&server.address, signer.key());
    let url = format!("{at}/c.json?v=1");
    world
        .openclaw(&format!("models update --from {url} --key {key} --yes"))
        .done();
    assert_eq!(ids(&world, "anthropic"), ["claude-opus-4-5"]);
    let status = world.openclaw("models update status --json").json();
    assert_eq!(
        status["current"]["source"], "http://127.0.0.1:<port>/c.json",
        "what follows a `?` may be a credential"
    );
    let moved = format!("models update --from {at}/moved --signature {at}/c.json.minisig?v=1");
    world.openclaw(&moved).done();
    assert_eq!(
        *server.asked.lock().unwrap(),
        [
            "/c.json?v=1",
            "/c.json.minisig?v=1",
            "/moved",
            "/c.json?v=1",
            "/c.json.minisig?v=1"
        ]
    );
}

#[test]
fn a_server_that_sends_nonsense_changes_nothing() {
    let world = home();
    let away = "location: http://192.0.2.1/c.json\r\n".to_owned();
    let server = Server::start(BTreeMap::from([
        ("/html".to_owned(), ok("<html>login</html>")),
        ("/500".to_owned(), (500, String::new(), Vec::new())),
        ("/away".to_owned(), (302, away, Vec::new())),
        (
            "/loop".to_owned(),
            (302, "location: /loop\r\n".to_owned(), Vec::new()),
        ),
        ("/none".to_owned(), (302, String::new(), Vec::new())),
        ("/huge".to_owned(), ok(vec![b' '; (16 << 20) + 1])),
        (
            "/cut".to_owned(),
            (200, "content-length: 99\r\n".to_owned(), b"{".to_vec()),
        ),
    ]));
    for (path, why) in [
        ("html", "not JSON"),
        ("500", "status 500"),
        ("away", "only https is taken"),
        ("loop", "more than 5 redirects"),
        ("none", "leads nowhere"),
        ("huge", "more than 16777216 bytes"),
        ("cut", "cannot get"),
        ("gone", "the server has no such file"),
    ] {
        let url = format!("{}/{path}", server.address);
        let output = world.openclaw(&format!("models update --from {url} --allow-unsigned"));
        assert!(output.failed().contains(why), "{path}: {output}");
        assert_eq!(world.read(INDEX), None, "{path}");
    }
}
