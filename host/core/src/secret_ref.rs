//! References to secrets that are kept elsewhere: which forms there are, and what is one.
//!
//! Following one (reading a file, running a command, asking the keychain) is the store's. A reference
//! holds no secret and may be shown; the arguments of a command may hold one, and are not.

use std::fmt;

/// The provider of secrets that is meant where none is named.
pub const DEFAULT_PROVIDER: &str = "default";
/// The id of the only secret that a file or a command has.
pub const SINGLE_VALUE: &str = "value";

/// Where a secret is. Prints as `source:provider:id`, without the provider where it is the default
/// one; a command as its program alone.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum SecretRef {
    /// A variable of the environment.
    Env(Named),
    /// A file of `secrets.providers`.
    File(Named),
    /// A program of `secrets.providers`.
    Exec(Named),
    /// The system's keychain.
    Keychain(Named),
    /// A command that prints it.
    Command(CommandRef),
}

/// A secret by its name at a provider of secrets.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Named {
    /// The key in `secrets.providers`; `None` for the default one of its source.
    pub provider: Option<String>,
    /// Its name there.
    pub id: String,
}

/// A command that prints a secret.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CommandRef {
    /// The program and its arguments.
    pub words: Vec<String>,
    /// Variables that it is given besides the usual ones.
    pub pass_env: Vec<String>,
    /// How long it may take, in milliseconds.
    pub timeout_ms: Option<u64>,
}

impl CommandRef {
    /// Returns the program's name, without its folder.
    #[must_use]
    pub fn program(&self) -> &str {
        let path = self.words.first().map(String::as_str).unwrap_or_default();
        path.rsplit(['/', '\\']).next().unwrap_or(path)
    }
}

/// Why a reference can mean nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// The name of a variable is none.
    #[error("`id` is no name of a variable: capitals, digits and `_`")]
    Variable,
    /// The id of a secret in a file.
    #[error("`id` has to be a JSON pointer such as `/work/apiKey`, or `{SINGLE_VALUE}`")]
    Pointer,
    /// The id of a secret that a program knows.
    #[error(
        "`id` has to be up to 256 letters, digits and `.`, `_`, `:`, `/`, `-`, a letter or digit first"
    )]
    Id,
    /// The name of a provider of secrets.
    #[error("`provider` has to be up to 64 small letters, digits, `_` and `-`, a letter first")]
    Provider,
    /// A command without a program.
    #[error("`command` names no program")]
    Program,
}

impl SecretRef {
    /// The words for the sources, as they are written in files.
    pub const SOURCES: [&'static str; 5] = ["env", "file", "exec", "keychain", "command"];

    /// Returns the word for where it is.
    #[must_use]
    pub fn source(&self) -> &'static str {
        match self {
            Self::Env(_) => "env",
            Self::File(_) => "file",
            Self::Exec(_) => "exec",
            Self::Keychain(_) => "keychain",
            Self::Command(_) => "command",
        }
    }

    /// Checks what is written against the forms that the existing product takes.
    ///
    /// # Errors
    /// When it can mean nothing.
    pub fn check(&self) -> Result<(), Malformed> {
        let named = match self {
            Self::Command(command) => {
                let named = command
                    .words
                    .first()
                    .is_some_and(|word| !word.trim().is_empty());
                return if named {
                    Ok(())
                } else {
                    Err(Malformed::Program)
                };
            }
            Self::Env(named) | Self::File(named) | Self::Exec(named) | Self::Keychain(named) => {
                named
            }
        };
        if named
            .provider
            .as_deref()
            .is_some_and(|name| !is_provider(name))
        {
            return Err(Malformed::Provider);
        }
        let id = named.id.as_str();
        match self {
            Self::Env(_) if !is_variable(id) => Err(Malformed::Variable),
            Self::File(_) if id != SINGLE_VALUE && !is_pointer(id) => Err(Malformed::Pointer),
            Self::Exec(_) if !is_id(id) => Err(Malformed::Id),
            Self::Keychain(_) if id.is_empty() || id.len() > 256 || has_control(id) => {
                Err(Malformed::Id)
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = self.source();
        match self {
            Self::Command(command) => write!(f, "{source}:{}", command.program()),
            Self::Env(named) | Self::File(named) | Self::Exec(named) | Self::Keychain(named) => {
                match named.provider.as_deref() {
                    Some(provider) if provider != DEFAULT_PROVIDER => {
                        write!(f, "{source}:{provider}:{}", named.id)
                    }
                    _ => write!(f, "{source}:{}", named.id),
                }
            }
        }
    }
}

/// Arguments may hold a secret.
impl fmt::Debug for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretRef({self})")
    }
}

