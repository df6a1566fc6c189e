//! `generationConfig`: the form and the length of the answer, how tokens are drawn, how much is thought.

use openclaw_sdk::conversation::{OutputFormat, ReasoningWish, Request};
use openclaw_sdk::json::{Writer, members};
use openclaw_sdk::{Failure, errors};

use super::super::address::bare;
use super::tools::without_dialect;
use crate::question::{self, Notices};
use crate::vendor::Vendor;

/// The keys that are ours.
const OWN: [&str; 14] = [
    "maxOutputTokens",
    "temperature",
    "topP",
    "topK",
    "presencePenalty",
    "frequencyPenalty",
    "seed",
    "stopSequences",
    "candidateCount",
    "responseLogprobs",
    "logprobs",
    "responseMimeType",
    "responseJsonSchema",
    "thinkingConfig",
];

pub(super) fn write(
    out: &mut Writer,
    request: &Request,
    vendor: &Vendor,
    extension: Option<&str>,
    notices: &mut Notices,
) -> Result<(), Failure> {
    let id = bare(&request.model);
    let mut config = Writer::default();
    config.open_object();
    config.member_uint(
        "maxOutputTokens",
        bound(request.max_output_tokens, own_maximum(id, vendor)),
    );
    let sampling = &request.sampling;
    config
        .member_decimal("temperature", sampling.temperature)
        .member_decimal("topP", sampling.top_p)
        .member_uint("topK", sampling.top_k.map(u64::from))
        .member_decimal("presencePenalty", sampling.presence_penalty)
        .member_decimal("frequencyPenalty", sampling.frequency_penalty);
    if let Some(seed) = sampling.seed {
        config.key("seed").int(seed);
    }
    if !request.stop.is_empty() {
        config.key("stopSequences").open_list();
        for text in &request.stop {
            config.text(text);
        }
        config.close_list();
    }
    config.member_uint("candidateCount", request.answers.map(u64::from));
    if let Some(alternatives) = request.logprobs {
        config.member_flag("responseLogprobs", true);
        config.member_uint("logprobs", Some(alternatives.into()));
    }
    if let Some(output) = &request.output {
        form(&mut config, output)?;
    }
    if !request.modalities.is_empty() {
        config.key("responseModalities").open_list();
        for modality in &request.modalities {
            config.text(&modality.to_ascii_uppercase());
        }
        config.close_list();
    }
    if let Some(wish) = &request.reasoning {
        thinking(&mut config, wish, id, vendor, notices);
    }
    // The only object of an extension that is taken apart: half of the format's wishes stand in it.
    let more = extension.map(members).unwrap_or_default();
    if let Some((_, more)) = more.iter().find(|(key, _)| key == "generationConfig") {
        config.members_of(more, &OWN);
    }
    config.close_object();
    let text = config.into_text();
    if text != "{}" {
        out.key("generationConfig").json(&text);
    }
    Ok(())
}

fn form(out: &mut Writer, output: &OutputFormat) -> Result<(), Failure> {
    match output.kind.as_str() {
        "text" => {}
        "json" => {
            out.member("responseMimeType", "application/json");
        }
        "json-schema" => {
            out.member("responseMimeType", "application/json");
            if let Some(schema) = &output.schema {
                out.key("responseJsonSchema");
                without_dialect(out, schema);
            }
        }
        other => {
            let message = ["Gemini has no output of the form `", other, "`"].concat();
            return Err(errors::unsupported("output", message));
        }
    }
    Ok(())
}

/// Writes how much is to be thought: a level for the third generation, tokens for the second.
fn thinking(
    out: &mut Writer,
    wish: &ReasoningWish,
    id: &str,
    vendor: &Vendor,
    notices: &mut Notices,
) {
    let by_budget = id.starts_with("gemini-2") || id.starts_with("gemini-1");
    let facts = vendor.model(id);
    let mut config = Writer::default();
    config.open_object();
    match (wish.budget, wish.effort.as_deref()) {
        (Some(budget), _) => {
            config.member_uint("thinkingBudget", Some(budget.into()));
        }
        (None, Some(effort)) if by_budget => {
            config.member_uint("thinkingBudget", Some(tokens_for(effort, id, notices)));
        }
        (None, Some(effort)) => {
            let known: Vec<&str> = facts.iter().flat_map(|facts| facts.efforts()).collect();
            let known = if known.is_empty() {
                &["minimal", "low", "medium", "high"][..]
            } else {
                &known
            };
            let level = question::nearest(effort, known, notices);
            config.member("thinkingLevel", &level.to_ascii_uppercase());
        }
        (None, None) => {}
    }
    if let Some(show) = wish.show.as_deref() {
        config.member_flag("includeThoughts", show != "none");
    }
    config.close_object();
    let text = config.into_text();
    if text != "{}" {
        out.key("thinkingConfig").json(&text);
    }
}

/// Returns the tokens that an effort is worth; the bounds are those of the vendor's page on thinking.
fn tokens_for(effort: &str, id: &str, notices: &mut Notices) -> u64 {
    let is_pro = id.contains("pro");
    match effort {
        "none" if is_pro => {
            notices.changed("reasoning.effort", "this model always thinks a little");
            128
        }
        "none" => 0,
        "minimal" => 512,
        "low" => 1_024,
        "medium" => 8_192,
        _ if is_pro => 32_768,
        _ => 24_576,
    }
}

/// Without a wanted bound, a known model gets its own maximum; a wanted bound above that is lowered
/// to it, since Gemini refuses more.
fn bound(wanted: Option<u32>, maximum: Option<u64>) -> Option<u64> {
    match (wanted.map(u64::from), maximum) {
        (Some(wanted), Some(maximum)) => Some(wanted.min(maximum)),
        (wanted, maximum) => wanted.or(maximum),
    }
}

/// Where the data gives a maximum no smaller than the context it is not trusted and nothing is sent,
/// which leaves the bound to the vendor.
fn own_maximum(id: &str, vendor: &Vendor) -> Option<u64> {
    let facts = vendor.model(id)?;
    facts
        .max_output()
        .filter(|_| facts.max_output() < facts.context())
}
