//! Ids of calls: one form that every vendor takes (rule H3).
//!
//! They are made canonical once, when an answer or a file of messages is taken in, so that clients
//! and tools only ever see canonical ones. The same conversation always gets the same ids.

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};

use super::{Content, Event, Message, Notice, Opening};

/// Most characters of an id.
const MAX_ID: usize = 40;

/// Ids of the calls of a conversation, while it is read from its beginning.
///
/// An id of `[A-Za-z0-9_-]{1,40}` that no earlier call has is kept. Else it becomes `call_` and the
/// first 24 hexadecimal digits of its SHA-256; the k-th call with the same id that of `<id>#<k>`.
#[derive(Clone, Debug, Default)]
pub struct CallIds {
    taken: HashSet<String>,
    /// By the id as it was given.
    latest: HashMap<String, Calls>,
    message: usize,
}

/// The calls with one id as it was given.
#[derive(Clone, Debug, Default)]
struct Calls {
    /// How many there were, or were found taken.
    uses: u64,
    /// The latest message with one.
    message: usize,
    /// The canonical ids of that message's, and how many of them have results.
    ids: Vec<String>,
    answered: usize,
}

impl CallIds {
    /// Returns the ids of `messages`, which are canonical, for an answer to come after them.
    #[must_use]
    pub fn after(messages: &[Message]) -> Self {
        let mut ids = Self::default();
        for message in messages {
            ids.next_message();
            for part in &message.parts {
                match &part.content {
                    Content::ToolCall(call) => drop(ids.call(&call.id)),
                    Content::ToolResult(result) => drop(ids.result(&result.call_id)),
                    _ => {}
                }
            }
        }
        ids.next_message();
        ids
    }

    /// Gives what begins in an answer its canonical id, so that whoever reads the events sees the
    /// ids that the stored message will have.
    pub fn rename_event(&mut self, event: &mut Event) {
        if let Event::Begin(begin) = event {
            match &mut begin.opening {
                Opening::ToolCall(call) => call.id = self.call(&call.id),
                Opening::ToolResult(result) => result.call_id = self.result(&result.call_id),
                _ => {}
            }
        }
    }

    /// Says that another message begins.
    fn next_message(&mut self) {
        self.message += 1;
    }

    /// Returns the canonical id of a call that its vendor or client calls `given`.
    pub fn call(&mut self, given: &str) -> String {
        let calls = self.latest.entry(given.to_owned()).or_default();
        if calls.message != self.message {
            calls.message = self.message;
            calls.ids.clear();
            calls.answered = 0;
        }
        let id = loop {
            calls.uses += 1;
            let id = canonical(given, calls.uses);
            if self.taken.insert(id.clone()) {
                break id;
            }
        };
        calls.ids.push(id.clone());
        id
    }

    /// Returns the canonical id that a result names which names `given`: that of the latest message
    /// with such a call, and there of the first without a result.
    pub fn result(&mut self, given: &str) -> String {
        let Some(calls) = self.latest.get_mut(given) else {
            return canonical(given, 1);
        };
        let last = calls.ids.len() - 1;
        let id = calls.ids[calls.answered.min(last)].clone();
        calls.answered += 1;
        id
    }
}

/// Returns the form of the `use_number`-th call (from 1) that is called `given`.
fn canonical(given: &str, use_number: u64) -> String {
    if use_number > 1 {
        digest(&format!("{given}#{use_number}"))
    } else if is_canonical(given) {
        given.to_owned()
    } else {
        digest(given)
    }
}

/// Whether an id has the form `[A-Za-z0-9_-]{1,40}`.
pub(super) fn is_canonical(id: &str) -> bool {
    (1..=MAX_ID).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

fn digest(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let hex: String = digest[..12].iter().map(|b| format!("{b:02x}")).collect();
    format!("call_{hex}")
}

/// Whether all ids of calls are canonical and none is used twice; see [`canonical_ids`].
#[must_use]
pub fn has_canonical_ids(messages: &[Message]) -> bool {
    let mut seen = HashSet::new();
    messages
        .iter()
        .flat_map(|message| &message.parts)
        .all(|part| match &part.content {
            Content::ToolCall(call) => is_canonical(&call.id) && seen.insert(&call.id),
            Content::ToolResult(result) => is_canonical(&result.call_id),
            _ => true,
        })
}

/// Returns the messages with canonical ids of calls, and a notice for each call whose id changed;
/// see [`CallIds`]. Canonical messages come back as they are.
#[must_use]
pub fn canonical_ids(messages: &[Message]) -> (Vec<Message>, Vec<Notice>) {
    let mut messages = messages.to_vec();
    let mut notices = Vec::new();
    let mut ids = CallIds::default();
    for message in &mut messages {
        rename(message, &mut ids, &mut notices);
    }
    (messages, notices)
}

/// Gives the calls and results of the next message their canonical ids.
pub(super) fn rename(message: &mut Message, ids: &mut CallIds, notices: &mut Vec<Notice>) {
    ids.next_message();
    for part in &mut message.parts {
        match &mut part.content {
            Content::ToolCall(call) => {
                let id = ids.call(&call.id);
                if id != call.id {
                    notices.push(Notice {
                        kind: "changed".to_owned(),
                        about: format!("call id {}", call.id),
                        message: format!("the call is named {id}, which every provider takes"),
                    });
                    call.id = id;
                }
            }
            Content::ToolResult(result) => result.call_id = ids.result(&result.call_id),
            _ => {}
        }
    }
}
