//! Credentials in the `.env` file of the working directory.
//!
//! A cloned repository may bring such a file, so nothing of it counts unless the user's config says
//! so, and then only the names that a plugin declares as secrets: never an address, never a folder,
//! never what the config refers to.

use std::path::PathBuf;

use openclaw_store::Paths;
use openclaw_store::config::Config;

use crate::registry::Registry;

/// The command that has them left alone again.
const LEAVE: &str = "openclaw config set env.workingDirectory off";

/// The credentials that the working directory's `.env` has and nothing else of the user's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocalCredentials {
    /// The file; `None` where it has none.
    pub file: Option<PathBuf>,
    /// The names that are used.
    pub used: Vec<String>,
    /// The names that are not, because the config does not say so.
    pub ignored: Vec<String>,
}

impl LocalCredentials {
    /// The command that has them used.
    pub const USE: &str = "openclaw config set env.workingDirectory credentials";

    /// Returns what there is to say of them, and the command that changes it.
    #[must_use]
    pub fn notes(&self, paths: &Paths) -> Vec<(String, &'static str)> {
        let Some(file) = &self.file else {
            return Vec::new();
        };
        let file = paths.shorten(file);
        let mut notes = Vec::new();
        if !self.used.is_empty() {
            let names = self.used.join(", ");
            notes.push((
                format!("{names} is taken from the .env file of the working directory, {file}"),
                LEAVE,
            ));
        }
        if !self.ignored.is_empty() {
            let names = self.ignored.join(", ");
            notes.push((
                format!(
                    "{names} in {file} is ignored: a .env file of the working directory may be anybody's"
                ),
                Self::USE,
            ));
        }
        notes
    }

    /// Returns the same as lines with the command in them.
    #[must_use]
    pub fn lines(&self, paths: &Paths) -> Vec<String> {
        let notes = self.notes(paths).into_iter();
        notes
            .map(|(what, command)| {
                let to = if command == Self::USE {
                    "use"
                } else {
                    "ignore"
                };
                format!("{what}; to {to} it: {command}")
            })
            .collect()
    }
}

/// Finds them, and admits them where the config says so.
pub(crate) fn import(registry: &Registry, config: &mut Config) -> LocalCredentials {
    let local = &mut config.environment.local;
    // Reads every manifest, which no command should pay for where there is nothing to find.
    if local.names().next().is_none() {
        return LocalCredentials::default();
    }
    let secret = registry.all_secret_variables();
    let names: Vec<String> = local
        .names()
        .filter(|name| secret.iter().any(|known| known == name))
        .map(str::to_owned)
        .collect();
    // What the login shell gave meanwhile is the user's own.
    let names: Vec<String> = names
        .into_iter()
        .filter(|name| config.environment.get(name).is_none())
        .collect();
    if names.is_empty() {
        return LocalCredentials::default();
    }
    let local = &mut config.environment.local;
    let file = local.file.clone();
    if !config.typed.local_credentials {
        return LocalCredentials {
            file,
            used: Vec::new(),
            ignored: names,
        };
    }
    for name in &names {
        local.admit(name);
    }
    LocalCredentials {
        file,
        used: names,
        ignored: Vec::new(),
    }
}
