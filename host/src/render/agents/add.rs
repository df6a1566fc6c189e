//! `openclaw agents add`

use serde_json::{Value, json};

use crate::commands::agents::add::{Added, Folder};
use crate::render::models::saved;
use crate::render::style::{Label, visible};
use crate::render::{Layout, Reply};

impl Reply for Added {
    fn human(&self, page: &Layout) -> String {
        let head = |text: &str| page.style.paint(Label::Heading, text);
        let folder = |folder: &Folder| {
            let made = if folder.created {
                "created"
            } else {
                "was there"
            };
            format!("{} ({made})", visible(&folder.shown))
        };
        let [workspace, agent_dir, sessions] = &self.folders;
        let mut text = format!(
            "{}{}     {} (agents.list[{}])\n{} {}\n{} {}\n{}  {}\n",
            saved::head(&self.saved),
            head("Agent:"),
            page.style.paint(Label::Name, &self.id),
            self.index,
            head("Workspace:"),
            folder(workspace),
            head("Agent dir:"),
            folder(agent_dir),
            head("Sessions:"),
            folder(sessions),
        );
        if let Some(model) = &self.model {
            text.push_str(&format!("{}     {}\n", head("Model:"), visible(model)));
        }
        text
    }

    fn json(&self) -> Value {
        let [workspace, agent_dir, sessions] = &self.folders;
        let mut value = json!({
            "agentId": self.id,
            "index": self.index,
            "workspace": workspace.path,
            "agentDir": agent_dir.path,
            "sessionsDir": sessions.path,
            "model": self.model,
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
        if !self.has_credentials {
            remarks.push(format!(
                "it uses the credentials of `main` until there are some in {}",
                visible(format!("{}/auth-profiles.json", self.folders[1].shown))
            ));
        }
        remarks
    }
}
