//! `openclaw models list`

mod narrow;

use openclaw_router::Installed;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use openclaw_core::auth_order::CredentialSource;
use openclaw_core::base_url;
use openclaw_core::catalog::{
    Filter, ListingStatus, Model, Standing, is_local_url, lay_over, recommended, standings,
};
use openclaw_core::credential::ProviderId;
use openclaw_core::defaults::flagships;
use openclaw_core::failure::FailureKind;
use openclaw_core::model_ref::ModelRef;
use openclaw_core::selection::{Tag, configured_for};

use super::{model_lookup, refresh};
use crate::app::App;
use crate::commands::Outcome;
use crate::render::Form;
use crate::render::style::plural;
use narrow::NarrowArgs;
use openclaw_router::Catalog;
use openclaw_router::Failure;
use openclaw_router::Snapshot;
use openclaw_router::probe::Subject;

/// List models: those you configured and those recommended now, or all
///
/// Shows context and output in tokens, prices in US dollars for a million tokens (input and output,
/// then reads and writes of a cache), whether the model reasons, what input it takes, whether there
/// is a credential for it, and what it is in the config. A narrow window shows fewer columns; `--json`
/// has everything. Modifies nothing.
///
/// With a search text, all models are searched, by id, name and alias. `--reasoning` and `--image` show
/// only models that do; `--sort` orders them by one column.
///
/// Example: openclaw models list --provider anthropic
///
/// Example: openclaw models list opus --sort price
#[derive(Debug, clap::Args)]
pub struct ListArgs {
    #[command(flatten)]
    narrow: NarrowArgs,
    /// All models of the catalog, removed ones too
    #[arg(long)]
    all: bool,
    /// Only models served on this machine or network (Ollama, LM Studio)
    #[arg(long)]
    local: bool,
    /// Only this provider
    #[arg(short, long, value_name = "NAME")]
    provider: Option<String>,
    /// Ask the providers what they serve now: those with a credential, and local servers
    #[arg(long)]
    refresh: bool,
    /// Show tags and credentials as this agent has them
    #[arg(short, long, value_name = "ID")]
    agent: Option<String>,
}

/// The models asked for.
pub struct Listing {
    /// One row a model.
    pub rows: Vec<Row>,
    /// What to say where there is no row.
    pub empty: String,
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
    /// Its alias.
    pub alias: Option<String>,
    /// Whether it is served locally; `None` when nothing is known of it.
    pub local: Option<bool>,
    /// Whether there is a credential for it, or the local server has it; `None` when that is not
    /// known.
    pub available: Option<bool>,
    /// Whether it is configured and nothing knows it.
    pub missing: bool,
    /// What may have been meant by one that is missing, or may be taken instead of one that is gone.
    pub suggestions: Vec<ModelRef>,
    /// What its provider said of it just now; `None` when it was not asked or did not answer.
    pub standing: Option<ListingStatus>,
}

/// Runs the command.
///
/// # Errors
/// When the config cannot be read, or the provider or agent is unknown.
pub fn run(app: &App, args: &ListArgs) -> Outcome {
    let snapshot = Snapshot::read(app, args.agent.as_deref())?;
    let provider = args
        .provider
        .as_deref()
        .map(|typed| model_lookup::provider(&snapshot, typed))
        .transpose()?;
    let filter = Filter {
        provider,
        local: args.local,
    };
    let today = app.now().day();
    let mut lister = Lister {
        app,
        snapshot: &snapshot,
        catalog: snapshot.catalog().on(&today),
        today,
        providers: BTreeMap::new(),
        standings: BTreeMap::new(),
        warnings: snapshot.warnings.clone(),
        remarks: Vec::new(),
    };
    if args.refresh {
        lister.refresh(&filter)?;
    }
    let entry = args.agent.as_ref().and_then(|_| snapshot.agent_settings());
    let tagged = configured_for(&snapshot.settings, entry);
    let all = args.all || args.narrow.is_search();
    let mut rows = lister.rows(&filter, all, &tagged);
    let before = rows.len();
    args.narrow.apply(&mut rows);
    let empty = if before > 0 && rows.is_empty() {
        args.narrow.nothing()
    } else {
        lister.nothing(&filter, args.refresh)
    };
    if filter.local && !args.refresh && app.form == Form::Human && !rows.is_empty() {
        lister.remarks.push(
            "what a local server has installed shows when it is asked: add `--refresh`".to_owned(),
        );
    }
    Ok(Box::new(Listing {
        rows,
        empty,
        warnings: lister.warnings,
        remarks: lister.remarks,
    }))
}

