//! References to models in a value that was set: whether anything knows them.

use openclaw_core::model_ref::ModelRef;
use openclaw_core::selection::{ANY_MODEL, Settings};
use openclaw_core::shell::pasteable;

use crate::app::App;
use crate::commands::models::model_lookup;
use openclaw_router::Snapshot;
use openclaw_store::json5::{KeyPath, Node, Value};
use openclaw_store::schema::json::takes_models;

/// Where the allowed models are.
const ALLOWED: [&str; 3] = ["agents", "defaults", "models"];

/// Returns what there is to say against the models that a value names (none if it was removed), and against those in use
/// that a change of the allowed ones shuts out.
pub(super) fn warnings(app: &App, path: &KeyPath, value: Option<&Node>) -> Vec<String> {
    let mut named = Vec::new();
    if let Some(node) = value {
        collect(path, node, &mut named);
    }
    let concerns_allowed = concerns_allowed(path);
    if named.is_empty() && !concerns_allowed {
        return Vec::new();
    }
    // A config that cannot be used is reported elsewhere.
    let Ok(snapshot) = Snapshot::read(app, None) else {
        return Vec::new();
    };
    let mut warnings = Vec::new();
    let mut unknown = Vec::new();
    for name in &named {
        match model_lookup::lookup(app, &snapshot, name, &|meant: &str| meant.to_owned()) {
            Ok(vetted) => warnings.extend(vetted.warnings),
            Err(failure) => {
                unknown.push(name);
                let hint = failure.hints.first();
                // It is not this command that takes what was meant.
                let hint = hint.map(|hint| match hint.split_once("? `") {
                    Some((meant, _)) => format!("; {meant}?"),
                    None => format!("; {hint}"),
                });
                let hint = hint.unwrap_or_default();
                warnings.push(format!("{}{hint}", failure.message));
            }
        }
    }
    let refused = refused(&snapshot.settings);
    let concerned = refused
        .into_iter()
        .filter(|(raw, _)| concerns_allowed || named.contains(raw) && !unknown.contains(&raw));
    warnings.extend(concerned.map(|(_, model)| {
        format!(
            "`{model}` is configured, but only models in `agents.defaults.models` may be used; allow it with: openclaw models allow {}",
            pasteable(&model.key())
        )
    }));
    warnings
}

/// Whether a change at `path` may change which models are allowed.
fn concerns_allowed(path: &KeyPath) -> bool {
    let steps = path.0.iter().map(|step| step.key());
    steps.zip(ALLOWED).all(|(step, allowed)| step == allowed)
}

/// Returns the configured models that are not allowed, as written and as meant.
fn refused(settings: &Settings) -> Vec<(String, ModelRef)> {
    let agents = settings.agents.iter();
    let choices = [&settings.model, &settings.image_model]
        .into_iter()
        .chain(agents.flat_map(|agent| [&agent.model, &agent.image_model]));
    let mut refused: Vec<(String, ModelRef)> = Vec::new();
    for choice in choices {
        let fallbacks = choice.fallbacks().unwrap_or_default();
        for raw in choice
            .primary()
            .into_iter()
            .chain(fallbacks.iter().map(String::as_str))
        {
            if let Ok(found) = settings.resolve(raw)
                && !settings.allows(&found.model)
                && refused.iter().all(|(_, model)| *model != found.model)
            {
                refused.push((raw.to_owned(), found.model));
            }
        }
    }
    refused
}

/// Collects the references in a value: primaries, fallbacks, and keys of the allowed models.
fn collect(path: &KeyPath, node: &Node, into: &mut Vec<String>) {
    if let Some(text) = node.as_str() {
        let depth = path.0.len();
        let choice =
            (depth.saturating_sub(2)..=depth).find(|depth| takes_models(&path.0[..*depth]));
        if let Some(choice) = choice
            && is_reference(
                &path.0[choice..]
                    .iter()
                    .map(|step| step.key())
                    .collect::<Vec<_>>(),
            )
        {
            into.push(text.to_owned());
        }
        return;
    }
    match &node.value {
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                collect(&path.join(index), &element.value, into);
            }
        }
        Value::Object(_) => {
            for member in node.entries() {
                collect(&path.join(member.key.as_str()), &member.value, into);
            }
        }
        _ => {}
    }
    if path.0.len() == ALLOWED.len() + 1 && concerns_allowed(path) {
        let key = path.0[ALLOWED.len()].key();
        if key != ANY_MODEL {
            into.push(key);
        }
    }
}

/// Whether a text below a choice of models is one: the choice itself, its primary, a fallback.
fn is_reference(below: &[String]) -> bool {
    match below {
        [] => true,
        [key] => key == "primary",
        [key, _] => key == "fallbacks",
        _ => false,
    }
}
