//! Every model that is known: what the plugins list and what the user's config adds. A plugin's list
//! is read when all of it is asked for; one model is looked up by itself.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use openclaw_core::catalog::{Known, Model, Price, Spelled, suggest};
use openclaw_core::credential::ProviderId;
use openclaw_core::model_ref::{ModelRef, normalize_provider};
use openclaw_store::catalog_data::CatalogData;
use openclaw_store::schema::models::{Model as ConfiguredModel, Provider as ConfiguredProvider};

use crate::failure::{Failure, Kind};
use crate::registry::{Installed, Registry};
use crate::update::Newer;

/// Known models, by provider and in the order of their list.
pub struct Catalog {
    /// By id.
    providers: Vec<Provider>,
    today: String,
    /// All of them, to be compared with unknown ones, once that was asked for.
    spelled: OnceLock<Vec<Spelled>>,
}

/// What is known of a provider's models.
struct Provider {
    id: ProviderId,
    plugin: Option<Installed>,
    /// Facts that were installed, and go before what the plugin lists.
    newer: Option<Newer>,
    /// The user's own; they go before the plugin's of the same id.
    own: Vec<Model>,
    /// All of them, once that was asked for or replaced.
    all: OnceLock<Vec<Model>>,
}

impl Provider {
    fn all(&self) -> &[Model] {
        self.all.get_or_init(|| {
            let newer = self.newer.as_ref().and_then(Newer::models);
            let listed = newer.or_else(|| self.plugin.as_ref().map(Installed::models));
            let mut models = listed.unwrap_or_default();
            if !self.own.is_empty() {
                models.retain(|model| self.own.iter().all(|own| own.id != model.id));
                models.extend(self.own.iter().cloned());
            }
            models
        })
    }

    fn get(&self, id: &str) -> Option<Model> {
        if let Some(all) = self.all.get() {
            return all.iter().find(|model| model.id == id).cloned();
        }
        let own = self.own.iter().find(|model| model.id == id).cloned();
        own.or_else(
            || match self.newer.as_ref().and_then(|newer| newer.model(id)) {
                Some(found) => found,
                None => self.plugin.as_ref()?.model(id),
            },
        )
    }

    fn is_empty(&self) -> bool {
        match self.all.get() {
            Some(all) => all.is_empty(),
            None => {
                let listed = || match &self.newer {
                    Some(newer) => newer.has_models(),
                    None => self.plugin.as_ref().is_some_and(Installed::has_models),
                };
                self.own.is_empty() && !listed()
            }
        }
    }
}

impl Catalog {
    /// Collects the models of every plugin, as newer facts that were installed have them, and of the
    /// config's own providers.
    #[must_use]
    pub fn new(
        registry: &Registry,
        data: &Arc<CatalogData>,
        configured_providers: &[(String, ConfiguredProvider)],
    ) -> Self {
        let mut providers: Vec<Provider> = registry
            .all()
            .iter()
            .map(|plugin| Provider {
                id: ProviderId::new(plugin.id()),
                plugin: Some(plugin.clone()),
                newer: Newer::of(data, &ProviderId::new(plugin.id())),
                own: Vec::new(),
                all: OnceLock::new(),
            })
            .collect();
        let places = providers.iter().enumerate();
        let mut places: BTreeMap<ProviderId, usize> =
            places.map(|(at, known)| (known.id.clone(), at)).collect();
        for (key, entry) in configured_providers {
            let id = normalize_provider(key);
            let own = entry.models.iter().map(configured);
            match places.get(&id) {
                Some(at) => {
                    let known = &mut providers[*at];
                    for model in own {
                        known.own.retain(|before| before.id != model.id);
                        known.own.push(model);
                    }
                }
                None => {
                    places.insert(id.clone(), providers.len());
                    providers.push(Provider {
                        id,
                        plugin: None,
                        newer: None,
                        own: own.collect(),
                        all: OnceLock::new(),
                    });
                }
            }
        }
        providers.sort_by(|a, b| a.id.cmp(&b.id));
        Self {
            providers,
            today: String::new(),
            spelled: OnceLock::new(),
        }
    }

    /// Sets the day that decides what counts as retired.
    #[must_use]
    pub fn on(mut self, today: &str) -> Self {
        today.clone_into(&mut self.today);
        self.spelled = OnceLock::new();
        self
    }

