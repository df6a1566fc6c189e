//! Many requests through one router.

use std::fs;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::join_all;
use openclaw_router::{Event, RunError};
use openclaw_upstream::{Outcome, Script, When, anthropic};

use super::setup::{Setup, finish, lock, request};

/// Longest wait for something that is about to happen; reached only if it does not.
const PATIENCE: Duration = Duration::from_secs(60);

const AT_ONCE: usize = 200;

async fn round(router: &openclaw_router::Router) {
    let asked = (0..AT_ONCE).map(|number| {
        let answering = router.ask(request(&format!("number {number}")));
        tokio::spawn(finish(answering))
    });
    for (number, ended) in join_all(asked).await.into_iter().enumerate() {
        let response = ended.expect("no panic").expect("an answer");
        assert_eq!(response.text(), format!("You said: number {number}"));
        assert_eq!(response.source.to_string(), "profile:anthropic:me");
    }
    router.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_at_once_get_their_own_answers_and_renew_an_expired_login_once() {
    let setup = Setup::new();
    let router = setup.router();
    round(&router).await;
    assert_eq!(lock(&setup.tokens).renewals, 1);
    let stats = &setup.store()["usageStats"]["anthropic:me"];
    assert!(stats["lastUsed"].is_u64(), "{stats}");
    // Every use of every request is in the audit log, once: 200 answers and one renewal.
    let log = fs::read_to_string(setup.path("logs/audit.jsonl")).expect("an audit log");
    let sent = log.lines().filter(|line| line.contains("\"use\":\"http\""));
    assert_eq!(sent.count(), AT_ONCE + 1);
}

#[tokio::test]
async fn a_dropped_request_closes_its_connection_and_blames_nobody() {
    let setup = Setup::new();
    let router = setup.router();
    finish(router.ask(request("first")))
        .await
        .expect("an answer");
    router.settle().await;
    let before = setup.store();
    let stalled = anthropic::stream(&["piece "; 100]).stall_after(4_000);
    let script = Script::new().on(When::post("/anthropic/v1/messages"), stalled);
    setup.upstream.follow(script);
    let mut answering = router.ask(request("second"));
    loop {
        match answering.next().await {
            Some(Event::Answer(_)) => break,
            Some(Event::Ended(ended)) => panic!("{:?}", ended.map(|response| response.text())),
            Some(_) => {}
            None => panic!("an answer begins"),
        }
    }
    drop(answering);
    let left = tokio::task::spawn_blocking(move || {
        let left = setup.upstream.wait_until(PATIENCE, |journal| {
            journal.last().map(|last| last.outcome) == Some(Outcome::ClientLeft)
        });
        (left, setup)
    });
    let (left, setup) = left.await.expect("no panic");
    assert!(left, "the connection stays open");
    router.settle().await;
    assert_eq!(setup.store(), before);
    // What the dropped request sent is in the audit log all the same.
    let log = fs::read_to_string(setup.path("logs/audit.jsonl")).expect("an audit log");
    let sent = log
        .lines()
        .filter(|line| line.contains("/v1/messages"))
        .count();
    assert_eq!(sent, 2);
}

#[tokio::test]
async fn a_request_keeps_the_snapshot_that_it_began_with() {
    let setup = Setup::new();
    let router = setup.router();
    let mut early = router.ask(request("early"));
    while !matches!(early.next().await, Some(Event::Answer(_))) {}
    let config = setup.path("openclaw.json");
    let text = fs::read_to_string(&config).expect("the config");
    fs::write(&config, text.replace("claude-opus-4-5", "claude-nobody")).expect("written");
    router.replace(setup.snapshot());
    let early = finish(early).await.expect("an answer");
    assert_eq!(early.model.to_string(), "anthropic/claude-opus-4-5");
    let late = finish(router.ask(request("late")))
        .await
        .expect("an answer");
    assert_eq!(late.model.to_string(), "anthropic/claude-nobody");
}

#[tokio::test]
async fn what_others_learn_meanwhile_counts_before_the_next_attempt() {
    let setup = Setup::new();
    let router = setup.router();
    finish(router.ask(request("first")))
        .await
        .expect("an answer");
    router.settle().await;
    // Another process meets the limit of this model and writes it down.
    let path = setup.path("agents/main/agent/auth-profiles.json");
    let mut store = setup.store();
    let until = super::setup::NOW_MS + 600_000;
    store["usageStats"]["anthropic:me"]["cooldownUntil"] = until.into();
    fs::write(&path, store.to_string()).expect("written");
    let asked = setup.upstream.requests().len();
    match finish(router.ask(request("second"))).await {
        Err(RunError::Failed { failed, .. }) => assert_eq!(failed.trail.failures().count(), 0),
        other => panic!("{:?}", other.map(|response| response.text())),
    }
    assert_eq!(setup.upstream.requests().len(), asked);
}
