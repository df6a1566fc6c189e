//! `openclaw models auth paste-token`

use openclaw_core::credential::Mode;
use openclaw_core::status::expiry_phrase;
use openclaw_core::time::Timestamp;
use serde_json::{Value, json};

use crate::commands::models::auth::paste_token::TokenStored;
use crate::render::models::saved;
use crate::render::style::{Label, visible};
use crate::render::{Page, Reply};

impl Reply for TokenStored {
    fn human(&self, page: &Page) -> String {
        let id = page.style.paint(Label::Name, &visible(self.id.as_str()));
        let mut text = format!("Updated {}\n{}", self.store.1, saved::head(&self.saved));
        text.push_str(&format!(
            "Auth profile: {id} ({}/{})",
            self.provider, self.mode
        ));
        if let Some(expires) = self.expires {
            text.push_str(&format!(", {}", expiry_phrase(self.now, expires)));
        }
        text.push('\n');
        text
    }

    fn json(&self) -> Value {
        json!({
            "profileId": self.id.as_str(),
            "provider": self.provider.as_str(),
            "mode": self.mode.name(),
            "type": if self.mode == Mode::ApiKey { "api_key" } else { "token" },
            "expiresAt": self.expires.map(|at| at.0),
            "expires": self.expires.map(Timestamp::iso),
            "replaced": self.replaced,
            "authStorePath": self.store.0,
            "configPath": self.saved.path,
            "configChanged": self.saved.changed,
        })
    }

    fn notes(&self) -> Vec<String> {
        self.warnings.clone()
    }

    fn remarks(&self) -> Vec<String> {
        let replaced = self
            .replaced
            .then(|| format!("the credential that `{}` held before was replaced", self.id));
        let all = self
            .remarks
            .iter()
            .cloned()
            .chain(replaced)
            .chain(saved::remarks(&self.saved));
        all.collect()
    }
}
