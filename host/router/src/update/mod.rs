//! Facts of models that are newer than the program: from a file or an address, verified, compared with
//! what is known, installed, and looked up again.
//!
//! Facts are all that is taken. Who serves a model, where, and with which credential is for plugins
//! and the config to say; a provider without a plugin gets none by being named here.

mod fetch;
mod newer;

use openclaw_core::catalog::{Changes, Model, changes};
use openclaw_core::credential::ProviderId;
use openclaw_core::time::Timestamp;
use openclaw_runtime::{bundle, facts};
use openclaw_store::catalog_data::document::{self, Document};
use openclaw_store::catalog_data::{CatalogData, Installed, NewFacts, Section, Versions};
use openclaw_store::config::Config;
use openclaw_store::signature::{KeyId, PublicKey, Signature};
use sha2::{Digest as _, Sha256};

use crate::failure::{Failure, Kind};
use crate::registry::Registry;
use crate::surroundings::Surroundings;

pub(crate) use newer::Newer;

/// How far ahead of the clock facts may be dated: clocks differ, and so do days around the world.
const AHEAD_MS: u64 = 2 * 86_400_000;

/// Where facts come from.
#[derive(Clone, Copy, Debug)]
pub struct From<'a> {
    /// A file or an address.
    pub facts: &'a str,
    /// The same of their signature, where it is not beside them.
    pub signature: Option<&'a str>,
}

/// Facts as they came, and their signature.
#[derive(Debug)]
pub struct Fetched {
    /// The file or address, as it is shown.
    pub shown: String,
    bytes: Vec<u8>,
    signature: Option<Signature>,
}

/// Facts that may be installed.
#[derive(Debug)]
pub struct Update {
    /// The facts.
    pub document: Document,
    /// What is said of them once they are installed.
    pub about: Installed,
}

/// What an update says of one provider.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The provider.
    pub provider: ProviderId,
    /// The day or time of the update's facts.
    pub date: String,
    /// Whether they are used.
    pub use_: Use,
    /// How many models there are then.
    pub models: usize,
    /// What differs from what is known now.
    pub changes: Changes,
}

/// Whether the facts of a provider are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// They are.
    Used,
    /// The program's own are newer.
    Older,
    /// No plugin serves the provider.
    NoPlugin,
}

impl Use {
    /// Returns the stable word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Older => "older",
            Self::NoPlugin => "no_plugin",
        }
    }
}

impl Fetched {
    /// Gets facts and their signature. Nothing is written.
    ///
    /// # Errors
    /// When the file cannot be read, or the server does not give it.
    pub async fn get(
        surroundings: &Surroundings,
        config: &Config,
        from: From<'_>,
    ) -> Result<Self, Failure> {
        fetch::get(surroundings, config, from).await
    }

    /// Returns the number of the key that the facts say they are signed with; nothing if they are not
    /// signed.
    #[must_use]
    pub fn signed_with(&self) -> Option<KeyId> {
        self.signature.as_ref().map(Signature::key_id)
    }

    /// Verifies the facts with a key, and reads them; with none if they are not signed and may be so.
    ///
    /// # Errors
    /// When the signature does not fit, or the facts are refused.
    pub fn read(self, key: Option<&PublicKey>, now: Timestamp) -> Result<Update, Failure> {
        let shown = &self.shown;
        let mut about = Installed {
            source: shown.clone(),
            digest: hex(&self.bytes),
            installed_at: now,
            ..Installed::default()
        };
        if let Some(key) = key {
            let signature = self
                .signature
                .as_ref()
                .ok_or_else(|| Failure::new(Kind::Config, format!("{shown} is not signed")))?;
            key.verify(&self.bytes, signature).map_err(|why| {
                Failure::new(Kind::Config, format!("{shown} cannot be trusted: {why}"))
            })?;
            about.signer = Some(key.id().to_string());
            about.comment = Some(signature.comment().to_owned()).filter(|text| !text.is_empty());
        }
        let document = document::read(&self.bytes).map_err(|refused| {
            let place = match refused.position {
                Some(at) => format!("{shown}:{}:{}", at.line, at.column),
                None => shown.clone(),
            };
            Failure::new(Kind::Config, format!("{place}: {}", refused.why))
        })?;
        let dates = document.providers.iter().map(|provider| &provider.date);
        for date in dates.chain([&document.date]) {
            let at = document::at(date).unwrap_or_default();
            if at.0 > now.0.saturating_add(AHEAD_MS) {
                return Err(Failure::new(
                    Kind::Config,
                    format!("{shown} is dated {date}, and today is {}", now.day()),
                )
                .hint("see what the clock says with `date`"));
            }
        }
        about.date.clone_from(&document.date);
        Ok(Update { document, about })
    }
}

