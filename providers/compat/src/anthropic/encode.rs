//! What a chat looks like on the wire.

mod block;
pub(crate) mod thinking;
mod tools;
mod turns;

use openclaw_sdk::Failure;
use openclaw_sdk::conversation::{CacheMark, Message, OutputFormat, Request};
use openclaw_sdk::json::{Body, Writer};

use crate::blocks::{self, Marks};
use crate::question::{self, Encoded, Notices};
use crate::vendor::Vendor;
use thinking::Thinking;

/// The namespace of this wire's extensions.
pub const NAMESPACE: &str = "anthropic-messages";

/// Tokens allowed for a model that the catalog does not know. The API demands a number and refuses
/// one above the model's own; every model since 2024-06 takes this one.
const UNKNOWN_MODEL_TOKENS: u64 = 8_192;

/// The keys of a body that are ours, and those that go elsewhere.
const OWN: [&str; 17] = [
    "model",
    "max_tokens",
    "messages",
    "system",
    "stream",
    "temperature",
    "top_p",
    "top_k",
    "stop_sequences",
    "tools",
    "tool_choice",
    "thinking",
    "output_config",
    "metadata",
    "service_tier",
    "cache_control",
    "betas",
];

/// Returns the body of `POST /v1/messages`.
///
/// # Errors
/// Kind `unsupported` for what the format has no place for and an answer cannot do without.
pub fn messages(request: &Request, vendor: &Vendor) -> Result<Encoded, Failure> {
    write(request, vendor, true)
}

/// Returns the body of `POST /v1/messages/count_tokens`, which takes only what counts.
///
/// # Errors
/// As [`messages`].
pub fn counted(request: &Request, vendor: &Vendor) -> Result<Encoded, Failure> {
    write(request, vendor, false)
}

fn write(request: &Request, vendor: &Vendor, generates: bool) -> Result<Encoded, Failure> {
    question::check_roles(&request.messages)?;
    blocks::check(request)?;
    let mut notices = Notices::default();
    let most = max_tokens(request, vendor);
    let thinking = Thinking::of(request, vendor, most, &mut notices);
    let (instructions, said) = question::instructions(&request.messages);
    let mut marks = Marks::of(request, &mut notices);
    let mut out = Writer::with_capacity(question::text_bytes(request));
    out.open_object().member("model", &request.model);
    if generates {
        out.member_uint("max_tokens", Some(most));
    }
    tools::write(&mut out, request, &mut marks, &mut notices)?;
    system(&mut out, instructions, &mut marks);
    if generates {
        sampling(&mut out, request, &thinking, &mut notices);
        out.member_flag("stream", request.stream);
    }
    thinking.write(&mut out);
    config(&mut out, request.output.as_ref(), &thinking)?;
    if generates {
        wishes(&mut out, request, &mut notices);
    }
    out.key("messages").open_list();
    turns::write(&mut out, said, vendor.realm, &mut marks, &mut notices)?;
    out.close_list();
    if let Some(more) = question::extension(&request.extensions, NAMESPACE) {
        out.members_of(more, &OWN);
    }
    out.close_object();
    Ok(Encoded {
        body: out.finish(),
        notices: notices.into_list(),
    })
}

/// Returns the body of the smallest request about a model: `POST /v1/messages/count_tokens`, and
/// with `max_tokens` a generation.
#[must_use]
pub fn smallest(model: &str, max_tokens: Option<u32>) -> Body {
    let mut out = Writer::default();
    out.open_object().member("model", model);
    out.member_uint("max_tokens", max_tokens.map(|most| u64::from(most.max(1))));
    out.key("messages").open_list().open_object();
    out.member("role", "user");
    out.member("content", "Reply with OK. Do not use tools.");
    out.close_object().close_list().close_object();
    out.finish()
}

/// What was asked for, at least 1, and never more than the model can.
fn max_tokens(request: &Request, vendor: &Vendor) -> u64 {
    let most = vendor
        .model(&request.model)
        .and_then(|facts| facts.max_output());
    match request.max_output_tokens {
        Some(wanted) => u64::from(wanted).clamp(1, most.unwrap_or(u64::MAX).max(1)),
        None => most.unwrap_or(UNKNOWN_MODEL_TOKENS),
    }
}

