//! A request for `POST /responses`. Nothing is to be stored at the vendor: what an answer thought
//! comes encrypted, and is given back with it.

mod form;
mod items;

use openclaw_sdk::conversation::{Content, Request};
use openclaw_sdk::json::Writer;
use openclaw_sdk::{Failure, errors};

use crate::openai::encode;
use crate::question::{self, Encoded, Notices};
use crate::vendor::Vendor;

/// The namespace of this wire's extensions.
pub const NAMESPACE: &str = "openai-responses";

/// The smallest bound on generated tokens that the vendor takes.
const LEAST_TOKENS: u64 = 16;

/// The keys of a body that are ours.
const OWN: [&str; 19] = [
    "model",
    "input",
    "instructions",
    "stream",
    "store",
    "include",
    "max_output_tokens",
    "temperature",
    "top_p",
    "top_logprobs",
    "reasoning",
    "text",
    "parallel_tool_calls",
    "tool_choice",
    "tools",
    "service_tier",
    "prompt_cache_key",
    "safety_identifier",
    "metadata",
];

/// Encodes a request. A bound below 16 tokens becomes 16.
///
/// # Errors
/// Kind `unsupported` for what the format has no place for and an answer cannot do without.
pub fn body(request: &Request, vendor: &Vendor, own: bool) -> Result<Encoded, Failure> {
    write(request, vendor, own, true)
}

/// Returns the body of `POST /responses/input_tokens`, which takes only what counts.
///
/// # Errors
/// As [`body`].
pub fn counted(request: &Request, vendor: &Vendor, own: bool) -> Result<Encoded, Failure> {
    write(request, vendor, own, false)
}

fn write(
    request: &Request,
    vendor: &Vendor,
    own: bool,
    generates: bool,
) -> Result<Encoded, Failure> {
    question::check_roles(&request.messages)?;
    if request.answers.is_some_and(|answers| answers > 1) {
        return Err(errors::unsupported(
            "answers",
            "this format gives one answer",
        ));
    }
    if request.modalities.iter().any(|modality| modality != "text") {
        return Err(errors::unsupported(
            "modalities",
            "this format answers with text only",
        ));
    }
    let mut notices = Notices::default();
    let all = encode::takes_all(request, vendor, own);
    let (instructions, said) = question::instructions(&request.messages);
    let mut out = Writer::with_capacity(question::text_bytes(request));
    out.open_object().member("model", &request.model);
    out.key("input").open_list();
    for message in said {
        items::write(&mut out, request, message, vendor, all, &mut notices)?;
    }
    out.close_list();
    if generates {
        out.member_flag("stream", request.stream);
        out.member_flag("store", false);
    }
    let mut texts = instructions.iter().flat_map(question::texts).chain(
        Some(vendor.openai.instructions).filter(|text| instructions.is_empty() && !text.is_empty()),
    );
    if let Some(first) = texts.next() {
        out.key("instructions").begin_text().push_text(first);
        for text in texts {
            out.push_text("\n\n").push_text(text);
        }
        out.end_text();
    }
    if generates {
        out.key("include").open_list();
        out.text("reasoning.encrypted_content");
        if request.logprobs.is_some() {
            out.text("message.output_text.logprobs");
        }
        out.close_list();
        let most = encode::max_tokens(request, vendor, own);
        let about = ("max-output-tokens", request.max_output_tokens.is_some());
        let bounded = vendor
            .openai
            .sends("max_output_tokens", about, &mut notices);
        let most = most.filter(|_| bounded);
        out.member_uint("max_output_tokens", most.map(|most| most.max(LEAST_TOKENS)));
        encode::wishes(&mut out, request, &vendor.openai, all, &mut notices);
        let alternatives = request.logprobs.map(u64::from);
        out.member_uint("top_logprobs", alternatives.filter(|count| *count > 0));
    }
    form::reasoning(&mut out, request, vendor, &mut notices);
    form::text(&mut out, request)?;
    form::tools(&mut out, request);
    if let Some(more) = question::extension(&request.extensions, NAMESPACE) {
        out.members_of(more, &OWN);
    }
    out.close_object();
    let sampling = &request.sampling;
    let parts = || request.messages.iter().flat_map(|message| &message.parts);
    notices.no_place(&[
        ("sampling.presence-penalty", sampling.presence_penalty.is_some()),
        ("sampling.frequency-penalty", sampling.frequency_penalty.is_some()),
        ("sampling.seed", sampling.seed.is_some()),
        ("stop", !request.stop.is_empty()),
        (
            "messages.name",
            request.messages.iter().any(|message| message.name.is_some()),
        ),
        (
            "messages.other",
            parts().any(|part| {
                matches!(&part.content, Content::Other(other) if !other.kind.starts_with(NAMESPACE))
            }),
        ),
        ("caching", !all && parts().any(|part| part.cache.is_some())),
    ]);
    Ok(Encoded {
        body: out.finish(),
        notices: notices.into_list(),
    })
}
