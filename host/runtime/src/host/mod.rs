//! The capabilities handed to a plugin, one a file, each asking core's predicate.

mod captures;
pub mod connection;
mod decode;
pub mod dial;
mod env;
pub mod http;
mod log;
pub(crate) mod media;
mod outgoing;
pub mod own;
mod payload;
mod record;
mod secrets;
pub mod sigv4;
pub mod target;
pub mod tls;
mod unreached;

use crate::bindings::openclaw::provider::{conversation, types};
use crate::instance::Ctx;

impl types::Host for Ctx {}
impl conversation::Host for Ctx {}
