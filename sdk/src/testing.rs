//! Testing a provider natively: wire samples through its decoder, in every chunking.

use crate::chat::Event;
use crate::facts::{self, Catalog};
use crate::framing::{Frame, Framer, Framing};
use crate::stream::Decode;
use crate::{Failure, Usage, errors};

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
        assert_eq!(entry.columns(), facts::COLUMNS, "{id}");
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

/// What tests compare of a failure: kind, code, status, waiting time in milliseconds.
pub type Summary = (String, Option<String>, Option<u16>, Option<u64>);

/// What a decoder made of a body.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decoded {
    /// The answer's text.
    pub text: String,
    /// The visible reasoning.
    pub reasoning: String,
    /// The last usage told.
    pub usage: Option<(u64, u64, u64, u64, u64)>,
    /// The stop reason.
    pub stop: Option<String>,
    /// Kind, code, status and waiting time of the failure, if it ended so.
    pub failure: Option<Summary>,
}

/// Runs a body through a decoder as the stream of a chat would.
pub fn decode<D: Decode>(mut decoder: D, framing: Framing, chunks: &[Vec<u8>]) -> Decoded {
    let mut framer = Framer::new(framing);
    let mut decoded = Decoded::default();
    let mut frames = Vec::new();
    let mut end = Ok(());
    for chunk in chunks {
        framer.push(chunk, &mut frames).expect("samples are short");
        end = feed(&mut decoder, &mut frames, &mut decoded);
        if end.is_err() || decoded.stop.is_some() {
            break;
        }
    }
    if end.is_ok() && decoded.stop.is_none() {
        framer.end(&mut frames);
        end = feed(&mut decoder, &mut frames, &mut decoded);
        if end.is_ok() && decoded.stop.is_none() {
            let mut events = Vec::new();
            end = decoder.end(&mut events);
            events
                .into_iter()
                .for_each(|event| note(&mut decoded, event));
            if end.is_ok() && decoded.stop.is_none() {
                end = Err(errors::truncated());
            }
        }
    }
    if let Err(failure) = end {
        decoded.failure = Some(summary(&failure));
    }
    decoded
}

/// Returns what tests compare of a failure.
#[must_use]
pub fn summary(failure: &Failure) -> Summary {
    (
        format!("{:?}", failure.kind)
            .rsplit("::")
            .next()
            .unwrap_or_default()
            .to_owned(),
        failure.code.clone(),
        failure.status,
        failure.retry_after_ms,
    )
}

fn feed<D: Decode>(
    decoder: &mut D,
    frames: &mut Vec<Frame>,
    decoded: &mut Decoded,
) -> Result<(), Failure> {
    for frame in frames.drain(..) {
        let mut events = Vec::new();
        let result = decoder.frame(&frame, &mut events);
        events.into_iter().for_each(|event| note(decoded, event));
        result?;
        if decoded.stop.is_some() {
            break;
        }
    }
    Ok(())
}

fn note(decoded: &mut Decoded, event: Event) {
    match event {
        Event::Text(text) => decoded.text.push_str(&text),
        Event::Reasoning(text) => decoded.reasoning.push_str(&text),
        Event::Usage(Usage {
            input,
            output,
            cache_read,
            cache_write,
            reasoning,
        }) => {
            decoded.usage = Some((input, output, cache_read, cache_write, reasoning));
        }
        Event::Stop(reason) => decoded.stop = Some(reason),
    }
}
