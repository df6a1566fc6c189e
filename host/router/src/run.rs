//! One run: a request asked of the chain until a model answers. Drives the core's cascade against
//! real providers, tells what happens as events, and keeps what is learnt.
//!
//! Invariants: what an attempt taught (a cooldown, a renewed login) is kept before the next attempt
//! starts; what others learnt is taken in before each attempt. A run that is dropped teaches
//! nothing of the attempt under way, and what its plugins did reaches the audit log all the same.

use std::sync::Arc;
use std::time::{Duration, Instant};

use openclaw_core::auth_order::CredentialSource;
use openclaw_core::cascade::{Attempt, Cascade, Outcome, Step, TrailOutcome};
use openclaw_core::conversation::{self, Answer, Message, Notice};
use openclaw_core::conversation::{Target, normal_form};
use openclaw_core::cooldown::Interval;
use openclaw_core::credential::ProviderId;
use openclaw_core::failure::{Failure as ProviderFailure, FailureKind};
use openclaw_core::secret::Secret;
use openclaw_runtime::{CallError, Provider};
use tokio::sync::mpsc::Sender;

use crate::credentials;
use crate::failure::as_provider_failure;
use crate::memory::{Lesson, Revision};
use crate::network;
use crate::plan::plan;
use crate::receiving::{self, Receiving};
use crate::renewal::NotRenewed;
use crate::request::{Event, Request, Response, RunError};
use crate::shared::{Generation, Shared};
use crate::target::{self, origin};

/// A run under way.
pub(crate) struct Run {
    shared: Arc<Shared>,
    generation: Arc<Generation>,
    request: Request,
    events: Sender<Event>,
    begun: Instant,
    /// The refusal that a renewal is to cure.
    refused: Option<ProviderFailure>,
    /// The access token of the attempt that was made last, if a stored login was its credential.
    used: Option<Secret<String>>,
    /// How many entries of the trail have been told.
    told: usize,
    /// Up to where the memory has been read.
    read: Revision,
}

/// What arrived of an answer.
struct Received {
    answer: Answer,
    message: Message,
    notices: Vec<Notice>,
    emitted: bool,
}

/// Whether a request carries the state of an earlier answer.
fn has_states(request: &conversation::Request) -> bool {
    let mut parts = request.messages.iter().flat_map(|message| &message.parts);
    parts.any(|part| part.state.is_some())
}

/// Writes what the plugins of a run did, also when the run is dropped.
impl Drop for Run {
    fn drop(&mut self) {
        self.shared.plugins.write_audit(self.shared.now());
    }
}

impl Run {
    pub(crate) fn new(
        shared: Arc<Shared>,
        generation: Arc<Generation>,
        request: Request,
        events: Sender<Event>,
    ) -> Self {
        Self {
            shared,
            generation,
            request,
            events,
            begun: Instant::now(),
            refused: None,
            used: None,
            told: 0,
            read: Revision::default(),
        }
    }

    /// Runs to the end, which is the last event.
    pub(crate) async fn drive(mut self) {
        let ended = self.answer().await;
        self.audit().await;
        self.tell(Event::Ended(ended.map(Box::new))).await;
    }

