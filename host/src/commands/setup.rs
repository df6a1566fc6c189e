//! `openclaw setup`: from nothing to an answer.

use std::num::NonZeroUsize;
use std::time::Duration;

use openclaw_core::credential::ProviderId;
use openclaw_core::defaults::{self, FLAGSHIPS};
use openclaw_core::edit::{self, Change};
use openclaw_core::model_ref::ModelRef;
use openclaw_core::scan::{Criteria, rank};
use openclaw_core::selection::{ModelSetting, Purpose, Scope};
use openclaw_core::shell::pasteable;

use super::models::auth::add;
use super::models::auth::credential_input::CredentialStored;
use super::models::model_lookup;
use super::models::scan::candidates::{self, Finding, ProviderCandidates};
use super::models::scan::report::ScanRequest;
use super::{Outcome, block_on};
use crate::app::App;
use crate::config_writer::{self, Saved};
use crate::prompt::{self, Prompt};
use crate::render::Form;
use crate::render::models::scan::{Marks, provider as line};
use crate::render::style::Style;
use openclaw_router::failure::agent_flag;
use openclaw_router::{Failure, Kind, Snapshot};

/// Longest that one question to a provider may take.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Providers that are asked at once.
const CONCURRENCY: NonZeroUsize = NonZeroUsize::new(4).expect("four is not zero");

/// Begin here: find or add a credential, prove it, and choose models
///
/// Looks for credentials in the environment and the credential store, asks for one if there is none,
/// and asks each provider whether it takes them, which spends no tokens. Of the providers that do, the
/// best model becomes the primary and the others fallbacks; a primary that you have and that works
/// stays. At a terminal you are asked; with `--yes`, `--key-stdin` or `--json` you are not.
///
/// Writes `agents.defaults.model.primary` and `agents.defaults.model.fallbacks`, and with a new key
/// `agents/<id>/agent/auth-profiles.json` in the state folder; with `--agent`, all of them for that agent
/// alone.
///
/// Example: openclaw setup
///
/// Example: printf '%s' "$KEY" | openclaw setup --provider openai --key-stdin
#[derive(Debug, clap::Args)]
pub struct SetupArgs {
    /// Ask nothing: take what works
    #[arg(long)]
    yes: bool,
    /// Only this provider
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,
    /// Read an API key or token of the provider from standard input, one line
    #[arg(long, visible_alias = "token-stdin", requires = "provider")]
    key_stdin: bool,
    /// Agent that alone gets the credential and the models, instead of all
    #[arg(short, long, value_name = "ID")]
    agent: Option<String>,
    /// Ask no provider: trust the credentials and go by the catalog
    #[arg(long)]
    no_probe: bool,
}

impl SetupArgs {
    /// Returns the provider and the agent that are meant.
    fn of(&self) -> (Option<&str>, Option<&str>) {
        (self.provider.as_deref(), self.agent.as_deref())
    }
}

