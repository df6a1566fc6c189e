//! `openclaw agents remove`

use serde_json::{Map, Value, json};

use crate::commands::agents::remove::Removed;
use crate::render::models::saved;
use crate::render::style::{Label, visible};
use crate::render::{Layout, Reply};

impl Reply for Removed {
    fn human(&self, page: &Layout) -> String {
        let id = page.style.paint(Label::Name, &self.id);
        let mut text = format!("{}Agent {id} removed\n", saved::head(&self.saved));
        if !self.stays.is_empty() {
            text.push_str("These folders stay:\n");
        }
        for (name, folder) in &self.stays {
            let name = format!("{name}:");
            text.push_str(&format!("  {name:<10} {}\n", visible(folder)));
        }
        text
    }

    fn json(&self) -> Value {
        let stays = self.stays.iter();
        let stays: Map<String, Value> = stays
            .map(|(name, folder)| {
                let key = match *name {
                    "Workspace" => "workspace",
                    "Agent dir" => "agentDir",
                    _ => "sessionsDir",
                };
                (key.to_owned(), folder.as_str().into())
            })
            .collect();
        let mut value = json!({
            "agentId": self.id,
            "keptFolders": stays,
            "moved": self.moved.iter().map(|(id, index)| json!({ "agentId": id, "index": index })).collect::<Vec<_>>(),
        });
        saved::describe(&mut value, &self.saved);
        value
    }

    fn notes(&self) -> Vec<String> {
        self.warnings.clone()
    }

    fn remarks(&self) -> Vec<String> {
        let moved = self.moved.iter();
        moved
            .map(|(id, index)| format!("`{id}` is now `agents.list[{index}]`"))
            .collect()
    }
}
