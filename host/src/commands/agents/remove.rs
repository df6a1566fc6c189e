//! `openclaw agents remove`

use openclaw_core::catalog::nearest;
use openclaw_core::edit::{AgentError, remove_agent};
use openclaw_core::model_ref::normalize_agent_id;

use crate::app::App;
use crate::commands::Outcome;
use crate::config_writer::{self, Saved};
use crate::prompt::Prompt;
use openclaw_router::Failure;
use openclaw_router::snapshot::settings_of;
use openclaw_store::config::Config;
use openclaw_store::json5::{Node, Value};

const ATTEMPT: &str = "remove the agent";

/// Remove an agent from the config; its folders stay
///
/// Removes its entry from `agents.list`. Workspace, credentials and sessions are not touched; what
/// stays is said. Asks first, unless `--yes` is given.
///
/// Example: openclaw agents remove work
#[derive(Debug, clap::Args)]
pub struct RemoveArgs {
    /// Id of the agent
    id: String,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

/// An agent that was removed.
pub struct Removed {
    /// Its id.
    pub id: String,
    /// Its folders that stay, as a person writes them.
    pub stays: Vec<(&'static str, String)>,
    /// Agents that moved up in the list, with their new places.
    pub moved: Vec<(String, usize)>,
    /// What became of the config.
    pub saved: Saved,
    /// What there is to say.
    pub warnings: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// When there is no such agent, others rely on it, or the config cannot be written.
pub fn run(app: &App, args: &RemoveArgs) -> Outcome {
    let config = app
        .config
        .load(&app.environment)
        .map_err(|error| config_writer::unchanged(ATTEMPT)(error.into()))?;
    let settings = settings_of(&config);
    let refused = |error| refused(&config, error);
    let (_, index) = remove_agent(&settings, &args.id).map_err(refused)?;
    let id = normalize_agent_id(&args.id);
    let stays = folders(app, &config, index)?;
    if !args.yes {
        let instead = format!("openclaw agents remove {id} --yes");
        let prompt = Prompt::at(app, ATTEMPT, &instead)?;
        let question = format!("Remove the agent {id} from the config? Its folders stay");
        if !prompt.confirm(&question, false)? {
            return Err(Failure::new(
                openclaw_router::Kind::Cancelled,
                format!("Cancelled; the agent `{id}` was kept, and nothing was changed."),
            ));
        }
    }
    let saved = config_writer::save(app, ATTEMPT, |config| {
        let change = remove_agent(&settings_of(config), &id);
        Ok(change.map_err(refused)?.0)
    })?;
    let moved = settings.agents.iter().enumerate().skip(index + 1);
    let mut warnings: Vec<String> = config.warnings.iter().map(ToString::to_string).collect();
    warnings.extend(bound(&config, &id));
    Ok(Box::new(Removed {
        stays,
        moved: moved
            .map(|(place, agent)| (normalize_agent_id(&agent.id), place - 1))
            .collect(),
        saved,
        warnings,
        id,
    }))
}

/// Returns the folders of an agent that are there.
fn folders(
    app: &App,
    config: &Config,
    index: usize,
) -> Result<Vec<(&'static str, String)>, Failure> {
    let entry = &config.typed.agents.list[index];
    let workspace = entry.workspace.as_deref();
    let workspace = workspace
        .map(|folder| app.paths.absolute(folder))
        .transpose()?;
    let agent_dir = app.paths.agent_dir(&entry.id, entry.agent_dir.as_deref())?;
    let sessions = app.paths.sessions_dir(&entry.id);
    let all = [
        ("Workspace", workspace),
        ("Agent dir", Some(agent_dir)),
        ("Sessions", Some(sessions)),
    ];
    let there = all.into_iter().filter_map(|(name, path)| {
        let path = path.filter(|path| path.is_dir())?;
        Some((name, app.paths.shorten(&path)))
    });
    Ok(there.collect())
}

/// Returns a warning for each of `bindings` that names the agent.
fn bound(config: &Config, id: &str) -> Vec<String> {
    let bindings = config.root.get("bindings").map(|node| &node.value);
    let Some(Value::Array(bindings)) = bindings else {
        return Vec::new();
    };
    let names = |node: &Node| {
        let named = node.get("agentId").and_then(Node::as_str);
        named.is_some_and(|named| normalize_agent_id(named) == id)
    };
    let places = bindings.iter().enumerate();
    places
        .filter(|(_, binding)| names(&binding.value))
        .map(|(place, _)| format!("`bindings[{place}]` still names the agent `{id}`"))
        .collect()
}

fn refused(config: &Config, error: AgentError) -> Failure {
    let failure = Failure::from(error.clone());
    let unchanged = "nothing was changed";
    match error {
        AgentError::Unknown(id) => {
            let list = config.typed.agents.list.iter();
            let ids: Vec<String> = list.map(|entry| normalize_agent_id(&entry.id)).collect();
            let near = nearest(&id, ids.iter().map(String::as_str));
            let hint = near.map(|near| format!("did you mean `{near}`?"));
            let failure = failure.detail(unchanged);
            hint.into_iter().fold(failure, Failure::hint)
        }
        AgentError::Default {
            index,
            marked,
            other,
            ..
        } => {
            let failure = failure.detail(if marked {
                format!("`agents.list[{index}].default` says so")
            } else {
                "it is the first of `agents.list`, and no other is marked".to_owned()
            });
            failure.detail(unchanged).hint(match other {
                Some((other, place)) => {
                    let unmark = format!("openclaw config unset 'agents.list[{index}].default' && ");
                    format!(
                        "make another the default first, such as `{other}`: {}openclaw config set 'agents.list[{place}].default' true",
                        if marked { &unmark } else { "" }
                    )
                }
                None => "it is the only one; for `main` in its place: openclaw config unset agents.list"
                    .to_owned(),
            })
        }
        _ => failure
            .detail(unchanged)
            .hint("take single settings back instead; see them with `openclaw config list`"),
    }
}
