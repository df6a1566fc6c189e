//! `models auth add --store`, `migrate`, `token` and `remove`.

use openclaw_tests::pty::key;
use openclaw_tests::{Output, Sandbox, canary};
use serde_json::json;

use super::{
    KEY, OWN_FILE, STORE, answering, asked, mode, nowhere_but, program, stored, works, world,
};

/// Returns a home with a key in the profile store.
fn plain(base: &str) -> Sandbox {
    world(base, "", "").api_key("lab:a", KEY).private()
}

fn secrets(world: &Sandbox) -> serde_json::Value {
    serde_json::from_str(&world.read(OWN_FILE).unwrap()).unwrap()
}

#[test]
fn a_key_is_added_to_a_file_of_secrets_and_its_predecessor_goes() {
    let upstream = answering("GOOD");
    let world = world(&upstream.url(), "", "");
    let add = "models auth add --provider lab --method api-key --store file --stdin --json";
    let first = world.openclaw_with(add, "x-lab-first-0123456789");
    let reference = first.json()["secretRef"].as_str().unwrap().to_owned();
    assert!(reference.starts_with("file:/lab:default@"), "{reference}");
    let output = world.openclaw_with(add, KEY);
    works(&output);
    let kept = secrets(&world);
    let kept = kept.as_object().unwrap();
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(kept.values().next().unwrap(), KEY);
    assert_eq!(stored(&world, "lab:default")["keyRef"]["source"], "file");
    assert_eq!(world.openclaw("models run hi").ok(), "GOOD\n");
    assert_eq!(upstream.requests().pop().unwrap().credential(), Some(KEY));
    nowhere_but(&world, &[&output], &[OWN_FILE]);
    let removed = world.openclaw("models auth remove lab:default --yes");
    works(&removed);
    assert_eq!(secrets(&world), json!({}));
    nowhere_but(&world, &[&removed], &[]);
}

#[test]
fn a_command_is_run_once_and_its_line_is_kept() {
    let upstream = answering("GOOD");
    let world = world(&upstream.url(), "", "").env("TEAM", "blue");
    program(
        &world,
        "bin/op",
        &format!("[ \"$TEAM\" = blue ] && echo '{KEY}'"),
    );
    let add = |line: &str| {
        let arguments = [
            "models",
            "auth",
            "add",
            "--provider",
            "lab",
            "--method",
            "api-key",
            "--command",
            line,
        ];
        world.run(&[&arguments[..], &["--pass-env", "TEAM"]].concat())
    };
    let output = add("op read 'op://a b/key'");
    works(&output);
    assert_eq!(asked(&world), 1);
    let reference = json!({ "source": "command", "command": ["op", "read", "op://a b/key"], "passEnv": ["TEAM"] });
    assert_eq!(stored(&world, "lab:default")["keyRef"], reference);
    assert_eq!(world.openclaw("models run hi").ok(), "GOOD\n");
    assert_eq!(upstream.requests().pop().unwrap().credential(), Some(KEY));
    nowhere_but(&world, &[&output], &["bin/op"]);
    let before = world.read(STORE);
    for (line, why) in [
        (
            "op read x | head -1",
            "`|` outside of single quotes is for a shell",
        ),
        ("op 'read", "a `'` in it has no end"),
        ("", "`command` names no program"),
        ("gone", "is in no folder of PATH"),
        ("false", "failed (exit status: 1)"),
        ("true", "gives nothing"),
    ] {
        let output = add(line);
        output.failed();
        assert!(output.stderr.contains(why), "{line}: {output}");
        assert!(output.stderr.contains("nothing was stored"), "{output}");
        assert_eq!(world.read(STORE), before);
    }
    let output = world.openclaw("models auth add --provider lab --store command");
    output.failed();
    assert!(output.stderr.contains("needs `--command`"), "{output}");
}

