//! A conversation with a model, what is asked about it and what comes back.
//!
//! The types mirror the contract's interfaces `conversation`, `chat` and `types`, field by field
//! and in their words, so that converting them is mechanical; what the contract does not carry is
//! [`Message::origin`]. Words that a vendor may extend are strings, JSON is text that is handed on
//! with the same bytes, and an absent value was not told: it is never zero by default.

mod answer;
mod blob;
mod call_ids;
mod ending;
mod event;
mod folding;
mod json;
mod message;
mod normal;
mod request;
mod usage;

pub use answer::{Answer, AnswerPart, Choice};
pub use blob::Blob;
pub use call_ids::{CallIds, canonical_ids, has_canonical_ids};
pub use ending::Ending;
pub use event::{
    About, Alternative, Begin, CallOpening, Citation, Delta, End, Event, Finish, Notice, Opening,
    Piece, ResultOpening, Span, Token,
};
pub use folding::{Folding, Malformed, bounds};
pub use json::Json;
pub use message::{
    CacheMark, Content, Extension, File, Message, Origin, Other, Part, Reasoning, ResultContent,
    Source, State, ToolCall, ToolResult, VendorFile, role,
};
pub use normal::{
    CarryReasoning, INTERRUPTED, Need, Normal, Target, Unfit, check_room, estimate_tokens,
    modality, needs, normal_form,
};
pub use request::{
    Caching, Grammar, OutputFormat, ReasoningWish, Request, Sampling, Tool, ToolChoice, ToolInput,
};
pub use usage::{Limit, Usage};
