//! What the gate says is what is dialled, and nothing of the surroundings takes part.

mod support;

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, mpsc};
use std::time::Duration;

use openclaw_core::capability::{Denial, Grant, allows, allows_address};
use openclaw_core::failure::{Failure, FailureKind};
use openclaw_runtime::rights::{ProviderKind, Right, Source};
use openclaw_runtime::{CallError, Provider, Rights};
use openclaw_upstream::{Reply, Script, Upstream, When, anthropic};
use proptest::prelude::*;
use support::{Names, Scene, Stage, asking, run, talk, text_of};

static STAGE: LazyLock<Stage> = LazyLock::new(Stage::cached);

/// Sends `GET <base>/allowed` from inside a guest; tells its code and what it was told.
async fn get(provider: &Provider) -> (String, String) {
    match talk(provider, None, &asking("deny-nothing", "", true)).await {
        Err(CallError::Provider(Failure { code, message, .. })) => {
            (code.unwrap_or_default(), message)
        }
        other => panic!("{other:?}"),
    }
}

/// Sends `POST <base>/echo` from inside a guest; returns all of the reply.
async fn post(provider: &Provider) -> Result<String, CallError> {
    let events = talk(provider, None, &asking("echo", "hello", true)).await?;
    Ok(text_of(&events))
}

fn upstream(reply: Reply) -> Upstream {
    Upstream::start(Script::new().otherwise(reply)).expect("starts")
}

fn hostile(base: impl Into<String>) -> Provider {
    Scene::guest("hostile").base(base).on(&STAGE).0
}

fn told(outcome: Result<String, CallError>) -> String {
    match outcome {
        Err(CallError::Provider(failure)) => failure.message,
        other => panic!("{other:?}"),
    }
}

// ---- verdict and dialled address ----------------------------------------------------------------

/// A connection that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Arrival {
    at: SocketAddr,
    /// Method, target and `Host` of plain HTTP; the server's name of TLS.
    asked: String,
}

/// Listeners on several loopback addresses, with one port.
struct Harbor {
    port: u16,
    arrivals: Arc<Mutex<Vec<Arrival>>>,
    settled: Mutex<mpsc::Receiver<()>>,
    /// Those who use it take turns.
    turn: Mutex<()>,
}

const LOOPBACK: [Ipv4Addr; 4] = [
    Ipv4Addr::LOCALHOST,
    Ipv4Addr::new(127, 0, 0, 2),
    Ipv4Addr::new(127, 9, 8, 7),
    Ipv4Addr::new(127, 255, 255, 254),
];

/// What the test itself sends, to know that all earlier connections have been noted.
const SETTLE: &[u8] = b"settle";

static HARBOR: LazyLock<Harbor> = LazyLock::new(|| {
    let arrivals = Arc::<Mutex<Vec<Arrival>>>::default();
    let (settle, settled) = mpsc::channel();
    // A port that is free on the first address may be taken on another.
    let listeners = (0..100)
        .find_map(|_| {
            let first = TcpListener::bind((LOOPBACK[0], 0)).ok()?;
            let port = first.local_addr().ok()?.port();
            let others = LOOPBACK[1..]
                .iter()
                .map(|ip| TcpListener::bind((*ip, port)));
            let others: Vec<_> = others.collect::<Result<_, _>>().ok()?;
            Some(std::iter::once(first).chain(others).collect::<Vec<_>>())
        })
        .expect("some port is free on all");
    let port = listeners[0].local_addr().expect("it is bound").port();
    for listener in listeners {
        let (arrivals, settle) = (Arc::clone(&arrivals), settle.clone());
        std::thread::spawn(move || {
            // One after the other, so that they are noted in the order in which they came.
            for stream in listener.incoming().flatten() {
                match receive(stream) {
                    Some(arrival) => {
                        let mut arrivals = arrivals.lock().unwrap_or_else(PoisonError::into_inner);
                        arrivals.push(arrival);
                    }
                    None => settle.send(()).expect("the test is there"),
                }
            }
        });
    }
    Harbor {
        port,
        arrivals,
        settled: Mutex::new(settled),
        turn: Mutex::default(),
    }
});

