//! `openclaw models update status`

use openclaw_core::status::relative;
use openclaw_router::update::Use;
use serde_json::{Value, json};

use super::{described, facts};
use crate::commands::models::update::status::UpdateStatus;
use crate::render::style::plural;
use crate::render::{Layout, Reply, rows};

impl Reply for UpdateStatus {
    fn human(&self, _page: &Layout) -> String {
        let mut text = match &self.current {
            None => format!(
                "In use: the facts that the program was built with, of {}\n",
                self.built_in_date
            ),
            Some(current) => {
                let used = self.providers.iter().filter(|one| one.use_ == Use::Used);
                let mut text = format!("In use: {}\n", described(current));
                text.push_str(&format!(
                    "  installed {}\n",
                    relative(self.now, current.installed_at)
                ));
                text.push_str(&format!(
                    "  used for {} of {}; the program's own are of {}\n",
                    used.count(),
                    plural(self.providers.len(), "provider"),
                    self.built_in_date
                ));
                text
            }
        };
        match &self.previous {
            Some(Some(previous)) => text.push_str(&format!("Before: {}\n", described(previous))),
            Some(None) => text.push_str("Before: the facts that the program was built with\n"),
            None => {}
        }
        text.push_str(&format!("Trusted: {}\n", plural(self.trusted_keys, "key")));
        text
    }

    /// Provider, date, use and number of models.
    fn plain(&self) -> String {
        rows(self.providers.iter().map(|one| {
            [
                one.provider.to_string(),
                one.date.clone(),
                one.use_.name().to_owned(),
                one.models.to_string(),
            ]
        }))
    }

    fn json(&self) -> Value {
        let providers = self.providers.iter().map(|one| {
            json!({
                "provider": one.provider.as_str(),
                "date": one.date,
                "use": one.use_.name(),
                "models": one.models,
            })
        });
        json!({
            "folder": self.folder.0,
            "builtInDate": self.built_in_date,
            "current": self.current.as_ref().map(facts),
            "previous": self.previous.as_ref().and_then(|one| one.as_ref()).map(facts),
            "canRollBack": self.previous.is_some(),
            "providers": providers.collect::<Vec<_>>(),
            "trustedKeys": self.trusted_keys,
        })
    }

    fn notes(&self) -> Vec<String> {
        self.warnings.clone()
    }
}
