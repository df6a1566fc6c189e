//! `openclaw models run`

mod args;
mod input;
mod options;
mod printer;
pub(super) mod question;

use std::sync::Arc;

use openclaw_core::cascade::{Failed, Limits, Options};
use openclaw_core::credential::{ProfileId, ProviderId};

use super::unreached;
use super::way_out;
use crate::app::App;
use crate::commands::follow::{Ended, follow};
use crate::commands::{Outcome, Printed};
use crate::render::Form;
use crate::render::models::run::{self as render, ProviderFacts, RunReport};
use crate::render::models::run_lines::RunEnd;
use openclaw_router::Snapshot;
use openclaw_router::{AnswerText, Failure, Kind, Plugins, Request, Router, Surroundings};

pub use args::{QuestionArgs, RunArgs};
pub(crate) use options::example as option_example;
use printer::Printer;

/// Runs the command.
///
/// # Errors
/// When there is nothing to ask, or nobody answered.
pub fn run(app: &App, args: RunArgs) -> Outcome {
    let mut question = question::question(app, &args.question)?;
    options::apply(&args.options, &mut question.request)?;
    let wanted = &mut question.request;
    wanted.max_output_tokens = args.max_output_tokens.or(wanted.max_output_tokens);
    wanted.stream &= !args.no_stream;
    let snapshot = Snapshot::read(app, args.agent.as_deref())?;
    let snapshot = Arc::new(snapshot);
    let mut printer = Printer {
        app,
        explain: args.explain && app.form != Form::Json,
        lines: args.events,
        open_line: false,
        spinner: None,
        text: String::new(),
        answer: AnswerText::default(),
        warnings: Vec::new(),
        countdown: None,
    };
    for warning in snapshot.warnings.iter().chain(&question.warning) {
        printer.warning(warning.clone());
    }
    let messages = question.request.messages.clone();
    let request = Request {
        conversation: question.request,
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
        ..Request::new(question.purpose)
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
            printer.spent(&response);
            printer.besides(&response);
            let report = RunReport {
                response: *response,
                messages,
                told: printer.explain,
                warnings: printer.warnings,
            };
            if let Some(schema) = &question.schema {
                report.fits(schema)?;
            }
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
        Ok(Ended::Failed(failed, partial)) => {
            let mut failure = failure_of(&failed, app, &snapshot);
            if printer.explain {
                // Each attempt was told as it happened.
                failure.rows.clear();
            }
            let failure = unreached::explained(failure, &failed, app, &snapshot);
            let failure = way_out::shown(app, agent.as_deref(), &failed, failure);
            match partial {
                None if printer.text.is_empty() => failure,
                partial => render::broken_off(failure, &printer.text, partial.as_deref()),
            }
        }
    };
    Err(render::after_warnings(failure, printer.warnings))
}

/// Returns the failure of a run, with what a person needs to know of the providers in it.
pub(crate) fn failure_of(
    failed: &Failed,
    surroundings: &Surroundings,
    snapshot: &Snapshot,
) -> Failure {
    let facts = |provider: &ProviderId| {
        let names = snapshot.registry.secret_variables(provider);
        let is_ignored = |name: &String| snapshot.local.ignored.contains(name);
        ProviderFacts {
            variables: snapshot.variables_without_credential(&surroundings.paths, provider),
            ignored: names.iter().any(|(name, _)| is_ignored(name)),
            sign_in: snapshot.registry.sign_in(provider),
            own: snapshot.registry.find(provider).is_none(),
        }
    };
    render::failed(failed, surroundings.now(), &facts)
}
