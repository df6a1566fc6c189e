//! `openclaw models auth logout`

use openclaw_core::credential::{Mode, ProfileId};
use openclaw_core::shell::pasteable;

use super::remove::{self, RemoveArgs};
use crate::app::App;
use crate::commands::Outcome;
use crate::commands::models::model_lookup;
use crate::config_writer;
use openclaw_router::Snapshot;
use openclaw_router::failure::agent_flag;
use openclaw_router::{Failure, Kind};

/// Forget the OAuth logins and tokens of a provider, or of single profiles
///
/// They are removed from the credential store and the config as `auth remove` does it. The provider is
/// not told: what was issued works there until it expires, or is ended in the account's settings.
///
/// Example: openclaw models auth logout openai-codex
///
/// Example: openclaw models auth logout github-copilot:default --yes
#[derive(Debug, clap::Args)]
pub struct LogoutArgs {
    /// Providers, or ids of auth profiles
    #[arg(value_name = "PROVIDER|ID", required_unless_present = "provider")]
    names: Vec<String>,
    /// Provider, as an option
    #[arg(short, long, value_name = "NAME")]
    provider: Option<String>,
    /// Remove without asking
    #[arg(short, long)]
    yes: bool,
    /// Agent whose own store is meant; the default agent's, or the main one, when left out
    #[arg(short, long, value_name = "ID")]
    agent: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// When a provider has no login, a profile is not stored, it was not confirmed, or a file cannot be
/// written.
pub fn run(app: &App, args: &LogoutArgs) -> Outcome {
    let agent = args.agent.as_deref();
    let snapshot =
        Snapshot::read(app, agent).map_err(config_writer::unchanged("remove the login"))?;
    let mut ids: Vec<String> = Vec::new();
    for name in args.names.iter().chain(&args.provider) {
        let name = name.trim();
        if snapshot.store_of(&ProfileId::new(name)).is_some() || name.contains(':') {
            ids.push(name.to_owned());
        } else {
            ids.extend(logins(&snapshot, name, agent)?);
        }
    }
    remove::run(
        app,
        &RemoveArgs {
            ids,
            yes: args.yes,
            agent: args.agent.clone(),
        },
    )
}

/// Returns the profiles of a provider that are logins or tokens.
fn logins(snapshot: &Snapshot, typed: &str, agent: Option<&str>) -> Result<Vec<String>, Failure> {
    let provider = model_lookup::provider(snapshot, typed)?;
    let own = |id: &ProfileId| {
        let store = snapshot.store_of(id);
        store.is_some_and(|store| agent.is_none() || store.path() == snapshot.auth_file.path())
    };
    let profiles = snapshot.auth.profiles.iter();
    let of_provider: Vec<_> = profiles
        .filter(|profile| profile.provider == provider && own(&profile.id))
        .collect();
    let ids: Vec<String> = of_provider
        .iter()
        .filter(|profile| matches!(profile.credential.mode(), Mode::Oauth | Mode::Token))
        .map(|profile| profile.id.to_string())
        .collect();
    if !ids.is_empty() {
        return Ok(ids);
    }
    let failure = Failure::new(
        Kind::Usage,
        format!("there is no OAuth login or token of {provider}"),
    )
    .detail("nothing was removed");
    Err(match of_provider.first() {
        Some(profile) => failure
            .detail(format!(
                "`{}` is an {}",
                profile.id,
                profile.credential.mode()
            ))
            .hint(format!(
                "remove it with `openclaw models auth remove {}{}`",
                pasteable(profile.id.as_str()),
                agent_flag(agent)
            )),
        None => failure.hint("see what is stored: `openclaw models auth list`"),
    })
}
