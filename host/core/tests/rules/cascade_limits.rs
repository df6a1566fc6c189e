//! How long a run and its attempts may take.

use std::collections::BTreeMap;
use std::time::Duration;

use openclaw_core::auth_order::{CredentialSource, SourceOption};
use openclaw_core::cascade::{
    Candidate, Cascade, Failed, Health, Limits, Options, Outcome, RUN_TIMEOUT, Step, TrailOutcome,
};
use openclaw_core::cooldown::{ModelCooldown, UsageStats};
use openclaw_core::credential::{Mode, ProfileId, ProviderId};
use openclaw_core::failure::{Failure, FailureKind};
use openclaw_core::time::Timestamp;

const START: Timestamp = Timestamp(1_000_000);

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn source(name: &str) -> CredentialSource {
    CredentialSource::Profile(ProfileId::new(name))
}

/// Two models of provider `p`, the first with the renewable logins `work` and `backup`.
fn cascade(run: Option<u64>, attempt: Option<u64>, health: Health) -> Cascade {
    let candidate = |model: &str, names: &[&str]| Candidate {
        model: model.parse().unwrap(),
        sources: names
            .iter()
            .map(|name| SourceOption {
                refreshable: true,
                ..SourceOption::fixed(source(name), Some(Mode::Oauth))
            })
            .collect(),
        skipped: Vec::new(),
        context: None,
        locked: false,
    };
    let limits = Limits {
        run: run.map(seconds),
        attempt: attempt.map(seconds),
    };
    Cascade::new(
        vec![
            candidate("p/opus", &["work", "backup"]),
            candidate("p/haiku", &["work"]),
        ],
        health,
        BTreeMap::new(),
        Options {
            limits,
            ..Options::default()
        },
    )
}

