//! Where output goes. Data on stdout, everything else on stderr; a reader that went away is no
//! error.

use std::io::{self, IsTerminal as _, Write as _};

use openclaw_store::{Environment, env_vars};

/// The two streams and what they can show.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// Whether stdout may be colored.
    pub color: bool,
    /// Whether stderr may be colored.
    pub color_err: bool,
    /// Whether a person watches stderr.
    pub interactive: bool,
    /// Columns of stdout; `None` when it is no terminal.
    pub width: Option<usize>,
}

/// Data that could not be written.
#[derive(Debug)]
pub enum Unwritten {
    /// The reader of stdout has gone: stop quietly.
    Closed,
    /// The system refused, as when a disk is full.
    Failed(io::Error),
}

impl Terminal {
    /// Looks at the streams of this process. `NO_COLOR`, `CLICOLOR_FORCE` and `COLUMNS` count.
    #[must_use]
    pub fn detect(environment: &Environment) -> Self {
        let never = environment.var(&env_vars::NO_COLOR).is_some()
            || environment.var(&env_vars::TERM) == Some("dumb");
        let always = environment
            .var(&env_vars::CLICOLOR_FORCE)
            .is_some_and(|value| value != "0");
        let color = |terminal: bool| !never && (always || terminal);
        let stdout = io::stdout().is_terminal();
        let stderr = io::stderr().is_terminal();
        let columns = environment
            .var(&env_vars::COLUMNS)
            .and_then(|text| text.parse().ok());
        let detected = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        Self {
            color: color(stdout),
            color_err: color(stderr),
            interactive: stderr,
            width: columns.or(if stdout { detected } else { None }),
        }
    }

    /// Writes data.
    ///
    /// # Errors
    /// When nobody reads any more, or the system refuses.
    pub fn data(&self, text: &str) -> Result<(), Unwritten> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())
            .and_then(|()| out.flush())
            .map_err(|error| match error.kind() {
                io::ErrorKind::BrokenPipe => Unwritten::Closed,
                _ => Unwritten::Failed(error),
            })
    }

    /// Writes a line about the work. A stderr that cannot be written to changes nothing.
    pub fn note(&self, text: &str) {
        let mut err = io::stderr().lock();
        let _written = writeln!(err, "{text}");
    }
}
