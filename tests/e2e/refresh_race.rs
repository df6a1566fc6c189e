//! Many processes with one expired login, and processes that are killed while they renew it,
//! against a token endpoint that rotates the refresh token and revokes the whole family as soon as
//! an old one is used again.

use std::fs::File;
use std::process::{Child, Output as Ended, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use expect_test::{Expect, expect, expect_file};
use openclaw_tests::{FIXED_TIME_MS, Output, Sandbox};
use openclaw_upstream::{Received, Reply, Script, Upstream, When, anthropic};
use serde_json::{Value, json};

use crate::steady;

const PROCESSES: usize = 32;
const STORE: &str = ".openclaw/agents/main/agent/auth-profiles.json";
const MESSAGES: &str = "/anthropic/v1/messages";
const TOKEN: &str = "/anthropic/v1/oauth/token";
const ACCESS: &str = "sk-ant-oat01-access-";
const REFRESH: &str = "sk-ant-ort01-refresh-";
const BACKUP: &str = "sk-ant-api03-backup-0123456789abcdef";

/// Longest wait for something that another process is about to do; reached only if it does not.
const PATIENCE: Duration = Duration::from_secs(120);

/// A family of tokens: the current generation, until it is revoked.
#[derive(Default)]
struct Family {
    generation: u64,
    revoked: bool,
    renewals: u64,
}

impl Family {
    /// Answers a request for new tokens as a vendor with rotation does.
    fn renew(&mut self, request: &Received) -> Reply {
        let body = request.json().unwrap();
        let current = format!("{REFRESH}{}", self.generation);
        if self.revoked || body["refresh_token"] != current {
            self.revoked = true;
            return Reply::json(
                400,
                &json!({ "error": "invalid_grant", "error_description": "Refresh token not found or invalid" }),
            );
        }
        self.generation += 1;
        self.renewals += 1;
        let (access, refresh) = (
            format!("{ACCESS}{}", self.generation),
            format!("{REFRESH}{}", self.generation),
        );
        Reply::json(
            200,
            &json!({ "token_type": "Bearer", "access_token": access, "refresh_token": refresh, "expires_in": 28_800 }),
        )
    }

    fn answer(&self, request: &Received) -> Reply {
        let current = format!("{ACCESS}{}", self.generation);
        match request.credential() {
            Some(BACKUP) => anthropic::stream(&["Hello from the backup."]),
            Some(key) if key == current && !self.revoked => anthropic::stream(&["Hello."]),
            _ => anthropic::error(401, "authentication_error", "invalid bearer token"),
        }
    }
}

struct Case {
    upstream: Upstream,
    family: Arc<Mutex<Family>>,
    world: Sandbox,
}

impl Case {
    /// Makes a user whose login expired, beside a key that is to stay as it is.
    fn new() -> Self {
        let family = Arc::new(Mutex::new(Family::default()));
        let upstream = Upstream::start(Script::new()).unwrap();
        let config = format!(
            "{{\n  // mine\n  agents: {{ defaults: {{ model: {{ primary: \"anthropic/claude-opus-4-5\" }} }} }},\n  models: {{ providers: {{ anthropic: {{ baseUrl: \"{}/anthropic\" }} }} }},\n}}\n",
            upstream.url()
        );
        let login = json!({ "type": "oauth", "provider": "anthropic", "access": format!("{ACCESS}0"), "refresh": format!("{REFRESH}0"), "expires": FIXED_TIME_MS - 1, "email": "me@example.test", "scope": "kept" });
        let world = Sandbox::new()
            .config(&config)
            .cache(crate::CACHE)
            .profile("anthropic:me", login);
        let case = Self {
            upstream,
            family,
            world,
        };
        case.follow(|family, request| family.renew(request));
        case
    }

    /// Adds a key that answers where the login does not.
    fn with_backup(self) -> Self {
        let key = json!({ "type": "api_key", "provider": "anthropic", "key": BACKUP, "note": "kept too" });
        Self {
            world: self.world.profile("anthropic:backup", key),
            ..self
        }
    }

    /// Sets how the token endpoint answers; questions are answered as the family stands.
    fn follow(&self, token: impl Fn(&mut Family, &Received) -> Reply + Send + Sync + 'static) {
        let (renewing, answering) = (Arc::clone(&self.family), Arc::clone(&self.family));
        self.upstream.follow(
            Script::new()
                .on(When::post(TOKEN), move |request: &Received| {
                    token(&mut renewing.lock().unwrap(), request)
                })
                .on(When::post(MESSAGES), move |request: &Received| {
                    answering.lock().unwrap().answer(request)
                }),
        );
    }

    fn start(&self) -> Child {
        let mut command = self.world.command();
        command.stdin(Stdio::null());
        command.args(["models", "run", "Hello"]).spawn().unwrap()
    }

    fn store(&self) -> Value {
        serde_json::from_str(&self.world.read(STORE).unwrap()).unwrap()
    }

    fn renewals_asked(&self) -> usize {
        let requests = self.upstream.requests();
        requests.iter().filter(|one| one.path() == TOKEN).count()
    }

    /// Starts a run, and kills it when the provider has answered but before anything is stored.
    fn kill_between_answer_and_write(&self) {
        let (asked, seen) = mpsc::channel();
        let lock = self.world.path(&format!("{STORE}.lock"));
        self.follow(move |family, request| {
            // The store's lock was made when the intent was written. Whoever holds it keeps the
            // run from writing once more, and that run cannot end before it is killed.
            let held = File::options().write(true).open(&lock).unwrap();
            held.lock().unwrap();
            asked.send(held).unwrap();
            family.renew(request)
        });
        let mut run = self.start();
        let held = seen.recv_timeout(PATIENCE).unwrap();
        let sent = |requests: &[Received]| {
            requests
                .iter()
                .any(|one| one.path() == TOKEN && one.outcome == openclaw_upstream::Outcome::Sent)
        };
        assert!(self.upstream.wait_until(PATIENCE, sent));
        run.kill().unwrap();
        let ended = run.wait().unwrap();
        assert_eq!(ended.code(), None, "it was killed");
        drop(held);
        self.follow(|family, request| family.renew(request));
    }
}

fn text(ended: &Ended) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&ended.stdout),
        String::from_utf8_lossy(&ended.stderr)
    )
}

