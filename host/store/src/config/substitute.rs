//! `${NAME}` in strings.

use std::path::PathBuf;

use crate::environment::Environment;
use crate::error::Location;
use crate::json5::{KeyPath, Segment};

/// A `${NAME}` whose variable is unset or empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Missing env var \"{name}\" referenced at config path: {path}")]
pub struct MissingVariable {
    /// The variable.
    pub name: String,
    /// The key whose value refers to it.
    pub path: KeyPath,
    /// Where that is.
    pub location: Location,
    /// The working directory's `.env`, if it has a value; it is not taken for a reference.
    pub local: Option<PathBuf>,
}

impl MissingVariable {
    /// Returns what a person can do.
    #[must_use]
    pub fn hint(&self) -> String {
        let name = &self.name;
        let unread = self.local.as_ref().map(|file| {
            format!(
                " ({} has it, but what lies in the working directory decides no address and no key of the config)",
                file.display()
            )
        });
        format!(
            "set {name} in the environment, or in the .env file of the state folder{}",
            unread.unwrap_or_default()
        )
    }
}

/// Replaces every `${NAME}`; `$${NAME}` stands for `${NAME}` itself.
///
/// # Errors
/// The first name without a value.
pub(crate) fn substitute(text: &str, variables: &Environment) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let literal = rest.strip_prefix("$$").and_then(reference);
        if let Some(name) = literal {
            out.push_str(&rest[1..name.len() + 4]);
            rest = &rest[name.len() + 4..];
        } else if let Some(name) = rest.strip_prefix('$').and_then(reference) {
            match variables.vars.get(name).filter(|value| !value.is_empty()) {
                Some(value) => out.push_str(value),
                None => return Err(name.to_owned()),
            }
            rest = &rest[name.len() + 3..];
        } else {
            out.push('$');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// Returns the name in `{NAME}…`.
pub(super) fn reference(text: &str) -> Option<&str> {
    let (name, _) = text.strip_prefix('{')?.split_once('}')?;
    let mut bytes = name.bytes();
    let first = bytes.next()?;
    ((first.is_ascii_uppercase() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_'))
    .then_some(name)
}

/// Whether a secret is expected at this path, so that a missing variable can wait.
pub(super) fn expects_secret(path: &[Segment]) -> bool {
    let Some((last, above)) = path.split_last() else {
        return false;
    };
    let key: String = last
        .key()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|next| next.to_ascii_lowercase())
        .collect();
    above
        .iter()
        .any(|step| ["headers", "apiKey"].contains(&step.key().as_str()))
        || path.first().is_some_and(|first| first.key() == "secrets")
        || ["apikey", "token", "secret", "password"]
            .iter()
            .any(|name| key.ends_with(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_replaced_and_escapes_kept() {
        let mut variables = Environment::default();
        variables.vars.insert("A_1".into(), "one".into());
        variables.vars.insert("EMPTY".into(), String::new());
        let check = |text: &str, expected: Result<&str, &str>| {
            let expected = expected.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(substitute(text, &variables), expected, "{text}");
        };
        check("x${A_1}y${A_1}", Ok("xoney".replace('y', "yone").as_str()));
        check(
            "$${A_1} $ ${} ${a} ${1A} $A_1 ${A_1",
            Ok("${A_1} $ ${} ${a} ${1A} $A_1 ${A_1"),
        );
        check("$$${A_1}", Ok("$${A_1}"));
        check("${NOPE}", Err("NOPE"));
        check("a ${EMPTY}", Err("EMPTY"));
    }
}
