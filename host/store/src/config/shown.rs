//! What of the config may be shown: everything but secrets. A reference to a variable is no
//! secret, the text it stands for is.

use openclaw_core::secret::mask;
use serde_json::Value as Json;

use super::substitute::{expects_secret, reference};
use crate::json5::{KeyPath, Node, Segment, Value};
use crate::schema::json::{is_known, is_secret};

/// A part of the config as it may be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The value, secrets masked, references as they stand.
    pub value: Json,
    /// What was masked.
    pub masked: Vec<KeyPath>,
}

/// Names of secrets in the parts of the file that the schema does not know; also with an `s`.
const NAMES: [&str; 12] = [
    "apikey",
    "token",
    "secret",
    "password",
    "passphrase",
    "privatekey",
    "secretkey",
    "accesskey",
    "signingkey",
    "encryptionkey",
    "authorization",
    "cookie",
];

/// Returns what stands at `path` as it may be shown.
#[must_use]
pub fn shown(node: &Node, path: &KeyPath) -> Shown {
    let mut masked = Vec::new();
    let within = (1..path.0.len()).any(|depth| is_named(&path.0[..depth]));
    let value = value(node, path, within, &mut masked);
    Shown { value, masked }
}

/// `within` is set below a key that is named like a secret.
fn value(node: &Node, path: &KeyPath, within: bool, masked: &mut Vec<KeyPath>) -> Json {
    let within = within || is_named(&path.0);
    match &node.value {
        Value::Array(elements) => elements
            .iter()
            .enumerate()
            .map(|(index, one)| value(&one.value, &path.join(index), within, masked))
            .collect(),
        Value::Object(_) => {
            let entries = node.entries().into_iter().map(|member| {
                let path = path.join(member.key.as_str());
                let shown = value(&member.value, &path, within, masked);
                (member.key.clone(), shown)
            });
            Json::Object(entries.collect())
        }
        Value::String(text) => {
            let shown = if within || is_secret(&path.0) || expects_secret(&path.0) {
                secret(text)
            } else {
                without_password(text)
            };
            if shown.as_deref().is_some_and(|shown| shown != text) {
                masked.push(path.clone());
            }
            shown.unwrap_or_else(|| text.clone()).into()
        }
        // `maxTokens` counts; a `token` of digits is one.
        Value::Number(_) if expects_secret(&path.0) => {
            masked.push(path.clone());
            mask("number").into()
        }
        _ => node.to_json(),
    }
}

/// Whether a text at a path is a secret: the schema says so, or its name does, or that of something
/// it is in.
#[must_use]
pub fn holds_secret(path: &KeyPath) -> bool {
    is_secret(&path.0)
        || expects_secret(&path.0)
        || (1..=path.0.len()).any(|depth| is_named(&path.0[..depth]))
}

/// Whether a key that the schema does not know is named like a secret. The ids of profiles and
/// models are keys too, and may be named like anything.
fn is_named(path: &[Segment]) -> bool {
    let key = path.last().map(|step| step.key().to_lowercase());
    let key = key.unwrap_or_default();
    let named = |key: &str| NAMES.iter().any(|name| key.ends_with(name));
    !is_known(path) && (named(&key) || key.strip_suffix('s').is_some_and(named))
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
    use crate::json5::parse;

    #[test]
    fn secrets_are_masked_and_references_kept() {
        let node = parse(
            "{ models: { providers: { p: { apiKey: 'sk-0123456789abcdefghijklmnop', baseUrl: 'https://me:pw@h/v1',
               headers: { A: 'Bearer ${T}', B: 'Bearer abc', C: '$${T}' } },
               q: { apiKey: '${KEY}', baseUrl: 'https://h/@v1' } } },
               env: { A_KEY: 'x', vars: { B: 'y' }, shellEnv: { enabled: true } },
               agents: { defaults: { contextTokens: 9 } },
               auth: { profiles: { 'p:token': { provider: 'p' } } },
               channels: { t: { botToken: 'abc', pin: { password: 1234 }, tokens: { a: ['b'], n: 1 }, privateKey: 'k' } } }",
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
                "agents": { "defaults": { "contextTokens": 9 } },
                "auth": { "profiles": { "p:token": { "provider": "p" } } },
                "channels": { "t": {
                    "botToken": "…", "pin": { "password": "…" },
                    "tokens": { "a": ["…"], "n": 1 }, "privateKey": "…" } },
            })
        );
        assert_eq!(shown.masked.len(), 10);
        let path = KeyPath::parse("channels.t.tokens.a[0]").expect("a path");
        let part = node.at(&path.0);
        assert_eq!(
            super::shown(part.expect("it is there"), &path).value,
            json!("…")
        );
    }
}
