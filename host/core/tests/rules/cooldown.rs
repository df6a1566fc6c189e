use std::time::Duration;

use openclaw_core::cooldown::{
    CooldownSettings, Interval, Penalty, Policy, UsageStats, active, after_failure, after_success,
    clear, clear_model, penalty, usable,
};
use openclaw_core::credential::ProviderId;
use openclaw_core::failure::{Failure, FailureKind};
use openclaw_core::time::Timestamp;

const HOUR: u64 = 3_600_000;
const START: Timestamp = Timestamp(100 * HOUR);

fn at(seconds: u64) -> Timestamp {
    START.plus(Duration::from_secs(seconds))
}

fn fail(stats: &UsageStats, kind: FailureKind, seconds: u64) -> UsageStats {
    after_failure(
        stats,
        "m",
        &Failure::new(kind, ""),
        during(seconds, seconds),
        &Policy::default(),
    )
}

/// Compares how long, in seconds, the credential is in cooldown for model `m`, for others, and as a whole.
#[track_caller]
fn check(stats: &UsageStats, seconds: u64, expected: [u64; 3]) {
    let rest = |model| {
        usable(stats, model, at(seconds))
            .map_or_else(|cooling| at(seconds).until(cooling.until).as_secs(), |()| 0)
    };
    assert_eq!([rest(Some("m")), rest(Some("other")), rest(None)], expected);
}

#[test]
fn limits_of_a_model_leave_the_others_usable() {
    use FailureKind as Kind;
    for kind in [
        Kind::RateLimit,
        Kind::Overloaded,
        Kind::Timeout,
        Kind::Server,
        Kind::Permission,
    ] {
        let stats = fail(&UsageStats::default(), kind, 0);
        check(&stats, 0, [30, 0, 0]);
        assert_eq!(stats.cooldown_until, None);
    }
}

#[test]
fn a_refused_credential_rests_as_a_whole() {
    check(
        &fail(&UsageStats::default(), FailureKind::Auth, 0),
        0,
        [30, 30, 30],
    );
    let hours = 5 * 3600;
    check(
        &fail(&UsageStats::default(), FailureKind::Billing, 0),
        0,
        [hours, hours, hours],
    );
}

#[test]
fn causes_outside_the_credential_leave_no_trace() {
    use FailureKind as Kind;
    for kind in [
        Kind::Network,
        Kind::ContextOverflow,
        Kind::BadRequest,
        Kind::Aborted,
    ] {
        assert_eq!(fail(&UsageStats::default(), kind, 0), UsageStats::default());
    }
}

#[test]
fn steps_grow_with_failures_that_follow_each_other() {
    for kind in [FailureKind::RateLimit, FailureKind::Auth] {
        let (mut stats, mut now) = (UsageStats::default(), 0);
        for expected in [30, 60, 300, 300] {
            stats = fail(&stats, kind, now);
            assert_eq!(left(&stats, now), expected);
            now += expected + 1;
        }
        assert_eq!(left(&fail(&stats, kind, now + 300), now + 300), 30);
    }
}

/// Returns how long the soonest cooldown lasts, in seconds.
fn left(stats: &UsageStats, seconds: u64) -> u64 {
    let until = active(stats, at(seconds))
        .first()
        .map(|cooling| cooling.until);
    until.map_or(0, |until| at(seconds).until(until).as_secs())
}

fn failed(kind: FailureKind, wait: Option<u64>) -> Failure {
    Failure {
        retry_after: wait.map(Duration::from_secs),
        ..Failure::new(kind, "")
    }
}

fn during(begun: u64, ended: u64) -> Interval {
    Interval {
        begun: at(begun),
        ended: at(ended),
    }
}

/// Two hundred requests that were sent before the first answer came.
#[test]
fn a_burst_is_one_failure() {
    use FailureKind as Kind;
    for (kind, wait, expected) in [
        (Kind::RateLimit, None, 30),
        (Kind::Auth, None, 30),
        (Kind::Billing, None, 5 * 3600),
        (Kind::RateLimit, Some(60), 60),
        (Kind::Overloaded, Some(2), 2),
    ] {
        let mut stats = UsageStats::default();
        for ended in 10..12 {
            for begun in 0..10 {
                let failure = failed(kind, wait);
                let policy = Policy::default();
                stats = after_failure(&stats, "m", &failure, during(begun, ended), &policy);
            }
        }
        // The stated wait counts from the last reply that stated it.
        let end = if wait.is_some() { 11 } else { 10 } + expected;
        assert_eq!(left(&stats, 11), end - 11, "{kind}");
        assert_eq!(stats.failure_counts[kind.name()], 1, "{kind}");
    }
}

