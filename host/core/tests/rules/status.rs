use std::time::Duration;

use openclaw_core::cooldown::UsageStats;
use openclaw_core::credential::{Credential, Profile, ProfileId, ProviderId};
use openclaw_core::secret::Secret;
use openclaw_core::secret_ref::{Named, SecretRef};
use openclaw_core::status::{
    EXPIRY_WARNING, Health, expiry_phrase, profile_health, provider_health, relative,
};
use openclaw_core::time::Timestamp;

const DAY: u64 = 24 * 3_600_000;
const NOW: Timestamp = Timestamp(1000 * DAY);

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

fn in_days(days: u64) -> Option<Timestamp> {
    Some(Timestamp(NOW.0 - 10 * DAY + days * DAY))
}

/// Compares `health status`; times are days, 10 being now.
#[track_caller]
fn check(credential: Credential, usage: Option<&UsageStats>, expected: &str) {
    let profile = Profile {
        id: ProfileId::new("p:a"),
        provider: ProviderId::new("p"),
        credential,
        reference: None,
        lost: None,
        email: None,
        account: None,
        odd_expiry: false,
    };
    let found = profile_health(&profile, usage, false, NOW, EXPIRY_WARNING);
    assert_eq!(
        format!("{} {}", found.health.name(), found.status.name()),
        expected
    );
}

fn token(expires: Option<Timestamp>) -> Credential {
    Credential::Token {
        token: secret("t"),
        expires,
    }
}

#[test]
fn tokens_go_by_their_expiry() {
    check(token(None), None, "static active");
    check(token(in_days(18)), None, "ok active");
    check(token(in_days(17)), None, "expiring expiring");
    check(token(in_days(10)), None, "expired expired");
}

#[test]
fn logins_that_can_be_renewed_are_fine() {
    let login = |access, refresh, expires| Credential::Oauth {
        access: secret(access),
        refresh: secret(refresh),
        expires,
    };
    check(login("a", "r", in_days(1)), None, "ok active");
    check(login("a", "", in_days(1)), None, "expired expired");
    check(login("a", "", None), None, "missing disabled");
    check(login("", "", in_days(30)), None, "missing disabled");
}

#[test]
fn keys_are_static_and_may_be_disabled() {
    let key = |text| Credential::ApiKey { key: secret(text) };
    let broke = UsageStats {
        disabled_until: in_days(11),
        ..UsageStats::default()
    };
    let resting = UsageStats {
        cooldown_until: in_days(11),
        ..UsageStats::default()
    };
    check(key("k"), None, "static active");
    check(key(""), None, "missing disabled");
    check(key("k"), Some(&broke), "static disabled");
    check(key("k"), Some(&resting), "static cooldown");
}

#[test]
fn a_provider_is_as_well_as_its_worst_expirable_profile() {
    use Health::{Expired, Expiring, Missing, Ok, Static};
    assert_eq!(provider_health([]), Missing);
    assert_eq!(provider_health([Static, Static]), Static);
    assert_eq!(provider_health([Static, Ok]), Ok);
    assert_eq!(provider_health([Ok, Expiring]), Expiring);
    assert_eq!(provider_health([Ok, Missing]), Expired);
    assert_eq!(provider_health([Expiring, Expired]), Expired);
}

#[test]
fn a_check_fails_for_the_worst_it_finds() {
    use Health::{Expired, Expiring, Missing, Ok, Static};
    let code = |profiles: &[Health], missing: &[ProviderId]| {
        openclaw_core::status::check(profiles.iter().copied(), missing).exit_code()
    };
    assert_eq!(code(&[], &[]), 0);
    assert_eq!(code(&[Static, Ok], &[]), 0);
    assert_eq!(code(&[Ok, Expiring], &[]), 2);
    assert_eq!(code(&[Expiring, Expired], &[]), 1);
    assert_eq!(code(&[Missing], &[]), 1);
    assert_eq!(code(&[Static], &[ProviderId::new("google")]), 1);
}

