//! `openclaw models auth list`

use openclaw_core::time::Timestamp;
use serde_json::{Value, json};

use crate::commands::models::auth::list::{AuthList, Row};
use crate::render::layout::{Columns, Entry};
use crate::render::models::profile::{details, entry, identity, shape};
use crate::render::style::{Label, visible};
use crate::render::{Layout, Reply, rows};

impl AuthList {
    /// Returns the files that hold the profiles.
    fn stores(&self) -> Vec<&str> {
        let mut stores: Vec<&str> = Vec::new();
        for row in &self.rows {
            if !stores.contains(&row.store.1.as_str()) {
                stores.push(&row.store.1);
            }
        }
        stores
    }
}

impl Reply for AuthList {
    fn human(&self, page: &Layout) -> String {
        let (stores, style) = (self.stores(), page.style);
        if self.rows.is_empty() {
            let of = self
                .provider
                .as_ref()
                .map(|provider| format!(" for {provider}"))
                .unwrap_or_default();
            return format!("No auth profile is stored{of}.\n");
        }
        let line = |row: &Row| {
            let profile = &row.profile;
            let mut said = details(profile, self.now);
            said.extend(identity(profile));
            if stores.len() > 1 {
                said.push((Label::Dim, format!("in {}", row.store.1)));
            }
            let name = visible(profile.id.as_str());
            entry(name, profile.mode, profile.health.status, said)
        };
        let entries: Vec<Entry> = self.rows.iter().map(line).collect();
        let columns = Columns::of(&entries, 2, page.width);
        let (mut text, mut provider) = (String::new(), None);
        for (row, entry) in self.rows.iter().zip(&entries) {
            if provider != Some(&row.provider) {
                provider = Some(&row.provider);
                let id = visible(row.provider.as_str());
                text.push_str(&format!("{}\n", style.paint(Label::Heading, &id)));
            }
            text.push_str(&columns.entry(entry, style));
        }
        if let [store] = stores[..] {
            let line = format!("Stored in {store}");
            text.push_str(&format!("{}\n", style.paint(Label::Dim, &line)));
        }
        text
    }

    /// Id, provider, mode, status and expiry.
    fn plain(&self) -> String {
        rows(self.rows.iter().map(|row| {
            let expires = row.profile.health.expires_at;
            [
                row.profile.id.to_string(),
                row.provider.to_string(),
                row.profile.mode.to_string(),
                row.profile.health.status.name().to_owned(),
                expires.map(Timestamp::iso).unwrap_or_default(),
            ]
        }))
    }

    fn json(&self) -> Value {
        let profile = |row: &Row| {
            let mut value = shape(&row.profile, &row.provider, self.now);
            value["authStorePath"] = json!(row.store.0);
            value
        };
        json!({
            "agentId": self.agent,
            "authStorePath": self.store.0,
            "profiles": self.rows.iter().map(profile).collect::<Vec<_>>(),
        })
    }

    fn notes(&self) -> Vec<String> {
        self.warnings.clone()
    }

    fn remarks(&self) -> Vec<String> {
        let hint = self.rows.is_empty().then(|| {
            let of = self
                .provider
                .as_ref()
                .map(|provider| format!(" --provider {provider}"))
                .unwrap_or_default();
            format!("add one with `openclaw models auth add{of}`")
        });
        hint.into_iter().collect()
    }
}
