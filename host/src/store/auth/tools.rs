//! Logins that other command line tools keep in the user's home. They are read and never written:
//! the tool renews its own login, and a refresh token that two programs use is soon worth nothing
//! to either. So only the access token is taken, and only while it is valid.

use std::path::Path;

use openclaw_core::credential::ProfileId;
use openclaw_core::time::Timestamp;
use serde_json::{Value as Json, json};

use super::document::AuthDocument;
use crate::store::file::Place;
use crate::store::schema::profiles;

/// The file in the home folder, the provider, and the id that its login is known by.
const TOOLS: [(&str, &str, &str); 2] = [
    (
        ".qwen/oauth_creds.json",
        "qwen-portal",
        "qwen-portal:qwen-cli",
    ),
    (
        ".minimax/oauth_creds.json",
        "minimax-portal",
        "minimax-portal:minimax-cli",
    ),
];

/// Lays the logins of other tools over a store, where it has none of the same id that lasts as long.
pub(super) fn overlay(document: &mut AuthDocument, home: &Path, now: Timestamp) {
    for (file, provider, id) in TOOLS {
        let Some((access, expires)) = login(&home.join(file)) else {
            continue;
        };
        let id = ProfileId::new(id);
        let stored = document
            .entry(&id)
            .and_then(|entry| profiles::profile(id.as_str(), entry))
            .filter(|stored| stored.provider.as_str() == provider)
            .and_then(|stored| stored.credential.expires());
        if now < expires && stored.is_none_or(|stored| stored < expires) {
            // Without an expiry: it is not this program's to renew, nor to warn of.
            let entry = json!({ "type": "token", "provider": provider, "token": access });
            document.replace(id.as_str(), entry);
        }
    }
}

/// Reads a tool's login; one that cannot be understood is the tool's business.
fn login(file: &Path) -> Option<(String, Timestamp)> {
    let bytes = Place::open(file).ok()??.read().ok()??;
    let found: Json = serde_json::from_slice(&bytes).ok()?;
    let access = found.get("access_token")?.as_str()?.trim();
    let expires = profiles::time(&found, "expiry_date")?;
    (!access.is_empty()).then(|| (access.to_owned(), expires))
}
