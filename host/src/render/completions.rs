//! The reply of `openclaw completions`: the script as it is.

use serde_json::{Value, json};

use super::{Layout, Reply};
use crate::commands::completions::Completions;

impl Reply for Completions {
    fn human(&self, _page: &Layout) -> String {
        self.script.clone()
    }

    fn is_data(&self) -> bool {
        true
    }

    fn json(&self) -> Value {
        json!({ "shell": self.shell, "script": self.script })
    }
}
