//! What a command would write, gathered in place of writing it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use openclaw_core::secret::mask;
use serde_json::Value as Json;

use crate::config::shown;
use crate::json5::{KeyPath, parse};

/// Keys of a credential that hold a secret.
const SECRETS: [&str; 7] = [
    "key",
    "token",
    "access",
    "refresh",
    "accesstoken",
    "refreshtoken",
    "clientsecret",
];

/// Gathers what would be written. Clones gather into the same place.
#[derive(Clone, Debug, Default)]
pub struct DryRun(Arc<Mutex<Vec<WouldWrite>>>);

/// A file that would be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WouldWrite {
    /// The file.
    pub file: PathBuf,
    /// Its text now, secrets masked; nothing if there is no file.
    pub before: Option<String>,
    /// Its text then, secrets masked.
    pub after: String,
    /// Its text then, for those who read it again in the same run.
    text: String,
}

impl DryRun {
    /// Returns the files that would be written, in the order of the first write to each.
    #[must_use]
    pub fn files(&self) -> Vec<WouldWrite> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Notes a write of the config.
    pub(crate) fn config(&self, file: &Path, before: Option<&str>, after: &str) {
        self.note(file, before.map(masked_config), masked_config(after), after);
    }

    /// Notes a write of a credential store.
    pub(crate) fn store(&self, file: &Path, before: Option<&[u8]>, after: &[u8]) {
        let text = String::from_utf8_lossy(after).into_owned();
        self.note(file, before.map(masked_store), masked_store(after), &text);
    }

    /// Notes a write of a file that holds no secret.
    pub(crate) fn plain(&self, file: &Path, before: Option<&str>, after: &str) {
        self.note(file, before.map(str::to_owned), after.to_owned(), after);
    }

    /// Notes a write of a file of secrets.
    pub(crate) fn secrets(&self, file: &Path, before: Option<&[u8]>, after: &[u8]) {
        let text = String::from_utf8_lossy(after).into_owned();
        self.note(file, before.map(all_masked), all_masked(after), &text);
    }

    /// Returns the text that a file would have, if it would be written.
    pub(crate) fn text_of(&self, file: &Path) -> Option<String> {
        let files = self.files();
        files
            .into_iter()
            .find(|one| one.file == file)
            .map(|one| one.text)
    }

    fn note(&self, file: &Path, before: Option<String>, after: String, text: &str) {
        let mut files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match files.iter_mut().find(|one| one.file == file) {
            Some(one) => {
                one.after = after;
                text.clone_into(&mut one.text);
            }
            None => files.push(WouldWrite {
                file: file.to_path_buf(),
                before,
                after,
                text: text.to_owned(),
            }),
        }
    }
}

/// Returns the text of a config with its secrets masked where they stand.
fn masked_config(text: &str) -> String {
    let Ok(root) = parse(text) else {
        return "(cannot be understood)\n".to_owned();
    };
    let all = shown(&root, &KeyPath::default());
    let mut places: Vec<_> = all
        .masked
        .iter()
        .filter_map(|path| {
            let span = root.at(&path.0)?.span;
            let at = path.0.iter().try_fold(&all.value, |value, step| {
                step.index()
                    .and_then(|index| value.get(index))
                    .or_else(|| value.get(step.key()))
            })?;
            Some((span, at.to_string()))
        })
        .collect();
    places.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut masked = text.to_owned();
    for (span, mask) in places {
        masked.replace_range(span.start..span.end, &mask);
    }
    masked
}

/// Returns the text of a credential store with its secrets masked.
fn masked_store(bytes: &[u8]) -> String {
    let Ok(mut document) = serde_json::from_slice::<Json>(bytes) else {
        return "(cannot be understood)\n".to_owned();
    };
    mask_secrets(&mut document);
    format!("{document:#}\n")
}

/// Returns the text of a file that holds nothing but secrets, each masked.
fn all_masked(bytes: &[u8]) -> String {
    fn hide(value: &mut Json) {
        match value {
            Json::Object(entries) => entries.values_mut().for_each(hide),
            Json::Array(items) => items.iter_mut().for_each(hide),
            Json::String(text) => *text = mask(text),
            _ => {}
        }
    }
    let Ok(mut document) = serde_json::from_slice::<Json>(bytes) else {
        return "(cannot be understood)\n".to_owned();
    };
    hide(&mut document);
    format!("{document:#}\n")
}

fn mask_secrets(value: &mut Json) {
    match value {
        Json::Object(entries) => {
            for (name, value) in entries.iter_mut() {
                let name = name.to_lowercase().replace(['_', '-'], "");
                match value {
                    Json::String(text) if SECRETS.iter().any(|secret| name.ends_with(secret)) => {
                        *text = mask(text);
                    }
                    value => mask_secrets(value),
                }
            }
        }
        Json::Array(items) => items.iter_mut().for_each(mask_secrets),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "sk-ant-api03-THIS-IS-A-LONG-SECRET-0123456789";

    #[test]
    fn no_secret_is_in_what_is_shown() {
        let config = format!(
            "{{ // mine\n  env: {{ A: '{KEY}' }},\n  models: {{ providers: {{ p: {{ apiKey: \"{KEY}\" }} }} }},\n}}\n"
        );
        let shown = masked_config(&config);
        assert!(!shown.contains(KEY), "{shown}");
        assert!(
            shown.contains("// mine\n") && shown.contains('…'),
            "{shown}"
        );
        let store = serde_json::json!({ "profiles": { "a": { "key": KEY, "access": KEY,
            "refresh_token": KEY, "email": "me@example.com" } } });
        let shown = masked_store(store.to_string().as_bytes());
        assert!(!shown.contains(KEY), "{shown}");
        assert!(shown.contains("me@example.com"), "{shown}");
    }
}
