//! `openclaw models auth migrate`

mod config_keys;

use std::path::PathBuf;

use openclaw_core::credential::{Credential, Profile, ProfileId, ProviderId};
use openclaw_core::secret::Secret;
use openclaw_core::secret_ref::SecretRef;

use super::credential_input::read;
use super::keep::{Keep, Keeper, is_ours, is_there};
use crate::app::App;
use crate::commands::Outcome;
use crate::commands::models::model_lookup;
use crate::config_writer::{self, Saved};
use openclaw_router::{Failure, Kind, Snapshot};
use openclaw_store::auth::AuthDocument;

const ATTEMPT: &str = "move the credentials";

/// Move keys and tokens to the keychain, to a file of secrets, or back
///
/// Those of the profile store and of the config. Each is copied and read back before anything refers
/// to it, and the old copy is removed last: what fails half way loses none. OAuth logins stay where
/// they are, and so does what variables, programs and files of others hold.
///
/// Writes `agents/<id>/agent/auth-profiles.json` and `secrets.json` in the state folder. Modifies
/// `models.providers.<id>.apiKey`.
///
/// Example: openclaw models auth migrate --to file
///
/// Example: openclaw models auth migrate anthropic:default --to keychain
#[derive(Debug, clap::Args)]
pub struct MigrateArgs {
    /// Profile ids; all of the store, and the keys of the config, when left out
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// Where they go
    #[arg(long, value_name = "PLACE")]
    to: Keep,
    /// Agent whose own store is meant; the main one, and the config, when left out
    #[arg(short, long, value_name = "ID")]
    agent: Option<String>,
}

/// Secrets that were moved.
pub struct Migrated {
    /// Where to.
    pub to: Keep,
    /// Each key and token that was looked at.
    pub rows: Vec<Row>,
    /// The credential store, and the same for a person.
    pub store: (PathBuf, String),
    /// What became of the config, if a key of it was moved.
    pub saved: Option<Saved>,
    /// What there is to say.
    pub warnings: Vec<String>,
    /// What else to know.
    pub remarks: Vec<String>,
}

/// A key or token that was looked at.
pub struct Row {
    /// The profile's id, or its place in the config.
    pub name: String,
    /// The profile; nothing for a key of the config.
    pub profile: Option<ProfileId>,
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

    /// Whether one of a profile was moved.
    #[must_use]
    pub fn store_changed(&self) -> bool {
        let mut rows = self.rows.iter();
        rows.any(|row| row.stays.is_none() && row.profile.is_some())
    }
}

/// A secret, or where it is.
#[derive(Clone, PartialEq, Eq)]
enum Held {
    Here(Secret<String>),
    Elsewhere(SecretRef),
}

/// A secret on its way.
struct Moving {
    name: String,
    profile: Option<Profile>,
    held: Held,
    secret: Secret<String>,
    reference: Option<SecretRef>,
}

/// Runs the command.
///
/// # Errors
/// When a profile is not stored, a secret cannot be had or put in its place, or a file cannot be
/// written.
pub fn run(app: &App, args: &MigrateArgs) -> Outcome {
    let snapshot = read(app, ATTEMPT, args.agent.as_deref())?;
    let file = &snapshot.auth_file;
    let keeper = Keeper {
        app,
        snapshot: &snapshot,
    };
    let mut rows = Vec::new();
    let mut moves = Vec::new();
    for (row, profile, held) in wanted(app, &snapshot, args)? {
        if let Some(held) = held {
            let secret = match &held {
                Held::Here(secret) => Secret::new(secret.expose().trim().to_owned()),
                Held::Elsewhere(reference) => keeper
                    .get(reference)
                    .map_err(config_writer::unchanged(ATTEMPT))?,
            };
            moves.push(Moving {
                name: row.name.clone(),
                profile,
                held,
                secret,
                reference: None,
            });
        }
        rows.push(row);
    }
    let written = put(&keeper, args.to, &mut moves).and_then(|()| write(app, &snapshot, &moves));
    let saved = match written {
        Ok(saved) => saved,
        Err(failure) => {
            let made = moves.iter().filter_map(|one| one.reference.as_ref());
            let left: Vec<String> = made.filter_map(|made| keeper.discard(made)).collect();
            return Err(left.into_iter().fold(failure, Failure::detail));
        }
    };
    let mut left = Vec::new();
    for one in &moves {
        if let Held::Elsewhere(before) = &one.held {
            left.extend(keeper.discard(before));
        }
        if let Some(row) = rows.iter_mut().find(|row| row.name == one.name) {
            row.reference = one.reference.as_ref().map(ToString::to_string);
        }
    }
    let plain = |one: &Moving| one.profile.is_none() && matches!(one.held, Held::Here(_));
    let remarks = match &saved {
        Some(saved) if moves.iter().any(plain) => vec![format!(
            "the backups beside {0} ({0}.bak, .bak.1 …) still hold the keys that were moved; delete them once all works",
            saved.shown
        )],
        _ => Vec::new(),
    };
    Ok(Box::new(Migrated {
        to: args.to,
        rows,
        store: (file.path().to_path_buf(), app.paths.shorten(file.path())),
        saved,
        warnings: [snapshot.warnings.clone(), left].concat(),
        remarks,
    }))
}

