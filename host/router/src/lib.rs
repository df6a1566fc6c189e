//! Asking models: which ones and with which credentials, what happens when one fails, and what is
//! learnt from it.
//!
//! What every door to the models shares: the command line today, a gateway tomorrow. Knows the
//! user's files through [`openclaw_store`] and providers through [`openclaw_runtime`]; knows no
//! terminal, no command line and no form of output. Rules are in [`openclaw_core`].

mod adc;
mod aws;
mod background;
pub mod besides;
pub mod catalog;
mod child;
mod credentials;
mod exchange;
pub mod failure;
mod local_credentials;
mod login_shell;
pub mod memory;
pub mod network;
pub mod plan;
pub mod plugins;
pub mod probe;
mod receiving;
pub mod registry;
mod renewal;
pub mod request;
mod requested;
mod router;
mod run;
pub mod secrets;
mod shared;
pub mod snapshot;
pub mod surroundings;
mod target;
pub mod update;

/// A component as a file: what can be known of it without running it.
pub mod component {
    pub use openclaw_runtime::host::target::judge;
    pub use openclaw_runtime::plugin::LARGEST;
    pub use openclaw_runtime::rights::{BaseUrlError, ProviderKind, Source};
    pub use openclaw_runtime::{LoadError, Plugin, Rights};
}

/// Signing in, step by step.
pub mod sign_in {
    pub use openclaw_runtime::StoredSecret;
    pub use openclaw_runtime::provider::{DeviceCode, Found, LoginStep};
}

pub use catalog::Catalog;
pub use failure::{Failure, Kind};
pub use local_credentials::LocalCredentials;
pub use login_shell::Imported;
pub use plan::{Plan, plan};
pub use plugins::Plugins;
pub use receiving::AnswerText;
pub use registry::{Installed, Registry};
pub use request::{Event, Request, Response, RunError};
pub use router::{Answering, Router};
pub use snapshot::{Fault, Snapshot};
pub use surroundings::Surroundings;
