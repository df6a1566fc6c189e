//! Logins that other command line tools keep in the user's home. They are read and never written:
//! the tool renews its own login, and a refresh token that two programs use is soon worth nothing
//! to either. So only the access token is taken, and only while it is valid.

use std::path::Path;

use openclaw_core::credential::ProfileId;
use openclaw_core::secret::token_payload;
use openclaw_core::time::Timestamp;
use serde_json::{Value as Json, json};

use super::document::AuthDocument;
use crate::file::{STORE_BYTES, read_at};
use crate::schema::profiles;

/// A login that another tool keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolLogin {
    /// The file, relative to the home folder.
    pub file: String,
    /// The provider that it is for.
    pub provider: String,
    /// The profile that it is shown as.
    pub profile: ProfileId,
    /// Where in the file the access token is, as a JSON pointer.
    pub access: String,
}

/// Lays the logins of other tools over a store, where it has none of the same id that lasts as long.
pub(super) fn overlay(
    document: &mut AuthDocument,
    logins: &[ToolLogin],
    home: &Path,
    now: Timestamp,
) {
    for ToolLogin {
        file,
        provider,
        profile: id,
        access,
    } in logins
    {
        let Some((access, expires)) = login(&home.join(file), access) else {
            continue;
        };
        let stored = document
            .entry(id)
            .and_then(|entry| profiles::profile(id.as_str(), entry))
            .filter(|stored| stored.provider.as_str() == *provider)
            .and_then(|stored| stored.credential.expires());
        if now < expires && stored.is_none_or(|stored| stored < expires) {
            // Without an expiry: it is not this program's to renew, nor to warn of.
            let entry = json!({ "type": "token", "provider": provider, "token": access });
            document.replace(id.as_str(), entry);
        }
    }
}

/// Reads a tool's login; one that cannot be understood is the tool's business. It ends when the file
/// says (`expiry_date`, in milliseconds), else when the token itself does.
fn login(file: &Path, access: &str) -> Option<(String, Timestamp)> {
    let bytes = read_at(file, STORE_BYTES).ok()??;
    let found: Json = serde_json::from_slice(&bytes).ok()?;
    let access = found.pointer(access)?.as_str()?.trim();
    let expires = profiles::time(&found, "expiry_date").or_else(|| end_of(access))?;
    (!access.is_empty()).then(|| (access.to_owned(), expires))
}

/// Returns when a JSON Web Token stops working.
fn end_of(token: &str) -> Option<Timestamp> {
    let claims: Json = serde_json::from_slice(&token_payload(token)?).ok()?;
    claims["exp"].as_u64()?.checked_mul(1_000).map(Timestamp)
}
