//! Messages as turns. Results stand first in what the user says next; instructions in the middle are
//! said by the user before the user's own words.

use openclaw_sdk::Failure;
use openclaw_sdk::conversation::{Content, Message};
use openclaw_sdk::json::Writer;

use super::{NAMESPACE, block};
use crate::blocks::{self, Marks};
use crate::question::{self, Notices};

/// Writes the messages after the instructions at the beginning.
pub(super) fn write(
    out: &mut Writer,
    messages: &[Message],
    realm: &str,
    marks: &mut Marks,
    notices: &mut Notices,
) -> Result<(), Failure> {
    let mut rest = messages;
    while let Some((first, _)) = rest.split_first() {
        let count = if first.role == "assistant" {
            1
        } else {
            user_turn(rest)
        };
        let (turn, after) = rest.split_at(count);
        let continued = after.is_empty() && first.role == "assistant";
        one(out, turn, realm, continued, marks, notices)?;
        rest = after;
    }
    Ok(())
}

/// Returns how many messages are one turn of the user's: results and instructions go together with
/// the words of the user after them.
fn user_turn(messages: &[Message]) -> usize {
    let mut count = 0;
    for message in messages {
        match message.role.as_str() {
            "assistant" => break,
            "user" => return count + 1,
            _ => count += 1,
        }
    }
    count
}

/// Writes a turn; nothing if nothing of it is left: the API refuses empty text.
fn one(
    out: &mut Writer,
    turn: &[Message],
    realm: &str,
    continued: bool,
    marks: &mut Marks,
    notices: &mut Notices,
) -> Result<(), Failure> {
    let parts: Vec<_> = turn.iter().flat_map(|message| &message.parts).collect();
    let (results, others): (Vec<_>, Vec<_>) = parts.into_iter().partition(
        |part| matches!(&part.content, Content::ToolResult(result) if !result.by_vendor),
    );
    let last = others
        .iter()
        .rposition(|part| matches!(&part.content, Content::Text(text) if !text.trim().is_empty()));
    let others: Vec<_> = others
        .into_iter()
        .enumerate()
        .filter(|(_, part)| blocks::is_something(part, realm, NAMESPACE))
        .collect();
    if results.is_empty() && others.is_empty() {
        return Ok(());
    }
    out.open_object();
    let is_answer = turn.iter().any(|message| message.role == "assistant");
    out.member("role", if is_answer { "assistant" } else { "user" });
    out.key("content").open_list();
    for part in results {
        block::write(out, part, realm, false, marks, notices)?;
    }
    for (index, part) in others {
        // Blank ends of an answer that is to be continued are refused.
        let cut = continued && Some(index) == last;
        block::write(out, part, realm, cut, marks, notices)?;
    }
    out.close_list();
    for message in turn {
        if let Some(more) = question::extension(&message.extensions, NAMESPACE) {
            out.members_of(more, &["role", "content"]);
        }
    }
    out.close_object();
    Ok(())
}
