//! Configured models: whether they are served, allowed, and of use in their place.

use super::{Finding, Severity};
use crate::credential::ProviderId;
use crate::model_ref::ModelRef;
use crate::shell::pasteable_path;

/// The part that a configured model plays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// Primary text model.
    Primary,
    /// Text fallback.
    Fallback,
    /// Primary image model.
    Image,
    /// Image fallback.
    ImageFallback,
    /// What an alias stands for.
    Alias(String),
}

/// Whose setting it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// That of all agents.
    Defaults,
    /// One agent's own: its place in `agents.list`, and its id.
    Agent(usize, String),
}

impl Owner {
    /// Returns the config key that the setting is under.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Defaults => "agents.defaults".to_owned(),
            Self::Agent(index, _) => format!("agents.list[{index}]"),
        }
    }
}

/// What the catalog has of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// It is listed.
    Listed {
        /// Whether its provider has stopped serving it.
        retired: bool,
        /// Whether it is served and recommended.
        current: bool,
        /// The catalog's word for its state.
        status: String,
        /// The day it stops or stopped being served.
        retires: Option<String>,
        /// Whether it takes images.
        images: bool,
    },
    /// It is not, and need not be: its provider serves what the user installs.
    Unlisted,
    /// It is not, and should be.
    Unknown {
        /// Whether it is asked for all the same, because the config names it.
        accepted: bool,
    },
}

/// A configured model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelFact {
    /// Whose setting it is in.
    pub owner: Owner,
    /// The part it plays.
    pub role: Role,
    /// The config key.
    pub place: String,
    /// The text as written.
    pub raw: String,
    /// What it stands for; `None` when it is no model reference.
    pub model: Option<ModelRef>,
    /// What is known of it.
    pub known: Known,
    /// A model that could take its place.
    pub near: Option<ModelRef>,
    /// Whether the allowlist lets it be used.
    pub allowed: bool,
    /// The other fallbacks of its list, as written.
    pub others: Vec<String>,
}

/// Returns what is wrong with a configured model.
#[must_use]
pub fn model(fact: &ModelFact) -> Vec<Finding> {
    let first = matches!(fact.role, Role::Primary | Role::Image);
    let severe = if first {
        Severity::Error
    } else {
        Severity::Warning
    };
    let finding =
        |id, severity, what: String| fact.with_fix(Finding::new(id, severity, what, &fact.place));
    let Some(model) = &fact.model else {
        let what = format!("{} is no model reference", fact.subject(&fact.raw));
        return vec![finding("model-invalid", severe, what)];
    };
    let subject = fact.subject(&model.key());
    let mut found = Vec::new();
    match &fact.known {
        Known::Listed {
            retired: true,
            retires,
            ..
        } => {
            let since = day(retires.as_deref(), " since ");
            let what = format!("{subject} is retired{since} and no longer answers");
            found.push(finding("model-retired", severe, what));
        }
        Known::Listed {
            current: false,
            status,
            retires,
            ..
        } => {
            // A day that is to come says more than a word for it.
            let what = match (&**status, retires) {
                ("retired", Some(day)) => format!("{subject} retires on {day}"),
                (status, Some(day)) => format!("{subject} is {status} and retires on {day}"),
                (status, None) => format!("{subject} is {status}"),
            };
            found.push(finding("model-deprecated", Severity::Warning, what));
        }
        Known::Unknown { accepted } => {
            let severity = if *accepted { Severity::Warning } else { severe };
            let meant = fact
                .near
                .as_ref()
                .map(|near| format!("; did you mean `{near}`?"))
                .unwrap_or_default();
            let what = format!("{subject} is in no catalog{meant}");
            found.push(finding("model-unknown", severity, what));
        }
        Known::Listed { .. } | Known::Unlisted => {}
    }
    let takes_none = matches!(fact.known, Known::Listed { images: false, .. });
    if takes_none && matches!(fact.role, Role::Image | Role::ImageFallback) {
        let what = format!("{subject} takes no images");
        found.push(finding("model-without-images", severe, what));
    }
    if !fact.allowed && !matches!(fact.role, Role::Alias(_)) {
        let effect = if first {
            "so requests are refused"
        } else {
            "so it is skipped"
        };
        let what = format!("{subject} is not among the allowed models, {effect}");
        // What no catalog knows is no model that `models allow` takes.
        let command = if matches!(fact.known, Known::Listed { .. }) {
            format!("openclaw models allow {}", pasteable_path(&model.key()))
        } else {
            let key = format!("agents.defaults.models[\"{model}\"]");
            format!("openclaw config set {} '{{}}'", pasteable_path(&key))
        };
        found.push(Finding::new("model-not-allowed", severe, what, &fact.place).command(command));
    }
    found
}

