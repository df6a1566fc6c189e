//! What a guest makes of an answer.

use openclaw_core::conversation as core;

use super::{WORD_BYTES, extension, extensions, line};
use crate::bindings::exports::openclaw::provider::chat as wire;
use crate::bindings::openclaw::provider::{conversation, types};

pub(crate) fn event(from: wire::Event) -> core::Event {
    match from {
        wire::Event::About(about) => core::Event::About(core::About {
            id: about.id.map(word),
            model: about.model.map(word),
            created: about.created,
            request_id: about.request_id.map(word),
            service_tier: about.service_tier.map(word),
            extensions: extensions(about.extensions),
        }),
        wire::Event::Begin(begin) => core::Event::Begin(core::Begin {
            part: begin.part,
            answer: begin.answer,
            opening: opening(begin.opening),
            id: begin.id.map(word),
            extensions: extensions(begin.extensions),
        }),
        wire::Event::Delta(delta) => core::Event::Delta(core::Delta {
            part: delta.part,
            piece: piece(delta.piece),
        }),
        wire::Event::End(end) => core::Event::End(core::End {
            part: end.part,
            state: end.state.map(state),
            value: end.value.map(core::Json::new),
            extensions: extensions(end.extensions),
        }),
        wire::Event::Finish(finish) => core::Event::Finish(core::Finish {
            answer: finish.answer,
            reason: word(finish.reason),
            vendor_reason: finish.vendor_reason.map(word),
            sequence: finish.sequence,
            extensions: extensions(finish.extensions),
        }),
        wire::Event::Usage(used) => core::Event::Usage(usage(used)),
        wire::Event::Limits(limits) => core::Event::Limits(limits.into_iter().map(limit).collect()),
        wire::Event::Notice(notice) => core::Event::Notice(core::Notice {
            kind: word(notice.kind),
            about: word(notice.about),
            message: line(&notice.message, 500),
        }),
        wire::Event::Other(other) => core::Event::Other(extension(other)),
    }
}

fn opening(from: wire::Opening) -> core::Opening {
    match from {
        wire::Opening::Text => core::Opening::Text,
        wire::Opening::Refusal => core::Opening::Refusal,
        wire::Opening::Reasoning(form) => core::Opening::Reasoning(word(form)),
        // Ids and names are made canonical when the answer is taken in, and not cut before.
        wire::Opening::ToolCall(call) => core::Opening::ToolCall(core::CallOpening {
            id: call.id,
            name: call.name,
            by_vendor: call.by_vendor,
        }),
        wire::Opening::ToolResult(result) => core::Opening::ToolResult(core::ResultOpening {
            call_id: result.call_id,
            name: result.name,
            is_error: result.is_error,
        }),
        wire::Opening::File(media_type) => core::Opening::File(word(media_type)),
        wire::Opening::Other(kind) => core::Opening::Other(word(kind)),
    }
}

fn piece(from: wire::Piece) -> core::Piece {
    match from {
        wire::Piece::Text(text) => core::Piece::Text(text),
        wire::Piece::Arguments(text) => core::Piece::Arguments(text),
        wire::Piece::Bytes(bytes) => core::Piece::Bytes(bytes),
        wire::Piece::Transcript(text) => core::Piece::Transcript(text),
        wire::Piece::Citation(citation) => core::Piece::Citation(core::Citation {
            url: citation.url,
            title: citation.title,
            quote: citation.quote,
            document: citation.document,
            at: citation.at.map(span),
            supports: citation.supports.map(span),
            extensions: extensions(citation.extensions),
        }),
        wire::Piece::Logprobs(tokens) => {
            core::Piece::Logprobs(tokens.into_iter().map(token).collect())
        }
    }
}

fn span(from: wire::Span) -> core::Span {
    core::Span {
        begin: from.begin,
        end: from.end,
        unit: word(from.unit),
    }
}

fn token(from: wire::Token) -> core::Token {
    core::Token {
        chosen: alternative(from.chosen),
        top: from.top.into_iter().map(alternative).collect(),
    }
}

fn alternative(from: wire::Alternative) -> core::Alternative {
    core::Alternative {
        token: from.token,
        bytes: from.bytes,
        logprob: from.logprob,
    }
}

fn state(from: conversation::State) -> core::State {
    core::State {
        realm: from.realm,
        bound_to: from.bound_to,
        value: core::Json::new(from.value),
    }
}

pub(super) fn usage(from: types::Usage) -> core::Usage {
    core::Usage {
        input: from.input,
        output: from.output,
        cache_read: from.cache_read,
        cache_write: from.cache_write,
        reasoning: from.reasoning,
        details: from
            .details
            .into_iter()
            .map(|(name, count)| (word(name), count))
            .collect(),
        cost_usd: from.cost_usd.filter(|dollars| *dollars >= 0.0),
    }
}

pub(super) fn limit(from: types::Limit) -> core::Limit {
    core::Limit {
        name: word(from.name),
        scope: from.scope.map(word),
        unit: word(from.unit),
        used_percent: from.used_percent,
        used: from.used,
        most: from.most,
        window_ms: from.window_ms,
        resets_at: from.resets_at,
        status: from.status.map(word),
    }
}

/// A word that a person may see: one line, a bounded length.
fn word(text: String) -> String {
    line(&text, WORD_BYTES)
}
