//! `openclaw models status`

pub mod credentials;
pub mod probes;
mod problems;

use std::collections::BTreeSet;
use std::path::PathBuf;

use openclaw_core::credential::ProviderId;
use openclaw_core::model_ref::ModelRef;
use openclaw_core::selection::{
    AgentSettings, Listed, Named, Purpose, Scope, Settings, configured, listed,
};
use openclaw_core::status::{Check, Facts, Mark, check, marks};
use openclaw_core::time::Timestamp;

use crate::app::App;
use crate::commands::Outcome;
use crate::commands::verdict::Verdict;
use credentials::Provider;
pub use credentials::Stored;
pub(super) use credentials::stored;
use openclaw_router::Catalog;
use openclaw_router::Imported;
use openclaw_router::Snapshot;
use openclaw_router::snapshot::Misplaced;
use probes::{ProbeArgs, Probes};
pub use problems::Problem;

/// Show the configured models and the health of every credential
///
/// Reads `agents.defaults.model`, `agents.defaults.imageModel`, `auth.order` and the credential
/// store; changes nothing, and calls nobody unless `--probe` is given. `--plain` prints the primary
/// model alone.
///
/// Exit codes with `--check`: 0 every credential is valid; 1 one has expired, or a provider in use
/// has none; 2 one expires within 7 days. What a probe finds does not change them.
///
/// Example: openclaw models status --json | jq '.authProfiles.anthropic[]'
#[derive(Debug, Default, clap::Args)]
pub struct StatusArgs {
    /// Show the models and credentials of one agent
    #[arg(short, long, value_name = "ID")]
    agent: Option<String>,
    /// Exit with 1 if a credential has expired or is missing, with 2 if one expires soon
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    probe: ProbeArgs,
}

impl StatusArgs {
    /// Whether any of them was given.
    pub(super) fn is_given(&self) -> bool {
        self.agent.is_some() || self.check || self.probe.is_given()
    }

    /// Returns these arguments, with those before the command's name where they are not given.
    pub(super) fn or(self, before: Self) -> Self {
        Self {
            agent: self.agent.or(before.agent),
            check: self.check || before.check,
            probe: self.probe.or(before.probe),
        }
    }
}

/// The configured models and the health of credentials.
pub struct Status {
    /// The config file, and the same for a person.
    pub config: (PathBuf, String),
    /// The agent that was asked for.
    pub agent: Option<String>,
    /// The folder of the agent whose credentials these are.
    pub agent_dir: PathBuf,
    /// Its credential store, and the same for a person.
    pub store: (PathBuf, String),
    /// Text models.
    pub text: Models,
    /// Image models.
    pub image: Models,
    /// The primary text model that is in effect.
    pub primary: ModelRef,
    /// Names and models, in the order of the config.
    pub aliases: Vec<(String, ModelRef)>,
    /// The only models that are allowed; empty when all are.
    pub allowed: Vec<ModelRef>,
    /// Every model that the config mentions.
    pub configured: Vec<ModelRef>,
    /// What was taken from the login shell.
    pub shell: Imported,
    /// Providers with a credential or in use, by id.
    pub providers: Vec<Provider>,
    /// What a check finds.
    pub problems: Vec<Problem>,
    /// What a check comes to.
    pub check: Check,
    /// Whether a check was asked for.
    pub checked: bool,
    /// What would become of a prompt.
    pub verdict: Verdict,
    /// What live requests proved, where they were asked for.
    pub probes: Option<Probes>,
    /// The present.
    pub now: Timestamp,
    /// What there is to say.
    pub warnings: Vec<String>,
    /// What else to know.
    pub remarks: Vec<String>,
}

/// The models of one purpose, as configured.
pub struct Models {
    /// The primary, if one is configured.
    pub primary: Option<Shown>,
    /// Where it is configured.
    pub primary_scope: Scope,
    /// The fallbacks.
    pub fallbacks: Vec<Shown>,
    /// Where they are configured.
    pub fallbacks_scope: Scope,
}

/// A configured model and what to know of it.
pub struct Shown {
    /// What is configured.
    pub named: Named,
    /// Its aliases.
    pub aliases: Vec<String>,
    /// What speaks against it.
    pub marks: Vec<Mark>,
}

