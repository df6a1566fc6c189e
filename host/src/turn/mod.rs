//! One question, asked of the chain until a model answers: drives the core's cascade against real
//! providers and keeps the user's files in step.
//!
//! Invariant: what an attempt taught (a cooldown, a renewed login) is on disk before the next
//! attempt starts. An interrupted attempt teaches nothing.

pub(crate) mod credentials;
mod memory;
mod plan;
mod plugins;
mod question;
mod renewal;

use std::sync::Arc;
use std::time::{Duration, Instant};

use openclaw_core::cascade::{Attempt, Cascade, Outcome, Step, TrailOutcome};
use openclaw_core::chat::{ChatEvent, ChatRequest, Usage};
use openclaw_core::credential::ProfileId;
use openclaw_core::failure::{Failure as ProviderFailure, FailureKind};
use openclaw_runtime::{CallError, Provider};

use crate::app::App;
use crate::failure::Failure;
use crate::state::State;
use crate::store::auth::AuthFile;

pub use credentials::mode_of;
pub use plan::{Plan, plan};
pub use plugins::{Plugins, Record};
pub use question::{Answer, Gone, Listener, Question, Unanswered};

use renewal::NotRenewed;

/// Asks until a model answers, Ctrl-C is pressed, or nothing is left to try.
///
/// # Errors
/// [`Unanswered`] by how it ended.
pub async fn ask(
    app: &App,
    state: &State,
    plugins: &Plugins,
    question: &Question,
    listener: &mut dyn Listener,
) -> Result<Answer, Unanswered> {
    let begun = Instant::now();
    let plan = plan(app, state, question)?;
    plan.warnings
        .iter()
        .for_each(|warning| listener.warning(warning));
    let mut run = Run {
        app,
        state,
        plugins,
        question,
        cascade: plan.into_cascade(question.patience),
        begun,
        refused: None,
        told: 0,
    };
    tokio::select! {
        biased;
        _ = tokio::signal::ctrl_c() => {
            audit(app, plugins, listener);
            Err(Unanswered::Interrupted)
        }
        ended = run.drive(listener) => {
            audit(app, plugins, listener);
            let mut answer = ended?;
            answer.elapsed = begun.elapsed();
            Ok(answer)
        }
    }
}

struct Run<'a> {
    app: &'a App,
    state: &'a State,
    plugins: &'a Plugins,
    question: &'a Question,
    cascade: Cascade,
    begun: Instant,
    /// The refusal that a renewal is to cure.
    refused: Option<ProviderFailure>,
    /// How many entries of the trail the listener knows.
    told: usize,
}

/// What was heard of an answer so far.
#[derive(Default)]
struct Heard {
    text: String,
    stop: String,
    usage: Option<Usage>,
}

/// Why a call has no answer.
enum Broken {
    /// It failed.
    Failed(ProviderFailure),
    /// Nobody reads any more.
    Gone,
}

impl From<ProviderFailure> for Broken {
    fn from(failure: ProviderFailure) -> Self {
        Self::Failed(failure)
    }
}

