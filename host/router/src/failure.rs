//! Why something did not do what was asked: a kind, a message, what led to it, and what to do next.
//! How it is written out, and what a program ends with, is for whoever shows it.

use openclaw_core::auth_order::AuthError;
use openclaw_core::catalog::nearest;
use openclaw_core::edit::{AgentError, DisallowError, FallbackNotFound, OrderError};
use openclaw_core::failure::{Failure as ProviderFailure, FailureKind};
use openclaw_core::model_ref::{AliasError, InvalidModelRef};
use openclaw_core::selection::{Purpose, SelectionError};
use openclaw_core::shell::pasteable;
use openclaw_runtime::LoadError;
use openclaw_runtime::rights::BaseUrlError;

use openclaw_store::{Location, Problem, StoreError};

/// The kinds a script can tell apart; `code()` is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The command line, or something typed or piped in.
    Usage,
    /// A question could not be asked, as there is no terminal, or nothing was piped in.
    Input,
    /// The config or a file it names.
    Config,
    /// The credential store.
    Auth,
    /// A file or folder that cannot be used.
    Io,
    /// A model that is unknown or not allowed.
    Model,
    /// A plugin that cannot be used.
    Plugin,
    /// A provider, or all of them, did not answer.
    Provider,
    /// It took longer than was allowed.
    Timeout,
    /// The user stopped it.
    Interrupted,
    /// The user left a question, or said no to it. Nothing was changed, and nothing went wrong.
    Cancelled,
    /// A bug of this program.
    Internal,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Usage,
        Self::Input,
        Self::Config,
        Self::Auth,
        Self::Io,
        Self::Model,
        Self::Plugin,
        Self::Provider,
        Self::Timeout,
        Self::Cancelled,
        Self::Interrupted,
        Self::Internal,
    ];

    /// Returns what it means, in a sentence without a full stop.
    #[must_use]
    pub fn about(self) -> &'static str {
        match self {
            Self::Usage => "The command line, or something typed or piped in, is wrong",
            Self::Input => {
                "Somebody has to answer or to pipe something in: there is no terminal to ask at, or standard input is empty"
            }
            Self::Config => "The config, or a file that it names, cannot be used",
            Self::Auth => "There is no credential, or the credential store cannot be used",
            Self::Io => "A file or folder cannot be used",
            Self::Model => "A model is unknown or not allowed",
            Self::Plugin => "A plugin cannot be used",
            Self::Provider => "A provider, or all of them, did not answer",
            Self::Timeout => "It took longer than was allowed",
            Self::Cancelled => "The user left a question; nothing was changed",
            Self::Interrupted => "The user stopped it",
            Self::Internal => "A bug of this program",
        }
    }

    /// Returns the stable word in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Input => "input",
            Self::Config => "config",
            Self::Auth => "auth",
            Self::Io => "io",
            Self::Model => "model",
            Self::Plugin => "plugin",
            Self::Provider => "provider",
            Self::Timeout => "timeout",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
            Self::Internal => "internal",
        }
    }
}

/// A command that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Its kind.
    pub kind: Kind,
    /// What was attempted, in one line.
    pub message: String,
    /// What was tried and found before, a row each: a person is shown them in columns.
    pub rows: Vec<Vec<String>>,
    /// What led to it, in the order a person would check it.
    pub details: Vec<String>,
    /// What to do next; each holds a command that can be pasted.
    pub hints: Vec<String>,
    /// What a script may want besides, under `data` of the JSON form.
    pub data: Option<Box<serde_json::Value>>,
}

impl Failure {
    /// Returns a failure with a message and nothing else.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            rows: Vec::new(),
            details: Vec::new(),
            hints: Vec::new(),
            data: None,
        }
    }

    /// Returns a failure whose details are the causes of `error`.
    pub fn caused(kind: Kind, message: impl Into<String>, error: &dyn std::error::Error) -> Self {
        let mut failure = Self::new(kind, message);
        let mut next = Some(error);
        while let Some(error) = next {
            failure.details.push(format!("caused by: {error}"));
            next = error.source();
        }
        failure
    }

    /// Adds a detail.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.details.push(detail.into());
        self
    }

    /// Adds a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Puts what was attempted before a failure of its parts: the old message becomes a cause.
    #[must_use]
    pub fn while_doing(mut self, message: impl Into<String>) -> Self {
        let cause = std::mem::replace(&mut self.message, message.into());
        self.details.insert(0, format!("caused by: {cause}"));
        self
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let kind = match &error {
            StoreError::NoHome | StoreError::Io(_) | StoreError::LockBusy { .. } => Kind::Io,
            StoreError::CorruptAuth { .. } | StoreError::Sealed { .. } => Kind::Auth,
            StoreError::CorruptData { .. } => Kind::Io,
            _ => Kind::Config,
        };
        // Each problem has a line of its own, which an editor or a person can go to.
        let mut failure = match &error {
            StoreError::Invalid { problems } => Self {
                details: problems.iter().map(ToString::to_string).collect(),
                data: Some(Box::new(problems_as_data(problems))),
                ..Self::new(kind, "Config invalid")
            },
            StoreError::Syntax { excerpt, .. } => Self {
                details: excerpt.clone(),
                ..Self::new(kind, error.to_string())
            },
            _ => Self::new(kind, error.to_string()),
        };
        let mut cause = std::error::Error::source(&error);
        while let Some(error) = cause {
            failure.details.push(format!("caused by: {error}"));
            cause = error.source();
        }
        failure.hints.extend(error.hint());
        failure
    }
}

