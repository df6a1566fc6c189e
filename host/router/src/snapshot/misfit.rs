//! Credentials that do not belong where they are: another vendor's, or of a kind that cannot ask.
//!
//! A key that ended up in the wrong variable would be sent to a vendor that has nothing to do with it.
//! So one whose form says whose it is goes nowhere else, wherever it comes from.

use openclaw_core::credential::{Mode, ProviderId};
use openclaw_core::credential_format::{Form, elsewhere};
use openclaw_manifest::AuthMethod;
use regex_lite::Regex;

use super::Snapshot;

/// Why a provider gets no credential of this form. Quotes nothing of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// What it is, in a sentence.
    pub why: String,
    /// The provider that it belongs to, where that is one of the plugins'.
    pub belongs_to: Option<ProviderId>,
}

/// A variable whose value is not used, because it does not belong there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misplaced {
    /// Its name.
    pub name: String,
    /// What is wrong, in a line.
    pub what: String,
    /// The command that puts the value where it belongs, where that is known.
    pub command: Option<String>,
}

impl Misplaced {
    /// Returns all there is to say, in a line.
    #[must_use]
    pub fn line(&self) -> String {
        match &self.command {
            Some(command) => format!("{}; put it where it belongs: `{command}`", self.what),
            None => self.what.clone(),
        }
    }
}

impl Snapshot {
    /// Returns why a provider gets no credential of this form; nothing where its vendor takes it, and
    /// where the config gives the provider another address: a proxy takes what it wants.
    #[must_use]
    pub fn misfit(&self, provider: &ProviderId, text: &str) -> Option<Misfit> {
        let manifest = self.registry.manifest(provider)?;
        if !matches!(self.base_url(provider), Ok(None)) {
            return None;
        }
        let own = forms(&manifest.auth, text);
        let has = |form: &&Form<'_>| form.matches == Some(true);
        let refused = own.iter().filter(has).find_map(|form| form.refuse);
        let fits = own.iter().any(|form| has(&form));
        // Other manifests are not read for what is a credential of this one.
        if own.is_empty() || fits && refused.is_none() {
            return None;
        }
        let others: Vec<_> = self
            .registry
            .all()
            .iter()
            .filter(|plugin| plugin.id() != provider.as_str())
            .map(|plugin| (plugin, forms(&plugin.manifest().auth, text)))
            .collect();
        // What two providers of one vendor take is said to be the first one's, as of `acme` and `acme-cloud`.
        let owning: Vec<&str> = others
            .iter()
            .filter(|(_, forms)| forms.iter().any(is_taken))
            .map(|(plugin, _)| plugin.id())
            .collect();
        let is_second = |id: &str| {
            let mut others = owning.iter().filter_map(|other| id.strip_prefix(other));
            others.any(|rest| rest.starts_with('-'))
        };
        let others: Vec<_> = others
            .into_iter()
            .filter(|(plugin, _)| !is_second(plugin.id()))
            .collect();
        let owners: Vec<(&str, &str)> = match refused {
            Some(_) => others
                .iter()
                .filter_map(|(plugin, forms)| {
                    let form = forms.iter().find(|form| is_taken(form))?;
                    Some((plugin.id(), form.label))
                })
                .collect(),
            None => {
                let named: Vec<_> = others
                    .iter()
                    .map(|(plugin, forms)| (plugin.id(), forms.clone()))
                    .collect();
                elsewhere(&own, &named)
            }
        };
        match (owners.as_slice(), refused) {
            ([(id, label)], _) => Some(Misfit {
                why: format!(
                    "it has the form of a credential of {}: {label}",
                    self.vendor_name(id)
                ),
                belongs_to: Some(ProviderId::new(*id)),
            }),
            (_, Some(why)) => Some(Misfit {
                why: why.to_owned(),
                belongs_to: None,
            }),
            ([], None) => None,
            (owners, None) => {
                let names: Vec<&str> = owners.iter().map(|(id, _)| self.vendor_name(id)).collect();
                Some(Misfit {
                    why: format!(
                        "it has the form of a credential of one of {}",
                        names.join(", ")
                    ),
                    belongs_to: None,
                })
            }
        }
    }

    /// Returns what the vendor of a provider calls itself.
    fn vendor_name<'a>(&'a self, id: &'a str) -> &'a str {
        let manifest = self.registry.manifest(&ProviderId::new(id));
        manifest.map_or(id, |manifest| manifest.name.as_str())
    }

    /// Returns the variables of all plugins whose value does not belong there, with the command that
    /// puts it where it does.
    #[must_use]
    pub fn misplaced(&self) -> Vec<Misplaced> {
        let plugins = self.registry.all().iter();
        let found = plugins.flat_map(|plugin| {
            let misfits = self.misfit_variables(&ProviderId::new(plugin.id()));
            misfits.into_iter().map(|(name, misfit)| Misplaced {
                what: format!("`{name}` is set, but not used: {}", misfit.why),
                command: self.moving(&name, &misfit),
                name,
            })
        });
        found.collect()
    }

    fn moving(&self, name: &str, misfit: &Misfit) -> Option<String> {
        let owner = misfit.belongs_to.as_ref()?;
        let mut names = self.registry.secret_variables(owner).into_iter();
        let (right, _) = names.find(|(_, mode)| *mode != Some(Mode::Oauth))?;
        Some(format!("export {right}=\"${name}\"; unset {name}"))
    }

    /// Returns those of a provider's variables whose value does not belong there, so that they count
    /// as not set.
    #[must_use]
    pub fn misfit_variables(&self, provider: &ProviderId) -> Vec<(String, Misfit)> {
        let names = self.registry.secret_variables(provider).into_iter();
        let found = names.filter_map(|(name, _)| {
            let value = self.config.environment.credential(&name)?;
            let misfit = self.misfit(provider, value)?;
            Some((name, misfit))
        });
        found.collect()
    }
}

fn is_taken(form: &Form<'_>) -> bool {
    form.matches == Some(true) && form.refuse.is_none()
}

/// Returns the forms that a provider documents, compared with a text.
#[must_use]
pub fn forms<'a>(methods: &'a [AuthMethod], text: &str) -> Vec<Form<'a>> {
    let matches =
        |pattern: &String| Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text));
    methods
        .iter()
        .filter_map(|method| {
            Some(Form {
                mode: Mode::from_name(&method.mode)?,
                label: &method.label,
                matches: method.pattern.as_ref().map(matches),
                min_length: method.min_length,
                refuse: method.refuse.as_deref(),
            })
        })
        .collect()
}
