//! `openclaw status`

pub mod quota;

use std::collections::BTreeMap;
use std::path::PathBuf;

use openclaw_core::cooldown::{Cooling, UsageStats, active};
use openclaw_core::credential::{Mode, ProfileId, ProviderId};
use openclaw_core::model_ref::{DEFAULT_AGENT, ModelRef, normalize_agent_id};
use openclaw_core::selection::{Listed, Purpose, listed};
use openclaw_core::status::{
    EXPIRY_WARNING, ProfileHealth, Status as Word, profile_health, refused,
};
use openclaw_core::time::Timestamp;

use super::Outcome;
use super::verdict::Verdict;
use crate::app::App;
use crate::commands::models::model_lookup;
use openclaw_router::Snapshot;

/// Show an overview: config, agents and models, credentials, what is in cooldown
///
/// Nothing is written, and without `--usage` nobody is called. With it, each credential's last use and
/// its errors since it last worked, as this machine remembers them; and for each credential whose vendor
/// tells, what is left of its plan, windows and balance, which is asked now and costs nothing. Details are in `openclaw models status`; what is wrong,
/// and how to fix it, in `openclaw doctor`.
///
/// Example: openclaw status
///
/// Example: openclaw status --usage --json
#[derive(Debug, clap::Args)]
pub struct StatusArgs {
    /// Add the last use and the errors of each credential, and what its vendor says is left
    #[arg(long)]
    usage: bool,
}

/// The overview.
pub struct Overview {
    /// The config file, the same for a person, and whether there is one.
    pub config: (PathBuf, String, bool),
    /// The agents, in the order of the config.
    pub agents: Vec<Agent>,
    /// The stored credentials.
    pub credentials: Vec<Stored>,
    /// Variables and config keys that hold a credential, with their provider.
    pub ambient: Vec<(ProviderId, String)>,
    /// Providers in use without a credential that may be tried.
    pub missing: Vec<ProviderId>,
    /// What would become of a prompt to the default agent.
    pub verdict: Verdict,
    /// Whether use was asked for.
    pub usage: bool,
    /// What is left of accounts, if it was asked for.
    pub quotas: Vec<quota::Quota>,
    /// The present.
    pub now: Timestamp,
    /// What there is to say.
    pub warnings: Vec<String>,
}

/// One agent.
pub struct Agent {
    /// Its id.
    pub id: String,
    /// Whether it runs when none is named.
    pub is_default: bool,
    /// The primary text model that is in effect.
    pub primary: ModelRef,
    /// Its text models.
    pub text: Listed,
    /// Its image models.
    pub image: Listed,
}

/// A stored credential.
pub struct Stored {
    /// The agent in whose store it is.
    pub agent: String,
    /// Its id.
    pub id: ProfileId,
    /// Its provider.
    pub provider: ProviderId,
    /// Its auth type.
    pub mode: Mode,
    /// Its health.
    pub health: ProfileHealth,
    /// The cooldowns in force.
    pub cooling: Vec<Cooling>,
    /// What is remembered of its use.
    pub usage: UsageStats,
}

/// Runs the command.
///
/// # Errors
/// When the config cannot be read.
pub fn run(app: &App, args: &StatusArgs) -> Outcome {
    let first = Snapshot::read(app, None)?;
    let default = first.settings.default_agent();
    let mut warnings = Vec::new();
    let mut agents = Vec::new();
    let mut credentials = Vec::new();
    let mut used: BTreeMap<ProviderId, bool> = BTreeMap::new();
    let mut ids: Vec<String> = Vec::new();
    let named = first.settings.agents.iter().map(|agent| &*agent.id);
    for id in named.map(normalize_agent_id).chain([default.clone()]) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    for id in &ids {
        let mut snapshot = Snapshot::read(app, Some(id))?;
        snapshot.look_for_secrets();
        let entry = snapshot.agent_settings();
        let text = listed(&snapshot.settings, entry, Purpose::Text);
        let primary = text.primary.as_ref().and_then(|named| named.model.clone());
        for model in snapshot.models_in_use() {
            let available = snapshot.is_available(app, &model.provider);
            let known = used.entry(model.provider).or_insert(true);
            *known = *known && available;
        }
        agents.push(Agent {
            id: id.clone(),
            is_default: *id == default,
            primary: primary.unwrap_or_else(|| snapshot.settings.default_model()),
            image: listed(&snapshot.settings, entry, Purpose::Image),
            text,
        });
        collect(app, &snapshot, &mut credentials);
        for warning in snapshot
            .local
            .lines(&app.paths)
            .into_iter()
            .chain(snapshot.warnings)
        {
            if !warnings.contains(&warning) {
                warnings.push(warning);
            }
        }
    }
    let mut quotas = Vec::new();
    if args.usage {
        let (found, audit) = quota::ask(app, &first)?;
        quotas = found;
        warnings.extend(audit);
    }
    let missing = used.into_iter().filter(|(_, available)| !available);
    Ok(Box::new(Overview {
        config: (
            first.config.file.clone(),
            app.paths.shorten(&first.config.file),
            first.config.exists,
        ),
        agents,
        credentials,
        ambient: ambient(&first),
        missing: missing.map(|(provider, _)| provider).collect(),
        verdict: Verdict::of(app, &first),
        usage: args.usage,
        quotas,
        now: app.now(),
        warnings,
    }))
}

/// Adds the credentials of an agent's own store, and those that it inherits unless they are there.
fn collect(app: &App, snapshot: &Snapshot, found: &mut Vec<Stored>) {
    let own = snapshot.auth_file.load().document;
    for profile in &snapshot.auth.profiles {
        let is_own = snapshot.main_auth.is_none() || own.entry(&profile.id).is_some();
        let agent = if is_own {
            &*snapshot.agent
        } else {
            DEFAULT_AGENT
        };
        let known = |one: &Stored| one.agent == agent && one.id == profile.id;
        if found.iter().any(known) {
            continue;
        }
        let usage = snapshot.usage.get(&profile.id);
        found.push(Stored {
            agent: agent.to_owned(),
            id: profile.id.clone(),
            provider: profile.provider.clone(),
            mode: profile.credential.mode(),
            health: profile_health(profile, usage, refused(usage), app.now(), EXPIRY_WARNING),
            cooling: usage
                .map(|usage| active(usage, app.now()))
                .unwrap_or_default(),
            usage: usage.cloned().unwrap_or_default(),
        });
    }
}

/// Returns the variables and config keys that hold a credential.
fn ambient(snapshot: &Snapshot) -> Vec<(ProviderId, String)> {
    let mut found = Vec::new();
    let mut providers = model_lookup::providers(snapshot);
    providers.sort();
    for provider in &providers {
        if let Some(key) = snapshot.environment_key(provider) {
            found.push((provider.clone(), key.name));
        }
        if snapshot.has_config_key(provider) {
            let key = format!("models.providers.{provider}.apiKey");
            found.push((provider.clone(), key));
        }
    }
    found
}

impl Overview {
    /// Returns how many credentials there are of each state, for those states that there are.
    #[must_use]
    pub fn by_state(&self) -> Vec<(Word, usize)> {
        Word::ALL
            .into_iter()
            .map(|word| {
                let same = |one: &&Stored| one.health.status == word;
                (word, self.credentials.iter().filter(same).count())
            })
            .filter(|(_, count)| *count > 0)
            .collect()
    }
}
