//! The model that a caller asked for by name. A name without a provider never reaches a vendor that
//! nobody named: it is an alias, or the model of the one configured provider that has it.

use openclaw_core::catalog::nearest;
use openclaw_core::model_ref::{ModelRef, normalize_provider};

use crate::catalog::{Catalog, either};
use crate::failure::{Failure, Kind};
use crate::snapshot::Snapshot;
use crate::surroundings::Surroundings;

/// Returns what a caller's text stands for: an alias as it is, else `provider/model`.
///
/// # Errors
/// When no configured provider, or more than one, has a model of that name.
pub(crate) fn requested(
    surroundings: &Surroundings,
    snapshot: &Snapshot,
    catalog: &Catalog,
    raw: &str,
) -> Result<String, Failure> {
    let name = raw.trim();
    let provider_named = name
        .split_once('/')
        .is_some_and(|(provider, _)| snapshot.knows_provider(&normalize_provider(provider)));
    if name.is_empty() || provider_named || snapshot.settings.aliases().get(name).is_some() {
        return Ok(raw.to_owned());
    }
    let mut having: Vec<ModelRef> = catalog
        .ids()
        .map(|id| ModelRef::new(id.as_str(), name))
        .filter(|model| catalog.get(model).is_some())
        .collect();
    if name.contains('/') && having.is_empty() {
        // Unknown as `provider/model`, which says what there is.
        return Ok(raw.to_owned());
    }
    let is_configured = |model: &ModelRef| {
        snapshot.provider_config(&model.provider).is_some()
            || snapshot.is_available(surroundings, &model.provider)
    };
    let configured: Vec<ModelRef> = having
        .iter()
        .filter(|model| is_configured(model))
        .cloned()
        .collect();
    match configured.as_slice() {
        [only] => return Ok(only.key()),
        [] => {}
        _ => having = configured,
    }
    Err(not_found(snapshot, catalog, name, &having))
}

/// Returns the failure for a name that stands for no one model; `having` are those of that name.
fn not_found(snapshot: &Snapshot, catalog: &Catalog, name: &str, having: &[ModelRef]) -> Failure {
    let aliases = snapshot.settings.aliases();
    let failure = Failure::new(Kind::Model, format!("Unknown model: {name}"));
    match having {
        [] => {}
        [only] => {
            return failure
                .detail(format!(
                    "it is no alias, and no configured provider has it; `{}` has it, without a credential here",
                    only.provider
                ))
                .hint(format!("did you mean `{only}`?"))
                .hint(format!(
                    "add a credential with `openclaw models auth add --provider {}`",
                    only.provider
                ));
        }
        several => {
            return failure
                .detail(format!(
                    "more than one provider has it: {}",
                    either(several)
                ))
                .hint(format!("name one of them: {}", either(several)));
        }
    }
    let failure = failure.detail("it is no alias, and no provider lists a model of this name");
    let provider = normalize_provider(name);
    if snapshot.knows_provider(&provider) {
        return failure.hint(format!(
            "`{provider}` is a provider; see its models with `openclaw models list --all --provider {provider}`"
        ));
    }
    if let Some(alias) = nearest(name, aliases.iter().map(|alias| &*alias.name)) {
        return failure.hint(format!("did you mean the alias `{alias}`?"));
    }
    // Of no provider in particular.
    match catalog.near(&ModelRef::new("", name)).as_slice() {
        [] => failure.hint("see what there is with `openclaw models list --all`"),
        near => failure.hint(format!("did you mean {}?", either(near))),
    }
}
