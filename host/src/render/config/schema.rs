//! `openclaw config schema`

use serde_json::Value;

use crate::commands::config::schema::Schema;
use crate::render::{Layout, Reply};

impl Reply for Schema {
    fn human(&self, _page: &Layout) -> String {
        self.0.to_owned()
    }

    fn is_data(&self) -> bool {
        true
    }

    fn json(&self) -> Value {
        self.0.parse().unwrap_or_default()
    }

    fn is_fixed(&self) -> bool {
        true
    }
}
