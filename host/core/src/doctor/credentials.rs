//! Stored credentials, what the config says of them, and the orders that name them.

use std::collections::BTreeMap;

use super::{Finding, Severity};
use crate::auth_order::DeclaredProfile;
use crate::cooldown::{CoolingScope, UsageStats, active, is_ahead, is_too_late};
use crate::credential::{Mode, Profile, ProfileId, ProviderId};
use crate::failure::FailureKind;
use crate::model_ref::DEFAULT_AGENT;
use crate::shell::pasteable_path;
use crate::status::{
    EXPIRY_WARNING, Health, expiry_phrase, profile_health, refused, relative, rough_duration,
};
use crate::time::Timestamp;

/// An order that somebody set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderFact {
    /// Where it stands: a config key or a file.
    pub place: String,
    /// Whether it is one agent's alone.
    pub own: bool,
    /// The provider.
    pub provider: ProviderId,
    /// The ids, as written.
    pub ids: Vec<ProfileId>,
    /// Whether it is the one in force.
    pub in_force: bool,
}

/// What is known of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderFact {
    /// The provider.
    pub id: ProviderId,
    /// Whether a primary model needs it.
    pub primary: bool,
    /// Whether a configured model needs it.
    pub in_use: bool,
    /// How many credentials may be tried; one too where none is needed.
    pub usable: usize,
}

/// The credentials of one agent.
pub struct AgentCredentials<'a> {
    /// The agent, normalized.
    pub agent: &'a str,
    /// Its credential store, for a person.
    pub store: &'a str,
    /// The profiles that it sees.
    pub profiles: &'a [Profile],
    /// Those of them that are in its own store.
    pub own: &'a [ProfileId],
    /// Why some of them contain nothing, where they refer to a secret elsewhere.
    pub unresolved: &'a BTreeMap<ProfileId, String>,
    /// Use and cooldowns.
    pub usage: &'a BTreeMap<ProfileId, UsageStats>,
    /// The config's `auth.profiles`; empty for agents other than the first that is looked at.
    pub declared: &'a [DeclaredProfile],
    /// The orders that concern it.
    pub orders: &'a [OrderFact],
    /// The providers that it uses or has credentials of.
    pub providers: &'a [ProviderFact],
    /// The present.
    pub now: Timestamp,
}

/// Returns what is wrong with the credentials of an agent.
#[must_use]
pub fn credentials(facts: &AgentCredentials<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let own = |profile: &&Profile| facts.own.contains(&profile.id);
    for profile in facts.profiles.iter().filter(own) {
        facts.profile(profile, &mut found);
    }
    for provider in facts.providers {
        found.extend(facts.missing(provider));
    }
    for declared in facts.declared {
        found.extend(facts.declared(declared));
    }
    found.extend(facts.undeclared());
    for order in facts.orders {
        facts.order(order, &mut found);
    }
    found
}

/// Returns the finding for a key of the config that is kept elsewhere and cannot be had.
#[must_use]
pub fn unavailable_key(place: &str, why: &str, next: Option<&str>) -> Finding {
    let finding = Finding::new("key-unavailable", Severity::Warning, why, place);
    match next {
        Some(next) => finding.advice(next),
        None => finding,
    }
}

