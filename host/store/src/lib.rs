//! The user's files: where they are, how they are read, and how they are changed.
//!
//! | file | module | who writes it |
//! |---|---|---|
//! | `openclaw.json` | [`config`] | the user; we change only the bytes that a command has to |
//! | `agents/<id>/agent/auth-profiles.json` | [`auth`] | we; what we do not know is kept |
//! | `.env`, files named by `$include` | [`config`] | the user alone |
//! | files of `secrets.providers` | [`secrets`] | others; read when a request needs them |
//! | `catalog/` | [`catalog_data`] | we; facts of models that were installed |
//! | `auth.json`, `credentials/oauth.json` | [`auth`] | older releases; imported by the first write |
//!
//! Invariants: nothing is written by a read. A write holds the file's lock, reads the file again
//! under it, and replaces it whole; a crash at any moment leaves the old or the new file. A file
//! that cannot be understood is never overwritten. The environment comes in as a value.

pub mod audit_log;
pub mod auth;
pub mod catalog_data;
pub mod component;
pub mod config;
pub mod dry_run;
pub mod env_vars;
mod environment;
mod error;
mod file;
pub mod folder;
pub mod json5;
mod lock;
pub mod pages;
mod paths;
pub mod schema;
pub mod secrets;
pub mod signature;
#[cfg(test)]
mod tests;

pub use environment::{Environment, LocalFile, parse_dotenv};
pub use error::{Location, PathError, Problem, StoreError, Warning, move_broken};
pub use paths::Paths;
