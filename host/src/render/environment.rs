//! The environment variables as a page, `docs/environment.md`, and as data.

use openclaw_store::env_vars::Group;
use serde_json::{Value, json};

use super::{Layout, Reply};
use crate::commands::reference::EnvironmentReference;
use crate::variables::older;

impl Reply for EnvironmentReference {
    fn human(&self, _layout: &Layout) -> String {
        let mut text = String::from("# Environment variables\n\n");
        text.push_str("<!-- Made by `openclaw reference --environment` from the program's own table; a test keeps it so. Do not edit. -->\n\n");
        text.push_str(
            "A variable that is blank counts as not set. Variables of this program are taken from the process and from `.env` in the state folder, never from the working directory's `.env`.\n",
        );
        for group in Group::ALL {
            text.push_str(&format!(
                "\n## {}\n\n| variable | value | what it does |\n|---|---|---|\n",
                group.title()
            ));
            for variable in self.variables.iter().filter(|one| one.group == group) {
                text.push_str(&format!(
                    "| `{}` | {} | {}{} |\n",
                    variable.name,
                    variable.value,
                    variable.about,
                    older(variable)
                ));
            }
        }
        text.push_str("\n## Credentials\n\nEach plugin's manifest names the variables that may hold its credential (`openclaw plugins inspect <id>`); the first that is set counts.\n\n| provider | variables |\n|---|---|\n");
        for plugin in &self.plugins {
            let names: Vec<String> = plugin
                .names
                .iter()
                .map(|name| format!("`{name}`"))
                .collect();
            text.push_str(&format!("| {} | {} |\n", plugin.plugin, names.join(", ")));
        }
        text
    }

    fn is_data(&self) -> bool {
        true
    }

    fn json(&self) -> Value {
        let variables = self.variables.iter().map(|variable| {
            json!({
                "name": variable.name,
                "older": variable.older,
                "value": variable.value,
                "about": variable.about,
                "group": variable.group.title(),
            })
        });
        let plugins = self
            .plugins
            .iter()
            .map(|plugin| json!({ "plugin": plugin.plugin, "variables": plugin.names }));
        json!({
            "variables": variables.collect::<Value>(),
            "credentials": plugins.collect::<Value>(),
        })
    }
}
