//! GitHub Copilot: several vendors' models by a GitHub account, in OpenAI's formats.

mod sign_in;

use openclaw_provider_compat::failure::Rule;
use openclaw_provider_compat::openai::Habits;
use openclaw_provider_compat::{Accepts, Vendor, openai_chat, openai_responses};
use openclaw_sdk::FailureKind;
use openclaw_sdk::conversation::{Content, Request};
use openclaw_sdk::facts::Catalog;

static VENDOR: Vendor = Vendor {
    name: "GitHub Copilot",
    base: "https://api.individual.githubcopilot.com",
    locate: Some(sign_in::locate),
    wires: &[&openai_chat::WIRE, &openai_responses::WIRE],
    // https://docs.github.com/en/copilot/reference/ai-models: these are served in this format alone.
    families: &[
        ("gpt-5", &openai_responses::WIRE),
        ("gpt-6", &openai_responses::WIRE),
        ("grok-4", &openai_responses::WIRE),
        ("mai-", &openai_responses::WIRE),
    ],
    realm: "github-copilot",
    variables: &["COPILOT_GITHUB_TOKEN", "GH_TOKEN", "GITHUB_TOKEN"],
    sign: sign_in::sign,
    accepts: Accepts {
        modes: &[("oauth", None)],
        otherwise: "Copilot takes sign-ins of a GitHub account",
    },
    exchange: sign_in::exchanged,
    renew: sign_in::exchange,
    sign_in: sign_in::start,
    models: Catalog::new(include_str!("../models.tsv")),
    // The allowance of a month.
    rules: &[Rule::word(FailureKind::Billing, "quota_exceeded")],
    openai: Habits {
        headers: Some(headers),
        ..Habits::COMPATIBLE
    },
    ..Vendor::DEFAULT
};

/// Returns what Copilot wants to know of a request: whether a person or an agent asks, and whether
/// pictures come with it.
fn headers(request: &Request) -> Vec<(&'static str, &'static str)> {
    let last = request.messages.last();
    let by_agent = last.is_some_and(|last| last.role != "user");
    let initiator = if by_agent { "agent" } else { "user" };
    let mut headers = vec![
        ("x-initiator", initiator),
        ("openai-intent", "conversation-edits"),
    ];
    let mut parts = request.messages.iter().flat_map(|message| &message.parts);
    let is_picture = |content: &Content| match content {
        Content::File(file) => file.media_type.starts_with("image/"),
        _ => false,
    };
    if parts.any(|part| is_picture(&part.content)) {
        headers.push(("copilot-vision-request", "true"));
    }
    headers
}

openclaw_provider_compat::provider!(VENDOR, relay);
openclaw_provider_compat::vendor_tests!(VENDOR);
