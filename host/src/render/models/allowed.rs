//! `openclaw models allow`, `disallow` and `allowed`

use openclaw_core::model_ref::ModelRef;
use serde_json::{Value, json};

use super::saved;
use crate::commands::models::allowed::Allowed;
use crate::render::style::{Label, visible};
use crate::render::{Layout, Reply};

impl Reply for Allowed {
    fn human(&self, page: &Layout) -> String {
        let head = self.saved.as_ref().map(saved::head).unwrap_or_default();
        if self.models.is_empty() {
            return format!("{head}Every model is allowed.\n");
        }
        let rows = self.models.iter().map(|model| {
            let key = page.style.paint(Label::Name, &visible(model.key()));
            format!("  {key}\n")
        });
        format!("{head}Allowed models:\n{}", rows.collect::<String>())
    }

    fn plain(&self) -> String {
        let rows = self.models.iter();
        rows.map(|model| format!("{}\n", visible(model.key())))
            .collect()
    }

    fn json(&self) -> Value {
        let mut value = json!({
            "any": self.models.is_empty(),
            "models": self.models.iter().map(ModelRef::key).collect::<Vec<_>>(),
        });
        if let Some(saved) = &self.saved {
            saved::describe(&mut value, saved);
        }
        value
    }

    fn notes(&self) -> Vec<String> {
        self.warnings.clone()
    }

    fn remarks(&self) -> Vec<String> {
        let saved = self.saved.iter().flat_map(saved::remarks);
        self.remarks.iter().cloned().chain(saved).collect()
    }
}
