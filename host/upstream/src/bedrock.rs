//! Amazon Bedrock's Converse API on the wire, with the binary frames of its streams.

use serde_json::{Value, json};

use crate::encode::crc32;
use crate::reply::{Reply, words};

/// Input tokens that replies report.
pub const INPUT_TOKENS: u64 = 11;
const MEDIA_TYPE: &str = "application/vnd.amazon.eventstream";
const REQUEST_ID: &str = "0a1b2c3d-0000-4000-8000-000000000001";

/// A whole answer to `POST /model/{id}/converse`. It reports as many output tokens as it has words.
#[must_use]
pub fn answer(text: &str) -> Reply {
    let message = json!({ "role": "assistant", "content": [{ "text": text }] });
    identified(Reply::json(
        200,
        &json!({
            "output": { "message": message },
            "stopReason": "end_turn",
            "usage": usage(words(text)),
            "metrics": { "latencyMs": 7 },
        }),
    ))
}

/// A streamed answer to `POST /model/{id}/converse-stream`, each frame a chunk: `messageStart`, a
/// delta for each piece, `contentBlockStop`, `messageStop`, `metadata`.
/// [`truncated`](Reply::truncated) ends it after the last piece.
#[must_use]
pub fn stream(pieces: &[&str]) -> Reply {
    let completion = vec![
        event("contentBlockStop", &json!({ "contentBlockIndex": 0 })),
        event("messageStop", &json!({ "stopReason": "end_turn" })),
        metadata(words(&pieces.concat())),
    ];
    identified(Reply::vendor_stream(MEDIA_TYPE, begun(pieces), completion))
}

/// A streamed call of a tool.
#[must_use]
pub fn tool_stream(id: &str, name: &str, pieces: &[&str]) -> Reply {
    let start = json!({ "contentBlockIndex": 0, "start": { "toolUse": { "toolUseId": id, "name": name } } });
    let mut frames = vec![
        event("messageStart", &json!({ "role": "assistant" })),
        event("contentBlockStart", &start),
    ];
    frames.extend(pieces.iter().map(|piece| {
        let delta = json!({ "toolUse": { "input": piece } });
        event(
            "contentBlockDelta",
            &json!({ "contentBlockIndex": 0, "delta": delta }),
        )
    }));
    let completion = vec![
        event("contentBlockStop", &json!({ "contentBlockIndex": 0 })),
        event("messageStop", &json!({ "stopReason": "tool_use" })),
        metadata(9),
    ];
    identified(Reply::vendor_stream(MEDIA_TYPE, frames, completion))
}

/// A stream that begins with these pieces and then reports an exception, after the status 200.
#[must_use]
pub fn stream_error(pieces: &[&str], exception: &str, message: &str) -> Reply {
    let headers = [
        (":message-type", "exception"),
        (":exception-type", exception),
    ];
    let failed = frame(
        &headers,
        json!({ "message": message }).to_string().as_bytes(),
    );
    identified(Reply::vendor_stream(
        MEDIA_TYPE,
        begun(pieces),
        vec![failed],
    ))
}

/// A stream whose frame after these pieces has a byte that its checksum does not belong to.
#[must_use]
pub fn damaged_stream(pieces: &[&str]) -> Reply {
    let mut stop = event("messageStop", &json!({ "stopReason": "end_turn" }));
    if let Some(byte) = stop.iter_mut().rev().nth(8) {
        *byte ^= 1;
    }
    identified(Reply::vendor_stream(
        MEDIA_TYPE,
        begun(pieces),
        vec![stop, metadata(1)],
    ))
}

/// An error, such as 429 `ThrottlingException`.
#[must_use]
pub fn error(status: u16, exception: &str, message: &str) -> Reply {
    let named = format!("{exception}:http://internal.amazon.com/coral/com.amazon.bedrock/");
    let reply = Reply::json(status, &json!({ "message": message }));
    identified(reply.header("x-amzn-errortype", named))
}

