//! `openclaw models run`

mod input;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use openclaw_core::cascade::{Failed, Limits, Options};
use openclaw_core::conversation::{self, Message, Part, role};
use openclaw_core::credential::{ProfileId, ProviderId};
use openclaw_core::selection::Purpose;
use openclaw_core::time::{InvalidDuration, parse_limit};

use super::unreached;
use super::way_out;
use crate::app::App;
use crate::commands::follow::{Ended, ReaderClosed, RunPrinter, follow};
use crate::commands::{Outcome, Printed};
use crate::render::Form;
use crate::render::models::run::{self as render, ProviderFacts, RunReport};
use crate::render::models::run_lines::{self, RunEnd};
use crate::render::models::trail::is_duplicate;
use crate::render::progress::{Countdown, Spinner};
use crate::render::style::Style;
use openclaw_router::{AnswerText, Event, Failure, Kind, Plugins, Request, Router, Surroundings};
use openclaw_router::{LocalCredentials, Snapshot};

/// Send a prompt to a model, with failover
///
/// The prompt is the arguments, standard input, or both: what is on standard input goes before the
/// arguments, or where a `-` stands among them. The answer streams to stdout. A credential that
/// fails yields to the next one in its order, a model to the next fallback, which is said on
/// stderr; nothing is retried once a part of the answer was shown. When all that could be asked is
/// in cooldown for a few seconds only, it waits. With `--image` the image models are asked, at last
/// the primary text model.
///
/// Durations are a number and `ms`, `s`, `m` or `h`; seconds without a unit. Modifies no config.
///
/// Example: openclaw models run "Summarize this" --image chart.png --timeout 2m --explain
///
/// Example: openclaw models run "Hello" --json-lines
#[derive(Debug, clap::Args)]
pub struct RunArgs {
    /// What to ask; standard input when left out, or where a `-` stands
    prompt: Vec<String>,
    /// Image file to send along; may be repeated
    #[arg(short, long, value_name = "FILE")]
    image: Vec<PathBuf>,
    /// Model to ask first: `provider/model`, an alias, or a model that one configured provider has
    #[arg(short, long, value_name = "MODEL")]
    model: Option<String>,
    /// Agent whose models and credentials are used
    #[arg(short, long, value_name = "ID")]
    agent: Option<String>,
    /// The only auth profile to use
    #[arg(short, long, value_name = "ID")]
    profile: Option<String>,
    /// System prompt
    #[arg(short, long, value_name = "TEXT")]
    system: Option<String>,
    /// Max tokens of the answer
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    max_output_tokens: Option<u32>,
    /// Print the answer when it is complete
    #[arg(long)]
    no_stream: bool,
    /// Overall timeout, such as `90s`; it does not count as a failure of a credential. An OAuth token
    /// being refreshed is waited for: it could be lost
    #[arg(long, value_name = "DURATION", value_parser = limit)]
    timeout: Option<Duration>,
    /// Timeout of one attempt, to the end of its answer; then the next one begins
    #[arg(long, value_name = "DURATION", value_parser = limit)]
    attempt_timeout: Option<Duration>,
    /// Longest wait when everything is in cooldown, or the server asks to try again shortly
    #[arg(long, value_name = "DURATION", value_parser = wait, default_value = "10s")]
    wait: Duration,
    /// Ask no other model than the first one; its other credentials are still tried
    #[arg(long)]
    no_fallback: bool,
    /// Print on stderr what is tried, as it happens; with `--json` the trail is in the data alone
    #[arg(long)]
    explain: bool,
    /// Print a line of JSON for each event, as it happens: text, attempts, failures, and at last all
    /// that `--json` prints; docs/json.md describes them
    #[arg(long)]
    pub(super) json_lines: bool,
}

