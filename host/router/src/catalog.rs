//! Every model that is known: what the plugins list and what the user's config adds.

use std::collections::BTreeSet;

use openclaw_core::catalog::{Known, Model, Price, suggest};
use openclaw_core::credential::ProviderId;
use openclaw_core::model_ref::{ModelRef, normalize_provider};

use crate::failure::{Failure, Kind};
use crate::snapshot::Snapshot;
use openclaw_store::schema::models::Model as ConfiguredModel;

/// Known models, by provider and in the order of their list.
pub struct Catalog {
    providers: Vec<(ProviderId, Vec<Model>)>,
    today: String,
}

impl Catalog {
    /// Collects the models of every plugin and of the config's own providers.
    #[must_use]
    pub fn new(snapshot: &Snapshot) -> Self {
        Self::read(snapshot, |_| true)
    }

    /// As [`new`](Self::new), for these providers alone: a listing takes time to read.
    #[must_use]
    pub fn among(snapshot: &Snapshot, wanted: &BTreeSet<ProviderId>) -> Self {
        Self::read(snapshot, |id| wanted.contains(id))
    }

    fn read(snapshot: &Snapshot, wanted: impl Fn(&ProviderId) -> bool) -> Self {
        let mut providers: Vec<(ProviderId, Vec<Model>)> = snapshot
            .registry
            .all()
            .iter()
            .map(|plugin| (ProviderId::new(plugin.id()), plugin))
            .filter(|(id, _)| wanted(id))
            .map(|(id, plugin)| (id, plugin.models()))
            .collect();
        for (key, entry) in &snapshot.config.typed.models.providers {
            let id = normalize_provider(key);
            if !wanted(&id) {
                continue;
            }
            let own: Vec<Model> = entry.models.iter().map(configured).collect();
            match providers.iter_mut().find(|(known, _)| *known == id) {
                Some((_, models)) => {
                    models.retain(|model| own.iter().all(|added| added.id != model.id));
                    models.extend(own);
                }
                None => providers.push((id, own)),
            }
        }
        providers.sort_by(|(a, _), (b, _)| a.cmp(b));
        Self {
            providers,
            today: String::new(),
        }
    }

    /// Sets the day that decides what counts as retired.
    #[must_use]
    pub fn on(mut self, today: &str) -> Self {
        today.clone_into(&mut self.today);
        self
    }

    /// Returns the providers and their models.
    #[must_use]
    pub fn providers(&self) -> &[(ProviderId, Vec<Model>)] {
        &self.providers
    }

    /// Returns the known models of a provider.
    #[must_use]
    pub fn of(&self, provider: &ProviderId) -> &[Model] {
        let found = self.providers.iter().find(|(id, _)| id == provider);
        found.map_or(&[], |(_, models)| models)
    }

    /// Puts a list of models in the place of those known of a provider.
    pub fn replace(&mut self, provider: &ProviderId, models: Vec<Model>) {
        match self.providers.iter_mut().find(|(id, _)| id == provider) {
            Some((_, known)) => *known = models,
            None => self.providers.push((provider.clone(), models)),
        }
    }

    /// Returns what is known of a model.
    #[must_use]
    pub fn get(&self, model: &ModelRef) -> Option<&Model> {
        let known = self.of(&model.provider);
        known.iter().find(|known| known.id == model.model)
    }

    /// Returns the failure for a model that is not known, with what may have been meant.
    #[must_use]
    pub fn unknown(&self, model: &ModelRef) -> Failure {
        let failure = Failure::new(Kind::Model, format!("Unknown model: {model}"));
        let listed = self.providers.iter().find(|(id, _)| *id == model.provider);
        let failure = match listed {
            Some((id, models)) => failure.detail(format!(
                "not an alias, and not among the {} models that `{id}` lists",
                models.len()
            )),
            None => failure.detail(format!(
                "not an alias, and no provider `{}` is installed or configured; there are: {}",
                model.provider,
                self.providers
                    .iter()
                    .map(|(id, _)| id.as_str())
                    .collect::<Vec<_>>()
                    .join(", ")
            )),
        };
        let near = self.near(model);
        match near.as_slice() {
            [] => failure.hint("see what there is with `openclaw models list --all`"),
            near => {
                let names: Vec<String> = near.iter().map(|model| format!("`{model}`")).collect();
                failure.hint(format!("did you mean {}?", names.join(" or ")))
            }
        }
    }

    /// Returns known models that resemble an unknown one.
    #[must_use]
    pub fn near(&self, model: &ModelRef) -> Vec<ModelRef> {
        let known = self.providers.iter().flat_map(|(id, models)| {
            models.iter().map(|known| Known {
                model: ModelRef::new(id.as_str(), &known.id),
                retired: known.is_retired_on(&self.today),
            })
        });
        suggest(model, known)
    }
}

fn configured(model: &ConfiguredModel) -> Model {
    let cost = model.cost.unwrap_or_default();
    let context = model.context_window.unwrap_or(200_000);
    Model {
        id: model.id.clone(),
        name: model.name.clone().unwrap_or_else(|| model.id.clone()),
        context: Some(context),
        max_output: Some(model.max_tokens.unwrap_or(8_192).min(context)),
        price: Price {
            input: cost.input,
            output: cost.output,
            cache_read: cost.cache_read,
            cache_write: cost.cache_write,
        },
        price_tiers: Vec::new(),
        reasoning: Some(model.reasoning.unwrap_or(false)),
        tools: None,
        input: model
            .input
            .clone()
            .unwrap_or_else(|| vec!["text".to_owned()]),
        output: vec!["text".to_owned()],
        released: None,
        retires: None,
        status: "active".to_owned(),
        parameters_b: None,
        open_weights: None,
        sources: vec!["config".to_owned()],
    }
}
