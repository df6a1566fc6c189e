//! Files and folders: who may read them, and whether they can be understood.

use super::{Finding, Severity};
use crate::base_url;
use crate::model_ref::ModelRef;
use crate::shell::{pasteable, pasteable_path};

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A folder with files of this program.
    Folder,
    /// A credential store.
    Store,
    /// The config or a backup of it.
    Config {
        /// Whether keys or tokens stand in it as they are; `None` when it cannot be understood.
        secrets: Option<bool>,
    },
    /// A `.env` file.
    Dotenv,
    /// Credentials of an older release, and whether a store has taken their place.
    Legacy {
        /// Whether one has, so that they are no longer read.
        replaced: bool,
    },
    /// The audit log.
    Audit,
}

/// A file or folder that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFact {
    /// Its path, for a person.
    pub path: String,
    /// What it is for.
    pub kind: FileKind,
    /// Who may do what, as in `0o600`; `None` where the system does not say.
    pub mode: Option<u32>,
    /// Why it cannot be used, if it cannot.
    pub unusable: Option<String>,
}

/// Returns what is wrong with a file or folder.
#[must_use]
pub fn file(fact: &FileFact) -> Vec<Finding> {
    let mut found = Vec::new();
    found.extend(fact.mode.and_then(|mode| open(fact, mode)));
    found.extend(fact.unusable.as_ref().map(|reason| unusable(fact, reason)));
    if let FileKind::Legacy { replaced } = fact.kind {
        found.push(leftover(fact, replaced));
    }
    found
}

/// Returns the finding for a file that others may read or write.
fn open(fact: &FileFact, mode: u32) -> Option<Finding> {
    let readable = mode & 0o044 != 0;
    let writable = mode & 0o022 != 0;
    let others = mode & 0o077 != 0;
    let (id, wanted, severity, name) = match fact.kind {
        FileKind::Folder if others => ("folder-permissions", "700", Severity::Error, "the folder"),
        FileKind::Store if others => (
            "store-permissions",
            "600",
            Severity::Error,
            "the credential store",
        ),
        FileKind::Legacy { .. } if others => (
            "store-permissions",
            "600",
            Severity::Error,
            "the file with credentials",
        ),
        FileKind::Dotenv if others => (
            "env-permissions",
            "600",
            Severity::Error,
            "the file with variables",
        ),
        FileKind::Config { secrets } if writable || (secrets != Some(false) && readable) => {
            ("config-permissions", "600", Severity::Error, "the config")
        }
        FileKind::Config { .. } if readable => {
            ("config-permissions", "600", Severity::Note, "the config")
        }
        FileKind::Audit if writable => {
            ("audit-permissions", "600", Severity::Error, "the audit log")
        }
        _ => return None,
    };
    let may = match (readable || fact.kind == FileKind::Folder, writable) {
        (_, true) => "changed",
        (true, false) => "read",
        (false, false) => "used",
    };
    let why = match fact.kind {
        FileKind::Config {
            secrets: Some(true),
        } => ", and keys stand in it",
        FileKind::Config { secrets: None } => ", and keys may stand in it",
        _ => "",
    };
    let what = format!("{name} can be {may} by other users (mode {mode:04o}){why}");
    Some(
        Finding::new(id, severity, what, &fact.path)
            .command(format!("chmod {wanted} {}", pasteable_path(&fact.path))),
    )
}

