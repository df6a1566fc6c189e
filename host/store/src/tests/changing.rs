use std::process::Command;

use serde_json::json;

use super::{Sandbox, append, mode, names, remove, set};
use crate::StoreError;
use crate::config::Config;

const FILE: &str = ".openclaw/openclaw.json";

#[test]
fn a_new_file_is_made_for_its_owner_alone() {
    let world = Sandbox::new();
    let written = world
        .set("agents.defaults.model.primary", json!("a/b"))
        .expect("written");
    assert!(written.changed);
    assert_eq!(
        world.text(FILE),
        "{\n  \"agents\": {\n    \"defaults\": {\n      \"model\": {\n        \"primary\": \"a/b\"\n      }\n    }\n  }\n}\n"
    );
    assert_eq!(
        (mode(&world.path(FILE)), mode(&world.path(".openclaw"))),
        (0o600, 0o700)
    );
    assert_eq!(
        names(&world.path(".openclaw")),
        ["openclaw.json", "openclaw.json.lock"]
    );
}

#[test]
fn comments_references_line_ends_and_mode_survive() {
    let before = "\u{feff}// mine\r\n{\r\n\tagents: { /* all */ defaults: { model: 'opus' } },\r\n\tmodels: { providers: { c: { apiKey: '${NOT_SET}', baseUrl: '${NOR_THIS}' } } }, // keep\r\n}";
    let world = Sandbox::with(before);
    std::fs::set_permissions(
        world.path(FILE),
        std::os::unix::fs::PermissionsExt::from_mode(0o640),
    )
    .expect("set");
    let edits = [
        set("agents.defaults.model", json!("gpt")),
        set("auth.order.p", json!(["p:a"])),
    ];
    assert!(world.config().apply(&edits).expect("written").changed);
    let after = before.replace("'opus'", "'gpt'").replace(
        "// keep\r\n",
        "// keep\r\n\tauth: { order: { p: ['p:a'] } },\r\n",
    );
    assert_eq!(world.text(FILE), after);
    assert_eq!(mode(&world.path(FILE)), 0o640);
    assert_eq!(world.text(".openclaw/openclaw.json.bak"), before);
}

#[test]
fn nothing_to_change_is_nothing_written() {
    let world = Sandbox::with("{a: 1}");
    assert!(
        !world
            .config()
            .apply(&[set("a", json!(1)), remove("b")])
            .expect("fits")
            .changed
    );
    assert_eq!(names(&world.path(".openclaw")), ["openclaw.json"]);
    let world = Sandbox::new();
    assert!(!world.config().apply(&[remove("b")]).expect("fits").changed);
    assert!(!world.path(".openclaw").exists());
}

#[test]
fn five_backups_are_kept() {
    let world = Sandbox::with("{meta: {n: 0}}");
    for n in 1..=7 {
        world.set("meta.n", json!(n)).expect("written");
    }
    let backups = ["", ".1", ".2", ".3", ".4"].map(|age| world.text(&format!("{FILE}.bak{age}")));
    assert_eq!(
        backups,
        [6, 5, 4, 3, 2].map(|n| format!("{{meta: {{n: {n}}}}}"))
    );
    assert_eq!(names(&world.path(".openclaw")).len(), 7);
}

#[test]
fn a_link_stays_and_its_target_is_changed() {
    let world = Sandbox::new();
    world.write("dotfiles/claw.json5", "{a: 1}");
    world.write(".openclaw/keep", "");
    std::os::unix::fs::symlink("../dotfiles/claw.json5", world.path(FILE)).expect("linked");
    world.set("meta.b", json!(2)).expect("written");
    assert!(world.path(FILE).is_symlink());
    assert_eq!(world.text("dotfiles/claw.json5"), "{a: 1, meta: {b: 2}}");
    assert_eq!(
        names(&world.path("dotfiles")),
        ["claw.json5", "claw.json5.lock"]
    );
    assert_eq!(world.text(".openclaw/openclaw.json.bak"), "{a: 1}");

    std::fs::remove_file(world.path("dotfiles/claw.json5")).expect("removed");
    world.set("meta.b", json!(3)).expect("written");
    assert!(world.path(FILE).is_symlink() && world.text("dotfiles/claw.json5").contains('3'));
}

#[track_caller]
fn refuse(world: &Sandbox, path: &str, expected: &str) {
    let before = (world.text(FILE), names(&world.path(".openclaw")));
    let error = world.set(path, json!("x")).expect_err("refused");
    assert_eq!(world.said(error), expected);
    assert_eq!((world.text(FILE), names(&world.path(".openclaw"))), before);
}

#[test]
fn what_would_break_the_file_is_refused() {
    refuse(
        &Sandbox::with("{a: 1,,}"),
        "b",
        "~/.openclaw/openclaw.json, line 1, column 7: expected a key or `}`, found `,`",
    );
    refuse(
        &Sandbox::with("{agents: {list: []}}"),
        "agents.list[1].id",
        "cannot change ~/.openclaw/openclaw.json: `agents.list` has 0 elements, so index 1 would leave a hole; the next is 0",
    );
    refuse(
        &Sandbox::with("{}"),
        "agents.defaults",
        "Config invalid: agents.defaults: expected an object, found a string (~/.openclaw/openclaw.json:3:17)",
    );
    refuse(
        &Sandbox::with("{agents: {defaults: {model: 'opus'}}}"),
        "agents.defaults.model.primary",
        "cannot change ~/.openclaw/openclaw.json: `agents.defaults.model` is a string, so it has no `primary`",
    );
}

