//! The reply of `openclaw help`.

use serde_json::{Value, json};

use super::{Layout, Reply};
use crate::commands::help::Help;

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
