use std::collections::BTreeMap;
use std::time::Duration;

use openclaw_core::auth_order::{CredentialSource, Skip, SkippedProfile, SourceOption};
use openclaw_core::cascade::{
    Candidate, Cascade, Health, Options, Outcome, Step, TrailEntry, TrailOutcome,
};
use openclaw_core::cooldown::{ModelCooldown, UsageStats};
use openclaw_core::credential::{Mode, ProfileId, ProviderId};
use openclaw_core::failure::{Failure, FailureKind};
use openclaw_core::time::Timestamp;

const START: Timestamp = Timestamp(1_000_000);

/// Reads `provider/model[context]: credential credential*; …`; a star marks a renewable login.
fn candidates(text: &str) -> Vec<Candidate> {
    let one = |text: &str| {
        let (model, sources) = text.split_once(':').unwrap();
        let (model, context) = match model.trim().split_once('[') {
            Some((model, length)) => (model, length.trim_end_matches(']').parse().ok()),
            None => (model.trim(), None),
        };
        let option = |name: &str| {
            let source = CredentialSource::Profile(ProfileId::new(name.trim_end_matches('*')));
            let refreshable = name.ends_with('*');
            SourceOption {
                refreshable,
                ..SourceOption::fixed(source, Some(Mode::ApiKey))
            }
        };
        Candidate {
            model: model.parse().unwrap(),
            sources: sources.split_whitespace().map(option).collect(),
            skipped: Vec::new(),
            context,
            locked: false,
        }
    };
    text.split(';').map(one).collect()
}

/// Runs a cascade whose calls take a second each and whose outcomes are told in order: `ok`, a
/// failure kind, a kind with `!` when text had been emitted, with `~seconds` when the server asked
/// to wait, or with `#tokens` when it named a length, or `renewed` and `lost` for logins.
/// Returns the steps and the end.
fn run(mut cascade: Cascade, outcomes: &str) -> String {
    let mut outcomes = outcomes.split_whitespace();
    let mut now = START;
    let mut steps = Vec::new();
    for _ in 0..100 {
        let (label, attempt) = match cascade.next(now) {
            Step::Attempt(attempt) => ("", attempt),
            Step::Refresh(attempt) => ("renew ", attempt),
            Step::Wait { until, .. } => {
                steps.push(format!("wait {}", now.until(until).as_secs()));
                now = until;
                continue;
            }
            Step::Done => {
                steps.push("done".to_owned());
                return steps.join(" -> ");
            }
            Step::Failed(failed) => {
                steps.push(failed.to_string());
                return steps.join(" -> ");
            }
        };
        let CredentialSource::Profile(id) = &attempt.option.source else {
            unreachable!()
        };
        steps.push(format!("{label}{}@{id}", attempt.model.model));
        now = now.plus(Duration::from_secs(1));
        let outcome = match outcomes.next().expect("an outcome for every step") {
            "ok" => Outcome::Success,
            "renewed" => Outcome::Refreshed,
            "lost" => Outcome::RefreshFailed(Failure::new(FailureKind::Auth, "no")),
            word => {
                let (word, wait) = match word.split_once('~') {
                    Some((word, wait)) => (word, Some(Duration::from_secs(wait.parse().unwrap()))),
                    None => (word, None),
                };
                let (word, tokens) = word.split_once('#').unwrap_or((word, ""));
                let kind = FailureKind::from_name(word.trim_end_matches('!')).unwrap();
                let message = match tokens {
                    "" => String::new(),
                    tokens => format!("the context is {tokens} tokens"),
                };
                let failure = Failure {
                    retry_after: wait,
                    ..Failure::new(kind, message)
                };
                let emitted = word.ends_with('!');
                Outcome::Failure { failure, emitted }
            }
        };
        cascade.report(outcome, now);
    }
    panic!("the run does not end")
}

fn cascade(chain: &str, health: Health) -> Cascade {
    Cascade::new(
        candidates(chain),
        health,
        BTreeMap::new(),
        Options::default(),
    )
}

#[track_caller]
fn check(chain: &str, outcomes: &str, expected: &str) {
    assert_eq!(run(cascade(chain, Health::new()), outcomes), expected);
}

/// Makes a credential of provider `p` rest for some seconds, with one model or as a whole.
fn resting(id: &str, model: Option<&str>, seconds: u64) -> Health {
    let until = START.plus(Duration::from_secs(seconds));
    let mut stats = UsageStats::default();
    match model {
        None => stats.cooldown_until = Some(until),
        Some(model) => {
            let cooldown = ModelCooldown {
                until,
                since: None,
                reason: "rate_limit".to_owned(),
                error_count: 1,
            };
            stats.models.insert(model.to_owned(), cooldown);
        }
    }
    let source = CredentialSource::Profile(ProfileId::new(id));
    Health::from([((ProviderId::new("p"), source), stats)])
}

