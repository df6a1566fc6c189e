use std::collections::BTreeMap;

use expect_test::expect;
use openclaw_core::auth_order::DeclaredProfile;
use openclaw_core::cooldown::UsageStats;
use openclaw_core::credential::{Credential, Mode, Profile, ProfileId, ProviderId};
use openclaw_core::doctor::{AgentCredentials, Finding, OrderFact, ProviderFact, credentials};
use openclaw_core::secret::Secret;
use openclaw_core::time::Timestamp;

use crate::doctor::check;

const DAY: u64 = 24 * 3_600_000;
const NOW: Timestamp = Timestamp(1000 * DAY);

fn profile(id: &str, provider: &str, credential: Credential) -> Profile {
    Profile {
        id: ProfileId::new(id),
        provider: ProviderId::new(provider),
        credential,
        reference: None,
        lost: None,
        email: None,
        account: None,
        odd_expiry: false,
    }
}

fn key(id: &str, provider: &str) -> Profile {
    let key = Secret::new("sk-secret".to_owned());
    profile(id, provider, Credential::ApiKey { key })
}

fn token(id: &str, days: i64) -> Profile {
    let token = Secret::new("t".to_owned());
    let expires = NOW.0.checked_add_signed(days * i64::try_from(DAY).unwrap());
    let expires = expires.map(Timestamp);
    profile(id, "a", Credential::Token { token, expires })
}

fn provider(id: &str, usable: usize, primary: bool) -> ProviderFact {
    ProviderFact {
        id: ProviderId::new(id),
        primary,
        in_use: true,
        usable,
    }
}

/// What one agent has, all profiles in its own store.
#[derive(Default)]
struct Has {
    agent: &'static str,
    profiles: Vec<Profile>,
    usage: BTreeMap<ProfileId, UsageStats>,
    declared: Vec<DeclaredProfile>,
    orders: Vec<OrderFact>,
    providers: Vec<ProviderFact>,
}

impl Has {
    fn findings(&self) -> Vec<Finding> {
        let own: Vec<ProfileId> = self.profiles.iter().map(|one| one.id.clone()).collect();
        credentials(&AgentCredentials {
            agent: if self.agent.is_empty() {
                "main"
            } else {
                self.agent
            },
            store: "store",
            profiles: &self.profiles,
            own: &own,
            unresolved: &BTreeMap::new(),
            usage: &self.usage,
            declared: &self.declared,
            orders: &self.orders,
            providers: &self.providers,
            now: NOW,
        })
    }
}

