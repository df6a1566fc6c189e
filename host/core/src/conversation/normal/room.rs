//! Whether the input fits the model (rule H12). History is never cut: the model is skipped.

use super::target::Unfit;
use crate::conversation::{Content, Message, Request, ResultContent, ToolInput};

/// Bytes of text that are taken for one token. Most tokenizers need fewer tokens for English and
/// code, so the estimate is rather too high; for other scripts it is closer.
const BYTES_PER_TOKEN: u64 = 4;

/// Tokens that an image, document or recording is taken for, whatever its size.
const TOKENS_PER_FILE: u64 = 1_000;

/// Tokens that the frame of a message or tool is taken for.
const TOKENS_PER_ITEM: u64 = 4;

/// Returns about how many tokens the input of a request has. Same request, same number.
#[must_use]
pub fn estimate_tokens(request: &Request) -> u64 {
    let mut tally = Tally::default();
    for message in &request.messages {
        tally.message(message);
    }
    for tool in &request.tools {
        tally.items += 1;
        tally.text(&tool.name);
        tally.text(tool.description.as_deref().unwrap_or_default());
        tally.text(match &tool.input {
            ToolInput::Schema(schema) => schema.as_str(),
            ToolInput::Text(grammar) => grammar.as_ref().map_or("", |grammar| &grammar.definition),
            ToolInput::Vendor(definition) => definition.value.as_str(),
        });
    }
    tally.bytes.div_ceil(BYTES_PER_TOKEN)
        + tally.files * TOKENS_PER_FILE
        + tally.items * TOKENS_PER_ITEM
}

#[derive(Default)]
struct Tally {
    bytes: u64,
    files: u64,
    items: u64,
}

impl Tally {
    fn text(&mut self, text: &str) {
        self.bytes += text.len() as u64;
    }

    fn message(&mut self, message: &Message) {
        self.items += 1;
        for part in &message.parts {
            match &part.content {
                Content::Text(text) | Content::Refusal(text) => self.text(text),
                Content::Reasoning(reasoning) => self.text(&reasoning.text),
                Content::File(_) => self.files += 1,
                Content::Other(other) => self.text(other.value.as_str()),
                Content::ToolCall(call) => {
                    self.text(&call.name);
                    self.text(&call.arguments);
                }
                Content::ToolResult(result) => {
                    for content in &result.content {
                        match content {
                            ResultContent::Text(text) => self.text(text),
                            ResultContent::Json(json) => self.text(json.as_str()),
                            ResultContent::File(_) => self.files += 1,
                            ResultContent::Other(other) => self.text(other.value.as_str()),
                        }
                    }
                }
            }
        }
    }
}

/// Checks that an input of so many tokens, counted or estimated, fits a context of so many; one
/// that is unknown is taken to be large enough.
///
/// # Errors
///
/// [`Unfit::TooLong`] where it does not.
pub fn check_room(input: u64, context: Option<u64>) -> Result<(), Unfit> {
    match context {
        Some(context) if input > context => Err(Unfit::TooLong { input, context }),
        _ => Ok(()),
    }
}
