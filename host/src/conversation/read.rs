//! A file with a conversation: the messages, or a whole request with them.

use std::collections::HashMap;

use openclaw_core::conversation::{Content, Message, Part, Request, canonical_ids};
use openclaw_router::Failure;

use super::at::{At, parse};
use super::read_part::{extensions, part};
use super::read_request::{REQUEST_KEYS, wishes};

/// What is installed, as far as a conversation depends on it.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Realms of states that an installed plugin reads.
    pub realms: Vec<String>,
}

const ROLES: [&str; 5] = ["system", "developer", "user", "assistant", "tool"];

/// Reads a file whose text is a list of messages, or an object with `messages` and the other keys of
/// a request. Ids of calls become those that every vendor takes.
///
/// # Errors
/// The first thing that is wrong, with the place in the file.
pub fn request(text: &str, file: &str, known: &Known) -> Result<Request, Failure> {
    let value = parse(text, file)?;
    let top = At::top(&value, file);
    let mut request = if value.is_array() {
        Request {
            messages: messages(&top, known)?,
            ..Request::default()
        }
    } else {
        top.object(&REQUEST_KEYS)?;
        Request {
            messages: messages(&top.need("messages")?, known)?,
            ..wishes(&top)?
        }
    };
    if request.messages.is_empty() {
        return Err(top.wrong("there is no message"));
    }
    let (canonical, _) = canonical_ids(&request.messages);
    request.messages = canonical;
    Ok(request)
}

fn messages(at: &At<'_>, known: &Known) -> Result<Vec<Message>, Failure> {
    let items = at.items()?;
    let mut messages = Vec::with_capacity(items.len());
    let mut calls = Calls::default();
    for item in items {
        messages.push(message(&item, known, &mut calls)?);
    }
    Ok(messages)
}

/// The calls so far and how many results of each there may still be.
#[derive(Default)]
struct Calls(HashMap<String, usize>);

impl Calls {
    fn note(&mut self, part: &Part, at: &At<'_>) -> Result<(), Failure> {
        match &part.content {
            Content::ToolCall(call) => *self.0.entry(call.id.clone()).or_default() += 1,
            Content::ToolResult(result) => match self.0.get_mut(&result.call_id) {
                Some(open) if *open > 0 => *open -= 1,
                Some(_) => {
                    return Err(at.wrong(format!(
                        "is a second result of the call `{}`",
                        result.call_id.escape_default()
                    )));
                }
                None => {
                    return Err(at.wrong(format!(
                        "is a result of the call `{}`, which no message before it has",
                        result.call_id.escape_default()
                    )));
                }
            },
            _ => {}
        }
        Ok(())
    }
}

fn message(at: &At<'_>, known: &Known, calls: &mut Calls) -> Result<Message, Failure> {
    at.object(&["role", "parts", "name", "extensions", "origin"])?;
    let role_at = at.need("role")?;
    let role = role_at.text()?;
    if !ROLES.contains(&role) {
        return Err(role_at.wrong(format!(
            "is `{}`; a role is one of {}",
            role.escape_default(),
            super::at::list(&ROLES)
        )));
    }
    let parts_at = at.need("parts")?;
    let mut parts = Vec::new();
    for item in parts_at.items()? {
        let part = part(&item, known)?;
        fits(role, &part, &item)?;
        calls.note(&part, &item)?;
        parts.push(part);
    }
    if parts.is_empty() {
        return Err(parts_at.wrong("has no part; a message has at least one"));
    }
    Ok(Message {
        parts,
        name: at.maybe_word("name")?,
        extensions: extensions(at)?,
        origin: at.get("origin").map(|at| origin(&at)).transpose()?,
        ..Message::new(role, Vec::new())
    })
}

/// Checks that a part may stand in a message of this role.
fn fits(role: &str, part: &Part, at: &At<'_>) -> Result<(), Failure> {
    let wrong = match &part.content {
        Content::ToolCall(_) | Content::Reasoning(_) | Content::Refusal(_)
            if role != "assistant" =>
        {
            "stands in a message of the assistant"
        }
        Content::ToolResult(result) if role != "tool" && !result.by_vendor => {
            "stands in a message of the role `tool`"
        }
        Content::Text(_) | Content::File(_) if role == "tool" => {
            "is no `tool_result`, and a message of the role `tool` has nothing else"
        }
        _ => return Ok(()),
    };
    Err(at.wrong(wrong))
}

fn origin(at: &At<'_>) -> Result<openclaw_core::conversation::Origin, Failure> {
    at.object(&["provider", "realm", "model", "account", "complete"])?;
    Ok(openclaw_core::conversation::Origin {
        provider: at.maybe_word("provider")?,
        realm: at.maybe_word("realm")?.unwrap_or_default(),
        model: at.need("model")?.word()?,
        account: at.maybe_word("account")?,
        complete: at.maybe_flag("complete")?.unwrap_or(true),
    })
}
