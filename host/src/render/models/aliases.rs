//! `openclaw models aliases`

use openclaw_core::edit::Note;
use serde_json::{Map, Value, json};

use super::saved;
use crate::commands::models::aliases::{AliasChanged, AliasList};
use crate::render::style::{Label, length, visible};
use crate::render::{Layout, Reply, rows};

/// Columns that a short alias is set in.
const NAMES: usize = 8;

impl Reply for AliasList {
    fn human(&self, page: &Layout) -> String {
        if self.aliases.is_empty() {
            return "No aliases configured.\n".to_owned();
        }
        let shown: Vec<(String, String)> = self
            .aliases
            .iter()
            .map(|(name, model)| (visible(name), visible(model.key())))
            .collect();
        let width = shown
            .iter()
            .map(|(name, _)| length(name))
            .max()
            .unwrap_or(0)
            .max(NAMES);
        let line = |(name, model): &(String, String)| {
            let padding = " ".repeat(width - length(name));
            format!(
                "{}{padding} → {}\n",
                page.style.paint(Label::Name, name),
                model
            )
        };
        shown.iter().map(line).collect()
    }

    fn plain(&self) -> String {
        let aliases = self.aliases.iter();
        rows(aliases.map(|(name, model)| [name.clone(), model.key()]))
    }

    fn json(&self) -> Value {
        let pairs = self
            .aliases
            .iter()
            .map(|(name, model)| (name.clone(), model.key().into()));
        json!({ "aliases": pairs.collect::<Map<_, _>>() })
    }

    fn notes(&self) -> Vec<String> {
        self.warnings.clone()
    }
}

impl Reply for AliasChanged {
    fn human(&self, page: &Layout) -> String {
        let head = saved::head(&self.saved);
        let alias = page.style.paint(Label::Name, &visible(&self.alias));
        match &self.model {
            Some(model) => format!("{head}Alias {alias} → {}\n", visible(model.key())),
            None if self.left == 0 => {
                format!("{head}Alias {alias} removed\nNo aliases configured.\n")
            }
            None => format!("{head}Alias {alias} removed\n"),
        }
    }

    fn json(&self) -> Value {
        let moved_from = self.saved.notes.iter().find_map(|note| match note {
            Note::AliasMoved(model) => Some(model.key()),
            _ => None,
        });
        let replaced = self.saved.notes.iter().find_map(|note| match note {
            Note::AliasReplaced(alias) => Some(alias),
            _ => None,
        });
        let mut value = json!({
            "alias": self.alias,
            "model": self.model.as_ref().map(ToString::to_string),
            "movedFrom": moved_from,
            "replacedAlias": replaced,
        });
        saved::describe(&mut value, &self.saved);
        value
    }

    fn notes(&self) -> Vec<String> {
        self.warnings.clone()
    }

    fn remarks(&self) -> Vec<String> {
        let mut remarks = self.remarks.clone();
        remarks.extend(saved::remarks(&self.saved));
        remarks
    }
}
