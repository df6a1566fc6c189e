//! The stable shape: what the documentation promises, and what the existing product prints.

use std::time::Duration;

use openclaw_core::cooldown::{Cooling, CoolingScope};
use openclaw_core::credential::Mode;
use openclaw_core::model_ref::ModelRef;
use openclaw_core::status::{Check, EXPIRY_WARNING, Mark, provider_health};
use openclaw_core::time::millis;
use serde_json::{Map, Value, json};

use super::{probes, word};
use crate::commands::models::status::credentials::{Provider, Stored};
use crate::commands::models::status::{Models, Problem, Shown, Status};
use crate::render::models::auth::order::source;
use crate::render::models::profile::{cooldown, shape};
use crate::render::verdict;

impl Status {
    pub(super) fn shape(&self) -> Value {
        let keys = |list: &[Shown]| list.iter().map(|one| one.named.key()).collect::<Vec<_>>();
        let mut value = json!({
            "configPath": self.config.0,
            "agentDir": self.agent_dir,
            "defaultModel": self.text.primary.as_ref().map_or_else(|| self.primary.key(), |one| one.named.raw.clone()),
            "resolvedDefault": self.primary.key(),
            "fallbacks": keys(&self.text.fallbacks),
            "imageModel": self.image.primary.as_ref().map(|one| one.named.key()),
            "imageFallbacks": keys(&self.image.fallbacks),
            "aliases": self.aliases.iter().map(|(name, model)| (name.clone(), model.key().into())).collect::<Map<_, _>>(),
            "allowed": self.allowed.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "configuredModels": self.configured.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "models": models("primary", "fallback", &self.text).chain(models("image", "img-fallback", &self.image)).collect::<Vec<_>>(),
            "authProfiles": self.by_provider(|provider| provider.profiles.iter().map(|profile| self.profile(provider, profile)).collect()),
            "authOrder": self.by_provider(|provider| provider.ids.iter().map(|id| Value::from(id.as_str())).collect()),
            "authOrderSource": self.by_provider(|provider| source(provider.order).into()),
            "auth": self.auth(),
            "verdict": verdict::json(&self.verdict, self.now),
            "check": {
                "status": match self.check {
                    Check::Valid => "ok",
                    Check::Expiring => "expiring",
                    Check::Failing => "failing",
                },
                "exitCode": self.check.exit_code(),
                "problems": self.problems.iter().map(problem).collect::<Vec<_>>(),
            },
        });
        if let Some(agent) = &self.agent {
            value["agentId"] = agent.as_str().into();
            value["modelConfig"] = json!({
                "defaultSource": self.text.primary_scope.name(),
                "fallbacksSource": self.text.fallbacks_scope.name(),
            });
        }
        if let Some(found) = &self.probes {
            value["auth"]["probes"] = probes::json(found);
        }
        value
    }

    fn by_provider(&self, value: impl Fn(&Provider) -> Value) -> Map<String, Value> {
        self.providers
            .iter()
            .map(|provider| (provider.id.to_string(), value(provider)))
            .collect()
    }

    fn profile(&self, provider: &Provider, profile: &Stored) -> Value {
        let mut value = shape(profile, &provider.id, self.now);
        value["inOrder"] = provider.ids.contains(&profile.id).into();
        value
    }

    /// The part that the existing product prints under `auth`.
    fn auth(&self) -> Value {
        let all = || {
            self.providers
                .iter()
                .flat_map(|provider| provider.profiles.iter().map(move |one| (provider, one)))
        };
        let logins = |provider: &Provider| {
            let stored = provider
                .profiles
                .iter()
                .filter(|one| one.mode != Mode::ApiKey)
                .count();
            stored
                + usize::from(
                    provider
                        .environment
                        .as_ref()
                        .is_some_and(|variable| variable.mode == Mode::Oauth),
                )
        };
        let with_logins = self
            .providers
            .iter()
            .map(|provider| (provider, logins(provider)))
            .filter(|(_, count)| *count > 0);
        // What is in cooldown for one model alone can be used for the others.
        let mut unusable: Vec<(&Cooling, Value)> = all()
            .filter_map(|(provider, profile)| {
                let cooling = profile.health.cooling.as_ref()?;
                let value = cooldown(cooling, &profile.id, &provider.id, self.now);
                Some((cooling, value))
            })
            .collect();
        unusable.sort_by_key(|(cooling, _)| cooling.until);
        json!({
            "storePath": self.store.0,
            "shellEnvFallback": { "enabled": self.shell.enabled, "appliedKeys": self.shell.names },
            "providersWithOAuth": with_logins.map(|(provider, count)| format!("{} ({count})", provider.id)).collect::<Vec<_>>(),
            "missingProvidersInUse": self.providers.iter().filter(|one| one.is_missing()).map(|one| one.id.as_str()).collect::<Vec<_>>(),
            "providers": self.providers.iter().filter(|one| one.has_any()).map(|one| self.provider(one)).collect::<Vec<_>>(),
            "unusableProfiles": unusable.into_iter().map(|(_, value)| value).collect::<Vec<_>>(),
            "oauth": {
                "warnAfterMs": millis(EXPIRY_WARNING),
                "profiles": all().map(|(provider, one)| self.health(provider, one)).collect::<Vec<_>>(),
                "providers": self.providers.iter().map(|provider| self.provider_health(provider)).collect::<Vec<_>>(),
            },
        })
    }

