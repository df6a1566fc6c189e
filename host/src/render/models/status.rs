//! `openclaw models status`

use openclaw_core::auth_order::Order;
use openclaw_core::cooldown::{Cooling, CoolingScope};
use openclaw_core::credential::Mode;
use openclaw_core::selection::{Listed, Named, Scope};
use openclaw_core::status::Status as Word;
use openclaw_core::status::{Check, EXPIRY_WARNING, Health, expiry_phrase, provider_health};
use openclaw_core::time::{Timestamp, millis};
use serde_json::{Map, Value, json};

use super::auth::order::source;
use super::trail::resting;
use crate::commands::models::status::{Provider, Status, Stored};
use crate::render::style::{Label, Style, columns, visible};
use crate::render::{Page, Reply};

impl Reply for Status {
    fn human(&self, page: &Page) -> String {
        let style = page.style;
        let mut text = String::new();
        self.models(style, &mut text);
        text.push('\n');
        self.profiles(style, &mut text);
        text.push('\n');
        self.orders(style, &mut text);
        text
    }

    fn plain(&self) -> String {
        format!("{}\n", visible(self.primary.key()))
    }

    fn json(&self) -> Value {
        let keys = |list: &[Named]| list.iter().map(Named::key).collect::<Vec<_>>();
        let mut value = json!({
            "configPath": self.config.0,
            "agentDir": self.agent_dir,
            "defaultModel": self.text.primary.as_ref().map_or_else(|| self.primary.key(), |named| named.raw.clone()),
            "resolvedDefault": self.primary.key(),
            "fallbacks": keys(&self.text.fallbacks),
            "imageModel": self.image.primary.as_ref().map(Named::key),
            "imageFallbacks": keys(&self.image.fallbacks),
            "aliases": self.aliases.iter().map(|(name, model)| (name.clone(), model.key().into())).collect::<Map<_, _>>(),
            "allowed": self.allowed.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "configuredModels": self.configured.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "authProfiles": self.by_provider(|provider| provider.profiles.iter().map(|profile| self.profile(provider, profile)).collect()),
            "authOrder": self.by_provider(|provider| provider.ids.iter().map(|id| Value::from(id.as_str())).collect()),
            "authOrderSource": self.by_provider(|provider| source(provider.order).into()),
            "auth": self.auth(),
            "check": {
                "status": match self.check {
                    Check::Valid => "ok",
                    Check::Expiring => "expiring",
                    Check::Failing => "failing",
                },
                "exitCode": self.check.exit_code(),
                "problems": self.problems(),
            },
        });
        if let Some(agent) = &self.agent {
            value["agentId"] = agent.as_str().into();
            value["modelConfig"] = json!({
                "defaultSource": self.text.primary_scope.name(),
                "fallbacksSource": self.text.fallbacks_scope.name(),
            });
        }
        value
    }

    fn notes(&self) -> Vec<String> {
        let problems = if self.checked {
            self.problems()
        } else {
            Vec::new()
        };
        self.warnings.iter().cloned().chain(problems).collect()
    }

    fn remarks(&self) -> Vec<String> {
        self.remarks.clone()
    }

    fn exit_code(&self) -> u8 {
        if self.checked {
            self.check.exit_code()
        } else {
            0
        }
    }
}

/// The text for a person.
impl Status {
    fn models(&self, style: Style, text: &mut String) {
        let inherited = |scope: Scope| match &self.agent {
            Some(agent) if scope == Scope::Agent => format!(" (of the agent `{agent}`)"),
            _ => String::new(),
        };
        let mut line = |label: &str, values: Vec<String>, suffix: String| {
            let label = style.paint(Label::Heading, &format!("{label:<16}"));
            let values = if values.is_empty() {
                "none".to_owned()
            } else {
                values.join(&format!("\n{:17}", ""))
            };
            text.push_str(&format!("{label} {values}{suffix}\n"));
        };
        let primary = match &self.text.primary {
            Some(primary) => self.model(style, primary),
            None => format!(
                "{} (built in; none is configured)",
                style.paint(Label::Name, &self.primary.key())
            ),
        };
        line(
            "Primary Model:",
            vec![primary],
            inherited(self.text.primary_scope),
        );
        let image = self
            .image
            .primary
            .iter()
            .map(|named| self.model(style, named))
            .collect();
        line("Image Model:", image, inherited(self.image.primary_scope));
        let mut fallbacks = |label: &str, listed: &Listed| {
            let models = listed
                .fallbacks
                .iter()
                .map(|named| self.model(style, named))
                .collect();
            line(label, models, inherited(listed.fallbacks_scope));
        };
        fallbacks("Fallbacks:", &self.text);
        fallbacks("Image Fallbacks:", &self.image);
    }

