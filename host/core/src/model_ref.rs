//! `provider/model` and the aliases that stand for it: parse, print, resolve.
//!
//! What a provider actually serves is the catalog's business; here only the spelling counts. The
//! provider's id is normalized, the model's id keeps its case.

use std::fmt;
use std::str::FromStr;

use crate::credential::ProviderId;
use crate::defaults;

/// The agent used when none is named or configured.
pub const DEFAULT_AGENT: &str = "main";

/// A text that is no model reference: empty, or with nothing before or after its first slash.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Invalid model reference: {0}")]
pub struct InvalidModelRef(pub String);

/// One model of one provider, in canonical form. Prints as `provider/model`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModelRef {
    /// The provider, normalized.
    pub provider: ProviderId,
    /// The model's id as the provider knows it; may hold more slashes.
    pub model: String,
}

impl ModelRef {
    /// Returns the reference to `model` of `provider`, both brought into canonical form.
    #[must_use]
    pub fn new(provider: &str, model: &str) -> Self {
        let provider = normalize_provider(provider);
        let model = expand_shortcut(&provider, model).to_owned();
        Self { provider, model }
    }

    /// Returns the reference to `model` of a provider whose id is normalized already.
    #[must_use]
    pub fn of(provider: &ProviderId, model: &str) -> Self {
        Self {
            provider: provider.clone(),
            model: expand_shortcut(provider, model).to_owned(),
        }
    }

    /// Parses `provider/model`, split at the first slash, or a bare model of `default_provider`.
    ///
    /// # Errors
    /// [`InvalidModelRef`] when a part is empty.
    pub fn parse(raw: &str, default_provider: &ProviderId) -> Result<Self, InvalidModelRef> {
        let text = raw.trim();
        let (provider, model) = match text.split_once('/') {
            Some((provider, model)) => (provider.trim(), model.trim()),
            None => (default_provider.as_str(), text),
        };
        if provider.is_empty() || model.is_empty() {
            return Err(InvalidModelRef(raw.to_owned()));
        }
        Ok(Self::new(provider, model))
    }

    /// Returns the model used when none is configured.
    #[must_use]
    pub fn fallback_default() -> Self {
        let (provider, model) = defaults::MODEL
            .split_once('/')
            .expect("the default model names its provider");
        Self::new(provider, model)
    }

    /// Returns the canonical `provider/model`, as stored in the config.
    #[must_use]
    pub fn key(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for ModelRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.provider, self.model)
    }
}

impl FromStr for ModelRef {
    type Err = InvalidModelRef;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        Self::parse(raw, &ProviderId::new(defaults::PROVIDER))
    }
}

/// Returns the one id of a provider for the spellings people use.
#[must_use]
pub fn normalize_provider(raw: &str) -> ProviderId {
    let id = raw.trim().to_lowercase();
    let meant = defaults::PROVIDER_SPELLINGS
        .iter()
        .find(|(spelling, _)| *spelling == id);
    match meant {
        Some((_, meant)) => ProviderId::new(*meant),
        None => ProviderId::new(id),
    }
}

/// Returns an agent's id as used in paths: lower case, other characters collapsed to `-`, at most
/// 64 of them; `main` when nothing is left.
#[must_use]
pub fn normalize_agent_id(raw: &str) -> String {
    let mut id = String::new();
    for character in raw.trim().to_lowercase().chars() {
        if character.is_ascii_alphanumeric() || matches!(character, '_' | '-') {
            id.push(character);
        } else if !id.ends_with('-') {
            id.push('-');
        }
    }
    let id: String = id.trim_matches('-').chars().take(64).collect();
    if id.is_empty() {
        DEFAULT_AGENT.to_owned()
    } else {
        id
    }
}

/// Returns the id that a provider knows for a shorter or documented name.
fn expand_shortcut<'a>(provider: &ProviderId, model: &'a str) -> &'a str {
    let meant = defaults::MODEL_SPELLINGS
        .iter()
        .find(|(of, name, _)| *of == provider.as_str() && name.eq_ignore_ascii_case(model));
    meant.map_or(model, |(_, _, id)| id)
}

/// Why a text is not an alias, or not one that exists.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AliasError {
    /// Nothing but spaces.
    #[error("Alias cannot be empty.")]
    Empty,
    /// A character that an alias may not have.
    #[error("Alias must use letters, numbers, dots, underscores, colons, or dashes.")]
    Characters,
    /// No model has this alias.
    #[error("Alias not found: {0}")]
    NotFound(String),
}

