//! A snapshot of the process environment, and `.env` files.
//!
//! A variable has the value that the process's environment gives it, else that of the `.env` file in
//! the state folder, else that of the config's `env`. The `.env` file of the working directory may be
//! anybody's, so it is kept apart: nothing that is looked up by name sees it, and a `${NAME}` least of
//! all. Of it only credentials can be admitted, one by one, and then only for
//! [`Environment::credential`].

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use openclaw_core::credential_format::tidy;

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
    /// The files that gave variables a value which the process's environment does not, by name.
    pub files: BTreeMap<String, PathBuf>,
    /// What the working directory's `.env` says.
    pub local: LocalFile,
}

/// The `.env` file of the working directory, which may be anybody's.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct LocalFile {
    /// Where it is; `None` if there is none.
    pub file: Option<PathBuf>,
    /// Its variables. Those that have a value anyway are left out.
    pub(crate) values: BTreeMap<String, String>,
    pub(crate) admitted: BTreeSet<String>,
}

impl LocalFile {
    /// Returns the names that have a value here and nowhere else.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// Lets a credential be taken from the file.
    pub fn admit(&mut self, name: &str) {
        self.admitted.insert(name.to_owned());
    }
}

impl fmt::Debug for LocalFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.names().collect();
        write!(f, "LocalFile({:?}, {names:?})", self.file)
    }
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

    /// Returns the credential in a variable, without quotes and the like around it: also of one of the
    /// working directory's `.env`, if it was admitted.
    #[must_use]
    pub fn credential(&self, name: &str) -> Option<&str> {
        let local = || {
            let value = self.local.values.get(name).map(String::as_str);
            value.filter(|_| self.local.admitted.contains(name))
        };
        self.get(name)
            .or_else(local)
            .map(tidy)
            .filter(|value| !value.is_empty())
    }

    /// Returns the file that a variable's value is from; `None` for one of the process's environment,
    /// and for one that is not set.
    #[must_use]
    pub fn file_of(&self, name: &str) -> Option<&Path> {
        if self.get(name).is_some() {
            return self.files.get(name).map(PathBuf::as_path);
        }
        let local = self.credential(name).and(self.local.file.as_ref());
        local.map(PathBuf::as_path)
    }

    /// Returns the working directory's `.env` if that has a value which is not taken.
    pub(crate) fn local_file_with(&self, name: &str) -> Option<PathBuf> {
        let known = self.local.values.contains_key(name);
        self.local.file.clone().filter(|_| known)
    }

    /// Sets a variable unless it is set already; a blank value counts as unset.
    pub fn set_default(&mut self, name: &str, value: String) {
        if self.get(name).is_none() {
            self.vars.insert(name.to_owned(), value);
        }
    }

    /// Sets a variable that a file names, unless it is set already.
    pub(crate) fn set_from(&mut self, file: &Path, name: &str, value: String) {
        if self.get(name).is_none() && !value.trim().is_empty() {
            self.vars.insert(name.to_owned(), value);
            self.files.insert(name.to_owned(), file.to_path_buf());
        }
    }
}

/// Reads a `.env` file: `KEY=VALUE` lines, `export` in front, `#` comments, single quotes (taken
/// literally) and double quotes (with `\n`, `\r`, `\t`, `\"`, `\\`), both over several lines too.
/// Lines of any other form are passed over, and of two lines for one name the last one counts, as
/// with every reader of such files.
#[must_use]
pub fn parse_dotenv(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
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
        found.insert(name.to_owned(), value);
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
