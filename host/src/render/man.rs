//! The replies of `openclaw man`.

use serde_json::{Value, json};

use super::style::plural;
use super::{Layout, Reply};
use crate::commands::man::{ManPage, Written};

impl Reply for ManPage {
    fn human(&self, _page: &Layout) -> String {
        self.text.clone()
    }

    fn is_data(&self) -> bool {
        true
    }

    fn json(&self) -> Value {
        json!({ "name": self.name, "text": self.text })
    }
}

impl Reply for Written {
    fn human(&self, _page: &Layout) -> String {
        format!(
            "Wrote {} to {}\n",
            plural(self.names.len(), "manual page"),
            self.folder.display()
        )
    }

    fn is_data(&self) -> bool {
        true
    }

    fn json(&self) -> Value {
        json!({ "folder": self.folder, "pages": self.names })
    }
}
