//! Secrets that are kept elsewhere: in a file, by a program, in the system's keychain.
//!
//! Three steps. A reference is read ([`parse`]); it is compared with what the config says of its
//! provider of secrets ([`plan()`]), which reads and runs nothing; and only when a request needs the
//! secret it is looked up ([`Lookup::get`]), which blocks for a bounded time. What comes back is one
//! line of text or a failure of a known kind. Of what a file holds or a program prints nothing is ever
//! quoted.

mod command;
mod file;
mod keychain;
mod own_file;
mod plan;
mod process;
mod reference;
mod said;
mod sealed;

use std::fmt;

use openclaw_core::secret::Secret;
use openclaw_core::secret_ref::SecretRef;

pub use command::{BASE_VARIABLES, Run, program};
pub use file::FileSecret;
pub use keychain::{Entry, Keychain, KeychainError, SERVICE, SystemKeychain};
pub use own_file::SecretPlace;
pub use plan::{INVALID, plan};
pub use process::{Bounds, Ended, Listening, NotRun, Report, listen};
pub(crate) use reference::places;
pub use reference::{of_entry, parse, to_json};
pub use sealed::{AskPassphrase, Opened};

/// How a secret is to be had. Comparing two tells whether they are the same one.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Lookup {
    /// The variable with this name has it.
    Variable(String),
    /// A file has it.
    File(FileSecret),
    /// A program prints it.
    Run(Run),
    /// The keychain has it.
    Keychain(Entry),
}

/// Why a secret could not be had, of a reference.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the secret `{reference}` cannot be read: {why}")]
pub struct Unresolved {
    /// The reference, as it is shown.
    pub reference: String,
    /// The stable word for why.
    pub reason: &'static str,
    /// Why, in a sentence; quotes nothing of a secret.
    pub why: String,
    /// What to do about it.
    pub next: Option<String>,
}

impl Unresolved {
    /// Returns all of it in a line.
    #[must_use]
    pub fn line(&self) -> String {
        match &self.next {
            Some(next) => format!("{self}; {next}"),
            None => self.to_string(),
        }
    }
}

/// The same without the reference, which the parts of this module do not know.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Problem {
    reason: &'static str,
    why: String,
    next: Option<String>,
}

impl Problem {
    fn new(reason: &'static str, why: impl Into<String>) -> Self {
        Self {
            reason,
            why: why.into(),
            next: None,
        }
    }

    fn next(self, next: impl Into<String>) -> Self {
        Self {
            next: Some(next.into()),
            ..self
        }
    }

    fn of(self, reference: &SecretRef) -> Unresolved {
        Unresolved {
            reference: reference.to_string(),
            reason: self.reason,
            why: self.why,
            next: self.next,
        }
    }
}

/// What a lookup may use.
pub struct Means<'a> {
    /// The environment, for variables and for what programs are given of it.
    pub environment: &'a crate::Environment,
    /// The system's keychain.
    pub keychain: &'a dyn Keychain,
    /// Whom to ask for a passphrase.
    pub asking: Option<&'a dyn AskPassphrase>,
    /// What was opened before.
    pub opened: &'a Opened,
    /// What a program is listened to with; it can be ended by it.
    pub listening: &'a Listening,
}

impl Lookup {
    /// Looks the secret up. Blocks; not longer than the config says, or some seconds.
    ///
    /// # Errors
    /// [`Unresolved`].
    pub fn get(
        &self,
        reference: &SecretRef,
        means: &Means<'_>,
    ) -> Result<Secret<String>, Unresolved> {
        let found = match self {
            Self::Variable(name) => match means.environment.get(name) {
                Some(value) => accept(value.as_bytes(), "the variable"),
                None => Err(Problem::new(
                    "not_set",
                    format!("the variable {name} is not set"),
                )),
            },
            Self::File(file) => file.get(means),
            Self::Run(run) => run.get(means),
            Self::Keychain(entry) => keychain::get(means.keychain, entry),
        };
        found.map_err(|problem| problem.of(reference))
    }

    /// Looks what can be known of the secret without running a program or asking the keychain: whether
    /// the file has it, and whether the program is there and trusted.
    ///
    /// # Errors
    /// [`Unresolved`].
    pub fn look(&self, reference: &SecretRef) -> Result<(), Unresolved> {
        let looked = match self {
            Self::Variable(_) | Self::Keychain(_) => Ok(()),
            Self::File(file) => file.look(),
            Self::Run(run) => run.trusted(),
        };
        looked.map_err(|problem| problem.of(reference))
    }

    /// Whether asking for it runs or reads something.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        !matches!(self, Self::Variable(_))
    }
}

/// Arguments may hold a secret.
impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Variable(_) => "Lookup::Variable",
            Self::File(_) => "Lookup::File",
            Self::Run(_) => "Lookup::Run",
            Self::Keychain(_) => "Lookup::Keychain",
        })
    }
}

/// Returns a secret out of what was read: one line of text. `what` names where it is from.
fn accept(bytes: &[u8], what: &str) -> Result<Secret<String>, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|_| {
        Problem::new(
            "not_text",
            format!("{what} gives bytes that are not UTF-8 text"),
        )
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim();
    if text.is_empty() {
        return Err(Problem::new("empty", format!("{what} gives nothing")));
    }
    let lines = text.lines().count();
    if lines > 1 {
        return Err(Problem::new(
            "several_lines",
            format!("{what} gives {lines} lines, where a secret is one"),
        ));
    }
    if text.chars().any(char::is_control) {
        return Err(Problem::new(
            "control_characters",
            format!("{what} gives control characters"),
        ));
    }
    Ok(Secret::new(text.to_owned()))
}

/// Returns the string that an answer in JSON has at a place.
fn string_at(found: Option<&serde_json::Value>, what: &str) -> Result<Secret<String>, Problem> {
    match found {
        Some(serde_json::Value::String(text)) => accept(text.as_bytes(), what),
        Some(_) => Err(Problem::new(
            "not_text",
            format!("{what} has something other than a string there"),
        )),
        None => Err(Problem::new(
            "not_found",
            format!("{what} has nothing of that id"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_one_line_of_text() {
        let good = |bytes: &[u8]| accept(bytes, "it").map(|secret| secret.expose().clone());
        assert_eq!(good(b"sk-1\r\n"), Ok("sk-1".to_owned()));
        assert_eq!(good(b"\xef\xbb\xbf sk-1 \n\n"), Ok("sk-1".to_owned()));
        for (bytes, reason) in [
            (&b""[..], "empty"),
            (b" \n", "empty"),
            (b"a\nb\n", "several_lines"),
            (b"a\x1b[31mb", "control_characters"),
            (b"a\xff", "not_text"),
        ] {
            let problem = accept(bytes, "it").expect_err(reason);
            assert_eq!(problem.reason, reason);
        }
    }
}