/// A row, with its profile, and its secret if that is to be moved.
type Wanted = (Row, Option<Profile>, Option<Held>);

/// Returns what the command line is about.
fn wanted(app: &App, snapshot: &Snapshot, args: &MigrateArgs) -> Result<Vec<Wanted>, Failure> {
    let mut profiles = snapshot.auth_file.load().document.store().profiles;
    let ids = args.ids.iter().map(|id| ProfileId::new(id.trim()));
    let ids: Vec<ProfileId> = ids.collect();
    for id in &ids {
        if !profiles.iter().any(|profile| profile.id == *id) {
            return Err(model_lookup::unknown_profile(app, snapshot, id));
        }
    }
    profiles.retain(|profile| ids.is_empty() || ids.contains(&profile.id));
    let mut found = Vec::new();
    for profile in profiles {
        let stays = stays(snapshot, &profile, args.to);
        let held = match &profile.reference {
            Some(reference) => Held::Elsewhere(reference.clone()),
            None => Held::Here(profile.credential.secret().clone()),
        };
        let row = Row {
            name: profile.id.to_string(),
            profile: Some(profile.id.clone()),
            provider: profile.provider.clone(),
            reference: profile.reference.as_ref().map(ToString::to_string),
            stays: stays.clone(),
        };
        found.push((row, Some(profile), stays.is_none().then_some(held)));
    }
    if ids.is_empty() && args.agent.is_none() {
        let keys = config_keys::all(snapshot, args.to).into_iter();
        found.extend(keys.map(|(row, held)| (row, None, held)));
    }
    Ok(found)
}

/// Puts each secret in its new place.
fn put(keeper: &Keeper<'_>, to: Keep, moves: &mut [Moving]) -> Result<(), Failure> {
    for one in moves {
        let reference = keeper.put(to, &one.name, &one.secret);
        one.reference = reference.map_err(config_writer::unchanged(ATTEMPT))?;
    }
    Ok(())
}

/// Lets the config and the profiles refer to the new places.
fn write(app: &App, snapshot: &Snapshot, moves: &[Moving]) -> Result<Option<Saved>, Failure> {
    let of_config = moves.iter().any(|one| one.profile.is_none());
    let saved = match of_config {
        true => Some(config_keys::write(app, moves)?),
        false => None,
    };
    let updated = snapshot
        .auth_file
        .update(|document: &mut AuthDocument| refer(document, moves));
    match updated {
        Ok(_) => Ok(saved),
        Err(failure) if saved.is_none() => Err(config_writer::unchanged(ATTEMPT)(failure)),
        Err(failure) => Err(failure
            .while_doing(format!("cannot {ATTEMPT}"))
            .detail("the keys of the config were moved; those of profiles were not")),
    }
}

/// Lets the profiles refer to their secrets' new places. One that was changed meanwhile stops it all.
fn refer(document: &mut AuthDocument, moves: &[Moving]) -> Result<(), Failure> {
    let stored = document.store().profiles;
    for one in moves {
        let Some(before) = &one.profile else {
            continue;
        };
        if !stored.contains(before) {
            return Err(Failure::new(
                Kind::Auth,
                format!("`{}` was changed by somebody else meanwhile", one.name),
            )
            .hint("run it again"));
        }
        let secret = match &one.reference {
            Some(_) => Secret::new(String::new()),
            None => one.secret.clone(),
        };
        document.upsert(&Profile {
            credential: before.credential.with_secret(secret),
            reference: one.reference.clone(),
            ..before.clone()
        });
    }
    Ok(())
}

/// Returns why a profile's secret is not moved, if it is not.
fn stays(snapshot: &Snapshot, profile: &Profile, to: Keep) -> Option<(&'static str, String)> {
    if matches!(profile.credential, Credential::Oauth { .. }) {
        let why = "an OAuth login is several secrets that change";
        return Some(("login", why.to_owned()));
    }
    if let Some(why) = profile.credential.unsendable() {
        return Some(("unsendable", format!("it cannot be sent: {why}")));
    }
    let there = match &profile.reference {
        None if profile.credential.secret().expose().trim().is_empty() => {
            return Some(("empty", "it holds no secret".to_owned()));
        }
        None => to == Keep::Profile,
        Some(reference) if is_ours(reference) => is_there(snapshot, reference, to),
        Some(reference) => {
            return Some(("elsewhere", format!("others keep it: {reference}")));
        }
    };
    there.then(|| ("there", "it is there already".to_owned()))
}