#[track_caller]
fn check(output: Output, expect: &Expect) {
    crate::check(&steady(output), expect);
}

#[test]
fn thirty_two_processes_renew_an_expired_login_once_and_all_succeed() {
    let case = Case::new().with_backup();
    // Compiles the component, so that all of them are at the login at the same time.
    let warm = case
        .world
        .openclaw("models run Hello --profile anthropic:backup");
    assert_eq!(warm.ok(), "Hello from the backup.\n");
    let running: Vec<Child> = (0..PROCESSES).map(|_| case.start()).collect();
    for run in running {
        let ended = run.wait_with_output().unwrap();
        assert_eq!(
            (ended.status.code(), text(&ended).as_str()),
            (Some(0), "Hello.\n")
        );
    }
    let family = case.family.lock().unwrap();
    assert_eq!((family.renewals, family.revoked), (1, false));
    assert_eq!(case.renewals_asked(), 1, "nobody else even asked");
    let store = case.store();
    expect_file![
        "expected/refresh_race.thirty_two_processes_renew_an_expired_login_once_and_all_succeed.txt"
    ]
    .assert_eq(&format!("{:#}\n", store["profiles"]["anthropic:me"]));
}

#[test]
fn agents_with_copies_of_one_login_do_not_use_a_refresh_token_twice() {
    let case = Case::new();
    // As the documentation tells people to: cp the store of `main` to another agent.
    let work = ".openclaw/agents/work/agent/auth-profiles.json";
    let config = case.world.config_text().replace(
        "agents: {",
        "agents: { list: [{ id: \"main\" }, { id: \"work\" }, { id: \"own\" }],",
    );
    case.world.write(".openclaw/openclaw.json", config);
    case.world.write(work, case.world.read(STORE).unwrap());
    // The same id, but somebody else's login: not a copy.
    let own = ".openclaw/agents/own/agent/auth-profiles.json";
    let others = case
        .world
        .read(STORE)
        .unwrap()
        .replace("refresh-0", "of-another-account");
    case.world.write(own, &others);

    let both: Vec<Child> = [&[][..], &["--agent", "work"]]
        .into_iter()
        .map(|agent| {
            let mut command = case.world.command();
            command.stdin(Stdio::null());
            command.args(["models", "run", "Hello"]).args(agent);
            command.spawn().unwrap()
        })
        .collect();
    for run in both {
        let ended = run.wait_with_output().unwrap();
        assert_eq!(text(&ended), "Hello.\n");
    }
    assert_eq!(case.renewals_asked(), 1);
    let login = |name: &str| {
        let store: Value = serde_json::from_str(&case.world.read(name).unwrap()).unwrap();
        store["profiles"]["anthropic:me"]["refresh"].clone()
    };
    assert_eq!(login(STORE), "sk-ant-ort01-refresh-1");
    assert_eq!(login(work), "sk-ant-ort01-refresh-1");
    assert_eq!(case.world.read(own).unwrap(), others);
}

