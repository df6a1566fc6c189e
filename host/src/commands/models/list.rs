//! `openclaw models list`

use openclaw_core::catalog::{Filter, Model, is_local_url, recommended};
use openclaw_core::credential::ProviderId;
use openclaw_core::model_ref::ModelRef;
use openclaw_core::selection::{Tag, configured};

use super::known;
use crate::app::App;
use crate::catalog::Catalog;
use crate::commands::Outcome;
use crate::registry;
use crate::render::Form;
use crate::state::State;

/// List models: those you configured and those recommended now, or all
///
/// Prices are US dollars for a million tokens of input and output.
///
/// Example: openclaw models list --provider anthropic
#[derive(Debug, clap::Args)]
pub struct ListArgs {
    /// Every model of the catalog, retired ones too
    #[arg(long)]
    all: bool,
    /// Only models served on this machine or network (Ollama, LM Studio)
    #[arg(long)]
    local: bool,
    /// Only this provider
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,
}

/// The models asked for.
pub struct Listing {
    /// One row a model.
    pub rows: Vec<Row>,
    /// What there is to say.
    pub warnings: Vec<String>,
    /// What else could be asked.
    pub remarks: Vec<String>,
}

/// One model.
pub struct Row {
    /// Its reference.
    pub model: ModelRef,
    /// What is known of it; `None` when it is configured but in no catalog.
    pub facts: Option<Model>,
    /// Whether its provider no longer serves it.
    pub retired: bool,
    /// The parts it plays in the config.
    pub tags: Vec<String>,
    /// Whether it is served locally; `None` when nothing is known of it.
    pub local: Option<bool>,
    /// Whether there is a credential for it; `None` when nothing is known of it.
    pub available: Option<bool>,
}

/// Runs the command.
///
/// # Errors
/// When the config cannot be read or the provider is unknown.
pub fn run(app: &App, args: &ListArgs) -> Outcome {
    let state = State::read(app, None)?;
    let provider = args
        .provider
        .as_deref()
        .map(|typed| known::provider(&state, typed))
        .transpose()?;
    let filter = Filter {
        provider,
        local: args.local,
    };
    let today = app.now().day();
    let catalog = state.catalog().on(&today);
    let mut lister = Lister {
        app,
        state: &state,
        today: &today,
        providers: Vec::new(),
    };

    let mut rows: Vec<Row> = Vec::new();
    let mut missing: Vec<ModelRef> = Vec::new();
    let mut left_out = 0;
    let tagged = configured(&state.settings);
    for entry in &tagged {
        let facts = catalog.get(&entry.model);
        let row = lister.row(&entry.model, facts, &entry.tags);
        if filter.accepts(&entry.model.provider, row.local.unwrap_or(false)) {
            if facts.is_none() && !lister.serves_anything(&entry.model.provider) {
                missing.push(entry.model.clone());
            }
            rows.push(row);
        }
    }
    for (provider, models) in catalog.providers() {
        if !filter.accepts(provider, lister.of(provider).local) {
            continue;
        }
        let mut shown: Vec<&Model> = if args.all {
            models.iter().collect()
        } else {
            recommended(models, &today)
        };
        left_out += models.len() - shown.len();
        shown.sort_by(|a, b| {
            if args.all {
                a.id.cmp(&b.id)
            } else {
                b.released.cmp(&a.released).then(a.id.cmp(&b.id))
            }
        });
        for model in shown {
            let key = ModelRef::new(provider.as_str(), &model.id);
            if rows.iter().all(|row| row.model != key) {
                rows.push(lister.row(&key, Some(model), &[]));
            }
        }
    }
    if args.all {
        rows.sort_by(|a, b| a.model.cmp(&b.model));
    }
    let warnings = state
        .warnings
        .iter()
        .cloned()
        .chain(missing.iter().map(|model| gone(&catalog, model)))
        .collect();
    let mut remarks = Vec::new();
    if left_out > 0 && app.form == Form::Human {
        remarks.push(format!(
            "older and special models are left out; `--all` shows {left_out} more"
        ));
    }
    Ok(Box::new(Listing {
        rows,
        warnings,
        remarks,
    }))
}

/// Returns what to say of a configured model that no catalog has.
fn gone(catalog: &Catalog, model: &ModelRef) -> String {
    let near: Vec<String> = catalog
        .near(model)
        .iter()
        .map(|near| format!("`{near}`"))
        .collect();
    let near = if near.is_empty() {
        String::new()
    } else {
        format!("; did you mean {}?", near.join(" or "))
    };
    format!("the configured model `{model}` is in no catalog{near}")
}

/// What is the same for all models of a provider, found once.
#[derive(Clone)]
struct Facts {
    id: ProviderId,
    local: bool,
    available: bool,
}

struct Lister<'a> {
    app: &'a App,
    state: &'a State,
    today: &'a str,
    providers: Vec<Facts>,
}

impl Lister<'_> {
    fn of(&mut self, provider: &ProviderId) -> Facts {
        if let Some(facts) = self.providers.iter().find(|facts| facts.id == *provider) {
            return facts.clone();
        }
        let url = self
            .state
            .provider_config(provider)
            .and_then(|entry| entry.base_url.clone());
        let url = url.or_else(|| registry::find(provider)?.manifest().base_url.clone());
        let facts = Facts {
            id: provider.clone(),
            local: url.is_some_and(|url| is_local_url(&url)),
            available: self.state.is_available(self.app, provider),
        };
        self.providers.push(facts.clone());
        facts
    }

    /// Whether what the provider serves is known only when it is asked.
    fn serves_anything(&self, provider: &ProviderId) -> bool {
        registry::find(provider).is_some_and(|plugin| plugin.manifest().local)
    }

    fn row(&mut self, model: &ModelRef, facts: Option<&Model>, tags: &[Tag]) -> Row {
        let of = self.of(&model.provider);
        let known = facts.is_some() || self.serves_anything(&model.provider);
        Row {
            model: model.clone(),
            facts: facts.cloned(),
            retired: facts.is_some_and(|facts| facts.is_retired_on(self.today)),
            tags: tags
                .iter()
                .map(ToString::to_string)
                .chain((!known).then(|| "missing".to_owned()))
                .collect(),
            local: known.then_some(of.local),
            available: known.then_some(of.available),
        }
    }
}
