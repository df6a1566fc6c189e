//! The reply of `openclaw completions`: the script as it is.

use serde_json::{Value, json};

use super::{Page, Reply};
use crate::commands::completions::Completions;

impl Reply for Completions {
    fn human(&self, _page: &Page) -> String {
        self.script.clone()
    }

    fn json(&self) -> Value {
        json!({ "shell": self.shell, "script": self.script })
    }
}
