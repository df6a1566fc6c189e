//! Testing a provider natively: requests from JSON, wire samples through its decoder in every
//! chunking, and what it would send as text.

mod fold;
mod request;

use serde_json::Value;

use crate::events::Events;
use crate::facts::{self, Catalog};
use crate::framing::{Cut, Framer, Framing};
use crate::json::{Body, Piece};
use crate::stream::{Decode, Decoding};
use crate::{Failure, errors};

pub use fold::fold;
pub use request::{Blobs, request};

/// Returns ways to cut `bytes` into chunks: whole, byte by byte, and in two at each position (every
/// position of short texts, sampled ones of long texts).
#[must_use]
pub fn chunkings(bytes: &[u8]) -> Vec<Vec<Vec<u8>>> {
    let mut ways = vec![
        vec![bytes.to_vec()],
        bytes.chunks(1).map(<[u8]>::to_vec).collect(),
    ];
    let step = (bytes.len() / 64).max(1);
    for at in (0..bytes.len()).step_by(step) {
        ways.push(vec![bytes[..at].to_vec(), bytes[at..].to_vec()]);
    }
    ways
}

/// Checks that a built-in list of models can be read as it is meant.
///
/// # Panics
/// If ids are not in order or not unique, a line has other columns than it should, or a model writes
/// more than it reads.
pub fn check_catalog(catalog: &Catalog) {
    let mut last: Option<&str> = None;
    for entry in catalog.entries() {
        let id = entry.id();
        assert!(last.is_none_or(|last| last < id), "{id} is out of order");
        last = Some(id);
        assert_eq!(catalog.find(id), Some(entry), "{id}");
        let columns = facts::LEAST_COLUMNS..=facts::COLUMNS;
        assert!(columns.contains(&entry.columns()), "{id}");
        let model = entry.model();
        let within = model.context.is_none() || model.max_output <= model.context;
        assert!(within, "{id} writes more than it reads");
        let dollars = [model.price.input, model.price.output];
        assert!(dollars.iter().flatten().all(|price| *price >= 0.0), "{id}");
        assert!(
            !model.sources.is_empty() && model.sources.iter().all(|source| source.contains('@')),
            "{id} has no source"
        );
    }
}

/// Returns a body as the host would send it, with the bytes of its blobs.
///
/// # Panics
/// If it names a blob that is not there.
#[must_use]
pub fn body_text(body: &Body, blobs: &Blobs) -> String {
    let mut text = String::new();
    for piece in body.pieces() {
        match piece {
            Piece::Text(piece) => text.push_str(piece),
            Piece::Blob(id, encoding) => text.push_str(&blobs.encoded(id, *encoding)),
        }
    }
    text
}

/// Returns a body as the host would send it, as a value.
///
/// # Panics
/// If it is not JSON, or names a blob that is not there.
#[must_use]
pub fn body_json(body: &Body, blobs: &Blobs) -> Value {
    let text = body_text(body, blobs);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// What tests compare of a failure: kind, code, status, waiting time in milliseconds.
pub type Summary = (String, Option<String>, Option<u16>, Option<u64>);

/// Tokens: input, output, read from a cache, written to a cache, reasoning.
pub type Counts = (
    Option<u64>,
    Option<u64>,
    Option<u64>,
    Option<u64>,
    Option<u64>,
);

/// What a decoder made of a body.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decoded {
    /// The text of the first answer, words of refusal included.
    pub text: String,
    /// The readable reasoning of the first answer.
    pub reasoning: String,
    /// The last usage told.
    pub usage: Option<Counts>,
    /// Why the first answer ended.
    pub stop: Option<String>,
    /// Kind, code, status and waiting time of the failure, if it ended so.
    pub failure: Option<Summary>,
}

/// Runs a body through a decoder as the stream of a chat would.
pub fn decode<D: Decode>(decoder: D, framing: Framing, chunks: &[Vec<u8>]) -> Decoded {
    summarized(&decode_whole(decoder, framing, chunks))
}

/// Returns what tests compare of a folded answer.
#[must_use]
pub fn summarized(folded: &Value) -> Decoded {
    let (mut text, mut reasoning) = (String::new(), String::new());
    let answer = &folded["answers"][0];
    for part in answer["parts"].as_array().into_iter().flatten() {
        let words = part["text"].as_str().or(part["refusal"].as_str());
        text.push_str(words.unwrap_or_default());
        let thought = &part["reasoning"]["text"];
        reasoning.push_str(thought.as_str().unwrap_or_default());
    }
    let count = |name: &str| folded["usage"][name].as_u64();
    let word = |value: &Value| value.as_str().map(str::to_owned);
    let failure = &folded["failure"];
    Decoded {
        text,
        reasoning,
        usage: folded["usage"].is_object().then(|| {
            (
                count("input"),
                count("output"),
                count("cache_read"),
                count("cache_write"),
                count("reasoning"),
            )
        }),
        stop: word(&answer["finish"]["reason"]),
        failure: word(&failure["kind"]).map(|kind| {
            let status = failure["status"].as_u64();
            (
                kind,
                word(&failure["code"]),
                status.and_then(|status| u16::try_from(status).ok()),
                failure["retry_after_ms"].as_u64(),
            )
        }),
    }
}

/// Runs a body through a decoder as the stream of a chat would, and folds everything that comes of
/// it: see [`fold()`].
pub fn decode_whole<D: Decode>(decoder: D, framing: Framing, chunks: &[Vec<u8>]) -> Value {
    decode_cut(decoder, Framer::new(framing), chunks)
}

/// As [`decode_whole`], for a wire whose frames are its own.
pub fn decode_cut<D: Decode>(decoder: D, cut: impl Cut, chunks: &[Vec<u8>]) -> Value {
    let mut decoding = Decoding::new(cut, decoder, Events::default());
    let mut events = Vec::new();
    let mut result = Ok(());
    for chunk in chunks {
        result = decoding.advance(Some(chunk));
        events.extend(decoding.events.take());
        if result.is_err() || decoding.events.is_complete() {
            break;
        }
    }
    if result.is_ok() && !decoding.events.is_complete() {
        result = decoding.advance(None);
        events.extend(decoding.events.take());
    }
    fold(events, result.err().as_ref())
}

/// Returns what tests compare of a failure.
#[must_use]
pub fn summary(failure: &Failure) -> Summary {
    (
        failure.kind.clone(),
        failure.code.clone(),
        failure.status,
        failure.retry_after_ms,
    )
}

/// Returns the failure of a stream that lacks its end, as [`Decoded::failure`] has it.
#[must_use]
pub fn truncated() -> Summary {
    summary(&errors::truncated())
}