/// Returns the trimmed name when it may be used as an alias.
///
/// # Errors
/// [`AliasError::Empty`] or [`AliasError::Characters`].
pub fn validate_alias(raw: &str) -> Result<&str, AliasError> {
    let name = raw.trim();
    if name.is_empty() {
        return Err(AliasError::Empty);
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:-".contains(&byte);
    if name.bytes().all(allowed) {
        Ok(name)
    } else {
        Err(AliasError::Characters)
    }
}

/// Returns the built-in alias of a model, where it has one.
#[must_use]
pub fn built_in_alias(model: &ModelRef) -> Option<&'static str> {
    let key = model.key();
    defaults::ALIASES
        .iter()
        .find(|(_, target)| *target == key)
        .map(|(name, _)| *name)
}

/// One alias in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// Its name as written.
    pub name: String,
    /// What it stands for.
    pub model: ModelRef,
    /// Whether it comes with the product rather than from the config.
    pub built_in: bool,
}

/// The aliases in force, in document order; names are compared without case and are unique.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AliasTable {
    aliases: Vec<Alias>,
}

/// A text turned into a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The model.
    pub model: ModelRef,
    /// The alias that led to it, as configured.
    pub via_alias: Option<String>,
    /// What to tell the owner of a config that holds this text: set for a bare name that is no
    /// alias. A command line needs no such warning.
    pub warning: Option<String>,
}

impl AliasTable {
    /// Collects the aliases of config entries `(model key, alias)` in document order.
    ///
    /// A missing alias takes the built-in one, unless the config gives that name to a model
    /// itself; an empty alias means none. Of equal names the later entry wins. Keys that are no
    /// model references are passed over.
    pub fn build<'a>(entries: impl IntoIterator<Item = (&'a str, Option<&'a str>)>) -> Self {
        let entries: Vec<(ModelRef, Option<&str>)> = entries
            .into_iter()
            .filter_map(|(key, alias)| Some((key.parse().ok()?, alias.map(str::trim))))
            .collect();
        let mut table = Self::default();
        for (model, alias) in &entries {
            if let Some(name) = alias.filter(|name| !name.is_empty()) {
                table.put(name, model, false);
            }
        }
        for (model, alias) in &entries {
            let built_in = built_in_alias(model).filter(|_| alias.is_none());
            if let Some(name) = built_in.filter(|name| table.get(name).is_none()) {
                table.put(name, model, true);
            }
        }
        let position = |alias: &Alias| entries.iter().position(|(model, _)| *model == alias.model);
        table.aliases.sort_by_key(position);
        table
    }

    fn put(&mut self, name: &str, model: &ModelRef, built_in: bool) {
        self.aliases
            .retain(|alias| !alias.name.eq_ignore_ascii_case(name));
        self.aliases.push(Alias {
            name: name.to_owned(),
            model: model.clone(),
            built_in,
        });
    }

    /// Returns the alias with this name, whatever its case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Alias> {
        let name = name.trim();
        self.aliases
            .iter()
            .find(|alias| alias.name.eq_ignore_ascii_case(name))
    }

    /// Returns every alias, in document order.
    pub fn iter(&self) -> impl Iterator<Item = &Alias> {
        self.aliases.iter()
    }

    /// Returns the aliases of a model.
    pub fn names_of<'a>(&'a self, model: &'a ModelRef) -> impl Iterator<Item = &'a str> {
        self.aliases
            .iter()
            .filter(move |alias| alias.model == *model)
            .map(|alias| &*alias.name)
    }

    /// Resolves an alias, a `provider/model` or a bare model of `default_provider`, in that order.
    ///
    /// # Errors
    /// [`InvalidModelRef`] when it can be none of them.
    pub fn resolve(
        &self,
        raw: &str,
        default_provider: &ProviderId,
    ) -> Result<Resolved, InvalidModelRef> {
        let text = raw.trim();
        let bare = !text.contains('/');
        if let Some(alias) = self.get(text).filter(|_| bare) {
            let via_alias = Some(alias.name.clone());
            return Ok(Resolved {
                model: alias.model.clone(),
                via_alias,
                warning: None,
            });
        }
        let model = ModelRef::parse(raw, default_provider)?;
        let warning = bare.then(|| {
            format!(
                "Model \"{text}\" specified without provider. Falling back to \"{model}\". \
                 Please use \"{model}\" in your config."
            )
        });
        Ok(Resolved {
            model,
            via_alias: None,
            warning,
        })
    }
}
