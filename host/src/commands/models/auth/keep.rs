//! Putting the secret of a profile where it is to be kept, and taking it away there.
//!
//! A secret gets a place of its own each time, and is read back before anything refers to it. So
//! whatever fails, what the store refers to is there: the old secret until the store was written, the
//! new one from then on.

use std::hash::{BuildHasher as _, RandomState};

use clap::ValueEnum;
use openclaw_core::credential::ProfileId;
use openclaw_core::secret::Secret;
use openclaw_core::secret_ref::{Named, SecretRef};
use openclaw_router::{Failure, Kind, Snapshot};
use openclaw_store::auth::AuthFile;
use openclaw_store::secrets::{Lookup, SecretPlace, Unresolved, of_entry};

use crate::app::App;
use crate::commands::block_on;

/// A place that this program can put secrets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Keep {
    /// The profile store, `auth-profiles.json`; for a key of the config, the config
    Profile,
    /// The system's keychain
    Keychain,
    /// A file of secrets: `secrets.json`, or that of `secrets.defaults.file`
    File,
}

impl Keep {
    /// Returns the word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Keychain => "keychain",
            Self::File => "file",
        }
    }
}

/// Whoever puts secrets in their places.
pub(super) struct Keeper<'a> {
    pub(super) app: &'a App,
    pub(super) snapshot: &'a Snapshot,
}

impl Keeper<'_> {
    /// Puts the secret of a profile, or of a place in the config, where it is to be kept, and reads it
    /// back. Returns what refers to it; nothing
    /// where the profile itself is to hold it.
    pub(super) fn put(
        &self,
        place: Keep,
        of: &str,
        secret: &Secret<String>,
    ) -> Result<Option<SecretRef>, Failure> {
        let mark = RandomState::new().hash_one(of) & 0xffff_ffff;
        let name = format!("{of}@{mark:08x}");
        let named = |id| Named { provider: None, id };
        let reference = match place {
            Keep::Profile => return Ok(None),
            Keep::Keychain => SecretRef::Keychain(named(name)),
            Keep::File => {
                let step = name.replace('~', "~0").replace('/', "~1");
                SecretRef::File(Named {
                    // What is written once stays right when another file becomes the default.
                    provider: file_provider(self.snapshot).map(str::to_owned),
                    id: format!("/{step}"),
                })
            }
        };
        let lookup = self
            .snapshot
            .lookup(&reference)
            .map_err(|why| failed(&why))?;
        self.write(&lookup, secret)?;
        if self.app.dry_run.is_none() {
            let found = self.ask(&reference, &lookup);
            let same = found.as_ref().is_ok_and(|found| found == secret);
            if !same {
                let _left = self.erase(&lookup);
                return Err(found.err().unwrap_or_else(|| {
                    Failure::new(
                        Kind::Auth,
                        format!("`{reference}` does not give back what was put there"),
                    )
                }));
            }
        }
        Ok(Some(reference))
    }

    /// Looks up the secret that a reference is to.
    pub(super) fn get(&self, reference: &SecretRef) -> Result<Secret<String>, Failure> {
        let lookup = self
            .snapshot
            .lookup(reference)
            .map_err(|why| failed(&why))?;
        self.ask(reference, &lookup)
    }

    /// Takes away what [`put`](Self::put) put, if neither the config nor a profile of any agent refers to it any longer. What
    /// others put there stays. Returns what there is to say.
    pub(super) fn discard(&self, reference: &SecretRef) -> Option<String> {
        if !is_ours(reference) || self.is_used(reference) {
            return None;
        }
        let lookup = self.snapshot.lookup(reference).ok()?;
        let failure = self.erase(&lookup).err()?;
        Some(format!(
            "`{reference}`, which is no longer needed, could not be removed: {}",
            failure.message
        ))
    }

    fn ask(&self, reference: &SecretRef, lookup: &Lookup) -> Result<Secret<String>, Failure> {
        let environment = &self.snapshot.config.environment;
        let asked = self.snapshot.secrets.get(reference, lookup, environment);
        block_on(async {
            tokio::select! {
                biased;
                _ = tokio::signal::ctrl_c() => Err(
                    Failure::new(Kind::Interrupted, "interrupted").detail("nothing was changed")
                ),
                found = asked => found.map_err(|why| failed(&why)),
            }
        })
    }

    fn write(&self, lookup: &Lookup, secret: &Secret<String>) -> Result<(), Failure> {
        let environment = &self.snapshot.config.environment;
        match lookup {
            Lookup::Keychain(entry) if self.app.dry_run.is_none() => {
                let kept = self.snapshot.secrets.keychain().set(entry, secret);
                kept.map_err(|error| Failure::new(Kind::Auth, error.to_string()).hint(error.next()))
            }
            Lookup::Keychain(_) => Ok(()),
            _ => match SecretPlace::of(lookup, self.app.dry_run.clone()) {
                Some(place) => Ok(self.snapshot.secrets.put(&place, secret, environment)?),
                None => Err(Failure::new(
                    Kind::Config,
                    "the file of `secrets.defaults.file` holds one secret alone",
                )
                .hint("name one with `mode: \"json\"`, or choose `keychain`")),
            },
        }
    }

    fn erase(&self, lookup: &Lookup) -> Result<(), Failure> {
        let environment = &self.snapshot.config.environment;
        match lookup {
            Lookup::Keychain(entry) if self.app.dry_run.is_none() => {
                let removed = self.snapshot.secrets.keychain().remove(entry);
                removed.map_err(|error| Failure::new(Kind::Auth, error.to_string()))
            }
            Lookup::Keychain(_) => Ok(()),
            _ => match SecretPlace::of(lookup, self.app.dry_run.clone()) {
                Some(place) => Ok(self.snapshot.secrets.remove(&place, environment)?),
                None => Ok(()),
            },
        }
    }

    /// Whether a stored profile or a key of the config refers to it. What cannot be read may.
    fn is_used(&self, reference: &SecretRef) -> bool {
        let in_config = self.app.config.load(&self.app.environment).map(|config| {
            let mut entries = config.typed.models.providers.iter();
            entries.any(|(_, entry)| entry.api_key_ref.as_ref() == Some(reference))
        });
        if in_config.unwrap_or(true) {
            return true;
        }
        let own = &self.snapshot.auth_file;
        let others = self.snapshot.other_stores(&self.app.paths, own);
        others.iter().chain([own]).any(|file| {
            let document = file.load().document;
            let profiles = document.store().profiles;
            profiles
                .iter()
                .any(|profile| profile.reference.as_ref() == Some(reference))
        })
    }
}

