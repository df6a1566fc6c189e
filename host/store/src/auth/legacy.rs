//! Credential files of older releases, read where there is no `auth-profiles.json` yet.

use std::path::Path;

use serde_json::{Map, Value as Json};

use super::document::AuthDocument;
use crate::error::Warning;
use crate::file::{STORE_BYTES, read_at};

/// What warnings about an old file begin with.
pub(super) const UNREADABLE: &str = "the credentials of an older release cannot be read: ";
pub(super) const NOT_TAKEN: &str = "the credentials of an older release are not taken over: ";

/// What was found.
pub(super) struct Imported {
    pub(super) document: AuthDocument,
    /// Whether `auth.json` was understood, so that it may go once its content is stored.
    pub(super) from_auth_json: bool,
}

/// Reads `auth.json` (credentials by provider) and `oauth.json` (logins by provider); each becomes
/// the profile `<provider>:default`.
pub(super) fn import(
    auth_json: &Path,
    oauth_json: Option<&Path>,
    warnings: &mut Vec<Warning>,
) -> Imported {
    let mut document = AuthDocument::default();
    let flat = read(auth_json, warnings);
    let from_auth_json = flat.is_some();
    for (provider, entry) in flat.into_iter().flatten() {
        if let Json::Object(entry) = entry {
            add(&mut document, &provider, entry);
        }
    }
    for (provider, entry) in oauth_json
        .and_then(|file| read(file, warnings))
        .into_iter()
        .flatten()
    {
        if let Json::Object(mut entry) = entry {
            entry.insert("type".to_owned(), "oauth".into());
            add(&mut document, &provider, entry);
        }
    }
    Imported {
        document,
        from_auth_json,
    }
}

fn add(document: &mut AuthDocument, provider: &str, fields: Map<String, Json>) {
    let provider = provider.trim();
    let mut entry = Map::new();
    entry.insert(
        "type".to_owned(),
        fields.get("type").cloned().unwrap_or(Json::Null),
    );
    entry.insert("provider".to_owned(), provider.into());
    for (key, value) in fields {
        entry.entry(key).or_insert(value);
    }
    let id = format!("{provider}:default");
    let entry = Json::Object(entry);
    if crate::schema::profiles::profile(&id, &entry).is_some() {
        document.import(&id, entry);
    }
}

/// Reads a JSON object; `None` if there is no such file, or with a warning if it is unusable.
fn read(file: &Path, warnings: &mut Vec<Warning>) -> Option<Map<String, Json>> {
    let bytes = match read_at(file, STORE_BYTES) {
        Ok(bytes) => bytes?,
        Err(error) => {
            warnings.push(warning(
                file,
                format!(
                    "the credentials of an older release cannot be read: {}",
                    error.source
                ),
            ));
            return None;
        }
    };
    let parsed = serde_json::from_slice(&bytes);
    let problem = match parsed {
        Ok(Json::Object(map)) => return Some(map),
        Ok(_) => "it is not a JSON object".to_owned(),
        Err(error) => format!("it is not JSON: {error}"),
    };
    warnings.push(warning(file, format!("{NOT_TAKEN}{problem}")));
    None
}

pub(super) fn warning(file: &Path, message: String) -> Warning {
    Warning {
        path: None,
        message,
        file: file.to_path_buf(),
        position: None,
    }
}
