//! What a chat looks like on the wire.

mod block;
mod documents;
#[cfg(test)]
mod tests;
mod thinking;
mod tools;
mod turns;

use openclaw_sdk::Failure;
use openclaw_sdk::conversation::{Message, OutputFormat, Request};
use openclaw_sdk::json::{Body, Writer, members};

use crate::blocks::{self, Marks};
use crate::question::{self, Encoded, Notices};
use crate::vendor::Vendor;
use thinking::Thinking;

/// The namespace of this wire's extensions.
pub const NAMESPACE: &str = "bedrock-converse-stream";

/// The keys of a body that are ours, and one whose members are joined with ours.
const OWN: [&str; 9] = [
    "modelId",
    "messages",
    "system",
    "inferenceConfig",
    "toolConfig",
    "outputConfig",
    "serviceTier",
    "requestMetadata",
    MORE,
];
/// The fields of a model's own.
const MORE: &str = "additionalModelRequestFields";

/// Most labels that the API takes.
const MOST_LABELS: usize = 16;

/// Returns the body of `POST /model/{id}/converse` and `…/converse-stream`.
///
/// # Errors
/// Kind `unsupported` for what the format has no place for and an answer cannot do without.
pub fn body(request: &Request, vendor: &Vendor) -> Result<Encoded, Failure> {
    question::check_roles(&request.messages)?;
    blocks::check(request)?;
    let mut notices = Notices::default();
    let most = max_tokens(request, vendor);
    let thinking = Thinking::of(request, vendor, most, &mut notices);
    let (instructions, said) = question::instructions(&request.messages);
    let mut marks = Marks::of(request, &mut notices);
    block::check_marks(request, &mut notices);
    let mut out = Writer::with_capacity(question::text_bytes(request));
    out.open_object();
    // Tools and instructions stand first in the prompt, so their marks count first.
    let offered = tools::write(&mut out, request, &mut marks, &mut notices)?;
    system(&mut out, instructions, &mut marks);
    inference(&mut out, request, most, &thinking, &mut notices);
    output(&mut out, request.output.as_ref(), thinking.effort())?;
    more(&mut out, request, &thinking);
    wishes(&mut out, request, &mut notices);
    if let Some(own) = question::extension(&request.extensions, NAMESPACE) {
        out.members_of(own, &OWN);
    }
    // Last, so that a longer conversation begins with the bytes of the shorter one.
    out.key("messages").open_list();
    turns::write(
        &mut out,
        said,
        vendor.realm,
        offered,
        &mut marks,
        &mut notices,
    )?;
    out.close_list().close_object();
    Ok(Encoded {
        body: out.finish(),
        notices: notices.into_list(),
    })
}

/// Returns the body of the smallest request that generates.
#[must_use]
pub fn smallest(max_tokens: u32) -> Body {
    let mut out = Writer::default();
    out.open_object().key("inferenceConfig").open_object();
    out.member_uint("maxTokens", Some(max_tokens.max(1).into()));
    out.close_object();
    out.key("messages").open_list().open_object();
    out.member("role", "user").key("content").open_list();
    out.open_object();
    out.member("text", "Reply with OK. Do not use tools.");
    out.close_object().close_list().close_object().close_list();
    out.close_object();
    out.finish()
}

/// What was asked for, at least 1, and never more than the model can. Without a wish nothing is said:
/// the API has a default for each model.
fn max_tokens(request: &Request, vendor: &Vendor) -> Option<u64> {
    let facts = vendor.model(&request.model);
    let most = facts.and_then(|facts| facts.max_output());
    let wanted = request.max_output_tokens?;
    Some(u64::from(wanted).clamp(1, most.unwrap_or(u64::MAX).max(1)))
}

fn system(out: &mut Writer, instructions: &[Message], marks: &mut Marks) {
    let texts = blocks::instruction_texts(instructions);
    if texts.is_empty() {
        return;
    }
    out.key("system").open_list();
    for (text, mark) in texts {
        out.open_object().member("text", text).close_object();
        block::mark(out, marks, mark);
    }
    out.close_list();
}