/// Runs the command.
///
/// # Errors
/// When there is nothing to ask, or nobody answered.
pub fn run(app: &App, args: RunArgs) -> Outcome {
    let prompt = input::prompt(app, &args.prompt)?;
    let mut parts = Vec::new();
    for path in &args.image {
        parts.push(input::image(path)?);
    }
    input::together(&parts)?;
    parts.push(Part::text(prompt.text));
    let snapshot = Snapshot::read(app, args.agent.as_deref())?;
    let local = snapshot.local.clone();
    let snapshot = Arc::new(snapshot);
    let mut printer = Printer {
        app,
        explain: args.explain && app.form != Form::Json,
        lines: args.json_lines,
        open_line: false,
        spinner: None,
        text: String::new(),
        answer: AnswerText::default(),
        warnings: Vec::new(),
        countdown: None,
    };
    for warning in snapshot.warnings.iter().chain(&prompt.warning) {
        printer.warning(warning.clone());
    }
    let system = args.system.map(|text| Message::text(role::SYSTEM, text));
    let messages = system
        .into_iter()
        .chain([Message::new(role::USER, parts)])
        .collect();
    let request = Request {
        conversation: conversation::Request {
            messages,
            max_output_tokens: args.max_output_tokens,
            stream: !args.no_stream,
            ..conversation::Request::default()
        },
        model: args.model,
        profile: args.profile.map(ProfileId::new),
        fallbacks: !args.no_fallback,
        limits: Options {
            limits: Limits {
                run: args.timeout,
                attempt: args.attempt_timeout,
            },
            max_wait: args.wait,
        },
        ..Request::new(if args.image.is_empty() {
            Purpose::Text
        } else {
            Purpose::Image
        })
    };
    let agent = args.agent;
    let plugins = Arc::new(Plugins::new(app));
    let router = Router::new(
        Arc::clone(&app.surroundings),
        Arc::clone(&snapshot),
        plugins,
    );
    let ended = follow(&router, request, &mut printer);
    printer.spinner = None;
    printer.end_line();
    let failure = match ended {
        Ok(Ended::Answered(response)) => {
            let report = RunReport {
                response: *response,
                told: printer.explain,
                warnings: printer.warnings,
            };
            return Ok(if printer.lines {
                Box::new(RunEnd(report))
            } else {
                Box::new(report)
            });
        }
        Ok(Ended::ReaderClosed) => return Ok(Box::new(Printed(0))),
        Err(failure) => failure,
        Ok(Ended::Interrupted) => Failure::new(Kind::Interrupted, "interrupted")
            .detail("no profile was marked; the answer so far is all there is"),
        Ok(Ended::Failed(failed, _)) => {
            let mut failure = failure_of(&failed, app, &local);
            if printer.explain {
                // Each attempt was told as it happened.
                failure.rows.clear();
            }
            let failure = unreached::explained(failure, &failed, app, &snapshot);
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
pub(crate) fn failure_of(
    failed: &Failed,
    surroundings: &Surroundings,
    local: &LocalCredentials,
) -> Failure {
    let ignored = |name: &String| {
        let file = local.file.as_ref().filter(|_| local.ignored.contains(name));
        file.map(|file| surroundings.paths.shorten(file))
    };
    let facts = |provider: &ProviderId| {
        let variables = surroundings.registry.secret_variables(provider);
        ProviderFacts {
            variables: variables
                .into_iter()
                .map(|(name, _)| (ignored(&name), name))
                .map(|(file, name)| (name, file))
                .collect(),
            sign_in: surroundings.registry.sign_in(provider),
            own: surroundings.registry.find(provider).is_none(),
        }
    };
    render::failed(failed, surroundings.now(), &facts)
}

/// Prints a run as it happens: the answer on stdout, and the trail on stderr if it was asked for.
struct Printer<'a> {
    app: &'a App,
    explain: bool,
    /// Whether each event is a line of JSON on stdout.
    lines: bool,
    open_line: bool,
    /// Shown until somebody answers.
    spinner: Option<Spinner>,
    /// The answer so far.
    text: String,
    /// Reads the text out of the events.
    answer: AnswerText,
    /// Warnings that are told at the end, with the data.
    warnings: Vec<String>,
    /// Shows how long it still waits.
    countdown: Option<Countdown>,
}

impl Printer<'_> {
    fn end_line(&mut self) {
        if self.open_line {
            self.open_line = false;
            let _closed = self.app.terminal.data("\n");
        }
    }

    fn style(&self) -> Style {
        Style::new(self.app.terminal.color_err && self.app.form == Form::Human)
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
        self.countdown = None;
        // Whatever is said now is said on a line of its own.
        self.spinner = None;
        let text = self.answer.of(&event).map(str::to_owned);
        if self.lines
            && let Some(line) = run_lines::line(&event, text.as_deref())
        {
            let written = self.app.terminal.data(&line);
            written.map_err(|_closed| ReaderClosed)?;
        }
        if let Event::Attempting(attempt) = &event {
            self.trail(&render::attempting(attempt, self.style()));
            if !self.open_line {
                let model = attempt.model.to_string();
                self.spinner = Some(Spinner::start(self.app, "waiting for", &model));
            }
            return Ok(());
        }
        match event {
            Event::AttemptFailed {
                attempt,
                failure,
                elapsed,
            } => self.trail(&render::failed_attempt(
                &attempt,
                &failure,
                elapsed,
                self.style(),
            )),
            Event::AttemptSucceeded { attempt, elapsed } => {
                self.trail(&render::succeeded(&attempt, elapsed, self.style()));
            }
            Event::Noted(entry) if is_duplicate(&entry.outcome) => {}
            Event::Noted(entry) => self.trail(&render::noted(&entry, self.app.now(), self.style())),
            Event::Waiting {
                attempt,
                cooling,
                wait,
            } => {
                if self.app.form != Form::Json && !self.app.terminal.quiet {
                    // A pause that nobody explains looks like a hang.
                    self.end_line();
                    if self.app.terminal.interactive {
                        let what = render::waits_for(&attempt, &cooling);
                        self.countdown = Some(Countdown::start(&what, wait));
                    } else {
                        let line = render::waiting(&attempt, &cooling, wait);
                        self.app.terminal.note(&line);
                    }
                }
            }
            Event::Warning(warning) => self.warning(warning),
            Event::Answer(_) => {
                if let Some(text) = text {
                    return self.text(&text);
                }
            }
            Event::Attempting(_) | Event::Ended(_) => {}
        }
        Ok(())
    }
}

/// Reads a limit of time.
fn limit(text: &str) -> Result<Duration, String> {
    parse_limit(text).map_err(|InvalidDuration(_)| {
        "write a time above zero as `90s` or `2m`; a number alone is seconds".to_owned()
    })
}

/// Reads a limit of time that may be zero.
fn wait(text: &str) -> Result<Duration, String> {
    match text.trim() {
        "0" | "0s" => Ok(Duration::ZERO),
        text => limit(text),
    }
}
