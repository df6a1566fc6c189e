//! Vectors: `POST /api/embed`.

use openclaw_sdk::Failure;
use openclaw_sdk::embeddings::{Reply, Request as Asked};
use openclaw_sdk::errors;
use openclaw_sdk::json::{Body, Writer};
use serde_json::Value;

use super::{FIRST_BYTE_MS, post};
use crate::call::Call;
use crate::embedding::{self, Input, Notices};
use crate::vendor::Embeddings;

/// Path of the endpoint.
pub const PATH: &str = "/api/embed";

/// How it is done. The server has no bound; a call is bounded in time.
pub const HOW: Embeddings = Embeddings { most: 256, embed };

fn embed(call: &Call<'_>, asked: Asked) -> Result<Reply, Failure> {
    let (body, notices) = body(&asked)?;
    let response = post(call, PATH, body, FIRST_BYTE_MS)?;
    let reply = super::body(call, &response, PATH)?;
    read(&asked, &reply, notices)
}

/// Returns the body of a request. What is too long is an error unless it was said to be cut.
///
/// # Errors
/// Kind `unsupported` for what the format has no place for.
pub fn body(asked: &Asked) -> Result<(Body, Notices), Failure> {
    let mut out = Writer::default();
    out.open_object().member("model", &asked.model);
    out.key("input").open_list();
    for input in embedding::inputs(asked)? {
        match input {
            Input::Text(text) => out.text(text),
            Input::Tokens(_) => {
                return Err(errors::unsupported(
                    "inputs.tokens",
                    "this format takes text, not tokens",
                ));
            }
        };
    }
    out.close_list();
    let cuts = asked.truncate.as_deref();
    out.member_flag("truncate", cuts == Some("end"));
    out.member_uint("dimensions", asked.dimensions.map(u64::from));
    out.close_object();
    let notices = embedding::no_place(&[
        ("purpose", asked.purpose.is_some()),
        (
            "truncate",
            cuts.is_some_and(|cut| !matches!(cut, "end" | "error")),
        ),
        ("format", embedding::other_format(asked)),
        ("user", asked.user.is_some()),
    ]);
    Ok((out.finish(), notices))
}

/// Reads a reply.
///
/// # Errors
/// Kind `server` for what is no list of vectors.
pub fn read(asked: &Asked, reply: &Value, notices: Notices) -> Result<Reply, Failure> {
    let rows = reply["embeddings"]
        .as_array()
        .ok_or_else(embedding::unreadable)?;
    let vectors = rows
        .iter()
        .map(embedding::floats)
        .collect::<Result<_, _>>()?;
    embedding::reply(
        asked,
        vectors,
        reply["model"].as_str().map(str::to_owned),
        reply["prompt_eval_count"].as_u64(),
        notices,
    )
}

#[cfg(test)]
mod tests {
    use openclaw_sdk::embeddings::Item;
    use openclaw_sdk::testing::{Blobs, body_json};
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_too_long_is_cut_only_when_asked() {
        let asked = |truncate: Option<&str>| Asked {
            model: "nomic-embed-text".to_owned(),
            inputs: vec![vec![Item::Text("one".to_owned())]],
            purpose: None,
            dimensions: None,
            format: None,
            truncate: truncate.map(str::to_owned),
            user: None,
            extensions: Vec::new(),
        };
        for (truncate, cut, told) in [
            (None, false, 0),
            (Some("error"), false, 0),
            (Some("end"), true, 0),
            (Some("start"), false, 1),
        ] {
            let (body, notices) = body(&asked(truncate)).expect("encodable");
            assert_eq!(
                body_json(&body, &Blobs::default()),
                json!({ "model": "nomic-embed-text", "input": ["one"], "truncate": cut })
            );
            assert_eq!(notices.len(), told);
        }
        let reply = json!({ "model": "m", "embeddings": [[1, 2]], "prompt_eval_count": 2 });
        let read = read(&asked(None), &reply, Vec::new()).expect("vectors");
        assert_eq!(read.usage.input, Some(2));
    }
}
