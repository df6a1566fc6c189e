//! A real Secret Service: gnome-keyring on a bus of its own.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use openclaw_tests::Sandbox;
use serde_json::json;

use super::{KEY, STORE, answering, nowhere_but, stored, works, world};

/// A session with a keychain, which ends when it is dropped.
struct Session {
    child: Child,
    address: String,
}

impl Session {
    /// Starts one whose keychain is unlocked and empty; `None`, with a word, where there is no such
    /// program.
    fn start(world: &Sandbox) -> Option<Self> {
        let script = "printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1 || exit 1
            echo \"$DBUS_SESSION_BUS_ADDRESS\"; exec cat >/dev/null";
        for folder in ["run", "keyring"] {
            std::fs::create_dir_all(world.path(folder)).unwrap();
            super::mode(world, folder, 0o700);
        }
        let mut command = Command::new("dbus-run-session");
        command
            .args(["--", "sh", "-c", script])
            .env("HOME", world.path("keyring"))
            .env("XDG_RUNTIME_DIR", world.path("run"))
            .env_remove("XDG_DATA_HOME")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut address = String::new();
        let started = command.spawn().ok().and_then(|mut child| {
            let mut said = BufReader::new(child.stdout.take()?);
            said.read_line(&mut address).ok()?;
            Some(child)
        });
        let address = address.trim().to_owned();
        match started {
            Some(child) if !address.is_empty() => Some(Self { child, address }),
            _ => {
                openclaw_tests::skipped(
                    "dbus-run-session or gnome-keyring-daemon is not here, so no keychain is tried",
                );
                None
            }
        }
    }

    /// Locks the keychain. Nobody can unlock it again: there is no screen to ask at.
    fn lock(&self) {
        let locked = Command::new("dbus-send")
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .args([
                "--session",
                "--print-reply",
                "--dest=org.freedesktop.secrets",
                "/org/freedesktop/secrets",
                "org.freedesktop.Secret.Service.Lock",
                "array:objpath:/org/freedesktop/secrets/collection/login",
            ])
            .stdout(Stdio::null())
            .status();
        assert!(locked.unwrap().success());
    }

    /// Returns what another program finds of ours in the keychain.
    fn entries(&self) -> Option<String> {
        let found = Command::new("secret-tool")
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .args(["search", "--all", "service", "openclaw"])
            .output();
        Some(String::from_utf8_lossy(&found.ok()?.stdout).into_owned())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        self.child.wait().ok();
    }
}

#[test]
fn a_key_in_the_keychain_signs_moves_and_goes() {
    let upstream = answering("GOOD");
    let world = world(&upstream.url(), "", "");
    let Some(session) = Session::start(&world) else {
        return;
    };
    let world = world.env("DBUS_SESSION_BUS_ADDRESS", &session.address);
    let add = "models auth add --provider lab --method api-key --store keychain --stdin";
    world.openclaw_with(add, "x-lab-first-0123456789").ok();
    let added = world.openclaw_with(add, KEY);
    works(&added);
    let reference = stored(&world, "lab:default")["keyRef"].clone();
    assert_eq!(reference["source"], "keychain");
    if let Some(entries) = session.entries() {
        assert_eq!(entries.matches("secret = ").count(), 1, "{entries}");
        assert!(entries.contains(&format!("secret = {KEY}")), "{entries}");
    }
    let run = world.openclaw("models run hi -vv");
    assert_eq!(run.stdout, "GOOD\n", "{run}");
    assert_eq!(upstream.requests().pop().unwrap().credential(), Some(KEY));
    nowhere_but(&world, &[&added, &run], &[]);

    works(&world.openclaw("models auth migrate --to profile"));
    assert_eq!(stored(&world, "lab:default")["key"], KEY);
    assert_eq!(session.entries().unwrap_or_default(), "");
    let dry = world.openclaw("models auth migrate --to keychain --dry-run");
    works(&dry);
    assert_eq!(session.entries().unwrap_or_default(), "");
    let moved = world.openclaw("models auth migrate --to keychain");
    works(&moved);
    nowhere_but(&world, &[&dry, &moved], &[]);
    assert_eq!(
        world.openclaw("models auth token lab:default --yes").ok(),
        format!("{KEY}\n")
    );
    works(&world.openclaw("models auth remove lab:default --yes"));
    assert_eq!(session.entries().unwrap_or_default(), "");
}

#[test]
fn a_keychain_that_is_locked_empty_or_absent_is_named() {
    let upstream = answering("GOOD");
    let world = world(&upstream.url(), "", "");
    let Some(session) = Session::start(&world) else {
        return;
    };
    let world = world.env("DBUS_SESSION_BUS_ADDRESS", &session.address);
    let add = "models auth add --provider lab --method api-key --store keychain --stdin";
    world.openclaw_with(add, KEY).ok();
    let gone = json!({ "type": "api_key", "provider": "lab", "keyRef": { "source": "keychain", "id": "gone" } });
    let world = world
        .profile("lab:gone", gone)
        .api_key("lab:z", "x-lab-spare-0123456789");
    world.make_private();
    let entry = "the keychain has no entry `gone`";
    let doctor = world.openclaw("doctor --json");
    assert!(doctor.stdout.contains(entry), "{doctor}");
    assert!(!doctor.stdout.contains("is locked"), "{doctor}");
    session.lock();
    // What only reads does not ask.
    let status = world.openclaw("models status");
    assert!(!status.to_string().contains("locked"), "{status}");
    let locked = "the keychain is locked, and was not unlocked";
    let doctor = world.openclaw("doctor --json");
    assert!(doctor.stdout.contains(locked), "{doctor}");
    let run = world.openclaw("models run hi -vv");
    assert_eq!(run.stdout, "GOOD\n", "{run}");
    assert_eq!(
        upstream.requests().pop().unwrap().credential(),
        Some("x-lab-spare-0123456789")
    );
    let before = world.read(STORE);
    let refused = world.openclaw_with(add, "x-lab-other-0123456789");
    refused.failed();
    assert!(refused.stderr.contains("locked"), "{refused}");
    assert_eq!(world.read(STORE), before);
    drop(session);
    let absent = world.openclaw("doctor --json");
    assert!(
        absent.stdout.contains("there is no keychain here"),
        "{absent}"
    );
    nowhere_but(&world, &[&doctor, &run, &refused, &absent], &[]);
}
