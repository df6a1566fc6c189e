//! What comes back while a model answers, event by event.

use super::{Extension, Json, Limit, State, Usage};

/// What an answer says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The vendor's id of the answer.
    pub id: Option<String>,
    /// The model that answers, as the vendor names it.
    pub model: Option<String>,
    /// When it began, in milliseconds since the epoch.
    pub created: Option<u64>,
    /// The vendor's id of the request.
    pub request_id: Option<String>,
    /// The service tier that it got.
    pub service_tier: Option<String>,
    /// More about it.
    pub extensions: Vec<Extension>,
}

/// Which tool a call is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallOpening {
    /// Id, as the vendor gave it.
    pub id: String,
    /// Name of the tool.
    pub name: String,
    /// Whether the vendor runs it.
    pub by_vendor: bool,
}

/// Which call the vendor's result is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultOpening {
    /// Id of the call.
    pub call_id: String,
    /// Name of the tool.
    pub name: String,
    /// Whether it failed.
    pub is_error: bool,
}

/// What kind of part begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Text.
    Text,
    /// Words of refusal.
    Refusal,
    /// Reasoning, in a form as [`super::Reasoning::form`].
    Reasoning(String),
    /// A call.
    ToolCall(CallOpening),
    /// A result of a tool that the vendor ran; what it gave comes with its end.
    ToolResult(ResultOpening),
    /// A file of this media type.
    File(String),
    /// Something else, `<namespace>.<kind>`; its value comes with its end.
    Other(String),
}

/// A part begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begin {
    /// Number of the part, counted from 0 through all that comes back.
    pub part: u32,
    /// Which answer it belongs to, from 0.
    pub answer: u32,
    /// What it is.
    pub opening: Opening,
    /// The vendor's id of the item.
    pub id: Option<String>,
    /// More about it.
    pub extensions: Vec<Extension>,
}

/// A run of something, counted in `unit`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// First.
    pub begin: u64,
    /// After the last.
    pub end: u64,
    /// `bytes` of UTF-8, `chars` (Unicode scalar values), `pages`, `blocks`, or another word.
    pub unit: String,
}

/// What a statement rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Citation {
    /// Address of the source.
    pub url: Option<String>,
    /// Title of the source.
    pub title: Option<String>,
    /// The words of the source.
    pub quote: Option<String>,
    /// Number of the document among those sent, from 0.
    pub document: Option<u32>,
    /// Where in the source.
    pub at: Option<Span>,
    /// Which part of the answer's text it supports; the text so far of this part when absent.
    pub supports: Option<Span>,
    /// More about it, such as what the vendor wants back.
    pub extensions: Vec<Extension>,
}

/// A token that could have come here.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// Its text.
    pub token: String,
    /// Its bytes, where its text does not say.
    pub bytes: Option<Vec<u8>>,
    /// Natural logarithm of its probability.
    pub logprob: f64,
}

/// A token that came, and what else could have.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// What came.
    pub chosen: Alternative,
    /// The most likely ones.
    pub top: Vec<Alternative>,
}

/// A piece of a part.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// The next characters of a text, refusal, reasoning or result.
    Text(String),
    /// The next characters of a call's arguments, as the model writes them.
    Arguments(String),
    /// The next bytes of a file, decoded.
    Bytes(Vec<u8>),
    /// The next characters of what a recording says.
    Transcript(String),
    /// A citation.
    Citation(Citation),
    /// Likelihoods of the tokens told since the last.
    Logprobs(Vec<Token>),
}

/// A part goes on.
#[derive(Clone, Debug, PartialEq)]
pub struct Delta {
    /// Number of the part.
    pub part: u32,
    /// What comes next of it.
    pub piece: Piece,
}

/// A part is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// Number of the part.
    pub part: u32,
    /// What the vendor wants back with it.
    pub state: Option<State>,
    /// What a result or something else holds.
    pub value: Option<Json>,
    /// More about it.
    pub extensions: Vec<Extension>,
}

/// An answer is complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finish {
    /// Which answer.
    pub answer: u32,
    /// Why: `end`, `sequence` (one of `stop` came), `length`, `tool` (calls wait for results),
    /// `filter` (withheld), `refusal` (declined), `pause` (the vendor wants the answer back to go
    /// on), `context` (the window is full), `malformed` (the model's call makes no sense), or the
    /// vendor's own word.
    pub reason: String,
    /// The vendor's own word.
    pub vendor_reason: Option<String>,
    /// Which of `stop` came.
    pub sequence: Option<String>,
    /// More about it.
    pub extensions: Vec<Extension>,
}

/// Something that was done other than asked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Notice {
    /// `dropped` (not sent), `changed` (sent otherwise), `emulated`, `unknown` (of the answer, not
    /// understood), or another word.
    pub kind: String,
    /// What of the request or answer, such as `sampling.seed`.
    pub about: String,
    /// For a person.
    pub message: String,
}

/// What comes back.
///
/// Parts begin, go on and end in the vendor's order; parts of one answer or of several may overlap.
/// An answer's `Finish` comes after the ends of its parts; usage, limits and notices may follow it.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// What the answer says of itself; a later one adds to an earlier one.
    About(About),
    /// A part begins.
    Begin(Begin),
    /// A part goes on.
    Delta(Delta),
    /// A part is whole.
    End(End),
    /// An answer is complete.
    Finish(Finish),
    /// What was used so far; a later one replaces an earlier one.
    Usage(Usage),
    /// What the reply says about limits.
    Limits(Vec<Limit>),
    /// Something was done other than asked.
    Notice(Notice),
    /// The vendor's own event, of no consequence for the answer.
    Other(Extension),
}
