//! Vectors: `POST /embeddings`, the same in both formats.

use openclaw_sdk::Failure;
use openclaw_sdk::embeddings::{Reply, Request as Asked, Vector};
use openclaw_sdk::http::Request;
use openclaw_sdk::json::{Body, Writer};
use serde_json::Value;

use crate::call::Call;
use crate::embedding::{self, Input, Notices};
use crate::vendor::Embeddings;

/// Path of the endpoint.
pub const PATH: &str = "/embeddings";

/// How it is done. The vendor takes 2,048 inputs at most.
pub const HOW: Embeddings = Embeddings { most: 2_048, embed };

fn embed(call: &Call<'_>, asked: Asked) -> Result<Reply, Failure> {
    let (body, notices) = body(&asked)?;
    let reply = call
        .send(Request::post(call.url(PATH)).json_body(body))?
        .json()?;
    read(&asked, &reply, notices)
}

/// Returns the body of a request.
///
/// # Errors
/// Kind `unsupported` for what the format has no place for.
pub fn body(asked: &Asked) -> Result<(Body, Notices), Failure> {
    let inputs = embedding::inputs(asked)?;
    let mut out = Writer::default();
    out.open_object().member("model", &asked.model);
    out.key("input").open_list();
    for input in inputs {
        match input {
            Input::Text(text) => {
                out.text(text);
            }
            Input::Tokens(tokens) => {
                out.open_list();
                for token in tokens {
                    out.uint(u64::from(*token));
                }
                out.close_list();
            }
        }
    }
    out.close_list();
    out.member("encoding_format", "float");
    out.member_uint("dimensions", asked.dimensions.map(u64::from));
    out.member_if("user", asked.user.as_deref());
    out.close_object();
    let notices = embedding::no_place(&[
        ("purpose", asked.purpose.is_some()),
        (
            "truncate",
            asked.truncate.as_deref().is_some_and(|cut| cut != "error"),
        ),
        ("format", embedding::other_format(asked)),
    ]);
    Ok((out.finish(), notices))
}

/// Reads a reply; its rows say whose they are.
///
/// # Errors
/// Kind `server` for what is no list of vectors.
pub fn read(asked: &Asked, reply: &Value, notices: Notices) -> Result<Reply, Failure> {
    let rows = reply["data"].as_array().ok_or_else(embedding::unreadable)?;
    let mut placed: Vec<(u64, Vector)> = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        let index = row["index"].as_u64().unwrap_or(at as u64);
        placed.push((index, embedding::floats(&row["embedding"])?));
    }
    placed.sort_by_key(|(index, _)| *index);
    let vectors = placed.into_iter().map(|(_, vector)| vector).collect();
    embedding::reply(
        asked,
        vectors,
        reply["model"].as_str().map(str::to_owned),
        reply["usage"]["prompt_tokens"].as_u64(),
        notices,
    )
}

#[cfg(test)]
mod tests {
    use openclaw_sdk::embeddings::Item;
    use openclaw_sdk::testing::{Blobs, body_json};
    use serde_json::json;

    use super::*;

    fn asked() -> Asked {
        Asked {
            model: "text-embedding-3-small".to_owned(),
            inputs: vec![
                vec![Item::Text("one".to_owned())],
                vec![Item::Tokens(vec![5, 6])],
            ],
            purpose: Some("query".to_owned()),
            dimensions: Some(256),
            format: None,
            truncate: Some("error".to_owned()),
            user: Some("u".to_owned()),
            extensions: Vec::new(),
        }
    }

    #[test]
    fn texts_and_tokens_are_asked_for() {
        let (body, notices) = body(&asked()).expect("encodable");
        assert_eq!(
            body_json(&body, &Blobs::default()),
            json!({ "model": "text-embedding-3-small", "input": ["one", [5, 6]],
                "encoding_format": "float", "dimensions": 256, "user": "u" })
        );
        let about: Vec<&str> = notices.iter().map(|(about, _)| about.as_str()).collect();
        assert_eq!(about, ["purpose"]);
    }

    #[test]
    fn rows_are_put_in_the_order_that_they_tell() {
        let reply = json!({ "model": "m", "usage": { "prompt_tokens": 3 }, "data": [
            { "index": 1, "embedding": [2.0] }, { "index": 0, "embedding": [1.0] } ] });
        let read = read(&asked(), &reply, Vec::new()).expect("vectors");
        let firsts: Vec<f32> = read
            .vectors
            .iter()
            .map(|vector| match vector {
                Vector::Floats(numbers) => numbers[0],
                _ => f32::NAN,
            })
            .collect();
        assert_eq!(firsts, [1.0, 2.0]);
        assert_eq!(read.usage.input, Some(3));
        assert!(super::read(&asked(), &json!({}), Vec::new()).is_err());
    }
}
