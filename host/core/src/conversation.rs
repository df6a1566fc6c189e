//! A conversation with a model, what is asked about it and what comes back.
//!
//! The types mirror the contract's interfaces `conversation`, `chat` and `types`, field by field
//! and in their words, so that converting them is mechanical; what the contract does not carry is
//! [`Message::origin`]. Words that a vendor may extend are strings, JSON is text that is handed on
//! with the same bytes, and an absent value was not told: it is never zero by default.

mod blob;
mod event;
mod json;
mod message;
mod request;
mod usage;

pub use blob::Blob;
pub use event::{
    About, Alternative, Begin, CallOpening, Citation, Delta, End, Event, Finish, Notice, Opening,
    Piece, ResultOpening, Span, Token,
};
pub use json::Json;
pub use message::{
    CacheMark, Content, Extension, File, Message, Origin, Other, Part, Reasoning, ResultContent,
    Source, State, ToolCall, ToolResult, VendorFile, role,
};
pub use request::{
    Caching, Grammar, OutputFormat, ReasoningWish, Request, Sampling, Tool, ToolChoice, ToolInput,
};
pub use usage::{Limit, Usage};
