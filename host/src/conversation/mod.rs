//! Conversations as JSON: read from files, written to replies. The shapes are in
//! `docs/conversations.md` and in the schemas beside `docs/json.md`.

mod at;
pub mod events;
pub mod media_type;
pub mod read;
mod read_part;
mod read_request;
pub mod tools;
pub mod write;
