//! `openclaw models show`

use openclaw_core::model_ref::ModelRef;
use openclaw_core::selection::Purpose;
use openclaw_core::time::Timestamp;
use openclaw_router::{Failure, Request, Snapshot, plan};

use super::list::{Row, row_of};
use super::model_lookup;
use crate::app::App;
use crate::commands::Outcome;
use crate::commands::verdict::Verdict;

/// Show everything known of one model
///
/// Its name, aliases and roles, context and output in tokens, prices, what it takes, when it was
/// released and until when it is served, where the facts come from, and whether a prompt to it would
/// be answered now, with which credential. Calls nobody. Modifies nothing.
///
/// Example: openclaw models show anthropic/claude-opus-4-5
#[derive(Debug, clap::Args)]
pub struct ShowArgs {
    /// Model as `provider/model`, or an alias
    model: String,
    /// Agent whose roles and credentials are shown
    #[arg(short, long, value_name = "ID")]
    agent: Option<String>,
}

/// Everything known of a model.
pub struct ShownModel {
    /// What the list says of it.
    pub row: Row,
    /// All of its aliases.
    pub aliases: Vec<String>,
    /// What would become of a prompt to it.
    pub verdict: Verdict,
    /// The present.
    pub now: Timestamp,
    /// What there is to say.
    pub warnings: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// When nothing knows the model, or the config cannot be read.
pub fn run(app: &App, args: &ShowArgs) -> Outcome {
    let snapshot = Snapshot::read(app, args.agent.as_deref())?;
    let found = model_lookup::model(app, &snapshot, &args.model, "show").map_err(|failure| {
        let details = failure.details.iter();
        let details = details.filter(|detail| *detail != "nothing was changed");
        Failure {
            details: details.cloned().collect(),
            ..failure.clone()
        }
    })?;
    let model = found.model;
    let aliases = snapshot.settings.aliases();
    let aliases = aliases.iter().filter(|alias| alias.model == model);
    Ok(Box::new(ShownModel {
        row: row_of(app, &snapshot, &model, args.agent.is_some()),
        aliases: aliases.map(|alias| alias.name.clone()).collect(),
        verdict: verdict(app, &snapshot, &model),
        now: app.now(),
        warnings: snapshot
            .warnings
            .iter()
            .chain(&found.warnings)
            .cloned()
            .collect(),
    }))
}

/// Decides on a prompt to this model, without its fallbacks.
fn verdict(app: &App, snapshot: &Snapshot, model: &ModelRef) -> Verdict {
    let request = Request {
        model: Some(model.key()),
        ..Request::new(Purpose::Text)
    };
    match plan(app, snapshot, &request) {
        Ok(mut plan) => {
            let own = plan.candidates.iter().map(|one| one.model == *model);
            let own: Vec<bool> = own.collect();
            let mut is_own = own.iter().copied();
            plan.candidates.retain(|_| is_own.next().unwrap_or(false));
            let mut is_own = own.iter().copied();
            plan.origins.retain(|_| is_own.next().unwrap_or(false));
            Verdict::of_plan(plan, snapshot, app)
        }
        Err(failure) => Verdict::unusable(failure.message),
    }
}