    /// Returns a configured model with its aliases.
    fn model(&self, style: Style, named: &Named) -> String {
        let key = style.paint(Label::Name, &visible(named.key()));
        let Some(model) = &named.model else {
            return format!("{key} ({})", style.paint(Label::Bad, "no model reference"));
        };
        let names: Vec<String> = self
            .aliases
            .iter()
            .filter(|(_, of)| of == model)
            .map(|(name, _)| visible(name))
            .collect();
        let mut notes = Vec::new();
        if !names.is_empty() {
            notes.push(format!("alias {}", names.join(", ")));
        }
        if !self.allowed.is_empty() && !self.allowed.contains(model) {
            notes.push(style.paint(Label::Bad, "not allowed"));
        }
        if notes.is_empty() {
            key
        } else {
            format!("{key} ({})", notes.join("; "))
        }
    }

    fn profiles(&self, style: Style, text: &mut String) {
        text.push_str(&format!(
            "{}\n",
            style.paint(Label::Heading, "Auth Profiles:")
        ));
        let mut rows: Vec<Vec<String>> = Vec::new();
        // What a row is about, and how well that is.
        let mut labels: Vec<Label> = Vec::new();
        for provider in &self.providers {
            rows.push(vec![format!("  {}", visible(provider.id.as_str()))]);
            labels.push(Label::Heading);
            for profile in &provider.profiles {
                let mut row = vec![
                    format!("    {}", visible(profile.id.as_str())),
                    profile.mode.name().to_owned(),
                    profile.health.status.name().to_owned(),
                ];
                let details = self.details(profile);
                if !details.is_empty() {
                    row.push(details.join("; "));
                }
                rows.push(row);
                labels.push(match profile.health.status {
                    Word::Active => Label::Good,
                    Word::Expiring => Label::Warning,
                    Word::Expired | Word::Disabled => Label::Bad,
                });
            }
            let mut other = |name: String, mode: Mode| {
                rows.push(vec![
                    format!("    {name}"),
                    mode.name().to_owned(),
                    Word::Active.name().to_owned(),
                ]);
                labels.push(Label::Good);
            };
            if let Some((source, mode, _)) = &provider.environment {
                other(source.clone(), *mode);
            }
            if provider.config_key.is_some() {
                other("models.json".to_owned(), Mode::ApiKey);
            }
            if !provider.available {
                let missing = format!(
                    "    no usable credential: add one with `openclaw models auth paste-token --provider {}`",
                    provider.id
                );
                rows.push(vec![missing]);
                labels.push(if provider.in_use {
                    Label::Bad
                } else {
                    Label::Warning
                });
            } else if !provider.has_any() {
                rows.push(vec!["    needs none: it is local".to_owned()]);
                labels.push(Label::Dim);
            }
        }
        text.push_str(&columns(&rows, None, |row, column, cell| {
            match (column, labels[row]) {
                (0, label) if rows[row].len() == 1 => style.paint(label, cell),
                (2, label) => style.paint(label, cell),
                (3, _) => style.paint(Label::Dim, cell),
                _ => cell.to_owned(),
            }
        }));
    }

    fn details(&self, profile: &Stored) -> Vec<String> {
        let mut details = Vec::new();
        if let Some(expires) = profile.health.expires_at {
            let phrase = format!("{} ({})", expiry_phrase(self.now, expires), expires.day());
            let renews = profile.mode == Mode::Oauth && profile.health.health == Health::Ok;
            details.push(if renews {
                format!("renews itself; access token {phrase}")
            } else {
                phrase
            });
        }
        if profile.health.health == Health::Missing {
            details.push("holds no credential".to_owned());
        }
        details.extend(profile.cooling.iter().map(|cooling| self.cooling(cooling)));
        details.extend(profile.email.as_ref().map(visible));
        details
    }

