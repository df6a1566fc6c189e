//! What of the config may be shown: everything but secrets. A reference to a variable is no
//! secret, the text it stands for is.

use openclaw_core::secret::mask;
use serde_json::Value as Json;

use super::substitute::{expects_secret, reference};
use crate::store::json5::{KeyPath, Node, Value};
use crate::store::schema::json::is_secret;

/// A part of the config as it may be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The value, secrets masked, references as they stand.
    pub value: Json,
    /// What was masked.
    pub masked: Vec<KeyPath>,
}

/// Returns what stands at `path` as it may be shown.
#[must_use]
pub fn shown(node: &Node, path: &KeyPath) -> Shown {
    let mut masked = Vec::new();
    let value = value(node, path, &mut masked);
    Shown { value, masked }
}

fn value(node: &Node, path: &KeyPath, masked: &mut Vec<KeyPath>) -> Json {
    match &node.value {
        Value::Array(elements) => elements
            .iter()
            .enumerate()
            .map(|(index, one)| value(&one.value, &path.join(index), masked))
            .collect(),
        Value::Object(_) => {
            let entries = node.entries().into_iter().map(|member| {
                let shown = value(&member.value, &path.join(member.key.as_str()), masked);
                (member.key.clone(), shown)
            });
            Json::Object(entries.collect())
        }
        Value::String(text) => {
            let shown = if holds_secret(path) {
                secret(text)
            } else {
                without_password(text)
            };
            if shown.as_deref().is_some_and(|shown| shown != text) {
                masked.push(path.clone());
            }
            shown.unwrap_or_else(|| text.clone()).into()
        }
        Value::Number(_) if holds_secret(path) => {
            masked.push(path.clone());
            mask("number").into()
        }
        _ => node.to_json(),
    }
}

/// Whether the value at a path is a secret: the schema says so, or its name does, in the parts of
/// the file that the schema does not know.
#[must_use]
pub fn holds_secret(path: &KeyPath) -> bool {
    is_secret(&path.0) || expects_secret(&path.0)
}

/// Returns a secret as it may be shown, `None` for one that is a reference or nothing.
fn secret(text: &str) -> Option<String> {
    let bare = ["Bearer ", "Basic ", "Token "]
        .iter()
        .find_map(|scheme| text.strip_prefix(scheme))
        .unwrap_or(text);
    let is_reference = bare
        .strip_prefix('$')
        .and_then(reference)
        .is_some_and(|name| name.len() + "${}".len() == bare.len());
    (!text.is_empty() && !is_reference).then(|| mask(text))
}

/// Takes the name and password out of a URL.
fn without_password(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (user, host) = rest[..end].rsplit_once('@')?;
    let kept = user
        .strip_prefix('$')
        .and_then(reference)
        .is_some_and(|name| name.len() + "${}".len() == user.len());
    (!kept).then(|| format!("{scheme}://…@{host}{}", &rest[end..]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::store::json5::parse;

    #[test]
    fn secrets_are_masked_and_references_kept() {
        let node = parse(
            "{ models: { providers: { p: { apiKey: 'sk-0123456789abcdefghijklmnop', baseUrl: 'https://me:pw@h/v1',
               headers: { A: 'Bearer ${T}', B: 'Bearer abc', C: '$${T}' } },
               q: { apiKey: '${KEY}', baseUrl: 'https://h/@v1' } } },
               env: { A_KEY: 'x', vars: { B: 'y' }, shellEnv: { enabled: true } },
               channels: { t: { botToken: 'abc', pin: { password: 1234 } } } }",
        )
        .expect("valid");
        let shown = shown(&node, &KeyPath::default());
        assert_eq!(
            shown.value,
            json!({
                "models": { "providers": {
                    "p": { "apiKey": "sk-01234…mnop", "baseUrl": "https://…@h/v1",
                           "headers": { "A": "Bearer ${T}", "B": "…", "C": "…" } },
                    "q": { "apiKey": "${KEY}", "baseUrl": "https://h/@v1" } } },
                "env": { "A_KEY": "…", "vars": { "B": "…" }, "shellEnv": { "enabled": true } },
                "channels": { "t": { "botToken": "…", "pin": { "password": "…" } } },
            })
        );
        assert_eq!(shown.masked.len(), 8);
    }
}
