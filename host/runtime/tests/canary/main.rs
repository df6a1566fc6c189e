//! A secret that can be recognized goes through every call of every provider, past servers that
//! give it back in every way: afterwards it is nowhere but in the requests.

mod aws;
mod search;
#[path = "../support/mod.rs"]
mod support;
mod vendors;
mod vertex;

use std::cell::RefCell;
use std::fmt::{Debug, Display};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use openclaw_runtime::provider::{Found, ProbeOptions};
use openclaw_runtime::redact::encodings_of;
use openclaw_runtime::{CallError, Options, Provider, StoredSecret};
use openclaw_upstream::{
    Echo, Form, Received, Reply, Script, Upstream, When, anthropic, google, ollama, openai,
};
use search::Search;
use serde_json::{Value, json};
use support::{Notes, Scene, Stage, asking, held, run, talk, text_of};
use vendors::{ANTHROPIC, AZURE, COMPLETIONS, GOOGLE, MINIMAX, OLLAMA, OPENAI, Vendor, plain};

/// Part of every canary, and of nothing else: found also where the rest of it was taken out.
const FRAGMENT: &str = "Zq0CanaryFragment9x";

/// How an echo is cut into chunks.
const SPLITS: [Option<usize>; 4] = [None, Some(1), Some(3), Some(7)];

/// A secret with everything that some encoding writes otherwise, as a header may carry it. The
/// `%41` is there for whoever decodes twice. Two of them have no long piece in common, or one would
/// be taken for the other with something around it.
fn canary(name: &str) -> String {
    format!("sk-{name}/+=%41\"{name}\\ {FRAGMENT}{name}&?#/\\\"{name}%")
}

#[test]
fn anthropic_holds_no_secret() {
    survey(&ANTHROPIC);
}

#[test]
fn minimax_holds_no_secret() {
    survey(&MINIMAX);
}

#[test]
fn openai_holds_no_secret() {
    survey(&OPENAI);
}

#[test]
fn openai_holds_no_secret_in_its_older_dialect() {
    survey(&COMPLETIONS);
}

#[test]
fn azure_openai_holds_no_secret() {
    survey(&AZURE);
}

#[test]
fn google_holds_no_secret() {
    survey(&GOOGLE);
}

#[test]
fn ollama_holds_no_secret() {
    survey(&OLLAMA);
}

/// Has everything that is sent come back in every form within every reply, a call each; returns how
/// many there were.
fn echoed(upstream: &Upstream, into: &[fn(&str) -> Reply], mut call: impl FnMut(usize)) -> usize {
    let mut turn = 0;
    for into in into {
        for form in Form::ALL {
            let mut echo = Echo::new(form).into_reply(*into);
            if turn % 3 == 2 {
                echo = echo.status(401);
            }
            if let Some(size) = SPLITS[turn % 4] {
                echo = echo.split(size);
            }
            upstream.follow(Script::new().otherwise(echo));
            call(turn);
            turn += 1;
        }
    }
    turn
}

