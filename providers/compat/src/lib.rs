//! Wire formats, each written once, and what makes a component of a vendor that speaks them.
//!
//! A vendor's own package says where it is reached, how its credentials sign, which models it has
//! and where it departs from its wire, as the table [`Vendor`]; [`provider!`] makes the exports of
//! it. Everything else is here, a folder a wire:
//!
//! | folder | `api` | requests |
//! |---|---|---|
//! | [`anthropic`] | `anthropic-messages` | `POST /v1/messages` |
//! | [`bedrock`] | `bedrock-converse-stream` | `POST /model/{id}/converse`, `…/converse-stream` |
//! | [`google`] | `google-generative-ai` | `POST …:generateContent`, `…:streamGenerateContent` |
//! | [`ollama`] | `ollama` | `POST /api/chat` |
//! | [`openai_chat`] | `openai-completions` | `POST /chat/completions` |
//! | [`openai_responses`] | `openai-responses` | `POST /responses` |
//!
//! [`openai`] is what the last two share. What a refusal means is in the tables of [`failure`]: one
//! that all share, a few rows for each wire, and those that a vendor adds. A wire translates without policy: nothing is sent twice,
//! and what follows from a refusal is the host's to decide. No vendor is named here but the one whose
//! format it is, and those whose words for what went wrong are in use on it.

pub mod anthropic;
pub mod bedrock;
mod blocks;
pub mod call;
pub mod component;
pub mod embedding;
pub mod failure;
pub mod google;
pub mod json;
pub mod ollama;
pub mod openai;
pub mod openai_chat;
pub mod openai_responses;
mod proof;
pub mod question;
pub mod quota;
pub mod relay;
pub mod testing;
pub mod vendor;

#[doc(hidden)]
pub use openclaw_sdk as sdk;

pub use call::Call;
pub use failure::Rule;
pub use vendor::{Accepts, Embeddings, FreeCheck, Headers, Place, Vendor, Wire};
