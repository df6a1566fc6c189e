//! Runs provider components under wasmtime and hands them their capabilities.
//!
//! A plugin is untrusted code. It gets a fresh instance for each call, bounded in time, memory and
//! output, and reaches nothing but what its rights name: requests through [`host::http`], variables
//! through the environment port, a bounded log. It never holds a secret, only a handle for one.

mod bindings;
pub mod bundle;
mod cache;
mod convert;
mod credentials;
pub mod engine;
pub mod facts;
mod features;
pub mod host;
pub mod instance;
pub mod limits;
pub mod memory;
pub mod observe;
pub mod plugin;
pub mod provider;
pub mod redact;
pub mod rights;
pub mod secret;

pub use cache::CompileCache;
pub use engine::{Loaded, Options, Runtime};
pub use limits::{CallError, Fault};
pub use plugin::{LoadError, Plugin};
pub use provider::{Chat, Provider, Setup};
pub use rights::Rights;
pub use secret::StoredSecret;
