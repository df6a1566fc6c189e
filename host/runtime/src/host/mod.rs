//! The capabilities handed to a plugin, one a file, each asking core's predicate.

pub mod connection;
pub mod dial;
mod env;
pub mod http;
mod log;
mod outgoing;
mod secrets;
pub mod sigv4;

use crate::bindings::openclaw::provider::types;
use crate::instance::Ctx;

impl types::Host for Ctx {}
