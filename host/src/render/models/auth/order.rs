//! `openclaw models auth order`

use openclaw_core::auth_order::{Order, Skip};
use openclaw_core::cascade::SkipReason;
use openclaw_core::credential::ProfileId;
use serde_json::{Value, json};

use crate::commands::models::auth::order::{Done, Ordered};
use crate::render::models::saved;
use crate::render::models::trail::{skipped, skipped_profiles};
use crate::render::style::{Label, visible};
use crate::render::{Layout, Reply};

/// Returns the stable word for where an order comes from.
pub(in crate::render::models) fn source(order: Order) -> &'static str {
    match order {
        Order::Explicit => "explicit",
        Order::AgentConfig => "agent_config",
        Order::AgentStore => "agent_store",
        Order::Config => "config",
        Order::Declared => "declared",
        Order::Stored => "stored",
    }
}

impl Ordered {
    fn origin(&self) -> String {
        match self.source {
            Order::AgentConfig => format!(
                "agents.list[].auth.order of `{}` in {}",
                self.agent, self.config
            ),
            Order::AgentStore => format!("order in {}", self.store.1),
            Order::Explicit | Order::Config => format!("auth.order in {}", self.config),
            Order::Declared => format!(
                "no order is set: the profiles of auth.profiles in {} are used in turn (round robin)",
                self.config
            ),
            Order::Stored if self.ids.is_empty() => {
                "no order is set and no profile is stored".to_owned()
            }
            Order::Stored => {
                "no order is set: the stored profiles are used in turn (round robin)".to_owned()
            }
        }
    }

    fn ids(&self) -> Vec<&str> {
        self.ids.iter().map(ProfileId::as_str).collect()
    }

    /// Returns why profiles are not used now. That one is not in the order says the order itself.
    fn unused(&self) -> impl Iterator<Item = (&ProfileId, &Skip)> {
        let of_note = self
            .skipped
            .iter()
            .filter(|skipped| skipped.reason != Skip::NotInOrder || !self.source.is_explicit());
        of_note.map(|skipped| (&skipped.id, &skipped.reason))
    }
}

impl Reply for Ordered {
    fn human(&self, page: &Layout) -> String {
        let label = |text: &str| page.style.paint(Label::Heading, text);
        let mut text = String::new();
        if self.store_cleared {
            text.push_str(&format!("Updated {}\n", self.store.1));
        }
        text.push_str(&self.saved.as_ref().map(saved::head).unwrap_or_default());
        let ids: Vec<String> = self
            .ids()
            .iter()
            .map(|id| page.style.paint(Label::Name, &visible(id)))
            .collect();
        let ids = if ids.is_empty() {
            "none".to_owned()
        } else {
            ids.join(", ")
        };
        text.push_str(&format!("{} {}\n", label("Provider:"), self.provider));
        text.push_str(&format!("{}    {ids}\n", label("Order:")));
        text.push_str(&format!(
            "{}   {}\n",
            label("Source:"),
            page.style.paint(Label::Dim, &self.origin())
        ));
        for (id, reason) in self.unused() {
            let why = skipped(&SkipReason::Profile(reason.clone()), self.now);
            let line = format!("{}: {why}", visible(id.as_str()));
            text.push_str(&format!(
                "{}   {}\n",
                label("Unused:"),
                page.style.paint(Label::Warning, &line)
            ));
        }
        text
    }

    fn plain(&self) -> String {
        self.ids()
            .iter()
            .map(|id| format!("{}\n", visible(id)))
            .collect()
    }

    fn json(&self) -> Value {
        let mut value = json!({
            "agentId": self.agent,
            "agentDir": self.agent_dir,
            "provider": self.provider.as_str(),
            "authStorePath": self.store.0,
            "order": self.source.is_explicit().then(|| self.ids()),
            "source": source(self.source),
            "effective": self.effective.iter().map(ProfileId::as_str).collect::<Vec<_>>(),
            "skipped": skipped_profiles(self.unused()),
        });
        if let Some(saved) = &self.saved {
            saved::describe(&mut value, saved);
            value["changed"] = (saved.changed || self.store_cleared).into();
        }
        value
    }

    fn notes(&self) -> Vec<String> {
        self.warnings.clone()
    }

    fn remarks(&self) -> Vec<String> {
        let unchanged =
            self.saved.as_ref().is_some_and(|saved| !saved.changed) && !self.store_cleared;
        match self.done {
            Done::Set if unchanged => vec!["already set; nothing was changed".to_owned()],
            Done::Cleared if unchanged => {
                vec!["nothing was changed: there was no order".to_owned()]
            }
            _ => Vec::new(),
        }
    }
}
