//! Where output goes: the one writer to the terminal. Data on stdout, everything else on stderr; a
//! reader that went away is no error. What a terminal would obey is written out (`escape.rs`);
//! what goes to a pipe or a file stays byte for byte.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Write as _};

use openclaw_store::{Environment, env_vars};

use super::escape;

/// The two streams and what they can show.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terminal {
    /// Whether stdout is a terminal.
    pub stdout: bool,
    /// Whether stdout may be colored.
    pub color: bool,
    /// Whether stderr may be colored.
    pub color_err: bool,
    /// Whether a person watches stderr, and a line there can be redrawn.
    pub interactive: bool,
    /// Whether it takes no control sequences.
    pub dumb: bool,
    /// Columns of stdout; `None` when it is no terminal.
    pub width: Option<usize>,
    /// Columns of stderr; `None` when it is no terminal.
    pub width_err: Option<usize>,
    /// Whether warnings, notes and progress are left out.
    pub quiet: bool,
    /// Whether only symbols of ASCII can be shown.
    pub ascii: bool,
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
    /// Looks at the streams of this process. `NO_COLOR`, `CLICOLOR_FORCE`, `COLUMNS` and the locale
    /// count.
    #[must_use]
    pub fn detect(environment: &Environment) -> Self {
        let dumb = environment.var(&env_vars::TERM) == Some("dumb");
        let never = environment.var(&env_vars::NO_COLOR).is_some() || dumb;
        let always = [&env_vars::CLICOLOR_FORCE, &env_vars::FORCE_COLOR]
            .into_iter()
            .any(|name| environment.var(name).is_some_and(|value| value != "0"));
        let color = |terminal: bool| !never && (always || terminal);
        let stdout = io::stdout().is_terminal();
        let stderr = io::stderr().is_terminal();
        let columns = environment
            .var(&env_vars::COLUMNS)
            .and_then(|text| text.parse().ok());
        let detected = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let ascii = is_ascii_only(environment);
        // An ellipsis takes two columns more there.
        let fit = |width: usize| {
            if ascii {
                width.saturating_sub(2)
            } else {
                width
            }
        };
        Self {
            stdout,
            color: color(stdout),
            color_err: color(stderr),
            interactive: stderr && !dumb,
            dumb,
            width: columns.or(if stdout { detected } else { None }).map(fit),
            width_err: columns.or(detected).filter(|_| stderr).map(fit),
            quiet: false,
            ascii,
        }
    }

    /// Colors everything or nothing, whatever was detected.
    pub fn set_color(&mut self, color: Option<bool>) {
        if let Some(color) = color {
            (self.color, self.color_err) = (color, color);
        }
    }

    /// Leaves out everything on stderr but errors and what was asked for.
    pub fn set_quiet(&mut self) {
        (self.quiet, self.interactive) = (true, false);
    }

    /// Writes a page of ours, with its colors.
    ///
    /// # Errors
    /// When nobody reads any more, or the system refuses.
    pub fn page(&self, text: &str) -> Result<(), Unwritten> {
        let text = self.symbols(text);
        if self.stdout {
            write_out(&escape::styled(&text))
        } else {
            write_out(&text)
        }
    }

    /// Writes data: an answer, JSON, a value. It stays as it is but at a terminal.
    ///
    /// # Errors
    /// When nobody reads any more, or the system refuses.
    pub fn data(&self, text: &str) -> Result<(), Unwritten> {
        if self.stdout {
            write_out(&escape::plain(text))
        } else {
            write_out(text)
        }
    }

    /// Writes a line about the work. A stderr that cannot be written to changes nothing.
    pub fn note(&self, text: &str) {
        let text = self.symbols(text);
        let mut err = io::stderr().lock();
        let _written = writeln!(err, "{}", escape::styled(&text));
    }

    /// Writes a line of data about the work.
    pub fn note_data(&self, text: &str) {
        let mut err = io::stderr().lock();
        let _written = writeln!(err, "{}", escape::plain(text));
    }

    fn symbols<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.ascii {
            escape::ascii_symbols(text)
        } else {
            Cow::Borrowed(text)
        }
    }
}

fn write_out(text: &str) -> Result<(), Unwritten> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => Unwritten::Closed,
            _ => Unwritten::Failed(error),
        })
}

/// Whether the locale has ASCII alone: it is named `C` or `POSIX`. One that is not set says nothing.
fn is_ascii_only(environment: &Environment) -> bool {
    [&env_vars::LC_ALL, &env_vars::LC_CTYPE, &env_vars::LANG]
        .into_iter()
        .find_map(|name| environment.var(name))
        .is_some_and(|locale| matches!(locale, "C" | "POSIX"))
}
