use std::collections::BTreeMap;

use openclaw_core::auth_order::{
    AdcFacts, AuthInputs, AwsFacts, DeclaredProfile, EnvironmentKey, Order, resolve,
};
use openclaw_core::cooldown::UsageStats;
use openclaw_core::credential::{Credential, Mode, Profile, ProfileId, ProviderId};
use openclaw_core::secret::Secret;
use openclaw_core::secret_ref::{Named, SecretRef};
use openclaw_core::time::Timestamp;

const NOW: Timestamp = Timestamp(1_000_000_000);

struct Facts {
    provider: ProviderId,
    profiles: Vec<Profile>,
    declared: Vec<DeclaredProfile>,
    usage: BTreeMap<ProfileId, UsageStats>,
    environment: Option<EnvironmentKey>,
}

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

fn key(text: &str) -> Credential {
    Credential::ApiKey { key: secret(text) }
}

fn token(text: &str, expires: u64) -> Credential {
    Credential::Token {
        token: secret(text),
        expires: Some(Timestamp(expires)),
    }
}

fn login(access: &str, refresh: &str, expires: u64) -> Credential {
    let expires = Some(Timestamp(expires));
    Credential::Oauth {
        access: secret(access),
        refresh: secret(refresh),
        expires,
    }
}

fn facts(profiles: &[(&str, Credential)]) -> Facts {
    let profile = |(id, credential): &(&str, Credential)| Profile {
        id: ProfileId::new(*id),
        provider: ProviderId::new(id.split(':').next().unwrap_or_default()),
        credential: credential.clone(),
        reference: None,
        lost: None,
        email: None,
        account: None,
        odd_expiry: false,
    };
    Facts {
        provider: ProviderId::new("p"),
        profiles: profiles.iter().map(profile).collect(),
        declared: Vec::new(),
        usage: BTreeMap::new(),
        environment: None,
    }
}

fn ids(list: &[&str]) -> Vec<ProfileId> {
    list.iter().map(|id| ProfileId::new(*id)).collect()
}

fn inputs(facts: &Facts) -> AuthInputs<'_> {
    AuthInputs {
        provider: &facts.provider,
        model: Some("m"),
        explicit: None,
        preferred: None,
        profiles: &facts.profiles,
        declared: &facts.declared,
        agent_order: None,
        store_order: None,
        config_order: None,
        usage: &facts.usage,
        environment: facts.environment.as_ref(),
        config_key: false,
        aws_override: false,
        aws: None,
        adc: None,
        needs_none: false,
        now: NOW,
    }
}

/// Compares the sources and, after a bar, the profiles passed over with the reason.
#[track_caller]
fn check(inputs: &AuthInputs<'_>, expected: &str) {
    let actual = match resolve(inputs).and_then(|found| found.require(inputs)) {
        Err(error) => error.to_string(),
        Ok(found) => {
            let sources: Vec<String> = found
                .sources
                .iter()
                .map(|option| option.source.to_string())
                .collect();
            let skipped: Vec<String> = found
                .skipped
                .iter()
                .map(|skip| format!("{} {}", skip.id, skip.reason))
                .collect();
            format!("{} | {}", sources.join(", "), skipped.join(", "))
        }
    };
    assert_eq!(actual.trim_end_matches(" | "), expected);
}

#[test]
fn profiles_come_before_the_environment_and_the_config_key() {
    let facts = Facts {
        environment: Some(EnvironmentKey::new("P_API_KEY")),
        ..facts(&[("p:a", key("k")), ("q:a", key("k"))])
    };
    let inputs = AuthInputs {
        config_key: true,
        ..inputs(&facts)
    };
    check(&inputs, "profile:p:a, env:P_API_KEY, models.json");
}

#[test]
fn the_agents_order_beats_its_stores_and_the_global_one() {
    let facts = facts(&[("p:a", key("k")), ("p:b", key("k")), ("p:c", key("k"))]);
    let (a, b, c) = (ids(&["p:a"]), ids(&["p:b"]), ids(&["p:c"]));
    let global = AuthInputs {
        config_order: Some(&c),
        ..inputs(&facts)
    };
    check(
        &global,
        "profile:p:c | p:a not in the auth order, p:b not in the auth order",
    );
    let store = AuthInputs {
        store_order: Some(&b),
        ..global
    };
    assert_eq!(resolve(&store).unwrap().order, Order::AgentStore);
    let agent = AuthInputs {
        agent_order: Some(&a),
        ..store
    };
    assert_eq!(resolve(&agent).unwrap().order, Order::AgentConfig);
}

#[test]
fn an_order_of_stale_ids_leaves_the_environment() {
    let facts = Facts {
        environment: Some(EnvironmentKey::new("P_API_KEY")),
        ..facts(&[("p:a", key("k"))])
    };
    let order = ids(&["p:gone", "p:gone"]);
    let inputs = AuthInputs {
        config_order: Some(&order),
        ..inputs(&facts)
    };
    check(
        &inputs,
        "env:P_API_KEY | p:gone not stored, p:a not in the auth order",
    );
}