#[test]
fn keys_move_to_a_file_and_back_and_none_is_lost() {
    let upstream = answering("GOOD");
    let login =
        json!({ "type": "oauth", "provider": "lab", "access": "a", "refresh": "r", "expires": 1 });
    let variable =
        json!({ "type": "api_key", "provider": "lab", "keyRef": { "source": "env", "id": "LAB" } });
    let token = json!({ "type": "token", "provider": "lab", "token": "x-token-0123456789abc", "expires": 2_000_000_000_000_u64, "mine": 1 });
    let world = plain(&upstream.url())
        .profile("lab:b", login.clone())
        .profile("lab:c", variable.clone())
        .profile("lab:d/~e", token.clone())
        .private();
    let before = world.read(STORE);
    let dry = world.openclaw("models auth migrate --to file --dry-run");
    works(&dry);
    assert_eq!(
        (world.read(STORE), world.read(OWN_FILE)),
        (before.clone(), None)
    );
    let moved = world.openclaw("models auth migrate --to file --plain");
    works(&moved);
    let lines: Vec<&str> = moved
        .stdout
        .lines()
        .map(|line| line.split('@').next().unwrap())
        .collect();
    assert_eq!(
        lines,
        [
            "lab:a\tmoved\tfile:/lab:a",
            "lab:b\tlogin\tprofile",
            "lab:c\telsewhere\tenv:LAB",
            "lab:d/~e\tmoved\tfile:/lab:d~1~0e",
        ]
    );
    nowhere_but(&world, &[&dry, &moved], &[OWN_FILE]);
    assert_eq!(stored(&world, "lab:b"), login);
    assert_eq!(stored(&world, "lab:c"), variable);
    assert_eq!(stored(&world, "lab:d/~e")["mine"], 1);
    assert_eq!(
        world.openclaw("models run hi --profile lab:a").stdout,
        "GOOD\n"
    );
    assert_eq!(upstream.requests().pop().unwrap().credential(), Some(KEY));
    let again = world.openclaw("models auth migrate --to file");
    works(&again);
    assert!(again.stdout.starts_with("Nothing to move.\n"), "{again}");
    works(&world.openclaw("models auth migrate lab:a --to profile"));
    assert_eq!(secrets(&world).as_object().unwrap().len(), 1);
    works(&world.openclaw("models auth migrate --to profile"));
    assert_eq!(secrets(&world), json!({}));
    let value = |text: Option<String>| -> serde_json::Value {
        serde_json::from_str(&text.unwrap()).unwrap()
    };
    assert_eq!(
        value(world.read(STORE))["profiles"],
        value(before)["profiles"]
    );
}

#[test]
fn keys_of_the_config_move_too_and_the_rest_of_it_stays() {
    let upstream = answering("GOOD");
    let world = world(
        &upstream.url(),
        &format!("/* mine */ apiKey: \"{KEY}\","),
        "",
    );
    let text = world.config_text().replace(
        "providers: {",
        "providers: { $include: \"./more.json5\", other: { apiKey: \"${OTHER}\", baseUrl: \"http://127.0.0.1:9\", models: [] },",
    );
    let world = world.config(&text);
    world.write(
        ".openclaw/more.json5",
        "{ third: { apiKey: \"x-third-0123456789\", baseUrl: \"http://127.0.0.1:9\", models: [] } }",
    );
    let world = world.env("OTHER", "x-other-0123456789").private();
    let dry = world.openclaw("models auth migrate --to file --dry-run");
    works(&dry);
    assert_eq!(
        (world.config_text(), world.read(OWN_FILE)),
        (text.clone(), None)
    );
    let moved = world.openclaw("models auth migrate --to file --json");
    works(&moved);
    let json = moved.json();
    let row = |key: &str| {
        let rows = json["secrets"].as_array().unwrap().iter();
        let mut rows =
            rows.filter(|row| row["configKey"] == format!("models.providers.{key}.apiKey"));
        rows.next().cloned().unwrap_or_default()
    };
    assert_eq!(row("lab")["moved"], true, "{json}");
    assert_eq!(row("third")["reason"], "included", "{json}");
    assert_eq!(row("other"), serde_json::Value::Null, "{json}");
    assert!(
        world.config_text().contains("/* mine */ apiKey: {"),
        "{}",
        world.config_text()
    );
    assert!(
        json["notes"].to_string().contains("openclaw.json.bak"),
        "{json}"
    );
    nowhere_but(
        &world,
        &[&dry, &moved],
        &[".openclaw/openclaw.json.bak", OWN_FILE],
    );
    assert_eq!(world.openclaw("models run hi").stdout, "GOOD\n");
    assert_eq!(upstream.requests().pop().unwrap().credential(), Some(KEY));
    works(&world.openclaw("models auth migrate --to profile"));
    assert_eq!(world.config_text(), text);
    assert_eq!(secrets(&world), json!({}));
}