    /// Returns the ids of the providers.
    pub fn ids(&self) -> impl Iterator<Item = &ProviderId> {
        self.providers.iter().map(|provider| &provider.id)
    }

    /// Returns the known models of a provider.
    #[must_use]
    pub fn of(&self, provider: &ProviderId) -> &[Model] {
        self.provider(provider).map_or(&[], Provider::all)
    }

    /// Returns the known models of a provider for keeps: whoever asks for them again has them read
    /// again, and without what was put in their place.
    pub fn take(&mut self, provider: &ProviderId) -> Vec<Model> {
        let Ok(at) = self.place(provider) else {
            return Vec::new();
        };
        let provider = &mut self.providers[at];
        provider.all();
        provider.all.take().unwrap_or_default()
    }

    /// Whether any model of a provider is known.
    #[must_use]
    pub fn has_models(&self, provider: &ProviderId) -> bool {
        let found = self.provider(provider);
        found.is_some_and(|provider| !provider.is_empty())
    }

    /// Puts a list of models in the place of those known of a provider.
    pub fn replace(&mut self, id: &ProviderId, models: Vec<Model>) {
        self.spelled = OnceLock::new();
        let all = OnceLock::from(models);
        match self.place(id) {
            Ok(at) => self.providers[at].all = all,
            Err(at) => self.providers.insert(
                at,
                Provider {
                    id: id.clone(),
                    plugin: None,
                    newer: None,
                    own: Vec::new(),
                    all,
                },
            ),
        }
    }

    /// Returns what is known of a model.
    #[must_use]
    pub fn get(&self, model: &ModelRef) -> Option<Model> {
        self.provider(&model.provider)?.get(&model.model)
    }

    fn provider(&self, id: &ProviderId) -> Option<&Provider> {
        self.place(id).ok().map(|at| &self.providers[at])
    }

    /// Returns where a provider is, or where it would have to be.
    fn place(&self, id: &ProviderId) -> Result<usize, usize> {
        self.providers.binary_search_by(|known| known.id.cmp(id))
    }

    /// Returns the failure for a model that is not known, with what may have been meant.
    #[must_use]
    pub fn unknown(&self, model: &ModelRef) -> Failure {
        let failure = Failure::new(Kind::Model, format!("Unknown model: {model}"));
        let failure = match self.provider(&model.provider) {
            Some(provider) => failure.detail(format!(
                "not an alias, and not among the {} models that `{}` lists",
                provider.all().len(),
                provider.id
            )),
            None => failure.detail(format!(
                "not an alias, and no provider `{}` is installed or configured; there are: {}",
                model.provider,
                self.ids()
                    .map(ProviderId::as_str)
                    .collect::<Vec<_>>()
                    .join(", ")
            )),
        };
        let near = self.near(model);
        match near.as_slice() {
            [] => failure.hint("see what there is with `openclaw models list --all`"),
            near => failure.hint(format!("did you mean {}?", either(near))),
        }
    }

    /// Returns known models that resemble an unknown one.
    #[must_use]
    pub fn near(&self, model: &ModelRef) -> Vec<ModelRef> {
        let known = self.providers.iter().flat_map(|provider| {
            provider.all().iter().map(|known| Known {
                model: ModelRef::new(provider.id.as_str(), &known.id),
                retired: known.is_retired_on(&self.today),
            })
        });
        suggest(
            model,
            self.spelled
                .get_or_init(|| known.map(Spelled::of).collect()),
        )
    }
}

/// Names models as a choice.
pub(crate) fn either(models: &[ModelRef]) -> String {
    let names: Vec<String> = models.iter().map(|model| format!("`{model}`")).collect();
    names.join(" or ")
}

fn configured(model: &ConfiguredModel) -> Model {
    let cost = model.cost.unwrap_or_default();
    // Negative prices stand for unknown ones in many lists.
    let known = |price: Option<f64>| price.filter(|dollars| *dollars >= 0.0);
    Model {
        id: model.id.clone(),
        name: model.name.clone().unwrap_or_else(|| model.id.clone()),
        // What the config does not say is unknown.
        context: model.context_window,
        max_output: model.max_tokens,
        price: Price {
            input: known(cost.input),
            output: known(cost.output),
            cache_read: known(cost.cache_read),
            cache_write: known(cost.cache_write),
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