fn survey(vendor: &Vendor) {
    let secret = canary(vendor.id);
    let name = format!("{}{}", vendor.id, vendor.api.unwrap_or_default());
    let mut search = Search::begin(&name, &[&secret]);
    let upstream = Upstream::start((vendor.honest)()).expect("starts");
    let mut scene = Scene::bundled(vendor.id)
        .base(format!("{}{}", upstream.url(), vendor.below))
        .variable(vendor.variable, &secret);
    if let Some(api) = vendor.api {
        scene = scene.api(api);
    }
    let provider = search.on(scene);

    // What the provider itself finds in the environment is used from here on.
    let found: Option<Found> = run(provider.resolve()).expect("it resolves");
    search.note_text(format!("{found:?}"));
    let found = found.expect("the variable is set");
    assert_eq!(found.secret.expose(), secret);
    assert_eq!(found.source, format!("env:{}", vendor.variable));
    let key = found.secret;

    let inspected = run(provider.inspect(&key));
    assert!(inspected.is_ok(), "{inspected:?}");
    search.note(&inspected);
    if vendor.id != "anthropic" {
        let refreshed = run(provider.refresh(&key));
        assert!(refreshed.is_err());
        search.note(&refreshed);
    }
    for call in 0..CALLS {
        let outcome = run(one_call(&search, &provider, &key, kind(vendor, call)));
        outcome.unwrap_or_else(|error| panic!("{}, call {call}: {error}", vendor.id));
    }
    search.finds_nothing(CALLS);

    // The same calls, and all that was sent comes back.
    let mut turn = 0;
    for into in vendor.into {
        for form in Form::ALL {
            // Two of the four, in turn: byte by byte takes its time. The guest below meets each.
            for split in [SPLITS[turn % 4], SPLITS[(turn + 1) % 4]] {
                let mut echo = Echo::new(form).into_reply(*into);
                // Every third is an error, whatever it says; 3 and the number of calls have no
                // divisor in common.
                if turn % 3 == 2 {
                    echo = echo.status(401);
                }
                if let Some(size) = split {
                    echo = echo.split(size);
                }
                upstream.follow(Script::new().otherwise(echo));
                run(one_call(&search, &provider, &key, kind(vendor, turn))).ok();
                turn += 1;
            }
        }
    }
    // Replies that break.
    for reply in [
        Reply::disconnect(),
        Reply::raw(format!("HTTP/1.1 {secret}\r\n\r\n")),
        Reply::raw(format!("{secret}\r\nx: {secret}\r\n\r\n")),
        Reply::raw(format!("HTTP/1.1 200 OK\r\n{secret}: 1\r\n\r\n{secret}")),
        Reply::raw(format!(
            "HTTP/1.1 200 {secret}\r\ntransfer-encoding: chunked\r\n\r\n{secret}\r\n"
        )),
        Reply::redirect(
            307,
            &format!("http://127.0.0.1:1/{}", Form::Percent.apply(&secret)),
        ),
        plain(&secret).cut_after(20),
    ] {
        upstream.follow(Script::new().otherwise(reply));
        for call in 0..CALLS {
            let outcome = run(one_call(&search, &provider, &key, kind(vendor, call)));
            assert!(outcome.is_err(), "{outcome:?}");
        }
    }

    // Everything went over the wire, or nothing would be proven.
    let requests = upstream.requests();
    assert!(requests.len() >= turn, "{} requests", requests.len());
    assert!(requests.iter().all(|request| sent(request, &secret)));
    search.finds_nothing(turn);
    search.finds_what_is_there();
}

/// How many kinds of call there are.
const CALLS: usize = 7;

/// Returns the kind of a call. A vendor without free calls is asked for an answer instead.
fn kind(vendor: &Vendor, call: usize) -> usize {
    match call % CALLS {
        free @ (2 | 3) if !vendor.free => free + 2,
        kind => kind,
    }
}

async fn one_call(
    search: &Search,
    provider: &Provider,
    key: &Arc<StoredSecret>,
    call: usize,
) -> Result<(), CallError> {
    let options = |model: Option<&str>, may_spend| ProbeOptions {
        model: model.map(str::to_owned),
        max_tokens: 16,
        may_spend,
    };
    match call {
        // Half of the calls are chats, in which most can go wrong.
        chat @ (0 | 1 | 4 | 5) => {
            let request = asking("some-model", "Hello?", chat % 2 == 0);
            let outcome = talk(provider, Some(key), &request).await;
            if let Ok(events) = &outcome {
                search.note_text(text_of(events));
            }
            search.note(&outcome);
            outcome.map(drop)
        }
        2 => {
            let outcome = provider.probe(Some(key), &options(None, false)).await;
            search.note(&outcome);
            outcome.map(drop)
        }
        3 => {
            let outcome = provider.discover(Some(key)).await;
            search.note(&outcome);
            outcome.map(drop)
        }
        _ => {
            let outcome = provider
                .probe(Some(key), &options(Some("some-model"), true))
                .await;
            search.note(&outcome);
            outcome.map(drop)
        }
    }
}

fn sent(request: &Received, secret: &str) -> bool {
    request.credential() == Some(secret)
}

