//! `openclaw models update trust`

use openclaw_store::catalog_data::TrustedKey;
use serde_json::{Value, json};

use crate::commands::models::update::trust::{Change, Trusted};
use crate::render::style::{Label, columns};
use crate::render::{Layout, Reply, rows};

impl Reply for Trusted {
    fn human(&self, page: &Layout) -> String {
        let said = |word: &str| {
            let ids = self.keys.iter().map(|known| known.key.id().to_string());
            format!("{word} {}\n", ids.collect::<Vec<_>>().join(", "))
        };
        match self.change {
            Some(Change::Added) => said("Trusted from now on:"),
            Some(Change::There) => said("Trusted already:"),
            Some(Change::Removed) => said("No longer trusted:"),
            None if self.keys.is_empty() => "No key is trusted.\n".to_owned(),
            None => {
                let lines: Vec<Vec<String>> = self.keys.iter().map(line).collect();
                columns(&lines, page.width, |_, column, cell| match column {
                    0 => page.style.paint(Label::Name, cell),
                    _ => cell.to_owned(),
                })
            }
        }
    }

    /// Number, key, and since when.
    fn plain(&self) -> String {
        rows(self.keys.iter().map(line))
    }

    fn json(&self) -> Value {
        let keys = self.keys.iter().map(|known| {
            json!({
                "id": known.key.id().to_string(),
                "key": known.key.line(),
                "addedAt": known.added_at.0,
            })
        });
        let mut value = json!({
            "file": self.file.0,
            "keys": keys.collect::<Vec<_>>(),
        });
        if let Some(change) = self.change {
            value["changed"] = (change != Change::There).into();
        }
        value
    }

    fn remarks(&self) -> Vec<String> {
        match (self.change, self.keys.is_empty()) {
            (None, true) => vec![
                "add one that you have from somebody you trust, or its file, with `trust add`"
                    .to_owned(),
            ],
            (Some(Change::There), _) => vec!["nothing was changed".to_owned()],
            _ => Vec::new(),
        }
    }
}

fn line(known: &TrustedKey) -> Vec<String> {
    vec![
        known.key.id().to_string(),
        known.key.line().to_owned(),
        known.added_at.iso(),
    ]
}