impl Update {
    /// Returns what differs from what is known now, by provider.
    #[must_use]
    pub fn differences(&self, registry: &Registry, data: &CatalogData) -> Vec<Difference> {
        let providers = self.document.providers.iter();
        providers
            .map(|provider| {
                let plugin = registry.find(&provider.id);
                let use_ = match plugin {
                    None => Use::NoPlugin,
                    Some(_) if is_used(&provider.date) => Use::Used,
                    Some(_) => Use::Older,
                };
                let known = || {
                    let newer = newer::models(data, &provider.id);
                    let mut known =
                        newer.unwrap_or_else(|| plugin.map_or(Vec::new(), |p| p.models()));
                    known.sort_by(|a, b| a.id.cmp(&b.id));
                    known
                };
                Difference {
                    provider: provider.id.clone(),
                    date: provider.date.clone(),
                    use_,
                    models: provider.models.len(),
                    changes: match use_ {
                        Use::Used => changes(&known(), &provider.models),
                        Use::Older | Use::NoPlugin => Changes::default(),
                    },
                }
            })
            .collect()
    }

    /// Puts the facts in use. Older ones than those in use are refused, unless that is allowed.
    ///
    /// # Errors
    /// When they are older, or the system refuses.
    pub fn install(self, data: &CatalogData, allow_older: bool) -> Result<Versions, Failure> {
        let shown = self.about.source.clone();
        let providers = self.document.providers.iter();
        let lines = |models: &[Model]| models.iter().map(facts::line).collect();
        let new = NewFacts {
            providers: providers
                .map(|one| (one.id.clone(), one.date.clone(), lines(&one.models)))
                .collect(),
            about: self.about,
        };
        let date = new.about.date.clone();
        data.install(new, |now| match &now.current {
            Some(current) if !allow_older && older(&date, &current.date) => Err(Failure::new(
                Kind::Config,
                format!(
                    "{shown} is of {date}, and the facts in use are of {}",
                    current.date
                ),
            )
            .detail("nothing was changed")
            .hint("to go back to what was in use before: `openclaw models update --rollback`")
            .hint("to install it anyway, add `--allow-older`")),
            _ => Ok(()),
        })
    }
}

/// Whether facts of a day take the place of the program's own: those of the same day do.
#[must_use]
pub fn is_used(date: &str) -> bool {
    !older(date, bundle::date())
}

/// Returns the day that the program's own facts describe.
#[must_use]
pub fn built_in_date() -> &'static str {
    bundle::date()
}

/// Whether a section of installed facts is used, and why not.
#[must_use]
pub fn use_of(registry: &Registry, section: &Section) -> Use {
    match registry.find(&section.provider) {
        None => Use::NoPlugin,
        Some(_) if is_used(&section.date) => Use::Used,
        Some(_) => Use::Older,
    }
}

/// Returns what there is to say of installed facts that cannot be used.
pub(crate) fn warning(data: &CatalogData) -> Option<String> {
    let why = data.versions().err()?;
    Some(format!(
        "the installed facts of models are not used: {why}; see `openclaw doctor`"
    ))
}

fn older(date: &str, than: &str) -> bool {
    document::at(date) < document::at(than)
}

fn hex(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
