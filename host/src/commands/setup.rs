//! `openclaw setup`: from nothing to an answer.

mod failures;
mod offers;

use openclaw_core::defaults;
use openclaw_core::edit::{self, Change};
use openclaw_core::model_ref::ModelRef;
use openclaw_core::selection::{ModelSetting, Purpose, Scope, Settings};
use openclaw_core::shell::pasteable;

use super::Outcome;
use super::models::auth::add;
use super::models::auth::credential_input::CredentialStored;
use super::models::model_lookup;
use super::models::scan::candidates::ProviderCandidates;
use crate::app::App;
use crate::config_writer::{self, Saved};
use crate::prompt::{self, Prompt};
use crate::render::Form;
use crate::render::models::scan::{Marks, provider as line};
use crate::render::style::Style;
use openclaw_router::failure::agent_flag;
use openclaw_router::{Failure, Kind, Snapshot};

use failures::{after_storing, none_works, nothing, unused_variables};
use offers::{configured, has_any, offers, survey, works};

/// Begin here: find or add a credential, prove it, and choose models
///
/// Looks for credentials in the environment and the credential store, asks for one if there is none,
/// and asks each provider whether it takes them: with a free call where there is one, else with a
/// message of one token. Of the providers that do, the
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
    let mut stored = None;
    match setup(app, args, &mut stored) {
        Ok(done) => Ok(Box::new(SetupDone { stored, ..done })),
        // What was stored stays, whatever came after it.
        Err(failure) => Err(match stored {
            Some(stored) => after_storing(failure, &stored, app.dry_run.is_some()),
            None => failure,
        }),
    }
}

fn setup(
    app: &App,
    args: &SetupArgs,
    stored: &mut Option<CredentialStored>,
) -> Result<SetupDone, Failure> {
    let agent = args.agent.as_deref();
    let asks = !args.yes && !args.key_stdin && app.form != Form::Json && prompt::can_ask();
    let mut snapshot = Snapshot::read(app, agent)?;
    let only = args
        .provider
        .as_deref()
        .map(|typed| model_lookup::provider(&snapshot, typed))
        .transpose()?;
    let prompt = asks
        .then(|| Prompt::at(app, "set up", &scriptable(EXAMPLE, agent)))
        .transpose()?;
    if args.key_stdin {
        *stored = Some(add::for_setup(app, args.of(), true, !args.no_probe)?);
    } else if !has_any(app, &snapshot, only.as_ref()) {
        let Some(prompt) = &prompt else {
            return Err(nothing(app, &snapshot, only.as_ref(), agent));
        };
        prompt.say("No credential was found. Add one:");
        for line in unused_variables(app, &snapshot) {
            prompt.say(&line);
        }
        *stored = Some(add::for_setup(app, args.of(), false, !args.no_probe)?);
    }
    if stored.is_some() {
        snapshot = Snapshot::read(app, agent)?;
    }
    let (mut found, mut audit) = survey(app, &snapshot, args, only.as_ref())?;
    if let Some(prompt) = &prompt {
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
            match add::for_setup(app, args.of(), false, !args.no_probe) {
                Ok(added) => *stored = Some(added),
                // What cannot be used is no reason to lose the rest.
                Err(failure) if matches!(failure.kind, Kind::Usage | Kind::Auth) => {
                    prompt.refuse(&failure);
                    continue;
                }
                Err(failure) => return Err(failure),
            }
            snapshot = Snapshot::read(app, agent)?;
            (found, audit) = survey(app, &snapshot, args, only.as_ref())?;
        }
    }
    let offers = offers(app, &snapshot, &found, only.as_ref(), prompt.is_some());
    if found.is_empty() {
        return Err(nothing(app, &snapshot, only.as_ref(), agent));
    }
    if offers.is_empty() {
        return Err(none_works(&snapshot, &found, only.as_ref(), agent));
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
    Ok(SetupDone {
        providers: found,
        stored: None,
        fallbacks: {
            let entry = agent.and_then(|_| now.agent_settings());
            now.settings.fallbacks(entry, Purpose::Text).0.to_vec()
        },
        primary,
        saved,
        told: prompt.is_some(),
        next: format!("openclaw models run{} \"Say hello\"", agent_flag(agent)),
        warnings,
    })
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

/// Chooses the primary and the fallbacks to add.
fn choose(
    snapshot: &Snapshot,
    agent: Option<&str>,
    offers: &[ModelRef],
    prompt: Option<&Prompt>,
) -> Result<(ModelRef, Vec<ModelRef>), Failure> {
    let entry = agent.and_then(|_| snapshot.agent_settings());
    // What is configured and works stays.
    let configured = configured(snapshot, entry)
        .filter(|model| offers.iter().any(|offer| offer.provider == model.provider));
    let mut choices: Vec<ModelRef> = configured.clone().into_iter().collect();
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
    // A primary that makes room for another one stays as a fallback.
    if let Some(before) = configured {
        others.retain(|offer| offer.provider != before.provider);
        others.insert(0, before);
    }
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

fn change(settings: &Settings, primary: &ModelRef, fallbacks: &[ModelRef]) -> Change {
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