impl Run<'_> {
    async fn drive(&mut self, listener: &mut dyn Listener) -> Result<Answer, Unanswered> {
        let mut answered: Option<(Attempt, Heard)> = None;
        loop {
            self.cascade.spend(self.begun.elapsed());
            let step = self.cascade.next(self.app.now());
            self.tell(listener);
            match step {
                Step::Attempt(attempt) => {
                    if attempt.option.refresh_first
                        && !attempt.refreshed
                        && let Err(failure) = self.renew(&attempt, listener)
                    {
                        if credentials::is_valid(self.app, self.state, &attempt) {
                            listener.warning(&format!(
                                "{} is not renewed: {failure}",
                                attempt.option.source
                            ));
                        } else {
                            listener.failed(&attempt, &failure, Duration::ZERO);
                            self.report(&attempt, Outcome::RefreshFailed(failure), listener);
                            continue;
                        }
                    }
                    listener.attempting(&attempt);
                    let begun = Instant::now();
                    let (heard, ended) = self.call(&attempt, listener).await;
                    let elapsed = begun.elapsed();
                    audit(self.app, self.plugins, listener);
                    let outcome = ended.map_err(|Gone| Unanswered::Gone)?;
                    match &outcome {
                        Outcome::Failure { failure, .. } | Outcome::CutOff(failure) => {
                            listener.failed(&attempt, failure, elapsed);
                        }
                        _ => listener.succeeded(&attempt, elapsed),
                    }
                    let is_answer = outcome == Outcome::Success;
                    self.report(&attempt, outcome, listener);
                    if is_answer {
                        answered = Some((attempt, heard));
                    }
                }
                Step::Refresh(attempt) => {
                    let outcome = match self.renew(&attempt, listener) {
                        Ok(()) => Outcome::Refreshed,
                        Err(failure) => {
                            listener.failed(&attempt, &failure, Duration::ZERO);
                            Outcome::RefreshFailed(failure)
                        }
                    };
                    self.report(&attempt, outcome, listener);
                }
                Step::Wait {
                    until,
                    attempt,
                    cooling,
                } => {
                    let wait = self.app.now().until(until);
                    listener.waiting(&attempt, &cooling, wait);
                    self.app.wait(wait.max(Duration::from_millis(1))).await;
                }
                Step::Done => {
                    let Some((attempt, heard)) = answered else {
                        unreachable!("the cascade is done only after a success was reported");
                    };
                    return Ok(Answer {
                        model: attempt.model,
                        source: attempt.option.source,
                        text: heard.text,
                        stop: heard.stop,
                        usage: heard.usage,
                        trail: self.cascade.trail().clone(),
                        elapsed: Duration::ZERO,
                    });
                }
                Step::Failed(failed) => return Err(Unanswered::Failed(failed)),
            }
        }
    }

    /// Makes an attempt within its time. Returns what was heard, and what came of it.
    async fn call(
        &mut self,
        attempt: &Attempt,
        listener: &mut dyn Listener,
    ) -> (Heard, Result<Outcome, Gone>) {
        let mut heard = Heard::default();
        let id = &attempt.model.provider;
        // Compiling a component is no part of the attempt: the vendor is not slower for it.
        let provider = match self.plugins.provider(self.app, self.state, id) {
            Ok(provider) => provider,
            Err(failure) => {
                let (failure, emitted) = (other(&failure), false);
                return (heard, Ok(Outcome::Failure { failure, emitted }));
            }
        };
        self.cascade.spend(self.begun.elapsed());
        let allowance = self.cascade.allowance();
        let asked = self.attempt(&provider, attempt, &mut heard, listener);
        let ended = match &allowance {
            None => Some(asked.await),
            Some(allowance) => tokio::time::timeout(allowance.time, asked).await.ok(),
        };
        let emitted = !heard.text.is_empty();
        let outcome = match (ended, allowance) {
            (Some(Ok(())), _) => Outcome::Success,
            (Some(Err(Broken::Gone)), _) => return (heard, Err(Gone)),
            (Some(Err(Broken::Failed(failure))), _) => Outcome::Failure { failure, emitted },
            (None, Some(allowance)) => allowance.outcome(emitted),
            (None, None) => unreachable!("only an allowance ends a call"),
        };
        (heard, Ok(outcome))
    }

    async fn attempt(
        &self,
        provider: &Provider,
        attempt: &Attempt,
        heard: &mut Heard,
        listener: &mut dyn Listener,
    ) -> Result<(), Broken> {
        let asked = (&attempt.model.provider, &attempt.option.source);
        let credential = credentials::held(self.app, self.state, provider, asked).await?;
        let request = ChatRequest {
            model: attempt.model.model.clone(),
            system: self.question.system.clone(),
            messages: self.question.messages.clone(),
            max_output_tokens: self.question.max_output_tokens,
            temperature: None,
            stream: self.question.stream,
        };
        let mut chat = provider
            .chat(credential.as_ref(), &request)
            .await
            .map_err(CallError::into_failure)?;
        while let Some(event) = chat.next().await.map_err(CallError::into_failure)? {
            match event {
                ChatEvent::Text(text) => {
                    listener.text(&text).map_err(|Gone| Broken::Gone)?;
                    heard.text.push_str(&text);
                }
                ChatEvent::Reasoning(_) => {}
                ChatEvent::Usage(usage) => heard.usage = Some(usage),
                ChatEvent::Stop(stop) => heard.stop = stop,
            }
        }
        Ok(())
    }

    /// Tells what the trail holds besides the attempts, which are told as they happen.
    fn tell(&mut self, listener: &mut dyn Listener) {
        let entries = &self.cascade.trail().entries;
        for entry in &entries[self.told..] {
            if matches!(
                entry.outcome,
                TrailOutcome::Skipped(_) | TrailOutcome::Refreshed
            ) {
                listener.noted(entry);
            }
        }
        self.told = entries.len();
    }

    /// Renews an attempt's login. One that is lost is the user's business, whatever comes next.
    fn renew(&self, attempt: &Attempt, listener: &mut dyn Listener) -> Result<(), ProviderFailure> {
        let renewed = renewal::renew(self.app, self.state, self.plugins, attempt);
        audit(self.app, self.plugins, listener);
        renewed.map_err(|NotRenewed { failure, lost }| {
            if let Some(lost) = lost {
                listener.warning(&lost);
            }
            failure
        })
    }
}

/// Writes the audit log, and says so where that fails.
fn audit(app: &App, plugins: &Plugins, listener: &mut dyn Listener) {
    if let Some(warning) = plugins.write_audit(app) {
        listener.warning(&warning);
    }
}

/// Returns the store that holds a profile: the agent's own, else the one it inherits from.
fn owner<'s>(state: &'s State, id: &ProfileId) -> &'s AuthFile {
    state
        .store_of(id)
        .or(state.main_auth.as_ref())
        .unwrap_or(&state.auth_file)
}

/// Returns a failure of ours as one that the cascade can go on from.
pub(crate) fn other(failure: &Failure) -> ProviderFailure {
    let mut message = failure.message.clone();
    for detail in &failure.details {
        message.push_str("; ");
        message.push_str(detail);
    }
    ProviderFailure {
        code: Some(failure.kind.code().to_owned()),
        ..ProviderFailure::new(FailureKind::Other, message)
    }
}

/// The application's clock, as plugins see it.
pub(crate) struct PluginClock(pub(crate) Option<u64>);

impl openclaw_runtime::instance::Clock for PluginClock {
    fn now_ms(&self) -> u64 {
        self.0.unwrap_or_else(crate::app::system_ms)
    }
}

/// The application's environment, as plugins see it: after `.env` files and the config's own block.
pub(crate) struct PluginEnvironment(pub(crate) crate::store::Environment);

impl openclaw_runtime::instance::Environment for PluginEnvironment {
    fn get(&self, name: &str) -> Option<String> {
        self.0.get(name).map(str::to_owned)
    }
}

pub(crate) type SharedHeld = Arc<openclaw_runtime::Held>;
