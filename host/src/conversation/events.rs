//! What comes back while a model answers, as lines of JSON.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openclaw_core::conversation::{Event, Opening, Piece};
use serde_json::{Value, json};

use super::write;

/// Returns an event; nothing for the vendor's own that changes nothing.
#[must_use]
pub fn line(event: &Event) -> Option<Value> {
    Some(match event {
        Event::About(about) => json!({ "event": "about", "about": write::about(about) }),
        Event::Begin(begin) => {
            let mut line = json!({
                "event": "begin", "part": begin.part, "index": begin.answer,
                "type": kind(&begin.opening),
            });
            match &begin.opening {
                Opening::ToolCall(call) => {
                    line["id"] = call.id.as_str().into();
                    line["name"] = call.name.as_str().into();
                    line["by_vendor"] = call.by_vendor.into();
                }
                Opening::ToolResult(result) => {
                    line["call_id"] = result.call_id.as_str().into();
                    line["name"] = result.name.as_str().into();
                    line["is_error"] = result.is_error.into();
                }
                Opening::Reasoning(form) => line["form"] = form.as_str().into(),
                Opening::File(media_type) => line["media_type"] = media_type.as_str().into(),
                Opening::Other(kind) => line["kind"] = kind.as_str().into(),
                Opening::Text | Opening::Refusal => {}
            }
            line
        }
        Event::Delta(delta) => {
            let mut line = json!({ "event": "delta", "part": delta.part });
            let (key, value): (&str, Value) = match &delta.piece {
                Piece::Text(text) => ("text", text.as_str().into()),
                Piece::Arguments(text) => ("arguments", text.as_str().into()),
                Piece::Bytes(bytes) => ("bytes_base64", STANDARD.encode(bytes).into()),
                Piece::Transcript(text) => ("transcript", text.as_str().into()),
                Piece::Citation(citation) => ("citation", write::citation(citation)),
                Piece::Logprobs(tokens) => ("logprobs", tokens.len().into()),
            };
            line[key] = value;
            line
        }
        Event::End(end) => json!({ "event": "end", "part": end.part }),
        Event::Finish(finish) => {
            let mut line = json!({ "event": "finish", "index": finish.answer });
            if let (Value::Object(line), Value::Object(told)) = (&mut line, write::finish(finish)) {
                line.extend(told);
            }
            line
        }
        Event::Usage(usage) => json!({ "event": "usage", "usage": write::counts(usage) }),
        Event::Notice(notice) => json!({ "event": "notice", "notice": write::notice(notice) }),
        Event::Limits(_) | Event::Other(_) => return None,
    })
}

fn kind(opening: &Opening) -> &'static str {
    match opening {
        Opening::Text => "text",
        Opening::Refusal => "refusal",
        Opening::Reasoning(_) => "reasoning",
        Opening::ToolCall(_) => "tool_call",
        Opening::ToolResult(_) => "tool_result",
        Opening::File(_) => "file",
        Opening::Other(_) => "other",
    }
}