    fn provider(&self, provider: &Provider) -> Value {
        let count = |mode| {
            provider
                .profiles
                .iter()
                .filter(|profile| profile.mode == mode)
                .count()
        };
        let environment = provider.environment.as_ref();
        let effective = match (
            provider.profiles.is_empty(),
            environment,
            &provider.config_key,
        ) {
            (false, ..) => json!({ "kind": "profiles", "detail": self.store.1 }),
            (_, Some(variable), _) if variable.mode == Mode::Oauth => {
                json!({ "kind": "env", "detail": "OAuth (env)" })
            }
            (_, Some(variable), _) => json!({ "kind": "env", "detail": variable.masked }),
            (_, _, Some((masked, _))) => json!({ "kind": "models.json", "detail": masked }),
            (_, None, None) => match &provider.ambient {
                Some((source, _)) => json!({ "kind": "env", "detail": source }),
                None => json!({ "kind": "missing", "detail": "missing" }),
            },
        };
        let mut value = json!({
            "provider": provider.id.as_str(),
            "effective": effective,
            "profiles": {
                "count": provider.profiles.len(),
                "oauth": count(Mode::Oauth),
                "token": count(Mode::Token),
                "apiKey": count(Mode::ApiKey),
                "labels": provider.profiles.iter().map(|profile| self.label(profile)).collect::<Vec<_>>(),
            },
        });
        if let Some(fault) = &provider.fault {
            value["fault"] =
                json!({ "key": fault.key, "reason": fault.reason, "message": fault.why });
        }
        if let Some(variable) = environment {
            value["env"] = json!({
                "value": variable.masked,
                "source": variable.source,
                "file": variable.file,
            });
        }
        if let Some((masked, reference)) = &provider.config_key {
            value["modelsJson"] = json!({
                "value": masked,
                "source": format!("models.json: {}", self.config.1),
                "secretRef": reference,
            });
        }
        value
    }

    /// Returns a profile with its secret masked, as the existing product writes it.
    fn label(&self, profile: &Stored) -> String {
        let id = &profile.id;
        let text = match (profile.mode, &profile.email) {
            (Mode::Token, _) => format!("{id}=token:{}", profile.masked),
            (Mode::Oauth, Some(email)) => format!("{id}=OAuth ({email})"),
            (Mode::Oauth, None) => format!("{id}=OAuth"),
            (Mode::ApiKey | Mode::AwsSdk, _) => format!("{id}={}", profile.masked),
        };
        let Some(cooling) = &profile.health.cooling else {
            return text;
        };
        let left = short(self.now.until(cooling.until));
        if cooling.scope == CoolingScope::Disabled {
            format!("{text} [disabled:{} {left}]", cooling.reason)
        } else {
            format!("{text} [cooldown {left}]")
        }
    }

    fn health(&self, provider: &Provider, profile: &Stored) -> Value {
        json!({
            "profileId": profile.id.as_str(),
            "provider": provider.id.as_str(),
            "type": word(profile.mode),
            "status": profile.health.health.name(),
            "expiresAt": profile.health.expires_at.map(|at| at.0),
            "remainingMs": profile.health.remaining_ms,
            "source": "store",
            "label": self.label(profile),
        })
    }

    fn provider_health(&self, provider: &Provider) -> Value {
        let soonest = provider
            .profiles
            .iter()
            .filter(|one| one.health.expires_at.is_some())
            .min_by_key(|one| one.health.expires_at);
        json!({
            "provider": provider.id.as_str(),
            "status": provider_health(provider.profiles.iter().map(|profile| profile.health.health)).name(),
            "profiles": provider.profiles.iter().map(|profile| self.health(provider, profile)).collect::<Vec<_>>(),
            "expiresAt": soonest.and_then(|one| one.health.expires_at).map(|at| at.0),
            "remainingMs": soonest.and_then(|one| one.health.remaining_ms),
        })
    }
}

fn problem(problem: &Problem) -> Value {
    json!({
        "id": problem.id,
        "provider": problem.provider.as_ref().map(|id| id.as_str()),
        "profileId": problem.profile.as_ref().map(|id| id.as_str()),
        "message": problem.message,
        "command": problem.command,
        "advice": problem.advice,
    })
}

/// Returns the time left as the existing product writes it: `5m`, `12h`, `30d`, rounded.
fn short(left: Duration) -> String {
    let minutes = (left.as_secs() + 30) / 60;
    let hours = (left.as_secs() + 1_800) / 3_600;
    if minutes < 60 {
        format!("{minutes}m")
    } else if hours < 48 {
        format!("{hours}h")
    } else {
        format!("{}d", (left.as_secs() + 43_200) / 86_400)
    }
}

/// Returns the models of a purpose, with the parts they play and what speaks against them.
fn models<'a>(
    primary: &'static str,
    fallback: &'static str,
    models: &'a Models,
) -> impl Iterator<Item = Value> + 'a {
    let first = models.primary.iter().map(|one| (primary.to_owned(), one));
    let rest = models.fallbacks.iter().enumerate();
    let rest = rest.map(move |(at, one)| (format!("{fallback}#{}", at + 1), one));
    first.chain(rest).map(|(role, shown)| {
        let mut value = json!({
            "role": role,
            "model": shown.named.key(),
            "configured": shown.named.raw,
            "aliases": shown.aliases,
            "marks": shown.marks.iter().map(Mark::name).collect::<Vec<_>>(),
        });
        for mark in &shown.marks {
            match mark {
                Mark::Retired { since } => value["retires"] = json!(since),
                Mark::Withdrawn { status, until } => {
                    value["status"] = json!(status);
                    value["retires"] = json!(until);
                }
                Mark::Missing { near } => {
                    value["suggestion"] = json!(near.as_ref().map(ModelRef::key));
                }
                Mark::NoReference | Mark::NotAllowed | Mark::NoProvider => {}
            }
        }
        value
    })
}