#[test]
fn a_rate_limited_profile_yields_to_the_next_before_any_fallback_model() {
    check(
        "p/opus: work backup; q/gpt: key",
        "rate_limit ok",
        "opus@work -> opus@backup -> done",
    );
}

#[test]
fn when_all_profiles_fail_the_next_model_is_tried() {
    check(
        "p/opus: work backup; q/gpt: key",
        "auth permission ok",
        "opus@work -> opus@backup -> gpt@key -> done",
    );
}

#[test]
fn when_everything_fails_the_headline_says_so() {
    check(
        "p/opus: work; q/gpt: key",
        "server network",
        "opus@work -> gpt@key -> All models failed",
    );
}

#[test]
fn the_only_failure_there_is_is_the_headline() {
    check("p/opus: work", "rate_limit", "opus@work -> rate limited");
    check("p/opus:", "", "No API key found for provider 'p'");
}

#[test]
fn a_model_without_credentials_is_passed_over() {
    check("p/opus:; q/gpt: key", "ok", "gpt@key -> done");
}

#[test]
fn a_busy_model_gets_a_second_chance_then_waits_for_the_end() {
    check(
        "p/opus: a b c; q/gpt: key",
        "overloaded overloaded ok",
        "opus@a -> opus@b -> gpt@key -> done",
    );
    check(
        "p/opus: a b c; q/gpt: key",
        "overloaded server auth ok",
        "opus@a -> opus@b -> gpt@key -> opus@c -> done",
    );
}

#[test]
fn an_unreachable_or_unknown_model_yields_at_once() {
    for kind in ["network", "model_not_found", "format", "other"] {
        check(
            "p/opus: a b; q/gpt: key",
            &format!("{kind} ok"),
            "opus@a -> gpt@key -> done",
        );
    }
}

#[test]
fn what_would_fail_everywhere_ends_the_run() {
    check(
        "p/opus: a b; q/gpt: key",
        "bad_request",
        "opus@a -> request refused",
    );
    check("p/opus: a b; q/gpt: key", "aborted", "opus@a -> cancelled");
    check(
        "p/opus: a; q/gpt: key",
        "rate_limit content_filter",
        "opus@a -> gpt@key -> refused by content policy",
    );
}

#[test]
fn nothing_follows_a_broken_stream() {
    check(
        "p/opus: a b; q/gpt: key",
        "rate_limit!",
        "opus@a -> rate limited",
    );
    check("p/opus: a*", "auth!", "opus@a -> unauthorized");
}

#[test]
fn input_that_is_too_long_goes_to_a_longer_model_only() {
    check(
        "p/a[100]: x y; p/b[50]: x; p/d[200]: x",
        "context_overflow ok",
        "a@x -> d@x -> done",
    );
    // Unknown is unknown: of the first model, and of the next.
    check(
        "p/a: x; p/b[50]: x",
        "context_overflow ok",
        "a@x -> b@x -> done",
    );
    check(
        "p/a[100]: x; p/b: x",
        "context_overflow ok",
        "a@x -> b@x -> done",
    );
    // What the server says beats what the catalog says.
    check(
        "p/a[200000]: x; p/b[9000]: x",
        "context_overflow#8192 ok",
        "a@x -> b@x -> done",
    );
    check(
        "p/a: x; p/b[8192]: x; p/c[8193]: x",
        "context_overflow#8192 ok",
        "a@x -> c@x -> done",
    );
    check(
        "p/a[100]: x; p/b[100]: x",
        "context_overflow",
        "a@x -> input too long",
    );
}

#[test]
fn a_refused_login_is_renewed_once() {
    check(
        "p/opus: a* b",
        "auth renewed ok",
        "opus@a -> renew opus@a -> opus@a -> done",
    );
    check(
        "p/opus: a* b",
        "auth renewed auth ok",
        "opus@a -> renew opus@a -> opus@a -> opus@b -> done",
    );
    check(
        "p/opus: a* b",
        "auth lost ok",
        "opus@a -> renew opus@a -> opus@b -> done",
    );
}

