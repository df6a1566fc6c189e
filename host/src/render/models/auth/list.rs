//! `openclaw models auth list`

use openclaw_core::time::Timestamp;
use serde_json::{Value, json};

use super::profile::{cooldown, details, label};
use crate::commands::models::auth::list::{AuthList, Row};
use crate::render::style::{Label, columns, visible};
use crate::render::{Page, Reply};

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
    fn human(&self, page: &Page) -> String {
        let stores = self.stores();
        let (mut rows, mut labels) = (Vec::new(), Vec::new());
        let mut provider = None;
        for row in &self.rows {
            if provider != Some(&row.provider) {
                provider = Some(&row.provider);
                rows.push(vec![visible(row.provider.as_str())]);
                labels.push(Label::Heading);
            }
            let mut said = details(&row.profile, self.now);
            if stores.len() > 1 {
                said.push(format!("in {}", row.store.1));
            }
            let mut cells = vec![
                format!("  {}", visible(row.profile.id.as_str())),
                row.profile.mode.name().to_owned(),
                row.profile.health.status.name().to_owned(),
                visible(&row.profile.masked),
            ];
            if !said.is_empty() {
                cells.push(said.join("; "));
            }
            rows.push(cells);
            labels.push(label(row.profile.health.status));
        }
        if rows.is_empty() {
            let of = self
                .provider
                .as_ref()
                .map(|provider| format!(" for {provider}"))
                .unwrap_or_default();
            return format!("No auth profile is stored{of}.\n");
        }
        let mut text = columns(&rows, None, |row, column, cell| match column {
            0 if rows[row].len() == 1 => page.style.paint(Label::Heading, cell),
            0 => page.style.paint(Label::Name, cell),
            2 => page.style.paint(labels[row], cell),
            3 | 4 => page.style.paint(Label::Dim, cell),
            _ => cell.to_owned(),
        });
        if let [store] = stores[..] {
            let line = format!("Stored in {store}");
            text.push_str(&format!("{}\n", page.style.paint(Label::Dim, &line)));
        }
        text
    }

    /// Id, provider, mode, status and expiry, a line each; `-` for none.
    fn plain(&self) -> String {
        let line = |row: &Row| {
            let expires = row.profile.health.expires_at;
            format!(
                "{} {} {} {} {}\n",
                visible(row.profile.id.as_str()),
                visible(row.provider.as_str()),
                row.profile.mode,
                row.profile.health.status.name(),
                expires.map_or_else(|| "-".to_owned(), Timestamp::iso),
            )
        };
        self.rows.iter().map(line).collect()
    }

    fn json(&self) -> Value {
        let profile = |row: &Row| {
            let Row {
                profile,
                provider,
                store,
            } = row;
            let cooling = profile.cooling.iter();
            json!({
                "id": profile.id.as_str(),
                "provider": provider.as_str(),
                "mode": profile.mode.name(),
                "status": profile.health.status.name(),
                "expiresAt": profile.health.expires_at.map(|at| at.0),
                "expires": profile.health.expires_at.map(Timestamp::iso),
                "remainingMs": profile.health.remaining_ms,
                "email": profile.email,
                "label": profile.masked,
                "cooldowns": cooling.map(|cooling| cooldown(cooling, self.now)).collect::<Vec<_>>(),
                "authStorePath": store.0,
            })
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
