//! The reply of `openclaw models count`.

use serde_json::{Value, json};

use super::trail;
use crate::commands::models::count::Counted;
use crate::render::style::{Label, grouped, visible};
use crate::render::{Layout, Reply};

impl Reply for Counted {
    fn human(&self, page: &Layout) -> String {
        let about = if self.count.is_exact() {
            format!("counted by {}", self.model.provider)
        } else {
            "an estimate".to_owned()
        };
        let sign = if self.count.is_exact() { "" } else { "about " };
        let number = format!("{sign}{} tokens", grouped(self.count.input));
        let mut text = format!(
            "{} for {} ({about})\n",
            page.style.paint(Label::Heading, &number),
            visible(self.model.key())
        );
        if let Some(context) = self.context {
            let verb = if self.fits() == Some(true) {
                "fits"
            } else {
                "does not fit"
            };
            text.push_str(&format!("{verb} its context of {}\n", grouped(context)));
        }
        text
    }

    /// The number alone.
    fn plain(&self) -> String {
        format!("{}\n", self.count.input)
    }

    fn json(&self) -> Value {
        json!({
            "model": self.model.key(),
            "inputTokens": self.count.input,
            "method": self.count.method,
            "source": self.source.as_ref().map(ToString::to_string),
            "contextWindow": self.context,
            "fits": self.fits(),
            "reason": self.reason.as_ref().map(trail::failed),
        })
    }

    fn notes(&self) -> Vec<String> {
        let reason = self.reason.as_ref().map(|failure| {
            format!(
                "{} did not count: {}",
                self.model.provider,
                trail::failed(failure)
            )
        });
        self.warnings.iter().cloned().chain(reason).collect()
    }

    fn json_notes(&self) -> Vec<String> {
        self.warnings.clone()
    }
}

impl Counted {
    fn fits(&self) -> Option<bool> {
        Some(self.count.input <= self.context?)
    }
}