fn inference(
    out: &mut Writer,
    request: &Request,
    most: Option<u64>,
    thinking: &Thinking,
    notices: &mut Notices,
) {
    let sampling = &request.sampling;
    let mut drawn = Writer::default();
    drawn.open_object();
    drawn.member_uint("maxTokens", thinking.max_tokens(most));
    match thinking.refuses_sampling() {
        None => {
            drawn.member_decimal("temperature", sampling.temperature);
            drawn.member_decimal("topP", sampling.top_p);
        }
        Some(why) => {
            for (about, is_there) in [
                ("sampling.temperature", sampling.temperature.is_some()),
                ("sampling.top-p", sampling.top_p.is_some()),
                ("sampling.top-k", sampling.top_k.is_some()),
            ] {
                if is_there {
                    notices.dropped(about, why);
                }
            }
        }
    }
    if !request.stop.is_empty() {
        drawn.key("stopSequences").open_list();
        for text in &request.stop {
            drawn.text(text);
        }
        drawn.close_list();
    }
    drawn.close_object();
    let drawn = drawn.into_text();
    if drawn != "{}" {
        out.key("inferenceConfig").json(&drawn);
    }
    blocks::sampling_without_place(sampling, notices);
}

/// Writes the form of the answer, and how hard the model tries.
fn output(
    out: &mut Writer,
    wanted: Option<&OutputFormat>,
    effort: Option<&str>,
) -> Result<(), Failure> {
    let schema = blocks::schema(wanted)?;
    if schema.is_none() && effort.is_none() {
        return Ok(());
    }
    out.key("outputConfig").open_object();
    out.member_if("effort", effort);
    if let (Some(schema), Some(wanted)) = (schema, wanted) {
        out.key("textFormat").open_object();
        out.member("type", "json_schema");
        out.key("structure").open_object();
        out.key("jsonSchema").open_object();
        out.member("schema", schema);
        out.member_if("name", wanted.name.as_deref());
        out.member_if("description", wanted.description.as_deref());
        out.close_object().close_object().close_object();
    }
    out.close_object();
    Ok(())
}

/// Writes the fields that are a model's own: ours, and then those of the extension.
fn more(out: &mut Writer, request: &Request, thinking: &Thinking) {
    let mut own = Writer::default();
    own.open_object();
    thinking.write(&mut own);
    if thinking.refuses_sampling().is_none() {
        own.member_uint("top_k", request.sampling.top_k.map(u64::from));
    }
    own.close_object();
    let own = own.into_text();
    let own_names: Vec<String> = members(&own).into_iter().map(|(name, _)| name).collect();
    let own_names: Vec<&str> = own_names.iter().map(String::as_str).collect();
    let given = question::extension(&request.extensions, NAMESPACE).map(members);
    let given = given.unwrap_or_default();
    let given = given.iter().find(|(name, _)| name == MORE);
    let mut all = Writer::default();
    all.open_object();
    all.members_of(&own, &[]);
    if let Some((_, fields)) = given {
        all.members_of(fields, &own_names);
    }
    all.close_object();
    let all = all.into_text();
    if all != "{}" {
        out.key(MORE).json(&all);
    }
}

fn wishes(out: &mut Writer, request: &Request, notices: &mut Notices) {
    match request.service_tier.as_deref() {
        None | Some("auto") => {}
        Some(tier @ ("priority" | "default" | "flex" | "reserved")) => {
            out.key("serviceTier").open_object();
            out.member("type", tier).close_object();
        }
        Some(_) => notices.dropped("service-tier", "this format has no such tier"),
    }
    if !request.labels.is_empty() {
        out.key("requestMetadata").open_object();
        for (name, value) in request.labels.iter().take(MOST_LABELS) {
            out.member(name, value);
        }
        out.close_object();
        if request.labels.len() > MOST_LABELS {
            notices.dropped(
                "labels",
                "at most sixteen are taken: the first ones are sent",
            );
        }
    }
    let caching = request.caching.as_ref();
    let asks = |wish: Option<&String>| wish.is_some_and(|word| word != "none");
    notices.no_place(&[
        ("user", request.user.is_some()),
        ("verbosity", request.verbosity.is_some()),
        (
            "caching.key",
            asks(caching.and_then(|caching| caching.key.as_ref())),
        ),
        (
            "messages.name",
            request
                .messages
                .iter()
                .any(|message| message.name.is_some()),
        ),
    ]);
}
