//! `openclaw config path`

use serde_json::{Value, json};

use crate::commands::config::path::ConfigPath;
use crate::render::{Page, Reply};

impl Reply for ConfigPath {
    fn human(&self, _page: &Page) -> String {
        format!("{}\n", self.path.display())
    }

    fn json(&self) -> Value {
        json!({ "path": self.path, "exists": self.exists })
    }
}
