//! The rules of openclaw, as ordinary functions over ordinary values.
//!
//! Decides which model and which credential to use, what to try after a failure, and whether a
//! plugin may reach an address, and what of a conversation goes where. Reads no file, clock,
//! environment or network, builds nothing from JSON (it tells whether a text is JSON, and hands it
//! on) and knows no WebAssembly: callers bring facts in and carry decisions out.

pub mod activity;
pub mod auth_order;
pub mod base_url;
pub mod capability;
pub mod cascade;
pub mod catalog;
pub mod conversation;
pub mod cooldown;
pub mod cost;
pub mod credential;
pub mod credential_format;
pub mod defaults;
pub mod doctor;
pub mod edit;
pub mod embedding;
pub mod failure;
pub mod header_field;
pub mod model_ref;
pub mod probe;
pub mod proxy;
pub mod quota;
pub mod renewal;
pub mod scan;
pub mod secret;
pub mod secret_ref;
pub mod selection;
pub mod shell;
pub mod sign_in;
pub mod status;
pub mod time;
pub mod tokens;