    async fn answer(&mut self) -> Result<Response, RunError> {
        let plan = plan(
            &self.shared.surroundings,
            &self.generation.snapshot,
            &self.request,
        )?;
        for warning in &plan.warnings {
            self.tell(Event::Warning(warning.clone())).await;
        }
        let stored = plan.stored_profiles();
        let asked = plan.asked.clone();
        let targets = plan.targets.clone();
        let mut cascade = plan.into_cascade(self.request.limits);
        let mut answered: Option<(Attempt, Received)> = None;
        let mut partial = None;
        loop {
            self.recall(&mut cascade, &stored).await;
            cascade.spend(self.begun.elapsed());
            let step = cascade.next(self.shared.now());
            self.tell_trail(&cascade).await;
            match step {
                Step::Attempt(attempt) => {
                    if attempt.option.refresh_first
                        && !attempt.refreshed
                        && let Err(failure) = self.renew(&attempt).await
                    {
                        if self.is_valid(&attempt) {
                            let source = &attempt.option.source;
                            let warning = format!("{source} is not renewed: {failure}");
                            self.tell(Event::Warning(warning)).await;
                        } else {
                            self.tell_failure(&attempt, &failure, Duration::ZERO).await;
                            let outcome = Outcome::RefreshFailed(failure);
                            self.report(&mut cascade, &attempt, outcome).await;
                            continue;
                        }
                    }
                    tracing::info!(
                        target: "openclaw::run",
                        credential = %attempt.option.source,
                        "attempt {}",
                        attempt.model
                    );
                    self.tell(Event::Attempting(attempt.clone())).await;
                    let begun = Instant::now();
                    let target = self.target(&targets, &attempt);
                    let (received, outcome) = self.call(&mut cascade, &attempt, &target).await;
                    let elapsed = begun.elapsed();
                    self.audit().await;
                    match &outcome {
                        Outcome::Failure { failure, .. } | Outcome::CutOff(failure) => {
                            self.tell_failure(&attempt, failure, elapsed).await;
                        }
                        _ => {
                            let attempt = attempt.clone();
                            self.tell(Event::AttemptSucceeded { attempt, elapsed })
                                .await;
                        }
                    }
                    let is_answer = outcome == Outcome::Success;
                    self.report(&mut cascade, &attempt, outcome).await;
                    if is_answer {
                        answered = Some((attempt, received));
                    } else if received.emitted {
                        partial = Some(Box::new(received.answer));
                    }
                }
                Step::Refresh(attempt) => {
                    let outcome = match self.renew(&attempt).await {
                        Ok(()) => Outcome::Refreshed,
                        Err(failure) => {
                            self.tell_failure(&attempt, &failure, Duration::ZERO).await;
                            Outcome::RefreshFailed(failure)
                        }
                    };
                    self.report(&mut cascade, &attempt, outcome).await;
                }
                Step::Wait {
                    until,
                    attempt,
                    cooling,
                } => {
                    let wait = self.shared.now().until(until);
                    self.tell(Event::Waiting {
                        attempt,
                        cooling,
                        wait,
                    })
                    .await;
                    let wait = wait.max(Duration::from_millis(1));
                    self.shared.surroundings.clock.wait(wait).await;
                }
                Step::Done => {
                    let Some((attempt, received)) = answered else {
                        unreachable!("the cascade is done only after a success was reported");
                    };
                    let cost =
                        receiving::cost(&self.generation.snapshot, &attempt, &received.answer);
                    return Ok(Response {
                        cost,
                        asked: asked.unwrap_or_else(|| attempt.model.clone()),
                        model: attempt.model,
                        source: attempt.option.source,
                        answer: received.answer,
                        message: received.message,
                        notices: received.notices,
                        trail: cascade.trail().clone(),
                        elapsed: self.begun.elapsed(),
                    });
                }
                Step::Failed(failed) => {
                    let failed = Box::new(failed);
                    return Err(RunError::Failed { failed, partial });
                }
            }
        }
    }

    /// Returns what is known of an attempt's model and account.
    fn target(&self, targets: &[Target], attempt: &Attempt) -> Target {
        let mut target = targets.get(attempt.index).cloned().unwrap_or_default();
        let source = &attempt.option.source;
        target.account = Some(target::account(&self.generation.snapshot, source));
        target.drop_states = attempt.without_states;
        target
    }

    /// Makes an attempt within its time. Returns what arrived of an answer, and the outcome.
    async fn call(
        &mut self,
        cascade: &mut Cascade,
        attempt: &Attempt,
        target: &Target,
    ) -> (Received, Outcome) {
        let mut receiving = Receiving::default();
        self.used = None;
        // Compiling a component is no part of the attempt: the vendor is not slower for it.
        let provider = match self.shared.provider(&self.generation, &attempt.model) {
            Ok(provider) => provider,
            Err(failure) => {
                let failure = as_provider_failure(&failure);
                let emitted = false;
                let received = self.received(receiving, target);
                return (received, Outcome::Failure { failure, emitted });
            }
        };
        cascade.spend(self.begun.elapsed());
        let allowance = cascade.allowance();
        let asked = self.attempt(&provider, attempt, target, &mut receiving);
        let ended = match &allowance {
            None => Some(asked.await),
            Some(allowance) => tokio::time::timeout(allowance.time, asked).await.ok(),
        };
        let received = self.received(receiving, target);
        let emitted = received.emitted;
        let outcome = match (ended, allowance) {
            (Some(Ok(())), _) => match receiving::empty(&received.answer) {
                Some(failure) => Outcome::Failure { failure, emitted },
                None => Outcome::Success,
            },
            (Some(Err(failure)), _) => Outcome::Failure { failure, emitted },
            (None, Some(allowance)) => allowance.outcome(emitted),
            (None, None) => unreachable!("only an allowance ends a call"),
        };
        (received, outcome)
    }

