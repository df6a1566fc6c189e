//! What a person typed for a model or a provider, checked against what there is.

use std::collections::BTreeSet;

use openclaw_core::catalog::{Doubt, Model, alternatives, doubts, nearest};
use openclaw_core::credential::{ProfileId, ProviderId};
use openclaw_core::defaults;
use openclaw_core::model_ref::{ModelRef, normalize_provider};
use openclaw_core::shell::pasteable;

use crate::app::App;
use openclaw_router::{Catalog, Snapshot};
use openclaw_router::{Failure, Kind};

/// A model that may be configured.
pub(in crate::commands) struct CheckedModel {
    /// The model.
    pub(in crate::commands) model: ModelRef,
    /// The alias it was typed as.
    pub(in crate::commands) via_alias: Option<String>,
    /// What is known of it.
    pub(in crate::commands) facts: Option<Model>,
    /// What there is to say against it.
    pub(in crate::commands) warnings: Vec<String>,
    /// What there is to say besides.
    pub(in crate::commands) remarks: Vec<String>,
}

/// Resolves what was typed and makes sure that something knows the model: the catalog, the config,
/// or nobody can, as with models of a local server. `command` is what to type before the model that
/// was meant, after `openclaw models`.
pub(in crate::commands) fn model(
    app: &App,
    snapshot: &Snapshot,
    typed: &str,
    command: &str,
) -> Result<CheckedModel, Failure> {
    let again = |meant: &str| format!("openclaw models {command} {}", pasteable(meant));
    lookup(app, snapshot, typed, &again)
}

/// As [`model`], for a command that is not one of `openclaw models`: `again` returns it with the model
/// that was meant.
pub(in crate::commands) fn lookup(
    app: &App,
    snapshot: &Snapshot,
    typed: &str,
    again: &dyn Fn(&str) -> String,
) -> Result<CheckedModel, Failure> {
    let resolved = snapshot.settings.resolve(typed)?;
    let (model, via_alias) = (resolved.model, resolved.via_alias);
    let today = app.now().day();
    let catalog = snapshot.catalog().on(&today);
    let facts = catalog.get(&model);
    let listed = snapshot.settings.lists(&model);
    let manifest = snapshot.registry.manifest(&model.provider);
    let warnings = match &facts {
        Some(facts) => doubts(facts, None, &today)
            .iter()
            .map(|doubt| against(&model, doubt))
            .collect(),
        None if listed => vec![format!(
            "`{model}` is in no catalog; it is taken because `agents.defaults.models` lists it"
        )],
        None if manifest.is_some_and(|manifest| manifest.local) => vec![format!(
            "whether the local server has `{}` shows when it is asked: `openclaw models list --provider {} --refresh`",
            model.model, model.provider
        )],
        // A provider of the user's own that lists no models may have any.
        None if manifest.is_none()
            && snapshot
                .provider_config(&model.provider)
                .is_some_and(|entry| entry.models.is_empty()) =>
        {
            Vec::new()
        }
        None => {
            let mut failure = catalog.unknown(&model).detail("nothing was changed");
            if !typed.contains('/') {
                failure.message = format!("Unknown model: {}", typed.trim());
            }
            if let Some(hint) = meant(snapshot, &catalog, typed, &model, again) {
                failure.hints = vec![hint];
            }
            return Err(failure);
        }
    };
    let typed_id = typed.trim().split_once('/').map(|(_, id)| id.trim());
    let shortcut = via_alias.is_none() && typed_id.is_some_and(|id| id != model.model);
    let remarks = shortcut
        .then(|| format!("`{}` is an alias of `{model}`", typed.trim()))
        .into_iter()
        .collect();
    Ok(CheckedModel {
        model,
        via_alias,
        facts,
        warnings,
        remarks,
    })
}

/// Says what speaks against a model.
pub(super) fn against(model: &ModelRef, doubt: &Doubt) -> String {
    match doubt {
        Doubt::Retired { since } => format!(
            "`{model}` is retired{} and no longer answers; see `openclaw models list --provider {}`",
            since
                .as_deref()
                .map(|day| format!(" since {day}"))
                .unwrap_or_default(),
            model.provider
        ),
        Doubt::Withdrawn { status, until } => {
            let what = match until {
                Some(day) if status == "retired" => format!("retires on {day}"),
                Some(day) => format!("is {status} and retires on {day}"),
                None => format!("is {status}"),
            };
            format!(
                "`{model}` {what}; see `openclaw models list --provider {}`",
                model.provider
            )
        }
        Doubt::NoInput { takes } => format!(
            "`{model}` takes no image input ({} alone), so it cannot answer a request with an image",
            takes.join(", ")
        ),
    }
}