#[track_caller]
fn attempt(cascade: &mut Cascade) -> String {
    match cascade.next(START) {
        Step::Attempt(attempt) => format!("{}@{}", attempt.model.model, attempt.option.source),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn failed(cascade: &mut Cascade) -> Failed {
    match cascade.next(START) {
        Step::Failed(failed) => failed,
        other => panic!("{other:?}"),
    }
}

/// Ends the attempt under way by its allowance.
fn overrun(cascade: &mut Cascade, emitted: bool) {
    let allowance = cascade.allowance().expect("there is a bound");
    cascade.report(allowance.outcome(emitted), START);
}

fn stats(cascade: &Cascade, name: &str) -> Option<UsageStats> {
    cascade
        .health(&ProviderId::new("p"), &source(name))
        .cloned()
}

#[test]
fn an_attempt_may_take_its_own_bound_or_what_is_left_of_the_run() {
    let time = |run, attempt, spent| {
        let mut cascade = cascade(run, attempt, Health::new());
        cascade.spend(seconds(spent));
        let allowance = cascade.allowance()?;
        Some((allowance.time.as_secs(), allowance.failure.code.unwrap()))
    };
    let run = |left| Some((left, "run_timeout".to_owned()));
    let one = |bound| Some((bound, "attempt_timeout".to_owned()));
    assert_eq!(time(None, None, 1_000), None);
    assert_eq!(time(None, Some(5), 1_000), one(5));
    assert_eq!(time(Some(60), None, 50), run(10));
    assert_eq!(time(Some(60), Some(5), 50), one(5));
    assert_eq!(time(Some(60), Some(20), 50), run(10));
    assert_eq!(time(Some(60), Some(10), 50), run(10), "both at once");
    assert_eq!(time(Some(60), Some(5), 70), run(0));
}

#[test]
fn an_attempt_that_takes_too_long_counts_as_any_that_timed_out() {
    let mut cascade = cascade(None, Some(5), Health::new());
    assert_eq!(attempt(&mut cascade), "opus@profile:work");
    overrun(&mut cascade, false);
    assert_eq!(attempt(&mut cascade), "opus@profile:backup");
    overrun(&mut cascade, false);
    assert_eq!(attempt(&mut cascade), "haiku@profile:work");
    cascade.report(Outcome::Success, START);
    assert_eq!(cascade.next(START), Step::Done);
    let kinds: Vec<_> = cascade
        .trail()
        .failures()
        .map(|failure| failure.to_string())
        .collect();
    assert_eq!(
        kinds,
        ["timed out: no whole answer within 5 s, the attempt's limit"; 2]
    );
    let rests = stats(&cascade, "backup").unwrap();
    assert_eq!(rests.models["opus"].reason, "timeout");
}

#[test]
fn an_attempt_that_takes_too_long_after_its_first_words_is_the_last() {
    let mut cascade = cascade(None, Some(5), Health::new());
    attempt(&mut cascade);
    overrun(&mut cascade, true);
    let failed = failed(&mut cascade);
    assert_eq!(
        failed.stopped.unwrap().code.as_deref(),
        Some("attempt_timeout")
    );
}

#[test]
fn the_end_of_the_runs_time_ends_the_run_and_blames_nobody() {
    for emitted in [false, true] {
        let mut cascade = cascade(Some(90), None, Health::new());
        attempt(&mut cascade);
        cascade.report(
            Outcome::Failure {
                failure: Failure::new(FailureKind::RateLimit, "later"),
                emitted: false,
            },
            START,
        );
        assert_eq!(attempt(&mut cascade), "opus@profile:backup");
        overrun(&mut cascade, emitted);
        let failed = failed(&mut cascade);
        assert_eq!(
            failed.to_string(),
            "timed out: no whole answer within 90 s, the run's limit"
        );
        assert_eq!(failed.stopped.unwrap().code.as_deref(), Some(RUN_TIMEOUT));
        assert_eq!(
            failed.trail.failures().count(),
            2,
            "the trail so far is kept"
        );
        assert!(stats(&cascade, "work").is_some(), "it was limited");
        assert_eq!(stats(&cascade, "backup"), None);
    }
}

#[test]
fn nothing_begins_once_the_runs_time_is_over() {
    let mut cascade = cascade(Some(60), None, Health::new());
    attempt(&mut cascade);
    cascade.report(
        Outcome::Failure {
            failure: Failure::new(FailureKind::RateLimit, "later"),
            emitted: false,
        },
        START,
    );
    cascade.spend(seconds(61));
    assert_eq!(
        failed(&mut cascade).to_string(),
        "timed out: no whole answer within 1 min, the run's limit"
    );
}

#[test]
fn a_login_is_not_renewed_once_the_runs_time_is_over_and_is_not_blamed() {
    let mut cascade = cascade(Some(60), None, Health::new());
    attempt(&mut cascade);
    let refused = Failure::new(FailureKind::Auth, "expired");
    cascade.report(
        Outcome::Failure {
            failure: refused.clone(),
            emitted: false,
        },
        START,
    );
    assert!(cascade.is_renewing());
    cascade.spend(seconds(60));
    let failed = failed(&mut cascade);
    assert_eq!(failed.stopped.unwrap().code.as_deref(), Some(RUN_TIMEOUT));
    assert!(
        matches!(&failed.trail.entries[..], [entry] if matches!(&entry.outcome, TrailOutcome::Attempted { failure, .. } if *failure == refused))
    );
    assert_eq!(stats(&cascade, "work"), None);
}

#[test]
fn an_answer_that_came_in_time_stands() {
    let mut cascade = cascade(Some(60), Some(60), Health::new());
    attempt(&mut cascade);
    cascade.report(Outcome::Success, START);
    cascade.spend(seconds(61));
    assert_eq!(cascade.next(START), Step::Done);
}

#[test]
fn it_waits_for_no_cooldown_that_outlasts_the_run() {
    let rest = |name: &str, length: u64| {
        let cooldown = ModelCooldown {
            until: START.plus(seconds(length)),
            since: None,
            reason: "rate_limit".to_owned(),
            error_count: 1,
        };
        let models = ["opus", "haiku"].map(|model| (model.to_owned(), cooldown.clone()));
        let stats = UsageStats {
            models: models.into_iter().collect(),
            ..UsageStats::default()
        };
        ((ProviderId::new("p"), source(name)), stats)
    };
    let health = Health::from([rest("work", 7), rest("backup", 9)]);
    let waits = |run, spent| {
        let mut cascade = cascade(run, None, health.clone());
        cascade.spend(seconds(spent));
        matches!(cascade.next(START), Step::Wait { .. })
    };
    assert!(waits(None, 0));
    assert!(waits(Some(20), 13));
    assert!(!waits(Some(20), 14));
    assert!(!waits(Some(5), 0));
}
