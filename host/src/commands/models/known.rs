//! What a person typed for a model or a provider, checked against what there is.

use openclaw_core::catalog::nearest;
use openclaw_core::credential::ProviderId;
use openclaw_core::model_ref::{BUILT_IN_ALIASES, ModelRef, normalize_provider};

use crate::app::App;
use crate::failure::{Failure, Kind};
use crate::registry;
use crate::state::State;

/// A model that may be configured.
pub(in crate::commands) struct Vetted {
    /// The model.
    pub(in crate::commands) model: ModelRef,
    /// The alias it was typed as.
    pub(in crate::commands) via_alias: Option<String>,
    /// What there is to say against it.
    pub(in crate::commands) warnings: Vec<String>,
}

/// Resolves what was typed and makes sure that something knows the model: the catalog, the config,
/// or nobody can, as with models of a local server.
pub(in crate::commands) fn model(app: &App, state: &State, typed: &str) -> Result<Vetted, Failure> {
    let resolved = state.settings.resolve(typed)?;
    let (model, via_alias) = (resolved.model, resolved.via_alias);
    let today = app.now().day();
    let catalog = state.catalog().on(&today);
    let vetted = |warning: Option<String>| Vetted {
        model: model.clone(),
        via_alias: via_alias.clone(),
        warnings: warning.into_iter().collect(),
    };
    let listed = !state.settings.models.is_empty() && state.settings.allows(&model);
    let plugin = registry::find(&model.provider);
    match catalog.get(&model) {
        Some(known) if known.is_retired_on(&today) => {
            let since = known
                .retires
                .as_deref()
                .map(|day| format!(" since {day}"))
                .unwrap_or_default();
            Ok(vetted(Some(format!(
                "`{model}` is retired{since} and no longer answers; see `openclaw models list --provider {}`",
                model.provider
            ))))
        }
        Some(known) if !known.is_current_on(&today) => {
            let until = known
                .retires
                .as_deref()
                .map(|day| format!(" and retires on {day}"))
                .unwrap_or_default();
            Ok(vetted(Some(format!(
                "`{model}` is {}{until}",
                known.status
            ))))
        }
        Some(_) => Ok(vetted(None)),
        None if listed => Ok(vetted(Some(format!(
            "`{model}` is in no catalog; it is taken because `agents.defaults.models` lists it"
        )))),
        None if plugin.is_some_and(|plugin| plugin.manifest().local) => Ok(vetted(Some(format!(
            "whether the local server has `{}` shows when it is asked",
            model.model
        )))),
        // A provider of the user's own that lists no models may have any.
        None if plugin.is_none()
            && state
                .provider_config(&model.provider)
                .is_some_and(|entry| entry.models.is_empty()) =>
        {
            Ok(vetted(None))
        }
        None => {
            let mut failure = catalog.unknown(&model);
            if !typed.contains('/') {
                failure.hints.splice(0..0, alias_hint(state, typed));
            }
            Err(failure)
        }
    }
}

/// Returns a hint where a bare name is near to an alias, or to one that is only built in.
fn alias_hint(state: &State, typed: &str) -> Option<String> {
    let aliases = state.settings.aliases();
    let near = nearest(typed, aliases.iter().map(|alias| &*alias.name));
    let built_in = || {
        let near = nearest(typed, BUILT_IN_ALIASES.map(|(name, _)| name))?;
        let (_, model) = BUILT_IN_ALIASES.iter().find(|(name, _)| *name == near)?;
        Some(format!(
            "did you mean `{model}`? `openclaw models aliases add {near} {model}` makes `{near}` its alias"
        ))
    };
    near.map(|near| format!("did you mean the alias `{near}`?"))
        .or_else(built_in)
}

/// Returns the provider that was typed, if anything knows it.
pub(super) fn provider(state: &State, typed: &str) -> Result<ProviderId, Failure> {
    let wanted = normalize_provider(typed);
    let mut known = providers(state);
    if known.contains(&wanted) {
        return Ok(wanted);
    }
    known.sort();
    let names: Vec<&str> = known.iter().map(ProviderId::as_str).collect();
    let failure = Failure::new(Kind::Usage, format!("Unknown provider: {}", typed.trim()))
        .detail(format!("there are: {}", names.join(", ")));
    Err(match nearest(wanted.as_str(), names) {
        Some(near) => failure.hint(format!("did you mean `{near}`?")),
        None => failure.hint("see the models of every provider with `openclaw models list --all`"),
    })
}

/// Returns every provider that a plugin serves, or that the config or a profile names.
fn providers(state: &State) -> Vec<ProviderId> {
    let plugins = registry::all()
        .into_iter()
        .map(|plugin| ProviderId::new(plugin.id()));
    let configured = state
        .config
        .typed
        .models
        .providers
        .iter()
        .map(|(key, _)| normalize_provider(key));
    let stored = state
        .auth
        .profiles
        .iter()
        .map(|profile| profile.provider.clone());
    let mut all: Vec<ProviderId> = Vec::new();
    for id in plugins.chain(configured).chain(stored) {
        if !all.contains(&id) {
            all.push(id);
        }
    }
    all
}
