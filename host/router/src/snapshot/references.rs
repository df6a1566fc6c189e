//! References of the files to secrets that are kept elsewhere.
//!
//! Three degrees of knowing. Reading a snapshot says only whether the config gives a reference a
//! meaning. [`Snapshot::look_for_secrets`] also reads files, and looks whether programs are there.
//! [`Snapshot::ask_for_secrets`] asks everybody, as a request would.

use futures_util::{StreamExt as _, stream};
use openclaw_core::credential::{ProfileId, ProviderId};
use openclaw_core::model_ref::normalize_provider;
use openclaw_core::secret_ref::SecretRef;
use openclaw_store::secrets::{INVALID, Lookup, Unresolved, plan};

use super::Snapshot;

/// How many secrets are asked for at once.
const AT_ONCE: usize = 8;

/// Who refers to a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Referrer {
    Profile(ProfileId),
    ConfigKey(ProviderId),
}

impl Snapshot {
    /// Returns what the config's key for a provider refers to, and how that is to be had; `None` for a
    /// key that is a text, and where there is none.
    #[must_use]
    pub fn config_reference(
        &self,
        provider: &ProviderId,
    ) -> Option<Result<(&SecretRef, Lookup), Unresolved>> {
        let reference = self.provider_config(provider)?.api_key_ref.as_ref()?;
        if let Some(why) = self.lost_keys.get(provider) {
            return Some(Err(why.clone()));
        }
        Some(self.lookup(reference).map(|lookup| (reference, lookup)))
    }

    /// Returns how the secret of a reference is to be had. Nothing is read or run for it.
    ///
    /// # Errors
    /// When the config does not say where it is.
    pub fn lookup(&self, reference: &SecretRef) -> Result<Lookup, Unresolved> {
        let (secrets, environment) = (&self.config.typed.secrets, &self.config.environment);
        plan(reference, secrets, environment)
    }

    /// Returns why keys of the config that are kept elsewhere cannot be had, each with its place in the
    /// config. What is wrong with a reference whatever else the config says is not among them: the
    /// reader of the config has said that, with its place in the file.
    #[must_use]
    pub fn unresolved_keys(&self) -> Vec<(String, Unresolved)> {
        let entries = self.config.typed.models.providers.iter();
        let keys = entries.filter(|(_, entry)| entry.api_key_ref.is_some());
        let unresolved = keys.filter_map(|(key, _)| {
            let why = self.config_reference(&normalize_provider(key))?.err()?;
            (why.reason != INVALID).then(|| (format!("models.providers.{key}.apiKey"), why))
        });
        unresolved.collect()
    }

    /// Looks whether the secrets that are kept elsewhere are there, as far as that is known without
    /// running a program or asking the keychain. What is not there counts as missing from then on.
    pub fn look_for_secrets(&mut self) {
        for (referrer, reference, lookup) in self.references() {
            if let Err(why) = lookup.look(&reference) {
                self.lose(referrer, why);
            }
        }
    }

    /// Asks for every secret that is kept elsewhere. What cannot be had counts as missing from then on.
    pub async fn ask_for_secrets(&mut self) {
        let references = self.references();
        let (secrets, environment) = (&self.secrets, &self.config.environment);
        let asked = references
            .iter()
            .map(|(referrer, reference, lookup)| async move {
                let found = secrets.get(reference, lookup, environment).await;
                found.err().map(|why| (referrer.clone(), why))
            });
        let lost: Vec<_> = stream::iter(asked).buffered(AT_ONCE).collect().await;
        for (referrer, why) in lost.into_iter().flatten() {
            self.lose(referrer, why);
        }
    }

    /// Returns the references that the config gives a meaning, other than those to variables.
    fn references(&self) -> Vec<(Referrer, SecretRef, Lookup)> {
        let profiles = self.auth.profiles.iter();
        let profiles = profiles.filter(|profile| profile.lost.is_none());
        let profiles = profiles.filter_map(|profile| {
            let reference = profile.reference.clone()?;
            Some((Referrer::Profile(profile.id.clone()), reference))
        });
        let entries = self.config.typed.models.providers.iter();
        let keys = entries.filter_map(|(key, entry)| {
            let reference = entry.api_key_ref.clone()?;
            Some((Referrer::ConfigKey(normalize_provider(key)), reference))
        });
        let found = profiles.chain(keys).filter_map(|(referrer, reference)| {
            let lookup = self.lookup(&reference).ok()?;
            lookup
                .is_elsewhere()
                .then_some((referrer, reference, lookup))
        });
        found.collect()
    }

    fn lose(&mut self, referrer: Referrer, why: Unresolved) {
        let line = why.line();
        match referrer {
            Referrer::Profile(id) => {
                self.warnings
                    .push(format!("the auth profile `{id}` cannot be used: {line}"));
                let mut profiles = self.auth.profiles.iter_mut();
                if let Some(profile) = profiles.find(|profile| profile.id == id) {
                    profile.lost = Some(line.clone());
                }
                self.unresolved.insert(id, line);
            }
            Referrer::ConfigKey(provider) => {
                self.warnings
                    .push(format!("models.providers.{provider}.apiKey: {line}"));
                self.lost_keys.insert(provider, why);
            }
        }
    }
}
