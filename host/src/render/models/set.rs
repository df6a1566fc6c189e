//! `openclaw models set`

use serde_json::{Value, json};

use super::saved;
use crate::commands::models::set::PrimarySet;
use crate::render::style::Label;
use crate::render::{Page, Reply};

impl Reply for PrimarySet {
    fn human(&self, page: &Page) -> String {
        let model = page.style.paint(Label::Name, &self.model.key());
        format!("{}Primary model: {model}\n", saved::head(&self.saved))
    }

    fn json(&self) -> Value {
        json!({
            "primary": self.model.key(),
            "alias": self.via_alias,
            "changed": self.saved.changed,
            "configPath": self.saved.path,
        })
    }

    fn notes(&self) -> Vec<String> {
        self.warnings.clone()
    }

    fn remarks(&self) -> Vec<String> {
        saved::remarks(&self.saved)
    }
}
