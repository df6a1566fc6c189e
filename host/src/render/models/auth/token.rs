//! `openclaw models auth token`

use serde_json::{Value, json};

use crate::commands::models::auth::token::Shown;
use crate::render::{Layout, Reply};

impl Reply for Shown {
    fn human(&self, _page: &Layout) -> String {
        format!("{}\n", self.secret.expose())
    }

    fn json(&self) -> Value {
        json!({
            "profileId": self.id.as_str(),
            "provider": self.provider.as_str(),
            "mode": self.mode.name(),
            "expiresAt": self.expires.map(|at| at.0),
            "secret": self.secret.expose(),
        })
    }

    fn notes(&self) -> Vec<String> {
        self.warnings.clone()
    }

    fn is_data(&self) -> bool {
        true
    }
}