impl AgentCredentials<'_> {
    fn provider(&self, id: &ProviderId) -> Option<&ProviderFact> {
        self.providers.iter().find(|provider| provider.id == *id)
    }

    fn stored(&self, id: &ProfileId) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.id == *id)
    }

    /// Whether a model in use has nothing left to sign with.
    fn stranded(&self, id: &ProviderId) -> bool {
        self.provider(id)
            .is_some_and(|provider| provider.in_use && provider.usable == 0)
    }

    /// Returns the command that stores a credential under this id.
    fn store_again(&self, provider: &ProviderId, id: Option<&ProfileId>) -> String {
        let mut command = format!(
            "openclaw models auth add --provider {}",
            pasteable_path(provider.as_str())
        );
        if let Some(id) = id {
            command.push_str(&format!(" --profile-id {}", pasteable_path(id.as_str())));
        }
        if self.agent != DEFAULT_AGENT {
            command.push_str(&format!(" --agent {}", pasteable_path(self.agent)));
        }
        command
    }

    fn profile(&self, profile: &Profile, found: &mut Vec<Finding>) {
        let Profile { id, provider, .. } = profile;
        let usage = self.usage.get(id);
        let was_refused = refused(usage);
        let health = profile_health(profile, usage, was_refused, self.now, EXPIRY_WARNING);
        let bad = if self.stranded(provider) {
            Severity::Error
        } else {
            Severity::Warning
        };
        let finding = |id_of, severity, what: String| {
            Finding::new(id_of, severity, what, self.store)
                .command(self.store_again(provider, Some(id)))
        };
        let when = health
            .expires_at
            .map(|expires| expiry_phrase(self.now, expires));
        let unsendable = profile.credential.unsendable();
        match (health.health, when) {
            (Health::Missing, _) if unsendable.is_some() => {
                let why = unsendable.map(|why| why.to_string()).unwrap_or_default();
                found.push(finding(
                    "profile-unsendable",
                    bad,
                    format!("`{id}` cannot be sent: {why}"),
                ));
            }
            (Health::Expired, Some(when)) => {
                found.push(finding("profile-expired", bad, format!("`{id}` {when}")));
            }
            (Health::Expiring, Some(when)) => found.push(finding(
                "profile-expiring",
                Severity::Warning,
                format!("`{id}` {when}"),
            )),
            _ if profile.odd_expiry => found.push(finding(
                "expiry-unreadable",
                Severity::Warning,
                format!("`expires` of `{id}` is no point in time, so nobody knows how long it is good for"),
            )),
            (Health::Missing, _) => found.push(finding(
                "profile-empty",
                bad,
                match self.unresolved.get(id) {
                    Some(why) => format!("`{id}` cannot be used: {why}"),
                    None => format!("`{id}` contains no key or token"),
                },
            )),
            _ if was_refused => {
                let last = usage.and_then(|usage| usage.last_failure_at);
                let when = last
                    .map(|last| format!(", {}", relative(self.now, last)))
                    .unwrap_or_default();
                found.push(finding(
                    "login-refused",
                    bad,
                    format!("`{provider}` refused `{id}` when it was last tried{when}"),
                ));
            }
            _ => {}
        }
        found.extend(usage.and_then(|usage| self.wrong_clock(id, usage)));
        for cooling in usage
            .map(|usage| active(usage, self.now))
            .unwrap_or_default()
        {
            // Waiting does not help what was refused, and what does has been said.
            if was_refused && cooling.reason == FailureKind::Auth.name() {
                continue;
            }
            let with = match &cooling.scope {
                CoolingScope::Model(model) => format!(" with {model}"),
                CoolingScope::Profile | CoolingScope::Disabled => String::new(),
            };
            let left = rough_duration(self.now.until(cooling.until));
            let (id_of, severity, verb) = match cooling.scope {
                CoolingScope::Disabled => ("profile-disabled", Severity::Warning, "is disabled"),
                _ => ("profile-in-cooldown", Severity::Note, "is in cooldown"),
            };
            let what = format!("`{id}` {verb}{with}: {}; {left} left", cooling.phrase());
            found.push(
                Finding::new(id_of, severity, what, self.store).command(format!(
                    "openclaw models auth cooldown clear {}",
                    pasteable_path(id.as_str())
                )),
            );
        }
    }

    /// Returns the finding for times that this program never writes.
    fn wrong_clock(&self, id: &ProfileId, usage: &UsageStats) -> Option<Finding> {
        let ends = [usage.cooldown_until, usage.disabled_until];
        let models = usage.models.values().map(|cooling| cooling.until);
        let late = ends.into_iter().flatten().chain(models);
        let late = late.filter(|until| is_too_late(*until, self.now)).max();
        let used = usage.last_used;
        let used = used.filter(|used| is_ahead(*used, self.now));
        let what = match (late, used) {
            (Some(until), _) => format!(
                "`{id}` has a cooldown until {}, later than any that is ever set: it counts as over. Was a clock wrong?",
                until.day()
            ),
            (None, Some(used)) => format!(
                "`{id}` was last used on {}, which is yet to come: it counts as unused. Was a clock wrong?",
                used.day()
            ),
            (None, None) => return None,
        };
        let command = format!(
            "openclaw models auth cooldown clear {}",
            pasteable_path(id.as_str())
        );
        let finding = Finding::new("time-in-future", Severity::Note, what, self.store);
        Some(match late {
            Some(_) => finding.command(command),
            None => finding,
        })
    }

    fn missing(&self, provider: &ProviderFact) -> Option<Finding> {
        let has_any = self
            .profiles
            .iter()
            .any(|profile| profile.provider == provider.id);
        if !provider.in_use || provider.usable > 0 || has_any {
            return None;
        }
        let severity = if provider.primary {
            Severity::Error
        } else {
            Severity::Warning
        };
        let id = &provider.id;
        let what = format!(
            "agent `{}` uses a model of `{id}`, and there is no credential for it",
            self.agent
        );
        Some(
            Finding::new("credential-missing", severity, what, self.store).command(
                if self.agent == DEFAULT_AGENT {
                    format!(
                        "openclaw models auth add --provider {}",
                        pasteable_path(id.as_str())
                    )
                } else {
                    self.store_again(id, None)
                },
            ),
        )
    }

    fn declared(&self, declared: &DeclaredProfile) -> Option<Finding> {
        let DeclaredProfile { id, provider, mode } = declared;
        let place = format!("auth.profiles.{id}");
        let Some(profile) = self.stored(id) else {
            let what = format!("`{id}` is declared in the config, but not stored");
            return Some(
                Finding::new("declared-not-stored", Severity::Warning, what, place)
                    .command(self.store_again(provider, Some(id))),
            );
        };
        let stored = profile.credential.mode();
        // A pasted token may stand where the config expects a login.
        let stand_in = *mode == Mode::Oauth && stored == Mode::Token;
        if profile.provider != *provider {
            let what = format!(
                "`{id}` is declared for `{provider}`, but stored for `{}`, so it is not used",
                profile.provider
            );
            return Some(
                Finding::new("declared-other-provider", Severity::Warning, what, place)
                    .command(self.store_again(provider, Some(id))),
            );
        }
        if *mode == stored || stand_in {
            return None;
        }
        let what =
            format!("`{id}` is declared as {mode}, but stored as {stored}, so it is not used");
        Some(
            Finding::new("declared-other-mode", Severity::Warning, what, place)
                .command(self.store_again(provider, Some(id))),
        )
    }

    /// Returns the stored profiles that the config's declarations hide.
    fn undeclared(&self) -> Vec<Finding> {
        let of = |provider: &ProviderId| -> Vec<&ProfileId> {
            let same = |declared: &&DeclaredProfile| declared.provider == *provider;
            self.declared
                .iter()
                .filter(same)
                .map(|declared| &declared.id)
                .collect()
        };
        let ordered = |provider: &ProviderId| {
            self.orders
                .iter()
                .any(|order| order.provider == *provider && order.in_force)
        };
        self.profiles
            .iter()
            .filter_map(|profile| {
                let Profile { id, provider, .. } = profile;
                let declared = of(provider);
                if declared.is_empty() || declared.contains(&id) || ordered(provider) {
                    return None;
                }
                let known = declared.into_iter().filter(|id| {
                    self.stored(id)
                        .is_some_and(|stored| stored.provider == *provider)
                });
                let ids: Vec<&ProfileId> = known.chain([id]).collect();
                let what = format!(
                    "`{id}` is stored, but `auth.profiles` declares only other profiles of `{provider}`, so it is not used"
                );
                Some(
                    Finding::new("stored-not-declared", Severity::Warning, what, self.store)
                        .command(set_order(provider, None, &ids)),
                )
            })
            .collect()
    }

    fn order(&self, order: &OrderFact, found: &mut Vec<Finding>) {
        let OrderFact {
            place, provider, ..
        } = order;
        let agent = order.own.then_some(self.agent);
        let usable: Vec<&ProfileId> = order
            .ids
            .iter()
            .filter(|id| {
                self.stored(id)
                    .is_some_and(|profile| profile.provider == *provider)
            })
            .collect();
        let command = set_order(provider, agent, &usable);
        let nothing_left = usable.is_empty() && order.in_force;
        let severity = if nothing_left && self.stranded(provider) {
            Severity::Error
        } else {
            Severity::Warning
        };
        for id in &order.ids {
            let finding = match self.stored(id) {
                None => (
                    "order-not-stored",
                    format!("the order names `{id}`, which is not stored"),
                ),
                Some(profile) if profile.provider != *provider => (
                    "order-other-provider",
                    format!(
                        "the order of `{provider}` names `{id}`, which belongs to `{}`",
                        profile.provider
                    ),
                ),
                Some(_) => continue,
            };
            let (id_of, what) = finding;
            found.push(Finding::new(id_of, severity, what, place).command(command.clone()));
        }
        if nothing_left {
            let what = format!(
                "none of the order of `{provider}` can be used, so no stored profile of it is"
            );
            found.push(
                Finding::new("order-useless", severity, what, place).command(command.clone()),
            );
        }
        if !order.in_force {
            return;
        }
        for profile in self.profiles {
            if profile.provider == *provider
                && !order.ids.contains(&profile.id)
                && !usable.is_empty()
            {
                let ids: Vec<&ProfileId> = usable.iter().copied().chain([&profile.id]).collect();
                let what = format!(
                    "`{}` is stored, but not in the order of `{provider}`, so it is not used",
                    profile.id
                );
                found.push(
                    Finding::new("profile-not-in-order", Severity::Note, what, place)
                        .command(set_order(provider, agent, &ids)),
                );
            }
        }
    }
}

/// Returns the command that sets an order, or clears it when nothing is left of it.
fn set_order(provider: &ProviderId, agent: Option<&str>, ids: &[&ProfileId]) -> String {
    let verb = if ids.is_empty() { "clear" } else { "set" };
    let mut command = format!(
        "openclaw models auth order {verb} --provider {}",
        pasteable_path(provider.as_str())
    );
    if let Some(agent) = agent {
        command.push_str(&format!(" --agent {}", pasteable_path(agent)));
    }
    for id in ids {
        command.push_str(&format!(" {}", pasteable_path(id.as_str())));
    }
    command
}