/// Reads what a client begins with, and answers it. Nothing if it was the test itself.
fn receive(mut stream: TcpStream) -> Option<Arrival> {
    let at = stream.local_addr().expect("it is connected");
    let mut bytes = Vec::new();
    let mut block = [0; 4096];
    loop {
        let count = stream.read(&mut block).unwrap_or(0);
        bytes.extend_from_slice(&block[..count]);
        if bytes == SETTLE {
            return None;
        }
        let head = bytes.windows(4).any(|end| end == b"\r\n\r\n");
        let hello = bytes.first() == Some(&0x16)
            && bytes.len() >= 5
            && bytes.len() >= 5 + usize::from(u16::from_be_bytes([bytes[3], bytes[4]]));
        if count == 0 || head || hello {
            break;
        }
    }
    let asked = if bytes.first() == Some(&0x16) {
        format!("tls {}", server_name(&bytes).unwrap_or_default())
    } else {
        let text = String::from_utf8_lossy(&bytes);
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default().to_owned();
        let host = lines
            .find_map(|line| line.strip_prefix("host: "))
            .unwrap_or_default();
        let reply = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        stream.write_all(reply.as_bytes()).ok();
        format!("{first} {host}")
    };
    Some(Arrival { at, asked })
}

/// Finds the server's name in a TLS client's first message (RFC 8446 §4.1.2, RFC 6066 §3).
fn server_name(record: &[u8]) -> Option<String> {
    let number = |at: usize| {
        Some(usize::from(u16::from_be_bytes([
            *record.get(at)?,
            *record.get(at + 1)?,
        ])))
    };
    let mut at = 5 + 4 + 2 + 32;
    at += 1 + usize::from(*record.get(at)?);
    at += 2 + number(at)?;
    at += 1 + usize::from(*record.get(at)?);
    let end = at + 2 + number(at)?;
    at += 2;
    while at < end {
        let (kind, length) = (number(at)?, number(at + 2)?);
        if kind == 0 {
            let name = record.get(at + 9..at + 4 + length)?;
            return Some(String::from_utf8_lossy(name).into_owned());
        }
        at += 4 + length;
    }
    None
}

