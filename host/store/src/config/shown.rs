//! What of the config may be shown: everything but secrets. A reference to a variable is no
//! secret, the text it stands for is.

use openclaw_core::secret::mask;
use serde_json::Value as Json;

use super::substitute::{expects_secret, reference};
use super::{names, words};
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

/// Returns what stands at `path` as it may be shown.
#[must_use]
pub fn shown(node: &Node, path: &KeyPath) -> Shown {
    let mut masked = Vec::new();
    let within = (1..path.0.len()).any(|depth| is_named(&path.0[..depth]));
    let value = value(node, path, within, &mut masked);
    Shown { value, masked }
}

/// Returns what stands at a place of a config as it may be shown, `None` if nothing does. What is
/// beside it counts too: the name of a variable, the argument before it.
#[must_use]
pub fn shown_at(root: &Node, path: &KeyPath) -> Option<Shown> {
    let node = root.at(&path.0)?;
    let Some((last, above)) = path.0.split_last() else {
        return Some(shown(node, path));
    };
    let parent = root.at(above);
    let told = parent.is_some_and(|parent| match (&parent.value, last.index()) {
        (Value::Array(elements), Some(index)) => {
            let before = index.checked_sub(1).and_then(|before| elements.get(before));
            let before = before.and_then(|element| element.value.as_str());
            let own = node.as_str().unwrap_or_default();
            before.is_some_and(|before| names::takes_secret(before, own))
        }
        _ => last.key() == "value" && names_secret(parent, above),
    });
    let within = told || (1..path.0.len()).any(|depth| is_named(&path.0[..depth]));
    let mut masked = Vec::new();
    let value = value(node, path, within, &mut masked);
    Some(Shown { value, masked })
}

/// Whether an object is one of a list of variables, with a name and a value, and names a secret.
fn names_secret(node: &Node, path: &[Segment]) -> bool {
    let mut names = ["name", "key"]
        .iter()
        .filter_map(|key| node.get(key)?.as_str());
    !is_known(path) && names.any(names::is_secret_name)
}

/// `within` is set below a key that is named like a secret.
fn value(node: &Node, path: &KeyPath, within: bool, masked: &mut Vec<KeyPath>) -> Json {
    let within = within || is_named(&path.0);
    match &node.value {
        Value::Array(elements) => {
            let mut before: Option<&str> = None;
            let items = elements.iter().enumerate().map(|(index, one)| {
                let path = path.join(index);
                let text = one.value.as_str();
                let follows = before
                    .is_some_and(|before| names::takes_secret(before, text.unwrap_or_default()));
                before = text;
                value(&one.value, &path, within || follows, masked)
            });
            items.collect()
        }
        Value::Object(_) => {
            let named = names_secret(node, &path.0);
            let entries = node.entries().into_iter().map(|member| {
                let path = path.join(member.key.as_str());
                let within = within || (named && member.key == "value");
                let shown = value(&member.value, &path, within, masked);
                (member.key.clone(), shown)
            });
            Json::Object(entries.collect())
        }
        Value::String(text) => {
            let shown = if within || is_secret_text(&path.0) {
                secret(text)
            } else {
                words::hidden(text)
            };
            if shown.as_deref().is_some_and(|shown| shown != text) {
                masked.push(path.clone());
            }
            shown.unwrap_or_else(|| text.clone()).into()
        }
        // `maxTokens` counts; a `token` of digits is one.
        Value::Number(_) if expects_secret(&path.0) || is_secret_text(&path.0) => {
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
    is_secret_text(&path.0) || (1..=path.0.len()).any(|depth| is_named(&path.0[..depth]))
}

fn is_secret_text(path: &[Segment]) -> bool {
    let last = path.last().map(Segment::key).unwrap_or_default();
    is_secret(path)
        || expects_secret(path)
        || (!is_known(path) && names::is_secret_text_name(&last))
}

/// Whether a key that the schema does not know is named like a secret. The ids of profiles and
/// models are keys too, and may be named like anything.
fn is_named(path: &[Segment]) -> bool {
    let key = path.last().map(Segment::key).unwrap_or_default();
    !is_known(path) && names::is_secret_name(&key)
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
