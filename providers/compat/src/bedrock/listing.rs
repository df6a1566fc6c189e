//! The lists of what may be asked: foundation models, and inference profiles over them.

use openclaw_sdk::facts::{Catalog, set};
use openclaw_sdk::{Failure, FailureKind, Model, errors, log};
use serde_json::Value;

use super::address::escape;
use super::api;
use crate::call::Call;
use crate::failure::unreadable;

/// Where foundation models are listed.
pub const MODELS: &str = "/foundation-models";
/// Most pages asked for; a page holds up to a thousand profiles.
const PAGES: usize = 20;
/// Longest page token that is sent back.
const TOKEN_BYTES: usize = 4_000;

/// Asks for both lists. Without the right to list profiles, the foundation models are all there is.
///
/// # Errors
/// As the service refused; kind `server` when a reply is no list.
pub fn discover(call: &Call<'_>) -> Result<Vec<Model>, Failure> {
    let place = api::place(call, None)?;
    let listed = api::get(call, &place, MODELS).map_err(not_permitted)?;
    let known = &call.vendor().models;
    let (mut models, mut token) = (Vec::new(), None::<String>);
    for _ in 0..PAGES {
        let page = match api::get(call, &place, &page_path(token.as_deref())) {
            Ok(page) => page,
            Err(failure) if failure.kind == FailureKind::Permission => {
                let what = "inference profiles may not be listed with this credential";
                log::write(log::Level::Warn, what);
                break;
            }
            Err(failure) => return Err(failure),
        };
        let next = take_profiles(&page, &listed, known, &mut models)?;
        if next.is_none() || next == token {
            break;
        }
        token = next;
    }
    take_models(&listed, known, &mut models)?;
    models.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(models)
}

/// A credential without the right to list may still have the right to ask: the list is what it lacks.
fn not_permitted(mut failure: Failure) -> Failure {
    if failure.kind == FailureKind::Permission {
        failure.kind = FailureKind::Unsupported.into();
        failure.code = Some("unsupported".to_owned());
    }
    failure
}

fn page_path(token: Option<&str>) -> String {
    let mut path = "/inference-profiles?maxResults=1000".to_owned();
    if let Some(token) = token.filter(|token| token.len() <= TOKEN_BYTES) {
        path.push_str("&nextToken=");
        path.push_str(&escape(token));
    }
    path
}

/// Adds the profiles of a page that can be asked, and returns the token of the next page.
fn take_profiles(
    page: &Value,
    listed: &Value,
    known: &Catalog,
    models: &mut Vec<Model>,
) -> Result<Option<String>, Failure> {
    for profile in entries(page, "inferenceProfileSummaries")? {
        // One of the user's own is asked by its ARN.
        let own = profile["type"] == "APPLICATION";
        let id = &profile[if own {
            "inferenceProfileArn"
        } else {
            "inferenceProfileId"
        }];
        let Some(id) = id.as_str().filter(|_| profile["status"] == "ACTIVE") else {
            continue;
        };
        let arn = profile["models"][0]["modelArn"]
            .as_str()
            .unwrap_or_default();
        let beneath = arn.rsplit('/').next().unwrap_or_default();
        let beneath = entries(listed, "modelSummaries")?
            .iter()
            .find(|entry| entry["modelId"] == beneath);
        if beneath.is_none_or(answers_in_text) && models.iter().all(|model| model.id != id) {
            let name = profile["inferenceProfileName"].as_str();
            models.push(model(id, name, beneath, known));
        }
    }
    let next = page["nextToken"].as_str();
    Ok(next.filter(|token| !token.is_empty()).map(str::to_owned))
}

/// Adds the foundation models that answer in text and can be asked as they are.
fn take_models(listed: &Value, known: &Catalog, models: &mut Vec<Model>) -> Result<(), Failure> {
    let entries = entries(listed, "modelSummaries")?;
    let mut odd = 0;
    for entry in entries {
        let Some(id) = entry["modelId"].as_str() else {
            odd += 1;
            continue;
        };
        let on_demand = entry["inferenceTypesSupported"].as_array();
        let on_demand = on_demand.is_none_or(|types| types.iter().any(|kind| kind == "ON_DEMAND"));
        let is_new = models.iter().all(|model| model.id != id);
        if is_new && on_demand && answers_in_text(entry) {
            models.push(model(id, entry["modelName"].as_str(), Some(entry), known));
        }
    }
    if odd > 0 && odd == entries.len() {
        return Err(unreadable("the list names only models without an id"));
    }
    Ok(())
}

/// Whether a reply shows that the credential was accepted.
///
/// # Errors
/// Kind `server` when it does not.
pub fn proves(listed: &Value) -> Result<(), Failure> {
    let first = entries(listed, "modelSummaries")?.first();
    if first.is_some_and(|entry| entry["modelId"].is_string()) {
        Ok(())
    } else {
        Err(unreadable("the list of models is empty"))
    }
}

fn entries<'a>(page: &'a Value, name: &str) -> Result<&'a Vec<Value>, Failure> {
    page[name]
        .as_array()
        .ok_or_else(|| errors::failure(FailureKind::Server, "the reply is not a list of models"))
}

fn answers_in_text(entry: &Value) -> bool {
    let told = entry["outputModalities"].as_array();
    told.is_none_or(|told| told.iter().any(|modality| modality == "TEXT"))
}

/// What the service tells wins over what was known when this was built.
fn model(id: &str, name: Option<&str>, told: Option<&Value>, known: &Catalog) -> Model {
    let mut model = known.discovered(id, name);
    let Some(told) = told else { return model };
    let modalities = told["inputModalities"].as_array();
    let modalities = modalities.into_iter().flatten().filter_map(Value::as_str);
    let modalities: Vec<String> = modalities.map(str::to_ascii_lowercase).collect();
    if known.find(id).is_none() && !modalities.is_empty() {
        model.input = modalities;
    }
    if let Some(streams) = told["responseStreamingSupported"].as_bool() {
        set(&mut model, "streaming", streams);
    }
    let is_legacy = told["modelLifecycle"]["status"] == "LEGACY";
    if is_legacy || model.status == "retired" {
        // It is listed, so it still answers.
        model.status = "deprecated".to_owned();
    }
    model
}

#[cfg(test)]
mod tests;