#[test]
fn a_move_that_fails_changes_nothing() {
    let base = "http://127.0.0.1:9";
    let refused = |world: &Sandbox, arguments: &str, why: &str| {
        let before = (world.read(STORE), world.read(OWN_FILE));
        let output: Output = world.openclaw(arguments);
        output.failed();
        assert!(output.stderr.contains(why), "{output}");
        assert_eq!((world.read(STORE), world.read(OWN_FILE)), before);
    };
    let world = plain(base);
    refused(&world, "models auth migrate lab:gone --to file", "lab:gone");
    refused(
        &world,
        "models auth migrate --to keychain",
        "there is no keychain here",
    );
    world.write(OWN_FILE, "{ not json");
    refused(
        &world,
        "models auth migrate --to file",
        "refusing to overwrite",
    );
    std::fs::remove_file(world.path(OWN_FILE)).unwrap();

    // One of two cannot be read back, so the other does not move either.
    works(&world.openclaw("models auth migrate --to file"));
    let lost = json!({ "type": "api_key", "provider": "lab", "keyRef": { "source": "file", "id": "/lab:b@0123abcd" } });
    let world = world.profile("lab:b", lost).private();
    refused(
        &world,
        "models auth migrate --to profile",
        "has nothing of that id",
    );
    mode(&world, OWN_FILE, 0o644);
    refused(
        &world,
        "models auth migrate lab:a --to profile",
        "chmod 600",
    );
    mode(&world, OWN_FILE, 0o600);
    works(&world.openclaw("models auth migrate lab:a --to profile"));
    assert_eq!(stored(&world, "lab:a")["key"], KEY);
}

#[test]
fn one_secret_is_printed_on_purpose() {
    let world = plain("http://127.0.0.1:9").env("LAB", "x-of-a-variable");
    let login = json!({ "type": "oauth", "provider": "lab", "access": "x-access", "refresh": "x-refresh", "expires": 1 });
    let variable =
        json!({ "type": "api_key", "provider": "lab", "keyRef": { "source": "env", "id": "LAB" } });
    let world = world
        .profile("lab:b", login)
        .profile("lab:c", variable)
        .private();
    let unasked = world.openclaw("models auth token lab:a");
    unasked.failed();
    assert!(
        unasked
            .stderr
            .contains("openclaw models auth token lab:a --yes"),
        "{unasked}"
    );
    nowhere_but(&world, &[&unasked], &[STORE]);
    works(&world.openclaw("models auth migrate lab:a --to file"));
    for (id, secret) in [
        ("lab:a", KEY),
        ("lab:b", "x-access"),
        ("lab:c", "x-of-a-variable"),
    ] {
        let output = world.openclaw(&format!("models auth token {id} --yes"));
        assert_eq!(output.ok(), format!("{secret}\n"));
        assert_eq!(output.stderr, "");
        let json = world
            .openclaw(&format!("models auth token {id} --yes --json"))
            .json();
        assert_eq!(json["secret"], secret);
    }
    assert!(
        world
            .openclaw("models auth token lab:gone --yes")
            .failed()
            .contains("lab:gone")
    );
    let gone = world.without("LAB");
    let output = gone.openclaw("models auth token lab:c --yes");
    output.failed();
    assert!(
        output.stderr.contains("the variable LAB is not set"),
        "{output}"
    );
}

#[test]
fn a_person_is_asked_before_a_secret_is_printed() {
    let world = plain("http://127.0.0.1:9");
    let arguments = ["models", "auth", "token", "lab:a"];
    let mut pty = world.pty(&arguments);
    pty.wait_for("Print the secret of lab:a on this terminal?");
    pty.press(&["n"]).press(&[key::ENTER]);
    let ended = pty.end();
    assert_eq!(canary::traces(KEY, &ended.raw), [""; 0]);
    ended.assert_shows("Cancelled; nothing was printed.");
    let mut pty = world.pty(&arguments);
    pty.wait_for("Print the secret of lab:a on this terminal?");
    pty.press(&["y"]).press(&[key::ENTER]);
    let ended = pty.end();
    ended.assert_code(0);
    ended.assert_shows(KEY);
}
