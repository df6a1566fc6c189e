//! Requests from JSON: what a caller holds, as the contract has it.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::conversation::{
    CacheMark, Caching, Content, File, Grammar, Message, Other, OutputFormat, Part, Reasoning,
    ReasoningWish, Request, ResultContent, Sampling, Source, State, Tool, ToolCall, ToolChoice,
    ToolInput, ToolResult, VendorFile,
};
use crate::http::Encoding;
use crate::media::Blob;
use crate::{Extension, Json};

/// The bytes of a request's files, which the host holds.
#[derive(Clone, Debug, Default)]
pub struct Blobs(BTreeMap<String, Vec<u8>>);

impl Blobs {
    /// Returns a blob as the host writes it.
    ///
    /// # Panics
    /// If nothing has that name, or text is asked for and it is none.
    #[must_use]
    pub fn encoded(&self, id: &str, encoding: Encoding) -> String {
        let bytes = self.0.get(id).unwrap_or_else(|| panic!("no blob `{id}`"));
        let text = || String::from_utf8(bytes.clone()).expect("text");
        match encoding {
            Encoding::Base64 => STANDARD.encode(bytes),
            Encoding::Json => {
                let quoted = Value::from(text()).to_string();
                quoted[1..quoted.len() - 1].to_owned()
            }
            Encoding::Raw | Encoding::Percent => text(),
        }
    }

    fn keep(&mut self, bytes: Vec<u8>) -> Blob {
        let (id, size) = (format!("b{}", self.0.len()), bytes.len() as u64);
        self.0.insert(id.clone(), bytes);
        Blob { id, size }
    }
}

/// Returns the request that a value describes, with keys as in the contract but `_` for `-`.
///
/// A part is an object with one of `text`, `refusal`, `reasoning`, `file`, `tool_call`,
/// `tool_result` and `other`; bytes are `bytes_base64`; states and schemas are values.
///
/// # Panics
/// If a value is not of that shape.
#[must_use]
pub fn request(model: &str, value: &Value) -> (Request, Blobs) {
    let mut blobs = Blobs::default();
    let request = Request {
        model: model.to_owned(),
        messages: list(&value["messages"], |m| message(m, &mut blobs)),
        tools: list(&value["tools"], tool),
        tool_choice: some(&value["tool_choice"], |choice| ToolChoice {
            mode: word(&choice["mode"]).unwrap_or_else(|| "auto".to_owned()),
            only: words(&choice["only"]),
            parallel: choice["parallel"].as_bool(),
        }),
        output: some(&value["output"], |output| OutputFormat {
            kind: word(&output["kind"]).expect("kind"),
            schema: json(&output["schema"]),
            name: word(&output["name"]),
            description: word(&output["description"]),
            strict: output["strict"].as_bool(),
        }),
        modalities: words(&value["modalities"]),
        sampling: sampling(&value["sampling"]),
        reasoning: some(&value["reasoning"], |wish| ReasoningWish {
            effort: word(&wish["effort"]),
            budget: number(&wish["budget"]),
            show: word(&wish["show"]),
        }),
        verbosity: word(&value["verbosity"]),
        max_output_tokens: number(&value["max_output_tokens"]),
        stop: words(&value["stop"]),
        answers: number(&value["answers"]),
        logprobs: number(&value["logprobs"]),
        caching: some(&value["caching"], |caching| Caching {
            key: word(&caching["key"]),
            ttl: word(&caching["ttl"]),
        }),
        service_tier: word(&value["service_tier"]),
        user: word(&value["user"]),
        labels: labels(&value["labels"]),
        stream: value["stream"].as_bool().unwrap_or(false),
        extensions: extensions(&value["extensions"]),
    };
    (request, blobs)
}

fn message(value: &Value, blobs: &mut Blobs) -> Message {
    Message {
        role: word(&value["role"]).expect("role"),
        parts: list(&value["parts"], |p| part(p, blobs)),
        name: word(&value["name"]),
        extensions: extensions(&value["extensions"]),
    }
}

fn part(value: &Value, blobs: &mut Blobs) -> Part {
    let text = |value: &Value| word(value).expect("text");
    let content = if let Some(words) = value["text"].as_str() {
        Content::Text(words.to_owned())
    } else if let Some(words) = value["refusal"].as_str() {
        Content::Refusal(words.to_owned())
    } else if let Some(thought) = present(&value["reasoning"]) {
        Content::Reasoning(Reasoning {
            text: text(&thought["text"]),
            form: word(&thought["form"]).unwrap_or_else(|| "full".to_owned()),
        })
    } else if let Some(told) = present(&value["file"]) {
        Content::File(file(told, blobs))
    } else if let Some(call) = present(&value["tool_call"]) {
        Content::ToolCall(ToolCall {
            id: text(&call["id"]),
            name: text(&call["name"]),
            arguments: text(&call["arguments"]),
            by_vendor: call["by_vendor"].as_bool().unwrap_or(false),
        })
    } else if let Some(result) = present(&value["tool_result"]) {
        Content::ToolResult(ToolResult {
            call_id: text(&result["call_id"]),
            name: text(&result["name"]),
            content: list(&result["content"], |piece| result_content(piece, blobs)),
            is_error: result["is_error"].as_bool().unwrap_or(false),
            by_vendor: result["by_vendor"].as_bool().unwrap_or(false),
        })
    } else {
        Content::Other(other(&value["other"]))
    };
    Part {
        content,
        state: some(&value["state"], |state| State {
            realm: text(&state["realm"]),
            bound_to: words(&state["bound_to"]),
            value: state["value"].to_string(),
        }),
        cache: cache(&value["cache"]),
        extensions: extensions(&value["extensions"]),
    }
}

