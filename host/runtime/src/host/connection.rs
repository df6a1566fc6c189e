//! The connections of a plugin, and a reply on its way to the guest. What is sent and what comes back
//! is decided in [`super::http`].

use std::sync::Arc;

use openclaw_core::capability::Origin;

use super::dial::{Dialler, Lookup};
use crate::redact::Redactor;

/// The connections of one plugin.
pub struct Egress {
    pub(super) dialler: Dialler,
}

impl Egress {
    /// Returns an egress that resolves names with `lookup`.
    pub fn new(lookup: Arc<dyn Lookup>) -> Self {
        Self {
            dialler: Dialler::new(lookup),
        }
    }
}

/// A reply's body on its way to the guest.
pub struct Body {
    pub(super) reply: Option<reqwest::Response>,
    pub(super) ready: Vec<u8>,
    pub(super) redactor: Redactor,
    /// Where it comes from.
    pub(super) origin: Origin,
    pub(super) taken: usize,
}
