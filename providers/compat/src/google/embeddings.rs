//! Vectors: `batchEmbedContents`.

use openclaw_sdk::Failure;
use openclaw_sdk::conversation::Source;
use openclaw_sdk::embeddings::{Item, Reply, Request as Asked};
use openclaw_sdk::errors;
use openclaw_sdk::http::Request;
use openclaw_sdk::json::{Body, Writer};
use serde_json::Value;

use super::address::{self, bare};
use crate::call::Call;
use crate::embedding::{self, Notices};
use crate::question;
use crate::vendor::Embeddings;

/// How it is done. The vendor takes 100 inputs at most.
pub const HOW: Embeddings = Embeddings { most: 100, embed };

/// What vectors are for, and the vendor's word for it.
const PURPOSES: [(&str, &str); 6] = [
    ("query", "RETRIEVAL_QUERY"),
    ("document", "RETRIEVAL_DOCUMENT"),
    ("similarity", "SEMANTIC_SIMILARITY"),
    ("classification", "CLASSIFICATION"),
    ("clustering", "CLUSTERING"),
    ("code", "CODE_RETRIEVAL_QUERY"),
];

fn embed(call: &Call<'_>, asked: Asked) -> Result<Reply, Failure> {
    let url = address::method_url(call.base(), &asked.model, "batchEmbedContents")?;
    let (body, notices) = body(&asked)?;
    let reply = call.send(Request::post(url).json_body(body))?.json()?;
    read(&asked, &reply, notices)
}

/// Returns the body of a request.
///
/// # Errors
/// Kind `unsupported` for what the format has no place for.
pub fn body(asked: &Asked) -> Result<(Body, Notices), Failure> {
    let model = ["models/", bare(&asked.model)].concat();
    let purpose = asked.purpose.as_deref();
    let known = purpose.and_then(|purpose| PURPOSES.iter().find(|(word, _)| *word == purpose));
    let mut out = Writer::default();
    out.open_object().key("requests").open_list();
    for input in &asked.inputs {
        out.open_object().member("model", &model);
        out.key("content").open_object().key("parts").open_list();
        for item in input {
            out.open_object();
            part(&mut out, item)?;
            out.close_object();
        }
        out.close_list().close_object();
        out.member_if("taskType", known.map(|(_, word)| *word));
        out.member_uint("outputDimensionality", asked.dimensions.map(u64::from));
        out.close_object();
    }
    out.close_list().close_object();
    let notices = embedding::no_place(&[
        ("purpose", purpose.is_some() && known.is_none()),
        ("truncate", asked.truncate.is_some()),
        ("format", embedding::other_format(asked)),
        ("user", asked.user.is_some()),
    ]);
    Ok((out.finish(), notices))
}

fn part(out: &mut Writer, item: &Item) -> Result<(), Failure> {
    match item {
        Item::Text(text) => {
            out.member("text", text);
        }
        Item::File(file) => match &file.source {
            Source::Bytes(blob) => {
                out.key("inlineData").open_object();
                out.member("mimeType", question::media_type(&file.media_type));
                out.key("data").base64(blob);
                out.close_object();
            }
            Source::Url(_) | Source::Vendor(_) => {
                return Err(errors::unsupported(
                    "inputs.file",
                    "this format takes files by their bytes",
                ));
            }
        },
        Item::Tokens(_) => {
            return Err(errors::unsupported(
                "inputs.tokens",
                "this format takes text, not tokens",
            ));
        }
    }
    Ok(())
}

/// Reads a reply.
///
/// # Errors
/// Kind `server` for what is no list of vectors.
pub fn read(asked: &Asked, reply: &Value, notices: Notices) -> Result<Reply, Failure> {
    let rows = reply["embeddings"]
        .as_array()
        .ok_or_else(embedding::unreadable)?;
    let vectors = rows.iter().map(|row| embedding::floats(&row["values"]));
    let vectors = vectors.collect::<Result<_, _>>()?;
    let tokens = reply["usageMetadata"]["promptTokenCount"].as_u64();
    embedding::reply(asked, vectors, None, tokens, notices)
}

#[cfg(test)]
mod tests {
    use openclaw_sdk::testing::{Blobs, body_json};
    use serde_json::json;

    use super::*;

    #[test]
    fn each_input_is_a_request_of_its_own() {
        let asked = Asked {
            model: "gemini-embedding-001".to_owned(),
            inputs: vec![vec![Item::Text("one".to_owned())]],
            purpose: Some("document".to_owned()),
            dimensions: Some(8),
            format: None,
            truncate: None,
            user: None,
            extensions: Vec::new(),
        };
        let (body, notices) = body(&asked).expect("encodable");
        assert_eq!(
            body_json(&body, &Blobs::default()),
            json!({ "requests": [{ "model": "models/gemini-embedding-001",
                "content": { "parts": [{ "text": "one" }] },
                "taskType": "RETRIEVAL_DOCUMENT", "outputDimensionality": 8 }] })
        );
        assert!(notices.is_empty());
        let reply = json!({ "embeddings": [{ "values": [0.25] }] });
        assert_eq!(
            read(&asked, &reply, Vec::new())
                .expect("vectors")
                .vectors
                .len(),
            1
        );
        assert!(read(&asked, &json!({ "embeddings": [] }), Vec::new()).is_err());
    }
}