#[test]
fn what_an_included_file_provides_is_edited_there() {
    let world =
        Sandbox::with("{ agents: { $include: 'agents.json5', list: [] }, meta: { x: 'own' } }");
    world.write(
        ".openclaw/agents.json5",
        "{ defaults: { model: { primary: 'a/b', fallbacks: ['c/d'] } } }",
    );
    let there = |key: &str| {
        format!(
            "`{key}` comes from ~/.openclaw/agents.json5, which ~/.openclaw/openclaw.json includes: edit it there"
        )
    };
    refuse(
        &world,
        "agents.defaults.model.primary",
        &there("agents.defaults.model.primary"),
    );
    refuse(
        &world,
        "agents.defaults.model.fallbacks[1]",
        &there("agents.defaults.model.fallbacks.1"),
    );
    let error = world
        .config()
        .apply(&[remove("agents.defaults.model.fallbacks")])
        .expect_err("refused");
    assert_eq!(world.said(error), there("agents.defaults.model.fallbacks"));
    let error = world
        .set("agents.defaults", json!({"model": "x"}))
        .expect_err("refused");
    assert_eq!(world.said(error), there("agents.defaults"));

    world
        .set("agents.defaults.imageModel.primary", json!("i/m"))
        .expect("not in the include");
    world
        .set("agents.list[0].id", json!("main"))
        .expect("its own list");
    world.set("meta.x", json!("mine")).expect("its own key");
    let merged = world.load().expect("valid").root.to_json();
    assert_eq!(
        merged["agents"]["defaults"],
        json!({"model": {"primary": "a/b", "fallbacks": ["c/d"]}, "imageModel": {"primary": "i/m"}})
    );
    assert_eq!(merged["agents"]["list"], json!([{"id": "main"}]));
    assert!(world.text(FILE).contains("$include: 'agents.json5'"));
    // What is so already may be set again.
    assert!(
        !world
            .set("agents.defaults.model.primary", json!("a/b"))
            .expect("no change")
            .changed
    );
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let world = Sandbox::new().var("OPENCLAW_STATE_DIR", "/proc/openclaw");
    let error = world.set("a", json!(1)).expect_err("nobody writes there");
    assert_eq!(error.to_string(), "cannot create /proc/openclaw");
    assert!(matches!(error, StoreError::Io(_)));

    let world = Sandbox::with("{a: 1}");
    std::fs::create_dir(world.path(".openclaw/openclaw.json.lock")).expect("created");
    let error = world.set("a", json!(2)).expect_err("the lock is a folder");
    assert_eq!(
        world.said(error),
        "cannot lock ~/.openclaw/openclaw.json.lock"
    );
    assert_eq!(world.text(FILE), "{a: 1}");
}

#[test]
fn appended_elements_follow_what_is_there_now() {
    let world = Sandbox::with("{agents: {list: null}, auth: {order: {p: ['p:a']}}}");
    let edits = [
        append("auth.order.p", json!("p:b")),
        append("agents.list", json!({"id": "main"})),
    ];
    assert!(world.config().apply(&edits).expect("written").changed);
    let root = world.load().expect("valid").root.to_json();
    assert_eq!(root["auth"]["order"]["p"], json!(["p:a", "p:b"]));
    assert_eq!(root["agents"]["list"], json!([{"id": "main"}]));

    let world = Sandbox::with("{agents: {$include: 'agents.json5'}}");
    world.write(
        ".openclaw/agents.json5",
        "{defaults: {model: {fallbacks: ['c/d']}}}",
    );
    let edit = append("agents.defaults.model.fallbacks", json!("e/f"));
    let error = world.config().apply(&[edit]).expect_err("it is there");
    assert!(matches!(error, StoreError::Included { .. }), "{error}");
}

#[test]
fn an_update_is_decided_on_what_the_file_says_under_the_lock() {
    let world = Sandbox::with("{auth: {order: {p: ['p:a']}}}");
    let mut asked = 0;
    let decide = |config: &Config| {
        asked += 1;
        let before = config.typed.auth.order[0].1.len();
        if asked == 1 {
            // Another process, between the first look and the lock.
            world
                .config()
                .apply(&[append("auth.order.p", json!("p:b"))])?;
        }
        Ok::<_, StoreError>((
            vec![append("auth.order.p", json!(format!("after {before}")))],
            before,
        ))
    };
    let (written, before) = world
        .config()
        .update(&world.environment, decide)
        .expect("written");
    assert!(written.changed && before == 2);
    let order = world.load().expect("valid").typed.auth.order;
    assert_eq!(order[0].1, ["p:a", "p:b", "after 2"]);
}

/// Run by [`a_disk_that_fills_up_leaves_the_old_file`] where files cannot grow beyond 8 KiB; on its
/// own it does nothing.
#[test]
fn child_writes_too_much() {
    let Some(home) = super::crash::child_folder() else {
        return;
    };
    let world = Sandbox::new().var("OPENCLAW_STATE_DIR", &home);
    let error = world
        .set("meta.big", json!("x".repeat(20_000)))
        .expect_err("it does not fit");
    assert!(matches!(error, StoreError::Io(_)), "{error}");
    assert!(error.to_string().starts_with("cannot write "), "{error}");
}

#[test]
fn a_disk_that_fills_up_leaves_the_old_file() {
    let world = Sandbox::with("{meta: {}}");
    let child = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 16; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().expect("this test"))
        .args(["--exact", "tests::changing::child_writes_too_much"])
        .env(super::crash::CHILD, world.path(".openclaw"))
        .output()
        .expect("started");
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(
        child.status.success() && said.contains("1 passed"),
        "{said}"
    );
    assert_eq!(world.text(FILE), "{meta: {}}");
    assert_eq!(
        names(&world.path(".openclaw")),
        ["openclaw.json", "openclaw.json.lock"]
    );
}
