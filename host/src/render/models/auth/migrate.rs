//! `openclaw models auth migrate`

use openclaw_core::credential::ProfileId;
use serde_json::{Value, json};

use crate::commands::models::auth::keep::Keep;
use crate::commands::models::auth::migrate::{Migrated, Row};
use crate::render::models::saved;
use crate::render::style::{Label, visible};
use crate::render::{Layout, Reply, rows};

impl Reply for Migrated {
    fn human(&self, page: &Layout) -> String {
        let mut text = String::new();
        if let Some(saved) = &self.saved {
            text.push_str(&saved::head(saved));
        }
        if self.store_changed() {
            text.push_str(&format!("Updated {}\n", self.store.1));
        }
        if !self.changed() {
            text.push_str("Nothing to move.\n");
        }
        for row in &self.rows {
            let id = page.style.paint(Label::Name, &visible(&row.name));
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
                row.name.clone(),
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
            "configChanged": self.saved.as_ref().is_some_and(|saved| saved.changed),
            "secrets": self.rows.iter().map(|row| json!({
                "profileId": row.profile.as_ref().map(ProfileId::as_str),
                "configKey": row.profile.is_none().then_some(&row.name),
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

    fn remarks(&self) -> Vec<String> {
        self.remarks.clone()
    }
}

impl Migrated {
    /// Returns where the secret of a profile is now.
    fn place<'a>(&self, row: &'a Row) -> &'a str {
        row.reference.as_deref().unwrap_or(Keep::Profile.name())
    }
}
