//! The rules of openclaw, as ordinary functions over ordinary values.
//!
//! Decides which model and which credential to use, what to try after a failure, and whether a
//! plugin may reach an address. Reads no file, clock, environment or network and knows neither
//! JSON nor WebAssembly: callers bring facts in and carry decisions out.

pub mod activity;
pub mod auth_order;
pub mod base_url;
pub mod capability;
pub mod cascade;
pub mod catalog;
pub mod chat;
pub mod cooldown;
pub mod credential;
pub mod credential_format;
pub mod defaults;
pub mod doctor;
pub mod edit;
pub mod failure;
pub mod header_field;
pub mod model_ref;
pub mod probe;
pub mod proxy;
pub mod renewal;
pub mod scan;
pub mod secret;
pub mod selection;
pub mod status;
pub mod time;