#[test]
fn an_oauth_token_that_could_not_be_stored_is_not_refreshed_at_all() {
    let case = Case::new();
    // Nobody can take the lock of a store when a folder is in its place.
    std::fs::create_dir(case.world.path(&format!("{STORE}.lock"))).unwrap();
    let before = case.store();
    let run = case.world.openclaw("models run Hello");
    assert!(
        run.failed()
            .contains("the OAuth token is not refreshed, because the result could not be stored"),
        "{run}"
    );
    assert_eq!(case.renewals_asked(), 0, "the refresh token is still good");
    assert_eq!(case.store(), before);
}

#[test]
fn signing_in_anew_does_not_wait_for_a_renewal_and_is_not_undone_by_it() {
    let case = Case::new();
    let token = format!("sk-ant-oat01-{}", "n".repeat(90));
    let (asked, seen) = mpsc::channel();
    let (go, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    case.follow(move |family, request| {
        asked.send(()).unwrap();
        wait.lock().unwrap().recv_timeout(PATIENCE).unwrap();
        family.renew(request)
    });
    let run = case.start();
    seen.recv_timeout(PATIENCE).unwrap();
    let pasted = case.world.openclaw_with(
        "models auth paste-token --provider anthropic --profile-id anthropic:me",
        format!("{token}\n"),
    );
    assert_eq!(pasted.code, Some(0), "{pasted}");
    go.send(()).unwrap();
    run.wait_with_output().unwrap();
    assert_eq!(
        case.store()["profiles"]["anthropic:me"]["token"],
        token.as_str()
    );
}

#[test]
fn a_process_killed_before_the_provider_answers_loses_nothing_if_the_token_is_still_good() {
    let case = Case::new();
    let (asked, seen) = mpsc::channel();
    let (go, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    case.follow(move |_, _| {
        asked.send(()).unwrap();
        // The request never reaches the family: the process is gone before.
        wait.lock().unwrap().recv_timeout(PATIENCE).unwrap();
        Reply::disconnect()
    });
    let mut run = case.start();
    seen.recv_timeout(PATIENCE).unwrap();
    run.kill().unwrap();
    run.wait().unwrap();
    go.send(()).unwrap();
    case.follow(|family, request| family.renew(request));

    // The lock went with the process: the next one renews at once.
    let next = case.world.openclaw("models run Hello");
    assert_eq!(next.ok(), "Hello.\n");
    let login = case.store()["profiles"]["anthropic:me"].clone();
    assert_eq!(login["refresh"], "sk-ant-ort01-refresh-1");
    assert_eq!(login["renewal"], Value::Null, "the trace is gone");
}

#[test]
fn a_process_killed_between_answer_and_write_loses_that_login_alone_and_the_next_one_says_so() {
    let case = Case::new().with_backup();
    let before = case.store();
    case.kill_between_answer_and_write();
    let after = case.store();
    // All that is left is the intent; the store is whole.
    assert_eq!(
        after["profiles"]["anthropic:me"]["renewal"],
        json!({ "begun": FIXED_TIME_MS, "expires": FIXED_TIME_MS - 1 })
    );
    assert_eq!(
        after["profiles"]["anthropic:backup"],
        before["profiles"]["anthropic:backup"]
    );

    check(
        case.world.openclaw("models run Hello"),
        &expect![[r#"
            Hello from the backup.
            ---- stderr
            warning: OAuth token refresh failed for anthropic: Refresh token not found or invalid; a renewal begun 2026-01-15T12:00:00Z was cut off before its result was stored, and has used up the refresh token; only the OAuth login `anthropic:me` is lost, log in again with `openclaw models auth setup-token --provider anthropic`
            warning: answered with `anthropic:backup`: anthropic/claude-opus-4-5 with `anthropic:me` is unauthorized (400)
        "#]],
    );
    assert_eq!(
        case.store()["profiles"]["anthropic:backup"],
        before["profiles"]["anthropic:backup"]
    );
}

#[test]
fn a_lost_login_that_is_the_only_one_ends_the_run_with_the_way_to_sign_in_again() {
    let case = Case::new();
    case.kill_between_answer_and_write();
    check(
        case.world.openclaw("models run Hello"),
        &expect![[r#"
            ---- stderr
            warning: OAuth token refresh failed for anthropic: Refresh token not found or invalid; a renewal begun 2026-01-15T12:00:00Z was cut off before its result was stored, and has used up the refresh token; only the OAuth login `anthropic:me` is lost, log in again with `openclaw models auth setup-token --provider anthropic`
            error: unauthorized (400): OAuth token refresh failed for anthropic: Refresh token not found or invalid
              1. anthropic/claude-opus-4-5  `anthropic:me`  unauthorized (400): OAuth token refresh failed for anthropic: Refresh token not found or invalid
            hint: replace the credential that was refused: `openclaw models auth add --provider anthropic --profile-id anthropic:me`
            hint: log in again with `openclaw models auth setup-token --provider anthropic`
            hint: see every credential with `openclaw models status --check`
            [exit 1]
        "#]],
    );
    // Later, too: what can be read from the files is said by the commands that read them.
    let world = case.world.env(
        "OPENCLAW_FIXED_TIME_MS",
        &(FIXED_TIME_MS + 300_000).to_string(),
    );
    let explained = world.openclaw("models explain");
    check(
        explained,
        &expect![[r#"
            ✓ ready: anthropic/claude-opus-4-5 with `anthropic:me`
            1. anthropic/claude-opus-4-5  (primary, from defaults)
               `anthropic:me`  usable, renewed first
            ---- stderr
            warning: refreshing the OAuth token of `anthropic:me`, begun 5 min ago, was cut off before the result was stored: the login may be lost; if so, log in again with `openclaw models auth setup-token --provider anthropic`
        "#]],
    );
    let checked = world.openclaw("models status --check --plain");
    check(
        checked,
        &expect![[r#"
            anthropic/claude-opus-4-5
            ---- stderr
            warning: refreshing the OAuth token of `anthropic:me`, begun 5 min ago, was cut off before the result was stored: the login may be lost; if so, log in again with `openclaw models auth setup-token --provider anthropic`
            warning: auth profile `anthropic:me` expired 5 min ago (2026-01-15); fix it with `openclaw models auth add --provider anthropic --profile-id anthropic:me`
            [exit 1]
        "#]],
    );

    // Signing in again is the end of it.
    let pasted = world.openclaw_with(
        "models auth paste-token --provider anthropic --profile-id anthropic:me",
        format!("sk-ant-oat01-{}\n", "n".repeat(90)),
    );
    check(
        pasted,
        &expect![[r#"
            Updated ~/.openclaw/agents/main/agent/auth-profiles.json
            Auth profile: anthropic:me (anthropic/token)
            Next: openclaw models run "Say hello"
            ---- stderr
            note: no expiry recorded; add `--expires-in 365d` to be warned before it expires
            note: the credential that `anthropic:me` held before was replaced
        "#]],
    );
    check(
        world.openclaw("models explain"),
        &expect![[r#"
            ✓ ready: anthropic/claude-opus-4-5 with `anthropic:me`
            1. anthropic/claude-opus-4-5  (primary, from defaults)
               `anthropic:me`  usable
        "#]],
    );
}
