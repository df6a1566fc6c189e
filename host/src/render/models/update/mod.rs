//! `openclaw models update`

mod status;
mod trust;

use openclaw_core::catalog::Change;
use openclaw_router::update::{Difference, Use};
use openclaw_store::catalog_data::Installed;
use serde_json::{Value, json};

use super::list::{cost, price_text};
use crate::commands::models::update::{Done, Updated};
use crate::render::style::{Label, columns, plural, visible};
use crate::render::{Layout, Reply, rows};

/// Models of a kind that are named for a person; of the rest it is said how many they are.
const NAMED: usize = 8;

impl Reply for Updated {
    fn human(&self, page: &Layout) -> String {
        let mut text = self.headline();
        for difference in &self.differences {
            if difference.use_ == Use::Used && !difference.changes.is_empty() {
                text.push('\n');
                text.push_str(
                    &page
                        .style
                        .paint(Label::Heading, difference.provider.as_str()),
                );
                text.push('\n');
                text.push_str(&columns(&details(difference), page.width, |_, _, cell| {
                    cell.to_owned()
                }));
            }
        }
        let left_out: Vec<String> = self.differences.iter().filter_map(left_out).collect();
        if !left_out.is_empty() {
            text.push_str(&format!("\nNot used: {}\n", left_out.join(", ")));
        }
        text
    }

    /// Provider, date, use, models, and how many are new, gone and changed.
    fn plain(&self) -> String {
        rows(self.differences.iter().map(|one| {
            [
                one.provider.to_string(),
                one.date.clone(),
                one.use_.name().to_owned(),
                one.models.to_string(),
                one.changes.added.len().to_string(),
                one.changes.removed.len().to_string(),
                one.changes.changed.len().to_string(),
            ]
        }))
    }

    fn json(&self) -> Value {
        let providers = self.differences.iter().map(|one| {
            json!({
                "provider": one.provider.as_str(),
                "date": one.date,
                "use": one.use_.name(),
                "models": one.models,
                "added": one.changes.added,
                "removed": one.changes.removed,
                "changed": one.changes.changed.iter().map(change).collect::<Vec<_>>(),
            })
        });
        json!({
            "action": match self.done {
                Done::Installed => "installed",
                Done::Checked => "checked",
                Done::RolledBack => "rolled_back",
            },
            "changed": self.changed,
            "facts": self.facts.as_ref().map(facts),
            "providers": providers.collect::<Vec<_>>(),
            "unknownKeys": self.unknown,
        })
    }

    fn notes(&self) -> Vec<String> {
        self.warnings.clone()
    }

    fn remarks(&self) -> Vec<String> {
        self.remarks.clone()
    }
}

impl Updated {
    fn headline(&self) -> String {
        let what = match &self.facts {
            Some(facts) => described(facts),
            None => "the facts that the program was built with".to_owned(),
        };
        match self.done {
            Done::Installed if self.changed => format!("Installed {what}\n"),
            Done::Installed => format!("Would install {what}\n"),
            Done::RolledBack if self.changed => format!("In use again: {what}\n"),
            Done::RolledBack => format!("Would be in use again: {what}\n"),
            Done::Checked => {
                let same = self.differences.iter().all(|one| one.changes.is_empty());
                match same {
                    true => format!("Nothing would change with {what}\n"),
                    false => format!("This would change with {what}:\n"),
                }
            }
        }
    }
}

/// Returns facts in a line: how much, of which day, from where, by whom.
fn described(facts: &Installed) -> String {
    let signer = match &facts.signer {
        Some(signer) => format!("signed with {signer}"),
        None => "not signed".to_owned(),
    };
    let models = usize::try_from(facts.models()).unwrap_or(usize::MAX);
    let count = match models {
        0 => "the facts".to_owned(),
        models => format!(
            "{} of {}",
            plural(models, "model"),
            plural(facts.sections.len(), "provider")
        ),
    };
    format!(
        "{count} of {} from {} ({signer})",
        facts.date,
        visible(&facts.source)
    )
}

fn facts(facts: &Installed) -> Value {
    json!({
        "date": facts.date,
        "source": facts.source,
        "sha256": facts.digest,
        "signer": facts.signer,
        "comment": facts.comment,
        "installedAt": facts.installed_at.0,
    })
}

fn change(change: &Change) -> Value {
    json!({
        "modelId": change.model,
        "cost": change.price.map(|(before, after)| json!({
            "before": cost(before),
            "after": cost(after),
        })),
        "facts": change.facts,
    })
}

/// Returns what differs, a line each.
fn details(difference: &Difference) -> Vec<Vec<String>> {
    let changes = &difference.changes;
    let mut lines = Vec::new();
    for (word, ids) in [("new", &changes.added), ("gone", &changes.removed)] {
        let shown = ids.iter().take(NAMED);
        lines.extend(shown.map(|id| vec![format!("  {word}"), visible(id), String::new()]));
        lines.extend(more(ids.len(), word));
    }
    for change in changes.changed.iter().take(NAMED) {
        let price = change.price.map(|(before, after)| {
            let text = |price: openclaw_core::catalog::Price| price_text(price.input, price.output);
            match (text(before), text(after)) {
                (before, after) if before == after => "price of a cache or tier".to_owned(),
                (before, after) => format!("{before} now {after}"),
            }
        });
        let said = price.into_iter();
        let said = said.chain(change.facts.iter().map(|fact| (*fact).to_owned()));
        lines.push(vec![
            "  changed".to_owned(),
            visible(&change.model),
            said.collect::<Vec<_>>().join(", "),
        ]);
    }
    lines.extend(more(changes.changed.len(), "changed"));
    lines
}

fn more(count: usize, word: &str) -> Option<Vec<String>> {
    let rest = count.checked_sub(NAMED).filter(|rest| *rest > 0)?;
    Some(vec![
        format!("  {word}"),
        format!("and {rest} more"),
        String::new(),
    ])
}

fn left_out(difference: &Difference) -> Option<String> {
    let why = match difference.use_ {
        Use::Used => return None,
        Use::Older => format!("of {}, older than the program's", difference.date),
        Use::NoPlugin => "no plugin".to_owned(),
    };
    Some(format!("{} ({why})", difference.provider))
}
