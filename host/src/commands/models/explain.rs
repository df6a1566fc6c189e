//! `openclaw models explain`

use std::time::Duration;

use openclaw_core::cascade::Step;
use openclaw_core::selection::Purpose;

use crate::app::App;
use crate::commands::Outcome;
use crate::commands::verdict::Verdict;
use crate::render::models::explain::Explained;
use openclaw_router::Snapshot;
use openclaw_router::{Request, plan};

/// Show what would be tried now, in order, and why; nothing is called
///
/// Lists each model of the chain with its credentials, what is in cooldown and what is skipped,
/// and says so when a prompt would have to wait first. Modifies nothing.
///
/// Example: openclaw models explain opus
#[derive(Debug, clap::Args)]
pub struct ExplainArgs {
    /// Model to begin with, as `provider/model` or an alias; the primary when left out
    model: Option<String>,
    /// Agent whose models and credentials are used
    #[arg(short, long, value_name = "ID")]
    agent: Option<String>,
    /// Explain a request with an image
    #[arg(long)]
    image: bool,
}

/// Runs the command.
///
/// # Errors
/// When the model is unknown or not allowed.
pub fn run(app: &App, args: ExplainArgs) -> Outcome {
    let mut snapshot = Snapshot::read(app, args.agent.as_deref())?;
    snapshot.look_for_secrets();
    let request = Request {
        model: args.model,
        ..Request::new(if args.image {
            Purpose::Image
        } else {
            Purpose::Text
        })
    };
    let plan = plan(app, &snapshot, &request)?;
    let now = app.now();
    let next = match plan
        .clone()
        .askable()
        .into_cascade(request.limits)
        .next(now)
    {
        Step::Attempt(attempt) | Step::Refresh(attempt) => Some((attempt, Duration::ZERO)),
        Step::Wait { until, attempt, .. } => Some((attempt, now.until(until))),
        Step::Done | Step::Failed(_) => None,
    };
    let verdict = Verdict::of_plan(plan.clone(), &snapshot, app);
    Ok(Box::new(Explained {
        verdict,
        plan,
        next,
        usage: snapshot.usage,
        agent: snapshot.agent,
        now,
        warnings: [snapshot.warnings, snapshot.local.lines(&app.paths)].concat(),
    }))
}
