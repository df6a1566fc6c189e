//! Guests that are after a secret, each a script for the hostile component: by what is held back, by
//! how servers spell what they give back, by overlap, by replies that mint secrets, by laundering,
//! by bounds, by places. None gets anything.

mod support;

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use openclaw_runtime::limits::{HEADER_BYTES, SECRET_IN_HEADER, USES};
use openclaw_runtime::observe::Use;
use openclaw_runtime::redact::SECRETS;
use openclaw_runtime::{CallError, Fault, Provider};
use openclaw_upstream::{Received, Reply, Respond, Script, Upstream};
use serde_json::{Value, json};
use support::{Notes, Scene, Stage, asking, held, run, talk, text_of, told};

static STAGE: LazyLock<Stage> = LazyLock::new(Stage::cached);

const KEY: &str = "Zq7xW-0vBn3Kd_8mLp5Rt2Yc9Hs4Jf6G";

/// A key of the same length, of which nothing is in the other.
const OTHER: &str = "aE1oU-uI8eO2a_9iU3oE7uA5iO4eU6aI";

/// Answers each request by a function.
struct Answering<F>(F);

impl<F: Fn(&Received) -> Reply + Send + Sync> Respond for Answering<F> {
    fn respond(&self, request: &Received) -> Reply {
        (self.0)(request)
    }
}