    /// Returns what has arrived, also as the next message of the conversation.
    fn received(&self, receiving: Receiving, target: &Target) -> Received {
        let emitted = receiving.emitted;
        let (answer, mut notices) = receiving.into_answer();
        let before = &self.request.conversation.messages;
        let message = match answer.choices.first() {
            Some(first) => {
                let (message, renamed) = first.clone().into_message(before, origin(target));
                notices.extend(renamed);
                message
            }
            None => Message::new(conversation::role::ASSISTANT, Vec::new()),
        };
        Received {
            answer,
            message,
            notices,
            emitted,
        }
    }

    async fn attempt(
        &mut self,
        provider: &Provider,
        attempt: &Attempt,
        target: &Target,
        receiving: &mut Receiving,
    ) -> Result<(), ProviderFailure> {
        let asked = (&attempt.model.provider, &attempt.option.source);
        let snapshot = &self.generation.snapshot;
        let now = self.shared.now();
        let credential = credentials::load(snapshot, provider, asked, now).await?;
        self.used = credential
            .as_ref()
            .map(|stored| Secret::new(stored.expose().to_owned()));
        let normal = normal_form(&self.request.conversation, target);
        let normal = normal.map_err(|why| target::unfit(&why))?;
        let mut request = normal.request;
        // Where nobody asks for less, an answer may be as long as the config says of the model.
        let configured = snapshot.configured_model(&attempt.model);
        let longest = configured.and_then(|model| u32::try_from(model.max_tokens?).ok());
        let longest = longest.filter(|tokens| *tokens > 0);
        request.max_output_tokens = request.max_output_tokens.or(longest);
        *receiving = Receiving::to(&request, normal.notices);
        let has_states = has_states(&request);
        let refused = |error: CallError| {
            let mut failure = error.into_failure();
            // Without states there is nothing to leave out: the same request would fail again.
            if failure.kind == FailureKind::Replay && !has_states {
                failure.kind = FailureKind::Format;
            }
            failure
        };
        let mut chat = provider
            .chat(credential.as_ref(), &request)
            .await
            .map_err(refused)?;
        drop(request);
        let mut last_event = Instant::now();
        let longest_silence = network::event_timeout(snapshot, &attempt.model.provider);
        while let Some(events) = chat.next().await.map_err(refused)? {
            if events.is_empty() && last_event.elapsed() > longest_silence {
                return Err(ProviderFailure {
                    code: Some("no_event".to_owned()),
                    ..ProviderFailure::new(
                        FailureKind::Timeout,
                        format!(
                            "the server sends signs of life, but nothing of an answer within {} s",
                            longest_silence.as_secs()
                        ),
                    )
                });
            }
            for event in events {
                last_event = Instant::now();
                let event = receiving.take(event)?;
                self.tell(Event::Answer(event)).await;
            }
        }
        if receiving.is_complete() {
            Ok(())
        } else {
            Err(ProviderFailure {
                code: Some("plugin_answer".to_owned()),
                ..ProviderFailure::new(
                    FailureKind::Other,
                    "the plugin's answer makes no sense: it ends without a finish",
                )
            })
        }
    }

