//! The server as HTTP: connections, framing, faults, journal, stopping.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::client::Client;
use openclaw_upstream::{
    Echo, Form, Outcome, Received, Reply, Script, Upstream, When, anthropic, google, ollama, openai,
};

const SOON: Duration = Duration::from_secs(5);

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn always(reply: Reply) -> (Upstream, Client) {
    started(Script::new().otherwise(reply))
}

fn started(script: Script) -> (Upstream, Client) {
    let upstream = Upstream::start(script).expect("a free port");
    let client = Client::to(upstream.address());
    (upstream, client)
}

#[test]
fn a_connection_serves_many_requests() {
    let (upstream, mut client) = always(Reply::full(200, "hello"));
    for _ in 0..3 {
        let reply = client.get("/a");
        assert_eq!((reply.status, reply.text()), (200, "hello"));
    }
    // Sent before the first reply is read.
    client.send(
        "GET /b HTTP/1.1\r\nHost: h\r\n\r\nGET /c HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
    );
    assert_eq!(client.read().header("connection"), None);
    assert_eq!(client.read().header("connection"), Some("close"));
    assert!(client.rest().is_empty());

    let requests = upstream.requests();
    let targets: Vec<&str> = requests.iter().map(|r| r.target.as_str()).collect();
    assert_eq!(targets, ["/a", "/a", "/a", "/b", "/c"]);
    assert!(requests.iter().all(|r| r.connection == 1));
    assert_eq!(upstream.connections(), 1);
}