fn is_provider(name: &str) -> bool {
    let mut bytes = name.bytes();
    name.len() <= 64
        && bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes
            .all(|next| next.is_ascii_lowercase() || next.is_ascii_digit() || b"_-".contains(&next))
}

fn is_variable(name: &str) -> bool {
    let mut bytes = name.bytes();
    name.len() <= 128
        && bytes.next().is_some_and(|first| first.is_ascii_uppercase())
        && bytes.all(|next| next.is_ascii_uppercase() || next.is_ascii_digit() || next == b'_')
}

fn is_pointer(id: &str) -> bool {
    let mut after = id.split('~').skip(1);
    id.starts_with('/') && after.all(|rest| rest.starts_with(['0', '1'])) && !has_control(id)
}

fn is_id(id: &str) -> bool {
    let mut bytes = id.bytes();
    id.len() <= 256
        && bytes
            .next()
            .is_some_and(|first| first.is_ascii_alphanumeric())
        && bytes.all(|next| next.is_ascii_alphanumeric() || b"._:/-".contains(&next))
}

fn has_control(text: &str) -> bool {
    text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(provider: Option<&str>, id: &str) -> Named {
        Named {
            provider: provider.map(str::to_owned),
            id: id.to_owned(),
        }
    }

    #[test]
    fn it_prints_as_its_parts_and_a_command_as_its_program() {
        let command = SecretRef::Command(CommandRef {
            words: vec!["/usr/bin/op".into(), "read".into(), "hunter2".into()],
            pass_env: Vec::new(),
            timeout_ms: None,
        });
        for (reference, shown) in [
            (SecretRef::Env(named(None, "KEY")), "env:KEY"),
            (SecretRef::File(named(Some("default"), "/a")), "file:/a"),
            (
                SecretRef::Exec(named(Some("vault"), "a/b")),
                "exec:vault:a/b",
            ),
            (command, "command:op"),
        ] {
            assert_eq!(reference.to_string(), shown);
            assert!(!format!("{reference:?}").contains("hunter2"));
        }
    }

    #[test]
    fn ids_have_the_forms_of_the_existing_product() {
        let good = [
            SecretRef::Env(named(Some("default"), "OPENAI_API_KEY")),
            SecretRef::File(named(Some("main-1"), "/providers/open~1ai/key~0")),
            SecretRef::File(named(None, "value")),
            SecretRef::Exec(named(Some("vault"), "providers/work/apiKey")),
            SecretRef::Keychain(named(None, "openai:default@1a2b")),
        ];
        for reference in good {
            assert_eq!(reference.check(), Ok(()), "{reference}");
        }
        let bad = [
            (SecretRef::Env(named(None, "key")), Malformed::Variable),
            (SecretRef::File(named(None, "a/b")), Malformed::Pointer),
            (SecretRef::File(named(None, "/a~2")), Malformed::Pointer),
            (SecretRef::Exec(named(None, "/a")), Malformed::Id),
            (SecretRef::Exec(named(None, "a b")), Malformed::Id),
            (
                SecretRef::Exec(named(Some("Vault"), "a")),
                Malformed::Provider,
            ),
            (SecretRef::Keychain(named(None, "")), Malformed::Id),
        ];
        for (reference, why) in bad {
            assert_eq!(reference.check(), Err(why), "{reference}");
        }
    }
}