    fn cooling(&self, cooling: &Cooling) -> String {
        let text = visible(resting(cooling, self.now));
        match &cooling.scope {
            CoolingScope::Model(model) => format!("`{}` {text}", visible(model)),
            CoolingScope::Profile | CoolingScope::Disabled => text,
        }
    }

    fn orders(&self, style: Style, text: &mut String) {
        text.push_str(&format!("{}\n", style.paint(Label::Heading, "Auth Order:")));
        let ordered = self
            .providers
            .iter()
            .filter(|provider| !provider.ids.is_empty());
        let rows: Vec<Vec<String>> = ordered
            .map(|provider| {
                let ids: Vec<String> = provider.ids.iter().map(|id| visible(id.as_str())).collect();
                let ids = ids.join(", ");
                let from = match provider.order {
                    Order::AgentConfig => "  (the agent's)",
                    Order::AgentStore => "  (from the credential store)",
                    Order::Explicit | Order::Config => "",
                    Order::Declared | Order::Stored if provider.ids.len() == 1 => "",
                    Order::Declared | Order::Stored => "  (not set: they take turns)",
                };
                vec![format!("  {}", provider.id), format!("{ids}{from}")]
            })
            .collect();
        if rows.is_empty() {
            text.push_str("  none\n");
        }
        text.push_str(&columns(&rows, None, |_, column, cell| {
            if column == 0 {
                style.paint(Label::Heading, cell)
            } else {
                cell.to_owned()
            }
        }));
    }

    /// Returns what a check finds, a line each.
    fn problems(&self) -> Vec<String> {
        let mut lines: Vec<String> = self
            .unusable
            .iter()
            .map(|store| format!("the credentials in {store} cannot be checked"))
            .collect();
        for provider in &self.providers {
            for profile in &provider.profiles {
                let id = &profile.id;
                match (profile.health.health, profile.health.expires_at) {
                    (Health::Expired | Health::Expiring, Some(at)) => {
                        lines.push(format!(
                            "auth profile `{id}` {}",
                            expiry_phrase(self.now, at)
                        ));
                    }
                    (Health::Expired | Health::Missing, _) => {
                        lines.push(format!("auth profile `{id}` holds no usable credential"));
                    }
                    _ => {}
                }
            }
            if provider.is_missing() {
                lines.push(format!(
                    "no usable credential for `{0}`, which is in use; add one with `openclaw models auth paste-token --provider {0}`",
                    provider.id
                ));
            }
        }
        lines
    }
}

/// The stable shape.
impl Status {
    fn by_provider(&self, value: impl Fn(&Provider) -> Value) -> Map<String, Value> {
        self.providers
            .iter()
            .map(|provider| (provider.id.to_string(), value(provider)))
            .collect()
    }

    fn profile(&self, provider: &Provider, profile: &Stored) -> Value {
        json!({
            "id": profile.id.as_str(),
            "provider": provider.id.as_str(),
            "mode": profile.mode.name(),
            "status": profile.health.status.name(),
            "expiresAt": profile.health.expires_at.map(|at| at.0),
            "expires": profile.health.expires_at.map(Timestamp::iso),
            "remainingMs": profile.health.remaining_ms,
            "email": profile.email,
            "label": profile.masked,
            "inOrder": provider.ids.contains(&profile.id),
            "cooldowns": profile.cooling.iter().map(|cooling| self.cooldown(cooling)).collect::<Vec<_>>(),
        })
    }

