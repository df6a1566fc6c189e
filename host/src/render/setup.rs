//! `openclaw setup`

use serde_json::{Value, json};

use super::models::saved;
use super::models::scan::{Marks, found, provider as line};
use super::style::{Label, Style, visible};
use super::{Layout, Reply};
use crate::commands::setup::SetupDone;

impl Reply for SetupDone {
    fn human(&self, page: &Layout) -> String {
        let name = |key: &str| page.style.paint(Label::Name, &visible(key));
        let mut text = String::new();
        if !self.told {
            for one in &self.providers {
                text += &format!("{}\n", line(one, Style::new(false), Marks::Signs));
            }
        }
        if let Some(stored) = &self.stored {
            text += &format!("Auth profile: {}\n", name(stored.id.as_str()));
        }
        text += &saved::head(&self.saved);
        text += &format!("Primary model: {}\n", name(&self.primary.key()));
        if !self.fallbacks.is_empty() {
            let each: Vec<String> = self.fallbacks.iter().map(|key| name(key)).collect();
            text += &format!("Fallbacks: {}\n", each.join(", "));
        }
        text + &format!("Next: {}\n", self.next)
    }

    fn json(&self) -> Value {
        let providers = self.providers.iter().map(|one| {
            json!({
                "provider": one.provider.as_str(),
                "outcome": one.finding.word(),
                "message": visible(found(one)),
            })
        });
        let mut value = json!({
            "providers": providers.collect::<Vec<_>>(),
            "profileId": self.stored.as_ref().map(|stored| stored.id.as_str()),
            "primary": self.primary.key(),
            "fallbacks": self.fallbacks,
            "next": self.next,
        });
        saved::describe(&mut value, &self.saved);
        value
    }

    fn notes(&self) -> Vec<String> {
        self.warnings.clone()
    }

    fn remarks(&self) -> Vec<String> {
        saved::remarks(&self.saved)
    }
}
