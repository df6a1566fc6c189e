//! The entries of `agents.list`.

use super::{Change, Edit, Value, at};
use crate::model_ref::{DEFAULT_AGENT, ModelRef, normalize_agent_id};
use crate::selection::Settings;

/// An agent to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAgent {
    /// The name as it was given; the id is made of it.
    pub name: String,
    /// Its workspace, absolute.
    pub workspace: String,
    /// Its folder, absolute.
    pub agent_dir: String,
    /// Its primary model, where it has one of its own.
    pub model: Option<ModelRef>,
}

/// Why an agent cannot be added or removed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AgentError {
    /// A name that leaves nothing for an id.
    #[error("\"{0}\" has no letter or digit to make an id of")]
    NoId(String),
    /// The id is taken.
    #[error("Agent \"{0}\" already exists.")]
    Exists(String),
    /// There is no such entry.
    #[error("Unknown agent id \"{0}\". Use \"openclaw agents list\" to see configured agents.")]
    Unknown(String),
    /// `main` is always there.
    #[error("Agent \"main\" cannot be removed: other agents use its credentials")]
    Main,
    /// The agent that is meant where none is named.
    #[error("Agent \"{id}\" cannot be removed: it is the default agent")]
    Default {
        /// The agent.
        id: String,
        /// Where it stands in the list.
        index: usize,
        /// Whether it is marked, or only the first.
        marked: bool,
        /// Another agent that could take its place, and where that stands.
        other: Option<(String, usize)>,
    },
}

/// Returns the id that a name makes.
///
/// # Errors
/// [`AgentError::NoId`].
pub fn agent_id(name: &str) -> Result<String, AgentError> {
    let id = normalize_agent_id(name);
    let spelled = name.chars().any(|one| one.is_ascii_alphanumeric());
    if !spelled && !name.contains('_') {
        return Err(AgentError::NoId(name.trim().to_owned()));
    }
    Ok(id)
}

/// Decides how to add an agent, and where in the list it will stand. An empty list first gets
/// `main`, which is there without a list and would not be with one.
///
/// # Errors
/// When the name makes no id, or one that is taken.
pub fn add_agent(settings: &Settings, new: &NewAgent) -> Result<(Change, usize), AgentError> {
    let id = agent_id(&new.name)?;
    let taken = |known: &str| normalize_agent_id(known) == id;
    if id == DEFAULT_AGENT || settings.agents.iter().any(|agent| taken(&agent.id)) {
        return Err(AgentError::Exists(id));
    }
    let mut change = Change::default();
    let mut index = settings.agents.len();
    if index == 0 {
        change.edits.push(Edit::Append {
            path: at!["agents", "list"],
            value: Value::Object(vec![("id".to_owned(), DEFAULT_AGENT.into())]),
        });
        index = 1;
    }
    let mut entry = vec![
        ("id".to_owned(), Value::from(id.as_str())),
        ("name".to_owned(), new.name.trim().into()),
        ("workspace".to_owned(), new.workspace.as_str().into()),
        ("agentDir".to_owned(), new.agent_dir.as_str().into()),
    ];
    if let Some(model) = &new.model {
        let primary = ("primary".to_owned(), Value::String(model.key()));
        entry.push(("model".to_owned(), Value::Object(vec![primary])));
    }
    change.edits.push(Edit::Append {
        path: at!["agents", "list"],
        value: Value::Object(entry),
    });
    if let Some(model) = &new.model {
        super::models::allow(&mut change, settings, model);
    }
    Ok((change, index))
}

/// Decides how to remove an agent's entry. Its files stay.
///
/// # Errors
/// When there is no such entry, or it is one that others rely on.
pub fn remove_agent(settings: &Settings, id: &str) -> Result<(Change, usize), AgentError> {
    let unknown = || AgentError::Unknown(id.trim().to_owned());
    let wanted = agent_id(id).map_err(|_| unknown())?;
    if wanted == DEFAULT_AGENT {
        return Err(AgentError::Main);
    }
    let index = settings
        .agents
        .iter()
        .position(|agent| normalize_agent_id(&agent.id) == wanted)
        .ok_or_else(unknown)?;
    if settings.default_agent() == wanted {
        let others = settings.agents.iter().enumerate();
        let other = others
            .filter(|(place, _)| *place != index)
            .map(|(place, agent)| (normalize_agent_id(&agent.id), place))
            .next();
        return Err(AgentError::Default {
            id: wanted,
            index,
            marked: settings.agents[index].is_default,
            other,
        });
    }
    let mut change = Change::default();
    change.remove(at!["agents", "list", index]);
    Ok((change, index))
}
