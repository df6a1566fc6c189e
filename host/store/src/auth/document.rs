//! The content of `auth-profiles.json`.

use openclaw_core::cooldown::UsageStats;
use openclaw_core::credential::{Mode, Profile, ProfileId, ProviderId};
use openclaw_core::model_ref::normalize_provider;
use openclaw_core::renewal::Renewal;
use serde_json::{Map, Value as Json, json};

use crate::environment::Environment;
use crate::schema::profiles;
use crate::schema::secrets::Secrets;
use crate::secrets::{self, Lookup};

/// The document as it is on disk; every change touches only the keys it is about.
///
/// There is no `Debug`: it is full of secrets.
#[derive(Clone, PartialEq)]
pub struct AuthDocument(Map<String, Json>);

/// What the document says, as the core knows it, in document order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthStore {
    /// Profiles that can be understood.
    pub profiles: Vec<Profile>,
    /// Order overrides that name at least one profile.
    pub order: Vec<(ProviderId, Vec<ProfileId>)>,
    /// The profile that last worked, by provider.
    pub last_good: Vec<(ProviderId, ProfileId)>,
    /// Use and cooldowns, by profile.
    pub usage: Vec<(ProfileId, UsageStats)>,
    /// Renewals of logins that were begun and not finished.
    pub renewals: Vec<(ProfileId, Renewal)>,
}

const PROFILES: &str = "profiles";
const ORDER: &str = "order";
const LAST_GOOD: &str = "lastGood";
const USAGE: &str = "usageStats";

impl Default for AuthDocument {
    fn default() -> Self {
        let mut map = Map::new();
        map.insert("version".to_owned(), json!(1));
        map.insert(PROFILES.to_owned(), json!({}));
        Self(map)
    }
}

