//! `openclaw config get`

use serde_json::Value;

use super::masked;
use crate::commands::config::get::Got;
use crate::render::{Layout, Reply};

impl Reply for Got {
    fn human(&self, _page: &Layout) -> String {
        match &self.shown.value {
            Value::String(text) => format!("{text}\n"),
            other => format!("{other:#}\n"),
        }
    }

    fn is_data(&self) -> bool {
        true
    }

    fn json(&self) -> Value {
        self.shown.value.clone()
    }

    fn is_fixed(&self) -> bool {
        true
    }

    fn remarks(&self) -> Vec<String> {
        masked(&self.shown.masked).into_iter().collect()
    }
}
