//! `openclaw models auth migrate`

use serde_json::{Value, json};

use crate::commands::models::auth::keep::Keep;
use crate::commands::models::auth::migrate::{Migrated, Row};
use crate::render::style::{Label, visible};
use crate::render::{Layout, Reply, rows};

impl Reply for Migrated {
    fn human(&self, page: &Layout) -> String {
        let mut text = String::new();
        if self.changed() {
            text.push_str(&format!("Updated {}\n", self.store.1));
        } else {
            text.push_str("Nothing to move.\n");
        }
        for row in &self.rows {
            let id = page.style.paint(Label::Name, &visible(row.id.as_str()));
            let line = match &row.stays {
                None => format!("Moved: {id} to {}", visible(self.place(row))),
                Some((_, why)) => format!("Kept: {id}, {}", visible(why)),
            };
            text.push_str(&format!("{line}\n"));
        }
        text
    }

    fn plain(&self) -> String {
        rows(self.rows.iter().map(|row| {
            let word = row.stays.as_ref().map_or("moved", |(word, _)| word);
            [
                row.id.as_str().to_owned(),
                word.to_owned(),
                self.place(row).to_owned(),
            ]
        }))
    }

    fn json(&self) -> Value {
        json!({
            "to": self.to.name(),
            "changed": self.changed(),
            "authStorePath": self.store.0,
            "profiles": self.rows.iter().map(|row| json!({
                "profileId": row.id.as_str(),
                "provider": row.provider.as_str(),
                "moved": row.stays.is_none(),
                "secretRef": row.reference,
                "reason": row.stays.as_ref().map(|(word, _)| word),
                "message": row.stays.as_ref().map(|(_, why)| why),
            })).collect::<Vec<_>>(),
        })
    }

    fn notes(&self) -> Vec<String> {
        self.warnings.clone()
    }
}

impl Migrated {
    /// Returns where the secret of a profile is now.
    fn place<'a>(&self, row: &'a Row) -> &'a str {
        row.reference.as_deref().unwrap_or(Keep::Profile.name())
    }
}