fn unusable(fact: &FileFact, reason: &str) -> Finding {
    let path = pasteable_path(&fact.path);
    let finding =
        |id, what: &str| Finding::new(id, Severity::Error, format!("{what}: {reason}"), &fact.path);
    match fact.kind {
        FileKind::Store => {
            finding("store-unusable", "the credential store cannot be used").advice(format!(
                "correct it by hand, or move it away and store the credentials again: mv {path} {}",
                pasteable_path(&format!("{}.broken", fact.path))
            ))
        }
        FileKind::Legacy { .. } => finding(
            "legacy-unusable",
            "credentials of an older release cannot be used",
        )
        .command(format!(
            "mv {path} {}",
            pasteable_path(&format!("{}.broken", fact.path))
        )),
        FileKind::Audit => {
            // The file may be missing, because its folder is what is wrong.
            let folder = fact.path.rsplit_once('/').map_or(".", |(folder, _)| folder);
            finding("audit-unwritable", "the audit log cannot be written").advice(format!(
                "see who owns it with `ls -la {}`, and make it a file of your own",
                pasteable_path(folder)
            ))
        }
        FileKind::Dotenv | FileKind::Config { .. } => {
            finding("file-unreadable", "the file cannot be read")
                .advice(format!("see who owns it with `ls -la {path}`"))
        }
        FileKind::Folder => finding("folder-unusable", "the folder cannot be used")
            .advice(format!("see what it is with `ls -ld {path}`")),
    }
}

/// Returns the finding for a file of the audit log that cannot be read.
#[must_use]
pub fn audit_unreadable(place: &str, why: &str) -> Finding {
    let what = format!("a file of the audit log cannot be read: {why}");
    Finding::new("audit-unreadable", Severity::Warning, what, place).advice(format!(
        "see what it is with `ls -la {0}`; if nothing needs it, move it away: mv {0} {1}",
        pasteable_path(place),
        pasteable_path(&format!("{place}.old"))
    ))
}

/// Returns the finding for an audit log that is not what was written: `what` is wrong at `place`.
#[must_use]
pub fn audit_chain(place: &str, what: &str, folder: &str) -> Finding {
    let what = format!("the audit log was changed or cut, or a disk lost some of it: {what}");
    Finding::new("audit-chain", Severity::Warning, what, place).advice(format!(
        "nothing brings it back; to begin a new one, move it away: mv {} {}",
        pasteable_path(folder),
        pasteable_path(&format!("{folder}.old"))
    ))
}

fn leftover(fact: &FileFact, replaced: bool) -> Finding {
    let path = pasteable_path(&fact.path);
    if replaced {
        let what = "credentials of an older release are no longer read: a credential store has taken their place";
        Finding::new("legacy-leftover", Severity::Note, what, &fact.path).command(format!(
            "mv {path} {}",
            pasteable_path(&format!("{}.old", fact.path))
        ))
    } else {
        let what = "credentials of an older release are in use; the first command that stores a credential imports them";
        Finding::new("legacy-pending", Severity::Note, what, &fact.path)
    }
}

/// Returns the finding for a state folder of an older release beside the one in use.
#[must_use]
pub fn legacy_folder(path: &str, used: &str) -> Finding {
    let what = format!("the folder of an older release is there, but {used} is used");
    Finding::new("legacy-folder", Severity::Note, what, path)
        .advice("move what is still wanted, then the folder itself, out of the way".to_owned())
}

/// Returns the finding for a variable by its old name.
#[must_use]
pub fn legacy_variable(name: &str, now: &str) -> Finding {
    let what = format!("{name} is the old name of {now}");
    Finding::new("legacy-variable", Severity::Note, what, name)
        .command(format!("export {now}=\"${name}\"; unset {name}"))
}

/// Returns the finding for a state folder that cannot be written, whatever of it can be read.
#[must_use]
pub fn read_only(path: &str, reason: &str) -> Finding {
    let what = format!(
        "the state folder cannot be written ({reason}): cooldowns and renewed logins are lost when a command ends, and nothing can be set"
    );
    Finding::new("state-read-only", Severity::Warning, what, path).advice(format!(
        "make it writable for this user (`ls -ld {}`), or set OPENCLAW_STATE_DIR to a folder that is",
        pasteable_path(path)
    ))
}

