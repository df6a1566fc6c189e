//! What replies of both dialects have in common.

use openclaw_sdk::chat::{About, Alternative, Citation, Span, Token};
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
    let count = |names: &[&str]| names.iter().find_map(|name| value.get(*name)?.as_u64());
    let detail = |groups: &[&str; 2], name: &str| {
        groups
            .iter()
            .find_map(|group| value.get(*group)?.get(name)?.as_u64())
    };
    let prompt = ["input_tokens_details", "prompt_tokens_details"];
    let completion = ["output_tokens_details", "completion_tokens_details"];
    // DeepSeek and Moonshot count beside the details, not in them.
    let beside = || count(&["prompt_cache_hit_tokens", "cached_tokens"]);
    let cache_read = match detail(&prompt, "cached_tokens") {
        Some(0) | None => beside().or(detail(&prompt, "cached_tokens")),
        cached => cached,
    };
    let cache_write = detail(&prompt, "cache_write_tokens").filter(|count| *count > 0);
    let mut details = Vec::new();
    for (groups, side) in [(&prompt, "input."), (&completion, "output.")] {
        for (name, ours) in [
            ("audio_tokens", "audio"),
            ("image_tokens", "image"),
            ("accepted_prediction_tokens", "prediction-accepted"),
            ("rejected_prediction_tokens", "prediction-rejected"),
        ] {
            if let Some(count) = detail(groups, name).filter(|count| *count > 0) {
                details.push(([side, ours].concat(), count));
            }
        }
    }
    let cached = cache_read
        .unwrap_or(0)
        .saturating_add(cache_write.unwrap_or(0));
    let input = count(&["input_tokens", "prompt_tokens"]);
    Some(Usage {
        input: input.map(|input| input.saturating_sub(cached)),
        output: count(&["output_tokens", "completion_tokens"]),
        cache_read,
        cache_write,
        reasoning: detail(&completion, "reasoning_tokens"),
        details,
        cost_usd: value.get("cost").and_then(Value::as_f64),
    })
}

/// Returns what a reply says of itself; `created` is the key of its time, in seconds.
#[must_use]
pub fn about(value: &Value, created: &str) -> About {
    About {
        id: text(value.get("id")),
        model: text(value.get("model")),
        created: value[created]
            .as_u64()
            .map(|seconds| seconds.saturating_mul(1_000)),
        request_id: None,
        service_tier: text(value.get("service_tier")),
        extensions: Vec::new(),
    }
}

/// Reads what a text rests on: an address, as both dialects write it.
#[must_use]
pub fn citation(annotation: &Value) -> Option<Citation> {
    let told = if annotation["url_citation"].is_object() {
        &annotation["url_citation"]
    } else {
        annotation
    };
    let url = text(told.get("url"));
    let title = text(told.get("title")).or_else(|| text(told.get("filename")));
    if url.is_none() && title.is_none() {
        return None;
    }
    let supports = match (told["start_index"].as_u64(), told["end_index"].as_u64()) {
        (Some(begin), Some(end)) => Some(Span {
            begin,
            end,
            unit: "chars".to_owned(),
        }),
        _ => None,
    };
    Some(Citation {
        url,
        title,
        quote: None,
        document: None,
        at: None,
        supports,
        extensions: Vec::new(),
    })
}

/// Reads how likely tokens were.
#[must_use]
pub fn tokens(list: &Value) -> Vec<Token> {
    let alternative = |value: &Value| Alternative {
        token: value["token"].as_str().unwrap_or_default().to_owned(),
        bytes: value["bytes"].as_array().map(|bytes| {
            let bytes = bytes.iter().filter_map(Value::as_u64);
            bytes.filter_map(|byte| u8::try_from(byte).ok()).collect()
        }),
        logprob: value["logprob"].as_f64().unwrap_or(0.0),
    };
    let tokens = list.as_array().into_iter().flatten();
    tokens
        .map(|token| Token {
            chosen: alternative(token),
            top: token["top_logprobs"]
                .as_array()
                .into_iter()
                .flatten()
                .map(alternative)
                .collect(),
        })
        .collect()
}

/// Returns a text that is not empty.
#[must_use]
pub fn text(value: Option<&Value>) -> Option<String> {
    value?
        .as_str()
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
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
        let all = (Some(10), Some(7), Some(60), Some(30), Some(5));
        assert_eq!(read(responses), all);
        assert_eq!(
            read(r#"{"prompt_tokens":9,"prompt_cache_hit_tokens":4}"#),
            (Some(5), None, Some(4), None, None)
        );
        assert_eq!(
            read(r#"{"prompt_tokens":1,"prompt_tokens_details":{"cached_tokens":4}}"#).0,
            Some(0)
        );
        assert_eq!(
            read(r#"{"prompt_tokens":-1,"prompt_tokens_details":null}"#),
            (None, None, None, None, None),
            "what was not told is unknown"
        );
        assert!(usage(Some(&Value::Null)).is_none());
    }
}
