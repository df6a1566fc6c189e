//! `openclaw models auth list`

use std::path::PathBuf;

use openclaw_core::credential::{ProfileId, ProviderId};
use openclaw_core::time::Timestamp;

use crate::app::App;
use crate::commands::Outcome;
use crate::commands::models::model_lookup;
use crate::commands::models::status::{Stored, stored};
use openclaw_router::Snapshot;

/// List the stored credentials: auth type, state, expiry
///
/// Shows each profile with its key masked, what is left of its cooldowns, and the file that holds
/// it. Reads only; for a proof that they work, see `openclaw models status --probe`.
///
/// Example: openclaw models auth list --provider anthropic
#[derive(Debug, clap::Args)]
pub struct AuthListArgs {
    /// Only the profiles of this provider
    #[arg(short, long, value_name = "NAME")]
    provider: Option<String>,
    /// Agent whose credentials are meant; the default one when left out
    #[arg(short, long, value_name = "ID")]
    agent: Option<String>,
}

/// The stored credentials.
pub struct AuthList {
    /// The agent that sees them.
    pub agent: String,
    /// The only provider that was asked for.
    pub provider: Option<ProviderId>,
    /// The profiles, by provider and id.
    pub rows: Vec<Row>,
    /// The agent's own store, and the same for a person.
    pub store: (PathBuf, String),
    /// The present.
    pub now: Timestamp,
    /// What there is to say.
    pub warnings: Vec<String>,
}

/// A profile and where it is.
pub struct Row {
    /// Its provider.
    pub provider: ProviderId,
    /// The profile.
    pub profile: Stored,
    /// The file that holds it, and the same for a person.
    pub store: (PathBuf, String),
}

/// Runs the command.
///
/// # Errors
/// When the config cannot be read, or the agent or provider is unknown.
pub fn run(app: &App, args: &AuthListArgs) -> Outcome {
    let mut snapshot = Snapshot::read(app, args.agent.as_deref())?;
    snapshot.look_for_secrets();
    let typed = args.provider.as_deref();
    let provider = typed
        .map(|typed| model_lookup::provider(&snapshot, typed))
        .transpose()?;
    let place = |file: &openclaw_store::auth::AuthFile| {
        (file.path().to_path_buf(), app.paths.shorten(file.path()))
    };
    let stores: Vec<_> = std::iter::once(&snapshot.auth_file)
        .chain(&snapshot.main_auth)
        .map(|file| (file, file.load().document))
        .collect();
    let owner = |id: &ProfileId| {
        let found = stores
            .iter()
            .find(|(_, document)| document.entry(id).is_some());
        found.map_or(&snapshot.auth_file, |(file, _)| file)
    };
    let mut rows: Vec<Row> = snapshot
        .auth
        .profiles
        .iter()
        .filter(|profile| {
            provider
                .as_ref()
                .is_none_or(|only| profile.provider == *only)
        })
        .map(|profile| Row {
            provider: profile.provider.clone(),
            profile: stored(app, &snapshot, profile),
            store: place(owner(&profile.id)),
        })
        .collect();
    rows.sort_by(|a, b| (&a.provider, &a.profile.id).cmp(&(&b.provider, &b.profile.id)));
    Ok(Box::new(AuthList {
        store: place(&snapshot.auth_file),
        agent: snapshot.agent,
        provider,
        rows,
        now: app.now(),
        warnings: snapshot.warnings,
    }))
}