#[test]
fn a_credential_that_is_out_of_credit_is_not_used_for_the_next_model() {
    check(
        "p/opus: a; p/sonnet: a b",
        "billing ok",
        "opus@a -> sonnet@b -> done",
    );
    check(
        "p/opus: a; p/sonnet: a b",
        "rate_limit ok",
        "opus@a -> sonnet@a -> done",
    );
}

#[test]
fn a_resting_profile_is_passed_over() {
    let chain = "p/opus: a b";
    assert_eq!(
        run(cascade(chain, resting("a", None, 60)), "ok"),
        "opus@b -> done"
    );
    assert_eq!(
        run(cascade(chain, resting("a", Some("opus"), 60)), "ok"),
        "opus@b -> done"
    );
    assert_eq!(
        run(cascade(chain, resting("a", Some("other"), 60)), "ok"),
        "opus@a -> done"
    );
}

#[test]
fn a_short_rest_is_waited_for_and_a_long_one_is_not() {
    let chain = "p/opus: a";
    assert_eq!(
        run(cascade(chain, resting("a", None, 7)), "ok"),
        "wait 7 -> opus@a -> done"
    );
    let expected = "p/opus cannot be used now: in cooldown: rate limited";
    assert_eq!(run(cascade(chain, resting("a", None, 11)), ""), expected);
}

#[test]
fn a_short_wait_that_the_server_states_is_waited_for_once() {
    check(
        "p/opus: a",
        "rate_limit~4 ok",
        "opus@a -> wait 4 -> opus@a -> done",
    );
    check(
        "p/opus: a",
        "rate_limit~4 rate_limit~4",
        "opus@a -> wait 4 -> opus@a -> rate limited",
    );
    check(
        "p/opus: a",
        "overloaded~1 ok",
        "opus@a -> wait 1 -> opus@a -> done",
    );
    check("p/opus: a", "rate_limit~11", "opus@a -> rate limited");
    check("p/opus: a", "rate_limit", "opus@a -> rate limited");
    check(
        "p/opus: a b; q/gpt: key",
        "rate_limit~9 rate_limit~5 rate_limit~60 ok",
        "opus@a -> opus@b -> gpt@key -> wait 4 -> opus@b -> done",
    );
}

#[test]
fn waiting_comes_after_every_other_model() {
    let chain = "p/opus: a; q/gpt: key";
    assert_eq!(
        run(cascade(chain, resting("a", None, 7)), "auth ok"),
        "gpt@key -> wait 6 -> opus@a -> done"
    );
}

#[test]
fn a_chosen_profile_is_not_rotated() {
    let mut chain = candidates("p/opus: a b; q/gpt: key");
    chain[0].locked = true;
    let cascade = Cascade::new(chain, Health::new(), BTreeMap::new(), Options::default());
    assert_eq!(run(cascade, "rate_limit ok"), "opus@a -> gpt@key -> done");
}

#[test]
fn the_trail_tells_everything_in_order() {
    let mut chain = candidates("p/opus: a b; q/gpt:; q/last: key");
    let reason = Skip::NotInOrder;
    chain[0].skipped.push(SkippedProfile {
        id: ProfileId::new("c"),
        reason,
    });
    let health = resting("a", None, 60);
    let mut cascade = Cascade::new(chain, health, BTreeMap::new(), Options::default());
    let failure = Failure::new(FailureKind::Auth, "");
    for outcome in [
        Outcome::Failure {
            failure,
            emitted: false,
        },
        Outcome::Success,
    ] {
        assert!(matches!(cascade.next(START), Step::Attempt(_)));
        cascade.report(outcome, START);
    }
    assert_eq!(cascade.next(START), Step::Done);
    let line = |entry: &TrailEntry| {
        let source = entry
            .source
            .as_ref()
            .map_or_else(|| "-".to_owned(), ToString::to_string);
        let outcome = match &entry.outcome {
            TrailOutcome::Succeeded { .. } => "ok".to_owned(),
            TrailOutcome::Attempted { failure, .. } => failure.to_string(),
            TrailOutcome::Skipped(reason) => format!("skipped: {reason}"),
            other => format!("{other:?}"),
        };
        format!("{} {source} {outcome}", entry.model)
    };
    let lines: Vec<String> = cascade.trail().entries.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "p/opus profile:c skipped: not in the auth order",
            "p/opus profile:a skipped: in cooldown: rate limited",
            "p/opus profile:b unauthorized",
            "q/gpt - skipped: no credential",
            "q/last profile:key ok",
        ]
    );
    assert!(
        cascade
            .health(
                &ProviderId::new("q"),
                &CredentialSource::Profile(ProfileId::new("key"))
            )
            .unwrap()
            .last_used
            .is_some()
    );
}
