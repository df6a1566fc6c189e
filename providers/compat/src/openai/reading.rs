//! What replies of both dialects have in common.

use openclaw_sdk::chat::Event;
use openclaw_sdk::framing::{Frame, Framer, Framing};
use openclaw_sdk::{Failure, Usage};
use serde_json::Value;

use super::failure;
use crate::json;

/// Decides how a body is cut: by what the reply says it is, else by what was asked for.
#[must_use]
pub fn framing(content_type: Option<&str>, stream: bool) -> Framing {
    let content_type = content_type
        .unwrap_or_default()
        .trim_start()
        .to_ascii_lowercase();
    let says = |media_type: &str| content_type.starts_with(media_type);
    if says("text/event-stream") {
        Framing::Sse
    } else if says("application/json") || says("application/problem+json") || says("text/html") {
        Framing::Whole
    } else if stream {
        Framing::Sse
    } else {
        Framing::Whole
    }
}

/// Parses a frame.
///
/// # Errors
/// Kind `server` when it is not JSON.
pub fn value(data: &str) -> Result<Value, Failure> {
    json::parse(data).map_err(|_| failure::unexpected("the reply is not JSON"))
}

/// Returns the events of a whole body that is an event stream under another name.
#[must_use]
pub fn hidden_events(body: &str) -> Option<Vec<Frame>> {
    let body = body.trim_start();
    if !["data:", "event:", ":"]
        .iter()
        .any(|start| body.starts_with(start))
    {
        return None;
    }
    let (mut framer, mut frames) = (Framer::new(Framing::Sse), Vec::new());
    framer.push(body.as_bytes(), &mut frames).ok()?;
    framer.end(&mut frames);
    Some(frames)
}

/// Reads token counts of either dialect. The vendor counts cached tokens as prompt tokens too;
/// ours do not overlap.
#[must_use]
pub fn usage(value: Option<&Value>) -> Option<Usage> {
    let value = value.filter(|value| value.is_object())?;
    let count = |object: &Value, names: &[&str]| {
        names
            .iter()
            .find_map(|name| object.get(*name)?.as_u64())
            .unwrap_or_default()
    };
    let details = |names: &[&str], name: &str| {
        let found = names
            .iter()
            .find_map(|group| value.get(*group)?.get(name)?.as_u64());
        found.unwrap_or_default()
    };
    let prompt = ["input_tokens_details", "prompt_tokens_details"];
    let completion = ["output_tokens_details", "completion_tokens_details"];
    let cache_read = match details(&prompt, "cached_tokens") {
        // DeepSeek and Moonshot count beside the details, not in them.
        0 => count(value, &["prompt_cache_hit_tokens", "cached_tokens"]),
        cached => cached,
    };
    let cache_write = details(&prompt, "cache_write_tokens");
    Some(Usage {
        input: count(value, &["input_tokens", "prompt_tokens"])
            .saturating_sub(cache_read)
            .saturating_sub(cache_write),
        output: count(value, &["output_tokens", "completion_tokens"]),
        cache_read,
        cache_write,
        reasoning: details(&completion, "reasoning_tokens"),
    })
}

/// Returns a text that is not empty.
#[must_use]
pub fn text(value: Option<&Value>) -> Option<String> {
    value?
        .as_str()
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

/// Whether the answer is complete.
#[must_use]
pub fn stopped(events: &[Event]) -> bool {
    events.iter().any(|event| matches!(event, Event::Stop(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reply_says_how_it_is_cut_and_the_request_only_where_it_does_not() {
        assert_eq!(
            framing(Some("text/event-stream; charset=utf-8"), false),
            Framing::Sse
        );
        assert_eq!(framing(Some("Application/JSON"), true), Framing::Whole);
        assert_eq!(framing(Some("text/html"), true), Framing::Whole);
        assert_eq!(framing(None, true), Framing::Sse);
        assert_eq!(framing(Some("text/plain"), false), Framing::Whole);
    }

    #[test]
    fn counts_do_not_overlap_and_nonsense_does_not_underflow() {
        let read = |text: &str| {
            let usage = usage(Some(&value(text).expect("JSON"))).expect("an object");
            (
                usage.input,
                usage.output,
                usage.cache_read,
                usage.cache_write,
                usage.reasoning,
            )
        };
        let responses = r#"{"input_tokens":100,"input_tokens_details":{"cached_tokens":60,
            "cache_write_tokens":30},"output_tokens":7,"output_tokens_details":{"reasoning_tokens":5}}"#;
        assert_eq!(read(responses), (10, 7, 60, 30, 5));
        assert_eq!(
            read(r#"{"prompt_tokens":9,"prompt_cache_hit_tokens":4}"#),
            (5, 0, 4, 0, 0)
        );
        assert_eq!(
            read(r#"{"prompt_tokens":1,"prompt_tokens_details":{"cached_tokens":4}}"#).0,
            0
        );
        assert_eq!(
            read(r#"{"prompt_tokens":-1,"prompt_tokens_details":null}"#),
            (0, 0, 0, 0, 0)
        );
        assert!(usage(Some(&Value::Null)).is_none());
    }
}