#[test]
fn request_bodies_come_by_length_or_in_chunks() {
    let (upstream, mut client) = always(Reply::full(204, ""));
    client.post("/length", "", r#"{"stream":true}"#);
    client.send("POST /chunks HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    client.send("3;ext=1\r\nabc\r\n");
    client.send("A\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n");
    assert_eq!(client.read().status, 204);
    client.send(
        "POST /asks HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n",
    );
    assert_eq!(client.read_head().status, 100);
    client.send("ok");
    assert_eq!(client.read().status, 204);

    let requests = upstream.requests();
    assert_eq!(requests[0].json().expect("JSON")["stream"], true);
    assert_eq!(requests[1].text(), "abc0123456789");
    assert_eq!(requests[2].text(), "ok");
}

#[test]
fn a_stream_is_sent_chunk_by_chunk_at_its_pace() {
    let reply = Reply::stream(200, ["one", "two", "three"])
        .every(ms(40))
        .pause_before(2, ms(40));
    let (_upstream, mut client) = always(reply);
    let begun = Instant::now();
    let reply = client.get("/");
    assert!(reply.complete && begun.elapsed() >= ms(120));
    assert_eq!(reply.chunks, [&b"one"[..], b"two", b"three"]);
    // The connection is as good as before.
    assert!(client.get("/").complete);
}

#[test]
fn a_reply_fits_old_and_bodiless_requests() {
    let (_upstream, mut client) = always(Reply::stream(200, ["one", "two"]));
    client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_eq!(client.read_head().status, 200);
    client.send("GET / HTTP/1.0\r\n\r\n");
    let reply = client.read();
    assert_eq!(reply.header("transfer-encoding"), None);
    assert_eq!(reply.text(), "onetwo");
}

#[test]
fn faults_are_what_they_say() {
    struct Case(&'static str, Reply, Option<(&'static str, bool)>);
    let stream = || Reply::stream(200, ["one", "two"]);
    let cases = [
        Case("no reply", Reply::disconnect(), None),
        Case(
            "cut in a chunk",
            stream().cut_after(4),
            Some(("onet", false)),
        ),
        Case(
            "cut between chunks",
            stream().cut_after(3),
            Some(("one", false)),
        ),
        Case(
            "cut before the body",
            stream().cut_after(0),
            Some(("", false)),
        ),
        Case(
            "cut before the last chunk",
            stream().cut_after(99),
            Some(("onetwo", false)),
        ),
        Case(
            "cut by length",
            Reply::full(200, "hello").cut_after(2),
            Some(("he", false)),
        ),
        Case(
            "truncated",
            stream_without_answer().truncated(),
            Some(("", true)),
        ),
        Case("shortened", stream().shortened(5), Some(("onetw", true))),
        Case("dripped", stream().drip(ms(1)), Some(("onetwo", true))),
        Case(
            "slow head",
            stream().slow_head(ms(1)),
            Some(("onetwo", true)),
        ),
        Case(
            "until close",
            stream().until_close(),
            Some(("onetwo", true)),
        ),
        Case(
            "chunked",
            Reply::full(200, "hello").chunked(),
            Some(("hello", true)),
        ),
        Case(
            "raw",
            Reply::raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi"),
            Some(("hi", false)),
        ),
        Case("raw noise", Reply::raw("noise"), None),
    ];
    for Case(name, reply, want) in cases {
        let (upstream, mut client) = always(reply);
        client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        let reply = client.try_read();
        let got = reply.as_ref().map(|reply| (reply.text(), reply.complete));
        assert_eq!(got, want, "{name}");
        assert!(
            upstream.wait_until(SOON, |requests| requests[0].outcome == Outcome::Sent),
            "{name}"
        );
    }
}

/// A stream of which nothing comes before the vendor's completion mark.
fn stream_without_answer() -> Reply {
    ollama::stream(&[])
}

#[test]
fn a_drip_is_one_byte_a_chunk() {
    let (_upstream, mut client) = always(Reply::full(200, "abc").drip(ms(20)));
    let begun = Instant::now();
    assert_eq!(client.get("/").chunks, [b"a", b"b", b"c"]);
    assert!(begun.elapsed() >= ms(40));
}

#[test]
fn silence_lasts_until_the_client_leaves() {
    let stalls = [
        (Reply::silence(), ""),
        (Reply::stream(200, ["one", "two"]).stall_after(3), "one"),
        (Reply::full(200, "hello").stall_after(2), "he"),
        (Reply::stream(200, ["one"]).stall_after(99), "one"),
    ];
    for (reply, heard) in stalls {
        let (upstream, mut client) = always(reply);
        client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        if !heard.is_empty() {
            client.read_up_to(heard);
        }
        assert!(client.hears_nothing_for(ms(50)));
        assert_eq!(upstream.requests()[0].outcome, Outcome::Underway);
        drop(client);
        let left = |requests: &[Received]| requests[0].outcome == Outcome::ClientLeft;
        assert!(upstream.wait_until(SOON, left));
    }
}

#[test]
fn slow_headers_are_waited_for() {
    let (_upstream, mut client) = always(Reply::full(200, "").after(ms(80)));
    let begun = Instant::now();
    client.get("/");
    assert!(begun.elapsed() >= ms(80));
}

#[test]
fn a_huge_body_is_not_kept_in_memory() {
    let (upstream, mut client) = always(Reply::huge(u64::MAX));
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    let head = client.read_head();
    assert_eq!(
        head.header("content-length"),
        Some(u64::MAX.to_string().as_str())
    );
    // The server is stuck in a full socket now, and stops all the same.
    let begun = Instant::now();
    upstream.stop();
    assert!(begun.elapsed() < SOON);

    let (_upstream, mut client) = always(Reply::huge(100_000).split(30_000));
    let reply = client.get("/");
    assert_eq!((reply.body.len(), reply.chunks.len()), (100_000, 4));
}

#[test]
fn redirects_and_encodings_are_declared() {
    let (_upstream, mut client) = always(Reply::redirect(307, "http://127.0.0.1:9/else"));
    let reply = client.get("/");
    assert_eq!(
        (reply.status, reply.header("location")),
        (307, Some("http://127.0.0.1:9/else"))
    );

    let (_upstream, mut client) = always(Reply::full(200, "hello").gzip());
    let reply = client.get("/");
    assert_eq!(reply.header("content-encoding"), Some("gzip"));
    assert_eq!(reply.body[..2], [0x1f, 0x8b]);
    assert_eq!(reply.body[15..20], *b"hello");
}

#[test]
fn a_reply_cannot_break_its_own_head() {
    let reply = Reply::full(200, "ok")
        .header("x-bad", "a\r\nx-forged: b")
        .header("Content-Length", "99");
    let (_upstream, mut client) = always(reply);
    let reply = client.get("/");
    assert_eq!(reply.header("x-bad"), Some("a  x-forged: b"));
    assert_eq!((reply.text(), reply.complete), ("ok", true));
}

#[test]
fn rules_are_tried_in_order() {
    let name = |name: &str| Reply::full(200, name);
    let script = Script::new()
        .on(When::post("/v1").credential("k1").nth(1), name("k1 first"))
        .on(When::post("/v1").credential("k1").nth(2), name("k1 second"))
        .on(
            When::post("/v1").credential("k1").calls(..=3),
            name("k1 third"),
        )
        .on(When::post("/v1").credential("k2"), name("k2"))
        .on(When::post("/v1").header("X-Tenant", "a"), name("tenant"))
        .on(When::post("/v1").json("/stream", true), name("stream"))
        .on(When::get("/v1").target_contains("alt=sse"), name("sse"))
        .on(When::path("/fn"), |request: &Received| {
            Reply::full(200, format!("{} {}", request.method, request.path()))
        });
    let (upstream, mut client) = started(script);
    let mut said =
        |headers: &str, body: &str| client.post("/v1/x", headers, body).text().to_owned();
    assert_eq!(said("X-Api-Key: k1\r\n", ""), "k1 first");
    assert_eq!(said("Authorization: bearer k1\r\n", ""), "k1 second");
    assert_eq!(said("x-goog-api-key: k1\r\n", ""), "k1 third");
    assert!(said("x-goog-api-key: k1\r\n", "").contains("unscripted"));
    assert_eq!(said("Authorization: Bearer k2\r\n", ""), "k2");
    assert_eq!(said("x-tenant: a\r\n", ""), "tenant");
    assert_eq!(said("", r#"{"stream":true}"#), "stream");
    assert!(said("", r#"{"stream":false}"#).contains("unscripted"));
    assert_eq!(client.get("/v1?alt=sse").text(), "sse");
    assert_eq!(client.get("http://else.test/v1?alt=sse").text(), "sse");
    assert_eq!(client.get("/fn?q").text(), "GET /fn");
    let unscripted = client.get("/none");
    assert_eq!(unscripted.status, 404);
    assert!(unscripted.text().contains("no rule for GET /none"));

    let rules: Vec<Option<usize>> = upstream.requests().iter().map(|r| r.rule).collect();
    let want = [0, 1, 2, 9, 3, 4, 5, 9, 6, 6, 7, 9].map(|rule| (rule < 9).then_some(rule));
    assert_eq!(rules, want);

    upstream.follow(Script::new().otherwise(name("new")));
    assert_eq!(client.get("/v1").text(), "new");
}

#[test]
fn broken_requests_are_refused_and_journaled() {
    let cases = [
        ("noise\r\n\r\n", 400, "no request line"),
        ("GET / HTTP/2.0\r\nHost: h\r\n\r\n", 400, "unknown version"),
        ("GET / HTTP/1.1\r\n\r\n", 400, "host"),
        ("GET / HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n", 400, "host"),
        (
            "GET / HTTP/1.1\r\nHost: h\r\nx: a\nforged: b\r\n\r\n",
            400,
            "forbidden",
        ),
        (
            "GET / HTTP/1.1\r\nHost: h\r\nx : a\r\n\r\n",
            400,
            "forbidden",
        ),
        (
            "GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n",
            400,
            "without a colon",
        ),
        (
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
            400,
            "length",
        ),
        (
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            400,
            "length",
        ),
        (
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n+1\r\n",
            400,
            "chunk size",
        ),
        (
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999\r\n\r\n",
            413,
            "too long",
        ),
    ];
    for (request, status, problem) in cases {
        let (upstream, mut client) = always(Reply::full(200, ""));
        client.send(request);
        assert_eq!(client.read().status, status, "{request:?}");
        assert!(client.rest().is_empty());
        let requests = upstream.requests();
        let noted = requests[0].problem.as_deref().expect("a problem");
        assert!(noted.contains(problem), "{noted}");
        assert_eq!((requests.len(), requests[0].rule), (1, None));
    }

    let (upstream, mut client) = always(Reply::full(200, ""));
    client.send("POST /half HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab");
    drop(client);
    assert!(upstream.wait_until(SOON, |requests| !requests.is_empty()));
    let request = upstream.requests().remove(0);
    assert_eq!((request.path(), request.text().as_str()), ("/half", "ab"));
    assert!(
        request
            .problem
            .expect("a problem")
            .contains("ends in the middle")
    );
}

#[test]
fn an_echo_gives_everything_back_in_every_form() {
    for form in Form::ALL {
        let (_upstream, mut client) = started(Script::new().otherwise(Echo::new(form).split(7)));
        let reply = client.post(
            "/p?q",
            "Authorization: Bearer sk-\"1/\u{20}x\r\n",
            "body text",
        );
        let secret = form.apply("Bearer sk-\"1/ x");
        assert!(reply.text().contains(&format!("authorization: {secret}\n")));
        assert!(reply.text().ends_with(&form.apply("body text")));
        assert_eq!(reply.header("x-echo-authorization"), Some(secret.as_str()));
        assert_eq!(
            reply.header("x-echo-body"),
            Some(form.apply("body text").as_str())
        );
        assert!(
            reply
                .chunks
                .iter()
                .rev()
                .skip(1)
                .all(|chunk| chunk.len() == 7)
        );
    }

    let echo = Echo::new(Form::Raw)
        .status(429)
        .into_reply(|text| anthropic::error(200, "rate_limit_error", text));
    let (_upstream, mut client) = started(Script::new().otherwise(echo));
    let reply = client.post("/", "x-api-key: canary\r\n", &"long ".repeat(2000));
    assert_eq!(reply.status, 429);
    assert!(reply.text().contains("x-api-key: canary\\n"));
    assert!(reply.header("x-echo-body").expect("the body").len() < 2000);
}

#[test]
fn stopping_waits_for_nobody() {
    let script = Script::new()
        .on(When::path("/silence"), Reply::silence())
        .on(
            When::path("/slow"),
            Reply::full(200, "").after(Duration::from_secs(600)),
        )
        .on(
            When::path("/drip"),
            Reply::full(200, "abc").drip(Duration::from_secs(600)),
        )
        .on(When::path("/stall"), Reply::full(200, "abc").stall_after(1));
    let upstream = Upstream::start(script).expect("a free port");
    let mut clients = Vec::new();
    for path in ["/silence", "/slow", "/drip", "/stall"] {
        let mut client = Client::to(upstream.address());
        client.send(format!("GET {path} HTTP/1.1\r\nHost: h\r\n\r\n"));
        clients.push(client);
    }
    let idle = Client::to(upstream.address());
    let mut half = Client::to(upstream.address());
    half.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n");
    assert!(upstream.wait_until(SOON, |requests| requests.len() == 4));

    let begun = Instant::now();
    upstream.stop();
    upstream.stop();
    assert!(begun.elapsed() < ms(1000), "{:?}", begun.elapsed());
    let requests = upstream.requests();
    let stopped = |r: &&Received| r.problem.is_none() && r.outcome == Outcome::Stopped;
    assert_eq!(requests.iter().filter(stopped).count(), 4);
    let address = upstream.address();
    drop((upstream, clients, idle, half));
    assert!(std::net::TcpStream::connect(address).is_err());
}

#[test]
fn a_reply_that_panics_takes_only_its_connection_along() {
    let script = Script::new()
        .on(When::path("/bug"), |_: &Received| -> Reply {
            panic!("on purpose")
        })
        .otherwise(Reply::full(200, "fine"));
    let (upstream, mut client) = started(script);
    client.send("GET /bug HTTP/1.1\r\nHost: h\r\n\r\n");
    assert!(client.try_read().is_none());
    let mut other = Client::to(upstream.address());
    assert_eq!(other.get("/").text(), "fine");
}

#[test]
fn only_loopback_is_served() {
    let anywhere: SocketAddr = "0.0.0.0:0".parse().expect("an address");
    assert!(Upstream::start_on(anywhere, Script::new()).is_err());
}

#[test]
fn vendor_streams_can_be_cut_before_they_are_complete() {
    let pieces = ["Grüß", " Gott 👋"];
    let cases = [
        (anthropic::stream(&pieces), "message_stop", 5, 3),
        (
            openai::responses_stream(&pieces),
            "response.completed",
            6,
            4,
        ),
        (openai::chat_stream(&pieces), "[DONE]", 3, 3),
        (google::stream(&pieces), "finishReason", 2, 1),
        (ollama::stream(&pieces), "\"done\":true", 2, 1),
    ];
    for (reply, mark, before, after) in cases {
        let (_upstream, mut client) = always(reply.clone());
        let whole = client.get("/");
        assert!(whole.text().contains(mark) && whole.complete);
        assert_eq!(whole.chunks.len(), before + after, "{mark}");

        let (_upstream, mut client) = always(reply.split(5).truncated());
        let cut = client.get("/");
        assert!(!cut.text().contains(mark) && cut.complete);
        assert!(cut.text().contains("👋") && whole.body.starts_with(&cut.body));
    }
}