#[test]
fn the_longest_wait_of_a_burst_counts() {
    let mut stats = UsageStats::default();
    for wait in [Some(5), Some(90), None, Some(7)] {
        let failure = failed(FailureKind::RateLimit, wait);
        stats = after_failure(&stats, "m", &failure, during(0, 1), &Policy::default());
    }
    assert_eq!(left(&stats, 1), 90);
}

#[test]
fn a_failure_under_way_when_a_cooldown_began_that_is_over_counts_for_the_same() {
    let stats = fail(&UsageStats::default(), FailureKind::RateLimit, 10);
    let failure = failed(FailureKind::RateLimit, None);
    let stats = after_failure(&stats, "m", &failure, during(5, 60), &Policy::default());
    assert_eq!((left(&stats, 60), stats.models["m"].error_count), (30, 1));
}

#[test]
fn an_old_success_ends_no_newer_cooldown() {
    use FailureKind as Kind;
    for kind in [Kind::RateLimit, Kind::Auth, Kind::Billing] {
        let stats = fail(&UsageStats::default(), kind, 10);
        let old = after_success(&stats, "m", during(9, 20));
        assert_eq!(active(&old, at(20)), active(&stats, at(20)), "{kind}");
        assert_eq!(old.last_used, Some(at(20)));
        let new = after_success(&stats, "m", during(11, 20));
        assert_eq!(active(&new, at(20)), [], "{kind}");
    }
    // One that the existing product wrote, which says only when it last failed.
    let written = UsageStats {
        cooldown_until: Some(at(60)),
        error_count: 1,
        last_failure_at: Some(at(10)),
        ..UsageStats::default()
    };
    check(&after_success(&written, "m", during(9, 20)), 20, [40; 3]);
    check(&after_success(&written, "m", during(11, 20)), 20, [0; 3]);
}

#[test]
fn billing_doubles_up_to_a_day() {
    let mut stats = UsageStats::default();
    let mut now = 0;
    for hours in [5, 10, 20, 24] {
        stats = fail(&stats, FailureKind::Billing, now);
        check(&stats, now, [hours * 3600; 3]);
        now += hours * 3600;
    }
}

#[test]
fn failures_outside_the_window_do_not_add_up() {
    let stats = fail(&UsageStats::default(), FailureKind::Billing, 0);
    let later = 25 * 3600;
    check(
        &fail(&stats, FailureKind::Billing, later),
        later,
        [5 * 3600; 3],
    );
}

#[test]
fn what_the_server_asks_is_the_wait() {
    let after = |kind, seconds| {
        let failure = failed(kind, Some(seconds));
        let (stats, now) = (UsageStats::default(), during(0, 0));
        after_failure(&stats, "m", &failure, now, &Policy::default())
    };
    check(&after(FailureKind::RateLimit, 5), 0, [5, 0, 0]);
    check(&after(FailureKind::RateLimit, 0), 0, [1, 0, 0]);
    check(&after(FailureKind::Auth, 4), 0, [4, 4, 4]);
    check(&after(FailureKind::RateLimit, 90), 0, [90, 0, 0]);
    check(&after(FailureKind::Billing, 90), 0, [90, 90, 90]);
}

#[test]
fn what_the_existing_product_wrote_is_honoured() {
    let whole = UsageStats {
        cooldown_until: Some(at(60)),
        ..UsageStats::default()
    };
    check(&whole, 0, [60, 60, 60]);
    check(&whole, 60, [0, 0, 0]);
    let one = UsageStats {
        cooldown_model: Some("p/m".to_owned()),
        ..whole
    };
    check(&one, 0, [60, 0, 0]);
}