impl Harbor {
    /// Returns what has arrived since it was asked last.
    fn arrived(&self) -> Vec<Arrival> {
        let settled = self.settled.lock().unwrap_or_else(PoisonError::into_inner);
        for ip in LOOPBACK {
            let mut stream = TcpStream::connect((ip, self.port)).expect("it listens");
            stream.write_all(SETTLE).expect("it reads");
            settled.recv().expect("it answers");
        }
        std::mem::take(&mut *self.arrivals.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[derive(Clone, Debug)]
struct Asked {
    scheme: &'static str,
    host: &'static str,
    /// Where the listeners are, or one further, or none.
    port: Option<u16>,
    path: &'static str,
}

impl Asked {
    fn url(&self, port: u16) -> String {
        let port = self
            .port
            .map_or(String::new(), |further| format!(":{}", port + further));
        format!("{}://{}{port}{}", self.scheme, self.host, self.path)
    }
}

#[derive(Clone, Debug)]
struct Granted {
    at: Asked,
    methods: &'static [&'static str],
    private: bool,
}

const NAMES: [&str; 6] = [
    "api.vendor.test",
    "cdn.vendor.test",
    "other.test",
    "localhost",
    "printer.local",
    "metadata.google.internal",
];

fn address() -> impl Strategy<Value = IpAddr> {
    let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
    let inside = [
        "10.0.0.1",
        "172.16.9.9",
        "192.168.1.1",
        "100.64.0.1",
        "fd12::1",
    ]
    .map(ip);
    let never = [
        "169.254.169.254",
        "fe80::1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "100.100.100.200",
    ];
    let global = ["93.184.215.14", "2606:4700::1111", "8.8.8.8"].map(ip);
    prop_oneof![
        90 => prop::sample::select(LOOPBACK.map(IpAddr::V4).to_vec()),
        2 => prop::sample::select(inside.to_vec()),
        2 => prop::sample::select(never.map(ip).to_vec()),
        1 => prop::sample::select(global.to_vec()),
        1 => Just(ip("::ffff:127.0.0.1")),
    ]
}

fn asked() -> impl Strategy<Value = Asked> {
    let host = prop_oneof![
        12 => prop::sample::select(NAMES[..4].to_vec()),
        2 => prop::sample::select(NAMES.to_vec()),
        5 => prop::sample::select(vec!["127.0.0.1", "127.9.8.7"]),
        2 => prop::sample::select(vec![
            "127.1", "2130706433", "0x7f.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1",
            "169.254.169.254", "0.0.0.0", "API.VENDOR.TEST", "localhost.", "unknown.test",
        ]),
    ];
    let scheme = prop_oneof![4 => Just("http"), 1 => Just("https")];
    let port = prop_oneof![12 => Just(Some(0)), 1 => Just(Some(1)), 1 => Just(None)];
    let path = prop::sample::select(vec![
        "",
        "/v1",
        "/v1",
        "/v1/a",
        "/v2",
        "/v1/../v2",
        "/v1/%2e%2e",
        "/v1//a",
    ]);
    (scheme, host, port, path).prop_map(|(scheme, host, port, path)| Asked {
        scheme,
        host,
        port,
        path,
    })
}

fn granted() -> impl Strategy<Value = Granted> {
    let host = prop::sample::select(vec!["*.vendor.test", "api.vendor.test"]);
    let path = prop::sample::select(vec![
        "/**",
        "/**",
        "/**",
        "/v1/**",
        "/v1/**",
        "/v1/*",
        "/v1/allowed",
        "/v2/allowed",
    ]);
    let methods = prop::sample::select(vec![
        &["GET"][..],
        &["GET"],
        &["GET", "POST"],
        &["GET", "POST"],
        &["POST"],
    ]);
    let any_host = prop::option::weighted(0.2, host);
    (asked(), any_host, path, methods, prop::bool::weighted(0.93)).prop_map(
        |(at, host, path, methods, private)| Granted {
            at: Asked {
                host: host.unwrap_or(at.host),
                path,
                ..at
            },
            methods,
            private,
        },
    )
}

/// One case: grants, what is asked, and where the names lead.
fn case() -> impl Strategy<Value = (Vec<Granted>, Asked, Vec<Vec<IpAddr>>)> {
    let addresses = prop::collection::vec(prop::collection::vec(address(), 0..4), NAMES.len());
    let grants = prop::collection::vec(granted(), 0..3);
    (
        grants,
        granted(),
        asked(),
        prop::bool::weighted(0.8),
        addresses,
    )
        .prop_map(|(mut grants, like, asked, aimed, addresses)| {
            if aimed {
                // A grant for what is asked, as far as the host goes.
                let at = Asked {
                    path: like.at.path,
                    ..asked.clone()
                };
                grants.push(Granted { at, ..like });
            }
            (grants, asked, addresses)
        })
}

/// What core says: the addresses that may be dialled, or the denial.
fn verdict(
    grants: &[Grant],
    url: &str,
    known: &[(String, Vec<IpAddr>)],
) -> Result<Vec<IpAddr>, Denial> {
    let allowed = allows(grants, "GET", url)?;
    let host = allowed.target.host().clone();
    if let Some(literal) = host.address() {
        allows_address(allowed.grant, literal)?;
        return Ok(vec![literal]);
    }
    let name = host.to_string();
    let addresses = known.iter().find(|(known, _)| *known == name);
    let addresses = addresses
        .map(|(_, addresses)| addresses.clone())
        .unwrap_or_default();
    for address in &addresses {
        allows_address(allowed.grant, *address)?;
    }
    Ok(addresses)
}

#[test]
fn what_the_gate_says_is_what_is_dialled() {
    let _turn = HARBOR.turn.lock().unwrap_or_else(PoisonError::into_inner);
    let config = ProptestConfig {
        cases: 600,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let seen = Mutex::new((0, 0, BTreeSet::new()));
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let outcome = runner.run(&case(), |(grants, asked, addresses)| {
        let dialled = check_case(&grants, &asked, &addresses)?;
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        match dialled {
            Ok(0) => {}
            Ok(_) => seen.0 += 1,
            Err(rule) => {
                seen.1 += 1;
                seen.2.insert(rule);
            }
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    // The cases are worth something only if both sides and many rules occur.
    let (dialled, denied, rules) = seen.into_inner().unwrap_or_else(PoisonError::into_inner);
    assert!(
        dialled > 60 && denied > 60 && rules.len() > 7,
        "{dialled}, {denied}, {rules:?}"
    );
}

/// Returns how many connections there were, or the rule that refused.
fn check_case(
    grants: &[Granted],
    asked: &Asked,
    addresses: &[Vec<IpAddr>],
) -> Result<Result<usize, String>, TestCaseError> {
    let port = HARBOR.port;
    let grants: Vec<Grant> = grants
        .iter()
        .filter_map(|granted| {
            Grant::parse(
                &granted.at.url(port),
                granted.methods,
                granted.private,
                false,
            )
            .ok()
        })
        .collect();
    let known: Vec<_> = NAMES
        .iter()
        .map(|name| (*name).to_owned())
        .zip(addresses.to_vec())
        .collect();
    let base = asked.url(port);
    let url = format!("{base}/allowed");
    let verdict = verdict(&grants, &url, &known);
    if let Ok(addresses) = &verdict {
        // Only what is sure to arrive here is dialled.
        let ours = |ip: &IpAddr| LOOPBACK.iter().any(|known| IpAddr::V4(*known) == *ip);
        prop_assume!(addresses.iter().all(ours) && asked.port == Some(0));
    }

    let mut scene = Scene::guest("hostile").names(Names::of(known));
    let mut rights =
        Rights::of(&scene.plugin, ProviderKind::Own, None, Vec::new()).expect("no base URL");
    let right = Right {
        source: Source::Manifest,
        reason: String::new(),
        secret_in: Vec::new(),
        captures: Vec::new(),
    };
    rights.rights = vec![right; grants.len()];
    rights.grants = grants.clone();
    scene = scene.rights(rights).base(base);
    let (provider, notes, names) = scene.on(&STAGE);
    let (code, message) = run(get(&provider));
    let arrived = HARBOR.arrived();

    match verdict {
        Err(denial) => {
            let rule = denial.rule.name();
            prop_assert_eq!(&code, "denied", "{} {}", url, message);
            prop_assert!(
                message.starts_with(&format!("denied: {rule}: ")),
                "{} {}",
                url,
                message
            );
            prop_assert_eq!(arrived, [], "{}", url);
            prop_assert_eq!(notes.denials(), [rule]);
            if allows(&grants, "GET", &url).is_err() {
                prop_assert!(names.asked().is_empty());
            }
            Ok(Err(rule.to_owned()))
        }
        Ok(addresses) if addresses.is_empty() => {
            prop_assert_eq!(code, "not-denied");
            prop_assert!(message.starts_with("connect: "), "{} {}", url, message);
            prop_assert_eq!(arrived, []);
            Ok(Ok(0))
        }
        Ok(addresses) => {
            let target = allows(&grants, "GET", &url).expect("just allowed").target;
            prop_assert_eq!(arrived.len(), 1, "{} {} {:?}", url, message, &arrived);
            let arrival = &arrived[0];
            prop_assert!(
                addresses.contains(&arrival.at.ip()),
                "{} {:?}",
                url,
                arrival
            );
            prop_assert_eq!(arrival.at.port(), target.port());
            if target.scheme().as_str() == "http" {
                prop_assert_eq!(code, "sent", "{}", message);
                let line = format!(
                    "GET {} HTTP/1.1 {}",
                    target.path_and_query(),
                    target.authority()
                );
                prop_assert_eq!(&arrival.asked, &line);
            } else {
                // Nobody speaks TLS here; the name is asked for before that is known.
                prop_assert_eq!(code, "not-denied", "{}", message);
                let name = target.host().name().unwrap_or_default();
                prop_assert_eq!(&arrival.asked, &format!("tls {name}"));
            }
            prop_assert_eq!(notes.denials(), [""; 0]);
            Ok(Ok(1))
        }
    }
}

// ---- no ambience --------------------------------------------------------------------------------

#[test]
fn redirects_are_answered_and_not_followed() {
    let other = upstream(Reply::full(200, "followed"));
    for status in [301, 302, 303, 307, 308] {
        let to = format!("{}/v1/echo", other.url());
        let first = upstream(Reply::redirect(status, &to));
        let text = run(post(&hostile(first.url()))).expect("it is answered");
        assert!(text.starts_with(&format!("status {status}\n")), "{text}");
        assert!(text.contains(&format!("location: {to}\n")), "{text}");
        assert_eq!(first.requests().len(), 1);
    }
    assert_eq!(other.connections(), 0);
}

/// Run by itself, and by the next test in surroundings that name a proxy.
#[test]
fn a_request_goes_to_its_own_host() {
    let server = upstream(Reply::full(200, "here"));
    let text = run(post(&hostile(server.url()))).expect("it is answered");
    assert!(text.ends_with("here"), "{text}");
    assert_eq!(server.requests().len(), 1);
    assert_eq!(server.requests()[0].target, "/echo");

    // By a name, which a proxy would be asked to resolve.
    let names = Names::of([(
        "api.vendor.test".to_owned(),
        vec![Ipv4Addr::LOCALHOST.into()],
    )]);
    let base = format!("http://api.vendor.test:{}", server.address().port());
    let (provider, ..) = Scene::guest("hostile").base(base).names(names).on(&STAGE);
    run(post(&provider)).expect("it is answered");
    assert_eq!(server.requests().len(), 2);
}

/// A client without the door's settings, to show that the variables mean something.
#[test]
fn a_client_that_heeds_the_surroundings_is_answered_by_someone() {
    let server = upstream(Reply::full(200, "here"));
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();
    let status = run(async {
        let client = reqwest::Client::builder().build().expect("a client");
        Ok::<_, reqwest::Error>(client.get(server.url()).send().await?.status())
    });
    assert_eq!(status.expect("it is answered"), 200);
}

#[test]
fn a_proxy_in_the_environment_is_ignored() {
    let proxy = upstream(Reply::full(200, "from the proxy"));
    let child = |test: &str| {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.args(["--exact", test]);
        for name in [
            "http_proxy",
            "https_proxy",
            "all_proxy",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "ALL_PROXY",
        ] {
            command.env(name, proxy.url());
        }
        for name in ["no_proxy", "NO_PROXY", "REQUEST_METHOD"] {
            command.env_remove(name);
        }
        let output = command.output().expect("it runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success() && text.contains("1 passed"),
            "{text}"
        );
    };
    child("a_request_goes_to_its_own_host");
    assert_eq!(proxy.connections(), 0);
    child("a_client_that_heeds_the_surroundings_is_answered_by_someone");
    assert_eq!(proxy.requests().len(), 1, "the control");
}

// ---- replies ------------------------------------------------------------------------------------

#[test]
fn a_compressed_reply_is_decoded_though_none_is_asked_for() {
    let text = "x".repeat(1_000);
    let server = upstream(Reply::full(200, &*text).gzip());
    let told = run(post(&hostile(server.url()))).expect("it is answered");
    assert!(told.ends_with(&text), "{told}");
    assert!(
        !told.contains("content-encoding") && !told.contains("content-length"),
        "{told}"
    );
    assert_eq!(
        server.requests()[0].header("accept-encoding"),
        Some("identity")
    );
}

#[test]
fn a_coding_that_is_not_understood_is_named() {
    let server = upstream(Reply::full(200, "x").header("content-encoding", "br"));
    let told = told(run(post(&hostile(server.url()))));
    assert!(
        told.starts_with("interrupted: 127.0.0.1:") && told.contains("`br`"),
        "{told}"
    );
}

#[test]
fn cookies_and_the_connections_own_fields_are_withheld() {
    let reply = Reply::full(200, "here")
        .header("set-cookie", "session=1")
        .header("x-request-id", "r1")
        .chunked();
    let text = run(post(&hostile(upstream(reply).url()))).expect("it is answered");
    assert!(text.contains("x-request-id: r1\n"), "{text}");
    assert!(
        !text.contains("session") && !text.contains("transfer-encoding"),
        "{text}"
    );
}

#[test]
fn a_replys_headers_are_bounded() {
    let many = |count: usize| {
        (0..count).fold(Reply::full(200, "here"), |reply, index| {
            reply.header(format!("x-{index}"), "1")
        })
    };
    let long = |bytes: usize| Reply::full(200, "here").header("x-long", "a".repeat(bytes));
    for reply in [many(60), long(30_000)] {
        let text = run(post(&hostile(upstream(reply).url()))).expect("it is answered");
        assert!(text.ends_with("here"));
    }
    for reply in [many(500), long(100_000), long(2 << 20)] {
        let told = told(run(post(&hostile(upstream(reply).url()))));
        let typed = told.starts_with("too large: ") || told.starts_with("interrupted: ");
        assert!(typed, "{told}");
    }
}

/// A stream of comments, which a guest need not keep: it ends at the host's bound.
#[test]
fn a_replys_body_is_bounded() {
    let comment = [b": ".to_vec(), vec![b'x'; 1 << 20], b"\n".to_vec()].concat();
    let reply = Reply::stream(200, vec![comment; 65]).header("content-type", "text/event-stream");
    let server = upstream(reply);
    let (provider, ..) = Scene::bundled("anthropic").base(server.url()).on(&STAGE);
    let outcome = run(talk(&provider, None, &asking("claude-x", "hello", true)));
    match outcome {
        Err(CallError::Provider(failure)) => {
            assert!(failure.message.contains("at most"), "{failure:?}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn silence_is_a_timeout_before_and_after_the_first_byte() {
    let begun = anthropic::stream(&["Hello", "world"]).stall_after(40);
    for reply in [Reply::silence(), begun] {
        let server = upstream(reply);
        let (provider, ..) = Scene::bundled("anthropic").base(server.url()).on(&STAGE);
        let provider = provider.within(Duration::from_millis(400));
        let outcome = run(talk(&provider, None, &asking("claude-x", "hello", true)));
        match outcome {
            Err(CallError::Provider(failure)) => {
                assert_eq!(failure.kind, FailureKind::Timeout, "{failure:?}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn broken_replies_are_typed() {
    for reply in [
        Reply::disconnect(),
        Reply::raw("nonsense\r\n\r\n"),
        Reply::full(200, "cut off").cut_after(3),
    ] {
        let told = told(run(post(&hostile(upstream(reply).url()))));
        assert!(told.starts_with("interrupted: "), "{told}");
    }
    // A port where nobody listens: that of a server that has stopped.
    let server = upstream(Reply::full(200, "here"));
    server.stop();
    let told = told(run(post(&hostile(server.url()))));
    assert!(told.starts_with("connect: "), "{told}");
}

// ---- connections --------------------------------------------------------------------------------

#[test]
fn a_connection_serves_only_the_grant_it_was_opened_for() {
    let script = Script::new()
        .on(When::get("/allowed"), Reply::full(200, ""))
        .on(When::post("/echo"), Reply::full(200, ""));
    let server = Upstream::start(script).expect("starts");
    let grants = ["allowed", "echo"].map(|path| {
        let url = format!("{}/{path}", server.url());
        Grant::parse(&url, &["GET", "POST"], true, false).expect("a grant")
    });
    let scene = Scene::guest("hostile");
    let mut rights =
        Rights::of(&scene.plugin, ProviderKind::Own, None, Vec::new()).expect("no base URL");
    let right = Right {
        source: Source::Manifest,
        reason: String::new(),
        secret_in: Vec::new(),
        captures: Vec::new(),
    };
    rights.rights = vec![right; 2];
    rights.grants = grants.to_vec();
    let (provider, ..) = scene.rights(rights.clone()).base(server.url()).on(&STAGE);
    let (other, ..) = Scene::guest("hostile")
        .rights(rights)
        .base(server.url())
        .on(&STAGE);
    run(async {
        post(&provider).await.expect("it is answered");
        post(&provider).await.expect("it is answered");
        assert_eq!(get(&provider).await.0, "sent");
        post(&other).await.expect("it is answered");
    });
    let connections: Vec<_> = server
        .requests()
        .iter()
        .map(|received| received.connection)
        .collect();
    let [first, again, of_get, of_other] = connections[..] else {
        panic!("{connections:?}")
    };
    assert_eq!(first, again, "under one grant it is used again");
    assert_ne!(first, of_get, "another grant");
    assert!(of_other != first && of_other != of_get, "another plugin");
}
