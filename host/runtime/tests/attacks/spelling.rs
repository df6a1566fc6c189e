//! How servers spell what they give back.

use super::*;

pub(super) fn hex(text: &str, between: &str) -> String {
    let digits: Vec<String> = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    digits.join(between)
}

pub(super) fn each(text: &str, spell: impl Fn(u8) -> String) -> String {
    text.bytes().map(spell).collect()
}

pub(super) fn lines(text: &str, length: usize, end: &str) -> String {
    let lines = text.as_bytes().chunks(length).map(String::from_utf8_lossy);
    lines.collect::<Vec<_>>().join(end)
}

pub(super) fn json_of(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// How a server may write what it was sent.
pub(super) const SPELLINGS: &[Spelling] = &[
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
pub(super) const CARRIERS: &[Spelling] = &[
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
