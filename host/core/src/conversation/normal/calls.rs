//! Calls of tools and their results (rules H4, H5 and H9).

use std::collections::HashMap;

use super::notices::Notices;
use super::states::is_foreign;
use super::target::Target;
use crate::conversation::json::{is_object, quoted};
use crate::conversation::{
    Content, Message, Part, ResultContent, Tool, ToolCall, ToolInput, ToolResult, role,
};

/// What a call's result says when there is none.
pub const INTERRUPTED: &str = "no result: the call was interrupted";

/// Which tools take something other than a JSON object.
#[derive(Debug)]
pub(super) struct Functions(Vec<String>);

impl Functions {
    /// Returns them for a target: its tools of text, and vendor tools that it knows.
    pub(super) fn of(tools: &[Tool], target: &Target) -> Self {
        let other = tools.iter().filter(|tool| match &tool.input {
            ToolInput::Schema(_) => false,
            ToolInput::Text(_) => true,
            ToolInput::Vendor(definition) => target.speaks(&definition.namespace),
        });
        Self(other.map(|tool| tool.name.clone()).collect())
    }

    /// Whether a tool of this name takes a JSON object; also one that is not offered any more.
    fn has(&self, name: &str) -> bool {
        !self.0.iter().any(|known| known == name)
    }
}

/// Whether a part is a call of a function whose arguments are no JSON object.
pub(super) fn is_never_made(part: &Part, functions: &Functions) -> bool {
    match &part.content {
        Content::ToolCall(call) => {
            !call.by_vendor && functions.has(&call.name) && !is_object(&call.arguments)
        }
        _ => false,
    }
}

/// Removes calls that were never made, and those of answers that were broken off.
pub(super) fn drop_calls(messages: &mut [Message], functions: &Functions, notices: &mut Notices) {
    for message in messages {
        let broken_off = message
            .origin
            .as_ref()
            .is_some_and(|origin| !origin.complete);
        message.parts.retain(|part| match &part.content {
            Content::ToolCall(call) if broken_off => {
                let why = "the answer with it was broken off";
                notices.dropped(format!("call {}", call.id), why);
                false
            }
            Content::ToolResult(result) if broken_off => !result.by_vendor,
            Content::ToolCall(call) if is_never_made(part, functions) => {
                let why = format!("its arguments for {} are no JSON object", call.name);
                notices.dropped(format!("call {}", call.id), why);
                false
            }
            _ => true,
        });
    }
}

/// Puts results directly after the message with their calls: one each, in the order of the calls,
/// in one message. A missing one says so; one without a call, and a second one, goes.
///
/// What vendors ran is not looked at: their results are in the answers.
pub(super) fn order_results(messages: Vec<Message>, notices: &mut Notices) -> Vec<Message> {
    let mut taken = Taken::default();
    let rest: Vec<Message> = messages
        .into_iter()
        .map(|message| take_results(message, &mut taken, notices))
        .collect();
    let mut ordered = Vec::with_capacity(rest.len());
    for message in rest {
        let calls: Vec<&ToolCall> = own_calls(&message).collect();
        let answers = (!calls.is_empty()).then(|| answers(&calls, &mut taken, notices));
        if !message.parts.is_empty() {
            ordered.push(message);
        }
        ordered.extend(answers);
    }
    ordered
}

/// Results that were taken out of their messages.
#[derive(Default)]
struct Taken {
    /// Of each call that was seen, its result if that came, and the message that it came with.
    results: HashMap<String, Option<(Part, usize)>>,
    /// Those messages, without their parts: what stands beside results.
    shells: Vec<Message>,
}

/// Returns the calls of a message that the client runs.
fn own_calls(message: &Message) -> impl Iterator<Item = &ToolCall> {
    message.parts.iter().filter_map(|part| match &part.content {
        Content::ToolCall(call) if !call.by_vendor => Some(call),
        _ => None,
    })
}

/// Takes the results of calls seen so far out of a message.
fn take_results(mut message: Message, taken: &mut Taken, notices: &mut Notices) -> Message {
    let parts = std::mem::take(&mut message.parts);
    let mut shell = None;
    for part in parts {
        match &part.content {
            Content::ToolResult(result) if !result.by_vendor => {
                let shell = *shell.get_or_insert_with(|| {
                    taken.shells.push(match message.role.as_str() {
                        role::TOOL => without_parts(&message),
                        _ => Message::new(role::TOOL, Vec::new()),
                    });
                    taken.shells.len() - 1
                });
                let about = format!("result {}", result.call_id);
                match taken.results.get_mut(&result.call_id) {
                    Some(Some(_)) => notices.dropped(about, "the call has a result"),
                    Some(found) => *found = Some((part, shell)),
                    None => notices.dropped(about, "there is no such call before it"),
                }
            }
            Content::ToolCall(call) if !call.by_vendor => {
                taken.results.entry(call.id.clone()).or_default();
                message.parts.push(part);
            }
            _ => message.parts.push(part),
        }
    }
    if shell.is_some() && message.role == role::TOOL && !message.parts.is_empty() {
        let what = "what stood beside results of tools is said by the user";
        notices.changed("message.role", what);
        message.role = role::USER.to_owned();
    }
    message
}

