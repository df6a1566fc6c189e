//! What a check of the credentials finds, and the command that fixes it.

use openclaw_core::catalog::nearest;
use openclaw_core::credential::{Mode, ProfileId, ProviderId};
use openclaw_core::shell::pasteable;
use openclaw_core::status::{Health, expiry_phrase};
use openclaw_core::time::Timestamp;
use openclaw_router::Installed;
use openclaw_router::failure::agent_flag;

use super::credentials::{Provider, Stored};
use crate::app::App;
use openclaw_router::Snapshot;

/// Something that keeps a credential from working, now or soon.
pub struct Problem {
    /// A stable word for it, the same as that of the finding of `openclaw doctor`.
    pub id: &'static str,
    /// The profile, where it is about one.
    pub profile: Option<ProfileId>,
    /// The provider; none where it concerns them all.
    pub provider: Option<ProviderId>,
    /// What is wrong.
    pub message: String,
    /// A command that fixes it.
    pub command: Option<String>,
    /// What fixes it besides, in words.
    pub advice: Option<String>,
    /// Whether a provider in use lacks a credential, rather than a profile being at its end.
    pub missing: bool,
}

impl Problem {
    /// Returns the problem and its fix in a line.
    #[must_use]
    pub fn line(&self) -> String {
        let mut line = self.message.clone();
        match (&self.command, &self.advice) {
            (Some(command), Some(advice)) => {
                line.push_str(&format!("; fix it with `{command}`, or {advice}"));
            }
            (Some(command), None) => line.push_str(&format!("; fix it with `{command}`")),
            (None, Some(advice)) => line.push_str(&format!("; {advice}")),
            (None, None) => {}
        }
        line
    }
}

/// Returns what is wrong with the credentials, by provider.
pub(super) fn of(app: &App, snapshot: &Snapshot, providers: &[Provider]) -> Vec<Problem> {
    let now = app.now();
    let unusable = snapshot.unusable.iter().map(|path| Problem {
        id: "store-unusable",
        profile: None,
        provider: None,
        message: format!(
            "the credentials in {} cannot be checked: it cannot be understood",
            app.paths.shorten(path)
        ),
        command: Some("openclaw doctor".to_owned()),
        advice: None,
        missing: false,
    });
    let mut problems: Vec<Problem> = unusable.collect();
    for provider in providers {
        if let Some(fault) = &provider.fault {
            problems.push(Problem {
                id: match fault.reason {
                    "base_url" => "base-url-unusable",
                    _ => "header-unusable",
                },
                profile: None,
                provider: Some(provider.id.clone()),
                message: format!("{}: {}", fault.key, fault.why),
                command: None,
                advice: Some(fault.advice.clone()),
                missing: false,
            });
        }
        let profiles = provider.profiles.iter();
        problems
            .extend(profiles.filter_map(|profile| of_profile(snapshot, provider, profile, now)));
        if provider.is_missing() {
            problems.push(missing(snapshot, provider));
        }
    }
    problems
}

fn of_profile(
    snapshot: &Snapshot,
    provider: &Provider,
    profile: &Stored,
    now: Timestamp,
) -> Option<Problem> {
    let id = &profile.id;
    let (word, message) = match (profile.health.health, profile.health.expires_at) {
        (Health::Static | Health::Ok, _) => return None,
        (health @ (Health::Expired | Health::Expiring), Some(at)) => {
            let word = if health == Health::Expired {
                "profile-expired"
            } else {
                "profile-expiring"
            };
            let day = at.day();
            let message = format!("auth profile `{id}` {} ({day})", expiry_phrase(now, at));
            (word, message)
        }
        (Health::Expiring, None) => (
            "expiry-unreadable",
            format!(
                "`expires` of auth profile `{id}` is no point in time, so nobody knows how long it is good for"
            ),
        ),
        (Health::Expired | Health::Missing, _) => (
            "profile-empty",
            match &profile.unusable {
                Some(why) => format!("auth profile `{id}` cannot be used: {why}"),
                None => format!("auth profile `{id}` holds no usable credential"),
            },
        ),
    };
    // A profile of the agent's own is fixed where it is.
    let own =
        snapshot.main_auth.is_some() && snapshot.auth_file.load().document.entry(id).is_some();
    let agent = agent_flag(own.then_some(&snapshot.agent));
    let method = if profile.mode == Mode::Token {
        " --method token"
    } else {
        ""
    };
    Some(Problem {
        id: word,
        profile: Some(id.clone()),
        provider: Some(provider.id.clone()),
        message,
        command: Some(format!(
            "openclaw models auth add --provider {}{method} --profile-id {}{agent}",
            provider.id,
            pasteable(id.as_str())
        )),
        advice: None,
        missing: false,
    })
}

fn missing(snapshot: &Snapshot, provider: &Provider) -> Problem {
    let id = &provider.id;
    let problem = |word, message: String, command, advice| Problem {
        id: word,
        profile: None,
        provider: Some(id.clone()),
        message,
        command,
        advice,
        missing: true,
    };
    if !provider.served {
        let known = snapshot.registry.all().iter().map(Installed::id);
        let advice = match nearest(id.as_str(), known) {
            Some(near) => format!("did you mean `{near}`? see `openclaw models list --all`"),
            None => format!(
                "add `models.providers.{id}` to the config, or choose from `openclaw models list --all`"
            ),
        };
        return problem(
            "provider-unknown",
            format!("no plugin or config entry serves `{id}`, which is in use"),
            None,
            Some(advice),
        );
    }
    let ordered = provider.order.is_explicit() && !provider.profiles.is_empty();
    let listed = |profile: &Stored| provider.ids.contains(&profile.id);
    if ordered && !provider.profiles.iter().any(listed) {
        let agent = agent_flag(snapshot.main_auth.is_some().then_some(&snapshot.agent));
        return problem(
            "order-useless",
            format!("`{id}` is in use, but its auth order names no stored profile"),
            Some(format!(
                "openclaw models auth order clear --provider {id}{agent}"
            )),
            None,
        );
    }
    let variable = provider.unset.as_ref().or(provider.variable.as_ref());
    let advice = variable
        .filter(|_| provider.profiles.is_empty())
        .map(|name| format!("set {name}"));
    problem(
        "credential-missing",
        match &provider.unset {
            Some(name) => format!(
                "no usable credential for `{id}`, which is in use: {name}, which the config refers to, is not set"
            ),
            None => format!("no usable credential for `{id}`, which is in use"),
        },
        Some(format!("openclaw models auth add --provider {id}")),
        advice,
    )
}
