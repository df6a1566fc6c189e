//! The reply of `openclaw version`.

use serde_json::{Value, json};

use super::{Layout, Reply};
use crate::commands::version::Version;

impl Reply for Version {
    fn human(&self, _page: &Layout) -> String {
        format!("openclaw {}\n", env!("CARGO_PKG_VERSION"))
    }

    fn json(&self) -> Value {
        json!({ "name": "openclaw", "version": env!("CARGO_PKG_VERSION") })
    }
}
