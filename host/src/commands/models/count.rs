//! `openclaw models count`

use std::time::Duration;

use openclaw_core::auth_order::CredentialSource;
use openclaw_core::failure::Failure as ProviderFailure;
use openclaw_core::model_ref::ModelRef;
use openclaw_core::tokens::Count;

use super::run::{QuestionArgs, question};
use crate::app::App;
use crate::commands::{Outcome, block_on, until_interrupted};
use openclaw_router::besides::{estimated, first_that_does};
use openclaw_router::probe::Prober;
use openclaw_router::{Plugins, Request, Snapshot, plan};

/// Longest that the question may take.
const LIMIT: Duration = Duration::from_secs(30);

/// Count the tokens of a prompt, as a model's vendor counts them
///
/// Takes what `openclaw models run` takes, and asks the vendor how long it is: at no cost, where it has
/// a call for it. Where it has none, or does not answer, the number is an estimate and says so.
/// Modifies nothing.
///
/// Example: openclaw models count "Summarize this" -f report.pdf
///
/// Example: git diff | openclaw models count --model anthropic/claude-opus-4-5 --json
#[derive(Debug, clap::Args)]
pub struct CountArgs {
    #[command(flatten)]
    question: QuestionArgs,
    /// Model that counts: `provider/model`, an alias, or a model that one configured provider has
    #[arg(short, long, value_name = "MODEL")]
    model: Option<String>,
    /// Agent whose models and credentials are used
    #[arg(short, long, value_name = "ID")]
    agent: Option<String>,
}

/// How long a prompt is.
pub struct Counted {
    /// The model.
    pub model: ModelRef,
    /// The number and how it was found.
    pub count: Count,
    /// The credential that the vendor was asked with.
    pub source: Option<CredentialSource>,
    /// Why the vendor's own count is not known.
    pub reason: Option<ProviderFailure>,
    /// Longest input of the model, where known.
    pub context: Option<u64>,
    /// What there is to say.
    pub warnings: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// When there is nothing to count, or no such model.
pub fn run(app: &App, args: CountArgs) -> Outcome {
    let snapshot = Snapshot::read(app, args.agent.as_deref())?;
    let asked = question::question(app, &args.question)?;
    let mut request = Request {
        conversation: asked.request,
        model: args.model,
        fallbacks: false,
        ..Request::new(asked.purpose)
    };
    // What is too long for every model is to be counted too.
    let conversation = std::mem::take(&mut request.conversation);
    let planned = plan(app, &snapshot, &request)?;
    let mut warnings = snapshot.warnings.clone();
    warnings.extend(planned.warnings);
    warnings.extend(asked.warning);
    let first = planned.candidates.first();
    let model = first
        .map(|candidate| candidate.model.clone())
        .or(planned.asked)
        .unwrap_or_else(|| snapshot.settings.default_model());
    let context = snapshot
        .catalog()
        .get(&model)
        .and_then(|facts| facts.context);
    let plugins = Plugins::new(app);
    let prober = Prober {
        surroundings: app,
        snapshot: &snapshot,
        plugins: &plugins,
        limit: LIMIT,
    };
    let mut counted = Counted {
        count: estimated(&conversation),
        source: None,
        reason: None,
        context,
        warnings,
        model,
    };
    let asked = first.filter(|candidate| {
        !candidate.sources.is_empty() && prober.offers(&candidate.model.provider, "tokens")
    });
    if let Some(candidate) = asked {
        let asking = first_that_does(candidate, async |subject| {
            prober
                .count(&subject, &candidate.model, &conversation)
                .await
        });
        let (found, audit) = block_on(until_interrupted(
            app,
            &plugins,
            "nothing was changed",
            asking,
        ))?;
        counted.warnings.extend(audit);
        match found {
            Ok((count, source)) => (counted.count, counted.source) = (count, Some(source)),
            Err(refused) => counted.reason = refused.into_iter().next_back().map(|(_, why)| why),
        }
    }
    Ok(Box::new(counted))
}
