use std::collections::BTreeMap;

use openclaw_core::auth_order::{AuthInputs, DeclaredProfile, EnvironmentKey};
use openclaw_core::catalog::{Model, Price};
use openclaw_core::cooldown::UsageStats;
use openclaw_core::credential::{Credential, Mode, Profile, ProfileId, ProviderId};
use openclaw_core::model_ref::ModelRef;
use openclaw_core::probe::{model, targets};
use openclaw_core::secret::Secret;
use openclaw_core::time::Timestamp;

const DAY: u64 = 24 * 3_600_000;
const NOW: Timestamp = Timestamp(1000 * DAY);
const BEFORE: Timestamp = Timestamp(997 * DAY);
const LATER: Timestamp = Timestamp(1012 * DAY);

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

fn key(text: &str) -> Credential {
    Credential::ApiKey { key: secret(text) }
}

fn token(expires: Timestamp) -> Credential {
    Credential::Token {
        token: secret("t"),
        expires: Some(expires),
    }
}

fn login(access: &str, refresh: &str, expires: Timestamp) -> Credential {
    Credential::Oauth {
        access: secret(access),
        refresh: secret(refresh),
        expires: Some(expires),
    }
}

#[derive(Default)]
struct Facts {
    profiles: Vec<(&'static str, Credential)>,
    order: Option<Vec<ProfileId>>,
    declared: Vec<DeclaredProfile>,
    usage: BTreeMap<ProfileId, UsageStats>,
    environment: Option<EnvironmentKey>,
    config_key: bool,
    needs_none: bool,
}

/// Compares the targets: source, mode, and why one is not called.
#[track_caller]
fn check(facts: &Facts, only: &[&str], expected: &[&str]) {
    let provider = ProviderId::new("p");
    let profiles: Vec<Profile> = facts
        .profiles
        .iter()
        .map(|(id, credential)| Profile {
            id: ProfileId::new(*id),
            provider: ProviderId::new(id.split(':').next().unwrap()),
            credential: credential.clone(),
            reference: None,
            lost: None,
            email: None,
            account: None,
            odd_expiry: false,
        })
        .collect();
    let inputs = AuthInputs {
        provider: &provider,
        model: None,
        explicit: None,
        preferred: None,
        profiles: &profiles,
        declared: &facts.declared,
        agent_order: None,
        store_order: None,
        config_order: facts.order.as_deref(),
        usage: &facts.usage,
        environment: facts.environment.as_ref(),
        config_key: facts.config_key,
        aws_override: false,
        aws: None,
        adc: None,
        needs_none: facts.needs_none,
        now: NOW,
    };
    let only: Vec<ProfileId> = only.iter().map(|id| ProfileId::new(*id)).collect();
    let found: Vec<String> = targets(&inputs, &only)
        .into_iter()
        .map(|target| {
            let mode = target.mode.map_or("-", Mode::name);
            let why = target.not_probed.map_or_else(
                || "called".to_owned(),
                |not_probed| format!("{}: {}", not_probed.status(), not_probed.message(NOW)),
            );
            format!("{} {mode} {why}", target.source)
        })
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn every_stored_profile_is_asked_in_its_order_resting_ones_too() {
    let resting = UsageStats {
        disabled_until: Some(LATER),
        ..UsageStats::default()
    };
    let facts = Facts {
        profiles: vec![
            ("p:broke", key("k")),
            ("q:other", key("k")),
            ("p:a", key("k")),
            ("p:login", login("a", "r", LATER)),
        ],
        usage: BTreeMap::from([(ProfileId::new("p:broke"), resting)]),
        environment: Some(EnvironmentKey::new("P_API_KEY")),
        config_key: true,
        ..Facts::default()
    };
    let all = [
        "profile:p:login oauth called",
        "profile:p:a api-key called",
        "profile:p:broke api-key called",
    ];
    check(&facts, &[], &all);
    check(&facts, &["p:a", "q:other"], &all[1..2]);
    check(&facts, &["p:none"], &[]);
}

#[test]
fn what_takes_the_place_of_profiles_is_asked_only_where_there_are_none() {
    let none = Facts {
        environment: Some(EnvironmentKey::new("P_API_KEY")),
        config_key: true,
        ..Facts::default()
    };
    check(&none, &[], &["env:P_API_KEY api-key called"]);
    check(&none, &["p:a"], &[]);
    let config = Facts {
        config_key: true,
        ..Facts::default()
    };
    check(&config, &[], &["models.json api-key called"]);
    let local = Facts {
        needs_none: true,
        ..Facts::default()
    };
    check(&local, &[], &["none - called"]);
    check(&Facts::default(), &[], &[]);
}

#[test]
fn what_no_request_would_use_is_reported_and_not_called() {
    let facts = Facts {
        profiles: vec![
            ("p:a", key("k")),
            ("p:b", key("k")),
            ("p:old", token(BEFORE)),
        ],
        order: Some(vec![ProfileId::new("p:old"), ProfileId::new("p:b")]),
        ..Facts::default()
    };
    check(
        &facts,
        &[],
        &[
            "profile:p:b api-key called",
            "profile:p:a api-key unknown: Excluded by auth.order for this provider.",
            "profile:p:old token auth: expired 3 d ago; it cannot be refreshed",
        ],
    );
    let declared = Facts {
        profiles: vec![("p:a", key("k")), ("p:b", token(LATER)), ("p:c", key("k"))],
        declared: ["p:a", "p:b"]
            .map(|id| DeclaredProfile {
                id: ProfileId::new(id),
                provider: ProviderId::new("p"),
                mode: Mode::ApiKey,
            })
            .to_vec(),
        ..Facts::default()
    };
    check(
        &declared,
        &[],
        &[
            "profile:p:a api-key called",
            "profile:p:b token unknown: config says api-key, stored is token",
            "profile:p:c api-key unknown: Excluded by auth.profiles, which names others of this provider.",
        ],
    );
}

#[test]
fn no_login_is_renewed() {
    let facts = Facts {
        profiles: vec![
            ("p:blank", key(" ")),
            ("p:expired", login("a", "r", BEFORE)),
            ("p:fresh", login("", "r", LATER)),
            ("p:lost", login("a", "", BEFORE)),
            ("p:ok", login("a", "r", LATER)),
        ],
        ..Facts::default()
    };
    let renewed = "a probe refreshes no OAuth token; the next request does";
    check(
        &facts,
        &[],
        &[
            &format!("profile:p:expired oauth auth: expired 3 d ago; {renewed}"),
            &format!("profile:p:fresh oauth auth: it holds no access token; {renewed}"),
            "profile:p:ok oauth called",
            "profile:p:blank api-key auth: Auth profile credentials are missing or expired.",
            "profile:p:lost oauth auth: expired 3 d ago; it cannot be refreshed",
        ],
    );
}

fn known(id: &str, price: Option<f64>, status: &str, output: &str) -> Model {
    Model {
        id: id.to_owned(),
        name: id.to_owned(),
        context: None,
        max_output: None,
        price: Price {
            output: price,
            ..Price::default()
        },
        price_tiers: Vec::new(),
        reasoning: None,
        tools: None,
        input: vec!["text".to_owned()],
        output: output.split('+').map(str::to_owned).collect(),
        released: None,
        retires: None,
        status: status.to_owned(),
        parameters_b: None,
        open_weights: None,
        sources: Vec::new(),
    }
}

#[test]
fn the_first_configured_model_is_asked_else_the_cheapest_that_answers_in_text() {
    let catalog = [
        known("gone", Some(0.1), "retired", "text"),
        known("dear", Some(9.0), "active", "text"),
        known("painter", Some(0.2), "active", "text+image"),
        known("cheap", Some(1.0), "active", "text"),
        known("unpriced", None, "active", "text"),
    ];
    let provider = ProviderId::new("p");
    let check = |configured: &[&str], catalog: &[Model], expected: Option<&str>| {
        let configured: Vec<ModelRef> = configured
            .iter()
            .map(|text| ModelRef::parse(text, &provider).unwrap())
            .collect();
        let found = model(&provider, &configured, catalog, "2026-01-15");
        assert_eq!(found.map(|found| found.key()).as_deref(), expected);
    };
    check(&["q/x", "p/dear", "p/cheap"], &catalog, Some("p/dear"));
    check(&["p/unheard-of"], &catalog, Some("p/unheard-of"));
    check(&["p/gone", "p/dear"], &catalog, Some("p/dear"));
    check(&["p/gone"], &catalog, Some("p/cheap"));
    check(&["p/gone"], &catalog[..1], Some("p/gone"));
    check(&["q/x"], &[], None);
}