/// Returns the message with the results of these calls.
fn answers(calls: &[&ToolCall], taken: &mut Taken, notices: &mut Notices) -> Message {
    let mut parts = Vec::with_capacity(calls.len());
    let mut shells = Vec::new();
    for call in calls {
        match taken.results.get_mut(&call.id).and_then(Option::take) {
            Some((mut part, shell)) => {
                name_after(&mut part, call);
                parts.push(part);
                shells.push(shell);
            }
            None => {
                let what = "there is none: the call failed";
                notices.changed(format!("result {}", call.id), what);
                parts.push(interrupted(call));
            }
        }
    }
    let mut message = match shells.first() {
        Some(first) => taken.shells[*first].clone(),
        None => Message::new(role::TOOL, Vec::new()),
    };
    shells.dedup();
    for shell in shells {
        for extension in &taken.shells[shell].extensions {
            if !message.extensions.contains(extension) {
                message.extensions.push(extension.clone());
            }
        }
    }
    message.parts = parts;
    message
}

fn without_parts(message: &Message) -> Message {
    Message {
        role: message.role.clone(),
        parts: Vec::new(),
        name: message.name.clone(),
        extensions: message.extensions.clone(),
        origin: message.origin.clone(),
    }
}

/// Names the tool of a result that does not: some wires tell results apart by it.
fn name_after(part: &mut Part, call: &ToolCall) {
    if let Content::ToolResult(result) = &mut part.content
        && result.name.is_empty()
    {
        result.name.clone_from(&call.name);
    }
}

fn interrupted(call: &ToolCall) -> Part {
    Part::from(Content::ToolResult(ToolResult {
        call_id: call.id.clone(),
        name: call.name.clone(),
        content: vec![ResultContent::Text(INTERRUPTED.to_owned())],
        is_error: true,
        by_vendor: false,
    }))
}

/// Makes calls that another vendor ran ordinary calls with ordinary results: the message is cut
/// around each result. They do not become words, which the next model would imitate.
pub(super) fn own_vendor_calls(
    messages: Vec<Message>,
    target: &Target,
    notices: &mut Notices,
) -> Vec<Message> {
    let is_by_vendor = |part: &Part| match &part.content {
        Content::ToolCall(call) => call.by_vendor,
        Content::ToolResult(result) => result.by_vendor,
        _ => false,
    };
    let is_to_change =
        |message: &Message| is_foreign(message, target) && message.parts.iter().any(is_by_vendor);
    if !messages.iter().any(is_to_change) {
        return messages;
    }
    let mut cut = Vec::with_capacity(messages.len() + 2);
    for message in messages {
        if is_to_change(&message) {
            cut_around_results(message, &mut cut, notices);
        } else {
            cut.push(message);
        }
    }
    order_results(cut, notices)
}

fn cut_around_results(mut message: Message, cut: &mut Vec<Message>, notices: &mut Notices) {
    let parts = std::mem::take(&mut message.parts);
    let mut piece = message.clone();
    for mut part in parts {
        match &mut part.content {
            Content::ToolCall(call) if call.by_vendor => {
                let what = format!("{} was run by another vendor: sent as a call", call.name);
                notices.changed(format!("call {}", call.id), what);
                call.by_vendor = false;
                if call.arguments.trim().is_empty() {
                    call.arguments = "{}".to_owned();
                } else if !is_object(&call.arguments) {
                    call.arguments = format!("{{\"input\":{}}}", quoted(&call.arguments));
                }
                piece.parts.push(part);
            }
            Content::ToolResult(result) if result.by_vendor => {
                result.by_vendor = false;
                if !piece.parts.is_empty() {
                    cut.push(std::mem::replace(&mut piece, message.clone()));
                }
                cut.push(Message::new(role::TOOL, vec![part]));
            }
            _ => piece.parts.push(part),
        }
    }
    if !piece.parts.is_empty() {
        cut.push(piece);
    }
}