    fn cooldown(&self, cooling: &Cooling) -> Value {
        let model = match &cooling.scope {
            CoolingScope::Model(model) => Some(model.as_str()),
            CoolingScope::Profile | CoolingScope::Disabled => None,
        };
        json!({
            "kind": if cooling.scope == CoolingScope::Disabled { "disabled" } else { "cooldown" },
            "reason": cooling.reason,
            "model": model,
            "until": cooling.until.0,
            "remainingMs": millis(self.now.until(cooling.until)),
        })
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
                        .is_some_and(|(_, mode, _)| *mode == Mode::Oauth),
                )
        };
        let with_logins = self
            .providers
            .iter()
            .map(|provider| (provider, logins(provider)))
            .filter(|(_, count)| *count > 0);
        let mut resting: Vec<(&Cooling, Value)> = all()
            .flat_map(|(provider, profile)| {
                profile.cooling.iter().map(|cooling| {
                    let mut value = self.cooldown(cooling);
                    value["profileId"] = profile.id.as_str().into();
                    value["provider"] = provider.id.as_str().into();
                    (cooling, value)
                })
            })
            .collect();
        resting.sort_by_key(|(cooling, _)| cooling.until);
        json!({
            "storePath": self.store.0,
            "shellEnvFallback": { "enabled": self.shell.enabled, "appliedKeys": self.shell.names },
            "providersWithOAuth": with_logins.map(|(provider, count)| format!("{} ({count})", provider.id)).collect::<Vec<_>>(),
            "missingProvidersInUse": self.providers.iter().filter(|one| one.is_missing()).map(|one| one.id.as_str()).collect::<Vec<_>>(),
            "providers": self.providers.iter().filter(|one| one.has_any()).map(|one| self.provider(one)).collect::<Vec<_>>(),
            "unusableProfiles": resting.into_iter().map(|(_, value)| value).collect::<Vec<_>>(),
            "oauth": {
                "warnAfterMs": millis(EXPIRY_WARNING),
                "profiles": all().map(|(provider, one)| health(provider, one)).collect::<Vec<_>>(),
                "providers": self.providers.iter().map(provider_shape).collect::<Vec<_>>(),
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
            (_, Some((_, _, masked)), _) => json!({ "kind": "env", "detail": masked }),
            (_, _, Some(masked)) => json!({ "kind": "models.json", "detail": masked }),
            (_, None, None) => json!({ "kind": "missing", "detail": "missing" }),
        };
        let mut value = json!({
            "provider": provider.id.as_str(),
            "effective": effective,
            "profiles": {
                "count": provider.profiles.len(),
                "oauth": count(Mode::Oauth),
                "token": count(Mode::Token),
                "apiKey": count(Mode::ApiKey),
                "labels": provider.profiles.iter().map(label).collect::<Vec<_>>(),
            },
        });
        if let Some((source, _, masked)) = environment {
            value["env"] = json!({ "value": masked, "source": source });
        }
        if let Some(masked) = &provider.config_key {
            value["modelsJson"] =
                json!({ "value": masked, "source": format!("models.json: {}", self.config.1) });
        }
        value
    }
}

/// Returns a profile with its secret masked, as the existing product writes it.
fn label(profile: &Stored) -> String {
    match profile.mode {
        Mode::Token => format!("{}=token:{}", profile.id, profile.masked),
        Mode::Oauth => format!("{}=OAuth", profile.id),
        Mode::ApiKey | Mode::AwsSdk => format!("{}={}", profile.id, profile.masked),
    }
}

fn health(provider: &Provider, profile: &Stored) -> Value {
    json!({
        "profileId": profile.id.as_str(),
        "provider": provider.id.as_str(),
        "type": if profile.mode == Mode::ApiKey { "api_key" } else { profile.mode.name() },
        "status": profile.health.health.name(),
        "expiresAt": profile.health.expires_at.map(|at| at.0),
        "remainingMs": profile.health.remaining_ms,
        "source": "store",
        "label": label(profile),
    })
}

fn provider_shape(provider: &Provider) -> Value {
    let soonest = provider
        .profiles
        .iter()
        .filter(|one| one.health.expires_at.is_some())
        .min_by_key(|one| one.health.expires_at);
    json!({
        "provider": provider.id.as_str(),
        "status": provider_health(provider.profiles.iter().map(|profile| profile.health.health)).name(),
        "profiles": provider.profiles.iter().map(|profile| health(provider, profile)).collect::<Vec<_>>(),
        "expiresAt": soonest.and_then(|one| one.health.expires_at).map(|at| at.0),
        "remainingMs": soonest.and_then(|one| one.health.remaining_ms),
    })
}
