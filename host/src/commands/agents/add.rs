//! `openclaw agents add`

use std::path::{Path, PathBuf};

use openclaw_core::edit::{AgentError, NewAgent, add_agent, agent_id};
use openclaw_core::model_ref::DEFAULT_AGENT;
use openclaw_core::shell::pasteable;

use crate::app::App;
use crate::commands::Outcome;
use crate::commands::models::model_lookup;
use crate::config_writer::{self, Saved};
use openclaw_router::Failure;
use openclaw_router::Snapshot;
use openclaw_router::snapshot::settings_of;
use openclaw_store::{StoreError, folder};

const ATTEMPT: &str = "add the agent";

/// Add an agent with a workspace and credentials of its own
///
/// Modifies `agents.list` and makes the agent's folders, for you alone. An empty list first gets
/// `main`, so that the new agent is `agents.list[1]`. Until the agent has credentials of its own it
/// uses those of `main`.
///
/// Example: openclaw agents add work --workspace ~/.openclaw/workspace-work
#[derive(Debug, clap::Args)]
pub struct AddArgs {
    /// Name of the agent; its id is the name in lower case
    name: String,
    /// The folder that it works in; made if it is missing
    #[arg(long, value_name = "DIR")]
    workspace: String,
    /// Its primary model as `provider/model`, or an alias; that of `agents.defaults` if left out
    #[arg(long, value_name = "REF")]
    model: Option<String>,
    /// The folder of its credentials; `agents/<id>/agent` in the state folder if left out
    #[arg(long, value_name = "DIR")]
    agent_dir: Option<String>,
}

/// An agent that was added.
pub struct Added {
    /// Its id.
    pub id: String,
    /// Its place in `agents.list`.
    pub index: usize,
    /// Its primary model, where it has one of its own.
    pub model: Option<String>,
    /// Workspace, agent folder, sessions.
    pub folders: [Folder; 3],
    /// Whether credentials are in its folder already.
    pub has_credentials: bool,
    /// What became of the config.
    pub saved: Saved,
    /// What there is to say.
    pub warnings: Vec<String>,
    /// What there is to say of its model besides.
    pub remarks: Vec<String>,
}

/// A folder of an agent.
pub struct Folder {
    /// Where it is.
    pub path: PathBuf,
    /// The same, as a person writes it.
    pub shown: String,
    /// Whether it was made just now.
    pub created: bool,
}

/// Runs the command.
///
/// # Errors
/// When the id is taken, the model unknown, or a folder or the config cannot be written.
pub fn run(app: &App, args: &AddArgs) -> Outcome {
    let id = agent_id(&args.name).map_err(refused)?;
    let snapshot = Snapshot::read(app, None).map_err(config_writer::unchanged(ATTEMPT))?;
    let workspace = absolute(app, "--workspace", &args.workspace)?;
    let agent_dir = match &args.agent_dir {
        Some(folder) => absolute(app, "--agent-dir", folder)?,
        None => app.paths.default_agent_dir(&id),
    };
    let sessions = app.paths.sessions_dir(&id);
    let model = args
        .model
        .as_deref()
        .map(|typed| {
            let again = |meant: &str| {
                format!(
                    "openclaw agents add {} --workspace {} --model {}",
                    pasteable(&args.name),
                    pasteable(&args.workspace),
                    pasteable(meant)
                )
            };
            model_lookup::lookup(app, &snapshot, typed, &again)
        })
        .transpose()?;
    let new = NewAgent {
        name: args.name.clone(),
        workspace: workspace.display().to_string(),
        agent_dir: agent_dir.display().to_string(),
        model: model.as_ref().map(|found| found.model.clone()),
    };
    // Says no before anything is made.
    add_agent(&snapshot.settings, &new).map_err(refused)?;
    for path in [&workspace, &agent_dir, &sessions] {
        folder::check(path)
            .map_err(|error| config_writer::unchanged(ATTEMPT)(StoreError::from(error).into()))?;
    }
    let mut index = 0;
    let saved = config_writer::save(app, ATTEMPT, |config| {
        let (change, place) = add_agent(&settings_of(config), &new).map_err(refused)?;
        index = place;
        Ok(change)
    })?;
    let folders = [workspace, agent_dir, sessions];
    let folders = make(app, &id, folders)?;
    let has_credentials = folders[1].path.join("auth-profiles.json").exists();
    let (warnings, remarks) = model
        .map(|found| (found.warnings, found.remarks))
        .unwrap_or_default();
    Ok(Box::new(Added {
        id,
        index,
        model: new.model.map(|model| model.key()),
        folders,
        has_credentials,
        saved,
        warnings: snapshot.warnings.into_iter().chain(warnings).collect(),
        remarks,
    }))
}

fn absolute(app: &App, flag: &str, typed: &str) -> Result<PathBuf, Failure> {
    if typed.trim().is_empty() {
        let message = format!("{flag} needs a folder");
        return Err(Failure::new(openclaw_router::Kind::Usage, message)
            .detail("nothing was changed")
            .hint("for example: --workspace ~/.openclaw/workspace-work"));
    }
    Ok(app.paths.absolute(typed.trim())?)
}

fn make(app: &App, id: &str, folders: [PathBuf; 3]) -> Result<[Folder; 3], Failure> {
    let create = |path: &Path| match app.dry_run {
        Some(_) => Ok(!path.exists()),
        None => folder::create(path),
    };
    let made = |path: &Path| match create(path) {
        Ok(created) => Ok(Folder {
            path: path.to_path_buf(),
            shown: app.paths.shorten(path),
            created,
        }),
        Err(error) => Err(Failure::from(StoreError::from(error))
            .while_doing(format!("cannot make the folders of the agent `{id}`"))
            .detail("the agent is in the config already")
            .hint(format!("make it yourself: mkdir -p '{}'", path.display()))),
    };
    let [workspace, agent_dir, sessions] = folders;
    Ok([made(&workspace)?, made(&agent_dir)?, made(&sessions)?])
}

fn refused(error: AgentError) -> Failure {
    let (why, hint) = match &error {
        AgentError::Exists(id) => (
            (id == DEFAULT_AGENT).then_some("`main` is there without being added"),
            "choose another name; see the agents with `openclaw agents list`",
        ),
        _ => (
            None,
            "an id has letters, digits, `_` and `-`, as in `openclaw agents add work --workspace ~/work`",
        ),
    };
    let failure = why.into_iter().fold(Failure::from(error), Failure::detail);
    failure.detail("nothing was changed").hint(hint)
}