fn serving(answer: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Upstream {
    Upstream::start(Script::new().otherwise(Answering(answer))).expect("starts")
}

fn hostile(upstream: &Upstream) -> (Provider, Arc<Notes>) {
    let scene = Scene::guest("hostile").base(upstream.url());
    let (provider, notes, _) = scene.on(&STAGE);
    (provider, notes)
}

/// Has the guest do what the lines say, with this credential, and returns what it tells.
async fn attack(provider: &Provider, key: &str, lines: &[&str]) -> Result<String, CallError> {
    let request = told(asking("script", "go", true), &lines.join("\n"));
    let events = talk(provider, Some(&held(key, "api-key")), &request).await?;
    Ok(text_of(&events))
}

#[track_caller]
fn attacked(upstream: &Upstream, key: &str, lines: &[&str]) -> String {
    let (provider, _) = hostile(upstream);
    run(attack(&provider, key, lines)).expect("it is answered")
}

/// Nothing of a text of eight characters and more is in another.
#[track_caller]
fn holds_nothing_of(told: &str, secret: &str, what: &str) {
    let found = secret
        .as_bytes()
        .windows(8)
        .find(|window| told.as_bytes().windows(8).any(|other| other == *window));
    let found = found.map(String::from_utf8_lossy);
    assert!(found.is_none(), "{what}: {found:?} in {told}");
}

// ---- spellings ----------------------------------------------------------------------------------

type Spelling = (&'static str, fn(&str) -> String);

fn hex(text: &str, between: &str) -> String {
    let digits: Vec<String> = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    digits.join(between)
}

fn each(text: &str, spell: impl Fn(u8) -> String) -> String {
    text.bytes().map(spell).collect()
}

fn lines(text: &str, length: usize, end: &str) -> String {
    let lines = text.as_bytes().chunks(length).map(String::from_utf8_lossy);
    lines.collect::<Vec<_>>().join(end)
}

fn json_of(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// How a server may write what it was sent.
const SPELLINGS: &[Spelling] = &[
    ("as it is", str::to_owned),
    ("cut by one", |key| key[..key.len() - 1].to_owned()),
    ("cut at twenty", |key| format!("{}...", &key[..20])),
    ("without its beginning", |key| key[1..].to_owned()),
    ("its last sixteen", |key| {
        format!("***{}", &key[key.len() - 16..])
    }),
    ("its middle", |key| key[6..26].to_owned()),
    ("in two lines", |key| {
        format!("{}\n{}", &key[..16], &key[16..])
    }),
    ("in two lines of JSON", |key| {
        format!("{}\\n{}", &key[..16], &key[16..])
    }),
    ("twice", |key| format!("{key}{key}")),
    ("in hex", |key| hex(key, "")),
    ("in upper hex", |key| hex(key, "").to_uppercase()),
    ("in hex with colons", |key| hex(key, ":")),
    ("in hex with spaces", |key| hex(key, " ")),
    ("percent-encoded", |key| {
        each(key, |byte| format!("%{byte:02X}"))
    }),
    ("percent-encoded twice", |key| {
        each(key, |byte| format!("%25{byte:02x}"))
    }),
    ("with \\u", |key| each(key, |byte| format!("\\u{byte:04x}"))),
    ("with \\u in JSON", |key| {
        each(key, |byte| format!("\\\\u{byte:04X}"))
    }),
    ("with \\x", |key| each(key, |byte| format!("\\x{byte:02x}"))),
    ("with octals", |key| {
        each(key, |byte| format!("\\{byte:03o}"))
    }),
    ("with references", |key| {
        each(key, |byte| format!("&#{byte};"))
    }),
    ("with hex references", |key| {
        each(key, |byte| format!("&#x{byte:x};"))
    }),
    ("with references of references", |key| {
        each(key, |byte| format!("&amp;#{byte};"))
    }),
    ("percent in \\u", |key| {
        each(key, |byte| format!("\\u0025{byte:02x}"))
    }),
    ("\\u in percent", |key| {
        each(key, |byte| format!("%5Cu{byte:04x}"))
    }),
    ("as numbers", |key| each(key, |byte| format!("{byte}, "))),
    ("in base64", |key| STANDARD.encode(key)),
    ("in base64 for URLs", |key| URL_SAFE_NO_PAD.encode(key)),
    ("in base64 behind one", |key| {
        STANDARD.encode(format!("x{key}"))
    }),
    ("in base64 behind two", |key| {
        STANDARD.encode(format!("xy{key}z"))
    }),
    ("in base64 of JSON", |key| {
        STANDARD.encode(format!("{{\"key\":\"{key}\"}}"))
    }),
    ("in base64 twice", |key| {
        STANDARD.encode(STANDARD.encode(key))
    }),
    ("in base64 of hex", |key| STANDARD.encode(hex(key, ""))),
    ("in base64 in lines", |key| {
        lines(&STANDARD.encode(key), 20, "\r\n")
    }),
    ("in hex of base64", |key| hex(&STANDARD.encode(key), "")),
    ("in quoted-printable", |key| lines(key, 14, "=\r\n")),
    ("with quoted dashes", |key| key.replace('-', "=2D")),
    ("in UTF-16", |key| {
        each(key, |byte| format!("{}\0", char::from(byte)))
    }),
    ("in upper case", str::to_uppercase),
    ("in lower case", str::to_lowercase),
    ("backwards", |key| key.chars().rev().collect()),
    ("with a mark in it", |key| {
        format!("{}~{}", &key[..16], &key[16..])
    }),
];

/// How a spelled key stands in a reply.
const CARRIERS: &[Spelling] = &[
    ("text", |text| {
        format!("Incorrect API key provided: {text}. See the docs.")
    }),
    ("JSON", |text| {
        format!(
            "{{\"error\":{{\"message\":\"bad key {}\"}}}}",
            json_of(text)
        )
    }),
    ("event", |text| {
        format!("data: {{\"error\":\"{}\"}}\n\n", json_of(text))
    }),
];

#[test]
fn what_a_server_spells_is_read_in_no_spelling() {
    let choice: Arc<Mutex<(usize, usize, usize, u16)>> = Arc::default();
    let served = Arc::clone(&choice);
    let upstream = serving(move |request| {
        let (spelling, carrier, chunk, status) =
            *served.lock().unwrap_or_else(PoisonError::into_inner);
        let key = request.credential().unwrap_or_default();
        let body = CARRIERS[carrier].1(&SPELLINGS[spelling].1(key));
        let reply = Reply::full(status, body);
        if chunk > 0 { reply.split(chunk) } else { reply }
    });
    let (provider, _) = hostile(&upstream);
    let mut cases = 0;
    for (spelling, (name, spell)) in SPELLINGS.iter().enumerate() {
        for (carrier, (within, _)) in CARRIERS.iter().enumerate() {
            for chunk in [0, 1, 7] {
                let status = [200, 401, 500][(spelling + chunk) % 3];
                *choice.lock().unwrap_or_else(PoisonError::into_inner) =
                    (spelling, carrier, chunk, status);
                let steps = [
                    "request\tPOST\t{base}/echo",
                    "secret\tx-api-key\t0\traw\t\t",
                    "send",
                    "read\t4096",
                ];
                let told = run(attack(&provider, KEY, &steps)).expect("it is answered");
                let what = format!("{name} in {within} by {chunk}");
                assert!(told.contains("[secret]"), "{what}: {told}");
                // What it read, put together again.
                let joined = told.replace("\nread ", "");
                let spelled = spell(KEY);
                for spelled in [json_of(&spelled), spelled] {
                    for window in spelled.as_bytes().windows(12) {
                        let found = joined.as_bytes().windows(12).any(|other| other == window);
                        let window = String::from_utf8_lossy(window);
                        assert!(!found, "{what}: {window:?} in {joined}");
                    }
                }
                holds_nothing_of(&joined, KEY, &what);
                cases += 1;
            }
        }
    }
    assert!(cases >= 350, "{cases}");
    assert_eq!(upstream.requests().len(), cases);
}

// ---- what is held back --------------------------------------------------------------------------

/// A server of the guest's guesses how the secret goes on: a right guess is read as a wrong one.
#[test]
fn a_guess_is_read_alike_whether_it_is_right_or_not() {
    let guess: Arc<Mutex<String>> = Arc::default();
    let served = Arc::clone(&guess);
    let upstream = serving(move |_| {
        let guess = served
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let chunks = [
            format!("|{guess}"),
            "|".to_owned(),
            guess.clone(),
            "x\n".to_owned(),
        ];
        Reply::stream(200, chunks)
    });
    let (provider, _) = hostile(&upstream);
    for place in ["open", "echo"] {
        let (target, place) = (format!("request\tPOST\t{{base}}/{place}"), place == "echo");
        for length in 1..=KEY.len() {
            // Where it was sent, twelve characters in a row are the secret.
            if place && length >= 12 {
                break;
            }
            let mut read = Vec::new();
            for key in [KEY, OTHER] {
                *guess.lock().unwrap_or_else(PoisonError::into_inner) = KEY[..length].to_owned();
                let mut steps = vec![target.as_str()];
                if place {
                    steps.push("secret\tx-api-key\t0\traw\t\t");
                }
                steps.extend(["send", "read\t4096"]);
                read.push(run(attack(&provider, key, &steps)).expect("it is answered"));
            }
            assert!(read[0].contains(&KEY[..length]), "{}", read[0]);
            let alike = |told: &str| {
                let kept = told.lines().filter(|line| !line.starts_with("date"));
                kept.map(str::to_owned).collect::<Vec<_>>()
            };
            assert_eq!(alike(&read[0]), alike(&read[1]), "{length}");
        }
    }
}

/// Events are read as they come, one by one.
#[test]
fn events_are_not_held_back() {
    let events: Vec<String> = (0..20)
        .map(|at| format!("data: {{\"n\":{at}}}\n\n"))
        .collect();
    let sent = events.clone();
    let upstream = serving(move |_| Reply::stream(200, sent.clone()));
    let told = attacked(
        &upstream,
        KEY,
        &[
            "request\tPOST\t{base}/echo",
            "secret\tx-api-key\t0\traw\t\t",
            "send",
            "read\t4096",
        ],
    );
    for event in events {
        assert!(told.contains(&format!("read {event}")), "{told}");
    }
}

// ---- overlap ------------------------------------------------------------------------------------

/// A secret that the guest had minted at its own host covers the beginning of the real one.
#[test]
fn a_secret_of_its_own_uncovers_nothing_of_another() {
    for (minted, prefix, suffix) in [
        ("AAAAAAZq7xW-0vBn", "AAAAAA", ""),
        ("AAAAAAZq7xW-0vBn3Kd_8mLp5Rt2", "AAAAAA", ""),
        ("Hs4Jf6GBBBBBBBBB", "", "BBBBBBBBB"),
        ("AZ", "A", ""),
        ("ZZZZZZZZZZZZZq7x", "ZZZZZZZZZZZZ", ""),
    ] {
        let upstream = serving(move |request| {
            if request.path() == "/token" {
                Reply::json(200, &json!({ "access_token": minted }))
            } else {
                let key = request.credential().unwrap_or_default();
                Reply::full(401, format!("invalid key {key}"))
            }
        });
        let secret = format!("secret\tx-api-key\t0\traw\t{prefix}\t{suffix}");
        let told = attacked(
            &upstream,
            KEY,
            &[
                "request\tPOST\t{base}/token",
                "capture\t/access_token",
                "send",
                "request\tPOST\t{base}/echo",
                "secret\tx-api-key\t1\traw\t\t",
                "send",
                "request\tPOST\t{base}/echo",
                &secret,
                "send",
                "read\t4096",
            ],
        );
        assert!(told.contains("captured /access_token as 1"), "{told}");
        assert!(told.contains("invalid key [secret]"), "{told}");
        holds_nothing_of(&told, KEY, minted);
    }
}

// ---- secrets that replies mint ------------------------------------------------------------------

const ACCESS: &str = "minted-access-0123456789";
const REFRESH: &str = "minted-refresh-9876543210";

#[test]
fn minted_secrets_are_taken_whatever_the_status_and_whatever_was_asked_for() {
    for status in [200, 201, 302, 400, 401, 403, 404, 429, 500, 503] {
        for wanted in [
            vec![],
            vec!["/access_token"],
            vec!["/refresh_token"],
            vec!["/refresh_token", "/access_token"],
        ] {
            let upstream = serving(move |_| {
                let body = json!({
                    "access_token": ACCESS, "refresh_token": REFRESH, "expires_in": 3600,
                    "again": [ACCESS, hex(REFRESH, "")],
                });
                Reply::json(200, &body)
                    .status(status)
                    .header("x-token", ACCESS)
            });
            let captures: Vec<String> = wanted
                .iter()
                .map(|pointer| format!("capture\t{pointer}"))
                .collect();
            let mut steps = vec!["request\tPOST\t{base}/token"];
            steps.extend(captures.iter().map(String::as_str));
            steps.extend(["send", "read\t4096", "mode\t1"]);
            let told = attacked(&upstream, KEY, &steps);
            let what = format!("{status} {wanted:?}");
            for secret in [ACCESS, REFRESH, &hex(REFRESH, "")] {
                holds_nothing_of(&told, secret, &what);
            }
            assert!(told.contains("\"expires_in\":3600"), "{what}: {told}");
            assert_eq!(
                told.matches("captured ").count(),
                wanted.len(),
                "{what}: {told}"
            );
        }
    }
}

#[test]
fn what_is_no_text_is_blanked_with_all_in_it() {
    for shape in [
        format!(r#"{{"access_token":["{ACCESS}"]}}"#),
        format!(r#"{{"access_token":{{"value":"{ACCESS}"}}}}"#),
        format!(r#"{{"access_token":[[[["{ACCESS}"]]]],"more":"{ACCESS}"}}"#),
        format!(r#"{{"access_token":{{"{ACCESS}":1}}}}"#),
        r#"{"access_token":123456789012345678}"#.to_owned(),
        format!(r#"{{"access_token":null,"access_token":"{ACCESS}"}}"#),
        format!(r#"{{"access_token":"{ACCESS}","access_token":"other-0123456789"}}"#),
        format!(r#"{{"access_token":"{ACCESS}","access_token":1}}"#),
        format!(r#"{{"access_\u0074oken":"{ACCESS}"}}"#),
        format!("access_token={ACCESS}"),
        format!(r#"{{"access_token":"{ACCESS}""#),
        format!("[\"{ACCESS}\"").repeat(200),
        format!("\u{feff}{{\"access_token\":\"{ACCESS}\"}}"),
    ] {
        for status in [200, 400] {
            let body = shape.clone();
            let upstream = serving(move |_| Reply::full(status, body.clone()));
            let told = attacked(
                &upstream,
                KEY,
                &[
                    "request\tPOST\t{base}/token",
                    "capture\t/access_token",
                    "send",
                    "read\t4096",
                ],
            );
            holds_nothing_of(&told, ACCESS, &shape);
            assert!(!told.contains("123456789012345678"), "{told}");
        }
    }
}

// ---- laundering ---------------------------------------------------------------------------------

/// An endpoint that gives its input back in JSON, under a grant with a place and a capture.
#[test]
fn a_captured_echo_is_no_other_name_for_a_secret() {
    let upstream = serving(|request| Reply::json(200, &json!({ "access_token": request.text() })));
    let with = |body: &[&str]| {
        let mut steps = vec!["request\tPOST\t{base}/token", "capture\t/access_token"];
        steps.extend(body);
        steps.extend(["send", "read\t4096", "claim\t1\tk", "mode\t1", "expires\t1"]);
        let told = attacked(&upstream, KEY, &steps);
        holds_nothing_of(&told, KEY, &body.join(" "));
        told
    };
    for (before, encoding, prefix, suffix, after) in [
        ("e30.", "base64", r#"{"k":""#, r#""}"#, ".c2ln"),
        ("e30.", "base64", r#"{"k":"x"#, r#"x"}"#, ".c2ln"),
        ("A", "raw", "", "", ""),
        ("", "raw", "A", "", ""),
        ("", "json", "A", "", ""),
        ("", "percent", "A", "", "A"),
        ("x", "base64", "", "", ""),
        ("", "base64", "ab", "cd", ""),
    ] {
        let before = format!("body\t{before}");
        let secret = format!("body-secret\t0\t{encoding}\t{prefix}\t{suffix}");
        let after = format!("body\t{after}");
        let told = with(&[&before, &secret, &after]);
        assert!(told.contains("mode: None"), "no handle: {told}");
    }
    // The secret itself is the handle that the guest has already; its mode is what was stored.
    let told = with(&["body-secret\t0\traw\t\t"]);
    assert!(told.contains("mode: Some(\"oauth\")"), "{told}");
    // What is nobody's secret is one, and its form is told to nobody.
    let told = with(&["body\tA-new-token-0123456789"]);
    assert!(told.contains("mode: Some(\"oauth\")"), "{told}");
}

#[test]
fn a_claim_that_holds_a_secret_is_blanked() {
    // A token of the user's own that holds another secret of this guest.
    let payload = URL_SAFE_NO_PAD.encode(json!({ "k": format!("key {KEY}!") }).to_string());
    let token = format!("e30.{payload}.c2lnbmF0dXJl");
    let upstream = serving(|_| Reply::full(200, "x"));
    let (provider, ..) = Scene::guest("hostile")
        .base(upstream.url())
        .variable("HOSTILE_API_KEY", KEY)
        .on(&STAGE);
    let told = run(attack(
        &provider,
        &token,
        &[
            "claim\t0\tk",
            "handle\tHOSTILE_API_KEY",
            "claim\t0\tk",
            "claim\t0\tother",
        ],
    ))
    .expect("it is answered");
    assert!(told.contains("[secret]!"), "{told}");
    assert!(told.ends_with("claim: Some(None)\n"), "{told}");
}

// ---- bounds -------------------------------------------------------------------------------------

/// How much a guest may write beside a secret tells nothing of the secret.
#[test]
fn bounds_do_not_tell_how_long_a_secret_is() {
    let upstream = serving(|_| Reply::full(200, "x"));
    let (provider, _) = hostile(&upstream);
    let keys = [
        "a-key-of-some-length".to_owned(),
        "%\"\\".repeat(100),
        "k".repeat(4_000),
    ];
    for encoding in ["raw", "base64", "percent", "json"] {
        for padding in [
            1, 1_000, 30_000, 32_000, 32_480, 32_490, 32_500, 32_600, 33_000,
        ] {
            let text = format!("text\tx-padding\ta\t{padding}");
            let secret = format!("secret\tx-api-key\t0\t{encoding}\t\t");
            let steps = ["request\tPOST\t{base}/echo", &text, &secret, "send"];
            let outcomes: Vec<String> = keys
                .iter()
                .map(|key| {
                    let told = run(attack(&provider, key, &steps)).expect("it is answered");
                    told.lines().next().unwrap_or_default().to_owned()
                })
                .collect();
            assert!(
                outcomes.iter().all(|told| *told == outcomes[0]),
                "{padding}: {outcomes:?}"
            );
            let fits =
                padding + "x-padding".len() + "x-api-key".len() + SECRET_IN_HEADER <= HEADER_BYTES;
            assert_eq!(outcomes[0] == "status 200", fits, "{padding}: {outcomes:?}");
        }
    }
}

#[test]
fn uses_and_secrets_of_a_call_are_bounded() {
    let fault = |error: Option<CallError>| match error {
        Some(CallError::Plugin { fault, .. }) => fault,
        other => panic!("{other:?}"),
    };
    let count = Arc::new(Mutex::new(0_u64));
    let spread = |number: u64| number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let upstream = serving(move |_| {
        let mut count = count.lock().unwrap_or_else(PoisonError::into_inner);
        *count += 1;
        Reply::json(
            200,
            &json!({
                "access_token": format!("a{:011x}", spread(2 * *count) >> 20),
                "refresh_token": format!("r{:011x}", spread(2 * *count + 1) >> 20),
            }),
        )
    });
    let (provider, notes) = hostile(&upstream);
    let flood = format!("env-flood\t{}\t100000", USES + 10);
    assert_eq!(
        fault(run(attack(&provider, KEY, &[&flood])).err()),
        Fault::Uses
    );
    let events = notes.events();
    assert_eq!(events.len(), USES);
    for event in &events {
        let Use::Env { name, .. } = &event.use_of else {
            panic!("{event:?}")
        };
        let denied = event.denied.as_ref().expect("denied");
        let bytes = name.len()
            + denied.message.len()
            + denied.smallest_grant.as_ref().map_or(0, String::len);
        assert!(bytes < 1_000, "{bytes}");
    }
    let steps = ["request\tPOST\t{base}/token", "send"].repeat(SECRETS);
    assert_eq!(
        fault(run(attack(&provider, KEY, &steps)).err()),
        Fault::Secrets
    );
    // The credential is one of them.
    assert_eq!(upstream.requests().len(), SECRETS / 2);
}

/// The search of a reply that repeats what was minted does not keep others waiting.
#[test]
fn a_reply_full_of_pieces_of_many_secrets_is_searched_in_time() {
    let minted: Vec<String> = (0..40)
        .map(|at| format!("{}{at}", "ab".repeat(200)))
        .collect();
    let texts = minted.clone();
    let upstream = serving(move |request| {
        let at = request.text().parse::<usize>().unwrap_or(0);
        if request.path() == "/token" {
            Reply::json(200, &json!({ "access_token": texts[at] }))
        } else {
            Reply::full(200, "ab".repeat(20_000) + &"\\".repeat(20_000))
        }
    });
    let mut steps = Vec::new();
    for at in 0..40 {
        steps.push("request\tPOST\t{base}/token".to_owned());
        steps.push(format!("body\t{at}"));
        steps.extend(["capture\t/access_token", "send"].map(str::to_owned));
    }
    for at in 1..=40 {
        steps.push("request\tPOST\t{base}/echo".to_owned());
        steps.push(format!("secret\tx-api-key\t{at}\traw\t\t"));
        steps.push("send".to_owned());
    }
    steps.push("read\t1000000".to_owned());
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    let told = attacked(&upstream, KEY, &steps);
    assert!(
        told.contains("read [secret]") && told.contains("\\\\\\") && !told.contains("abababababab"),
        "{}",
        told.len()
    );
}

// ---- places -------------------------------------------------------------------------------------

#[test]
fn text_does_not_stand_where_secrets_do_and_a_secret_stands_once() {
    let upstream = serving(|_| Reply::full(200, "x"));
    let (provider, notes) = hostile(&upstream);
    let tried = |steps: &[&str]| run(attack(&provider, KEY, steps)).expect("it is answered");
    let mut denied = 0;
    for place in ["echo", "token", "open"] {
        let request = format!("request\tPOST\t{{base}}/{place}");
        for name in [
            "x-api-key",
            "X-API-KEY",
            "X-Api-Key",
            "authorization",
            "Authorization",
        ] {
            for value in ["sk-of-the-author", "Bearer sk-of-the-author", ""] {
                let text = format!("text\t{name}\t{value}");
                let told = tried(&[&request, &text, "send"]);
                assert!(told.starts_with("denied: secret_place: "), "{name}: {told}");
                denied += 1;
            }
        }
    }
    for (first, second) in [("raw", "raw"), ("raw", "base64"), ("percent", "json")] {
        let [one, two] =
            [first, second].map(|encoding| format!("secret\tx-api-key\t0\t{encoding}\t\t"));
        let told = tried(&["request\tPOST\t{base}/echo", &one, &two, "send"]);
        assert!(told.starts_with("denied: secret_place: "), "{told}");
        denied += 1;
    }
    for name in [
        "x-leak",
        "x-request-id",
        "user-agent",
        "referer",
        "accept",
        "authorization",
        "content-type",
    ] {
        for encoding in ["raw", "base64", "percent", "json"] {
            let secret = format!("secret\t{name}\t0\t{encoding}\t\t");
            let told = tried(&["request\tPOST\t{base}/echo", &secret, "send"]);
            assert!(told.starts_with("denied: secret_place: "), "{name}: {told}");
            let told = tried(&["request\tPOST\t{base}/open", &secret, "send"]);
            assert!(
                told.starts_with("denied: secret_audience: "),
                "{name}: {told}"
            );
            denied += 2;
        }
    }
    for step in [
        "body-secret\t0\traw\t\t",
        "body-secret\t0\tbase64\tx\ty",
        "sign\t0\tr\ts",
    ] {
        for place in ["echo", "open"] {
            let request = format!("request\tPOST\t{{base}}/{place}");
            let told = tried(&[&request, step, "send"]);
            assert!(told.starts_with("denied: secret_"), "{step}: {told}");
            denied += 1;
        }
    }
    assert_eq!(notes.denials().len(), denied);
    assert_eq!(upstream.requests().len(), 0);
}

#[test]
fn keys_that_a_guest_knows_are_not_written_into_a_url() {
    let upstream = serving(|_| Reply::full(200, "x"));
    let key = format!("sk-ant-api03-{}", "a1".repeat(45));
    for url in [
        format!("{{base}}/open?key={key}"),
        format!("{{base}}/open?a=b&c={}", key.replace('-', "%2D")),
        "{base}/open?k=AIzaSyA0123456789abcdefghijklmnopqrstuv".to_owned(),
        format!("{{base}}/open?k=sk-proj-{}", "b2".repeat(30)),
    ] {
        let request = format!("request\tGET\t{url}");
        let told = attacked(&upstream, KEY, &[&request, "send"]);
        assert!(told.starts_with("denied: secret_place: "), "{told}");
    }
    assert_eq!(upstream.requests().len(), 0);
}

/// Below a base URL there is what the manifest has at the same place, and no more.
#[test]
fn a_base_url_joins_no_places() {
    let upstream = serving(|_| Reply::full(200, "{}"));
    for (custom, method, path, secret, want) in [
        (
            false,
            "POST",
            "echo",
            "secret\tx-api-key\t0\traw\t\t",
            "status 200",
        ),
        (
            false,
            "POST",
            "echo",
            "body-secret\t0\traw\t\t",
            "denied: secret_place",
        ),
        (
            false,
            "POST",
            "token",
            "body-secret\t0\traw\t\t",
            "status 200",
        ),
        (
            false,
            "GET",
            "token",
            "timeout\t1000",
            "denied: method_not_granted",
        ),
        (
            false,
            "POST",
            "allowed",
            "timeout\t1000",
            "denied: method_not_granted",
        ),
        (
            false,
            "POST",
            "open",
            "secret\tx-api-key\t0\traw\t\t",
            "denied: secret_audience",
        ),
        (
            false,
            "POST",
            "other",
            "timeout\t1000",
            "denied: path_outside_grant",
        ),
        (
            false,
            "GET",
            "public",
            "timeout\t1000",
            "denied: path_outside_grant",
        ),
        (
            true,
            "POST",
            "echo",
            "secret\tx-api-key\t0\traw\t\t",
            "status 200",
        ),
        (
            true,
            "POST",
            "echo",
            "body-secret\t0\traw\t\t",
            "denied: secret_place",
        ),
    ] {
        let scene = Scene::guest("hostile").base(format!("{}/below/v7", upstream.url()));
        let scene = if custom { scene.custom() } else { scene };
        let (provider, ..) = scene.on(&STAGE);
        let request = format!("request\t{method}\t{{base}}/{path}");
        let told =
            run(attack(&provider, KEY, &[&request, secret, "send"])).expect("it is answered");
        assert!(told.starts_with(want), "{method} {path}: {told}");
    }
}

#[test]
fn a_provider_of_the_users_own_has_its_base_url_alone() {
    let upstream = serving(|_| Reply::full(200, "x"));
    for custom in [false, true] {
        let scene = Scene::guest("hostile").base(upstream.url());
        let scene = if custom { scene.custom() } else { scene };
        let (provider, _, names) = scene.on(&STAGE);
        for url in [
            "https://api.hostile.test/v1/allowed",
            "https://cdn.hostile.test/public",
        ] {
            let request = format!("request\tGET\t{url}");
            let told = run(attack(&provider, KEY, &[&request, "send"])).expect("it is answered");
            let want = if custom {
                "denied: no_grant_for_host"
            } else {
                "connect: "
            };
            assert!(told.starts_with(want), "{custom} {url}: {told}");
        }
        assert_eq!(names.asked().is_empty(), custom);
        // Nor has it the vendor's key.
        let scene = Scene::guest("hostile").base(upstream.url());
        let scene = scene.variable("HOSTILE_API_KEY", OTHER);
        let scene = if custom { scene.custom() } else { scene };
        let (provider, ..) = scene.on(&STAGE);
        let told = run(attack(&provider, KEY, &["handle\tHOSTILE_API_KEY"]));
        let want = if custom {
            "no handle: true\n"
        } else {
            "handle 1\n"
        };
        assert_eq!(told.as_deref(), Ok(want));
    }
}

// ---- small --------------------------------------------------------------------------------------

#[test]
fn another_protocol_is_no_reply_and_no_time_sends_nothing() {
    let upstream = serving(|_| {
        Reply::raw("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n")
    });
    let told = attacked(&upstream, KEY, &["request\tPOST\t{base}/echo", "send"]);
    assert!(told.starts_with("interrupted: "), "{told}");
    let sent = upstream.requests().len();
    let told = attacked(
        &upstream,
        KEY,
        &["request\tPOST\t{base}/echo", "timeout\t0", "send"],
    );
    assert_eq!(told, "timeout\n");
    assert_eq!(upstream.requests().len(), sent);
}

#[test]
fn a_log_line_holds_no_secret_and_no_character_that_is_not_seen() {
    let upstream = serving(|request| Reply::full(401, request.credential().unwrap_or_default()));
    let (provider, notes) = hostile(&upstream);
    let line = "log\ta\u{202e}b\u{2066}c\u{200b}d\u{feff}e\u{1b}]0;x\u{7}f\u{e0041}g";
    run(attack(&provider, KEY, &[line])).expect("it is answered");
    let said = &notes.lines()[0].message;
    let odd = said
        .chars()
        .filter(|c| !c.is_ascii_graphic() && *c != '\u{fffd}')
        .count();
    assert_eq!(odd, 0, "{said:?}");
}

#[test]
fn a_plain_variable_that_holds_a_credential_is_withheld() {
    let upstream = serving(|_| Reply::full(200, "x"));
    let key = format!("sk-ant-api03-{}", "a1".repeat(45));
    for (value, given) in [
        ("eu-west-1", true),
        ("https://proxy.test:8080/path", true),
        ("https://user:word@proxy.test/", false),
        (key.as_str(), false),
        ("AIzaSyA0123456789abcdefghijklmnopqrstuv", false),
    ] {
        let (provider, ..) = Scene::guest("hostile")
            .base(upstream.url())
            .variable("HOSTILE_PLAIN", value)
            .on(&STAGE);
        let told = run(attack(&provider, KEY, &["env\tHOSTILE_PLAIN"])).expect("it is answered");
        assert_eq!(told.contains(value), given, "{told}");
        assert_eq!(told.contains("plain_credential"), !given, "{told}");
    }
}