/// Returns the row of one model, with the parts that it plays for an agent.
pub(super) fn row_of(app: &App, snapshot: &Snapshot, model: &ModelRef, agent: bool) -> Row {
    let today = app.now().day();
    let mut lister = Lister {
        app,
        snapshot,
        catalog: snapshot.catalog().on(&today),
        today,
        providers: BTreeMap::new(),
        standings: BTreeMap::new(),
        warnings: Vec::new(),
        remarks: Vec::new(),
    };
    let entry = Some(()).filter(|()| agent).and(snapshot.agent_settings());
    let tagged = configured_for(&snapshot.settings, entry);
    let tags = tagged.into_iter().find(|one| one.model == *model);
    let tags = tags.map(|one| one.tags).unwrap_or_default();
    let facts = lister.catalog.get(model);
    lister.row(model.clone(), facts, &tags)
}

/// What is the same for all models of a provider, found once.
#[derive(Clone, Copy)]
struct Facts {
    /// Whether it is served on this machine or network.
    local: bool,
    /// Whether only the server itself knows its models.
    unlisted: bool,
    /// Whether there is a credential, or none is needed.
    available: bool,
    /// Whether it was asked for its models.
    asked: bool,
    /// Whether it answered.
    answered: bool,
}

struct Lister<'a> {
    app: &'a App,
    snapshot: &'a Snapshot,
    catalog: Catalog,
    today: String,
    providers: BTreeMap<ProviderId, Facts>,
    standings: BTreeMap<ModelRef, ListingStatus>,
    warnings: Vec<String>,
    remarks: Vec<String>,
}

