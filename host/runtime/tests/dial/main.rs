//! What the gate says is what is dialled, and nothing of the surroundings takes part.

mod harbor;
mod replies;
#[path = "../support/mod.rs"]
mod support;
mod verdict;

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
