//! A file of secrets that is encrypted with age.

use std::fs;
use std::process::{Command, Stdio};

use openclaw_tests::pty::key;
use openclaw_tests::{Output, Sandbox};
use serde_json::{Value, json};

use super::{KEY, answering, mode, nowhere_but, stored, works, world};

const SEALED: &str = "secrets.age";
/// Keys that are nobody's.
const IDENTITY: &str = "AGE-SECRET-KEY-1XXZLJDYW5WVAHS90D97Z3LE3YKLHC205WRWMAX00QG4LDJQ83YSS74YCHN";
const OTHER: &str = "AGE-SECRET-KEY-1AVNJ84EFLY886QA27WLVZXT0P9AQRN9GR3XPGF44HJFUT3Z0E0CS69GSGY";
const PASSPHRASE: &str = "correct horse battery staple";
const ADD: &str = "models auth add --provider lab --method api-key --store file --stdin --json";

/// Returns a home whose file of secrets is encrypted for what `key` says.
fn sealed(base: &str, key: &str) -> Sandbox {
    let more = format!(
        r#"secrets: {{ providers: {{ sealed: {{ source: "file", path: "~/{SEALED}", encryption: "age"{key} }} }},
    defaults: {{ file: "sealed" }} }},"#
    );
    let world = world(base, "", &more);
    world.write("age.key", format!("# created: today\n{IDENTITY}\n"));
    mode(&world, "age.key", 0o600);
    world
}

const KEY_FILE: &str = r#", identityFile: "~/age.key""#;
const VARIABLE: &str = r#", passphrase: { source: "env", id: "STORE_PASSPHRASE" }"#;

fn bytes(world: &Sandbox) -> Vec<u8> {
    fs::read(world.path(SEALED)).unwrap_or_default()
}

/// Returns why the credential cannot be had, as a request says it.
fn why(world: &Sandbox) -> String {
    let run = world.openclaw("models run hi --json");
    assert_ne!(run.code, Some(0), "{run}");
    let text = format!("{}{}", run.stdout, run.stderr);
    assert!(text.contains("credential_unavailable"), "{run}");
    text
}

