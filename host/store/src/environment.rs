//! A snapshot of the process environment, and `.env` files.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::env_vars::EnvVar;

/// What the process knows of its surroundings, read once at the start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// The variables.
    pub vars: BTreeMap<String, String>,
    /// The user's home folder.
    pub home: Option<PathBuf>,
    /// The working directory.
    pub cwd: PathBuf,
}

impl Environment {
    /// Returns a variable, trimmed; a blank one counts as unset.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.vars
            .get(name)
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// Returns a variable of the table, under its own name or an older one; blank counts as unset.
    #[must_use]
    pub fn var(&self, variable: &EnvVar) -> Option<&str> {
        let mut names = std::iter::once(&variable.name).chain(variable.older);
        names.find_map(|name| self.get(name))
    }

    /// Sets a variable unless it is set already; a blank value counts as unset.
    pub fn set_default(&mut self, name: &str, value: String) {
        if self.get(name).is_none() {
            self.vars.insert(name.to_owned(), value);
        }
    }
}

/// Reads a `.env` file: `KEY=VALUE` lines, `export` in front, `#` comments, single quotes (taken
/// literally) and double quotes (with `\n`, `\r`, `\t`, `\"`, `\\`), both over several lines too.
/// Lines of any other form are passed over, as by every reader of such files.
#[must_use]
pub fn parse_dotenv(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let line = rest.split('\n').next().unwrap_or_default();
        let next_line = at + line.len() + 1;
        let entry = line.trim_start_matches('\u{feff}').trim_start();
        let entry = match entry.strip_prefix("export") {
            Some(exported) if exported.starts_with([' ', '\t']) => exported.trim_start(),
            _ => entry,
        };
        let value_at = entry
            .split_once('=')
            .filter(|(name, _)| is_name(name.trim()))
            .map(|(name, value)| (name.trim(), at + line.len() - value.trim_start().len()));
        at = next_line;
        let Some((name, start)) = value_at else {
            continue;
        };
        let quote = text[start..]
            .chars()
            .next()
            .filter(|next| matches!(next, '"' | '\'' | '`'));
        // A quoted value may go on over the next lines.
        let quoted = quote.and_then(|quote| Some((quote, closing(&text[start + 1..], quote)?)));
        let value = match quoted {
            Some((quote, length)) => {
                let end = start + 1 + length;
                at = text[end..]
                    .find('\n')
                    .map_or(text.len(), |line_end| end + line_end + 1);
                unquoted(&text[start + 1..end], quote)
            }
            None => plain(text[start..].split('\n').next().unwrap_or_default()),
        };
        found.push((name.to_owned(), value));
    }
    found
}

fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
}

fn plain(value: &str) -> String {
    value
        .split('#')
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned()
}

fn closing(opened: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    opened.char_indices().find_map(|(at, next)| {
        let ends = next == quote && !escaped;
        escaped = next == '\\' && !escaped && quote == '"';
        ends.then_some(at)
    })
}

fn unquoted(inner: &str, quote: char) -> String {
    if quote != '"' {
        return inner.to_owned();
    }
    let mut value = String::new();
    let mut characters = inner.chars();
    while let Some(next) = characters.next() {
        match (next, characters.clone().next()) {
            ('\\', Some(after @ ('n' | 'r' | 't' | '"' | '\\'))) => {
                value.push(match after {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    other => other,
                });
                characters.next();
            }
            _ => value.push(next),
        }
    }
    value
}
