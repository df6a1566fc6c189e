//! `openclaw models auth token`

use openclaw_core::credential::{Mode, ProfileId, ProviderId};
use openclaw_core::secret::Secret;
use openclaw_core::shell::pasteable;
use openclaw_core::time::Timestamp;

use super::keep::Keeper;
use crate::app::App;
use crate::commands::Outcome;
use crate::commands::models::model_lookup;
use crate::prompt::Prompt;
use openclaw_router::failure::agent_flag;
use openclaw_router::{Failure, Kind, Snapshot};

/// Print one secret: the key or token of a profile, wherever it is kept
///
/// The only command that shows a secret. Asks first at a terminal; a script confirms with `--yes`.
/// Of an OAuth login it prints the access token. Reads only, and calls no provider.
///
/// Example: openclaw models auth token anthropic:default --yes
#[derive(Debug, clap::Args)]
pub struct TokenArgs {
    /// Profile id
    #[arg(value_name = "ID")]
    id: String,
    /// Print without asking
    #[arg(short, long)]
    yes: bool,
    /// Agent whose credentials are meant; the default one when left out
    #[arg(short, long, value_name = "ID")]
    agent: Option<String>,
}

/// A secret that was asked for.
pub struct Shown {
    /// The profile.
    pub id: ProfileId,
    /// Its provider.
    pub provider: ProviderId,
    /// Its auth type.
    pub mode: Mode,
    /// When it expires.
    pub expires: Option<Timestamp>,
    /// The secret.
    pub secret: Secret<String>,
    /// What there is to say.
    pub warnings: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// When it was not confirmed, the profile is not stored, or its secret cannot be had.
pub fn run(app: &App, args: &TokenArgs) -> Outcome {
    let snapshot = Snapshot::read(app, args.agent.as_deref())?;
    let id = ProfileId::new(args.id.trim());
    let Some(profile) = snapshot.profile(&id) else {
        return Err(model_lookup::unknown_profile(app, &snapshot, &id));
    };
    if !args.yes {
        confirm(app, &id, args.agent.as_deref())?;
    }
    let again = format!(
        "store it anew: `openclaw models auth add --provider {} --profile-id {}`",
        profile.provider,
        pasteable(id.as_str())
    );
    let held = profile.credential.secret();
    let keeper = Keeper {
        app,
        snapshot: &snapshot,
    };
    // What a variable holds was put in its place.
    let secret = match &profile.reference {
        Some(reference) if held.expose().is_empty() => keeper.get(reference)?,
        _ => held.clone(),
    };
    if secret.expose().trim().is_empty() {
        let why = snapshot.unusable_because(profile);
        let failure = Failure::new(
            Kind::Auth,
            format!("the auth profile `{id}` holds no secret"),
        );
        return Err(match why {
            Some(why) => failure.detail(why),
            None => failure,
        }
        .hint(again));
    }
    Ok(Box::new(Shown {
        provider: profile.provider.clone(),
        mode: profile.credential.mode(),
        expires: profile.credential.expires(),
        secret,
        id,
        warnings: Vec::new(),
    }))
}

fn confirm(app: &App, id: &ProfileId, agent: Option<&str>) -> Result<(), Failure> {
    let instead = format!(
        "to print it without being asked: `openclaw models auth token {}{} --yes`",
        pasteable(id.as_str()),
        agent_flag(agent)
    );
    let prompt = Prompt::at(app, &format!("print the secret of `{id}`"), &instead)?;
    if prompt.confirm(
        &format!("Print the secret of {id} on this terminal?"),
        false,
    )? {
        return Ok(());
    }
    Err(Failure::new(
        Kind::Cancelled,
        "Cancelled; nothing was printed.",
    ))
}