impl ModelFact {
    /// Returns the model as the subject of a sentence.
    fn subject(&self, model: &str) -> String {
        let part = match &self.role {
            Role::Primary => "the primary model".to_owned(),
            Role::Fallback => "the fallback".to_owned(),
            Role::Image => "the image model".to_owned(),
            Role::ImageFallback => "the image fallback".to_owned(),
            Role::Alias(name) => return format!("the model of alias `{name}`, `{model}`,"),
        };
        match &self.owner {
            Owner::Defaults => format!("{part} `{model}`"),
            Owner::Agent(_, id) => format!("{part} of agent `{id}`, `{model}`,"),
        }
    }

    /// Adds the command that takes the model out of its place, or puts another there.
    fn with_fix(&self, finding: Finding) -> Finding {
        let near = self.near.as_ref().map(|near| pasteable_path(&near.key()));
        let raw = pasteable_path(&self.raw);
        if let Owner::Agent(..) = self.owner {
            return self.with_fix_for_agent(finding);
        }
        match (&self.role, near) {
            (Role::Primary, Some(near)) => finding.command(format!("openclaw models set {near}")),
            (Role::Image, Some(near)) => {
                finding.command(format!("openclaw models set-image {near}"))
            }
            (Role::Primary | Role::Image, None) => finding.advice(
                "choose another one from `openclaw models list`, and set it with `openclaw models set`",
            ),
            (Role::Fallback, _) => {
                finding.command(format!("openclaw models fallbacks remove {raw}"))
            }
            (Role::ImageFallback, _) => {
                finding.command(format!("openclaw models image-fallbacks remove {raw}"))
            }
            (Role::Alias(name), Some(near)) => finding.command(format!(
                "openclaw models aliases add {} {near}",
                pasteable_path(name)
            )),
            (Role::Alias(name), None) => {
                finding.command(format!("openclaw models aliases remove {}", pasteable_path(name)))
            }
        }
    }

    fn with_fix_for_agent(&self, finding: Finding) -> Finding {
        let setting = match self.role {
            Role::Image | Role::ImageFallback => "imageModel",
            _ => "model",
        };
        let key = format!("{}.{setting}", self.owner.key());
        if matches!(self.role, Role::Primary | Role::Image) {
            return match &self.near {
                Some(near) => finding.command(format!(
                    "openclaw config set {} {}",
                    pasteable_path(&format!("{key}.primary")),
                    pasteable_path(&near.key())
                )),
                None => finding.command(format!("openclaw config unset {}", pasteable_path(&key))),
            };
        }
        let others: Vec<String> = self
            .others
            .iter()
            .map(|other| format!("\"{}\"", other.replace('\\', r"\\").replace('"', "\\\"")))
            .collect();
        finding.command(format!(
            "openclaw config set {} {}",
            pasteable_path(&format!("{key}.fallbacks")),
            pasteable_path(&format!("[{}]", others.join(", ")))
        ))
    }
}

fn day(day: Option<&str>, before: &str) -> String {
    day.map(|day| format!("{before}{day}")).unwrap_or_default()
}

/// A primary and its fallbacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainFact {
    /// Whose setting it is.
    pub owner: Owner,
    /// `model` or `imageModel`.
    pub setting: &'static str,
    /// The primary.
    pub primary: ModelRef,
    /// The fallbacks: as written, and what each stands for.
    pub fallbacks: Vec<(String, ModelRef)>,
    /// Whether the list of fallbacks is there, even if it is empty.
    pub chosen: bool,
    /// How many credentials may be tried, by provider.
    pub usable: Vec<(ProviderId, usize)>,
    /// A model of another provider that there is a credential for.
    pub elsewhere: Option<ModelRef>,
}

