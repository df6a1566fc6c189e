//! Contract values to and from core values.

use std::time::Duration;

use openclaw_core::{catalog, chat, failure};

use crate::bindings::exports::openclaw::provider::chat as wire_chat;
use crate::bindings::openclaw::provider::types as wire;

/// Longest message of a failure that is kept, in bytes.
const MESSAGE_BYTES: usize = 2_000;

pub(crate) fn failure(from: wire::Failure, redact: impl Fn(&str) -> String) -> failure::Failure {
    use failure::FailureKind as To;
    use wire::FailureKind as From;
    let kind = match from.kind {
        From::Auth => To::Auth,
        From::Permission => To::Permission,
        From::Billing => To::Billing,
        From::RateLimit => To::RateLimit,
        From::Overloaded => To::Overloaded,
        From::Timeout => To::Timeout,
        From::Network => To::Network,
        From::Server => To::Server,
        From::ContextOverflow => To::ContextOverflow,
        From::ModelNotFound => To::ModelNotFound,
        From::BadRequest => To::BadRequest,
        From::ContentFilter => To::ContentFilter,
        From::Format => To::Format,
        From::Aborted => To::Aborted,
        From::Other => To::Other,
    };
    failure::Failure {
        kind,
        code: from.code.map(|code| line(&redact(&code), 100)),
        message: line(&redact(&from.message), MESSAGE_BYTES),
        status: from.status,
        retry_after: from.retry_after_ms.map(Duration::from_millis),
    }
}

/// Makes a guest's text fit for a line on a terminal: no control characters, a bounded length.
pub(crate) fn line(text: &str, bytes: usize) -> String {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end]
        .chars()
        .map(|c| if is_invisible(c) { ' ' } else { c })
        .collect()
}

/// Whether a character is not seen but changes what is: of the general categories Cc, Cf, Zl, Zp
/// and Co (Unicode 17). The joiners that scripts and emoji need are left.
pub(crate) fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}'
            | '\u{8e2}' | '\u{180e}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' | '\u{e000}'..='\u{f8ff}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0001}' | '\u{e0020}'..='\u{e007f}'
            | '\u{f0000}'..='\u{ffffd}' | '\u{100000}'..='\u{10fffd}')
}

pub(crate) fn model(from: wire::Model) -> catalog::Model {
    catalog::Model {
        id: from.id,
        name: from.name,
        context: from.context,
        max_output: from.max_output,
        price: price(from.price),
        price_tiers: from
            .price_tiers
            .into_iter()
            .map(|tier| catalog::PriceTier {
                above_input_tokens: tier.above_input_tokens,
                price: price(tier.price),
            })
            .collect(),
        reasoning: from.reasoning,
        tools: from.tools,
        input: from.input,
        output: from.output,
        released: from.released,
        retires: from.retires,
        status: from.status,
        parameters_b: from.parameters_b,
        open_weights: from.open_weights,
        sources: from.sources,
    }
}

fn price(from: wire::Price) -> catalog::Price {
    // Negative prices stand for unknown ones in many lists.
    let known = |price: Option<f64>| price.filter(|dollars| *dollars >= 0.0);
    catalog::Price {
        input: known(from.input),
        output: known(from.output),
        cache_read: known(from.cache_read),
        cache_write: known(from.cache_write),
    }
}

pub(crate) fn request(from: &chat::ChatRequest) -> wire_chat::Request {
    wire_chat::Request {
        model: from.model.clone(),
        system: from.system.clone(),
        messages: from.messages.iter().map(message).collect(),
        max_output_tokens: from.max_output_tokens,
        temperature: from.temperature,
        stream: from.stream,
    }
}

fn message(from: &chat::Message) -> wire_chat::Message {
    wire_chat::Message {
        role: match from.role {
            chat::Role::User => wire_chat::Role::User,
            chat::Role::Assistant => wire_chat::Role::Assistant,
        },
        parts: from
            .parts
            .iter()
            .map(|part| match part {
                chat::Part::Text(text) => wire_chat::Part::Text(text.clone()),
                chat::Part::Image { media_type, data } => {
                    wire_chat::Part::Image(wire_chat::Image {
                        media_type: media_type.clone(),
                        data: data.clone(),
                    })
                }
            })
            .collect(),
    }
}

pub(crate) fn event(from: wire_chat::Event) -> chat::ChatEvent {
    match from {
        wire_chat::Event::Text(text) => chat::ChatEvent::Text(text),
        wire_chat::Event::Reasoning(text) => chat::ChatEvent::Reasoning(text),
        wire_chat::Event::Usage(used) => chat::ChatEvent::Usage(chat::Usage {
            input: used.input,
            output: used.output,
            cache_read: used.cache_read,
            cache_write: used.cache_write,
            reasoning: used.reasoning,
        }),
        wire_chat::Event::Stop(reason) => chat::ChatEvent::Stop(line(&reason, 100)),
    }
}
