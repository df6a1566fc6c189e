//! Many requests through one router, and how quickly a dropped one closes its connection. Prints
//! figures; asserts nothing about time.
//!
//!     cargo bench -p openclaw-router

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

#[path = "../tests/it/setup.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod setup;

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use futures_util::future::join_all;
use openclaw_router::{Event, Router};
use openclaw_upstream::{Outcome, Script, When, anthropic};

use setup::{Setup, finish, request};

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let setup = Setup::new();
        let router = setup.router();
        // Compiles the component, renews the login.
        once(&router).await;
        for at_once in [1_usize, 16, 200] {
            let mut all = Vec::new();
            for _ in 0..10 {
                let begun = Instant::now();
                let asked = (0..at_once).map(|_| once(&router));
                join_all(asked).await;
                all.push(begun.elapsed());
            }
            print("requests at once, all answered", at_once, all);
        }
        router.settle().await;
        let stalled = anthropic::stream(&["piece "; 100]).stall_after(4_000);
        let script = Script::new().on(When::post("/anthropic/v1/messages"), stalled);
        setup.upstream.follow(script);
        let mut closed = Vec::new();
        for _ in 0..50 {
            let mut answering = router.ask(request("a request that is dropped"));
            while let Some(event) = answering.next().await {
                if matches!(event, Event::Answer(_)) {
                    break;
                }
            }
            let begun = Instant::now();
            drop(answering);
            let upstream = &setup.upstream;
            let left = tokio::task::block_in_place(|| {
                upstream.wait_until(Duration::from_secs(10), |journal| {
                    journal.last().map(|last| last.outcome) == Some(Outcome::ClientLeft)
                })
            });
            assert!(left, "the connection stays open");
            closed.push(begun.elapsed());
        }
        print(
            "from dropping a request to its connection closed",
            1,
            closed,
        );
    });
}

async fn once(router: &Router) {
    let ended = finish(router.ask(request("again"))).await;
    ended.expect("an answer");
}

fn print(what: &str, number: usize, mut times: Vec<Duration>) {
    times.sort();
    let at = |part: usize| times[(times.len() - 1) * part / 100].as_secs_f64() * 1e3;
    println!(
        "{number:>4} {what:<50} {:>8.1} {:>8.1} {:>8.1}  ms (p50, p90, most; {} runs)",
        at(50),
        at(90),
        at(100),
        times.len()
    );
}
