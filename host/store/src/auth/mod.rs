//! `auth-profiles.json`: an agent's credentials, the order override, what worked, and what is
//! cooling down. Strict JSON; whatever is not known here is kept.
//!
//! A secondary agent also sees the main agent's store, laid under its own in memory: see
//! [`AuthDocument::over`]. Every write goes to one agent's own file and holds only what is its own.

mod document;
mod file;
mod legacy;
mod tools;

pub use document::{AuthDocument, AuthStore};
pub use file::{AuthFile, LoadedAuth, Renewing, Stamp, Updated, reason};
pub use tools::ToolLogin;
