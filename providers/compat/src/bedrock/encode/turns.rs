//! Messages as turns, the user's and the model's in turn. Results stand first in what the user says
//! next; instructions in the middle are said by the user before the user's own words.

use openclaw_sdk::Failure;
use openclaw_sdk::conversation::{Content, Message, Part};
use openclaw_sdk::json::Writer;

use super::NAMESPACE;
use super::block::{self, Place};
use super::documents::Names;
use crate::blocks::{self, Marks};
use crate::question::Notices;

/// Writes the messages after the instructions at the beginning. Without tools on offer, calls and
/// results of the past are said in words.
pub(super) fn write(
    out: &mut Writer,
    messages: &[Message],
    realm: &str,
    offered: bool,
    marks: &mut Marks,
    notices: &mut Notices,
) -> Result<(), Failure> {
    let mut names = Names::default();
    let mut rest = messages;
    while let Some(first) = rest.first() {
        let is_answer = first.role == "assistant";
        let same = |message: &&Message| (message.role == "assistant") == is_answer;
        // The API wants the roles to alternate.
        let count = rest.iter().take_while(same).count();
        let (turn, after) = rest.split_at(count);
        let mut place = Place {
            realm,
            offered,
            names: &mut names,
            notices,
        };
        one(out, turn, is_answer && after.is_empty(), &mut place, marks)?;
        rest = after;
    }
    Ok(())
}

/// Writes a turn; nothing if nothing of it is left: the API refuses empty text.
fn one(
    out: &mut Writer,
    turn: &[Message],
    continued: bool,
    place: &mut Place<'_>,
    marks: &mut Marks,
) -> Result<(), Failure> {
    let parts: Vec<&Part> = turn.iter().flat_map(|message| &message.parts).collect();
    let is_answer = turn.iter().any(|message| message.role == "assistant");
    let is_result = |part: &&Part| matches!(part.content, Content::ToolResult(_));
    let (results, others): (Vec<_>, Vec<_>) = parts.into_iter().partition(is_result);
    let all: Vec<&Part> = results
        .into_iter()
        .chain(others)
        .filter(|part| blocks::is_something(part, place.realm, NAMESPACE))
        .collect();
    if all.is_empty() {
        return Ok(());
    }
    out.open_object();
    out.member("role", if is_answer { "assistant" } else { "user" });
    out.key("content").open_list();
    let last_text = all
        .iter()
        .rposition(|part| matches!(part.content, Content::Text(_)));
    for (index, part) in all.iter().enumerate() {
        // Blank ends of an answer that is to be continued are refused.
        let cut = continued && Some(index) == last_text;
        block::write(out, part, cut, place)?;
        block::mark(out, marks, part.cache.as_ref());
    }
    let is_document = |part: &&Part| match &part.content {
        Content::File(file) => block::is_document(file),
        _ => false,
    };
    // A document has to have words beside it.
    if last_text.is_none() && all.iter().any(is_document) {
        out.open_object().member("text", "See the document.");
        out.close_object();
        place.notices.changed(
            "messages",
            "words are added to a document that stands alone",
        );
    }
    out.close_list().close_object();
    Ok(())
}
