//! Whose files are after a write, and files that nothing can be renamed over. What needs root is
//! looked at where the tests run as root.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::Path;
use std::process::Command;

use super::*;

const USER: u32 = 12_345;
const GOOGLE: &str = "AIzaSyA-0123456789-0123456789-0123456789\n";

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout == b"0\n"
}

/// Gives everything below a folder to the user.
fn give(folder: &Path) {
    chown(folder, Some(USER), Some(USER)).unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            give(&path);
        } else {
            chown(path, Some(USER), Some(USER)).unwrap();
        }
    }
}

/// Returns what below a folder does not belong to the user.
fn not_given(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let metadata = fs::metadata(&folder).unwrap();
        if (metadata.uid(), metadata.gid()) != (USER, USER) {
            found.push(folder.display().to_string());
        }
        if metadata.is_dir() {
            folders.extend(
                fs::read_dir(&folder)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        }
    }
    found.sort();
    found
}

#[test]
fn root_leaves_the_users_files_to_the_user() {
    if !is_root() {
        return;
    }
    let world = Sandbox::new().config("{}\n").profile(
        "openai:a",
        json!({ "type": "api_key", "provider": "openai", "key": "sk-0123456789abcdef" }),
    );
    give(world.home());
    world.openclaw("models set openai/gpt-5.2").ok();
    world.openclaw("models set openai/gpt-5.1").ok();
    let pasted = world.openclaw_with("models auth paste-token --provider google", GOOGLE);
    assert_eq!(pasted.code, Some(0), "{pasted}");
    let added = world.openclaw("agents add work --workspace ~/ws");
    assert_eq!(added.code, Some(0), "{added}");
    let pasted = world.openclaw_with(
        "models auth paste-token --provider google --agent work",
        GOOGLE,
    );
    assert_eq!(pasted.code, Some(0), "{pasted}");
    assert_eq!(not_given(&world.path(".openclaw")), Vec::<String>::new());
    let store = world.path(".openclaw/agents/main/agent/auth-profiles.json");
    assert_eq!(
        fs::metadata(store).unwrap().permissions().mode() & 0o777,
        0o600
    );

    // A home in which nothing of this program is yet.
    let world = Sandbox::new().env("OPENAI_API_KEY", "sk-of-a-test");
    give(world.home());
    world.openclaw("models set openai/gpt-5.2").ok();
    assert_eq!(not_given(&world.path(".openclaw")), Vec::<String>::new());
}

#[test]
fn root_leaves_nothing_of_its_own_anywhere_in_a_home() {
    if !is_root() {
        return;
    }
    let server = answering("GOOD");
    let config = lab(
        &format!("{}/v1", server.url()),
        "apiKey: \"x-lab-0123456789\",",
    );
    // A home as it is made for somebody, without a cache; and with one.
    for with_cache in [false, true] {
        let world = Sandbox::new().config(&config);
        if with_cache {
            fs::create_dir(world.path(".cache")).unwrap();
        }
        give(world.home());
        assert_eq!(world.openclaw("models run hi").ok(), "GOOD\n");
        assert!(world.read(".openclaw/logs/audit.jsonl").is_some());
        assert_eq!(not_given(world.home()), Vec::<String>::new());
        // What was cut off is noticed all the same.
        fs::write(world.path(".openclaw/logs/audit.jsonl"), "").unwrap();
        assert_eq!(findings(&world, "audit-chain").len(), 1);
    }
}

/// Runs a line of shell with mounts of its own; nothing where the system does not allow that.
fn with_mounts(world: &Sandbox, line: &str) -> Option<Output> {
    let allowed = Command::new("unshare").args(["-m", "true"]).output();
    if !allowed.is_ok_and(|output| output.status.success()) {
        return None;
    }
    let line = line.replace('\'', r"'\''");
    Some(world.shell(&format!("unshare -m sh -ec '{line}'")))
}

#[test]
fn a_single_file_that_is_a_mount_point_is_written_over() {
    let world = Sandbox::new()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .config("{ agents: { defaults: { model: \"openai/gpt-5.1-with-a-long-name\" } } }\n")
        .profile(
            "openai:a",
            json!({ "type": "api_key", "provider": "openai", "key": "sk-0123456789abcdef" }),
        );
    let line = "cd ~/.openclaw; mount --bind openclaw.json openclaw.json; \
        mount --bind agents/main/agent/auth-profiles.json agents/main/agent/auth-profiles.json; \
        \"$OPENCLAW\" models set openai/gpt-5.2; \
        \"$OPENCLAW\" models auth remove openai:a --yes; \
        cat openclaw.json agents/main/agent/auth-profiles.json; ls -a";
    let Some(output) = with_mounts(&world, line) else {
        return;
    };
    assert_eq!(output.code, Some(0), "{output}");
    assert!(world.config_text().contains("gpt-5.2"), "{output}");
    assert!(!world.config_text().contains("long-name"), "{output}");
    assert!(
        world
            .read(".openclaw/openclaw.json.bak")
            .unwrap()
            .contains("long-name")
    );
    let store = world
        .read(".openclaw/agents/main/agent/auth-profiles.json")
        .unwrap();
    let store: Value = serde_json::from_str(&store).unwrap();
    assert_eq!(store["profiles"], json!({}));
    assert!(
        world.files().iter().all(|file| !file.contains(".tmp")),
        "{:?}",
        world.files()
    );
}

#[test]
fn a_read_only_home_is_told_by_doctor() {
    let world = Sandbox::new()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .config("{}\n");
    let line = "mount --bind ~ ~; mount -o remount,bind,ro ~; \"$OPENCLAW\" doctor --json || true";
    let Some(output) = with_mounts(&world, line) else {
        return;
    };
    let value: Value = serde_json::from_str(&output.stdout).unwrap();
    let ids: Vec<&str> = value["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["id"].as_str())
        .collect();
    assert!(ids.contains(&"state-read-only"), "{ids:?}");
    assert!(findings(&world, "state-read-only").is_empty());
}
