//! Testing a vendor's component natively: its samples, through a decoder and a classification.

pub mod vendor;

use openclaw_sdk::conversation::Request;
use openclaw_sdk::events::Events;
use openclaw_sdk::framing::{Framer, Framing};
use openclaw_sdk::stream::Decode;
use openclaw_sdk::testing::{Counts, Decoded, Summary, chunkings, decode, request};
use openclaw_sdk::{Failure, FailureKind, Model};
use serde_json::{Value, json};

/// Decodes a body in every chunking; each must give the same.
///
/// # Panics
/// If one differs.
pub fn decoded<D: Decode>(body: &str, framing: Framing, decoder: impl Fn() -> D) -> Decoded {
    let mut all = chunkings(body.as_bytes())
        .into_iter()
        .map(|chunks| decode(decoder(), framing, &chunks));
    let first = all.next().expect("at least one chunking");
    for other in all {
        assert_eq!(other, first, "{body}");
    }
    first
}

/// Returns counts with zero for what was not told.
#[must_use]
pub fn known(counts: Counts) -> (u64, u64, u64, u64, u64) {
    let (input, output, read, written, reasoning) = counts;
    let [input, output, read, written, reasoning] =
        [input, output, read, written, reasoning].map(|count| count.unwrap_or(0));
    (input, output, read, written, reasoning)
}

/// Returns whether a model has an ability, where that is known.
#[must_use]
pub fn ability(model: &Model, name: &str) -> Option<bool> {
    let mut known = model.abilities.iter();
    known.find(|(known, _)| known == name).map(|(_, can)| *can)
}

/// Returns what tests compare of a failure, its kind by its name in Rust.
#[must_use]
pub fn summary(failure: &Failure) -> Summary {
    named(openclaw_sdk::testing::summary(failure))
}

/// Returns a summary with the kind's name in Rust.
#[must_use]
pub fn named(summary: Summary) -> Summary {
    let (kind, code, status, wait) = summary;
    (format!("{:?}", FailureKind::of(&kind)), code, status, wait)
}

/// Returns a request with these messages, roles and texts alternating.
///
/// # Panics
/// If a role is none.
#[must_use]
pub fn asked(model: &str, said: &[(&str, &str)]) -> Request {
    let messages: Vec<Value> = said
        .iter()
        .map(|(role, text)| json!({ "role": role, "parts": [{ "text": text }] }))
        .collect();
    request(model, &json!({ "messages": messages, "stream": true })).0
}

/// Takes a sample of a refusal apart: the status, headers a line each, a blank line, the body.
///
/// # Panics
/// If it is not written so.
#[must_use]
pub fn refusal(sample: &str) -> (u16, Vec<(String, String)>, String) {
    let (head, body) = sample
        .split_once("\n\n")
        .expect("a blank line after the headers");
    let mut lines = head.lines();
    let status = lines
        .next()
        .and_then(|line| line.parse().ok())
        .expect("a status");
    let headers = lines
        .map(|line| line.split_once(": ").expect("a header"))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    (status, headers, body.to_owned())
}

/// Feeds a decoder a body frame by frame, and goes on after a frame that it does not understand.
///
/// # Panics
/// If the decoder does, or the body has a frame longer than is accepted.
pub fn feed(body: &str, framing: Framing, decoder: &mut impl Decode) {
    let (mut framer, mut frames) = (Framer::new(framing), Vec::new());
    let mut events = Events::default();
    framer
        .push(body.as_bytes(), &mut frames)
        .expect("samples are short");
    framer.end(&mut frames);
    frames
        .iter()
        .for_each(|frame| drop(decoder.frame(frame, &mut events)));
}

/// Returns how a sample's body is cut, by the end of its name.
#[must_use]
pub fn framing_of(name: &str) -> Framing {
    if name.ends_with(".sse") {
        Framing::Sse
    } else {
        Framing::Whole
    }
}
