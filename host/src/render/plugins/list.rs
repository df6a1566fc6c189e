//! The reply of `openclaw plugins list`.

use serde_json::{Value, json};

use crate::commands::plugins::list::{Listed, Listing, Place};
use crate::render::style::{Label, columns, visible};
use crate::render::{Layout, Reply, rows};

impl Reply for Listing {
    fn human(&self, page: &Layout) -> String {
        let head = ["ID", "NAME", "VERSION", "KIND", "DIGEST", "MAY REACH"];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        rows.extend(self.plugins.iter().map(row));
        columns(&rows, page.width, |row, column, text| {
            let label = match (row, column) {
                (0, _) => Label::Heading,
                (_, 0) => Label::Name,
                (_, 4) => Label::Dim,
                _ => return text.to_owned(),
            };
            page.style.paint(label, text)
        })
    }

    /// Id, name, version, kind, digest and hosts.
    fn plain(&self) -> String {
        rows(self.plugins.iter().map(|plugin| {
            let hosts = plugin.reaches.iter().map(|place| place.host.clone());
            [
                plugin.id.clone(),
                plugin.name.clone(),
                plugin.version.clone(),
                "bundled".to_owned(),
                plugin.digest.clone(),
                hosts.collect::<Vec<_>>().join(","),
            ]
        }))
    }

    fn json(&self) -> Value {
        self.plugins
            .iter()
            .map(|plugin| {
                json!({
                    "plugin": plugin.id,
                    "id": plugin.id,
                    "name": plugin.name,
                    "version": plugin.version,
                    "kind": "bundled",
                    "digest": plugin.digest,
                    "reaches": plugin.reaches.iter().map(|place| json!({
                        "host": place.host,
                        "private": place.private,
                        "source": if place.from_config { "config" } else { "manifest" },
                    })).collect::<Value>(),
                })
            })
            .collect()
    }

    fn is_fixed(&self) -> bool {
        true
    }

    fn notes(&self) -> Vec<String> {
        self.notes.clone()
    }
}

fn row(plugin: &Listed) -> Vec<String> {
    let short: String = plugin.digest.chars().take(12).collect();
    let cells = [
        &plugin.id,
        &plugin.name,
        &plugin.version,
        "bundled",
        &short,
        &phrase(&plugin.reaches),
    ];
    cells.map(visible).to_vec()
}

fn phrase(reaches: &[Place]) -> String {
    if reaches.is_empty() {
        return "nothing".to_owned();
    }
    let places: Vec<String> = reaches
        .iter()
        .map(|place| match (place.from_config, place.private) {
            (true, _) => format!("{} (your config)", place.host),
            (false, true) => format!("{} (private)", place.host),
            (false, false) => place.host.clone(),
        })
        .collect();
    places.join(", ")
}
