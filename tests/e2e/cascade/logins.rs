//! Logins and their renewal.

use super::*;
use openclaw_tests::JsonIs as _;

fn login(expires: u64) -> Value {
    json!({ "type": "oauth", "provider": "anthropic", "access": LOGIN, "refresh": REFRESH, "expires": expires, "email": "me@example.test" })
}

/// A case with a login beside the key `backup`.
fn login_case(expires: u64, script: impl FnOnce(&Path) -> Script) -> Case {
    let case = Case::without_profiles(Script::new(), CHAIN, "");
    let key = json!({ "type": "api_key", "provider": "anthropic", "key": BACKUP });
    let world = case
        .world
        .profile("anthropic:me", login(expires))
        .profile("anthropic:backup", key);
    case.upstream.follow(script(&world.path(STORE)));
    Case { world, ..case }
}

const TOKEN: &str = "/anthropic/v1/oauth/token";

fn renewed() -> Reply {
    Reply::json(
        200,
        &json!({ "token_type": "Bearer", "access_token": NEW_LOGIN, "refresh_token": NEW_REFRESH, "expires_in": 28_800 }),
    )
}

/// Answers with the new login, if that is on disk by the time it is used.
fn only_if_stored(store: &Path) -> impl Fn(&Received) -> Reply + Send + Sync + use<> {
    let store = store.to_owned();
    move |request| {
        let stored: Value = serde_json::from_slice(&fs::read(&store).unwrap()).unwrap();
        let profile = &stored["profiles"]["anthropic:me"];
        match request.credential() == Some(NEW_LOGIN)
            && profile["access"] == NEW_LOGIN
            && profile["refresh"] == NEW_REFRESH
        {
            true => claude(),
            false => refused(),
        }
    }
}

#[test]
fn an_expired_login_is_renewed_once_and_on_disk_before_it_is_used() {
    let case = login_case(FIXED_TIME_MS - 1, |store| {
        Script::new()
            .on(When::post(TOKEN), renewed())
            .on(When::post(MESSAGES), only_if_stored(store))
    });
    let other = case
        .world
        .command()
        .args(["models", "run", "Hello"])
        .spawn()
        .unwrap();
    assert_eq!(case.ask("").ok(), "Hello from Claude.\n");
    let other = other.wait_with_output().unwrap();
    assert_eq!(
        String::from_utf8(other.stdout).unwrap(),
        "Hello from Claude.\n"
    );
    let requests = case.upstream.requests();
    let renewals: Vec<&Received> = requests
        .iter()
        .filter(|request| request.path() == TOKEN)
        .collect();
    assert_eq!(renewals.len(), 1, "two runs at once renew once");
    let body = renewals[0].json().unwrap();
    assert_eq!(
        (&body["grant_type"], &body["refresh_token"]),
        (&json!("refresh_token"), &json!(REFRESH))
    );
    let profile = &case.store()["profiles"]["anthropic:me"];
    assert_eq!(profile["expires"], FIXED_TIME_MS + 28_800_000);
    assert_eq!(
        profile["email"], "me@example.test",
        "what else the entry holds is kept"
    );
    assert_eq!(case.ask("").ok(), "Hello from Claude.\n");
}

#[test]
fn a_refused_login_is_renewed_and_tried_once_more() {
    let case = login_case(FIXED_TIME_MS + 86_400_000, |store| {
        Script::new()
            .on(When::post(TOKEN), renewed())
            .on(When::post(MESSAGES), only_if_stored(store))
    });
    steady(case.ask("--explain")).is(expect![[r#"
        Hello from Claude.
        ---- stderr
        → anthropic/claude-opus-4-5  `anthropic:me`
        ✗ anthropic/claude-opus-4-5  unauthorized (401): invalid x-api-key  [<n> ms]
        ↻ anthropic/claude-opus-4-5  `anthropic:me`  OAuth token refreshed
        → anthropic/claude-opus-4-5  `anthropic:me`
        ✓ anthropic/claude-opus-4-5  answered  [<n> ms]
          12 tokens in, 3 out
    "#]]);
    assert_eq!(
        case.asked(),
        [
            "claude-opus-4-5 with old login",
            "/anthropic/v1/oauth/token with nothing",
            "claude-opus-4-5 with new login"
        ]
    );
    case.usage().is(expect![[r#"
        {
          "anthropic:me": {
            "lastUsed": 1768478400000,
            "errorCount": 0
          }
        }
    "#]]);
}

#[test]
fn a_login_that_is_refused_again_after_its_renewal_rests_once() {
    let case = login_case(FIXED_TIME_MS + 86_400_000, |_| {
        Script::new()
            .on(When::post(TOKEN), renewed())
            .on(When::post(MESSAGES).credential(LOGIN), refused())
            .on(When::post(MESSAGES).credential(NEW_LOGIN), limited())
            .on(When::post(MESSAGES), claude())
    });
    assert_eq!(case.ask("").stdout, "Hello from Claude.\n");
    // The first refusal was the old login's, which is gone: only the limit counts.
    assert_limited_for_opus(&case.usage()["anthropic:me"]);
}

#[test]
fn a_login_that_cannot_be_renewed_rests_and_the_next_profile_answers() {
    let gone = json!({ "error": "invalid_grant", "error_description": "Refresh token not found or invalid" });
    for expires in [FIXED_TIME_MS - 1, FIXED_TIME_MS + 86_400_000] {
        let case = login_case(expires, |_| {
            Script::new()
                .on(When::post(TOKEN), Reply::json(400, &gone))
                .on(When::post(MESSAGES).credential(BACKUP), claude())
                .on(When::post(MESSAGES), refused())
        });
        let output = case.ask("--json");
        assert_eq!(
            output.json()["source"],
            "profile:anthropic:backup",
            "{output}"
        );
        let rest = &case.usage()["anthropic:me"];
        assert_eq!(rest["cooldownReason"], "auth", "{rest:#}");
        assert_eq!(case.ask("").ok(), "Hello from Claude.\n");
        let renewals = case
            .upstream
            .requests()
            .iter()
            .filter(|request| request.path() == TOKEN)
            .count();
        assert_eq!(renewals, 1, "a login at rest is left alone");
    }
}

#[test]
fn a_login_that_still_works_is_used_when_its_early_renewal_fails() {
    let case = login_case(FIXED_TIME_MS + 60_000, |_| {
        Script::new()
            .on(
                When::post(TOKEN),
                Reply::json(
                    503,
                    &json!({ "error": { "type": "api_error", "message": "down" } }),
                ),
            )
            .on(When::post(MESSAGES).credential(LOGIN), claude())
    });
    steady(case.ask("")).is(expect![[r#"
        Hello from Claude.
        ---- stderr
        warning: profile:anthropic:me is not renewed: overloaded (503): OAuth token refresh failed for anthropic: down
    "#]]);
    assert_eq!(
        case.store()["profiles"]["anthropic:me"],
        login(FIXED_TIME_MS + 60_000)
    );
}
