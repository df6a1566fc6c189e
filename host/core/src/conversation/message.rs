//! Messages: who said what, in ordered parts, and what a vendor wants back with them.

use std::fmt;

use super::{Blob, Json};

/// The words that [`Message::role`] may hold.
pub mod role {
    /// Instructions of whoever runs the program.
    pub const SYSTEM: &str = "system";
    /// Instructions of whoever wrote the program.
    pub const DEVELOPER: &str = "developer";
    /// The person or program that asks.
    pub const USER: &str = "user";
    /// The model.
    pub const ASSISTANT: &str = "assistant";
    /// Results of tools.
    pub const TOOL: &str = "tool";
}

/// What the contract does not name, in one namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Whose vocabulary it is: a wire format such as `anthropic-messages`, a vendor's additions to
    /// one, or `openclaw`.
    pub namespace: String,
    /// A JSON object in that vocabulary.
    pub value: Json,
}

/// What a vendor gave with a piece of an answer and wants back with it unchanged: a signature,
/// encrypted reasoning, an item's id. A secret of the conversation: `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct State {
    /// Who can read it, such as `anthropic`.
    pub realm: String,
    /// What it is bound to besides: `model`, `account`, `prefix` (everything before it), `session`,
    /// or another word.
    pub bound_to: Vec<String>,
    /// The vendor's own values.
    pub value: Json,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("realm", &self.realm)
            .field("bound_to", &self.bound_to)
            .finish_non_exhaustive()
    }
}

/// A file that a vendor holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VendorFile {
    /// Whose it is; as [`State::realm`].
    pub realm: String,
    /// The vendor's id or URI.
    pub id: String,
}

/// Where a file's bytes are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Here.
    Bytes(Blob),
    /// The vendor is to fetch them from this address.
    Url(String),
    /// The vendor has them.
    Vendor(VendorFile),
}

/// An image, document, recording or other file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// IANA media type, such as `image/png`.
    pub media_type: String,
    /// Where its bytes are.
    pub source: Source,
    /// File name or title.
    pub name: Option<String>,
}

/// What a model thought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reasoning {
    /// The readable part; empty where only a state came.
    pub text: String,
    /// `full`, `summary`, `hidden` (withheld; the state has it), or another word.
    pub form: String,
}

/// A tool that the model wants run, or that the vendor ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolCall {
    /// Id that the result names.
    pub id: String,
    /// Name of the tool.
    pub name: String,
    /// Arguments as the model wrote them: JSON text, or plain text for a tool that takes text.
    pub arguments: String,
    /// Whether the vendor ran it.
    pub by_vendor: bool,
}

/// A piece of a tool's result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResultContent {
    /// Text.
    Text(String),
    /// A JSON value.
    Json(Json),
    /// A file.
    File(File),
    /// Something else.
    Other(Other),
}

/// What a tool gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolResult {
    /// Id of the call.
    pub call_id: String,
    /// Name of the tool.
    pub name: String,
    /// What it gave, in order; empty when it gave nothing.
    pub content: Vec<ResultContent>,
    /// Whether it failed.
    pub is_error: bool,
    /// Whether the vendor ran it.
    pub by_vendor: bool,
}

/// Something that the contract does not name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    /// `<namespace>.<kind>`, such as `openai-responses.compaction`.
    pub kind: String,
    /// A JSON value in that vocabulary.
    pub value: Json,
}

/// What a part holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Text.
    Text(String),
    /// The model's words of refusal.
    Refusal(String),
    /// Reasoning.
    Reasoning(Reasoning),
    /// A file.
    File(File),
    /// A call.
    ToolCall(ToolCall),
    /// A result.
    ToolResult(ToolResult),
    /// Something else.
    Other(Other),
}

/// A mark: what comes before and up to here is worth keeping in the vendor's cache.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CacheMark {
    /// How long: `5m`, `30m`, `1h`, `12h`, `24h`, or another word; the vendor's default when absent.
    pub ttl: Option<String>,
}

/// A piece of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it holds.
    pub content: Content,
    /// What the vendor wants back with it.
    pub state: Option<State>,
    /// Whether a cached prefix may end here.
    pub cache: Option<CacheMark>,
    /// More about it.
    pub extensions: Vec<Extension>,
}

impl From<Content> for Part {
    /// Returns a part with this content and nothing beside it.
    fn from(content: Content) -> Self {
        Self {
            content,
            state: None,
            cache: None,
            extensions: Vec::new(),
        }
    }
}

impl Part {
    /// Returns a part of text.
    pub fn text(text: impl Into<String>) -> Self {
        Content::Text(text.into()).into()
    }
}

/// Who gave an answer, as the host knows it. No part of the contract: no provider sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The provider's id in the config, where one is known.
    pub provider: Option<String>,
    /// The realm of the provider's states, such as `anthropic`.
    pub realm: String,
    /// Model id as the provider knows it.
    pub model: String,
    /// The account of the credential, else the credential's own name; `None` when unknown.
    pub account: Option<String>,
    /// Whether it came to its end; `false` of an answer that was broken off.
    pub complete: bool,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// A word of [`role`], or one that providers refuse.
    pub role: String,
    /// Its pieces, in order; at least one.
    pub parts: Vec<Part>,
    /// Name of the speaker among several.
    pub name: Option<String>,
    /// More about it.
    pub extensions: Vec<Extension>,
    /// Who gave it, of an answer whose giver is known.
    pub origin: Option<Origin>,
}

impl Message {
    /// Returns a message of `role` with these parts and nothing beside them.
    pub fn new(role: impl Into<String>, parts: Vec<Part>) -> Self {
        Self {
            role: role.into(),
            parts,
            name: None,
            extensions: Vec::new(),
            origin: None,
        }
    }

    /// Returns a message of `role` that says `text`.
    pub fn text(role: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(role, vec![Part::text(text)])
    }
}
