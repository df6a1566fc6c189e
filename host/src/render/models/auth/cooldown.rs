//! `openclaw models auth cooldown`

use openclaw_core::cooldown::CoolingScope;
use openclaw_core::shell::pasteable;
use serde_json::{Value, json};

use crate::commands::models::auth::cooldown::Cooldowns;
use crate::render::models::profile::{cooldown, left, scope};
use crate::render::style::{Label, columns, visible};
use crate::render::{Layout, Reply, rows};

impl Cooldowns {
    /// Returns profile, what of it is in cooldown, why, and for how long.
    fn rows(&self) -> Vec<Vec<String>> {
        let mut rows = Vec::new();
        for (id, _, cooling) in &self.in_cooldown {
            for cooling in cooling {
                rows.push(vec![
                    visible(id.as_str()),
                    scope(cooling),
                    visible(cooling.phrase()),
                    if self.cleared {
                        format!("had {}", left(cooling, self.now))
                    } else {
                        left(cooling, self.now)
                    },
                ]);
            }
        }
        rows
    }
}

impl Reply for Cooldowns {
    fn human(&self, page: &Layout) -> String {
        let mut text = String::new();
        if self.changed {
            text.push_str(&format!("Updated {}\n", self.store.1));
        }
        let rows = self.rows();
        match (rows.is_empty(), self.cleared) {
            (true, false) => text.push_str("No credential is in cooldown.\n"),
            (true, true) => {}
            (false, _) => {
                if self.cleared {
                    text.push_str("Ended:\n");
                }
                text.push_str(&columns(
                    &rows,
                    page.width,
                    |_, column, cell| match column {
                        0 => page.style.paint(Label::Name, cell),
                        2 => page.style.paint(Label::Warning, cell),
                        _ => cell.to_owned(),
                    },
                ));
            }
        }
        text
    }

    /// Profile, model (`-` for all), kind, reason and end.
    fn plain(&self) -> String {
        let each = self.in_cooldown.iter().flat_map(|(id, provider, cooling)| {
            cooling.iter().map(move |cooling| {
                let model = match &cooling.scope {
                    CoolingScope::Model(model) => format!("{provider}/{model}"),
                    CoolingScope::Profile | CoolingScope::Disabled => String::new(),
                };
                [
                    id.to_string(),
                    model,
                    cooling.name().to_owned(),
                    cooling.reason.clone(),
                    cooling.until.iso(),
                ]
            })
        });
        rows(each)
    }

    fn json(&self) -> Value {
        let each = self.in_cooldown.iter().flat_map(|(id, provider, cooling)| {
            let each = cooling.iter();
            each.map(move |cooling| cooldown(cooling, id, provider, self.now))
        });
        let mut value = json!({
            "agentId": self.agent,
            "authStorePath": self.store.0,
        });
        let key = if self.cleared { "cleared" } else { "cooldowns" };
        value[key] = each.collect();
        if self.cleared {
            value["changed"] = self.changed.into();
        }
        value
    }

    fn notes(&self) -> Vec<String> {
        self.warnings.clone()
    }

    fn remarks(&self) -> Vec<String> {
        if self.cleared && self.in_cooldown.is_empty() {
            return vec![if self.changed {
                "nothing was in cooldown; the failures counted so far are forgotten".to_owned()
            } else {
                "nothing was changed: nothing was in cooldown".to_owned()
            }];
        }
        let first = self.in_cooldown.first().filter(|_| !self.cleared);
        let again = first.map(|(id, ..)| {
            format!(
                "to try it again at once: `openclaw models auth cooldown clear {}{}`",
                pasteable(id.as_str()),
                self.agent_flag
            )
        });
        again.into_iter().collect()
    }
}