/// What came of it.
pub struct SetupDone {
    /// The providers that were looked at.
    pub providers: Vec<ProviderCandidates>,
    /// A credential that was stored.
    pub stored: Option<CredentialStored>,
    /// The primary model.
    pub primary: ModelRef,
    /// The fallbacks.
    pub fallbacks: Vec<String>,
    /// What became of the config.
    pub saved: Saved,
    /// Whether the providers were shown already.
    pub told: bool,
    /// The command to go on with.
    pub next: String,
    /// What there is to say.
    pub warnings: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// When no credential works and none can be asked for, it was cancelled, or a file cannot be written.
pub fn run(app: &App, args: &SetupArgs) -> Outcome {
    let agent = args.agent.as_deref();
    let asks = !args.yes && !args.key_stdin && app.form != Form::Json && prompt::can_ask();
    let mut snapshot = Snapshot::read(app, agent)?;
    let only = args
        .provider
        .as_deref()
        .map(|typed| model_lookup::provider(&snapshot, typed))
        .transpose()?;
    let mut stored = None;
    if args.key_stdin {
        stored = Some(add::for_setup(app, args.of(), true, !args.no_probe)?);
    } else if !has_any(app, &snapshot, only.as_ref()) {
        if !asks {
            return Err(nothing(&snapshot, only.as_ref(), agent));
        }
        let prompt = Prompt::at(app, "set up", &scriptable(EXAMPLE, agent))?;
        prompt.say("No credential was found. Add one:");
        stored = Some(add::for_setup(app, args.of(), false, !args.no_probe)?);
    }
    if stored.is_some() {
        snapshot = Snapshot::read(app, agent)?;
    }
    let (mut found, mut audit) = survey(app, &snapshot, args, only.clone())?;
    let prompt = asks
        .then(|| Prompt::at(app, "set up", &scriptable(EXAMPLE, agent)))
        .transpose()?;
    if let Some(prompt) = &prompt {
        found.retain(|one| one.expected);
        loop {
            for one in &found {
                prompt.say_styled(&line(one, Style::new(app.terminal.color_err), Marks::Signs));
            }
            let works = found.iter().any(works);
            let question = if works {
                "Add another credential?"
            } else {
                "None of these works. Add a credential?"
            };
            if !prompt.confirm(question, !works)? {
                break;
            }
            stored = Some(add::for_setup(app, args.of(), false, !args.no_probe)?);
            snapshot = Snapshot::read(app, agent)?;
            (found, audit) = survey(app, &snapshot, args, only.clone())?;
            found.retain(|one| one.expected);
        }
    }
    let offers = offers(app, &snapshot, &found, prompt.is_some());
    if offers.is_empty() {
        return Err(none_works(&found, only.as_ref()));
    }
    let (primary, fallbacks) = choose(&snapshot, agent, &offers, prompt.as_ref())?;
    let attempt = "set the models";
    let saved = config_writer::save(app, attempt, |config| {
        let settings = snapshot.settings_again(config);
        let own = match agent {
            Some(agent) => {
                edit::set_agent_chain(&settings, agent, Purpose::Text, &primary, &fallbacks)?
            }
            None => None,
        };
        Ok(own.unwrap_or_else(|| change(&settings, &primary, &fallbacks)))
    })?;
    let mut warnings: Vec<String> = snapshot.warnings.iter().cloned().chain(audit).collect();
    let now = Snapshot::read(app, agent)?;
    let own = now.settings.primary(now.agent_settings(), Purpose::Text);
    if agent.is_none() && matches!(own, Some((_, Scope::Agent))) {
        warnings.push(format!(
            "the agent `{}` has a primary model of its own in `agents.list`, and keeps it",
            now.agent
        ));
    }
    Ok(Box::new(SetupDone {
        providers: found.into_iter().filter(|one| one.expected).collect(),
        stored,
        fallbacks: {
            let entry = agent.and_then(|_| now.agent_settings());
            now.settings.fallbacks(entry, Purpose::Text).0.to_vec()
        },
        primary,
        saved,
        told: prompt.is_some(),
        next: format!("openclaw models run{} \"Say hello\"", agent_flag(agent)),
        warnings,
    }))
}

/// A provider to name in an example.
const EXAMPLE: &str = defaults::PROVIDER;

fn scriptable(provider: &str, agent: Option<&str>) -> String {
    format!(
        "printf '%s' \"$KEY\" | openclaw setup --provider {}{} --key-stdin",
        pasteable(provider),
        agent_flag(agent)
    )
}

/// Whether there is a credential of any provider, or of the one that is meant.
fn has_any(app: &App, snapshot: &Snapshot, only: Option<&ProviderId>) -> bool {
    let all = model_lookup::providers(snapshot);
    all.iter()
        .filter(|provider| only.is_none_or(|only| only == *provider))
        .any(|provider| {
            let local = snapshot.registry.is_local(provider);
            let meant = only.is_some() || snapshot.provider_config(provider).is_some();
            snapshot.is_available(app, provider) && (!local || meant)
        })
}

fn survey(
    app: &App,
    snapshot: &Snapshot,
    args: &SetupArgs,
    provider: Option<ProviderId>,
) -> Result<(Vec<ProviderCandidates>, Option<String>), Failure> {
    let wanted = ScanRequest {
        criteria: Criteria::default(),
        provider,
        shown: usize::MAX,
        timeout: TIMEOUT,
        concurrency: CONCURRENCY,
        probe: !args.no_probe,
        purposes: vec![(Purpose::Text, true)],
    };
    let (mut found, audit) = block_on(candidates::survey(app, snapshot, &wanted))?;
    found.sort_by_key(|one| place(&one.provider));
    Ok((found, audit))
}

/// Returns the place of a provider among those that a model is taken of.
fn place(provider: &ProviderId) -> (usize, ProviderId) {
    let at = FLAGSHIPS
        .iter()
        .position(|(id, _)| *id == provider.as_str());
    (at.unwrap_or(FLAGSHIPS.len()), provider.clone())
}

fn works(found: &ProviderCandidates) -> bool {
    let has = !matches!(found.finding, Finding::CatalogAlone | Finding::NotAsked);
    has && found.finding.availability().is_some()
}

/// Returns the best model of each provider that works. Of one that no catalog knows only where the
/// person is asked, or has said so by writing the provider into the config.
fn offers(
    app: &App,
    snapshot: &Snapshot,
    found: &[ProviderCandidates],
    asks: bool,
) -> Vec<ModelRef> {
    let today = app.now().day();
    let working = found.iter().filter(|one| works(one));
    let best = working.filter_map(|one| {
        let flagship = snapshot.best_of(app, &one.provider);
        let listed = |model: &ModelRef| {
            let mut models = one.offer.models.iter();
            models.any(|known| known.id == model.model)
        };
        if let Some(model) = flagship.filter(|model| one.offer.models.is_empty() || listed(model)) {
            return Some(model);
        }
        let availability = one.finding.availability()?;
        let offer = [(&one.provider, availability, &*one.offer.models)];
        let own = snapshot.provider_config(&one.provider).is_some();
        rank(offer, &Criteria::default(), &today)
            .candidates
            .into_iter()
            .find(|candidate| candidate.known || asks || own)
            .map(|candidate| candidate.model)
    });
    best.collect()
}

/// Chooses the primary and the fallbacks to add.
fn choose(
    snapshot: &Snapshot,
    agent: Option<&str>,
    offers: &[ModelRef],
    prompt: Option<&Prompt>,
) -> Result<(ModelRef, Vec<ModelRef>), Failure> {
    let entry = agent.and_then(|_| snapshot.agent_settings());
    // What is configured and works stays.
    let configured = snapshot
        .settings
        .primary(entry, Purpose::Text)
        .and_then(|(raw, _)| snapshot.settings.resolve(raw).ok())
        .map(|found| found.model)
        .filter(|model| offers.iter().any(|offer| offer.provider == model.provider));
    let mut choices: Vec<ModelRef> = configured.into_iter().collect();
    for offer in offers {
        if !choices.contains(offer) {
            choices.push(offer.clone());
        }
    }
    let at = match prompt {
        Some(prompt) if choices.len() > 1 => prompt.choose("Primary model", &choices, 0)?,
        _ => 0,
    };
    let primary = choices[at].clone();
    let (known, _) = snapshot.settings.fallbacks(entry, Purpose::Text);
    let known: Vec<ModelRef> = known
        .iter()
        .filter_map(|raw| Some(snapshot.settings.resolve(raw).ok()?.model))
        .collect();
    let mut others: Vec<ModelRef> = offers.to_vec();
    // A second model of the same vendor fails together with the first.
    others.retain(|offer| {
        offer.provider != primary.provider
            && known.iter().all(|model| model.provider != offer.provider)
    });
    if let (Some(prompt), false) = (prompt, others.is_empty()) {
        let names: Vec<String> = others.iter().map(ModelRef::key).collect();
        let question = format!("When it fails, try {}?", names.join(", then "));
        if !prompt.confirm(&question, true)? {
            others.clear();
        }
    }
    Ok((primary, others))
}

fn change(
    settings: &openclaw_core::selection::Settings,
    primary: &ModelRef,
    fallbacks: &[ModelRef],
) -> Change {
    let mut whole = edit::set_primary(settings, Purpose::Text, primary);
    let mut settings = settings.clone();
    // The fallbacks are decided on as the primary leaves them.
    settings.model = ModelSetting::Chain {
        primary: Some(primary.key()),
        fallbacks: settings.model.fallbacks().map(<[String]>::to_vec),
    };
    for model in fallbacks {
        whole = whole.and(edit::add_fallback(&settings, Purpose::Text, model));
    }
    if !whole.edits.is_empty() {
        whole.notes.retain(|note| *note != edit::Note::AlreadySo);
    }
    whole.notes.dedup();
    whole
}

/// Returns the failure where there is no credential and nobody to ask for one.
fn nothing(snapshot: &Snapshot, only: Option<&ProviderId>, agent: Option<&str>) -> Failure {
    let mut failure = Failure::new(Kind::Auth, "No credential was found");
    let vendors: Vec<ProviderId> = match only {
        Some(only) => vec![only.clone()],
        None => FLAGSHIPS
            .iter()
            .map(|(id, _)| ProviderId::new(*id))
            .collect(),
    };
    for provider in &vendors {
        let names = snapshot.registry.secret_variables(provider);
        for (name, _) in names {
            failure = failure.detail(format!("environment `{name}`: not set"));
        }
    }
    let example = only.map_or(EXAMPLE, ProviderId::as_str);
    failure
        .detail("nothing was changed")
        .hint(format!("pipe a key in: {}", scriptable(example, agent)))
}

/// Returns the failure where no credential works.
fn none_works(found: &[ProviderCandidates], only: Option<&ProviderId>) -> Failure {
    let mut failure = Failure::new(Kind::Auth, "No credential works");
    for one in found.iter().filter(|one| one.expected) {
        failure = failure.detail(line(one, Style::new(false), Marks::Signs));
    }
    let only = only.map_or_else(String::new, |id| {
        format!(" --provider {}", pasteable(id.as_str()))
    });
    failure
        .detail("the models were not changed")
        .hint(format!("add another: `openclaw models auth add{only}`"))
        .hint("see what each credential says with `openclaw models status --probe`")
}
