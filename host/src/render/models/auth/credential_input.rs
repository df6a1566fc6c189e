//! A stored credential: the reply of `auth add`, `setup-token` and `paste-token`.

use openclaw_core::credential::Mode;
use openclaw_core::status::expiry_phrase;
use openclaw_core::time::millis;
use serde_json::{Value, json};

use crate::commands::models::auth::check::Checked;
use crate::commands::models::auth::credential_input::CredentialStored;
use crate::render::models::saved;
use crate::render::models::trail::{failed, failure_json};
use crate::render::style::{Label, visible};
use crate::render::{Layout, Reply};

impl Reply for CredentialStored {
    fn human(&self, page: &Layout) -> String {
        let id = page.style.paint(Label::Name, &visible(self.id.as_str()));
        let mut text = format!("Updated {}\n{}", self.store.1, saved::head(&self.saved));
        text.push_str(&format!(
            "Auth profile: {id} ({}/{})",
            self.provider, self.mode
        ));
        if let Some(expires) = self.expires {
            let phrase = expiry_phrase(self.now, expires);
            text.push_str(&format!(", {phrase} ({})", expires.day()));
        }
        if let Some(reference) = &self.reference {
            text.push_str(&format!(", kept at {}", visible(reference)));
        }
        text.push('\n');
        if let Some(Checked {
            result: Ok(proven),
            elapsed,
            told: false,
            ..
        }) = &self.checked
        {
            text.push_str(&format!(
                "Checked: {} ({} ms)\n",
                visible(proven),
                elapsed.as_millis()
            ));
        }
        text.push_str(&format!("Next: {}\n", visible(&self.next)));
        text
    }

    fn json(&self) -> Value {
        json!({
            "profileId": self.id.as_str(),
            "provider": self.provider.as_str(),
            "mode": self.mode.name(),
            "type": match self.mode {
                Mode::ApiKey => "api_key",
                mode => mode.name(),
            },
            "expiresAt": self.expires.map(|at| at.0),
            "secretRef": self.reference,
            "replaced": self.replaced,
            "changed": true,
            "authStorePath": self.store.0,
            "configPath": self.saved.path,
            "configChanged": self.saved.changed,
            "next": self.next,
            "check": self.checked.as_ref().map(|checked| {
                let failure = checked.result.as_ref().err();
                json!({
                    "ok": failure.is_none(),
                    "proven": checked.result.as_ref().ok(),
                    "failure": failure.map(failure_json),
                    "latencyMs": millis(checked.elapsed),
                })
            }),
        })
    }

    fn notes(&self) -> Vec<String> {
        let checked = self.checked.iter().flat_map(|checked| {
            let unproven = checked.result.as_ref().err().map(|failure| {
                format!(
                    "the check did not prove that it works: {}; it was stored anyway",
                    failed(failure)
                )
            });
            unproven.into_iter().chain(checked.warning.clone())
        });
        self.warnings.iter().cloned().chain(checked).collect()
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
