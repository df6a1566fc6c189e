//! What a vendor wants back, and for whom it is kept: states and reasoning (rules H1 and H2).

use super::calls::{Functions, is_never_made};
use super::notices::Notices;
use super::target::{CarryReasoning, Target};
use crate::conversation::{Content, Message, State};

/// Removes the states that go along to nobody: of answers that were broken off, or that lose a call.
pub(super) fn drop_states(messages: &mut [Message], functions: &Functions, notices: &mut Notices) {
    keep_states(messages, notices, |message, _| {
        if message
            .origin
            .as_ref()
            .is_some_and(|origin| !origin.complete)
        {
            return Some("the answer was broken off".to_owned());
        }
        let loses_call = |part| is_never_made(part, functions);
        let lost = message.parts.iter().any(loses_call);
        lost.then(|| "it has a call that was never made".to_owned())
    });
}

/// Removes the states that may not go to a target. The first `intact` messages go as they are.
pub(super) fn keep_states_for(
    messages: &mut [Message],
    target: &Target,
    intact: usize,
    notices: &mut Notices,
) {
    keep_states(messages, notices, |message, index| {
        let mut states = message.parts.iter().filter_map(|part| part.state.as_ref());
        states.find_map(|state| loss(message, index, state, target, intact))
    });
}

/// Removes the states of each message that has some and loses one for some reason. Those of one
/// message go together: half of them is an answer that the vendor never gave.
fn keep_states(
    messages: &mut [Message],
    notices: &mut Notices,
    loss: impl Fn(&Message, usize) -> Option<String>,
) {
    for (index, message) in messages.iter_mut().enumerate() {
        if message.parts.iter().all(|part| part.state.is_none()) {
            continue;
        }
        let Some(reason) = loss(message, index) else {
            continue;
        };
        let what = format!("message {}: {reason}; its states are left out", index + 1);
        notices.dropped("state", what);
        for part in &mut message.parts {
            part.state = None;
        }
    }
}

/// Returns why a state may not go to a target.
fn loss(
    message: &Message,
    index: usize,
    state: &State,
    target: &Target,
    intact: usize,
) -> Option<String> {
    if target.drop_states {
        return Some("the provider no longer accepts states of it".to_owned());
    }
    if !target.reads(&state.realm) {
        return Some(format!("only {} can read states of it", state.realm));
    }
    let origin = message.origin.as_ref();
    let unmet = state.bound_to.iter().find(|word| !match word.as_str() {
        "model" => origin.is_some_and(|origin| origin.model == target.model),
        "account" => origin
            .and_then(|origin| origin.account.as_ref())
            .is_some_and(|account| target.account.as_ref() == Some(account)),
        "prefix" => index <= intact,
        _ => false,
    })?;
    Some(match unmet.as_str() {
        "model" => "it is bound to the model that gave it".to_owned(),
        "account" => "it is bound to the account that got it".to_owned(),
        "prefix" => "it is bound to what came before, which is sent otherwise".to_owned(),
        word => format!("it is bound to `{word}`, which may have changed"),
    })
}

/// Returns messages as every model of a provider is sent them at best: without the states that only
/// others can read. When an answer was made, these were not there either.
pub(super) fn readable(messages: &[Message], target: &Target) -> Vec<Message> {
    let mut messages = messages.to_vec();
    for part in messages.iter_mut().flat_map(|message| &mut message.parts) {
        part.state.take_if(|state| !target.reads(&state.realm));
    }
    drop_blank_reasoning(&mut messages);
    messages
}

/// Whether a kept state is bound to everything before it.
pub(super) fn has_prefix_states(messages: &[Message]) -> bool {
    let parts = messages.iter().flat_map(|message| &message.parts);
    let mut states = parts.filter_map(|part| part.state.as_ref());
    states.any(|state| state.bound_to.iter().any(|word| word == "prefix"))
}

/// Whether another vendor gave the message, as far as is known: no state of it goes along, and its
/// giver is unknown or of a realm that the target does not read.
pub(super) fn is_foreign(message: &Message, target: &Target) -> bool {
    let known = message
        .origin
        .as_ref()
        .is_some_and(|origin| target.reads(&origin.realm));
    !known && message.parts.iter().all(|part| part.state.is_none())
}

/// Removes reasoning that has neither words nor a state. What stays is reasoning: it never becomes
/// text.
pub(super) fn drop_blank_reasoning(messages: &mut [Message]) {
    for message in messages {
        message.parts.retain(|part| match &part.content {
            Content::Reasoning(reasoning) => {
                part.state.is_some() || !reasoning.text.trim().is_empty()
            }
            _ => true,
        });
    }
}

/// Removes another vendor's reasoning, if it is not to be carried over.
pub(super) fn carry_reasoning(messages: &mut [Message], target: &Target, notices: &mut Notices) {
    if target.carry_reasoning == CarryReasoning::Always {
        return;
    }
    for (index, message) in messages.iter_mut().enumerate() {
        if !is_foreign(message, target) {
            continue;
        }
        let before = message.parts.len();
        message
            .parts
            .retain(|part| !matches!(part.content, Content::Reasoning(_)));
        if message.parts.len() < before {
            let what = format!(
                "message {}: that of another vendor is not carried",
                index + 1
            );
            notices.dropped("reasoning", what);
        }
    }
}
