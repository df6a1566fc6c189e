//! What keeps a provider from being asked at all, whatever credentials there are for it.

use openclaw_core::base_url;
use openclaw_core::credential::ProviderId;
use openclaw_core::secret::Secret;
use openclaw_core::shell::pasteable;
use openclaw_store::json5::KeyPath;
use openclaw_store::schema::UnusableHeader;

use super::Snapshot;
use crate::failure::{Failure, Kind};

/// A key of the config that no request can be sent with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The key, as it can be typed again.
    pub key: String,
    /// The part of the key below the provider's entry, such as `baseUrl`.
    pub part: String,
    /// The stable word for it.
    pub reason: &'static str,
    /// Why.
    pub why: String,
    /// A command that can be pasted: with an example where only the user knows the value.
    pub command: String,
    /// What to do about it, with that command.
    pub advice: String,
}

impl Fault {
    fn of(provider: &ProviderId, below: KeyPath, reason: &'static str, why: String) -> Self {
        let key = ["models", "providers", provider.as_str()].map(Into::into);
        let key = KeyPath(key.into_iter().chain(below.0.clone()).collect()).written();
        let word = pasteable(&key);
        let (command, advice) = if reason == "base_url" {
            let command = format!("openclaw config set {word} {}", base_url::EXAMPLE);
            let advice = format!("write a whole address, as in `{command}`");
            (command, advice)
        } else {
            let command = format!("openclaw config unset {word}");
            let advice = format!("write another value, or take it out with `{command}`");
            (command, advice)
        };
        Self {
            command,
            advice,
            part: below.written(),
            key,
            reason,
            why,
        }
    }
}

/// A header field that cannot be sent: where it is, and why.
type Unsent<'a> = (KeyPath, &'a UnusableHeader);

impl Snapshot {
    /// Returns what keeps requests to a provider from being sent: its base URL, or a header field.
    #[must_use]
    pub fn fault(&self, provider: &ProviderId) -> Option<Fault> {
        self.fault_for(provider, None)
    }

    /// The same for one of its models, which may have header fields of its own.
    #[must_use]
    pub fn fault_for(&self, provider: &ProviderId, model: Option<&str>) -> Option<Fault> {
        let entry = self.provider_config(provider)?;
        if let Some(why) = &entry.base_url_fault {
            let key = KeyPath::default().join("baseUrl");
            return Some(Fault::of(provider, key, "base_url", why.to_string()));
        }
        let (key, why) = self.header_fields(provider, model).err()?;
        Some(Fault::of(provider, key, "header", why.to_string()))
    }

    /// Returns the header fields that the config adds to a provider's requests; what it says of
    /// the model goes before what it says of the provider.
    ///
    /// # Errors
    /// When one of them cannot be sent.
    pub fn headers(
        &self,
        provider: &ProviderId,
        model: Option<&str>,
    ) -> Result<Vec<(String, Secret<String>)>, Failure> {
        self.header_fields(provider, model).map_err(|(key, why)| {
            let Fault { key, advice, .. } = Fault::of(provider, key, "header", String::new());
            match why {
                UnusableHeader::Missing(missing) => {
                    Failure::new(Kind::Config, missing.to_string()).hint(missing.hint())
                }
                _ => Failure::new(Kind::Config, format!("{key}: {why}")).hint(advice),
            }
        })
    }

    fn header_fields(
        &self,
        provider: &ProviderId,
        model: Option<&str>,
    ) -> Result<Vec<(String, Secret<String>)>, Unsent<'_>> {
        let entry = self.provider_config(provider);
        let at = entry.zip(model).and_then(|(entry, model)| {
            let mut models = entry.models.iter();
            models.position(|known| known.id == model)
        });
        let own = at
            .zip(entry)
            .map_or(&[][..], |(at, entry)| &entry.models[at].headers);
        let is_own = |name: &str| own.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
        let general = entry.map_or(&[][..], |entry| &entry.headers);
        let general = general.iter().filter(|(name, _)| !is_own(name));
        let below = |is_own: bool, name: &str| {
            let start = KeyPath::default();
            let start = match at {
                Some(at) if is_own => start.join("models").join(at),
                _ => start,
            };
            start.join("headers").join(name)
        };
        own.iter()
            .map(|field| (true, field))
            .chain(general.map(|field| (false, field)))
            .map(|(is_own, (name, value))| match value {
                Ok(value) => Ok((name.clone(), value.clone())),
                Err(why) => Err((below(is_own, name), why)),
            })
            .collect()
    }
}
