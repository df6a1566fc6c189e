//! The reply of `openclaw help`.

use serde_json::{Value, json};

use super::{Layout, Reply};
use crate::commands::help::{Help, Version};

impl Reply for Help {
    fn human(&self, page: &Layout) -> String {
        if page.style.has_color() {
            self.text.ansi().to_string()
        } else {
            self.text.to_string()
        }
    }

    fn json(&self) -> Value {
        json!({ "command": self.path, "help": self.human(&Layout::unstyled()) })
    }
}

impl Reply for Version {
    fn human(&self, _page: &Layout) -> String {
        format!("openclaw {}\n", env!("CARGO_PKG_VERSION"))
    }

    fn json(&self) -> Value {
        json!({ "name": "openclaw", "version": env!("CARGO_PKG_VERSION") })
    }
}
