//! A request on its way to a guest. The bytes of its files stay here and get names.

use openclaw_core::conversation as core;

use crate::bindings::openclaw::provider::conversation as wire;
use crate::bindings::openclaw::provider::types;
use crate::host::media::Media;

/// More files than one call may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooManyFiles;

/// Returns the request as the guest gets it. The bytes of its files are kept in `media`.
pub(crate) fn request(
    from: &core::Request,
    media: &mut Media,
) -> Result<wire::Request, TooManyFiles> {
    let messages = from.messages.iter().map(|m| message(m, media));
    Ok(wire::Request {
        model: from.model.clone(),
        messages: messages.collect::<Result<_, _>>()?,
        tools: from.tools.iter().map(tool).collect(),
        tool_choice: from.tool_choice.as_ref().map(|choice| wire::ToolChoice {
            mode: choice.mode.clone(),
            only: choice.only.clone(),
            parallel: choice.parallel,
        }),
        output: from.output.as_ref().map(|output| wire::OutputFormat {
            kind: output.kind.clone(),
            schema: output.schema.as_ref().map(json),
            name: output.name.clone(),
            description: output.description.clone(),
            strict: output.strict,
        }),
        modalities: from.modalities.clone(),
        sampling: wire::Sampling {
            temperature: from.sampling.temperature,
            top_p: from.sampling.top_p,
            top_k: from.sampling.top_k,
            presence_penalty: from.sampling.presence_penalty,
            frequency_penalty: from.sampling.frequency_penalty,
            seed: from.sampling.seed,
        },
        reasoning: from.reasoning.as_ref().map(|wish| wire::ReasoningWish {
            effort: wish.effort.clone(),
            budget: wish.budget,
            show: wish.show.clone(),
        }),
        verbosity: from.verbosity.clone(),
        max_output_tokens: from.max_output_tokens,
        stop: from.stop.clone(),
        answers: from.answers,
        logprobs: from.logprobs,
        caching: from.caching.as_ref().map(|caching| wire::Caching {
            key: caching.key.clone(),
            ttl: caching.ttl.clone(),
        }),
        service_tier: from.service_tier.clone(),
        user: from.user.clone(),
        labels: from.labels.clone(),
        stream: from.stream,
        extensions: extensions(&from.extensions),
    })
}

fn message(from: &core::Message, media: &mut Media) -> Result<wire::Message, TooManyFiles> {
    let parts = from.parts.iter().map(|p| part(p, media));
    Ok(wire::Message {
        role: from.role.clone(),
        parts: parts.collect::<Result<_, _>>()?,
        name: from.name.clone(),
        extensions: extensions(&from.extensions),
    })
}

fn part(from: &core::Part, media: &mut Media) -> Result<wire::Part, TooManyFiles> {
    Ok(wire::Part {
        content: content(&from.content, media)?,
        state: from.state.as_ref().map(|state| wire::State {
            realm: state.realm.clone(),
            bound_to: state.bound_to.clone(),
            value: json(&state.value),
        }),
        cache: from.cache.as_ref().map(cache),
        extensions: extensions(&from.extensions),
    })
}

fn content(from: &core::Content, media: &mut Media) -> Result<wire::Content, TooManyFiles> {
    Ok(match from {
        core::Content::Text(text) => wire::Content::Text(text.clone()),
        core::Content::Refusal(text) => wire::Content::Refusal(text.clone()),
        core::Content::Reasoning(thought) => wire::Content::Reasoning(wire::Reasoning {
            text: thought.text.clone(),
            form: thought.form.clone(),
        }),
        core::Content::File(from) => wire::Content::File(file(from, media)?),
        core::Content::ToolCall(call) => wire::Content::ToolCall(wire::ToolCall {
            id: call.id.clone(),
            name: call.name.clone(),
            arguments: call.arguments.clone(),
            by_vendor: call.by_vendor,
        }),
        core::Content::ToolResult(result) => {
            let content = result
                .content
                .iter()
                .map(|piece| result_content(piece, media));
            wire::Content::ToolResult(wire::ToolResult {
                call_id: result.call_id.clone(),
                name: result.name.clone(),
                content: content.collect::<Result<_, _>>()?,
                is_error: result.is_error,
                by_vendor: result.by_vendor,
            })
        }
        core::Content::Other(from) => wire::Content::Other(other(from)),
    })
}

fn result_content(
    from: &core::ResultContent,
    media: &mut Media,
) -> Result<wire::ResultContent, TooManyFiles> {
    Ok(match from {
        core::ResultContent::Text(text) => wire::ResultContent::Text(text.clone()),
        core::ResultContent::Json(value) => wire::ResultContent::Json(json(value)),
        core::ResultContent::File(from) => wire::ResultContent::File(file(from, media)?),
        core::ResultContent::Other(from) => wire::ResultContent::Other(other(from)),
    })
}

pub(super) fn file(from: &core::File, media: &mut Media) -> Result<wire::File, TooManyFiles> {
    let source = match &from.source {
        core::Source::Bytes(bytes) => {
            wire::Source::Bytes(media.keep(bytes.clone()).ok_or(TooManyFiles)?)
        }
        core::Source::Url(url) => wire::Source::Url(url.clone()),
        core::Source::Vendor(held) => wire::Source::Vendor(wire::VendorFile {
            realm: held.realm.clone(),
            id: held.id.clone(),
        }),
    };
    Ok(wire::File {
        media_type: from.media_type.clone(),
        source,
        name: from.name.clone(),
    })
}

fn tool(from: &core::Tool) -> wire::Tool {
    wire::Tool {
        name: from.name.clone(),
        description: from.description.clone(),
        input: match &from.input {
            core::ToolInput::Schema(schema) => wire::ToolInput::Schema(json(schema)),
            core::ToolInput::Text(grammar) => {
                wire::ToolInput::Text(grammar.as_ref().map(|grammar| wire::Grammar {
                    syntax: grammar.syntax.clone(),
                    definition: grammar.definition.clone(),
                }))
            }
            core::ToolInput::Vendor(definition) => wire::ToolInput::Vendor(extension(definition)),
        },
        strict: from.strict,
        cache: from.cache.as_ref().map(cache),
        extensions: extensions(&from.extensions),
    }
}

fn other(from: &core::Other) -> wire::Other {
    wire::Other {
        kind: from.kind.clone(),
        value: json(&from.value),
    }
}

fn cache(from: &core::CacheMark) -> wire::CacheMark {
    wire::CacheMark {
        ttl: from.ttl.clone(),
    }
}

fn extensions(from: &[core::Extension]) -> Vec<types::Extension> {
    from.iter().map(extension).collect()
}

fn extension(from: &core::Extension) -> types::Extension {
    types::Extension {
        namespace: from.namespace.clone(),
        value: json(&from.value),
    }
}

fn json(from: &core::Json) -> String {
    from.as_str().to_owned()
}