/// Returns the finding for credentials in the `.env` of the working directory: whether they are used,
/// and the command that changes it.
#[must_use]
pub fn local_credentials(what: &str, file: &str, used: bool, command: &str) -> Finding {
    let (id, severity) = if used {
        ("working-directory-credential", Severity::Warning)
    } else {
        ("working-directory-ignored", Severity::Note)
    };
    Finding::new(id, severity, what, file).command(command)
}

/// Returns the finding for a variable that holds a credential of another vendor, or of a kind that
/// cannot ask a model; `command` puts it where it belongs.
#[must_use]
pub fn misplaced_variable(name: &str, what: &str, command: Option<&str>) -> Finding {
    let finding = Finding::new("variable-misplaced", Severity::Warning, what, name);
    match command {
        Some(command) => finding.command(command),
        None => finding.advice(format!("put another value into {name}, or unset it")),
    }
}

/// What is wrong with the config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigProblem {
    /// There is none.
    Missing {
        /// The model that is used: the best of a provider that has a credential, if any has.
        model: Option<ModelRef>,
    },
    /// There is a link in its place, which leads to no file.
    Dangling {
        /// Where it leads.
        target: String,
    },
    /// It cannot be used at all.
    Unusable {
        /// What is wrong.
        message: String,
        /// What to do.
        advice: Option<String>,
    },
    /// A `${NAME}` without a value where a secret is expected.
    Variable {
        /// The variable.
        name: String,
        /// The key that refers to it.
        key: String,
        /// Whether a model in use needs it.
        needed: bool,
    },
    /// Something that keeps one provider from being used.
    Fault {
        /// What it is.
        message: String,
        /// The key.
        key: String,
    },
    /// Something that stops nothing.
    Oddity {
        /// What it is.
        message: String,
        /// Where it is.
        place: String,
    },
}

/// Returns the finding for a problem of the config at `path`.
#[must_use]
pub fn config(problem: &ConfigProblem, path: &str) -> Finding {
    match problem {
        ConfigProblem::Missing { model: Some(model) } => {
            let what =
                format!("there is no config yet: {model} is used, for which there is a credential");
            Finding::new("config-missing", Severity::Note, what, path)
                .command(format!("openclaw models set {}", pasteable(&model.key())))
        }
        ConfigProblem::Missing { model: None } => {
            let what = "there is no config yet";
            Finding::new("config-missing", Severity::Note, what, path).command("openclaw setup")
        }
        ConfigProblem::Dangling { target } => {
            let what = format!(
                "the config is a link to {target}, which does not exist, so it counts as empty"
            );
            Finding::new("config-dangling", Severity::Warning, what, path).advice(format!(
                "mount the volume that {target} is on, or remove the link"
            ))
        }
        ConfigProblem::Unusable { message, advice } => {
            let what = format!("the config cannot be used: {message}");
            let finding = Finding::new("config-unusable", Severity::Error, what, path);
            match advice {
                Some(advice) => finding.advice(advice),
                None => finding.advice("correct the file by hand"),
            }
        }
        ConfigProblem::Variable { name, key, needed } => {
            let severity = if *needed {
                Severity::Error
            } else {
                Severity::Warning
            };
            let what = format!("`${{{name}}}` has no value");
            Finding::new("variable-unset", severity, what, key).advice(format!(
                "set {name} in the environment, or in a .env file beside the config"
            ))
        }
        ConfigProblem::Fault { message, key } => {
            let what = format!("a provider cannot be used: {message}");
            let advice = if key.ends_with("baseUrl") {
                format!(
                    "correct `{key}`, as in: openclaw config set {} {}",
                    pasteable_path(key),
                    base_url::EXAMPLE
                )
            } else {
                format!(
                    "write another value, or take it out: openclaw config unset {}",
                    pasteable_path(key)
                )
            };
            Finding::new("provider-unusable", Severity::Error, what, key).advice(advice)
        }
        ConfigProblem::Oddity { message, place } => {
            Finding::new("config-oddity", Severity::Warning, message, place)
                .advice("correct the key, or remove it if nothing needs it")
        }
    }
}
