//! `openclaw models auth remove`

use serde_json::{Value, json};

use crate::commands::models::auth::remove::Removed;
use crate::render::models::saved;
use crate::render::style::{Label, visible};
use crate::render::{Layout, Reply};

impl Reply for Removed {
    fn human(&self, page: &Layout) -> String {
        let mut text = String::new();
        for store in &self.stores {
            text.push_str(&format!("Updated {store}\n"));
        }
        text.push_str(&saved::head(&self.saved));
        for (id, what) in &self.profiles {
            let id = page.style.paint(Label::Name, &visible(id.as_str()));
            text.push_str(&format!("Removed: {id} ({})\n", visible(what)));
        }
        text
    }

    fn json(&self) -> Value {
        let ids = self.profiles.iter().map(|(id, _)| id.as_str());
        json!({
            "profileIds": ids.collect::<Vec<_>>(),
            "changed": !self.profiles.is_empty(),
            "configPath": self.saved.path,
            "configChanged": self.saved.changed,
            "withoutCredential": self.lost.iter().map(|(model, agents)| json!({
                "model": model.to_string(),
                "agentIds": agents,
            })).collect::<Vec<_>>(),
        })
    }

    fn notes(&self) -> Vec<String> {
        let lost = self.lost.iter().map(|(model, agents)| {
            let agents: Vec<String> = agents.iter().map(|agent| format!("`{agent}`")).collect();
            format!(
                "`{model}`, in use by {}, has no credential left; add one with `openclaw models auth add --provider {}`",
                agents.join(", "),
                model.provider
            )
        });
        self.warnings.iter().cloned().chain(lost).collect()
    }

    fn remarks(&self) -> Vec<String> {
        let kept = self.kept.iter().map(|(id, agent)| {
            format!(
                "the agent `{agent}` has a `{id}` of its own, so the config still names it; remove that with `openclaw models auth remove {id} --agent {agent}`"
            )
        });
        kept.collect()
    }
}
