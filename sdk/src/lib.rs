//! Write a model provider for openclaw.
//!
//! A provider is translation: it encodes a request into its vendor's wire format and decodes what
//! comes back. It runs as a WebAssembly component that can reach only what its `plugin.toml` asks
//! for and the user grants, and it signs requests with handles to secrets that it cannot read.
//!
//! Implement the traits of the interfaces you offer ([`auth`], [`catalog`], [`probe`], [`chat`]; and,
//! exported one by one, [`tokens`], [`embeddings`], [`quota`], [`relay`]),
//! then name the world you implement:
//!
//! ```ignore
//! struct Acme;
//! // impl openclaw_sdk::auth::Guest for Acme { … } and so on
//! openclaw_sdk::export_provider!(Acme);
//! openclaw_sdk::manifest!("plugin.toml");
//! ```
//!
//! A component that offers fewer interfaces generates its own bindings for one of the smaller
//! worlds (`auth-resolver`, `prober`, `catalog-source`, `chat-model`) and maps the imported
//! interfaces to this crate's with the generator's `with` option.
//!
//! Keep encoding and decoding in plain functions: they are then tested natively against recorded
//! wire samples (see [`testing`]), and the component is a thin export.

#[doc(hidden)]
pub mod bindings;
pub mod env;
pub mod errors;
pub mod events;
pub mod facts;
pub mod framing;
pub mod http;
pub mod json;
mod kind;
pub mod login;
pub mod oauth;
#[doc(hidden)]
pub mod optional;
pub mod stream;
pub mod testing;

pub use base64;
pub use openclaw_sdk_macros::manifest;
pub use serde_json;
#[doc(hidden)]
pub use wit_bindgen;

pub use bindings::exports::openclaw::provider::{auth, catalog, chat, probe};
pub use bindings::openclaw::provider::secrets::Secret;
pub use bindings::openclaw::provider::types::{
    Extension, Failure, Json, Limit, Model, Price, PriceTier, ProviderConfig, Usage,
};
pub use bindings::openclaw::provider::{clock, conversation, log, media};
pub use kind::FailureKind;
pub use optional::embedder::exports::openclaw::provider::embeddings;
pub use optional::quota_source::exports::openclaw::provider::quota;
pub use optional::relay_station::exports::openclaw::provider::relay;
pub use optional::token_counter::exports::openclaw::provider::tokens;

/// Exports a type that implements every interface: world `provider`.
#[macro_export]
macro_rules! export_provider {
    ($type:ident) => {
        $crate::bindings::export!($type with_types_in $crate::bindings);
    };
}