#[test]
fn an_expired_credential_is_worse_when_it_was_the_last() {
    let has = |usable| Has {
        agent: "work",
        profiles: vec![token("a:old", -3), token("a:soon", 3), token("a:long", 30)],
        providers: vec![provider("a", usable, true)],
        ..Has::default()
    };
    check(
        &has(1).findings(),
        &expect![[r#"
        warning profile-expired: `a:old` expired 3 d ago | openclaw models auth add --provider a --profile-id a:old --agent work
        warning profile-expiring: `a:soon` expires in 3 d | openclaw models auth add --provider a --profile-id a:soon --agent work
    "#]],
    );
    check(
        &has(0).findings()[..1],
        &expect![[r#"
        error profile-expired: `a:old` expired 3 d ago | openclaw models auth add --provider a --profile-id a:old --agent work
    "#]],
    );
}

#[test]
fn a_missing_credential_is_worse_for_the_primary() {
    let has = |primary, agent| Has {
        agent,
        providers: vec![provider("a", 0, primary)],
        ..Has::default()
    };
    check(
        &[has(true, "main").findings(), has(false, "work").findings()].concat(),
        &expect![[r#"
            error credential-missing: agent `main` uses a model of `a`, and there is no credential for it | openclaw models auth add --provider a
            warning credential-missing: agent `work` uses a model of `a`, and there is no credential for it | openclaw models auth add --provider a --agent work
        "#]],
    );
    let needs_none = Has {
        providers: vec![provider("local", 1, true)],
        ..Has::default()
    };
    assert_eq!(needs_none.findings(), []);
}

#[test]
fn a_refusal_and_every_rest_are_told() {
    let mut stats = UsageStats {
        last_failure_at: Some(Timestamp(NOW.0 - 60_000)),
        cooldown_until: Some(Timestamp(NOW.0 + 60_000)),
        cooldown_model: Some("m".to_owned()),
        disabled_until: Some(Timestamp(NOW.0 + 3_600_000)),
        ..UsageStats::default()
    };
    stats.failure_counts.insert("auth".to_owned(), 2);
    let has = Has {
        profiles: vec![key("a:x", "a")],
        usage: BTreeMap::from([(ProfileId::new("a:x"), stats)]),
        ..Has::default()
    };
    check(
        &has.findings(),
        &expect![[r#"
        warning login-refused: `a` refused `a:x` when it was last tried, 1 min ago | openclaw models auth add --provider a --profile-id a:x
        note profile-in-cooldown: `a:x` is in cooldown with m: rate limited; 1 min left | openclaw models auth cooldown clear a:x
        warning profile-disabled: `a:x` is disabled: insufficient credit; 1 h left | openclaw models auth cooldown clear a:x
    "#]],
    );
}

fn order(ids: &[&str], own: bool, in_force: bool) -> OrderFact {
    OrderFact {
        place: "auth.order.a".to_owned(),
        own,
        provider: ProviderId::new("a"),
        ids: ids.iter().map(|id| ProfileId::new(*id)).collect(),
        in_force,
    }
}

#[test]
fn an_order_is_mended_to_what_is_left_of_it() {
    let has = |order| Has {
        agent: "work",
        profiles: vec![key("a:x", "a"), key("b:x", "b"), key("a:y z", "a")],
        orders: vec![order],
        providers: vec![provider("a", 0, true)],
        ..Has::default()
    };
    check(
        &has(order(&["a:gone", "b:x", "a:x"], false, true)).findings(),
        &expect![[r#"
            warning order-not-stored: the order names `a:gone`, which is not stored | openclaw models auth order set --provider a a:x
            warning order-other-provider: the order of `a` names `b:x`, which belongs to `b` | openclaw models auth order set --provider a a:x
            note profile-not-in-order: `a:y z` is stored, but not in the order of `a`, so it is not used | openclaw models auth order set --provider a a:x 'a:y z'
        "#]],
    );
    check(
        &has(order(&["a:gone"], true, true)).findings(),
        &expect![[r#"
            error order-not-stored: the order names `a:gone`, which is not stored | openclaw models auth order clear --provider a --agent work
            error order-useless: none of the order of `a` can be used, so no stored profile of it is | openclaw models auth order clear --provider a --agent work
        "#]],
    );
    // One that another hides leaves nothing out.
    check(&has(order(&["a:x"], false, false)).findings(), &expect![""]);
}

#[test]
fn declarations_are_compared_with_what_is_stored() {
    let declared = |id: &str, provider: &str, mode| DeclaredProfile {
        id: ProfileId::new(id),
        provider: ProviderId::new(provider),
        mode,
    };
    let mut has = Has {
        profiles: vec![
            key("a:x", "a"),
            token("a:token", 30),
            key("b:x", "b"),
            key("a:more", "a"),
        ],
        declared: vec![
            declared("a:x", "a", Mode::Token),
            // A pasted token may stand in for a login.
            declared("a:token", "a", Mode::Oauth),
            declared("b:x", "a", Mode::ApiKey),
            declared("a:gone", "a", Mode::ApiKey),
        ],
        ..Has::default()
    };
    check(
        &has.findings(),
        &expect![[r#"
            warning declared-other-mode: `a:x` is declared as token, but stored as api-key, so it is not used | openclaw models auth add --provider a --profile-id a:x
            warning declared-other-provider: `b:x` is declared for `a`, but stored for `b`, so it is not used | openclaw models auth add --provider a --profile-id b:x
            warning declared-not-stored: `a:gone` is declared in the config, but not stored | openclaw models auth add --provider a --profile-id a:gone
            warning stored-not-declared: `a:more` is stored, but `auth.profiles` declares only other profiles of `a`, so it is not used | openclaw models auth order set --provider a a:x a:token a:more
        "#]],
    );
    has.declared.clear();
    assert_eq!(has.findings(), []);
}
