//! The log on stderr, for `-v` and `OPENCLAW_LOG`: what is tried, and each request with its URL,
//! status and time. Only what this program says itself is written, never what its libraries say:
//! they know headers and bodies, and with them secrets.

use std::io::{self, Write};

use openclaw_router::{Failure, Kind};
use openclaw_store::{Environment, env_vars};
use tracing::Level;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::render::terminal::Terminal;

/// What the program's own targets begin with.
const OWN: &str = "openclaw";

/// Starts the log, if it is wanted: `-v` for requests, `-vv` for more; else as `OPENCLAW_LOG` says.
///
/// # Errors
/// When `OPENCLAW_LOG` is no level.
pub fn start(environment: &Environment, terminal: &Terminal, verbosity: u8) -> Result<(), Failure> {
    let level = match verbosity {
        0 => wanted(environment)?,
        1 => LevelFilter::INFO,
        2 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    if level == LevelFilter::OFF {
        return Ok(());
    }
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(Lines(*terminal))
        .with_ansi(false)
        .without_time();
    let only_ours = Targets::new().with_target(OWN, level);
    // One that is there already, as in a test of this library, goes on.
    let _started = tracing_subscriber::registry()
        .with(layer)
        .with(only_ours)
        .try_init();
    Ok(())
}

fn wanted(environment: &Environment) -> Result<LevelFilter, Failure> {
    let Some(text) = environment.var(&env_vars::LOG) else {
        return Ok(LevelFilter::OFF);
    };
    match text.to_lowercase().as_str() {
        "off" | "0" | "false" => Ok(LevelFilter::OFF),
        "1" | "true" | "on" => Ok(LevelFilter::INFO),
        level => level.parse::<Level>().map(LevelFilter::from).map_err(|_| {
            Failure::new(Kind::Usage, format!("OPENCLAW_LOG is no level: `{text}`"))
                .hint("set it to error, warn, info, debug or trace, as in `OPENCLAW_LOG=info openclaw models status`")
        }),
    }
}

/// Writes lines through the one writer to the terminal.
#[derive(Clone, Copy)]
struct Lines(Terminal);

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        *self
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        self.0.note_data(text.trim_end_matches('\n'));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