impl Lister<'_> {
    /// Asks those providers that pass the filter, and lays what they answer over the catalog.
    fn refresh(&mut self, filter: &Filter) -> Result<(), Failure> {
        let mut subjects = Vec::new();
        let ids: Vec<ProviderId> = self.catalog.ids().cloned().collect();
        for provider in ids {
            let local = self.of(&provider).local;
            if !filter.accepts(&provider, local) {
                continue;
            }
            let wanted = filter.provider.is_some();
            if self.snapshot.plugin(&provider).is_none() {
                if wanted {
                    self.warnings.push(format!(
                        "`{provider}` was not asked: no plugin speaks its format; name one with `models.providers.{provider}.api`"
                    ));
                }
                continue;
            }
            match refresh::source(self.app, self.snapshot, &provider, local) {
                Some(source) => subjects.push(Subject { provider, source }),
                None if wanted => self.warnings.push(format!(
                    "`{provider}` was not asked: there is no usable credential; add one with `openclaw models auth add`"
                )),
                None => {}
            }
        }
        if subjects.is_empty() && filter.provider.is_none() {
            self.warnings.push(
                "nobody was asked: there is no usable credential; add one with `openclaw models auth add`"
                    .to_owned(),
            );
        }
        let unconfigured = |subject: &Subject| {
            subject.source == CredentialSource::NoneNeeded
                && self.snapshot.provider_config(&subject.provider).is_none()
        };
        let optional: Vec<ProviderId> = subjects
            .iter()
            .filter(|subject| unconfigured(subject) && filter.provider.is_none())
            .map(|subject| subject.provider.clone())
            .collect();
        let asked = refresh::ask(self.app, self.snapshot, subjects)?;
        self.warnings.extend(asked.warning);
        for (provider, answer) in asked.answers {
            let facts = Facts {
                asked: true,
                answered: answer.is_ok(),
                ..self.of(&provider)
            };
            self.providers.insert(provider.clone(), facts);
            match answer {
                Ok(live) => self.answered(&provider, &live),
                // Some vendors have no list to be asked for.
                Err(failure) if failure.code.as_deref() == Some("unsupported") => {
                    self.remarks
                        .push(format!("`{provider}` was not asked: {}", failure.message));
                }
                // A local server that nobody asked for and nobody started is no trouble.
                Err(failure)
                    if optional.contains(&provider) && failure.kind == FailureKind::Network => {}
                Err(failure) if failure.is_unsupported() => self.warnings.push(format!(
                    "`{provider}` cannot be asked: {}; shown is what was known when this was built",
                    failure.message
                )),
                Err(failure) => self
                    .warnings
                    .push(format!("`{provider}` did not answer: {failure}")),
            }
        }
        Ok(())
    }

    fn answered(&mut self, provider: &ProviderId, live: &[Model]) {
        let rows = lay_over(self.catalog.of(provider), live, &self.today);
        for (model, standing) in &rows {
            let key = ModelRef::new(provider.as_str(), &model.id);
            self.standings.insert(key, *standing);
        }
        let models = rows.into_iter().map(|(model, _)| model).collect();
        self.catalog.replace(provider, models);
    }

    fn rows(
        &mut self,
        filter: &Filter,
        all: bool,
        tagged: &[openclaw_core::selection::ConfiguredModel],
    ) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        for entry in tagged {
            let facts = self.catalog.get(&entry.model);
            let row = self.row(entry.model.clone(), facts, &entry.tags);
            let of = self.of(&entry.model.provider);
            if filter.accepts(&entry.model.provider, of.local) {
                self.warnings.extend(troubles(&row, of.answered));
                rows.push(row);
            }
        }
        let configured = rows.len();
        let (mut left_out, mut strangers) = (0, 0);
        let providers: Vec<ProviderId> = self.catalog.ids().cloned().collect();
        let named = all || filter.provider.is_some();
        let usable = (!named).then(|| self.usable(&providers));
        // Who has no credential yet sees what to begin with at each vendor.
        let newcomer = usable.as_ref().is_some_and(Vec::is_empty);
        let is_left_out = |provider: &ProviderId| {
            let usable = usable.as_ref().filter(|_| !newcomer);
            usable.is_some_and(|usable| !usable.contains(provider))
        };
        for provider in providers {
            let facts = self.of(&provider);
            if !filter.accepts(&provider, facts.local) {
                continue;
            }
            if !facts.unlisted && is_left_out(&provider) {
                left_out += self.catalog.of(&provider).len();
                strangers += 1;
                continue;
            }
            if all && self.standings.is_empty() {
                // They are all shown, and sorted below.
                for model in self.catalog.take(&provider) {
                    let key = ModelRef::of(&provider, &model.id);
                    if rows[..configured].iter().all(|row| row.model != key) {
                        rows.push(self.row(key, Some(model), &[]));
                    }
                }
                continue;
            }
            let models = self.catalog.of(&provider);
            let mut shown: Vec<&Model> = if all {
                models.iter().collect()
            } else if facts.unlisted && facts.asked {
                let installed = |model: &&Model| {
                    let key = ModelRef::new(provider.as_str(), &model.id);
                    let standing = self.standings.get(&key);
                    matches!(standing, Some(ListingStatus::Listed | ListingStatus::New))
                };
                models.iter().filter(installed).collect()
            } else if facts.unlisted && filter.provider.is_none() {
                models
                    .iter()
                    .filter(|model| model.is_configured())
                    .collect()
            } else if newcomer {
                let flagships = flagships(&provider);
                let is_one = |model: &&Model| flagships.contains(&model.id.as_str());
                models.iter().filter(is_one).collect()
            } else {
                recommended(models, &self.today)
            };
            // What nobody knows to be there is not left out.
            if !facts.unlisted {
                left_out += models.len() - shown.len();
            }
            let places: BTreeMap<&str, Standing> = models
                .iter()
                .map(|model| model.id.as_str())
                .zip(standings(models))
                .collect();
            shown.sort_by_key(|model| (Reverse(places.get(&*model.id)), &model.id));
            let shown: Vec<Model> = shown.into_iter().cloned().collect();
            for model in shown {
                let key = ModelRef::of(&provider, &model.id);
                if rows[..configured].iter().all(|row| row.model != key) {
                    rows.push(self.row(key, Some(model), &[]));
                }
            }
        }
        if all {
            rows.sort_by(|a, b| a.model.cmp(&b.model));
        }
        if left_out > 0 && self.app.form == Form::Human {
            let too = if strangers == 0 {
                String::new()
            } else {
                let whose = plural(strangers, "provider");
                format!(", and all of {whose} without a credential,")
            };
            self.remarks.push(format!(
                "older and special models{too} are hidden; `--all` shows {left_out} more"
            ));
        }
        rows
    }

    /// Returns the providers whose models are shown although nobody asked for them: those that have a
    /// credential, or are in the config.
    fn usable(&mut self, providers: &[ProviderId]) -> Vec<ProviderId> {
        let mut found = providers.to_vec();
        found.retain(|provider| {
            let facts = self.of(provider);
            let own = self.snapshot.provider_config(provider).is_some();
            own || facts.available && !facts.unlisted
        });
        found
    }

    /// Says what to do where there is nothing to show.
    fn nothing(&mut self, filter: &Filter, refreshed: bool) -> String {
        let ask = |flags: &str| {
            format!(
                "What a server has shows when it is asked: openclaw models list {flags} --refresh"
            )
        };
        match &filter.provider {
            Some(provider) if filter.local && !self.of(provider).local => {
                format!("`{provider}` is not served on this machine or network; leave out --local.")
            }
            Some(provider) if !refreshed => ask(&format!("--provider {provider}")),
            None if filter.local && !refreshed => ask("--local"),
            None if filter.local => self.no_server(),
            _ => String::new(),
        }
    }

    /// Says how to get a local server, where none answered.
    fn no_server(&self) -> String {
        let plugins = self.snapshot.registry.all().iter();
        let names: Vec<&str> = plugins
            .map(Installed::manifest)
            .filter(|manifest| manifest.local)
            .map(|manifest| manifest.name.as_str())
            .collect();
        format!(
            "Start {}, or name a server, as in: openclaw config set models.providers.lab.baseUrl {}",
            names.join(" or "),
            base_url::EXAMPLE
        )
    }

    fn of(&mut self, provider: &ProviderId) -> Facts {
        if let Some(facts) = self.providers.get(provider) {
            return *facts;
        }
        let manifest = self.snapshot.registry.manifest(provider);
        let url = self
            .snapshot
            .provider_config(provider)
            .and_then(|entry| entry.base_url.clone())
            .or_else(|| manifest?.base_url.clone());
        let facts = Facts {
            local: url.is_some_and(|url| is_local_url(&url)),
            unlisted: manifest.is_some_and(|manifest| manifest.local),
            available: self.snapshot.is_available(self.app, provider),
            asked: false,
            answered: false,
        };
        self.providers.insert(provider.clone(), facts);
        facts
    }

    fn row(&mut self, model: ModelRef, facts: Option<Model>, tags: &[Tag]) -> Row {
        let of = self.of(&model.provider);
        let standing = self.standings.get(&model).copied();
        // Of a server that was not asked nobody can say what it lacks.
        let missing = facts.is_none() && (!of.unlisted || of.answered);
        let available = match standing {
            Some(ListingStatus::Listed | ListingStatus::New) if of.unlisted => Some(true),
            Some(_) if of.unlisted => Some(false),
            _ if missing || of.unlisted => None,
            _ => Some(of.available),
        };
        let alias = tags.iter().find_map(|tag| match tag {
            Tag::Alias(names) => names.first().cloned(),
            _ => None,
        });
        Row {
            retired: facts
                .as_ref()
                .is_some_and(|facts| facts.is_retired_on(&self.today)),
            tags: tags
                .iter()
                .map(ToString::to_string)
                .chain(missing.then(|| "missing".to_owned()))
                .chain(word(standing, of.unlisted).map(str::to_owned))
                .collect(),
            alias,
            local: (!missing).then_some(of.local),
            available,
            missing,
            suggestions: if missing || standing == Some(ListingStatus::Gone) {
                let mut near = self.catalog.near(&model);
                near.retain(|near| self.standings.get(near) != Some(&ListingStatus::Gone));
                near
            } else {
                Vec::new()
            },
            standing,
            model,
            facts,
        }
    }
}

