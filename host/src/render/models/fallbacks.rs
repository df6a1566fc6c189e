//! `openclaw models fallbacks`

use serde_json::{Value, json};

use super::saved;
use crate::commands::models::fallbacks::{Done, FallbackList, FallbacksChanged};
use crate::render::style::{Label, visible};
use crate::render::{Page, Reply};

impl Reply for FallbackList {
    fn human(&self, page: &Page) -> String {
        let name = |key: &String| page.style.paint(Label::Name, &visible(key));
        let (primary, configured) = &self.primary;
        let mut text = format!(
            "{} {}",
            page.style.paint(Label::Heading, "Primary:  "),
            name(primary)
        );
        if !configured {
            text.push_str(" (built in; none is configured)");
        }
        let fallbacks: Vec<String> = self.fallbacks.iter().map(name).collect();
        let fallbacks = if fallbacks.is_empty() {
            "none".to_owned()
        } else {
            fallbacks.join("\n           ")
        };
        format!(
            "{text}\n{} {fallbacks}\n",
            page.style.paint(Label::Heading, "Fallbacks:")
        )
    }

    fn plain(&self) -> String {
        self.fallbacks
            .iter()
            .map(|key| format!("{}\n", visible(key)))
            .collect()
    }

    fn json(&self) -> Value {
        json!({ "primary": self.primary.0, "fallbacks": self.fallbacks })
    }

    fn notes(&self) -> Vec<String> {
        self.warnings.clone()
    }
}

impl Reply for FallbacksChanged {
    fn human(&self, page: &Page) -> String {
        let head = saved::head(&self.saved);
        if self.done == Done::Cleared {
            return format!("{head}Fallback list cleared.\n");
        }
        let name = |key: &String| page.style.paint(Label::Name, &visible(key));
        let fallbacks: Vec<String> = self.fallbacks.iter().map(name).collect();
        let fallbacks = if fallbacks.is_empty() {
            "none".to_owned()
        } else {
            fallbacks.join(", ")
        };
        format!("{head}Fallbacks: {fallbacks}\n")
    }

    fn json(&self) -> Value {
        json!({
            "fallbacks": self.fallbacks,
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