/// Returns what is wrong with a primary and its fallbacks together.
#[must_use]
pub fn chain(fact: &ChainFact) -> Vec<Finding> {
    let mut found = Vec::new();
    let key = format!("{}.{}.fallbacks", fact.owner.key(), fact.setting);
    let verb = match fact.setting {
        "imageModel" => "image-fallbacks",
        _ => "fallbacks",
    };
    let whose = match &fact.owner {
        Owner::Defaults => String::new(),
        Owner::Agent(_, id) => format!(" of agent `{id}`"),
    };
    let add = |finding: Finding| {
        match (&fact.owner, &fact.elsewhere) {
        (Owner::Defaults, Some(model)) => {
            finding.command(format!("openclaw models {verb} add {}", pasteable_path(&model.key())))
        }
        (Owner::Agent(..), Some(model)) => {
            let written = fact.fallbacks.iter().map(|(raw, _)| raw.clone());
            let all: Vec<String> = written
                .chain([model.key()])
                .map(|name| format!("\"{name}\""))
                .collect();
            finding.command(format!(
                "openclaw config set {} {}",
                pasteable_path(&key),
                pasteable_path(&format!("[{}]", all.join(", ")))
            ))
        }
        (_, None) => finding.advice(
            "store a credential of another provider with `openclaw models auth add`, then add one of its models",
        ),
    }
    };
    if fact.fallbacks.is_empty() {
        let deliberate = fact.owner != Owner::Defaults && fact.chosen;
        if fact.setting == "model" && !deliberate {
            let what = format!(
                "there is no fallback{whose}: when `{}` does not answer, nothing else is asked",
                fact.primary
            );
            found.push(add(Finding::new("no-fallback", Severity::Note, what, &key)));
        }
        return found;
    }
    let mut seen = vec![&fact.primary];
    for (raw, model) in &fact.fallbacks {
        if seen.contains(&model) {
            let what = format!("the fallback `{model}`{whose} is a duplicate");
            let finding = Finding::new("fallback-duplicate", Severity::Note, what, &key);
            found.push(match fact.owner {
                Owner::Defaults if *model == fact.primary => finding.command(format!(
                    "openclaw models {verb} remove {}",
                    pasteable_path(raw)
                )),
                _ => finding.advice("remove it from the list"),
            });
        }
        seen.push(model);
    }
    let provider = &fact.primary.provider;
    let usable = fact.usable.iter().find(|(id, _)| id == provider);
    let single = usable.is_none_or(|(_, count)| *count <= 1);
    let shares = |(_, model): &&(String, ModelRef)| model.provider == *provider;
    let sharing: Vec<String> = fact
        .fallbacks
        .iter()
        .filter(shares)
        .map(|(_, model)| format!("`{model}`"))
        .collect();
    if single && !sharing.is_empty() {
        let all = sharing.len() == fact.fallbacks.len();
        let severity = if all {
            Severity::Warning
        } else {
            Severity::Note
        };
        let (verb, those) = match (all, sharing.len()) {
            (true, 1) => ("uses", "the only fallback".to_owned()),
            (true, _) => ("use", "all fallbacks".to_owned()),
            (false, 1) => ("uses", format!("the fallback {}", sharing[0])),
            (false, _) => ("use", format!("the fallbacks {}", sharing.join(", "))),
        };
        let what = format!(
            "{those}{whose} {verb} the one account of `{provider}` that the primary uses, so they fail together"
        );
        let finding = Finding::new("fallbacks-share-account", severity, what, &key);
        found.push(if all {
            add(finding)
        } else {
            finding.command(format!(
                "openclaw models auth add --provider {} --profile-id {}",
                pasteable_path(provider.as_str()),
                pasteable_path(&format!("{provider}:backup"))
            ))
        });
    }
    found
}
