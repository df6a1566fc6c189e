//! What holds of every run, whatever is configured and whatever fails.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use openclaw_core::auth_order::{CredentialSource, SourceOption};
use openclaw_core::cascade::{
    Attempt, Candidate, Cascade, Health, Options, Outcome, Reaction, Step, reaction,
};
use openclaw_core::cooldown::{ModelCooldown, UsageStats, usable};
use openclaw_core::credential::{Mode, ProfileId};
use openclaw_core::failure::{Failure, FailureKind};
use openclaw_core::model_ref::ModelRef;
use openclaw_core::time::Timestamp;
use proptest::prelude::*;

const START: Timestamp = Timestamp(1_000_000);

/// What comes of one step: a kind of failure or success, whether text was emitted, how long it
/// takes in seconds, and how long the server asks to wait.
type Event = (Option<FailureKind>, bool, u64, Option<u64>);

fn any_kind() -> impl Strategy<Value = FailureKind> {
    prop::sample::select(FailureKind::ALL.to_vec())
}

fn rotating_kind() -> impl Strategy<Value = FailureKind> {
    let rotates = |kind: &FailureKind| {
        !matches!(
            reaction(*kind),
            Reaction::Stop
                | Reaction::NextModel
                | Reaction::LargerModel
                | Reaction::RetryWithoutStates
        )
    };
    prop::sample::select(
        FailureKind::ALL
            .into_iter()
            .filter(rotates)
            .collect::<Vec<_>>(),
    )
}

fn any_event() -> impl Strategy<Value = Event> {
    let outcome = prop_oneof![1 => Just(None), 8 => any_kind().prop_map(Some)];
    (
        outcome,
        prop::bool::weighted(0.05),
        0_u64..40,
        prop::option::of(0_u64..20),
    )
}

fn rotating_event() -> impl Strategy<Value = Event> {
    (
        rotating_kind().prop_map(Some),
        Just(false),
        0_u64..40,
        prop::option::of(0_u64..20),
    )
}

fn any_candidate() -> impl Strategy<Value = Candidate> {
    let option = (0_u8..4, any::<bool>()).prop_map(|(name, refreshable)| SourceOption {
        refreshable,
        ..SourceOption::fixed(
            CredentialSource::Profile(ProfileId::new(name.to_string())),
            Some(Mode::Oauth),
        )
    });
    (
        0_u8..2,
        0_u8..3,
        prop::collection::vec(option, 0..4),
        prop::option::of(0_u64..4),
        any::<bool>(),
    )
        .prop_map(|(provider, model, sources, context, locked)| Candidate {
            model: ModelRef::new(&format!("p{provider}"), &format!("m{model}")),
            sources: distinct(sources, |option| option.source.clone()),
            skipped: Vec::new(),
            context,
            locked,
        })
}

fn any_chain() -> impl Strategy<Value = Vec<Candidate>> {
    prop::collection::vec(any_candidate(), 0..5)
        .prop_map(|chain| distinct(chain, |candidate| candidate.model.clone()))
}

/// Keeps the first of those with the same key, as selection and auth order do.
fn distinct<T, K: Ord>(items: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let mut seen = BTreeSet::new();
    items
        .into_iter()
        .filter(|item| seen.insert(key(item)))
        .collect()
}

/// Up to 30 seconds of rest for some credentials, as a whole or with one model.
fn any_health() -> impl Strategy<Value = Health> {
    let rest = ((0_u8..2, 0_u8..4), prop::option::of(0_u8..3), 0_u64..30);
    prop::collection::vec(rest, 0..8).prop_map(|rests| {
        let mut health = Health::new();
        for ((provider, name), model, seconds) in rests {
            let key = (
                ModelRef::new(&format!("p{provider}"), "m").provider,
                CredentialSource::Profile(ProfileId::new(name.to_string())),
            );
            let until = START.plus(Duration::from_secs(seconds));
            let stats: &mut UsageStats = health.entry(key).or_default();
            match model {
                None => stats.cooldown_until = Some(until),
                Some(model) => {
                    let reason = "rate_limit".to_owned();
                    let cooldown = ModelCooldown {
                        until,
                        since: None,
                        reason,
                        error_count: 1,
                    };
                    stats.models.insert(format!("m{model}"), cooldown);
                }
            }
        }
        health
    })
}

/// One finished run.
struct Run {
    cascade: Cascade,
    /// The pairs that were called, in order, whether after a renewal, and whether after a wait.
    calls: Vec<(ModelRef, CredentialSource, (bool, bool), bool)>,
    end: Timestamp,
    done: bool,
}

