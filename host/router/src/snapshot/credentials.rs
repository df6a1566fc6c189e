//! Where an agent's credentials are, and reading them. What is to be done with them is the caller's.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use openclaw_core::credential::ProfileId;
use openclaw_core::model_ref::{DEFAULT_AGENT, normalize_agent_id};

use crate::failure::Failure;
use crate::surroundings::Surroundings;
use openclaw_store::auth::{AuthDocument, AuthFile, AuthStore, Stamp};
use openclaw_store::config::Config;

/// Returns the store of `main`, with what older releases and other tools left for all agents.
fn main_store(surroundings: &Surroundings, agent_dir: &Path) -> AuthFile {
    AuthFile::new(agent_dir)
        .dry(surroundings.dry_run.clone())
        .importing(&surroundings.paths.legacy_oauth)
        .with_tools(
            surroundings.environment.home.as_deref(),
            surroundings.registry.tool_logins(),
            surroundings.now(),
        )
}

/// The credentials that an agent sees, and where they are.
pub(super) struct Credentials {
    pub(super) auth_file: AuthFile,
    pub(super) main_auth: Option<AuthFile>,
    pub(super) auth: AuthStore,
    pub(super) stamps: (Option<Stamp>, Option<Stamp>),
    pub(super) unresolved: BTreeMap<ProfileId, String>,
}

/// Puts secrets where a document refers to them. Returns why some references gave none, which is said
/// too.
fn resolve(
    document: &mut AuthDocument,
    config: &Config,
    warnings: &mut Vec<String>,
) -> BTreeMap<ProfileId, String> {
    let unresolved = document.resolve_references(&config.environment, &config.typed.secrets);
    let said = unresolved.iter();
    warnings.extend(said.map(|(id, why)| format!("the auth profile `{id}` cannot be used: {why}")));
    let named = unresolved.into_iter();
    named.map(|(id, why)| (ProfileId::new(id), why)).collect()
}

/// Notes with each profile why its secret cannot be had.
fn with_losses(mut store: AuthStore, unresolved: &BTreeMap<ProfileId, String>) -> AuthStore {
    for profile in &mut store.profiles {
        profile.lost = unresolved.get(&profile.id).cloned();
    }
    store
}

/// Reads the agent's credentials. Those of `main` are inherited in memory; nothing is written.
pub(super) fn credentials(
    surroundings: &Surroundings,
    config: &Config,
    agent: &str,
    agent_dir: &Path,
    (warnings, unusable): (&mut Vec<String>, &mut Vec<PathBuf>),
) -> Result<Credentials, Failure> {
    if agent == DEFAULT_AGENT {
        let file = main_store(surroundings, agent_dir);
        let stamps = (file.stamp(), None);
        let mut loaded = file.load();
        let unresolved = resolve(&mut loaded.document, config, warnings);
        warnings.extend(loaded.warnings.iter().map(ToString::to_string));
        unusable.extend(loaded.unusable.then(|| file.path().to_path_buf()));
        return Ok(Credentials {
            auth_file: file,
            main_auth: None,
            auth: with_losses(loaded.document.store(), &unresolved),
            stamps,
            unresolved,
        });
    }
    let main = config
        .typed
        .agents
        .list
        .iter()
        .find(|entry| normalize_agent_id(&entry.id) == DEFAULT_AGENT);
    let main_dir = surroundings.paths.agent_dir(
        DEFAULT_AGENT,
        main.and_then(|entry| entry.agent_dir.as_deref()),
    )?;
    let main_file = main_store(surroundings, &main_dir);
    let file = AuthFile::new(agent_dir).dry(surroundings.dry_run.clone());
    let stamps = (file.stamp(), main_file.stamp());
    let base = main_file.load();
    let own = file.load();
    warnings.extend(
        base.warnings
            .iter()
            .chain(&own.warnings)
            .map(ToString::to_string),
    );
    for (file, loaded) in [(&main_file, &base), (&file, &own)] {
        unusable.extend(loaded.unusable.then(|| file.path().to_path_buf()));
    }
    let mut merged = own.document.over(&base.document);
    let unresolved = resolve(&mut merged, config, warnings);
    let merged = with_losses(merged.store(), &unresolved);
    Ok(Credentials {
        auth_file: file,
        main_auth: Some(main_file),
        auth: merged,
        stamps,
        unresolved,
    })
}
