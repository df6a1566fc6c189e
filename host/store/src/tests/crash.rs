//! Writers that are killed, and writers that crowd. The writers are this test program again.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use openclaw_core::credential::ProfileId;
use serde_json::{Value as Json, json};

use super::auth::key;
use super::set;
use crate::auth::AuthFile;
use crate::config::ConfigFile;
use crate::json5::parse;
use crate::lock::Lock;
use crate::{Environment, Paths, StoreError};

/// Names the folder that a writer works in.
pub(super) const CHILD: &str = "OPENCLAW_STORE_TEST_FOLDER";
const NUMBER: &str = "OPENCLAW_STORE_TEST_NUMBER";

const CROWD: usize = 16;
const EACH: usize = 5;

#[expect(
    clippy::disallowed_methods,
    reason = "how a test tells its child what to do"
)]
fn told(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The folder to work in, if this process is such a writer.
pub(super) fn child_folder() -> Option<String> {
    told(CHILD)
}

fn child(test: &str, folder: &Path, number: usize) -> Child {
    Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", &format!("tests::crash::{test}"), "--quiet"])
        .env(CHILD, folder)
        .env(NUMBER, number.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("started")
}

fn config(folder: &Path) -> ConfigFile {
    let environment = Environment {
        cwd: folder.to_path_buf(),
        ..Environment::default()
    };
    let vars = [(
        "OPENCLAW_STATE_DIR".to_owned(),
        folder.display().to_string(),
    )];
    let environment = Environment {
        vars: vars.into(),
        ..environment
    };
    ConfigFile::new(&Paths::resolve(&environment).expect("it is named"))
}

/// Both numbers are always written together.
fn config_state(folder: &Path) -> u64 {
    let text = std::fs::read_to_string(folder.join("openclaw.json")).expect("it is always there");
    let root = parse(&text).expect("it is always whole").to_json();
    assert_eq!(root["meta"]["first"], root["meta"]["second"], "{text}");
    assert!(text.starts_with("// mine"), "{text}");
    root["meta"]["first"].as_u64().expect("a number")
}

fn auth_state(folder: &Path) -> u64 {
    let text =
        std::fs::read_to_string(folder.join("auth-profiles.json")).expect("it is always there");
    let root: Json = serde_json::from_str(&text).expect("it is always whole");
    assert_eq!(
        root["profiles"]["p:a"]["key"], root["profiles"]["p:b"]["key"],
        "{text}"
    );
    root["profiles"]["p:a"]["key"]
        .as_str()
        .and_then(|number| number.parse().ok())
        .expect("a number")
}

fn write_auth(folder: &Path, number: u64) {
    let written = AuthFile::new(folder).update(|document| {
        document.upsert(&key("p:a", &number.to_string()));
        document.upsert(&key("p:b", &number.to_string()));
        Ok::<_, StoreError>(())
    });
    written.expect("written");
}

/// Run by [`a_writer_killed_at_any_moment_leaves_whole_files`]; on its own it does nothing.
#[test]
fn child_writes_until_it_is_killed() {
    let Some(folder) = child_folder().map(PathBuf::from) else {
        return;
    };
    let (mut written, mut stored) = (config_state(&folder), auth_state(&folder));
    loop {
        written += 1;
        let edits = [
            set("meta.first", json!(written)),
            set("meta.second", json!(written)),
        ];
        config(&folder).apply(&edits).expect("written");
        stored += 1;
        write_auth(&folder, stored);
    }
}

#[test]
fn a_writer_killed_at_any_moment_leaves_whole_files() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    std::fs::write(
        folder.join("openclaw.json"),
        "// mine\n{meta: {first: 0, second: 0}}",
    )
    .expect("written");
    write_auth(folder, 0);
    let (mut written, mut stored) = (0, 0);
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    // At least 300 writes, and a kill every few of them.
    let started = Instant::now();
    let mut kills = 0;
    while written + stored < 300 || kills < 60 {
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "{written} {stored} {kills}"
        );
        let mut child = child("child_writes_until_it_is_killed", folder, 0);
        let first = (written, stored);
        // Wait for its first write, so that the time to start does not count.
        while (config_state(folder), auth_state(folder)) == first {
            assert!(
                matches!(child.try_wait(), Ok(None)),
                "the writer ended by itself"
            );
            std::thread::sleep(Duration::from_micros(200));
        }
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        std::thread::sleep(Duration::from_micros((random >> 33) % 12_000));
        child.kill().expect("killed");
        child.wait().expect("gone");
        let now = (config_state(folder), auth_state(folder));
        assert!(now.0 >= written && now.1 >= stored, "a write was lost");
        (written, stored) = now;
        kills += 1;
    }
    // The next writer gets the lock at once and clears what the killed ones left.
    write_auth(folder, stored + 1);
    config(folder)
        .apply(&[set("meta.first", json!(0)), set("meta.second", json!(0))])
        .expect("written");
    let left = super::names(folder);
    assert!(left.iter().all(|name| !name.ends_with(".tmp")), "{left:?}");
}

/// Run by [`sixteen_writers_at_once_lose_nothing`]; on its own it does nothing.
#[test]
fn child_adds_its_profiles() {
    let (Some(folder), Some(number)) = (child_folder(), told(NUMBER)) else {
        return;
    };
    let folder = PathBuf::from(folder);
    for turn in 0..EACH {
        let name = format!("p:{number}-{turn}");
        let added = AuthFile::new(&folder).update(|document| {
            document.upsert(&key(&name, "k"));
            Ok::<_, StoreError>(())
        });
        added.expect("written");
        config(&folder)
            .apply(&[set(&format!("auth.order.{number}x{turn}"), json!([name]))])
            .expect("written");
    }
}

#[test]
fn sixteen_writers_at_once_lose_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let children: Vec<Child> = (0..CROWD)
        .map(|number| child("child_adds_its_profiles", folder, number))
        .collect();
    for mut child in children {
        assert!(child.wait().expect("ended").success());
    }
    let store = AuthFile::new(folder).load().document.store();
    assert_eq!(store.profiles.len(), CROWD * EACH);
    assert!((0..CROWD).all(|number| (0..EACH).all(|turn| {
        let id = ProfileId::new(format!("p:{number}-{turn}"));
        store.profiles.iter().any(|profile| profile.id == id)
    })));
    let config = config(folder).load(&Environment::default()).expect("valid");
    assert_eq!(config.typed.auth.order.len(), CROWD * EACH);
}

#[test]
fn a_lock_that_stays_taken_is_reported() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("auth-profiles.json");
    let place = crate::file::Place::create(&path).expect("opened");
    let held = Lock::acquire(&place, Duration::ZERO).expect("free");
    let error = Lock::acquire(&place, Duration::from_millis(50)).expect_err("taken");
    assert_eq!(
        error.to_string(),
        format!("Failed to update {} (lock busy?).", path.display())
    );
    drop(held);
    Lock::acquire(&place, Duration::ZERO).expect("free again");
}
