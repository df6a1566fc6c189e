//! What every command is given: the surroundings, the terminal and the form of output, wired once
//! and passed down. There are no globals.

use std::ops::Deref;
use std::sync::Arc;

use openclaw_router::{Failure, Surroundings};
use openclaw_store::Environment;
use openclaw_store::dry_run::DryRun;

use crate::prompt;
use crate::render::Form;
use crate::render::terminal::Terminal;

/// What a command works with. Dereferences to its surroundings, which is all that the floors below
/// are given.
pub struct App {
    /// The environment, the paths, the clock, the plugins and the config file.
    pub surroundings: Arc<Surroundings>,
    /// Where output goes.
    pub terminal: Terminal,
    /// The form of output that was asked for.
    pub form: Form,
}

impl App {
    /// The same, with a place where it is noted what would be written, in place of writing it.
    ///
    /// # Errors
    /// When there is no folder for the program's files.
    pub fn dry(
        environment: Environment,
        terminal: Terminal,
        form: Form,
        dry_run: Option<DryRun>,
    ) -> Result<Self, Failure> {
        let mut surroundings = Surroundings::new(environment)?.dry(dry_run);
        surroundings.secrets = surroundings
            .secrets
            .asking(Arc::new(prompt::Passphrases::at(terminal)));
        Ok(Self {
            surroundings: Arc::new(surroundings),
            terminal,
            form,
        })
    }

    /// Finds the files that an environment leads to.
    ///
    /// # Errors
    /// When there is no folder for the program's files.
    pub fn new(environment: Environment, terminal: Terminal, form: Form) -> Result<Self, Failure> {
        Self::dry(environment, terminal, form, None)
    }
}

impl Deref for App {
    type Target = Surroundings;

    fn deref(&self) -> &Surroundings {
        &self.surroundings
    }
}

/// Reads the environment of this process.
#[must_use]
pub fn environment() -> Environment {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the environment"
    )]
    let vars = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect::<std::collections::BTreeMap<_, _>>();
    let home = vars
        .get("HOME")
        .filter(|home| !home.is_empty())
        .map(Into::into);
    let home = home.or_else(|| {
        vars.get("USERPROFILE")
            .filter(|home| !home.is_empty())
            .map(Into::into)
    });
    Environment {
        vars,
        home,
        cwd: std::env::current_dir().unwrap_or_default(),
        ..Environment::default()
    }
}
/// Keeps the memory of this process, in which keys are, out of files that are written when a
/// program crashes.
pub fn dump_no_core() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let maximum = getrlimit(Resource::Core).maximum;
        let none = Rlimit {
            current: Some(0),
            maximum,
        };
        // Where it is refused, the system has a limit of its own.
        let _refused = setrlimit(Resource::Core, none);
    }
}