fn result_content(value: &Value, blobs: &mut Blobs) -> ResultContent {
    if let Some(words) = value["text"].as_str() {
        ResultContent::Text(words.to_owned())
    } else if let Some(told) = present(&value["file"]) {
        ResultContent::File(file(told, blobs))
    } else if value.get("json").is_some() {
        ResultContent::Json(value["json"].to_string())
    } else {
        ResultContent::Other(other(&value["other"]))
    }
}

fn file(value: &Value, blobs: &mut Blobs) -> File {
    let source = &value["source"];
    let source = if let Some(bytes) = source["bytes_base64"].as_str() {
        Source::Bytes(blobs.keep(STANDARD.decode(bytes).expect("base64")))
    } else if let Some(url) = source["url"].as_str() {
        Source::Url(url.to_owned())
    } else {
        Source::Vendor(VendorFile {
            realm: word(&source["vendor"]["realm"]).expect("realm"),
            id: word(&source["vendor"]["id"]).expect("id"),
        })
    };
    File {
        media_type: word(&value["media_type"]).expect("media_type"),
        source,
        name: word(&value["name"]),
    }
}

fn tool(value: &Value) -> Tool {
    let input = &value["input"];
    let input = if let Some(vendor) = present(&input["vendor"]) {
        ToolInput::Vendor(extension(vendor))
    } else if let Some(text) = input.get("text") {
        ToolInput::Text(some(text, |grammar| Grammar {
            syntax: word(&grammar["syntax"]).expect("syntax"),
            definition: word(&grammar["definition"]).expect("definition"),
        }))
    } else {
        ToolInput::Schema(input["schema"].to_string())
    };
    Tool {
        name: word(&value["name"]).expect("name"),
        description: word(&value["description"]),
        input,
        strict: value["strict"].as_bool(),
        cache: cache(&value["cache"]),
        extensions: extensions(&value["extensions"]),
    }
}

fn sampling(value: &Value) -> Sampling {
    Sampling {
        temperature: value["temperature"].as_f64(),
        top_p: value["top_p"].as_f64(),
        top_k: number(&value["top_k"]),
        presence_penalty: value["presence_penalty"].as_f64(),
        frequency_penalty: value["frequency_penalty"].as_f64(),
        seed: value["seed"].as_i64(),
    }
}

fn other(value: &Value) -> Other {
    Other {
        kind: word(&value["kind"]).expect("kind"),
        value: value["value"].to_string(),
    }
}

fn cache(value: &Value) -> Option<CacheMark> {
    some(value, |mark| CacheMark {
        ttl: word(&mark["ttl"]),
    })
}

/// Extensions are a list of `{"namespace", "value"}`, or an object by namespace.
fn extensions(value: &Value) -> Vec<Extension> {
    match value {
        Value::Object(all) => all
            .iter()
            .map(|(namespace, value)| Extension {
                namespace: namespace.clone(),
                value: value.to_string(),
            })
            .collect(),
        _ => list(value, extension),
    }
}

fn extension(value: &Value) -> Extension {
    Extension {
        namespace: word(&value["namespace"]).expect("namespace"),
        value: value["value"].to_string(),
    }
}

/// Labels are a list of pairs, or an object.
fn labels(value: &Value) -> Vec<(String, String)> {
    match value {
        Value::Object(all) => all
            .iter()
            .map(|(key, value)| (key.clone(), word(value).expect("label")))
            .collect(),
        _ => list(value, |pair| {
            (
                word(&pair[0]).expect("label"),
                word(&pair[1]).expect("label"),
            )
        }),
    }
}

fn list<T>(value: &Value, one: impl FnMut(&Value) -> T) -> Vec<T> {
    value.as_array().into_iter().flatten().map(one).collect()
}

fn some<T>(value: &Value, one: impl FnOnce(&Value) -> T) -> Option<T> {
    present(value).map(one)
}

fn present(value: &Value) -> Option<&Value> {
    (!value.is_null()).then_some(value)
}

fn words(value: &Value) -> Vec<String> {
    list(value, |one| word(one).expect("a word"))
}

fn word(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn json(value: &Value) -> Option<Json> {
    some(value, Value::to_string)
}

fn number(value: &Value) -> Option<u32> {
    value.as_u64().and_then(|number| u32::try_from(number).ok())
}
