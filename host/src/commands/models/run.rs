//! `openclaw models run`

use std::io::{IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use openclaw_core::cascade::{Failed, Limits, Options};
use openclaw_core::chat::{Message, Part, Role};
use openclaw_core::credential::{ProfileId, ProviderId};
use openclaw_core::selection::Purpose;
use openclaw_core::time::{InvalidDuration, parse_limit};

use super::way_out;
use crate::app::App;
use crate::commands::follow::{Ended, ReaderClosed, RunPrinter, follow};
use crate::commands::{Outcome, Printed};
use crate::render::Form;
use crate::render::models::run::{self as render, ProviderFacts, RunReport};
use openclaw_router::Snapshot;
use openclaw_router::{Event, Failure, Kind, Plugins, Request, Router, Surroundings};

/// Largest image file that is sent, in bytes.
const IMAGE_BYTES: u64 = 20 << 20;
/// Longest prompt that is read, in bytes.
const PROMPT_BYTES: u64 = 8 << 20;

/// Ask a model, with rotation and fallback
///
/// The prompt is the argument, or standard input. The answer streams to stdout. A credential that
/// fails yields to the next one in its order, a model to the next fallback; nothing is retried once
/// a part of the answer was shown. When all that could be asked is cooling down for a few seconds
/// only, it waits. With `--image` the image models are asked, at last the primary text model.
///
/// Durations are a number and `ms`, `s`, `m` or `h`; milliseconds without a unit. Modifies no
/// config.
///
/// Example: openclaw models run "Summarize this" --image chart.png --timeout 2m --explain
#[derive(Debug, clap::Args)]
pub struct RunArgs {
    /// What to ask; read from standard input when left out or `-`
    prompt: Option<String>,
    /// Image file to send along; may be repeated
    #[arg(long, value_name = "FILE")]
    image: Vec<PathBuf>,
    /// Model to ask first, as `provider/model` or an alias
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,
    /// Agent whose models and credentials are used
    #[arg(long, value_name = "ID")]
    agent: Option<String>,
    /// The only auth profile to use
    #[arg(long, value_name = "ID")]
    profile: Option<String>,
    /// System prompt
    #[arg(long, value_name = "TEXT")]
    system: Option<String>,
    /// Upper bound on generated tokens
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    max_output_tokens: Option<u32>,
    /// Ask for the answer in one piece
    #[arg(long)]
    no_stream: bool,
    /// Longest that all of it may take, such as `90s`; then no further model is asked, and no
    /// credential is blamed. A login being renewed is not cut off: that could lose it
    #[arg(long, value_name = "DURATION", value_parser = limit)]
    timeout: Option<Duration>,
    /// Longest that one attempt may take, to the end of its answer; then the next one begins
    #[arg(long, value_name = "DURATION", value_parser = limit)]
    attempt_timeout: Option<Duration>,
    /// Tell on stderr what is tried, as it happens; with `--json` the trail is in the data alone
    #[arg(long)]
    explain: bool,
}

/// Runs the command.
///
/// # Errors
/// When there is nothing to ask, or nobody answered.
pub fn run(app: &App, args: RunArgs) -> Outcome {
    let prompt = prompt(args.prompt)?;
    let mut parts = Vec::new();
    for path in &args.image {
        parts.push(image(path)?);
    }
    parts.push(Part::Text(prompt));
    let snapshot = Snapshot::read(app, args.agent.as_deref())?;
    let snapshot = Arc::new(snapshot);
    let mut printer = Printer {
        app,
        explain: args.explain && app.form != Form::Json,
        open_line: false,
        text: String::new(),
        warnings: Vec::new(),
    };
    for warning in &snapshot.warnings {
        printer.warning(warning.clone());
    }
    let request = Request {
        system: args.system,
        messages: vec![Message {
            role: Role::User,
            parts,
        }],
        model: args.model,
        profile: args.profile.map(ProfileId::new),
        max_output_tokens: args.max_output_tokens,
        stream: !args.no_stream,
        limits: Options {
            limits: Limits {
                run: args.timeout,
                attempt: args.attempt_timeout,
            },
            ..Options::default()
        },
        ..Request::new(if args.image.is_empty() {
            Purpose::Text
        } else {
            Purpose::Image
        })
    };
    let agent = args.agent;
    let plugins = Arc::new(Plugins::new(app));
    let router = Router::new(Arc::clone(&app.surroundings), snapshot, plugins);
    let ended = follow(&router, request, &mut printer);
    printer.end_line();
    let failure = match ended {
        Ok(Ended::Answered(response)) => {
            return Ok(Box::new(RunReport {
                response: *response,
                told: args.explain,
                warnings: printer.warnings,
            }));
        }
        Ok(Ended::ReaderClosed) => return Ok(Box::new(Printed(0))),
        Err(failure) => failure,
        Ok(Ended::Interrupted) => Failure::new(Kind::Interrupted, "interrupted")
            .detail("no profile was marked; the answer so far is all there is"),
        Ok(Ended::Failed(failed)) => {
            let failure = failure_of(&failed, app);
            let failure = way_out::shown(app, agent.as_deref(), &failed, failure);
            if printer.text.is_empty() {
                failure
            } else {
                render::broken_off(failure, &printer.text)
            }
        }
    };
    Err(render::after_warnings(failure, printer.warnings))
}

/// Returns the failure of a run, with what a person needs to know of the providers in it.
pub(crate) fn failure_of(failed: &Failed, surroundings: &Surroundings) -> Failure {
    let facts = |provider: &ProviderId| {
        let variables = surroundings.registry.secret_variables(provider);
        ProviderFacts {
            variables: variables.into_iter().map(|(name, _)| name).collect(),
            sign_in: surroundings.registry.sign_in(provider),
        }
    };
    render::failed(failed, surroundings.now(), &facts)
}

/// Prints a run as it happens: the answer on stdout, and the trail on stderr if it was asked for.
struct Printer<'a> {
    app: &'a App,
    explain: bool,
    open_line: bool,
    /// The answer so far.
    text: String,
    /// Warnings that are told at the end, with the data.
    warnings: Vec<String>,
}