/// The answer to `GET /foundation-models`: models that answer in text and are asked as they are.
#[must_use]
pub fn models(ids: &[&str]) -> Reply {
    let model = |id: &&str| {
        json!({
            "modelArn": format!("arn:aws:bedrock:us-east-1::foundation-model/{id}"),
            "modelId": id,
            "modelName": id,
            "providerName": "Acme",
            "inputModalities": ["TEXT"],
            "outputModalities": ["TEXT"],
            "responseStreamingSupported": true,
            "inferenceTypesSupported": ["ON_DEMAND"],
            "modelLifecycle": { "status": "ACTIVE" },
        })
    };
    let models: Vec<Value> = ids.iter().map(model).collect();
    identified(Reply::json(200, &json!({ "modelSummaries": models })))
}

/// A page of `GET /inference-profiles`; with a token, more follow.
#[must_use]
pub fn profiles_page(ids: &[&str], next: Option<&str>) -> Reply {
    let profile = |id: &&str| {
        let beneath = id.split_once('.').map_or(*id, |(_, model)| model);
        json!({
            "inferenceProfileArn": format!("arn:aws:bedrock:us-east-1:123456789012:inference-profile/{id}"),
            "inferenceProfileId": id,
            "inferenceProfileName": id,
            "models": [{ "modelArn": format!("arn:aws:bedrock:us-east-1::foundation-model/{beneath}") }],
            "status": "ACTIVE",
            "type": "SYSTEM_DEFINED",
        })
    };
    let profiles: Vec<Value> = ids.iter().map(profile).collect();
    let mut page = json!({ "inferenceProfileSummaries": profiles });
    if let Some(next) = next {
        page["nextToken"] = next.into();
    }
    identified(Reply::json(200, &page))
}

fn identified(reply: Reply) -> Reply {
    reply.header("x-amzn-requestid", REQUEST_ID)
}

fn usage(output: u64) -> Value {
    json!({ "inputTokens": INPUT_TOKENS, "outputTokens": output, "totalTokens": INPUT_TOKENS + output })
}

fn metadata(output: u64) -> Vec<u8> {
    event(
        "metadata",
        &json!({ "usage": usage(output), "metrics": { "latencyMs": 7 } }),
    )
}

fn begun(pieces: &[&str]) -> Vec<Vec<u8>> {
    let mut frames = vec![event("messageStart", &json!({ "role": "assistant" }))];
    frames.extend(pieces.iter().map(|piece| {
        let delta = json!({ "contentBlockIndex": 0, "delta": { "text": piece } });
        event("contentBlockDelta", &delta)
    }));
    frames
}

fn event(kind: &str, payload: &Value) -> Vec<u8> {
    let headers = [
        (":event-type", kind),
        (":content-type", "application/json"),
        (":message-type", "event"),
    ];
    frame(&headers, payload.to_string().as_bytes())
}

/// Returns a frame: lengths, their checksum, headers, the payload, and the checksum of all of it.
fn frame(headers: &[(&str, &str)], payload: &[u8]) -> Vec<u8> {
    let mut fields = Vec::new();
    for (name, value) in headers {
        fields.push(name.len() as u8);
        fields.extend(name.as_bytes());
        fields.push(7);
        fields.extend((value.len() as u16).to_be_bytes());
        fields.extend(value.as_bytes());
    }
    let mut out = Vec::new();
    out.extend((fields.len() as u32 + payload.len() as u32 + 16).to_be_bytes());
    out.extend((fields.len() as u32).to_be_bytes());
    out.extend(crc32(&out).to_be_bytes());
    out.extend(fields);
    out.extend(payload);
    out.extend(crc32(&out).to_be_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_common_one() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        // The example of AWS's description of its event streams.
        let empty = [
            0, 0, 0, 16, 0, 0, 0, 0, 5, 0xc2, 0x48, 0xeb, 0x7d, 0x98, 0xc8, 0xff,
        ];
        assert_eq!(frame(&[], b""), empty);
    }
}
