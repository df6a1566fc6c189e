//! What a live check asks: which credentials of a provider, and with which model.
//!
//! A probe looks at every stored profile for itself, those in cooldown too; nothing is rotated. What
//! cannot be asked without changing something, or would never be used, is reported with the reason
//! instead. Making the calls, and bounding them, is the host's task.

use crate::auth_order::{AuthInputs, CredentialSource, Order, Skip, SourceOption, resolve};
use crate::catalog::{Model, recommended};
use crate::credential::{Credential, Mode, Profile, ProfileId, ProviderId};
use crate::model_ref::ModelRef;
use crate::status::expiry_phrase;
use crate::time::Timestamp;

/// A credential that a probe is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Which one.
    pub source: CredentialSource,
    /// How it signs; `None` when nothing is signed.
    pub mode: Option<Mode>,
    /// Why it is not asked; `None` where it is.
    pub not_probed: Option<NotProbed>,
}

/// Why a credential is not asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotProbed {
    /// Stored, but not in the order that is in force, so nothing ever uses it.
    Excluded {
        /// Whether a person gave the order.
        explicit: bool,
    },
    /// It has expired; a renewal would change the store.
    Expired {
        /// When.
        since: Timestamp,
        /// Whether the next request renews it.
        renewable: bool,
    },
    /// It holds nothing to sign with.
    Empty,
    /// A login without an access token: asking would mean to renew it.
    NotYetRenewed,
    /// It does not go with what the config says of it.
    Conflict(Skip),
}

impl NotProbed {
    /// Returns the stable word of the outcome, as the existing product has it.
    #[must_use]
    pub fn status(&self) -> &'static str {
        match self {
            Self::Expired { .. } | Self::Empty | Self::NotYetRenewed => "auth",
            Self::Excluded { .. } | Self::Conflict(_) => "unknown",
        }
    }

    /// Returns the reason in a line.
    #[must_use]
    pub fn message(&self, now: Timestamp) -> String {
        match self {
            Self::Excluded { explicit: true } => {
                "Excluded by auth.order for this provider.".to_owned()
            }
            Self::Excluded { explicit: false } => {
                "Excluded by auth.profiles, which names others of this provider.".to_owned()
            }
            Self::Expired { since, renewable } => {
                let rest = if *renewable {
                    "a probe refreshes no OAuth token; the next request does"
                } else {
                    "it cannot be refreshed"
                };
                format!("{}; {rest}", expiry_phrase(now, *since))
            }
            Self::Empty => "Auth profile credentials are missing or expired.".to_owned(),
            Self::NotYetRenewed => {
                "it holds no access token; a probe refreshes no OAuth token; the next request does"
                    .to_owned()
            }
            Self::Conflict(reason) => reason.to_string(),
        }
    }
}

/// Returns the credentials of a provider to ask about: every stored profile, in the order they are
/// used and then those that are not; where none is stored, what takes its place.
///
/// With `only`, profiles with these ids alone.
#[must_use]
pub fn targets(inputs: &AuthInputs<'_>, only: &[ProfileId]) -> Vec<Target> {
    // Without an explicit profile there is nothing that cannot be resolved.
    let Ok(found) = resolve(inputs) else {
        return Vec::new();
    };
    let stored: Vec<&Profile> = inputs
        .profiles
        .iter()
        .filter(|profile| profile.provider == *inputs.provider)
        .collect();
    if stored.is_empty() {
        let first = found.sources.into_iter().next();
        return first
            .filter(|_| only.is_empty())
            .map(|option| Target {
                source: option.source,
                mode: option.mode,
                not_probed: None,
            })
            .into_iter()
            .collect();
    }
    let place = |profile: &Profile| {
        found
            .sources
            .iter()
            .position(|option| is_of(option, &profile.id))
    };
    let mut targets: Vec<(Option<usize>, Target)> = stored
        .into_iter()
        .filter(|profile| only.is_empty() || only.contains(&profile.id))
        .map(|profile| {
            let place = place(profile);
            let not_probed = match place {
                Some(_) => stale(profile, inputs.now),
                None => {
                    let skipped = found.skipped.iter().find(|one| one.id == profile.id);
                    Some(unusable(skipped.map(|one| &one.reason), found.order))
                }
            };
            let target = Target {
                source: CredentialSource::Profile(profile.id.clone()),
                mode: Some(profile.credential.mode()),
                not_probed,
            };
            (place, target)
        })
        .collect();
    targets.sort_by_key(|(place, _)| place.unwrap_or(usize::MAX));
    targets.into_iter().map(|(_, target)| target).collect()
}

fn is_of(option: &SourceOption, id: &ProfileId) -> bool {
    matches!(&option.source, CredentialSource::Profile(of) if of == id)
}

/// Returns why a profile that requests would use cannot be asked as it is.
fn stale(profile: &Profile, now: Timestamp) -> Option<NotProbed> {
    let Credential::Oauth {
        access, expires, ..
    } = &profile.credential
    else {
        return None;
    };
    if access.expose().trim().is_empty() {
        return Some(NotProbed::NotYetRenewed);
    }
    let since = (*expires).filter(|expires| expires.0 > 0 && *expires <= now)?;
    Some(NotProbed::Expired {
        since,
        renewable: true,
    })
}

fn unusable(reason: Option<&Skip>, order: Order) -> NotProbed {
    match reason {
        Some(Skip::Expired { since }) => NotProbed::Expired {
            since: *since,
            renewable: false,
        },
        Some(Skip::Blank | Skip::Unavailable(_)) => NotProbed::Empty,
        Some(Skip::NotInOrder) | None => NotProbed::Excluded {
            explicit: order.is_explicit(),
        },
        Some(other) => NotProbed::Conflict(other.clone()),
    }
}

/// Returns the model to ask: the first that the config names and that is still served, else the
/// cheapest that is current and answers in text, else whatever the config names.
#[must_use]
pub fn model<'a>(
    provider: &ProviderId,
    configured: impl IntoIterator<Item = &'a ModelRef>,
    known: &[Model],
    today: &str,
) -> Option<ModelRef> {
    let configured: Vec<&ModelRef> = configured
        .into_iter()
        .filter(|model| model.provider == *provider)
        .collect();
    let retired = |wanted: &ModelRef| {
        let facts = known.iter().find(|model| model.id == wanted.model);
        facts.is_some_and(|model| model.is_retired_on(today))
    };
    let served = configured.iter().find(|model| !retired(model));
    if let Some(model) = served {
        return Some((*model).clone());
    }
    let text_alone = |model: &&Model| model.output.iter().all(|output| output == "text");
    let price = |model: &Model| model.price.output.unwrap_or(f64::INFINITY);
    let cheapest = recommended(known, today)
        .into_iter()
        .filter(text_alone)
        .min_by(|a, b| price(a).total_cmp(&price(b)));
    cheapest
        .map(|model| ModelRef::new(provider.as_str(), &model.id))
        .or_else(|| configured.first().map(|model| (*model).clone()))
}