#[test]
fn unusable_profiles_are_passed_over_with_the_reason() {
    let declared = |id: &str, provider: &str, mode| DeclaredProfile {
        id: ProfileId::new(id),
        provider: ProviderId::new(provider),
        mode,
    };
    let facts = Facts {
        declared: vec![
            declared("p:mode", "p", Mode::Oauth),
            declared("p:token", "p", Mode::Oauth),
            declared("p:moved", "q", Mode::ApiKey),
        ],
        ..facts(&[
            ("p:blank", key(" ")),
            ("p:old", token("t", NOW.0)),
            ("p:mode", key("k")),
            ("p:moved", key("k")),
            ("p:empty", login("", "", NOW.0 + 1)),
            ("p:ended", login("x", "", NOW.0 - 1)),
            ("p:token", token("t", NOW.0 + 1)),
            ("p:renewable", login("x", "r", NOW.0 - 1)),
            ("q:other", key("k")),
        ])
    };
    let order: Vec<ProfileId> = facts
        .profiles
        .iter()
        .map(|profile| profile.id.clone())
        .collect();
    let inputs = AuthInputs {
        config_order: Some(&order),
        ..inputs(&facts)
    };
    check(
        &inputs,
        "profile:p:token, profile:p:renewable | p:blank empty, p:old expired, \
         p:mode config says oauth, stored is api-key, p:moved belongs to q, p:empty empty, \
         p:ended expired, q:other belongs to q",
    );
    let renewable = &resolve(&inputs).unwrap().sources[1];
    assert!(renewable.refreshable && renewable.refresh_first);
}

#[test]
fn without_an_order_profiles_take_turns() {
    let mut facts = facts(&[
        ("p:key1", key("k")),
        ("p:key2", key("k")),
        ("p:token", token("t", 0)),
        ("p:login", login("x", "r", NOW.0 * 2)),
        ("p:resting", login("x", "r", NOW.0 * 2)),
    ]);
    let used = |last, cooling| UsageStats {
        last_used: Some(Timestamp(last)),
        cooldown_until: Some(Timestamp(cooling)),
        ..UsageStats::default()
    };
    facts.usage.insert(ProfileId::new("p:key1"), used(5, 0));
    facts
        .usage
        .insert(ProfileId::new("p:resting"), used(1, NOW.0 + 9));
    check(
        &inputs(&facts),
        "profile:p:login, profile:p:token, profile:p:key2, profile:p:key1, profile:p:resting \
         | p:resting in cooldown: rate limited",
    );
    let preferred = ProfileId::new("p:resting");
    let inputs = AuthInputs {
        preferred: Some(&preferred),
        ..inputs(&facts)
    };
    assert_eq!(
        resolve(&inputs).unwrap().sources[0].source.to_string(),
        "profile:p:resting"
    );
}

#[test]
fn an_explicit_order_keeps_its_sequence_except_for_resting_profiles() {
    let mut facts = facts(&[
        ("p:a", key("k")),
        ("p:b", key("k")),
        ("p:c", login("x", "r", 0)),
    ]);
    let resting = |until| UsageStats {
        disabled_until: Some(Timestamp(NOW.0 + until)),
        ..UsageStats::default()
    };
    facts.usage.insert(ProfileId::new("p:a"), resting(20));
    facts.usage.insert(ProfileId::new("p:b"), resting(10));
    let order = ids(&["p:a", "p:b", "p:c"]);
    let inputs = AuthInputs {
        config_order: Some(&order),
        ..inputs(&facts)
    };
    check(
        &inputs,
        "profile:p:c, profile:p:b, profile:p:a | p:b disabled: insufficient credit, \
         p:a disabled: insufficient credit",
    );
}

#[test]
fn a_chosen_profile_is_the_only_one() {
    let facts = facts(&[("p:a", key("k")), ("p:b", key("k"))]);
    let (b, gone) = (ProfileId::new("p:b"), ProfileId::new("p:gone"));
    let chosen = AuthInputs {
        explicit: Some(&b),
        config_key: true,
        ..inputs(&facts)
    };
    check(&chosen, "profile:p:b");
    assert!(resolve(&chosen).unwrap().locked);
    let missing = AuthInputs {
        explicit: Some(&gone),
        ..inputs(&facts)
    };
    check(&missing, "No credentials found for profile \"p:gone\".");
}

#[test]
fn aws_is_the_last_resort_or_the_only_one_asked_for() {
    let facts = facts(&[("p:a", key("k"))]);
    let aws = Some(AwsFacts {
        profile: true,
        ..AwsFacts::default()
    });
    check(
        &AuthInputs {
            aws,
            ..inputs(&facts)
        },
        "profile:p:a, env:AWS_PROFILE",
    );
    check(
        &AuthInputs {
            aws_override: true,
            ..inputs(&facts)
        },
        "aws-sdk default chain",
    );
}

#[test]
fn files_of_application_default_credentials_come_after_every_key() {
    let facts = facts(&[("p:a", key("k"))]);
    for (file, login, source) in [
        (true, true, "env:GOOGLE_APPLICATION_CREDENTIALS"),
        (false, true, "gcloud adc"),
        (false, false, "gce metadata server"),
    ] {
        let adc = Some(AdcFacts { file, login });
        check(
            &AuthInputs {
                adc,
                ..inputs(&facts)
            },
            &format!("profile:p:a, {source}"),
        );
    }
}

#[test]
fn nothing_found_is_said_in_the_documented_words() {
    let facts = facts(&[]);
    check(&inputs(&facts), "No API key found for provider 'p'");
    check(
        &AuthInputs {
            needs_none: true,
            ..inputs(&facts)
        },
        "none",
    );
}

#[test]
fn a_key_that_is_kept_elsewhere_counts_until_it_is_known_to_be_lost() {
    let mut facts = facts(&[("p:a", key("")), ("p:b", key("")), ("p:c", key(""))]);
    let elsewhere = SecretRef::Keychain(Named {
        provider: None,
        id: "x".to_owned(),
    });
    facts.profiles[0].reference = Some(elsewhere.clone());
    facts.profiles[1].reference = Some(elsewhere);
    facts.profiles[1].lost = Some("the keychain is locked".to_owned());
    check(
        &inputs(&facts),
        "profile:p:a | p:b the keychain is locked, p:c empty",
    );
}