fn problems_as_data(problems: &[Problem]) -> serde_json::Value {
    let each = problems.iter().map(|problem| {
        let Location { file, position } = &problem.location;
        serde_json::json!({
            "severity": "error",
            "file": file,
            "line": position.line,
            "column": position.column,
            "path": problem.path.written(),
            "message": problem.message,
        })
    });
    serde_json::json!({ "problems": each.collect::<serde_json::Value>() })
}

impl From<SelectionError> for Failure {
    fn from(error: SelectionError) -> Self {
        let failure = Self::new(Kind::Model, error.to_string());
        match error {
            SelectionError::NotAllowed { model, .. } => failure
                .detail("the entries of `agents.defaults.models` are the only models allowed")
                .hint(format!(
                    "allow it with `openclaw models allow {}`",
                    pasteable(&model.key())
                )),
            SelectionError::UnknownAgent { near, .. } => match near {
                Some(near) => failure.hint(format!("did you mean `{near}`?")),
                None => failure,
            },
            SelectionError::Invalid(_) => failure,
        }
    }
}

impl From<InvalidModelRef> for Failure {
    fn from(error: InvalidModelRef) -> Self {
        Self::new(Kind::Usage, error.to_string())
            .hint("a model is written `provider/model`, or as an alias; see `openclaw models list`")
    }
}

impl From<AliasError> for Failure {
    fn from(error: AliasError) -> Self {
        Self::new(Kind::Usage, error.to_string())
            .hint("see the aliases with `openclaw models aliases list`")
    }
}

impl From<FallbackNotFound> for Failure {
    fn from(error: FallbackNotFound) -> Self {
        Self::fallback_not_found(&error, None)
    }
}

impl Failure {
    /// Returns the failure for a fallback that is not in the chain of an agent, or of all where none
    /// is named.
    #[must_use]
    pub fn fallback_not_found(error: &FallbackNotFound, agent: Option<&str>) -> Self {
        let command = match error.purpose {
            Purpose::Text => "fallbacks",
            Purpose::Image => "image-fallbacks",
        };
        let failure = Self::new(Kind::Usage, error.to_string());
        let listed = error.listed.iter().map(String::as_str);
        let near = nearest(&error.model, listed);
        let failure = match error.listed.as_slice() {
            [] => failure.detail("there are none"),
            listed => failure.detail(format!("there are: {}", listed.join(", "))),
        };
        let failure = failure.detail("nothing was changed");
        match near {
            Some(near) => failure.hint(format!("did you mean `{near}`?")),
            None => failure.hint(format!(
                "see the chain with `openclaw models {command} list{}`",
                agent_flag(agent)
            )),
        }
    }
}

impl From<DisallowError> for Failure {
    fn from(error: DisallowError) -> Self {
        let failure = Self::new(Kind::Usage, error.to_string()).detail("nothing was changed");
        match error {
            DisallowError::NoList(model) => failure.hint(format!(
                "to allow only some, begin the list: `openclaw models allow {}`",
                pasteable(&model.key())
            )),
            DisallowError::NotListed(_) => {
                failure.hint("see the list with `openclaw models allowed`")
            }
            DisallowError::Last(_) => {
                failure.hint("to allow every model: `openclaw models allow --all`")
            }
        }
    }
}

impl From<AgentError> for Failure {
    fn from(error: AgentError) -> Self {
        Self::new(Kind::Usage, error.to_string())
    }
}

impl From<OrderError> for Failure {
    fn from(error: OrderError) -> Self {
        Self::new(Kind::Usage, error.to_string())
            .hint("see the profiles with `openclaw models status`")
    }
}

impl From<AuthError> for Failure {
    fn from(error: AuthError) -> Self {
        let mut failure = Self::new(Kind::Auth, error.to_string());
        match &error {
            AuthError::Profile { id, reason } => {
                failure = failure
                    .detail(format!("auth profile `{id}`: {reason}"))
                    .hint("see the profiles with `openclaw models status`");
            }
            AuthError::Provider {
                provider, skipped, ..
            } => {
                for profile in skipped {
                    failure = failure
                        .detail(format!("auth profile `{}`: {}", profile.id, profile.reason));
                }
                failure = failure.hint(format!(
                    "add one with `openclaw models auth add --provider {provider}`"
                ));
            }
        }
        failure
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        Self::caused(Kind::Plugin, "cannot load the plugin", &error)
    }
}

impl From<BaseUrlError> for Failure {
    fn from(error: BaseUrlError) -> Self {
        Self::caused(Kind::Config, "cannot use the configured `baseUrl`", &error)
            .hint("write it as scheme://host[:port]/path, without a query")
    }
}

/// Returns a failure of ours as one that the cascade can go on from.
#[must_use]
pub fn as_provider_failure(failure: &Failure) -> ProviderFailure {
    let mut message = failure.message.clone();
    for detail in &failure.details {
        message.push_str("; ");
        message.push_str(detail);
    }
    ProviderFailure {
        code: Some(failure.kind.code().to_owned()),
        ..ProviderFailure::new(FailureKind::Other, message)
    }
}

/// Returns what a command needs to be for one agent, with a space before it; nothing where none was
/// named.
#[must_use]
pub fn agent_flag(agent: Option<&str>) -> String {
    agent.map_or_else(String::new, |id| format!(" --agent {}", pasteable(id)))
}
