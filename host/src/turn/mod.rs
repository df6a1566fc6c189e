//! One question, asked of the chain until a model answers: drives the core's cascade against real
//! providers and keeps the user's files in step.
//!
//! Invariant: what an attempt taught (a cooldown, a renewed login) is on disk before the next
//! attempt starts. An interrupted attempt teaches nothing.

pub(crate) mod credentials;
mod plan;
mod plugins;
mod renewal;

use std::sync::Arc;
use std::time::{Duration, Instant};

use openclaw_core::auth_order::CredentialSource;
use openclaw_core::cascade::{
    Attempt, Cascade, Failed, Options, Outcome, Step, Trail, TrailEntry, TrailOutcome,
};
use openclaw_core::chat::{ChatEvent, ChatRequest, Message, Usage};
use openclaw_core::cooldown::{Cooling, after_failure, after_success};
use openclaw_core::credential::ProfileId;
use openclaw_core::failure::{Failure as ProviderFailure, FailureKind};
use openclaw_core::model_ref::ModelRef;
use openclaw_core::selection::Purpose;
use openclaw_runtime::{CallError, Provider};

use crate::app::App;
use crate::failure::Failure;
use crate::state::State;
use crate::store::StoreError;
use crate::store::auth::{AuthDocument, AuthFile};

pub use credentials::mode_of;
pub use plan::{Plan, plan};
pub use plugins::{Plugins, Record};

use renewal::NotRenewed;

/// What is asked, and with what.
#[derive(Clone, Debug)]
pub struct Question {
    /// System prompt.
    pub system: Option<String>,
    /// The conversation so far.
    pub messages: Vec<Message>,
    /// Which chain.
    pub purpose: Purpose,
    /// The model asked for, as typed.
    pub model: Option<String>,
    /// The only profile to use.
    pub profile: Option<ProfileId>,
    /// Upper bound on generated tokens.
    pub max_output_tokens: Option<u32>,
    /// Whether the provider should stream.
    pub stream: bool,
    /// How patient the run is.
    pub patience: Options,
}

/// Nobody reads the answer any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone;

/// Hears of a run as it happens.
pub trait Listener {
    /// An attempt begins.
    fn attempting(&mut self, attempt: &Attempt) {
        let _ = attempt;
    }
    /// An attempt failed.
    fn failed(&mut self, attempt: &Attempt, failure: &ProviderFailure, elapsed: Duration) {
        let _ = (attempt, failure, elapsed);
    }
    /// An attempt succeeded.
    fn succeeded(&mut self, attempt: &Attempt, elapsed: Duration) {
        let _ = (attempt, elapsed);
    }
    /// A model or a credential is passed over, or a login was renewed.
    fn noted(&mut self, entry: &TrailEntry) {
        let _ = entry;
    }
    /// Everything rests; the run waits.
    fn waiting(&mut self, attempt: &Attempt, cooling: &Cooling, wait: Duration) {
        let _ = (attempt, cooling, wait);
    }
    /// Something to know that stops nothing.
    fn warning(&mut self, warning: &str) {
        let _ = warning;
    }
    /// The next piece of the answer.
    ///
    /// # Errors
    /// [`Gone`] to stop quietly.
    fn text(&mut self, text: &str) -> Result<(), Gone>;
}

/// An answer, whole.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The model that answered.
    pub model: ModelRef,
    /// The credential it was asked with.
    pub source: CredentialSource,
    /// The text.
    pub text: String,
    /// Why it stopped.
    pub stop: String,
    /// What it used.
    pub usage: Option<Usage>,
    /// What was tried.
    pub trail: Trail,
    /// How long everything took.
    pub elapsed: Duration,
}

/// How a run ended without an answer.
#[derive(Debug)]
pub enum Unanswered {
    /// Nothing is left to try.
    Failed(Failed),
    /// Nobody reads any more.
    Gone,
    /// The user stopped it; no profile was marked.
    Interrupted,
    /// The question could not be asked at all.
    Refused(Failure),
}

impl From<Failure> for Unanswered {
    fn from(failure: Failure) -> Self {
        Self::Refused(failure)
    }
}

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

    /// Tells the cascade what came of a step, and keeps what that taught about the profile.
    fn report(&mut self, attempt: &Attempt, outcome: Outcome, listener: &mut dyn Listener) {
        let failure = match &outcome {
            Outcome::Success | Outcome::Refreshed | Outcome::CutOff(_) => None,
            // The provider's refusal, not a network hiccup of the renewal, is what counts.
            Outcome::RefreshFailed(failure) => {
                Some(self.refused.take().unwrap_or_else(|| failure.clone()))
            }
            Outcome::Failure { failure, .. } => Some(failure.clone()),
        };
        let learnt = !matches!(outcome, Outcome::Refreshed | Outcome::CutOff(_));
        self.cascade.report(outcome, self.app.now());
        if self.cascade.is_renewing() {
            self.refused = failure;
        } else if learnt {
            self.remember(attempt, failure.as_ref(), listener);
        }
    }

    /// Writes what an attempt taught about its profile, and tells the cascade what stands there now.
    fn remember(
        &mut self,
        attempt: &Attempt,
        failure: Option<&ProviderFailure>,
        listener: &mut dyn Listener,
    ) {
        let CredentialSource::Profile(id) = &attempt.option.source else {
            return;
        };
        let (provider, model, now) = (
            &attempt.model.provider,
            attempt.model.model.as_str(),
            self.app.now(),
        );
        let policy = self.state.policy(provider);
        let inherited = self
            .state
            .main_auth
            .as_ref()
            .map(|main| main.load().document);
        let written = self.state.auth_file.update(|document: &mut AuthDocument| {
            let before = match &inherited {
                Some(inherited) => document.over(inherited).usage(id),
                None => document.usage(id),
            };
            let after = match failure {
                Some(failure) => after_failure(&before, model, failure, now, &policy),
                None => after_success(&before, model, now),
            };
            if after != before {
                document.set_usage(id, &after);
            }
            if failure.is_none() {
                document.set_last_good(provider, id);
            }
            Ok::<_, StoreError>(after)
        });
        match written {
            Ok(updated) => self
                .cascade
                .observe(provider, &attempt.option.source, updated.value),
            Err(error) => listener.warning(&format!(
                "what was learnt about `{id}` is not kept: {error}"
            )),
        }
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
    match &state.main_auth {
        Some(main) if state.auth_file.load().document.entry(id).is_none() => main,
        _ => &state.auth_file,
    }
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
