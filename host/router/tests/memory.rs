//! That memory does not grow with the number of requests: a test of its own, because it looks at the
//! memory of the whole process.
#![cfg(target_os = "linux")]

#[path = "it/setup.rs"]
#[expect(dead_code, reason = "the other tests of the router use more of it")]
mod setup;

use std::fs;

use futures_util::future::join_all;

use setup::{Setup, finish, request};

/// How many requests are sent at once.
const AT_ONCE: usize = 200;

/// Returns the memory of this process that is its own, in KiB.
fn resident() -> usize {
    let status = fs::read_to_string("/proc/self/status").expect("procfs");
    let line = status.lines().find(|line| line.starts_with("RssAnon:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number.expect("a number").parse().expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_does_not_grow_with_the_number_of_requests() {
    let setup = Setup::new();
    let router = setup.router();
    let mut after = Vec::new();
    for _ in 0..4 {
        for _ in 0..5 {
            let asked = (0..AT_ONCE).map(|_| tokio::spawn(finish(router.ask(request("again")))));
            for ended in join_all(asked).await {
                ended.expect("no panic").expect("an answer");
            }
        }
        router.settle().await;
        after.push(resident());
    }
    // The upstream, which is in this process too, keeps some 3 KiB of each request: 3 MiB of 1,000.
    let grown = after[3].saturating_sub(after[1]);
    assert!(grown < 16 << 10, "KiB after each 1,000 requests: {after:?}");
}
