//! `openclaw config path`

use serde_json::{Value, json};

use crate::commands::config::path::ConfigPath;
use crate::render::{Layout, Reply};

impl Reply for ConfigPath {
    fn human(&self, _page: &Layout) -> String {
        format!("{}\n", self.path.display())
    }

    fn json(&self) -> Value {
        json!({ "configPath": self.path, "configExists": self.exists })
    }
}
