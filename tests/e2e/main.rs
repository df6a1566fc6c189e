//! The program as a user meets it: arguments and files in, output and files out. A file a command
//! family. `UPDATE_EXPECT=1 cargo test -p openclaw-tests` accepts what is printed now.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod agents;
mod alternate;
mod auth;
mod azure;
mod bad_input;
mod bedrock;
mod cascade;
mod concurrency;
mod config;
mod conversation;
mod demo;
mod doctor;
mod files;
mod gate;
mod hints;
mod independent;
mod json;
mod legacy;
mod minimax;
mod models;
mod network;
mod overview;
mod page;
mod plugins;
mod probe;
mod quoted_keys;
mod refresh_race;
mod scan;
mod secrets;
mod setup;
mod sign_in;
mod status;
mod surface;
mod vendors;
mod vertex;
mod words;

use openclaw_tests::{Expected, Output};

/// Where components are compiled once for all tests that do not look into the cache.
const CACHE: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/cache");

/// Compares a run with its transcript.
#[track_caller]
fn check(output: &Output, expected: &impl Expected) {
    expected.compare(&output.to_string());
}

/// Makes the durations of a run the same in every run.
fn steady(mut output: Output) -> Output {
    for text in [&mut output.stdout, &mut output.stderr] {
        *text = steady_text(text);
    }
    output
}

/// Makes the durations in a text the same in every run.
fn steady_text(text: &str) -> String {
    let mut steady = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(" ms") {
        let (before, after) = rest.split_at(at);
        steady.push_str(before.trim_end_matches(|c: char| c.is_ascii_digit()));
        steady.push_str("<n> ms");
        // Columns are as wide as their widest number.
        let next = &after[" ms".len()..];
        let text = next.trim_start_matches(' ');
        if next.len() - text.len() > 2 {
            steady.push_str("  ");
            rest = text;
        } else {
            rest = next;
        }
    }
    steady + rest
}
