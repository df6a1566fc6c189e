//! What is typed, piped or found that cannot be used: each a clear error, and nothing is lost.

mod every_command;
mod replies;

use std::io::Read as _;

use expect_test::{expect, expect_file};
use openclaw_tests::Sandbox;

const BROKEN: &str = "{\n  // mine\n  agents: { defaults: { model: \"a/b\" } }\n  models: {}\n}\n";

#[test]
fn a_broken_config_is_named_with_line_and_column_and_not_touched() {
    let world = Sandbox::new().config(BROKEN);
    world.openclaw("plugins list").is(expect![[r#"
        ---- stderr
        error: cannot list the plugins
          caused by: <home>/.openclaw/openclaw.json, line 4, column 3: expected `,` or `}`, found `m`
          4 |   models: {}
            |   ^
        hint: correct the file by hand
        [exit 1]
    "#]]);
    assert_eq!(world.config_text(), BROKEN);
}

#[test]
fn an_unknown_flag_or_command_is_a_failure_of_its_own() {
    let world = Sandbox::new();
    for arguments in [
        "plugins list --colour",
        "plugins destroy",
        "nonsense",
        "plugins can-reach anthropic",
    ] {
        let output = world.openclaw(arguments);
        assert!(output.failed().starts_with("error: "), "{output}");
        assert!(output.stderr.contains("--help"), "{output}");
    }
}

#[test]
fn a_usage_error_is_data_where_data_was_asked_for() {
    let output = Sandbox::new().openclaw("plugins list --colour --json");
    let error: serde_json::Value = serde_json::from_str(output.failed()).unwrap();
    assert_eq!(error["error"]["code"], "usage");
}

#[test]
fn json_and_plain_exclude_each_other() {
    Sandbox::new()
        .openclaw("plugins list --json --plain")
        .is(expect![[r#"
        ---- stderr
        error: Choose either --json or --plain, not both.
        [exit 1]
    "#]]);
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let world = Sandbox::new();
    let mut child = world
        .command()
        .args(["plugins", "inspect", "anthropic", "--json"])
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(0), ""));
}

#[test]
#[cfg(target_os = "linux")]
fn data_that_cannot_be_written_is_a_failure() {
    Sandbox::new()
        .shell("\"$OPENCLAW\" plugins list > /dev/full")
        .is(expect![[r#"
            ---- stderr
            error: cannot write to stdout
              caused by: No space left on device (os error 28)
            [exit 1]
        "#]]);
}

#[test]
fn without_a_home_it_says_what_to_set() {
    Sandbox::new()
        .without("HOME")
        .openclaw("plugins list")
        .is(expect![[r#"
        ---- stderr
        error: cannot find the home folder, so there is no place for openclaw's files
        hint: set HOME, or OPENCLAW_STATE_DIR to a folder of your own
        [exit 1]
    "#]]);
}

#[test]
fn a_state_folder_of_ones_own_needs_no_home() {
    let world = Sandbox::new().without("HOME");
    let folder = world.path("state").display().to_string();
    let world = world.env("OPENCLAW_STATE_DIR", &folder);
    world.openclaw("plugins list").ok();
}

#[test]
fn a_write_to_a_broken_config_changes_nothing() {
    let world = Sandbox::new().config(BROKEN);
    world.openclaw("models set anthropic/claude-opus-4-5").is(expect![[r#"
        ---- stderr
        error: cannot set the primary model
          caused by: <home>/.openclaw/openclaw.json, line 4, column 3: expected `,` or `}`, found `m`
          4 |   models: {}
            |   ^
          nothing was changed
        hint: correct the file by hand
        [exit 1]
    "#]]);
    assert_eq!(world.config_text(), BROKEN);
    assert_eq!(world.files(), [".openclaw/openclaw.json"]);
}

#[test]
fn a_config_of_the_wrong_shape_is_told_a_line_a_problem() {
    let world =
        Sandbox::new().config("{ agents: { defaults: { model: { primary: 5 } } }, auth: [] }\n");
    world.openclaw("models set openai/gpt-5.2").is(expect![[r#"
            ---- stderr
            error: cannot set the primary model
              caused by: Config invalid
              agents.defaults.model.primary: expected a string, found a number (<home>/.openclaw/openclaw.json:1:43)
              auth: expected an object, found an array (<home>/.openclaw/openclaw.json:1:58)
              nothing was changed
            hint: see every problem with `openclaw config validate`
            [exit 1]
        "#]]);
    world.openclaw("models status --json").is(expect_file![
        "expected/bad_input.a_config_of_the_wrong_shape_is_told_a_line_a_problem.txt"
    ]);
    assert_eq!(world.config_diff(), "");
}

#[test]
fn an_unknown_model_is_refused_with_a_suggestion() {
    let world = Sandbox::new().config("{ /* mine */ }\n");
    let output = world.openclaw("models set anthropic/claude-haiku-3-5");
    let lines: Vec<&str> = output.failed().lines().collect();
    assert_eq!(lines[0], "error: Unknown model: anthropic/claude-haiku-3-5");
    assert!(
        lines[1].starts_with("  not an alias, and not among the "),
        "{output}"
    );
    assert_eq!(lines[2], "  nothing was changed");
    assert!(lines[3].starts_with("hint: did you mean "), "{output}");
    assert!(
        lines[3].contains("`anthropic/claude-haiku-4-5`"),
        "{output}"
    );
    assert_eq!(world.config_diff(), "");
}

#[test]
fn an_alias_to_nothing_is_refused() {
    let world = Sandbox::new().config("{}\n");
    world.openclaw("models aliases remove opus").is(expect![[r#"
            ---- stderr
            error: Alias not found: opus
              nothing was changed
            hint: see the aliases with `openclaw models aliases list`
            [exit 1]
        "#]]);
    let output = world.openclaw("models set opus");
    assert!(
        output.failed().starts_with("error: Unknown model: opus\n"),
        "{output}"
    );
    assert_eq!(world.config_diff(), "");
}

#[test]
fn an_empty_prompt_is_refused() {
    let output = Sandbox::new().openclaw_with("models run", "  \n");
    output.is(expect![[r#"
        ---- stderr
        error: the prompt is empty
        hint: give it as an argument, `openclaw models run "Hello"`, or on standard input
        [exit 1]
    "#]]);
}

#[test]
fn a_file_in_the_place_of_the_state_folder_is_named() {
    let world = Sandbox::new();
    world.write(".openclaw", "not a folder");
    world.openclaw("models set anthropic/claude-opus-4-5").is(expect![[r#"
        ---- stderr
        error: cannot set the primary model
          caused by: cannot open <home>/.openclaw
          caused by: Not a directory (os error 20)
          nothing was changed
        hint: <home>/.openclaw leads through a file where a folder should be: move that file away, or set OPENCLAW_STATE_DIR to a folder of your own
        [exit 1]
    "#]]);
    assert_eq!(world.read(".openclaw").unwrap(), "not a folder");
    assert_eq!(world.files(), [".openclaw"]);
}

#[test]
#[cfg(unix)]
fn a_disk_that_takes_no_more_loses_nothing() {
    let before = "{\n  // mine\n  agents: {},\n}\n";
    let world = Sandbox::new().config(before);
    // A limit of no bytes fails the write as a full disk does; the signal that comes with it is ignored.
    let line = "trap '' XFSZ; ulimit -f 0; exec \"$OPENCLAW\" models set anthropic/claude-opus-4-5";
    let output = world.shell(line);
    assert!(output.failed().starts_with("error: "), "{output}");
    assert!(output.stderr.contains("File too large"), "{output}");
    assert_eq!(world.config_text(), before);
    let left = world.files();
    assert!(!left.iter().any(|name| name.contains("tmp")), "{left:?}");
}