    /// Renews an attempt's login. One that is lost is the user's business, whatever comes next.
    async fn renew(&self, attempt: &Attempt) -> Result<(), ProviderFailure> {
        let used = self.used.as_ref();
        let renewed = self.shared.renew(&self.generation, attempt, used).await;
        self.audit().await;
        match renewed {
            Ok(()) => Ok(()),
            Err(NotRenewed { failure, lost }) => {
                if let Some(lost) = lost {
                    self.tell(Event::Warning(lost)).await;
                }
                Err(failure)
            }
        }
    }

    /// Whether an attempt's stored login still works, as one does that was to be renewed early.
    fn is_valid(&self, attempt: &Attempt) -> bool {
        credentials::is_valid(&self.generation.snapshot, attempt, self.shared.now())
    }

    /// Takes in what others have learnt since the last look.
    async fn recall(&mut self, cascade: &mut Cascade, stored: &[(ProviderId, CredentialSource)]) {
        let Some((revision, usage)) = self.generation.memory.recall(self.read).await else {
            return;
        };
        self.read = revision;
        for (provider, source) in stored {
            if let CredentialSource::Profile(id) = source {
                let stats = usage.get(id).cloned().unwrap_or_default();
                cascade.observe(provider, source, stats);
            }
        }
    }

    /// Tells the cascade what came of a step, and keeps what that taught about the profile.
    async fn report(&mut self, cascade: &mut Cascade, attempt: &Attempt, outcome: Outcome) {
        let failure = match &outcome {
            Outcome::Success | Outcome::Refreshed | Outcome::CutOff(_) => None,
            // The provider's refusal, not a network hiccup of the renewal, is what counts.
            Outcome::RefreshFailed(failure) => {
                Some(self.refused.take().unwrap_or_else(|| failure.clone()))
            }
            Outcome::Failure { failure, .. } => Some(failure.clone()),
        };
        let learnt = !matches!(outcome, Outcome::Refreshed | Outcome::CutOff(_));
        let ended = self.shared.now();
        let begun = cascade.begun().unwrap_or(ended);
        cascade.report(outcome, ended);
        if cascade.is_renewing() {
            self.refused = failure;
        } else if learnt {
            let interval = Interval { begun, ended };
            self.learn(cascade, attempt, failure, interval).await;
        }
    }

    /// Keeps what an attempt taught about its profile, and tells the cascade what is known now.
    async fn learn(
        &mut self,
        cascade: &mut Cascade,
        attempt: &Attempt,
        failure: Option<ProviderFailure>,
        interval: Interval,
    ) {
        let CredentialSource::Profile(id) = &attempt.option.source else {
            return;
        };
        let provider = &attempt.model.provider;
        let lesson = Lesson {
            provider: provider.clone(),
            profile: id.clone(),
            model: attempt.model.model.clone(),
            failure,
            attempt: interval,
            policy: self.generation.snapshot.policy(provider),
        };
        match self.generation.memory.learn(lesson).await {
            Ok(stats) => cascade.observe(provider, &attempt.option.source, stats),
            Err(error) => {
                let warning = format!("what was learnt about `{id}` is not kept: {error}");
                self.tell(Event::Warning(warning)).await;
            }
        }
    }

    /// Hands over an event. Nobody waits for one any more once the stream is dropped, and then
    /// this run is dropped with it.
    async fn tell(&self, event: Event) {
        drop(self.events.send(event).await);
    }

    async fn tell_failure(&self, attempt: &Attempt, failure: &ProviderFailure, elapsed: Duration) {
        self.tell(Event::AttemptFailed {
            attempt: attempt.clone(),
            failure: failure.clone(),
            elapsed,
        })
        .await;
    }

    /// Tells what the trail holds besides the attempts, which are told as they happen.
    async fn tell_trail(&mut self, cascade: &Cascade) {
        let entries = &cascade.trail().entries;
        for entry in &entries[self.told..] {
            if matches!(
                entry.outcome,
                TrailOutcome::Skipped(_) | TrailOutcome::Refreshed
            ) {
                self.tell(Event::Noted(entry.clone())).await;
            }
        }
        self.told = entries.len();
    }

    /// Writes the audit log, and says so where that fails.
    async fn audit(&self) {
        if let Some(warning) = self.shared.plugins.write_audit(self.shared.now()) {
            self.tell(Event::Warning(warning)).await;
        }
    }
}