/// Returns the name of the file of secrets that the config wants new ones in.
fn file_provider(snapshot: &Snapshot) -> Option<&str> {
    snapshot.config.typed.secrets.default_for("file")
}

/// Whether a secret that this program put somewhere is where new ones of this kind are put.
pub(super) fn is_there(snapshot: &Snapshot, reference: &SecretRef, place: Keep) -> bool {
    let default = file_provider(snapshot);
    let same_file = match reference {
        SecretRef::File(named) => named.provider.as_deref().or(default) == default,
        _ => true,
    };
    reference.source() == place.name() && same_file
}

/// Returns what a stored profile refers to.
pub(super) fn reference_of(file: &AuthFile, id: &ProfileId) -> Option<SecretRef> {
    of_entry(file.load().document.entry(id)?)?.ok()
}

/// Returns the failure of a secret that cannot be had.
pub(super) fn failed(why: &Unresolved) -> Failure {
    let failure = Failure::new(Kind::Auth, why.to_string());
    match &why.next {
        Some(next) => failure.hint(next.clone()),
        None => failure,
    }
}

/// Whether a place has the form of those that [`Keeper::put`] makes.
pub(super) fn is_ours(reference: &SecretRef) -> bool {
    let (SecretRef::Keychain(named) | SecretRef::File(named)) = reference else {
        return false;
    };
    let mark = named.id.rsplit_once('@').map(|(_, mark)| mark);
    mark.is_some_and(|mark| mark.len() == 8 && mark.bytes().all(|b| b.is_ascii_hexdigit()))
}