#[test]
fn times_are_told_in_one_unit() {
    let after = |seconds: u64| relative(NOW, NOW.plus(Duration::from_secs(seconds)));
    assert_eq!(after(41), "in 41 s");
    assert_eq!(after(59 * 60 + 50), "in 1 h");
    assert_eq!(after(90 * 60), "in 2 h");
    assert_eq!(after(47 * 3600), "in 47 h");
    assert_eq!(after(12 * 86_400 - 1), "in 12 d");
    assert_eq!(
        expiry_phrase(NOW, Timestamp(NOW.0 - 3 * DAY)),
        "expired 3 d ago"
    );
    assert_eq!(
        expiry_phrase(NOW, Timestamp(NOW.0 + 5 * 60_000)),
        "expires in 5 min"
    );
    assert_eq!(
        relative(Timestamp(0), Timestamp(u64::MAX))
            .split(' ')
            .count(),
        3
    );
}

#[test]
fn configured_models_are_marked_with_what_speaks_against_them() {
    use openclaw_core::catalog::Model;
    use openclaw_core::model_ref::ModelRef;
    use openclaw_core::status::{Facts, Mark, marks};

    let model = |status: &str, retires: Option<&str>| Model {
        id: "m".to_owned(),
        name: "M".to_owned(),
        context: None,
        max_output: None,
        price: Default::default(),
        price_tiers: Vec::new(),
        reasoning: None,
        tools: None,
        input: Vec::new(),
        output: Vec::new(),
        released: None,
        retires: retires.map(str::to_owned),
        status: status.to_owned(),
        parameters_b: None,
        open_weights: None,
        sources: Vec::new(),
    };
    let near = ModelRef::new("p", "n");
    let check = |facts: Facts<'_>, expected: &[&str], fatal: bool| {
        let found = marks(&facts, "2026-01-15", || Some(near.clone()));
        assert_eq!(found.iter().map(Mark::name).collect::<Vec<_>>(), expected);
        assert_eq!(found.iter().any(Mark::is_fatal), fatal);
    };
    let fine = model("active", Some("2027-01-01"));
    let known = Facts {
        allowed: true,
        served: true,
        known: Some(&fine),
        complete: true,
    };
    let unknown = Facts {
        known: None,
        ..known
    };
    check(known, &[], false);
    let old = model("deprecated", Some("2026-01-16"));
    let gone = model("deprecated", Some("2026-01-15"));
    check(
        Facts {
            known: Some(&old),
            ..known
        },
        &["deprecated"],
        false,
    );
    check(
        Facts {
            known: Some(&gone),
            allowed: false,
            ..known
        },
        &["retired", "not_allowed"],
        true,
    );
    check(unknown, &["missing"], false);
    // Only a local server itself knows what it has.
    check(
        Facts {
            complete: false,
            ..unknown
        },
        &[],
        false,
    );
    check(
        Facts {
            served: false,
            complete: false,
            ..unknown
        },
        &["no_provider"],
        true,
    );
}

#[test]
fn a_key_that_is_kept_elsewhere_is_there_until_it_is_known_to_be_lost() {
    let mut profile = Profile {
        id: ProfileId::new("p:a"),
        provider: ProviderId::new("p"),
        credential: Credential::ApiKey { key: secret("") },
        reference: Some(SecretRef::Env(Named {
            provider: None,
            id: "KEY".to_owned(),
        })),
        lost: None,
        email: None,
        account: None,
        odd_expiry: false,
    };
    let health = |profile: &Profile| {
        let found = profile_health(profile, None, false, NOW, EXPIRY_WARNING);
        found.health.name()
    };
    assert_eq!(health(&profile), "static");
    profile.lost = Some("it is not set".to_owned());
    assert_eq!(health(&profile), "missing");
    profile.lost = None;
    profile.reference = None;
    assert_eq!(health(&profile), "missing");
}