/// Runs a cascade and checks at every step what must hold at every step.
fn run(chain: &[Candidate], health: Health, events: &[Event]) -> Result<Run, TestCaseError> {
    let mut cascade = Cascade::new(chain.to_vec(), health, BTreeMap::new(), Options::default());
    let (mut now, mut calls, mut over) = (START, Vec::new(), false);
    let mut waited = BTreeSet::new();
    let pairs: usize = chain.iter().map(|candidate| candidate.sources.len()).sum();
    let mut events = events.iter().cycle();
    // A pair is tried, renewed, tried, waited for, tried, renewed and tried again at most.
    for _ in 0..=7 * pairs {
        let step = cascade.next(now);
        prop_assert_eq!(&cascade.next(now), &step, "asking twice changes nothing");
        let (attempt, renewal) = match step {
            Step::Attempt(attempt) => (attempt, false),
            Step::Refresh(attempt) => (attempt, true),
            Step::Wait { until, attempt, .. } => {
                let pair = (attempt.model, attempt.option.source);
                prop_assert!(waited.insert(pair), "a pair is waited for once");
                prop_assert!(now < until && now.until(until) <= Options::default().max_wait);
                now = until;
                continue;
            }
            Step::Done => {
                return Ok(Run {
                    cascade,
                    calls,
                    end: now,
                    done: true,
                });
            }
            Step::Failed(_) => {
                return Ok(Run {
                    cascade,
                    calls,
                    end: now,
                    done: false,
                });
            }
        };
        prop_assert!(!over, "nothing follows emitted text or the end");
        let Attempt {
            index,
            model,
            option,
            refreshed,
            without_states,
        } = attempt;
        let candidate = chain
            .get(index)
            .filter(|candidate| candidate.model == model);
        prop_assert!(candidate.is_some_and(|candidate| candidate.sources.contains(&option)));
        prop_assert!(!candidate.is_some_and(|own| own.locked && own.sources[0] != option));
        let (kind, emitted, seconds, wait) = *events.next().unwrap_or(&(None, false, 0, None));
        if !renewal {
            if let Some(stats) = cascade.health(&model.provider, &option.source) {
                prop_assert!(
                    usable(stats, Some(&model.model), now).is_ok(),
                    "a resting pair"
                );
            }
            let after_wait = waited.contains(&(model.clone(), option.source.clone()));
            calls.push((
                model,
                option.source,
                (refreshed, without_states),
                after_wait,
            ));
        }
        now = now.plus(Duration::from_secs(seconds));
        let failure = kind.map(|kind| Failure {
            retry_after: wait.map(Duration::from_secs),
            ..Failure::new(kind, "")
        });
        let outcome = match failure {
            Some(failure) if renewal => Outcome::RefreshFailed(failure),
            Some(failure) => Outcome::Failure { failure, emitted },
            None if renewal => Outcome::Refreshed,
            None => Outcome::Success,
        };
        over = !renewal && (kind.is_none() || emitted);
        cascade.report(outcome, now);
    }
    Err(TestCaseError::fail("the run does not end"))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1500) })]

    #[test]
    fn a_run_ends_and_tries_no_pair_twice_but_after_a_renewal_or_a_wait(
        chain in any_chain(),
        health in any_health(),
        events in prop::collection::vec(any_event(), 1..12),
    ) {
        let run = run(&chain, health, &events)?;
        let distinct: BTreeSet<_> = run.calls.iter().cloned().collect();
        prop_assert_eq!(distinct.len(), run.calls.len());
    }

    #[test]
    fn while_failures_rotate_no_usable_pair_is_left_out(
        chain in any_chain(),
        health in any_health(),
        events in prop::collection::vec(rotating_event(), 1..12),
    ) {
        let run = run(&chain, health, &events)?;
        prop_assert!(!run.done);
        for candidate in &chain {
            let choices = if candidate.locked { 1 } else { candidate.sources.len() };
            for option in candidate.sources.iter().take(choices) {
                let model = &candidate.model;
                let called = run.calls.iter().any(|(m, s, ..)| m == model && *s == option.source);
                let stats = run.cascade.health(&model.provider, &option.source);
                let usable_now = stats
                    .is_none_or(|stats| usable(stats, Some(&model.model), run.end).is_ok());
                prop_assert!(called || !usable_now, "{} {} was left out", model, option.source);
            }
        }
    }

    #[test]
    fn the_first_usable_pair_is_called_first(chain in any_chain(), health in any_health()) {
        let first = chain.iter().find_map(|candidate| {
            let choices = if candidate.locked { 1 } else { candidate.sources.len() };
            let usable_now = |option: &&SourceOption| {
                let key = (candidate.model.provider.clone(), option.source.clone());
                health
                    .get(&key)
                    .is_none_or(|stats| usable(stats, Some(&candidate.model.model), START).is_ok())
            };
            let found = candidate.sources.iter().take(choices).find(usable_now)?;
            Some((candidate.model.clone(), found.source.clone(), (false, false), false))
        });
        if let Some(first) = first {
            let run = run(&chain, health, &[(None, false, 1, None)])?;
            prop_assert!(run.done);
            prop_assert_eq!(run.calls, vec![first]);
        }
    }
}