#[test]
fn success_ends_the_cooldown_of_the_profile_and_the_model_only() {
    let stats = fail(&UsageStats::default(), FailureKind::Auth, 0);
    let stats = fail(&stats, FailureKind::RateLimit, 0);
    let good = after_success(&stats, "other", during(1, 1));
    check(&good, 1, [29, 0, 0]);
    assert_eq!((good.last_used, good.error_count), (Some(at(1)), 0));
    check(&after_success(&stats, "m", during(1, 1)), 1, [0, 0, 0]);
}

#[test]
fn clearing_keeps_only_the_history() {
    let stats = UsageStats {
        last_used: Some(at(0)),
        ..fail(&UsageStats::default(), FailureKind::Billing, 0)
    };
    let expected = UsageStats {
        last_used: Some(at(0)),
        last_failure_at: Some(at(0)),
        ..UsageStats::default()
    };
    assert_eq!(clear(&stats), expected);
}

#[test]
fn clearing_a_model_leaves_the_others_and_the_profile_resting() {
    let stats = fail(&UsageStats::default(), FailureKind::Auth, 0);
    let stats = fail(&stats, FailureKind::RateLimit, 0);
    check(&clear_model(&stats, "other"), 0, [30, 30, 30]);
    let cleared = clear_model(&stats, "p/m");
    assert!(cleared.models.is_empty());
    assert_eq!(cleared.cooldown_until, stats.cooldown_until);
    let old = UsageStats {
        cooldown_until: Some(at(60)),
        cooldown_model: Some("p/m".to_owned()),
        ..UsageStats::default()
    };
    assert_eq!(clear_model(&old, "m"), UsageStats::default());
    assert_eq!(clear_model(&old, "other"), old);
}

#[test]
fn the_config_sets_the_hours() {
    let settings = CooldownSettings {
        billing_backoff_hours: Some(2.0),
        billing_backoff_hours_by_provider: vec![("Z.AI".to_owned(), 0.5)],
        billing_max_hours: Some(3.0),
        failure_window_hours: Some(f64::NAN),
    };
    let policy = |provider| {
        Policy::for_provider(
            &settings,
            &ProviderId::new(provider),
            provider == "openrouter",
        )
    };
    assert_eq!(policy("openai").billing_backoff, Duration::from_secs(7200));
    assert_eq!(policy("zai").billing_backoff, Duration::from_secs(1800));
    assert_eq!(policy("openai").billing_max, Duration::from_secs(3 * 3600));
    assert_eq!(
        policy("openai").failure_window,
        Policy::default().failure_window
    );
    let failure = Failure::new(FailureKind::Billing, "");
    let reseller = after_failure(
        &UsageStats::default(),
        "m",
        &failure,
        during(0, 0),
        &policy("openrouter"),
    );
    check(&reseller, 0, [7200, 0, 0]);
}

#[test]
fn a_server_cannot_ask_for_more_than_its_failure_is_worth() {
    let hours = |hours: u64| Duration::from_secs(hours * 3600);
    let policy = Policy::default();
    for (kind, asked, given) in [
        (FailureKind::RateLimit, hours(8 * 24), hours(8 * 24)),
        (FailureKind::RateLimit, hours(1_000 * 24), hours(31 * 24)),
        (FailureKind::Overloaded, hours(8 * 24), hours(24)),
        (FailureKind::Overloaded, hours(2), hours(2)),
        (FailureKind::Server, hours(8 * 24), hours(24)),
        (FailureKind::Auth, hours(8 * 24), hours(24)),
        (FailureKind::Billing, hours(8 * 24), policy.billing_max),
        (FailureKind::Billing, hours(1), hours(1)),
    ] {
        let failure = Failure {
            retry_after: Some(asked),
            ..Failure::new(kind, "later")
        };
        let now = Timestamp(1_000_000_000_000);
        let attempt = Interval {
            begun: now,
            ended: now,
        };
        let after = after_failure(&UsageStats::default(), "m", &failure, attempt, &policy);
        let until = usable(&after, Some("m"), now).map_err(|cooling| cooling.until);
        let expected = if penalty(kind) == Penalty::None {
            Ok(())
        } else {
            Err(now.plus(given))
        };
        assert_eq!(until, expected, "{kind:?} {asked:?}");
    }
}

#[test]
fn a_credential_that_could_not_be_had_begins_no_cooldown() {
    assert_eq!(penalty(FailureKind::CredentialUnavailable), Penalty::None);
}
