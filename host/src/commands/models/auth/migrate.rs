//! `openclaw models auth migrate`

use std::path::PathBuf;

use openclaw_core::credential::{Credential, Profile, ProfileId, ProviderId};
use openclaw_core::secret::Secret;
use openclaw_core::secret_ref::SecretRef;

use super::credential_input::read;
use super::keep::{Keep, Keeper, is_ours};
use crate::app::App;
use crate::commands::Outcome;
use crate::commands::models::model_lookup;
use crate::config_writer;
use openclaw_router::{Failure, Kind};
use openclaw_store::auth::AuthDocument;

const ATTEMPT: &str = "move the credentials";

/// Move stored keys and tokens to the keychain, to a file of secrets, or back
///
/// Each is copied and read back before its profile refers to it, and the old copy is removed last: what
/// fails half way changes nothing. OAuth logins stay where they are, and so does what variables,
/// programs and files of others hold. Keys of the config are not moved.
///
/// Writes `agents/<id>/agent/auth-profiles.json` and `secrets.json` in the state folder.
///
/// Example: openclaw models auth migrate --to file
///
/// Example: openclaw models auth migrate anthropic:default --to keychain
#[derive(Debug, clap::Args)]
#[expect(rustdoc::invalid_html_tags, reason = "the help is read in a terminal")]
pub struct MigrateArgs {
    /// Profile ids; all of the store when left out
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// Where they go
    #[arg(long, value_name = "PLACE")]
    to: Keep,
    /// Agent whose own store is meant; the main one when left out
    #[arg(short, long, value_name = "ID")]
    agent: Option<String>,
}

/// Secrets that were moved.
pub struct Migrated {
    /// Where to.
    pub to: Keep,
    /// Each profile that was looked at.
    pub rows: Vec<Row>,
    /// The credential store, and the same for a person.
    pub store: (PathBuf, String),
    /// What there is to say.
    pub warnings: Vec<String>,
}

/// A profile that was looked at.
pub struct Row {
    /// Its id.
    pub id: ProfileId,
    /// Its provider.
    pub provider: ProviderId,
    /// Where its secret is now, if that is elsewhere.
    pub reference: Option<String>,
    /// Why it was not moved, a stable word and a sentence; nothing if it was.
    pub stays: Option<(&'static str, String)>,
}

impl Migrated {
    /// Whether any was moved.
    #[must_use]
    pub fn changed(&self) -> bool {
        self.rows.iter().any(|row| row.stays.is_none())
    }
}

/// A secret on its way.
struct Move {
    profile: Profile,
    secret: Secret<String>,
    reference: Option<SecretRef>,
}

/// Runs the command.
///
/// # Errors
/// When a profile is not stored, a secret cannot be had or put in its place, or a file cannot be
/// written. Nothing was changed then.
pub fn run(app: &App, args: &MigrateArgs) -> Outcome {
    let snapshot = read(app, ATTEMPT, args.agent.as_deref())?;
    let file = &snapshot.auth_file;
    let keeper = Keeper {
        app,
        snapshot: &snapshot,
    };
    let mut profiles = file.load().document.store().profiles;
    let wanted: Vec<ProfileId> = args
        .ids
        .iter()
        .map(|id| ProfileId::new(id.trim()))
        .collect();
    for id in &wanted {
        if !profiles.iter().any(|profile| profile.id == *id) {
            return Err(model_lookup::unknown_profile(app, &snapshot, id));
        }
    }
    profiles.retain(|profile| wanted.is_empty() || wanted.contains(&profile.id));

    let mut rows = Vec::new();
    let mut moves = Vec::new();
    for profile in profiles {
        let stays = stays(&profile, args.to);
        rows.push(Row {
            id: profile.id.clone(),
            provider: profile.provider.clone(),
            reference: profile.reference.as_ref().map(ToString::to_string),
            stays: stays.clone(),
        });
        if stays.is_some() {
            continue;
        }
        let secret = match &profile.reference {
            Some(reference) => keeper
                .get(reference)
                .map_err(config_writer::unchanged(ATTEMPT))?,
            None => profile.credential.secret().clone(),
        };
        moves.push(Move {
            profile,
            secret,
            reference: None,
        });
    }
    let written = put(&keeper, args.to, &mut moves).and_then(|()| {
        let moved = |document: &mut AuthDocument| refer(document, &moves);
        file.update(moved).map(|_| ())
    });
    if let Err(failure) = written {
        let made = moves.iter().filter_map(|one| one.reference.as_ref());
        let left: Vec<String> = made.filter_map(|made| keeper.discard(made)).collect();
        let failure = config_writer::unchanged(ATTEMPT)(failure);
        return Err(left.into_iter().fold(failure, Failure::detail));
    }
    let before = moves
        .iter()
        .filter_map(|one| one.profile.reference.as_ref());
    let left: Vec<String> = before.filter_map(|before| keeper.discard(before)).collect();
    for one in &moves {
        if let Some(row) = rows.iter_mut().find(|row| row.id == one.profile.id) {
            row.reference = one.reference.as_ref().map(ToString::to_string);
        }
    }
    Ok(Box::new(Migrated {
        to: args.to,
        rows,
        store: (file.path().to_path_buf(), app.paths.shorten(file.path())),
        warnings: [snapshot.warnings.clone(), left].concat(),
    }))
}

/// Puts each secret in its new place.
fn put(keeper: &Keeper<'_>, to: Keep, moves: &mut [Move]) -> Result<(), Failure> {
    for one in moves {
        one.reference = keeper.put(to, &one.profile.id, &one.secret)?;
    }
    Ok(())
}

/// Lets the profiles refer to their secrets' new places. One that was changed meanwhile stops it all.
fn refer(document: &mut AuthDocument, moves: &[Move]) -> Result<(), Failure> {
    let stored = document.store().profiles;
    for one in moves {
        let same = stored.iter().any(|profile| *profile == one.profile);
        if !same {
            return Err(Failure::new(
                Kind::Auth,
                format!(
                    "`{}` was changed by somebody else meanwhile",
                    one.profile.id
                ),
            )
            .hint("run it again"));
        }
        let secret = match &one.reference {
            Some(_) => Secret::new(String::new()),
            None => one.secret.clone(),
        };
        document.upsert(&Profile {
            credential: one.profile.credential.with_secret(secret),
            reference: one.reference.clone(),
            ..one.profile.clone()
        });
    }
    Ok(())
}

/// Returns why a profile's secret is not moved, if it is not.
fn stays(profile: &Profile, to: Keep) -> Option<(&'static str, String)> {
    if matches!(profile.credential, Credential::Oauth { .. }) {
        let why = "an OAuth login is several secrets that change";
        return Some(("login", why.to_owned()));
    }
    let there = match &profile.reference {
        None if profile.credential.secret().expose().trim().is_empty() => {
            return Some(("empty", "it holds no secret".to_owned()));
        }
        None => Keep::Profile.name(),
        Some(reference) if is_ours(reference) => reference.source(),
        Some(reference) => {
            return Some(("elsewhere", format!("others keep it: {reference}")));
        }
    };
    (there == to.name()).then(|| ("there", "it is there already".to_owned()))
}
