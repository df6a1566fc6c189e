//! Facts about files and folders.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use openclaw_core::credential::ProviderId;
use openclaw_core::doctor::{
    ConfigProblem, FileFact, FileKind, Finding, audit_chain, audit_unreadable, file, legacy_folder,
    legacy_variable, read_only,
};
use openclaw_core::model_ref::{DEFAULT_AGENT, normalize_provider};

use super::Checked;
use crate::app::App;
use openclaw_router::{LocalCredentials, Snapshot};
use openclaw_store::Warning;
use openclaw_store::auth::{AuthFile, reason};
use openclaw_store::config::Config;
use openclaw_store::env_vars::{self, EnvVar};
use openclaw_store::json5::Position;
use openclaw_store::{audit_log, folder};

/// Variables that older releases knew by another name.
const RENAMED: [EnvVar; 2] = [env_vars::STATE_DIR, env_vars::CONFIG_PATH];

/// Looks at the files and folders of the program.
pub(super) fn look(
    app: &App,
    config: Option<&Config>,
    agents: &[Snapshot],
    findings: &mut Vec<Finding>,
    checked: &mut Checked,
) {
    let paths = &app.paths;
    let mut facts = Vec::new();
    let mut add = |path: &Path, kind, unusable| {
        facts.extend(fact(app, path, kind, unusable));
    };
    add(&paths.state, FileKind::Folder, None);
    let secrets = config.map(Config::holds_secrets);
    for path in with_backups(&paths.config) {
        let unusable = None;
        add(&path, FileKind::Config { secrets }, unusable);
    }
    let dotenv = paths.state.join(".env");
    add(&dotenv, FileKind::Dotenv, None);

    for folder in agent_folders(app, agents) {
        add(&folder, FileKind::Folder, None);
        let is_main = app
            .paths
            .agent_dir(DEFAULT_AGENT, None)
            .is_ok_and(|main| main == folder);
        let mut store = AuthFile::new(&folder);
        if is_main {
            store = store.importing(&paths.legacy_oauth);
        }
        let loaded = store.load();
        let problem = |path: &Path| {
            let warning = loaded.warnings.iter().find(|warning| warning.file == path);
            warning.map(|warning| reason(warning).to_owned())
        };
        add(store.path(), FileKind::Store, problem(store.path()));
        let replaced = loaded.exists;
        let mut legacy = vec![folder.join("auth.json")];
        if is_main {
            legacy.push(paths.legacy_oauth.clone());
        }
        for path in legacy {
            add(&path, FileKind::Legacy { replaced }, problem(&path));
        }
    }
    if let Some(folder) = paths.legacy_oauth.parent() {
        add(folder, FileKind::Folder, None);
    }
    add(&paths.logs, FileKind::Folder, None);
    let log = paths.logs.join(audit_log::FILE);
    let closed = audit_log::appendable(&paths.logs).err();
    match fact(app, &log, FileKind::Audit, closed.clone()) {
        Some(fact) => facts.push(fact),
        // What is not there yet has to become possible.
        None => facts.extend(closed.clone().map(|reason| FileFact {
            path: paths.shorten(&log),
            kind: FileKind::Audit,
            mode: None,
            unusable: Some(reason),
        })),
    }
    if let Some(error) = folder::unwritable(&paths.state) {
        findings.push(read_only(&paths.shorten(&paths.state), &error.to_string()));
    }
    checked.files = facts.len();
    findings.extend(facts.iter().flat_map(file));
    match audit_log::verify(&paths.logs, &paths.cache) {
        Ok((_, Some(broken))) => {
            let place = paths.shorten(&broken.file);
            let what = match broken.line {
                0 => broken.what.to_owned(),
                line => format!("line {line} {}", broken.what),
            };
            findings.push(audit_chain(&place, &what, &paths.shorten(&paths.logs)));
        }
        Err(error) if paths.logs.is_dir() && (error.path != log || closed.is_none()) => {
            let place = paths.shorten(&error.path);
            findings.push(audit_unreadable(&place, &error.source.to_string()));
        }
        Ok((_, None)) | Err(_) => {}
    }

    let used = paths.shorten(&paths.state);
    for folder in paths.legacy_folders() {
        // It is in use where it holds the config.
        if folder.is_dir() && !paths.config.starts_with(&folder) {
            findings.push(legacy_folder(&paths.shorten(&folder), &used));
        }
    }
    for variable in RENAMED {
        for name in variable.older {
            if app.environment.get(name).is_some() {
                findings.push(legacy_variable(name, variable.name));
            }
        }
    }
}