impl Printer<'_> {
    fn end_line(&mut self) {
        if self.open_line {
            self.open_line = false;
            let _closed = self.app.terminal.data("\n");
        }
    }

    fn trail(&mut self, line: &str) {
        if self.explain {
            self.end_line();
            self.app.terminal.note(line);
        }
    }

    fn warning(&mut self, warning: String) {
        if self.app.form == Form::Json {
            self.warnings.push(warning);
            return;
        }
        self.end_line();
        crate::render::failure::warnings(&self.app.terminal, &[warning]);
    }

    fn text(&mut self, text: &str) -> Result<(), ReaderClosed> {
        self.text.push_str(text);
        if self.app.form == Form::Json {
            return Ok(());
        }
        self.open_line = !text.ends_with('\n');
        let written = self.app.terminal.data(text);
        written.map_err(|_closed| ReaderClosed)
    }
}

impl RunPrinter for Printer<'_> {
    fn print(&mut self, event: Event) -> Result<(), ReaderClosed> {
        match event {
            Event::Attempting(attempt) => self.trail(&render::attempting(&attempt)),
            Event::AttemptFailed {
                attempt,
                failure,
                elapsed,
            } => self.trail(&render::failed_attempt(&attempt, &failure, elapsed)),
            Event::AttemptSucceeded { attempt, elapsed } => {
                self.trail(&render::succeeded(&attempt, elapsed));
            }
            Event::Noted(entry) => self.trail(&render::noted(&entry, self.app.now())),
            Event::Waiting {
                attempt,
                cooling,
                wait,
            } => {
                if self.app.form != Form::Json {
                    // A pause that nobody explains looks like a hang.
                    self.end_line();
                    let line = render::waiting(&attempt, &cooling, wait);
                    self.app.terminal.note(&line);
                }
            }
            Event::Warning(warning) => self.warning(warning),
            Event::Text(text) => return self.text(&text),
            Event::Ended(_) => {}
        }
        Ok(())
    }
}

/// Reads a limit of time.
fn limit(text: &str) -> Result<Duration, String> {
    parse_limit(text).map_err(|InvalidDuration(_)| {
        "write a time above zero as `90s` or `2m`; a number alone is milliseconds".to_owned()
    })
}

fn prompt(given: Option<String>) -> Result<String, Failure> {
    let prompt = match given.as_deref() {
        Some("-") | None => {
            let stdin = std::io::stdin();
            if stdin.is_terminal() && given.is_none() {
                return Err(Failure::new(Kind::Usage, "there is no prompt").hint(
                    "give it as an argument, `openclaw models run \"Hello\"`, or on standard input",
                ));
            }
            let mut bytes = Vec::new();
            stdin
                .lock()
                .take(PROMPT_BYTES + 1)
                .read_to_end(&mut bytes)
                .map_err(|error| {
                    Failure::caused(
                        Kind::Io,
                        "cannot read the prompt from standard input",
                        &error,
                    )
                })?;
            if bytes.len() as u64 > PROMPT_BYTES {
                return Err(Failure::new(Kind::Usage, "the prompt is longer than 8 MiB"));
            }
            String::from_utf8(bytes).map_err(|_| {
                Failure::new(
                    Kind::Usage,
                    "the prompt on standard input is not UTF-8 text",
                )
            })?
        }
        Some(text) => text.to_owned(),
    };
    if prompt.trim().is_empty() {
        return Err(Failure::new(Kind::Usage, "the prompt is empty").hint(
            "give it as an argument, `openclaw models run \"Hello\"`, or on standard input",
        ));
    }
    Ok(prompt)
}

fn image(path: &Path) -> Result<Part, Failure> {
    let cannot = |error: std::io::Error| {
        Failure::caused(
            Kind::Io,
            format!("cannot read the image {}", path.display()),
            &error,
        )
    };
    let size = std::fs::metadata(path).map_err(cannot)?.len();
    if size > IMAGE_BYTES {
        return Err(Failure::new(
            Kind::Usage,
            format!("the image {} is larger than 20 MiB", path.display()),
        )
        .hint("send a smaller one; models scale images down anyway"));
    }
    let data = std::fs::read(path).map_err(cannot)?;
    let media_type = media_type(&data).ok_or_else(|| {
        Failure::new(
            Kind::Usage,
            format!("{} is not a PNG, JPEG, GIF or WebP image", path.display()),
        )
    })?;
    Ok(Part::Image {
        media_type: media_type.to_owned(),
        data,
    })
}

/// Returns an image's media type by its first bytes, whatever its name.
fn media_type(data: &[u8]) -> Option<&'static str> {
    match data {
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some("image/webp"),
        _ => None,
    }
}