/// Returns the tag of how a model stands, where there is something to say.
fn word(standing: Option<ListingStatus>, local: bool) -> Option<&'static str> {
    match (standing?, local) {
        (ListingStatus::Listed | ListingStatus::New, true) => Some("installed"),
        (_, true) => Some("not installed"),
        (ListingStatus::New, false) => Some("new"),
        (ListingStatus::Gone, false) => Some("gone"),
        (ListingStatus::Listed | ListingStatus::Retired, false) => None,
    }
}

/// Returns what to say of a configured model that cannot be used. `answered` says whether its
/// provider told just now what it has.
fn troubles(row: &Row, answered: bool) -> Option<String> {
    let model = &row.model;
    let gone = row.standing == Some(ListingStatus::Gone);
    if !row.missing && !gone {
        return None;
    }
    let near: Vec<String> = row
        .suggestions
        .iter()
        .map(|near| format!("`{near}`"))
        .collect();
    let what = if answered {
        format!("is not among those that `{}` has now", model.provider)
    } else {
        "is in no catalog".to_owned()
    };
    let next = if near.is_empty() {
        "see `openclaw models list --all`".to_owned()
    } else {
        format!("did you mean {}?", near.join(" or "))
    };
    Some(format!("the configured model `{model}` {what}; {next}"))
}
