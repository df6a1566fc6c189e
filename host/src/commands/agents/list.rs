//! `openclaw agents list`

use std::path::{Path, PathBuf};

use openclaw_core::credential::ProviderId;
use openclaw_core::defaults;
use openclaw_core::model_ref::{DEFAULT_AGENT, ModelRef, normalize_agent_id};
use openclaw_core::selection::{Purpose, Scope, Settings};

use crate::app::App;
use crate::commands::Outcome;
use openclaw_router::snapshot::settings_of;
use openclaw_router::{Failure, Snapshot};
use openclaw_store::auth::AuthFile;
use openclaw_store::config::Config;
use openclaw_store::schema::agents::Agent;

/// Every agent.
pub struct AgentList {
    /// In the order of the list; `main` alone if there is none.
    pub agents: Vec<Listed>,
    /// What there is to say.
    pub warnings: Vec<String>,
}

/// One agent.
pub struct Listed {
    /// Its id.
    pub id: String,
    /// Its name, where it differs.
    pub name: Option<String>,
    /// Whether it is meant where none is named.
    pub is_default: bool,
    /// Its place in `agents.list`, if it has one.
    pub index: Option<usize>,
    /// The primary model in effect.
    pub primary: Choice,
    /// The fallbacks in effect.
    pub fallbacks: Vec<Choice>,
    /// Where the fallbacks are from.
    pub fallbacks_from: Scope,
    /// Where it works, absolute and as a person writes it, and where that is set; `None` where
    /// nothing says.
    pub workspace: Option<(PathBuf, String, Scope)>,
    /// Its folder.
    pub agent_dir: (PathBuf, String),
    /// How many credentials it has of its own.
    pub own: usize,
    /// How many it sees of `main`.
    pub inherited: usize,
}

/// A model in effect.
pub struct Choice {
    /// `provider/model`, or what is written if it is no reference.
    pub model: String,
    /// The alias it is written as.
    pub alias: Option<String>,
    /// Where it is from; `None` for the one that is built in.
    pub from: Option<Scope>,
}

/// Runs the command.
///
/// # Errors
/// When the config cannot be used.
pub fn run(app: &App) -> Outcome {
    let config = app.config.load(&app.environment)?;
    let settings = settings_of(&config);
    let mut warnings: Vec<String> = config.warnings.iter().map(ToString::to_string).collect();
    let entries = &config.typed.agents.list;
    let main_dir = folder_of(app, find(entries, DEFAULT_AGENT), DEFAULT_AGENT)?;
    let main = profiles(app, &main_dir, true, &mut warnings);
    let mut agents = Vec::new();
    if entries.is_empty() {
        agents.push(listed(app, &config, &settings, DEFAULT_AGENT, None)?);
    }
    for (index, entry) in entries.iter().enumerate() {
        let id = normalize_agent_id(&entry.id);
        if agents.iter().any(|known: &Listed| known.id == id) {
            warnings.push(format!(
                "`agents.list[{index}]` has the id `{id}` of another agent, which is the one that counts"
            ));
            continue;
        }
        agents.push(listed(app, &config, &settings, &id, Some((index, entry)))?);
    }
    for agent in &mut agents {
        if agent.id == DEFAULT_AGENT {
            agent.own = main.len();
            continue;
        }
        let own = profiles(app, &agent.agent_dir.0, false, &mut warnings);
        agent.inherited = main.iter().filter(|id| !own.contains(id)).count();
        agent.own = own.len();
    }
    Ok(Box::new(AgentList { agents, warnings }))
}

fn find<'a>(entries: &'a [Agent], id: &str) -> Option<&'a Agent> {
    entries
        .iter()
        .find(|entry| normalize_agent_id(&entry.id) == id)
}

fn folder_of(app: &App, entry: Option<&Agent>, id: &str) -> Result<PathBuf, Failure> {
    let configured = entry.and_then(|entry| entry.agent_dir.as_deref());
    Ok(app.paths.agent_dir(id, configured)?)
}

/// Returns the ids of the credentials in an agent's folder.
fn profiles(app: &App, folder: &Path, is_main: bool, warnings: &mut Vec<String>) -> Vec<String> {
    let mut file = AuthFile::new(folder);
    if is_main {
        file = file.importing(&app.paths.legacy_oauth);
    }
    let loaded = file.load();
    warnings.extend(loaded.warnings.iter().map(ToString::to_string));
    let store = loaded.document.store();
    let ids = store.profiles.iter();
    ids.map(|profile| profile.id.as_str().to_owned()).collect()
}

fn listed(
    app: &App,
    config: &Config,
    settings: &Settings,
    id: &str,
    entry: Option<(usize, &Agent)>,
) -> Result<Listed, Failure> {
    let aliases = settings.aliases();
    let agent = settings.agent(id)?;
    let choice = |raw: &str, provider: &ProviderId, from| match aliases.resolve(raw, provider) {
        Ok(found) => Choice {
            model: found.model.key(),
            alias: found.via_alias,
            from,
        },
        Err(_) => Choice {
            model: raw.to_owned(),
            alias: None,
            from,
        },
    };
    let default_provider = ProviderId::new(defaults::PROVIDER);
    let primary = match settings.primary(agent, Purpose::Text) {
        Some((raw, scope)) => choice(raw, &default_provider, Some(scope)),
        None => {
            // Which one that is depends on the agent's credentials.
            let snapshot = Snapshot::read(app, Some(id))?;
            let model = snapshot.settings.default_model();
            choice(&model.key(), &default_provider, None)
        }
    };
    let provider = primary
        .model
        .parse::<ModelRef>()
        .map_or(default_provider, |model| model.provider);
    let (fallbacks, fallbacks_from) = settings.fallbacks(agent, Purpose::Text);
    let own = entry.and_then(|(_, entry)| entry.workspace.as_deref());
    let general = config.typed.agents.defaults.workspace.as_deref();
    let workspace = own
        .map(|folder| (folder, Scope::Agent))
        .or_else(|| general.map(|folder| (folder, Scope::Defaults)));
    let workspace = workspace
        .map(|(folder, scope)| {
            let path = app.paths.absolute(folder)?;
            let shown = app.paths.shorten(&path);
            Ok::<_, Failure>((path, shown, scope))
        })
        .transpose()?;
    let agent_dir = folder_of(app, entry.map(|(_, entry)| entry), id)?;
    let name = entry.and_then(|(_, entry)| entry.name.clone());
    Ok(Listed {
        id: id.to_owned(),
        name: name.filter(|name| name != id),
        is_default: settings.default_agent() == id,
        index: entry.map(|(index, _)| index),
        primary,
        fallbacks: fallbacks
            .iter()
            .map(|raw| choice(raw, &provider, Some(fallbacks_from)))
            .collect(),
        fallbacks_from,
        workspace,
        agent_dir: (agent_dir.clone(), app.paths.shorten(&agent_dir)),
        own: 0,
        inherited: 0,
    })
}