/// Looks at what there is to say of a config that can be used.
pub(super) fn config(app: &App, config: &Config, agents: &[Snapshot], findings: &mut Vec<Finding>) {
    let path = app.paths.shorten(&config.file);
    let mut problems = Vec::new();
    match (&config.dangling, config.exists) {
        (Some(target), _) => problems.push(ConfigProblem::Dangling {
            target: app.paths.shorten(target),
        }),
        (None, false) => problems.push(ConfigProblem::Missing {
            model: agents
                .first()
                .and_then(|first| first.settings.default_model.clone()),
        }),
        (None, true) => {}
    }
    let warnings = config.warnings.iter();
    // A link that leads nowhere has a finding of its own.
    let warnings = warnings.filter(|warning| {
        config.dangling.is_none() || warning.file != config.file || warning.path.is_some()
    });
    problems.extend(warnings.map(|warning| ConfigProblem::Oddity {
        message: warning.message.clone(),
        place: place(app, warning),
    }));
    if let Some(first) = agents.first() {
        findings.extend(first.misplaced().into_iter().map(|variable| {
            let command = variable.command.as_deref();
            openclaw_core::doctor::misplaced_variable(&variable.name, &variable.what, command)
        }));
    }
    if let Some(local) = agents.first().map(|snapshot| &snapshot.local) {
        let file = local.file.as_deref().map(|file| app.paths.shorten(file));
        let file = file.unwrap_or_default();
        findings.extend(local.notes(&app.paths).into_iter().map(|(what, command)| {
            let used = command != LocalCredentials::USE;
            openclaw_core::doctor::local_credentials(&what, &file, used, command)
        }));
    }
    problems.extend(config.faults.iter().map(|fault| ConfigProblem::Fault {
        message: fault.message.clone(),
        key: fault.path.written(),
    }));
    let used: BTreeSet<ProviderId> = agents
        .iter()
        .flat_map(Snapshot::models_in_use)
        .map(|model| model.provider)
        .collect();
    for missing in config.unset_secrets() {
        let steps: Vec<String> = missing.path.0.iter().map(|step| step.key()).collect();
        let needed = match steps.as_slice() {
            [models, providers, id, ..] if models == "models" && providers == "providers" => {
                used.contains(&normalize_provider(id))
            }
            _ => false,
        };
        problems.push(ConfigProblem::Variable {
            name: missing.name,
            key: missing.path.to_string(),
            needed,
        });
    }
    findings.extend(
        problems
            .iter()
            .map(|problem| openclaw_core::doctor::config(problem, &path)),
    );
}

/// Returns where a warning points to, for a person.
fn place(app: &App, warning: &Warning) -> String {
    let file = app.paths.shorten(&warning.file);
    match warning.position {
        Some(Position { line, column }) => format!("{file}:{line}:{column}"),
        None => file,
    }
}

/// Returns the folders of the agents that are known, and of those that have one all the same.
fn agent_folders(app: &App, agents: &[Snapshot]) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = agents
        .iter()
        .map(|snapshot| snapshot.agent_dir.clone())
        .collect();
    folders.extend(app.paths.agent_dir(DEFAULT_AGENT, None).ok());
    let entries = fs::read_dir(app.paths.state.join("agents"));
    let found = entries.into_iter().flatten().flatten();
    folders.extend(found.map(|entry| entry.path().join("agent")));
    folders.sort();
    folders.dedup();
    folders
}

fn with_backups(config: &Path) -> Vec<PathBuf> {
    let name = config.file_name().unwrap_or_default();
    let beside = |suffix: &str| {
        let mut name = name.to_os_string();
        name.push(suffix);
        config.with_file_name(name)
    };
    let suffixes = ["", ".bak", ".bak.1", ".bak.2", ".bak.3", ".bak.4"];
    suffixes.map(beside).to_vec()
}

/// Returns what is known of a file or folder; `None` if there is none.
fn fact(app: &App, path: &Path, kind: FileKind, unusable: Option<String>) -> Option<FileFact> {
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        // Something before it in the path is in the way, and is looked at itself.
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => return None,
        Err(error) => {
            return Some(FileFact {
                path: app.paths.shorten(path),
                kind,
                mode: None,
                unusable: Some(error.to_string()),
            });
        }
    };
    // A folder in place of a file is told by whoever cannot read it; its mode is no file's.
    let in_place = (kind == FileKind::Folder) != metadata.is_dir();
    let misplaced = in_place && kind == FileKind::Folder;
    Some(FileFact {
        path: app.paths.shorten(path),
        kind,
        mode: mode(&metadata).filter(|_| !in_place),
        unusable: unusable.or(misplaced.then(|| "a file is in its place".to_owned())),
    })
}

#[cfg(unix)]
fn mode(metadata: &fs::Metadata) -> Option<u32> {
    Some(std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777)
}

#[cfg(not(unix))]
fn mode(_metadata: &fs::Metadata) -> Option<u32> {
    None
}