/// Makes sure that a model takes images. One of which nothing is known may: a warning says so.
pub(super) fn takes_images(
    app: &App,
    snapshot: &Snapshot,
    found: &CheckedModel,
) -> Result<Vec<String>, Failure> {
    let model = &found.model;
    let Some(facts) = found.facts.as_ref().filter(|facts| !facts.input.is_empty()) else {
        return Ok(vec![format!(
            "whether `{model}` takes image input is not known"
        )]);
    };
    if facts.accepts("image") {
        return Ok(Vec::new());
    }
    let mut failure = Failure::new(Kind::Model, format!("{model} takes no image input"))
        .detail(format!("its input types: {}", facts.input.join(", ")));
    if facts.is_configured() {
        return Err(failure.detail("nothing was changed").hint(format!(
            "if it does, say so with `\"input\": [\"text\", \"image\"]` in its entry of `models.providers.{}.models`",
            model.provider
        )));
    }
    let today = app.now().day();
    let catalog = snapshot.catalog().on(&today);
    let others = catalog.of(&model.provider);
    let others: Vec<String> = alternatives(others, "image", &today)
        .iter()
        .map(|other| ModelRef::new(model.provider.as_str(), &other.id).key())
        .collect();
    failure = match others.as_slice() {
        [] => failure
            .detail(format!("no model of `{}` takes images", model.provider))
            .detail("nothing was changed"),
        [first, ..] => failure
            .detail(format!(
                "models of `{}` that take images: {}",
                model.provider,
                others.join(", ")
            ))
            .detail("nothing was changed")
            .hint(format!(
                "take one of them, as in `openclaw models set-image {first}`"
            )),
    };
    Err(failure
        .hint("the column Input of `openclaw models list --all` shows what each model takes"))
}

/// Says what was meant by a model that is not known, with the command that takes it: the one model of
/// another provider with this id, an alias that is near, or what resembles it.
fn meant(
    snapshot: &Snapshot,
    catalog: &Catalog,
    typed: &str,
    model: &ModelRef,
    again: &dyn Fn(&str) -> String,
) -> Option<String> {
    let hint = |what: &str, meant: &str| Some(format!("did you mean {what}? `{}`", again(meant)));
    if !typed.contains('/') {
        let id = typed.trim();
        let exact: Vec<ModelRef> = catalog
            .ids()
            .filter(|provider| catalog.of(provider).iter().any(|known| known.id == id))
            .map(|provider| ModelRef::new(provider.as_str(), id))
            .collect();
        if let [only] = exact.as_slice() {
            return hint(&format!("`{only}`"), &only.key());
        }
        let aliases = snapshot.settings.aliases();
        if let Some(near) = nearest(typed, aliases.iter().map(|alias| &*alias.name)) {
            return hint(&format!("the alias `{near}`"), near);
        }
        let short = nearest(typed, defaults::ALIASES.map(|(name, _)| name));
        let built_in =
            short.and_then(|near| defaults::ALIASES.iter().find(|(name, _)| *name == near));
        if let Some((_, target)) = built_in.filter(|_| exact.is_empty()) {
            return hint(&format!("`{target}`"), target);
        }
    }
    let near = catalog.near(model);
    let first = near.first()?.key();
    let names: Vec<String> = near.iter().map(|model| format!("`{model}`")).collect();
    hint(&names.join(" or "), &first)
}

/// Returns the provider that was typed, if anything knows it.
pub(in crate::commands) fn provider(
    snapshot: &Snapshot,
    typed: &str,
) -> Result<ProviderId, Failure> {
    let wanted = normalize_provider(typed);
    let mut known = providers(snapshot);
    if known.contains(&wanted) {
        return Ok(wanted);
    }
    known.sort();
    let names: Vec<&str> = known.iter().map(ProviderId::as_str).collect();
    let failure = Failure::new(Kind::Usage, format!("Unknown provider: {}", typed.trim()))
        .detail(format!("there are: {}", names.join(", ")));
    let product = defaults::vendor_of(typed).filter(|id| names.contains(id));
    Err(match product.or_else(|| nearest(wanted.as_str(), names)) {
        Some(near) => failure.hint(format!("did you mean `{near}`?")),
        None => failure.hint("see the models of every provider with `openclaw models list --all`"),
    })
}

/// Returns the failure for a profile that nobody stored.
pub(in crate::commands) fn unknown_profile(
    app: &App,
    snapshot: &Snapshot,
    id: &ProfileId,
) -> Failure {
    let store = app.paths.shorten(snapshot.auth_file.path());
    let ids: Vec<&str> = snapshot
        .auth
        .profiles
        .iter()
        .map(|profile| profile.id.as_str())
        .collect();
    let failure = Failure::new(
        Kind::Auth,
        format!("Auth profile \"{id}\" not found in {store}."),
    );
    let failure = match ids.is_empty() {
        true => failure.detail("no profile is stored"),
        false => failure.detail(format!("there are: {}", ids.join(", "))),
    };
    let failure = failure.detail("nothing was changed");
    match nearest(id.as_str(), ids) {
        Some(near) => failure.hint(format!("did you mean `{near}`?")),
        None => failure.hint("see them with `openclaw models auth list`"),
    }
}

/// Returns every provider that a plugin serves, or that the config or a profile names.
pub(in crate::commands) fn providers(snapshot: &Snapshot) -> Vec<ProviderId> {
    let plugins = snapshot
        .registry
        .all()
        .iter()
        .map(|plugin| ProviderId::new(plugin.id()));
    let configured = snapshot
        .config
        .typed
        .models
        .providers
        .iter()
        .map(|(key, _)| normalize_provider(key));
    let stored = snapshot
        .auth
        .profiles
        .iter()
        .map(|profile| profile.provider.clone());
    let mut seen = BTreeSet::new();
    let all = plugins.chain(configured).chain(stored);
    all.filter(|id| seen.insert(id.clone())).collect()
}
