//! The rights of a plugin as a person reads them: each grant with the reason for it and where it
//! comes from. The grants are those of the live gate; they are only described here.

use openclaw_core::capability::Grant;
use openclaw_core::credential::ProviderId;
use openclaw_core::model_ref::normalize_provider;
use openclaw_router::Failure;
use openclaw_router::component::{Plugin, Rights};
use openclaw_router::component::{ProviderKind, Source};

use crate::app::App;
use openclaw_router::Snapshot;

/// Where a grant comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The plugin's manifest.
    Manifest,
    /// A base URL in the user's config.
    BaseUrl {
        /// The key, such as `models.providers.acme.baseUrl`.
        key: String,
        /// The config file.
        file: String,
    },
}

/// A grant with what may be done under it.
#[derive(Clone, Debug)]
pub struct GrantLine {
    /// The grant.
    pub grant: Grant,
    /// What the manifest says it is for.
    pub reason: String,
    /// Places a secret may be written to.
    pub secret_in: Vec<String>,
    /// JSON pointers into replies whose values become secrets.
    pub captures: Vec<String>,
    /// Where it comes from.
    pub origin: Origin,
}

/// Describes the grants of a plugin that serves `provider`, in the gate's order.
///
/// # Errors
/// When the configured base URL cannot become a grant; the live gate refuses it too.
pub fn of(
    app: &App,
    snapshot: &Snapshot,
    plugin: &Plugin,
    provider: &ProviderId,
) -> Result<(Rights, Vec<GrantLine>), Failure> {
    // Header fields of the config go to origins that are granted anyway.
    let rights = Rights::of(
        plugin,
        ProviderKind::of(plugin, provider.as_str()),
        snapshot.base_url(provider)?.as_deref(),
        Vec::new(),
    )?;
    let lines = rights
        .grants
        .iter()
        .zip(&rights.rights)
        .map(|(grant, right)| GrantLine {
            grant: grant.clone(),
            reason: right.reason.clone(),
            secret_in: distinct(&right.secret_in),
            captures: distinct(&right.captures),
            origin: match right.source {
                Source::Manifest => Origin::Manifest,
                Source::BaseUrl => Origin::BaseUrl {
                    key: format!(
                        "models.providers.{}.baseUrl",
                        config_key(snapshot, provider)
                    ),
                    file: app.paths.shorten(&snapshot.config.file),
                },
            },
        })
        .collect();
    Ok((rights, lines))
}

/// Describes every grant of a plugin: its manifest's, and those of all base URLs in the config that
/// it would serve; for a provider of the user's own, those of its base URL alone. What cannot become a grant is told apart, in the second list.
pub fn of_all(
    app: &App,
    snapshot: &Snapshot,
    plugin: &Plugin,
    own: &ProviderId,
) -> (Vec<GrantLine>, Vec<String>) {
    let (mut lines, mut refused) = (Vec::<GrantLine>::new(), Vec::new());
    // A provider of the user's own has its base URL, and nothing of the manifest's.
    let is_own = ProviderKind::of(plugin, own.as_str()) == ProviderKind::Own;
    let providers = if is_own {
        served(snapshot, plugin, own)
    } else {
        vec![own.clone()]
    };
    for provider in providers {
        match of(app, snapshot, plugin, &provider) {
            Ok((_, grants)) => {
                let is_new = |line: &GrantLine| lines.is_empty() || line.origin != Origin::Manifest;
                let new: Vec<GrantLine> = grants.into_iter().filter(is_new).collect();
                lines.extend(new);
            }
            Err(failure) => {
                let causes = failure.details.iter();
                let causes: Vec<&str> = causes
                    .map(|cause| cause.trim_start_matches("caused by: "))
                    .collect();
                let causes = causes.join(": ");
                refused.push(format!("provider `{provider}` cannot be served: {causes}"));
            }
        }
    }
    if lines.is_empty() && is_own {
        // Only base URLs that are refused: the manifest's grants stand all the same.
        if let Ok(rights) = Rights::of(plugin, ProviderKind::Own, None, Vec::new()) {
            lines.extend(rights.grants.into_iter().zip(&plugin.manifest.http).map(
                |(grant, wanted)| GrantLine {
                    grant,
                    reason: wanted.reason.clone(),
                    secret_in: wanted.secret_in.clone(),
                    captures: wanted.captures.clone(),
                    origin: Origin::Manifest,
                },
            ));
        }
    }
    (lines, refused)
}

/// Returns the providers that a plugin serves: its own, then those of the config.
fn served(snapshot: &Snapshot, plugin: &Plugin, own: &ProviderId) -> Vec<ProviderId> {
    let mut served = vec![own.clone()];
    for (key, entry) in &snapshot.config.typed.models.providers {
        let provider = normalize_provider(key);
        let by_it = snapshot
            .plugin(&provider)
            .is_some_and(|found| found.id() == plugin.manifest.id);
        if by_it && entry.base_url.is_some() && !served.contains(&provider) {
            served.push(provider);
        }
    }
    served
}

/// Returns a provider's key in the config, as it is written there.
fn config_key(snapshot: &Snapshot, provider: &ProviderId) -> String {
    let keys = || {
        snapshot
            .config
            .typed
            .models
            .providers
            .iter()
            .map(|(key, _)| key)
    };
    let exact = keys().find(|key| *key == provider.as_str());
    let found = exact.or_else(|| keys().find(|key| normalize_provider(key) == *provider));
    found.map_or_else(|| provider.to_string(), String::clone)
}

fn distinct(items: &[String]) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::new();
    for item in items {
        if !distinct.contains(item) {
            distinct.push(item.clone());
        }
    }
    distinct
}
