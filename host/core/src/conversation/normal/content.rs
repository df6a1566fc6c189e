//! What a model cannot be given: nothing at all, files it does not take, and what other vendors
//! hold (rules H6, H7 and H8).

use super::notices::Notices;
use super::target::{Target, Unfit};
use crate::conversation::{Content, File, Message, Other, Part, ResultContent, Source, role};

/// Removes blank texts, then messages without parts. A part with a state stays.
pub(super) fn drop_empty(messages: &mut Vec<Message>) {
    for message in messages.iter_mut() {
        for part in &mut message.parts {
            if let Content::ToolResult(result) = &mut part.content {
                result.content.retain(
                    |content| !matches!(content, ResultContent::Text(text) if is_blank(text)),
                );
            }
        }
        message.parts.retain(|part| match &part.content {
            Content::Text(text) | Content::Refusal(text) => part.state.is_some() || !is_blank(text),
            _ => true,
        });
    }
    messages.retain(|message| !message.parts.is_empty());
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// Returns the modality of a file, in the words of the catalog.
#[must_use]
pub fn modality(media_type: &str) -> &'static str {
    let kind = media_type.split('/').next().unwrap_or_default().trim();
    ["image", "audio", "video"]
        .into_iter()
        .find(|modality| kind.eq_ignore_ascii_case(modality))
        .unwrap_or("file")
}

/// Refuses a target that would not get a file of the user's last message.
pub(super) fn check_last_message(messages: &[Message], target: &Target) -> Result<(), Unfit> {
    let last = messages.iter().rfind(|message| message.role == role::USER);
    for part in last.iter().flat_map(|message| &message.parts) {
        if let Content::File(file) = &part.content
            && !target.takes(modality(&file.media_type))
        {
            return Err(Unfit::LastMessage {
                modality: modality(&file.media_type).to_owned(),
            });
        }
    }
    Ok(())
}

/// Says in place of a file that the model does not take that there was one. A file with a state
/// stays: its vendor gave it and wants it back.
pub(super) fn omit_files(messages: &mut [Message], target: &Target, notices: &mut Notices) {
    replace_files(messages, |file, has_state| {
        let modality = modality(&file.media_type);
        if has_state || target.takes(modality) {
            return None;
        }
        let why = "this model does not take it";
        notices.changed(format!("input.{modality}"), why);
        Some(format!("[{modality} omitted: {why}]"))
    });
}

/// Removes what only another vendor can make sense of, and says in place of a file that another
/// vendor holds that there was one.
pub(super) fn omit_foreign(messages: &mut [Message], target: &Target, notices: &mut Notices) {
    replace_files(messages, |file, _| match &file.source {
        Source::Vendor(held) if !target.reads(&held.realm) => {
            let modality = modality(&file.media_type);
            let why = "another provider holds it";
            notices.changed(format!("file of {}", held.realm), why);
            Some(format!("[{modality} omitted: {why}]"))
        }
        _ => None,
    });
    let mut is_foreign = |other: &Other| {
        let namespace = other.kind.split('.').next().unwrap_or_default();
        let foreign = !target.speaks(namespace);
        if foreign {
            notices.dropped(other.kind.clone(), "only its own provider can read it");
        }
        foreign
    };
    for message in messages {
        message.parts.retain_mut(|part| match &mut part.content {
            Content::Other(other) => part.state.is_some() || !is_foreign(other),
            Content::ToolResult(result) => {
                result.content.retain(
                    |content| !matches!(content, ResultContent::Other(other) if is_foreign(other)),
                );
                true
            }
            _ => true,
        });
    }
}

/// Replaces files in messages and in results by words, where there are some for it. Told beside
/// the file is whether its part has a state.
fn replace_files(messages: &mut [Message], mut words: impl FnMut(&File, bool) -> Option<String>) {
    for Part { content, state, .. } in messages.iter_mut().flat_map(|message| &mut message.parts) {
        match content {
            Content::File(file) => {
                if let Some(words) = words(file, state.is_some()) {
                    *content = Content::Text(words);
                }
            }
            Content::ToolResult(result) => {
                for content in &mut result.content {
                    if let ResultContent::File(file) = content
                        && let Some(words) = words(file, state.is_some())
                    {
                        *content = ResultContent::Text(words);
                    }
                }
            }
            _ => {}
        }
    }
}
