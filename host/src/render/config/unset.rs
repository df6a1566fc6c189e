//! `openclaw config unset`

use serde_json::{Value, json};

use crate::commands::config::unset::Removed;
use crate::render::models::saved;
use crate::render::style::{Label, visible};
use crate::render::{Layout, Reply};

impl Reply for Removed {
    fn human(&self, page: &Layout) -> String {
        let path = page.style.paint(Label::Name, &visible(&self.path));
        format!("{}Removed {path}\n", saved::head(&self.saved))
    }

    fn json(&self) -> Value {
        let mut value = json!({ "path": self.path });
        saved::describe(&mut value, &self.saved);
        value
    }

    fn notes(&self) -> Vec<String> {
        self.warnings.clone()
    }
}