/// A guest that copies all it can see of a reply: each header, and the body as it came.
#[test]
fn a_guest_that_keeps_every_byte_of_a_reply_holds_no_secret() {
    let secret = canary("hostile");
    let mut search = Search::begin("hostile", &[&secret]);
    let upstream = Upstream::start(Script::new()).expect("starts");
    let provider = search.on(Scene::guest("hostile").base(upstream.url()));
    let key = held(&secret, "api-key");
    let mut calls = 0;
    for form in Form::ALL {
        for split in SPLITS {
            for status in [200, 500] {
                let mut echo = Echo::new(form).status(status);
                if let Some(size) = split {
                    echo = echo.split(size);
                }
                upstream.follow(Script::new().otherwise(echo));
                let request = asking("echo", "Hello?", true);
                let events = run(talk(&provider, Some(&key), &request)).expect("it is answered");
                let text = text_of(&events);
                // Once in its header, once in the body; whatever else the echo holds is there.
                assert_eq!(
                    text.matches("[secret]").count(),
                    2,
                    "{form:?}, {split:?}: {text}"
                );
                assert!(text.starts_with(&format!("status {status}\n")), "{text}");
                let hello = form.apply("Hello?");
                assert_eq!(
                    text.matches(&hello).count(),
                    2,
                    "{form:?}, {split:?}: {text}"
                );
                search.note_text(text);
                calls += 1;
            }
        }
    }
    assert_eq!(upstream.requests().len(), calls);
    assert!(
        upstream
            .requests()
            .iter()
            .all(|request| sent(request, &secret))
    );
    search.finds_nothing(calls);
    search.finds_what_is_there();
}

/// Renewing a sign-in: one secret goes out in a body, two come back in a body.
#[test]
fn renewed_credentials_are_captured_before_the_guest_sees_them() {
    let [old, access, next] = ["old", "access", "next"].map(canary);
    let mut search = Search::begin("refresh", &[&old, &access, &next]);
    let upstream = Upstream::start(Script::new()).expect("starts");
    let provider = search.on(Scene::bundled("anthropic").base(upstream.url()));
    let key = held(&old, "oauth");
    let mut calls = 0;
    let issued = |form: Form| {
        json!({
            "access_token": access,
            "refresh_token": next,
            "expires_in": 28_800,
            "again": [form.apply(&access), { "and": form.apply(&next), "old": form.apply(&old) }],
            "account": { format!("of {}", form.apply(&access)): 1 },
        })
    };
    for (index, form) in Form::ALL.into_iter().enumerate() {
        for split in SPLITS {
            let mut reply = Reply::json(200, &issued(form))
                .header("x-issued", form.apply(&access))
                .header("x-next", form.apply(&next));
            if let Some(size) = split {
                reply = reply.split(size);
            }
            upstream.follow(Script::new().otherwise(reply));
            let renewed = run(provider.refresh(&key));
            search.note(&renewed);
            let renewed = renewed.expect("it is renewed");
            assert_eq!(renewed.secret.expose(), access);
            assert_eq!(renewed.refresh.expect("a new one").expose(), next);
            assert_eq!(renewed.expires_at, Some(support::NOW_MS + 28_800_000));

            calls += 1;
            if split != SPLITS[index % 4] {
                continue;
            }
            for (status, into) in [
                (200, plain as fn(&str) -> Reply),
                (400, plain),
                (400, |text| anthropic::error(400, "invalid_grant", text)),
                (200, |text| {
                    Reply::json(200, &json!({ "access_token": 1, "said": text }))
                }),
            ] {
                let mut echo = Echo::new(form).status(status).into_reply(into);
                if let Some(size) = split {
                    echo = echo.split(size);
                }
                upstream.follow(Script::new().otherwise(echo));
                let refused = run(provider.refresh(&key));
                assert!(refused.is_err(), "{refused:?}");
                search.note(&refused);
            }
            calls += 4;
        }
    }
    // Also when it is more than is read for captures.
    let mut large = issued(Form::Raw);
    large["filler"] = Value::from("x".repeat(2 << 20));
    upstream.follow(Script::new().otherwise(Reply::json(200, &large)));
    let refused = run(provider.refresh(&key));
    let said = refused.as_ref().expect_err("too large").to_string();
    assert!(said.contains("a reply with captures has at most"), "{said}");
    search.note(&refused);

    let requests = upstream.requests();
    assert_eq!(requests.len(), calls + 1);
    for request in requests {
        let body = request.json().expect("the secret was written as JSON");
        assert_eq!(body["refresh_token"], old.as_str());
    }
    search.finds_nothing(calls);
    search.finds_what_is_there();
}