#[test]
fn a_key_is_added_used_and_removed_and_nothing_shows_it() {
    for (key, variable) in [(KEY_FILE, None), (VARIABLE, Some(PASSPHRASE))] {
        let upstream = answering("GOOD");
        let mut world = sealed(&upstream.url(), key);
        if let Some(passphrase) = variable {
            world = world.env("STORE_PASSPHRASE", passphrase);
        }
        let first = world.openclaw_with(ADD, "x-lab-first-0123456789");
        works(&first);
        let reference = first.json()["secretRef"].as_str().unwrap().to_owned();
        assert!(
            reference.starts_with("file:sealed:/lab:default@"),
            "{reference}"
        );
        let before = bytes(&world);
        assert!(before.starts_with(b"age-encryption.org/v1\n"));
        let second = world.openclaw_with(ADD, KEY);
        works(&second);
        assert_ne!(bytes(&world), before);
        assert_eq!(
            stored(&world, "lab:default")["keyRef"]["provider"],
            "sealed"
        );
        let run = world.openclaw("models run hi");
        assert_eq!(run.ok(), "GOOD\n");
        assert_eq!(upstream.requests().pop().unwrap().credential(), Some(KEY));
        let outputs: Vec<Output> = ["status", "doctor", "models auth list", "models explain"]
            .iter()
            .map(|line| world.openclaw(line))
            .chain([first, second, run])
            .collect();
        nowhere_but(&world, &outputs.iter().collect::<Vec<_>>(), &[]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(world.path(SEALED))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let token = world.openclaw("models auth token lab:default --yes");
        assert_eq!(token.ok(), format!("{KEY}\n"));
        works(&world.openclaw("models auth remove lab:default --yes"));
        assert!(!bytes(&world).is_empty(), "the file stays, empty inside");
        nowhere_but(&world, &[], &[]);
    }
}

#[test]
fn keys_move_from_the_plain_file_to_the_encrypted_one_and_back() {
    let upstream = answering("GOOD");
    let world = world(&upstream.url(), "", "")
        .api_key("lab:a", KEY)
        .private();
    works(&world.openclaw("models auth migrate --to file"));
    nowhere_but(&world, &[], &[super::OWN_FILE]);
    world.write("age.key", format!("{IDENTITY}\n"));
    mode(&world, "age.key", 0o600);
    let entry = format!(
        r#"{{"source":"file","path":"~/{SEALED}","encryption":"age","identityFile":"~/age.key"}}"#
    );
    works(&world.run(&["config", "set", "secrets.providers.sealed", &entry]));
    works(&world.openclaw("models auth migrate --to profile"));
    works(&world.openclaw("config set secrets.defaults.file sealed"));
    works(&world.openclaw("models auth migrate --to file"));
    assert_eq!(stored(&world, "lab:a")["keyRef"]["provider"], "sealed");
    nowhere_but(&world, &[], &[]);
    assert_eq!(world.openclaw("models run hi").ok(), "GOOD\n");
    let again = world
        .openclaw("models auth migrate --to file --json")
        .json();
    assert!(again.to_string().contains("it is there already"), "{again}");
    let dry = world.openclaw("--dry-run models auth migrate --to profile");
    works(&dry);
    works(&world.openclaw("models auth migrate --to profile"));
    nowhere_but(&world, &[&dry], &[super::STORE]);
}

#[test]
fn where_the_config_names_no_file_a_reference_names_none_either() {
    let upstream = answering("GOOD");
    let world = world(&upstream.url(), "", "").private();
    let named = ADD.replace("--store file", "--store file --profile-id lab:first");
    works(&world.openclaw_with(&named, KEY));
    assert_eq!(
        stored(&world, "lab:first")["keyRef"]["provider"],
        Value::Null
    );
    assert!(world.read(super::OWN_FILE).unwrap().contains(KEY));
}

#[test]
fn a_wrong_or_missing_key_disables_that_provider_alone() {
    let upstream = answering("GOOD");
    let world = sealed(&upstream.url(), KEY_FILE);
    works(&world.openclaw_with(ADD, KEY));
    let whole = bytes(&world);
    let expect = |reason: &str| {
        let said = why(&world);
        assert!(said.contains(reason), "{reason}: {said}");
    };
    world.write("age.key", format!("{OTHER}\n"));
    expect("cannot be opened with the keys in");
    world.write("age.key", "not a key, but hunter2hunter2\n");
    expect("holds no keys of age");
    assert!(
        !why(&world).contains("hunter2"),
        "what is no key may be a secret"
    );
    mode(&world, "age.key", 0o644);
    expect("may be read or written by others");
    fs::remove_file(world.path("age.key")).unwrap();
    expect("age.key does not exist");
    world.write("age.key", format!("{IDENTITY}\n"));
    mode(&world, "age.key", 0o600);
    for damaged in [
        &whole[..whole.len() - 1],
        &whole[..whole.len() / 2],
        &whole[..10],
        b"{}",
        b"",
    ] {
        fs::write(world.path(SEALED), damaged).unwrap();
        expect("secrets.age");
        let refused = world.openclaw_with(ADD, KEY);
        assert_ne!(refused.code, Some(0), "{refused}");
        assert_eq!(bytes(&world), damaged, "never overwritten");
    }
    let mut flipped = whole.clone();
    let last = flipped.len() - 1;
    flipped[last] ^= 1;
    fs::write(world.path(SEALED), flipped).unwrap();
    expect("is no whole file of age");
    fs::write(world.path(SEALED), &whole).unwrap();
    assert_eq!(world.openclaw("models run hi").ok(), "GOOD\n");
}

#[test]
fn a_passphrase_is_asked_for_once_or_not_at_all() {
    let upstream = answering("GOOD");
    let world = sealed(&upstream.url(), VARIABLE).env("STORE_PASSPHRASE", PASSPHRASE);
    works(&world.openclaw_with(ADD, KEY));
    let world = world.env("STORE_PASSPHRASE", "wrong");
    assert!(why(&world).contains("cannot be opened with this passphrase"));
    let world = world.without("STORE_PASSPHRASE");
    assert!(why(&world).contains("STORE_PASSPHRASE is not set"));
    let asking = world.config_text().replace(VARIABLE, "");
    world.write(".openclaw/openclaw.json", asking);
    let said = why(&world);
    assert!(
        said.contains("not a terminal, so nothing can be asked"),
        "{said}"
    );
    let mut terminal = world.pty(&["models", "run", "hi"]);
    terminal.wait_for("Passphrase of");
    terminal.write(PASSPHRASE).press(&[key::ENTER]);
    terminal.wait_for("GOOD");
    terminal.end().assert_code(0);
    let mut terminal = world.pty(&["models", "run", "hi"]);
    terminal.wait_for("Passphrase of").press(&[key::ESC]);
    let ended = terminal.end();
    assert_eq!(upstream.requests().len(), 1, "{}", ended.screen);
}

#[test]
fn a_config_that_says_too_little_or_too_much_is_told() {
    let upstream = answering("GOOD");
    let both = format!("{KEY_FILE}{VARIABLE}");
    let around = r#", passphrase: { source: "file", provider: "sealed", id: "/x" }"#;
    for (key, why) in [
        (both.as_str(), "names both `identityFile` and `passphrase`"),
        (r#", identityFile: "age.key""#, "neither absolute nor below"),
        (around, "has its `passphrase` in an encrypted file"),
    ] {
        let world = sealed(&upstream.url(), key);
        let refused = world.openclaw_with(ADD, KEY);
        assert_ne!(refused.code, Some(0), "{refused}");
        assert!(refused.stderr.contains(why), "{why}: {refused}");
        assert!(bytes(&world).is_empty());
    }
}

/// Runs age; nothing, with a word, where it is not installed.
fn age(world: &Sandbox, arguments: &[&str]) -> Option<Vec<u8>> {
    let mut command = Command::new("age");
    command
        .args(arguments)
        .current_dir(world.home())
        .stdin(Stdio::null());
    match command.output() {
        Ok(output) => {
            assert!(output.status.success(), "{output:?}");
            Some(output.stdout)
        }
        Err(error) => {
            openclaw_tests::skipped(&format!("`age` cannot be run: {error}"));
            None
        }
    }
}

#[test]
fn age_itself_reads_what_is_written_and_the_other_way_round() {
    let upstream = answering("GOOD");
    let world = sealed(&upstream.url(), KEY_FILE);
    works(&world.openclaw_with(ADD, "x-lab-first-0123456789"));
    let Some(text) = age(&world, &["-d", "-i", "age.key", SEALED]) else {
        return;
    };
    let document: Value = serde_json::from_slice(&text).unwrap();
    let (name, secret) = document.as_object().unwrap().iter().next().unwrap();
    assert_eq!(secret, "x-lab-first-0123456789");
    world.write("plain.json", json!({ name: KEY }).to_string());
    age(&world, &["-e", "-i", "age.key", "-o", SEALED, "plain.json"]);
    mode(&world, SEALED, 0o600);
    fs::remove_file(world.path("plain.json")).unwrap();
    assert_eq!(world.openclaw("models run hi").ok(), "GOOD\n");
    assert_eq!(upstream.requests().pop().unwrap().credential(), Some(KEY));
}