impl AuthDocument {
    /// Reads the file's bytes.
    ///
    /// # Errors
    /// What is wrong, without quoting any of it.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        match serde_json::from_slice(bytes) {
            Ok(Json::Object(map)) => {
                for key in [PROFILES, ORDER, LAST_GOOD, USAGE] {
                    if map
                        .get(key)
                        .is_some_and(|part| !part.is_object() && !part.is_null())
                    {
                        return Err(format!("`{key}` is not an object"));
                    }
                }
                Ok(Self(map))
            }
            Ok(_) => Err("it is not a JSON object".to_owned()),
            Err(error) => Err(format!("it is not JSON: {error}")),
        }
    }

    /// Returns the bytes of the file: two spaces, and a line end at the end.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        format!("{:#}\n", Json::Object(self.0.clone())).into_bytes()
    }

    /// Returns this document laid over `base`, key by key: this one's entries win.
    #[must_use]
    pub fn over(&self, base: &Self) -> Self {
        let mut merged = base.clone();
        for (key, value) in &self.0 {
            match (merged.0.get_mut(key), value) {
                (Some(Json::Object(under)), Json::Object(over))
                    if [PROFILES, ORDER, LAST_GOOD, USAGE].contains(&key.as_str()) =>
                {
                    under.extend(over.clone());
                }
                _ => {
                    merged.0.insert(key.clone(), value.clone());
                }
            }
        }
        merged
    }

    /// Puts the values of variables that profiles refer to (`keyRef`, `tokenRef`) in their places, and
    /// takes out what is no reference. For reading only: what is written is
    /// read from the file anew. Nothing is read or run for it. Returns what there is to say of those
    /// that cannot be followed, by the profile's id.
    pub fn resolve_references(
        &mut self,
        environment: &Environment,
        secrets: &Secrets,
    ) -> Vec<(String, String)> {
        let mut unresolved = Vec::new();
        let profiles = self.0.get_mut(PROFILES).and_then(Json::as_object_mut);
        for (id, entry) in profiles.into_iter().flatten() {
            let mode = entry.get("type").and_then(Json::as_str);
            let places = mode.and_then(Mode::from_name).and_then(secrets::places);
            let (Some(found), Some((secret, reference))) = (secrets::of_entry(entry), places)
            else {
                continue;
            };
            // A reference goes before a secret beside it.
            entry[secret] = Json::Null;
            entry[reference] = Json::Null;
            let looked_up = found.and_then(|found| {
                entry[reference] = secrets::to_json(&found);
                let planned = secrets::plan(&found, secrets, environment);
                planned.map_err(|error| error.line())
            });
            let variable = |name: &str| environment.get(name).map(str::to_owned);
            let why = match looked_up {
                Ok(Lookup::Variable(name)) => match variable(&name) {
                    Some(value) => {
                        entry[secret] = value.into();
                        continue;
                    }
                    None => format!("it refers to the variable {name}, which is not set"),
                },
                Ok(_) => continue,
                Err(why) => why,
            };
            unresolved.push((id.clone(), why));
        }
        unresolved
    }

    /// Returns what the document says.
    #[must_use]
    pub fn store(&self) -> AuthStore {
        let ids = |list: &Json| -> Vec<ProfileId> {
            let ids = list
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Json::as_str);
            ids.map(str::trim)
                .filter(|id| !id.is_empty())
                .map(ProfileId::new)
                .collect()
        };
        AuthStore {
            profiles: self
                .part(PROFILES)
                .filter_map(|(id, one)| profiles::profile(id, one))
                .collect(),
            order: self
                .part(ORDER)
                .map(|(provider, list)| (normalize_provider(provider), ids(list)))
                .filter(|(_, ids)| !ids.is_empty())
                .collect(),
            last_good: self
                .part(LAST_GOOD)
                .filter_map(|(provider, id)| {
                    Some((normalize_provider(provider), ProfileId::new(id.as_str()?)))
                })
                .collect(),
            usage: self
                .part(USAGE)
                .map(|(id, entry)| (ProfileId::new(id), profiles::usage(entry)))
                .collect(),
            renewals: self
                .part(PROFILES)
                .filter_map(|(id, entry)| {
                    Some((ProfileId::new(id), profiles::unfinished(id, entry)?))
                })
                .collect(),
        }
    }

    /// Returns a profile's entry with all of its keys, such as `accountId`.
    #[must_use]
    pub fn entry(&self, id: &ProfileId) -> Option<&Json> {
        self.0.get(PROFILES)?.get(id.as_str())
    }

    /// Adds a profile, or replaces the one with its id, whose renewal is over with that.
    pub fn upsert(&mut self, profile: &Profile) {
        let entry = profiles::profile_entry(profile, self.entry(&profile.id));
        self.part_mut(PROFILES)
            .insert(profile.id.as_str().to_owned(), entry);
        self.set_renewal(&profile.id, None);
    }

    /// Returns the renewal of a login that was begun and not finished.
    #[must_use]
    pub fn renewal(&self, id: &ProfileId) -> Option<Renewal> {
        profiles::unfinished(id.as_str(), self.entry(id)?)
    }

    /// Writes down that the renewal of a login begins, or with `None` that it is over.
    pub fn set_renewal(&mut self, id: &ProfileId, renewal: Option<Renewal>) {
        let value = renewal.map_or(Json::Null, profiles::renewal_entry);
        self.set_extra(id, profiles::RENEWAL, value);
    }

    /// Sets one more key of a profile's entry, such as `accountId`; `null` removes it. Does
    /// nothing without such a profile.
    pub fn set_extra(&mut self, id: &ProfileId, key: &str, value: Json) {
        if let Some(Json::Object(entry)) = self.part_mut(PROFILES).get_mut(id.as_str()) {
            if value.is_null() {
                entry.shift_remove(key);
            } else {
                entry.insert(key.to_owned(), value);
            }
        }
    }

    /// Removes a profile, with its usage and its places in order overrides. Returns whether there
    /// was one.
    pub fn remove(&mut self, id: &ProfileId) -> bool {
        let id = id.as_str();
        let Some(_) = self.take(PROFILES, |key, _| key == id) else {
            return false;
        };
        self.take(USAGE, |key, _| key == id);
        self.take(LAST_GOOD, |_, value| value == id);
        if let Some(Json::Object(order)) = self.0.get_mut(ORDER) {
            for list in order.values_mut().filter_map(Json::as_array_mut) {
                list.retain(|item| item != id);
            }
        }
        self.take(ORDER, |_, list| list.as_array().is_some_and(Vec::is_empty));
        true
    }

    /// Sets the order override of a provider; an empty one clears it.
    pub fn set_order(&mut self, provider: &ProviderId, ids: &[ProfileId]) {
        if ids.is_empty() {
            self.clear_order(provider);
            return;
        }
        let list = ids.iter().map(|id| Json::from(id.as_str())).collect();
        self.set_for_provider(ORDER, provider, Json::Array(list));
    }

    /// Clears the order override of a provider. Returns whether there was one.
    pub fn clear_order(&mut self, provider: &ProviderId) -> bool {
        self.take(ORDER, |key, _| normalize_provider(key) == *provider)
            .is_some()
    }

    /// Returns what is remembered of a profile's use.
    #[must_use]
    pub fn usage(&self, id: &ProfileId) -> UsageStats {
        let entry = self.0.get(USAGE).and_then(|part| part.get(id.as_str()));
        entry.map(profiles::usage).unwrap_or_default()
    }

    /// Sets what is remembered of a profile's use.
    pub fn set_usage(&mut self, id: &ProfileId, usage: &UsageStats) {
        let part = self.part_mut(USAGE);
        let entry = profiles::usage_entry(usage, part.get(id.as_str()));
        part.insert(id.as_str().to_owned(), entry);
    }

    /// Sets the profile that last worked for a provider.
    pub fn set_last_good(&mut self, provider: &ProviderId, id: &ProfileId) {
        self.set_for_provider(LAST_GOOD, provider, id.as_str().into());
    }

    /// Adds a raw entry unless there is one with its id; for imports.
    pub(super) fn import(&mut self, id: &str, entry: Json) {
        self.part_mut(PROFILES).entry(id).or_insert(entry);
    }

    /// Sets a raw entry, in place of one with its id; for what is kept elsewhere.
    pub(super) fn replace(&mut self, id: &str, entry: Json) {
        self.part_mut(PROFILES).insert(id.to_owned(), entry);
    }

    fn part(&self, key: &str) -> impl Iterator<Item = (&String, &Json)> {
        self.0
            .get(key)
            .and_then(Json::as_object)
            .into_iter()
            .flatten()
    }

    fn part_mut(&mut self, key: &str) -> &mut Map<String, Json> {
        let part = self.0.entry(key).or_insert(Json::Null);
        if !part.is_object() {
            // Only null gets here: anything else is refused when the file is read.
            *part = Json::Object(Map::new());
        }
        part.as_object_mut().expect("made an object above")
    }

    /// Sets a value under the provider's name, spelled as it already is in the file.
    fn set_for_provider(&mut self, part: &str, provider: &ProviderId, value: Json) {
        let part = self.part_mut(part);
        let known = part
            .keys()
            .find(|key| normalize_provider(key) == *provider)
            .cloned();
        part.insert(known.unwrap_or_else(|| provider.as_str().to_owned()), value);
    }

    /// Removes entries of a part, and the part if it is empty then (`profiles` stays). `None` if
    /// there was nothing to remove.
    fn take(&mut self, part: &str, mut which: impl FnMut(&str, &Json) -> bool) -> Option<()> {
        let map = self.0.get_mut(part)?.as_object_mut()?;
        let before = map.len();
        map.retain(|key, value| !which(key, value));
        let (after, empty) = (map.len(), map.is_empty());
        if empty && after < before && part != PROFILES {
            self.0.shift_remove(part);
        }
        (after < before).then_some(())
    }
}
