//! `openclaw models set` and `set-image`

use openclaw_core::selection::Purpose;
use serde_json::{Value, json};

use super::saved;
use crate::commands::models::set::PrimarySet;
use crate::render::style::{Label, visible};
use crate::render::{Layout, Reply};

impl Reply for PrimarySet {
    fn human(&self, page: &Layout) -> String {
        let what = match self.purpose {
            Purpose::Text => "Primary model",
            Purpose::Image => "Image model",
        };
        let model = page.style.paint(Label::Name, &visible(self.model.key()));
        let of = self
            .agent
            .as_deref()
            .map_or_else(String::new, |id| format!(" of {}", visible(id)));
        format!("{}{what}{of}: {model}\n", saved::head(&self.saved))
    }

    fn json(&self) -> Value {
        let mut value = json!({
            "model": self.model.key(),
            "alias": self.via_alias,
        });
        if let Some(agent) = &self.agent {
            value["agentId"] = agent.as_str().into();
        }
        saved::describe(&mut value, &self.saved);
        value
    }

    fn notes(&self) -> Vec<String> {
        self.warnings.clone()
    }

    fn remarks(&self) -> Vec<String> {
        let mut remarks = self.remarks.clone();
        remarks.extend(saved::remarks(&self.saved));
        remarks
    }
}
