//! What is known of a model that a request may go to, before and during a run.

use openclaw_core::auth_order::CredentialSource;
use openclaw_core::catalog::Model;
use openclaw_core::conversation::Origin;
use openclaw_core::conversation::{CarryReasoning, Target, Unfit};
use openclaw_core::failure::{Failure, FailureKind};
use openclaw_core::model_ref::ModelRef;

use crate::snapshot::Snapshot;

/// Returns what is known of a model, whoever signs.
pub(crate) fn target(snapshot: &Snapshot, model: &ModelRef, known: Option<&Model>) -> Target {
    let plugin = snapshot.plugin_for(&model.provider, Some(&model.model));
    let manifest = plugin.map(|plugin| plugin.manifest());
    let mut abilities = Vec::new();
    for (name, can) in [
        ("reasoning", known.and_then(|model| model.reasoning)),
        ("tools", known.and_then(|model| model.tools)),
    ] {
        abilities.extend(can.map(|can| (name.to_owned(), can)));
    }
    Target {
        provider: model.provider.to_string(),
        realms: manifest.map_or_else(Vec::new, |manifest| manifest.realms.clone()),
        namespaces: manifest.map_or_else(Vec::new, |manifest| manifest.namespaces.clone()),
        model: model.model.clone(),
        account: None,
        input: known.map(|model| model.input.clone()),
        output: known.map(|model| model.output.clone()),
        abilities,
        efforts: Vec::new(),
        carry_reasoning: CarryReasoning::Always,
        drop_states: false,
    }
}

/// Returns whose account a credential is of: what the profile says of it, else the credential's own
/// name. What is bound to an account is of no use to another.
pub(crate) fn account(snapshot: &Snapshot, source: &CredentialSource) -> String {
    if let CredentialSource::Profile(id) = source {
        let profile = snapshot.profile(id);
        let told = profile.and_then(|profile| profile.account.clone());
        return told.unwrap_or_else(|| id.to_string());
    }
    source.to_string()
}

/// Returns who gives an answer to an attempt at this target.
pub(crate) fn origin(target: &Target) -> Origin {
    Origin {
        provider: Some(target.provider.clone()),
        realm: target.realms.first().cloned().unwrap_or_default(),
        model: target.model.clone(),
        account: target.account.clone(),
        complete: true,
    }
}

/// Returns the failure of an attempt that was not made, since the request cannot go to its target.
pub(crate) fn unfit(unfit: &Unfit) -> Failure {
    let (kind, need) = match unfit {
        Unfit::LastMessage { modality } => (FailureKind::Unsupported, format!("input.{modality}")),
        Unfit::Unsupported { need } => (FailureKind::Unsupported, need.to_string()),
        Unfit::TooLong { .. } => (FailureKind::ContextOverflow, "messages".to_owned()),
    };
    Failure {
        parameter: Some(need),
        ..Failure::new(kind, unfit.to_string())
    }
}