/// Runs the command.
///
/// # Errors
/// When the command line or the config cannot be used, the agent is unknown, or a probe was
/// interrupted.
pub fn run(app: &App, args: StatusArgs) -> Outcome {
    let wanted = args.probe.checked(app.form)?;
    let mut snapshot = Snapshot::read(app, args.agent.as_deref())?;
    snapshot.look_for_secrets();
    let settings = &snapshot.settings;
    let shown = args.agent.as_ref().and(snapshot.agent_settings());
    let text = listed(settings, shown, Purpose::Text);
    let image = listed(settings, shown, Purpose::Image);
    let primary = text.primary.as_ref().and_then(|named| named.model.clone());
    let primary = primary.unwrap_or_else(|| settings.default_model());
    let configured: Vec<ModelRef> = configured(settings)
        .into_iter()
        .map(|entry| entry.model)
        .collect();

    let mut used: BTreeSet<ProviderId> = snapshot
        .models_in_use()
        .into_iter()
        .map(|model| model.provider)
        .collect();
    let named = [&text, &image]
        .into_iter()
        .flat_map(|found| found.primary.iter().chain(&found.fallbacks))
        .filter_map(|named| named.model.clone());
    let named: Vec<ModelRef> = std::iter::once(primary.clone()).chain(named).collect();
    used.extend(named.iter().map(|model| model.provider.clone()));
    let providers = credentials::providers(app, &snapshot, &used);

    let missing: Vec<ProviderId> = providers
        .iter()
        .filter(|one| one.is_missing())
        .map(|one| one.id.clone())
        .collect();
    let health = providers
        .iter()
        .flat_map(|one| &one.profiles)
        .map(|profile| profile.health.health);
    let unusable = |one: &credentials::Provider| one.in_use && one.fault.is_some();
    let check = if snapshot.unusable.is_empty() && !providers.iter().any(unusable) {
        check(health, &missing)
    } else {
        Check::Failing
    };
    let problems = problems::of(app, &snapshot, &providers);

    let mut warnings = snapshot.warnings.clone();
    let mut remarks = wanted.remarks();
    remarks.extend(snapshot.local.lines(&app.paths));
    remarks.extend(snapshot.misplaced().iter().map(Misplaced::line));
    let own = snapshot
        .agent_settings()
        .is_some_and(|agent| agent.model.primary().is_some());
    if args.agent.is_none() && own {
        remarks.push(format!(
            "the default agent `{0}` has a model of its own; see `openclaw models status --agent {0}`",
            snapshot.agent
        ));
    }
    warnings.extend(without_provider(settings, shown));
    let today = app.now().day();
    let catalog = snapshot.catalog().on(&today);
    let [text, image] = [text, image].map(|listed| models_of(&snapshot, &catalog, &today, listed));
    let models = named.into_iter().chain(configured.iter().cloned());
    let probes = wanted.run(app, &snapshot, &providers, models.collect())?;
    let probes = probes.map(|(probes, warning)| {
        warnings.extend(warning);
        probes
    });
    let verdict = match &probes {
        Some(probes) => Verdict::after_probes(app, &snapshot, &probes.failed()),
        None => Verdict::of(app, &snapshot),
    };
    Ok(Box::new(Status {
        config: (
            snapshot.config.file.clone(),
            app.paths.shorten(&snapshot.config.file),
        ),
        agent: args.agent.as_ref().map(|_| snapshot.agent.clone()),
        store: (
            snapshot.auth_file.path().to_path_buf(),
            app.paths.shorten(snapshot.auth_file.path()),
        ),
        text,
        image,
        primary,
        aliases: settings
            .aliases()
            .iter()
            .map(|alias| (alias.name.clone(), alias.model.clone()))
            .collect(),
        allowed: settings.allowlist(),
        configured,
        shell: snapshot.shell,
        providers,
        problems,
        check,
        checked: args.check,
        verdict,
        probes,
        now: app.now(),
        warnings,
        remarks,
        agent_dir: snapshot.agent_dir,
    }))
}

/// Says of primaries that name no provider and are no alias which model they were taken for.
fn without_provider(settings: &Settings, agent: Option<&AgentSettings>) -> Vec<String> {
    let mut warnings: Vec<String> = Vec::new();
    for purpose in [Purpose::Text, Purpose::Image] {
        let primary = settings.primary(agent, purpose);
        let found = primary.and_then(|(raw, _)| settings.resolve(raw).ok());
        warnings.extend(found.and_then(|found| found.warning));
    }
    warnings.dedup();
    warnings
}

fn models_of(snapshot: &Snapshot, catalog: &Catalog, today: &str, listed: Listed) -> Models {
    let one = |named: Named| shown(snapshot, catalog, today, named);
    Models {
        primary: listed.primary.map(one),
        primary_scope: listed.primary_scope,
        fallbacks: listed.fallbacks.into_iter().map(one).collect(),
        fallbacks_scope: listed.fallbacks_scope,
    }
}

fn shown(snapshot: &Snapshot, catalog: &Catalog, today: &str, named: Named) -> Shown {
    let Some(model) = &named.model else {
        return Shown {
            named,
            aliases: Vec::new(),
            marks: vec![Mark::NoReference],
        };
    };
    let aliases = snapshot.settings.aliases();
    let aliases = aliases
        .iter()
        .filter(|alias| alias.model == *model)
        .map(|alias| alias.name.clone())
        .collect();
    let is_local = snapshot.registry.is_local(&model.provider);
    let known = catalog.get(model);
    let facts = Facts {
        allowed: snapshot.settings.allows(model),
        served: snapshot.knows_provider(&model.provider),
        known: known.as_ref(),
        complete: catalog.has_models(&model.provider) && !is_local,
    };
    let near = || {
        let near = catalog.near(model);
        near.into_iter()
            .find(|other| other.provider == model.provider)
    };
    let marks = marks(&facts, today, near);
    Shown {
        named,
        aliases,
        marks,
    }
}
