//! The documented shape of a scan.

use openclaw_core::defaults::CAPABILITY_SOURCE;
use openclaw_core::model_ref::ModelRef;
use openclaw_core::scan::{Candidate, Excluded, Part};
use openclaw_core::selection::Purpose;
use openclaw_core::time::millis;
use serde_json::{Map, Value, json};

use crate::commands::models::scan::candidates::{Finding, ProviderCandidates};
use crate::commands::models::scan::report::{Scan, Scanned};
use crate::render::models::{list, saved, trail};

/// Returns a scan and what came of it.
pub(super) fn scanned(scanned: &Scanned) -> Value {
    let mut value = scan(&scanned.scan);
    let choice = |purpose: Purpose| {
        let found = scanned
            .choices
            .iter()
            .find(|choice| choice.purpose == purpose);
        found.filter(|choice| choice.model.is_some())
    };
    let key = |purpose: Purpose| {
        choice(purpose)
            .and_then(|choice| choice.model.as_ref())
            .map(ModelRef::key)
    };
    let set = |purpose: Purpose| choice(purpose).is_some_and(|choice| choice.written);
    value["selected"] = json!(key(Purpose::Text));
    value["selectedImage"] = json!(key(Purpose::Image));
    value["setDefault"] = set(Purpose::Text).into();
    value["setImage"] = set(Purpose::Image).into();
    match &scanned.saved {
        Some(saved) => saved::describe(&mut value, saved),
        None => value["changed"] = false.into(),
    }
    value
}

/// Returns what a scan found.
pub(super) fn scan(scan: &Scan) -> Value {
    let wanted = &scan.wanted;
    json!({
        "probed": wanted.probe,
        "filters": {
            "minParams": wanted.criteria.min_params_b,
            "maxAgeDays": wanted.criteria.max_age_days,
            "provider": wanted.provider.as_ref().map(|id| id.as_str()),
        },
        "timeoutMs": millis(wanted.timeout),
        "concurrency": wanted.concurrency.get(),
        "current": scan.current_for(Purpose::Text).map(ModelRef::key),
        "currentImage": scan.current_for(Purpose::Image).map(ModelRef::key),
        "providers": scan.providers.iter().map(provider).collect::<Vec<_>>(),
        "candidates": scan
            .candidates
            .iter()
            .take(wanted.shown)
            .enumerate()
            .map(|(at, found)| candidate(at + 1, found))
            .collect::<Vec<_>>(),
        "totalCandidates": scan.candidates.len(),
        "leftOut": Excluded::ALL.into_iter().filter_map(|why| left_out(scan, why)).collect::<Vec<_>>(),
    })
}

fn provider(surveyed: &ProviderCandidates) -> Value {
    let (outcome, source, reason, error) = match &surveyed.finding {
        Finding::Proven(source) => ("ok", Some(source), None, None),
        Finding::NotProbed(source) => ("not_probed", Some(source), None, None),
        Finding::Unproven(source, why) => ("unproven", Some(source), Some(why.clone()), None),
        Finding::Failed(failure) => ("failed", None, None, Some(failure)),
        Finding::NoCredential(_) => ("no_credential", None, None, None),
        Finding::NotAsked => ("not_asked", None, None, None),
        Finding::CatalogAlone => ("not_probed", None, Some("no credential".to_owned()), None),
        Finding::NoPlugin => ("no_plugin", None, None, None),
    };
    let skipped = match &surveyed.finding {
        Finding::NoCredential(skipped) => skipped.as_slice(),
        _ => &[],
    };
    json!({
        "provider": surveyed.provider.as_str(),
        "outcome": outcome,
        "source": source.map(ToString::to_string),
        "profileId": source.and_then(trail::profile_id),
        "models": surveyed.offer.models.len(),
        "latencyMs": surveyed.elapsed.map(millis),
        "message": reason,
        "failure": error.map(trail::failure_json),
        "tried": surveyed
            .tried
            .iter()
            .map(|tried| json!({
                "source": tried.source.to_string(),
                "profileId": trail::profile_id(&tried.source),
                "failure": trail::failure_json(&tried.failure),
            }))
            .collect::<Vec<_>>(),
        "skipped": trail::skipped_profiles(skipped.iter().map(|one| (&one.id, &one.reason))),
    })
}

fn candidate(rank: usize, candidate: &Candidate) -> Value {
    let facts = &candidate.facts;
    let parts: Map<String, Value> = candidate
        .score
        .parts()
        .into_iter()
        .map(|(name, part, weight)| (name.to_owned(), shape_of(part, weight)))
        .collect();
    json!({
        "rank": rank,
        "model": candidate.model.key(),
        "key": candidate.model.key(),
        "provider": candidate.model.provider.as_str(),
        "modelId": candidate.model.model,
        "name": facts.name,
        "score": candidate.score.total(),
        "parts": parts,
        "availability": candidate.availability.name(),
        "tier": candidate.tier.map(|tier| tier.0),
        "tierSource": candidate.tier.map(|_| CAPABILITY_SOURCE),
        "countsAsLarge": candidate.counts_as_large(),
        "inCatalog": candidate.known,
        "parametersB": candidate.size.map(|size| size.billions),
        "parametersFrom": candidate.size.map(|size| if size.by_name { "name" } else { "published" }),
        "released": facts.released,
        "cost": list::cost(facts.price),
        "contextWindow": facts.context,
        "maxOutput": facts.max_output,
        "reasoning": facts.reasoning,
        "input": facts.input,
    })
}

fn shape_of(part: Part, weight: f64) -> Value {
    let value = (part.value * 10_000.0).round() / 10_000.0;
    json!({ "value": value, "weight": weight, "known": part.known })
}

/// Returns the models that are left out for a reason, if there are any.
fn left_out(scan: &Scan, why: Excluded) -> Option<Value> {
    let models: Vec<String> = scan
        .left_out
        .iter()
        .filter(|(_, because)| *because == why)
        .map(|(model, _)| model.key())
        .collect();
    (!models.is_empty())
        .then(|| json!({ "reason": why.name(), "count": models.len(), "models": models }))
}
