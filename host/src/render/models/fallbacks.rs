//! `openclaw models fallbacks` and `image-fallbacks`

use openclaw_core::selection::{Purpose, Scope};
use serde_json::{Value, json};

use super::saved;
use crate::commands::models::fallbacks::{Done, FallbackList, FallbacksChanged};
use crate::render::style::{Label, visible};
use crate::render::{Layout, Reply};

impl FallbackList {
    /// Says where something of an agent comes from; of the defaults there is nothing to say.
    fn from(&self, scope: Scope) -> &'static str {
        match (&self.agent, scope) {
            (None, _) => "",
            (Some(_), Scope::Agent) => " (of this agent)",
            (Some(_), Scope::Defaults) => " (inherited)",
        }
    }
}

impl Reply for FallbackList {
    fn human(&self, page: &Layout) -> String {
        let name = |key: &String| page.style.paint(Label::Name, &visible(key));
        let heading = |text: &str| page.style.paint(Label::Heading, text);
        let primary = match (&self.primary, self.purpose) {
            (Some((key, scope)), _) => format!("{}{}", name(key), self.from(*scope)),
            (None, Purpose::Text) => {
                format!("{} (default)", name(&self.text_primary))
            }
            (None, Purpose::Image) => "none".to_owned(),
        };
        let from = self.from(self.fallbacks_scope);
        let fallbacks = match self.fallbacks.split_first() {
            None => format!("none{from}"),
            Some((first, others)) => std::iter::once(format!("{}{from}", name(first)))
                .chain(others.iter().map(name))
                .collect::<Vec<_>>()
                .join("\n           "),
        };
        let mut text = format!(
            "{} {primary}\n{} {fallbacks}\n",
            heading("Primary:  "),
            heading("Fallbacks:")
        );
        if self.purpose == Purpose::Image {
            let last = name(&self.text_primary);
            text.push_str(&format!(
                "{} {last} (the primary text model)\n",
                heading("Then:     ")
            ));
        }
        text
    }

    fn plain(&self) -> String {
        self.fallbacks
            .iter()
            .map(|key| format!("{}\n", visible(key)))
            .collect()
    }

    fn json(&self) -> Value {
        let primary = match (&self.primary, self.purpose) {
            (Some((key, _)), _) => Some(key),
            (None, Purpose::Text) => Some(&self.text_primary),
            (None, Purpose::Image) => None,
        };
        let mut value = json!({ "primary": primary, "fallbacks": self.fallbacks });
        if self.purpose == Purpose::Image {
            value["textPrimary"] = self.text_primary.as_str().into();
        }
        if let Some(agent) = &self.agent {
            value["agentId"] = agent.as_str().into();
            value["primarySource"] = self.primary.as_ref().map(|(_, scope)| scope.name()).into();
            value["fallbacksSource"] = self.fallbacks_scope.name().into();
        }
        value
    }

    fn notes(&self) -> Vec<String> {
        self.warnings.clone()
    }
}

impl Reply for FallbacksChanged {
    fn human(&self, page: &Layout) -> String {
        let head = saved::head(&self.saved);
        let (singular, plural) = match self.purpose {
            Purpose::Text => ("Fallback", "Fallbacks"),
            Purpose::Image => ("Image fallback", "Image fallbacks"),
        };
        let of = self
            .agent
            .as_deref()
            .map_or_else(String::new, |id| format!(" of {}", visible(id)));
        if self.done == Done::Cleared {
            return format!("{head}{singular} list{of} cleared.\n");
        }
        let name = |key: &String| page.style.paint(Label::Name, &visible(key));
        let fallbacks: Vec<String> = self.fallbacks.iter().map(name).collect();
        let fallbacks = if fallbacks.is_empty() {
            "none".to_owned()
        } else {
            fallbacks.join(", ")
        };
        format!("{head}{plural}{of}: {fallbacks}\n")
    }

    fn json(&self) -> Value {
        let mut value = json!({ "fallbacks": self.fallbacks });
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
