//! What a request says besides its messages.

use openclaw_core::conversation::{
    Caching, OutputFormat, ReasoningWish, Request, Sampling, ToolChoice,
};
use openclaw_router::Failure;

use super::at::At;
use super::read_part::extensions;
use super::tools;

/// The keys of a request.
pub(super) const REQUEST_KEYS: [&str; 18] = [
    "messages",
    "tools",
    "tool_choice",
    "output",
    "modalities",
    "sampling",
    "reasoning",
    "verbosity",
    "max_output_tokens",
    "stop",
    "answers",
    "logprobs",
    "caching",
    "service_tier",
    "user",
    "labels",
    "stream",
    "extensions",
];

/// Reads everything but the messages.
pub(super) fn wishes(at: &At<'_>) -> Result<Request, Failure> {
    Ok(Request {
        tools: match at.get("tools") {
            Some(list) => tools::list(&list)?,
            None => Vec::new(),
        },
        tool_choice: at.get("tool_choice").map(|at| choice(&at)).transpose()?,
        output: at.get("output").map(|at| output(&at)).transpose()?,
        modalities: words(at, "modalities")?,
        sampling: match at.get("sampling") {
            Some(sampling) => self::sampling(&sampling)?,
            None => Sampling::default(),
        },
        reasoning: at.get("reasoning").map(|at| reasoning(&at)).transpose()?,
        verbosity: at.maybe_word("verbosity")?,
        max_output_tokens: at.maybe_count("max_output_tokens")?,
        stop: words(at, "stop")?,
        answers: at.maybe_count("answers")?,
        logprobs: at.maybe_count("logprobs")?,
        caching: at.get("caching").map(|at| caching(&at)).transpose()?,
        service_tier: at.maybe_word("service_tier")?,
        user: at.maybe_word("user")?,
        labels: labels(at)?,
        stream: at.maybe_flag("stream")?.unwrap_or(true),
        extensions: extensions(at)?,
        ..Request::default()
    })
}

fn words(at: &At<'_>, key: &str) -> Result<Vec<String>, Failure> {
    match at.get(key) {
        // Texts that end an answer may be blank, as a line break is.
        Some(list) => list
            .items()?
            .iter()
            .map(|item| item.text().map(str::to_owned))
            .collect(),
        None => Ok(Vec::new()),
    }
}

fn choice(at: &At<'_>) -> Result<ToolChoice, Failure> {
    at.object(&["mode", "only", "parallel"])?;
    Ok(ToolChoice {
        mode: at.maybe_word("mode")?.unwrap_or_else(|| "auto".to_owned()),
        only: words(at, "only")?,
        parallel: at.maybe_flag("parallel")?,
    })
}

fn output(at: &At<'_>) -> Result<OutputFormat, Failure> {
    at.object(&["kind", "schema", "name", "description", "strict"])?;
    let schema = at.get("schema");
    if let Some(schema) = &schema {
        tools::check_schema(schema)?;
    }
    Ok(OutputFormat {
        kind: at.need("kind")?.word()?,
        schema: schema.map(|schema| schema.json()),
        name: at.maybe_word("name")?,
        description: at.maybe_word("description")?,
        strict: at.maybe_flag("strict")?,
    })
}

fn sampling(at: &At<'_>) -> Result<Sampling, Failure> {
    at.object(&[
        "temperature",
        "top_p",
        "top_k",
        "presence_penalty",
        "frequency_penalty",
        "seed",
    ])?;
    Ok(Sampling {
        temperature: at.maybe_number("temperature")?,
        top_p: at.maybe_number("top_p")?,
        top_k: at.maybe_count("top_k")?,
        presence_penalty: at.maybe_number("presence_penalty")?,
        frequency_penalty: at.maybe_number("frequency_penalty")?,
        seed: at.get("seed").map(|at| at.integer()).transpose()?,
    })
}

fn reasoning(at: &At<'_>) -> Result<ReasoningWish, Failure> {
    at.object(&["effort", "budget", "show"])?;
    Ok(ReasoningWish {
        effort: at.maybe_word("effort")?,
        budget: at.maybe_count("budget")?,
        show: at.maybe_word("show")?,
    })
}

fn caching(at: &At<'_>) -> Result<Caching, Failure> {
    at.object(&["key", "ttl"])?;
    Ok(Caching {
        key: at.maybe_word("key")?,
        ttl: at.maybe_word("ttl")?,
    })
}

/// Labels are a list of pairs, or an object.
fn labels(at: &At<'_>) -> Result<Vec<(String, String)>, Failure> {
    let Some(all) = at.get("labels") else {
        return Ok(Vec::new());
    };
    if let Some(object) = all.value().as_object() {
        let keys = object.keys();
        return keys
            .map(|key| Ok((key.clone(), all.need(key)?.text()?.to_owned())))
            .collect();
    }
    let mut labels = Vec::new();
    for pair in all.items()? {
        match pair.words()?.as_slice() {
            [name, value] => labels.push((name.clone(), value.clone())),
            _ => return Err(pair.wrong("must be a name and a value")),
        }
    }
    Ok(labels)
}