/// Writes the instructions: a single text as a string.
fn system(out: &mut Writer, instructions: &[Message], marks: &mut Marks) {
    match blocks::instruction_texts(instructions).as_slice() {
        [] => {}
        [(text, None)] => {
            out.member("system", text);
        }
        many => {
            out.key("system").open_list();
            for (text, mark) in many {
                out.open_object().member("type", "text");
                out.member("text", text);
                block::mark(out, marks, *mark);
                out.close_object();
            }
            out.close_list();
        }
    }
}

fn sampling(out: &mut Writer, request: &Request, thinking: &Thinking, notices: &mut Notices) {
    let sampling = &request.sampling;
    let refused = thinking::refuses_sampling(&request.model);
    let why = if refused {
        Some("this model takes none")
    } else if thinking.is_on() {
        Some("a model that thinks takes none")
    } else {
        None
    };
    match why {
        None => {
            out.member_decimal("temperature", sampling.temperature);
            out.member_uint("top_k", sampling.top_k.map(u64::from));
        }
        Some(why) => {
            for (about, is_there) in [
                ("sampling.temperature", sampling.temperature.is_some()),
                ("sampling.top-k", sampling.top_k.is_some()),
            ] {
                if is_there {
                    notices.dropped(about, why);
                }
            }
        }
    }
    if refused && sampling.top_p.is_some() {
        notices.dropped("sampling.top-p", "this model takes none");
    } else {
        out.member_decimal("top_p", sampling.top_p);
    }
    if !request.stop.is_empty() {
        out.key("stop_sequences").open_list();
        for text in &request.stop {
            out.text(text);
        }
        out.close_list();
    }
    blocks::sampling_without_place(sampling, notices);
}

/// Writes how hard the model tries, and the form of the answer.
fn config(
    out: &mut Writer,
    output: Option<&OutputFormat>,
    thinking: &Thinking,
) -> Result<(), Failure> {
    let schema = blocks::schema(output)?;
    let effort = thinking.effort();
    if schema.is_none() && effort.is_none() {
        return Ok(());
    }
    out.key("output_config").open_object();
    out.member_if("effort", effort);
    if let Some(schema) = schema {
        out.key("format").open_object();
        out.member("type", "json_schema");
        out.key("schema").json(schema);
        out.close_object();
    }
    out.close_object();
    Ok(())
}

fn wishes(out: &mut Writer, request: &Request, notices: &mut Notices) {
    if let Some(user) = &request.user {
        out.key("metadata").open_object();
        out.member("user_id", user).close_object();
    }
    match request.service_tier.as_deref() {
        None => {}
        Some(tier @ ("auto" | "standard_only")) => {
            out.member("service_tier", tier);
        }
        Some("default") => {
            out.member("service_tier", "standard_only");
        }
        Some(_) => notices.dropped("service-tier", "this format has no such tier"),
    }
    let ttl = request
        .caching
        .as_ref()
        .and_then(|caching| caching.ttl.as_ref());
    if let Some(ttl) = ttl.filter(|ttl| *ttl != "none") {
        let mark = CacheMark {
            ttl: Some(ttl.clone()),
        };
        block::cache_control(out, &mark);
    }
    notices.no_place(&[
        ("verbosity", request.verbosity.is_some()),
        ("labels", !request.labels.is_empty()),
        (
            "messages.name",
            request
                .messages
                .iter()
                .any(|message| message.name.is_some()),
        ),
    ]);
}

/// Returns what the extension asks for in the header `anthropic-beta`.
#[must_use]
pub fn betas(request: &Request) -> Option<String> {
    let more = question::extension(&request.extensions, NAMESPACE)?;
    let more: serde_json::Value = serde_json::from_str(more).ok()?;
    let names = more.get("betas")?.as_array()?;
    let names: Vec<&str> = names.iter().filter_map(|name| name.as_str()).collect();
    (!names.is_empty()).then(|| names.join(","))
}

#[cfg(test)]
mod tests;
