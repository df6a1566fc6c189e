//! A request for `POST /chat/completions`.
//!
//! The system prompt goes as `system`, never as `developer`: the vendor reads one as the other,
//! and few compatible servers know the latter.

mod form;
mod message;

use openclaw_sdk::Failure;
use openclaw_sdk::conversation::{Content, Request};
use openclaw_sdk::json::Writer;

use crate::openai::encode;
use crate::openai::habits::thinking;
use crate::question::{self, Encoded, Notices};
use crate::vendor::Vendor;

pub(crate) use form::schema;

/// The namespace of this wire's extensions.
pub const NAMESPACE: &str = "openai-completions";

/// The keys of a body that are ours.
const OWN: [&str; 26] = [
    "model",
    "messages",
    "stream",
    "max_tokens",
    "max_completion_tokens",
    "temperature",
    "top_p",
    "presence_penalty",
    "frequency_penalty",
    "seed",
    "stop",
    "n",
    "logprobs",
    "top_logprobs",
    "reasoning_effort",
    "verbosity",
    "parallel_tool_calls",
    "tool_choice",
    "tools",
    "response_format",
    "modalities",
    "service_tier",
    "prompt_cache_key",
    "safety_identifier",
    "metadata",
    "stream_options",
];

/// Encodes a request. `own` says whether the server is the vendor's, which takes more than most.
///
/// # Errors
/// Kind `unsupported` for what the format has no place for and an answer cannot do without.
pub fn body(request: &Request, vendor: &Vendor, own: bool) -> Result<Encoded, Failure> {
    question::check_roles(&request.messages)?;
    let mut notices = Notices::default();
    let habits = &vendor.openai;
    let all = encode::takes_all(request, vendor, own);
    let emulates = form::is_emulated(request, habits);
    let mut out = Writer::with_capacity(question::text_bytes(request));
    out.open_object().member("model", &request.model);
    out.key("messages").open_list();
    if emulates {
        form::instruct(&mut out, request, &mut notices);
    }
    let mut messages = request.messages.iter().peekable();
    let mut files = Vec::new();
    while let Some(said) = messages.next() {
        message::write(&mut out, said, vendor, all, &mut files, &mut notices)?;
        // Files of results stand after the last result: each call is answered first.
        if messages.peek().is_none_or(|next| next.role != "tool") {
            message::attached(&mut out, &std::mem::take(&mut files))?;
        }
    }
    out.close_list();
    out.member_flag("stream", request.stream);
    if request.stream && habits.usage_on_request {
        out.key("stream_options").open_object();
        out.member_flag("include_usage", true).close_object();
    }
    if own && vendor.openai.stores_answers {
        out.member_flag("store", false);
    }
    if let Some(most) = encode::max_tokens(request, vendor, own) {
        let vendors = vendor.openai.max_completion_tokens && all;
        let key = if vendors || is_newer(&request.model) {
            "max_completion_tokens"
        } else {
            "max_tokens"
        };
        out.member_uint(key, Some(most));
    }
    encode::wishes(&mut out, request, habits, all, &mut notices);
    let sampling = &request.sampling;
    let mut sends = |key, about, is_there| habits.sends(key, (about, is_there), &mut notices);
    let presence = sampling.presence_penalty;
    if sends(
        "presence_penalty",
        "sampling.presence-penalty",
        presence.is_some(),
    ) {
        out.member_decimal("presence_penalty", presence);
    }
    let frequency = sampling.frequency_penalty;
    if sends(
        "frequency_penalty",
        "sampling.frequency-penalty",
        frequency.is_some(),
    ) {
        out.member_decimal("frequency_penalty", frequency);
    }
    if let Some(seed) = sampling
        .seed
        .filter(|_| sends("seed", "sampling.seed", true))
    {
        out.key(habits.seed).int(seed);
    }
    if sends("stop", "stop", !request.stop.is_empty()) {
        out.key("stop").open_list();
        for text in &request.stop {
            out.text(text);
        }
        out.close_list();
    }
    if sends("n", "answers", request.answers.is_some()) {
        out.member_uint("n", request.answers.map(u64::from));
    }
    if let Some(alternatives) = request
        .logprobs
        .filter(|_| sends("logprobs", "logprobs", true))
    {
        out.member_flag("logprobs", true);
        out.member_uint("top_logprobs", Some(alternatives.into()).filter(|n| *n > 0));
    }
    if sends("verbosity", "verbosity", request.verbosity.is_some()) {
        out.member_if("verbosity", request.verbosity.as_deref());
    }
    if sends("modalities", "modalities", !request.modalities.is_empty()) {
        out.key("modalities").open_list();
        for modality in &request.modalities {
            out.text(modality);
        }
        out.close_list();
    }
    if let Some(wish) = &request.reasoning {
        let facts = vendor.model(bare(&request.model));
        let facts = facts.or_else(|| vendor.model(&request.model));
        thinking(
            &mut out,
            wish,
            habits.thinking,
            facts.as_ref(),
            &mut notices,
        );
    }
    form::tools(&mut out, request, habits)?;
    form::output(&mut out, request, emulates)?;
    if let Some(more) = question::extension(&request.extensions, NAMESPACE) {
        out.members_of(more, &OWN);
    }
    out.close_object();
    let unknown = |content: &Content| matches!(content, Content::Other(other) if !other.kind.starts_with(NAMESPACE));
    let mut parts = request.messages.iter().flat_map(|message| &message.parts);
    notices.no_place(&[("messages.other", parts.any(|part| unknown(&part.content)))]);
    Ok(Encoded {
        body: out.finish(),
        notices: notices.into_list(),
    })
}

/// Whether a model, at whatever server, is one of OpenAI's that refuse `max_tokens`.
fn is_newer(model: &str) -> bool {
    ["o1", "o3", "o4", "gpt-5", "gpt-6"]
        .iter()
        .any(|family| bare(model).starts_with(family))
}

fn bare(model: &str) -> &str {
    model.rsplit('/').next().unwrap_or(model)
}
