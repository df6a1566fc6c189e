//! `--dry-run` on every command that writes.

use openclaw_tests::Sandbox;

use super::KEY;
use crate::surface::commands;

fn world() -> Sandbox {
    Sandbox::new()
        .config("{\n  // mine\n  agents: { defaults: { model: { primary: \"anthropic/claude-opus-4-5\", fallbacks: [\"openai/gpt-5.2\"] },\n    models: { \"anthropic/claude-opus-4-5\": { alias: \"opus\" }, \"openai/gpt-5.2\": {} } },\n    list: [{ id: \"main\", default: true }, { id: \"work\" }] },\n  auth: { order: { anthropic: [\"anthropic:work\"] } },\n}\n")
        .api_key("anthropic:work", KEY)
}

#[test]
fn what_would_be_written_is_shown_and_nothing_is() {
    for (line, stdin, shown) in [
        ("config set gateway.port 1234", "", "1234"),
        ("config unset auth.order", "", "-  auth: { order"),
        ("models set openai/gpt-5.2", "", "openai/gpt-5.2"),
        ("models set-image google/gemini-2.5-flash", "", "imageModel"),
        (
            "models fallbacks add google/gemini-2.5-pro",
            "",
            "gemini-2.5-pro",
        ),
        ("models fallbacks remove openai/gpt-5.2", "", "-"),
        ("models fallbacks clear", "", "-"),
        (
            "models image-fallbacks add google/gemini-2.5-pro",
            "",
            "gemini-2.5-pro",
        ),
        (
            "models aliases add fast google/gemini-2.5-flash",
            "",
            "fast",
        ),
        ("models aliases remove opus", "", "opus"),
        (
            "models auth order set --provider anthropic anthropic:work anthropic:work",
            "",
            "",
        ),
        ("models auth order clear --provider anthropic", "", "-"),
        ("models auth remove anthropic:work --yes", "", "-"),
        (
            "models auth paste-token --provider openai",
            "sk-proj-CANARY-0123456789-abcdefghijklmnop",
            "openai:manual",
        ),
        ("agents add second --workspace ws", "", "second"),
        ("agents remove work --yes", "", "work"),
    ] {
        let world = world();
        let before = (world.files(), world.config_text());
        let output = world.openclaw_with(&format!("{line} --dry-run"), stdin);
        assert_eq!(
            (world.files(), world.config_text()),
            before,
            "{line}\n{output}"
        );
        if shown.is_empty() {
            continue;
        }
        assert_eq!(output.code, Some(0), "{line}\n{output}");
        assert!(
            output.stdout.starts_with("Dry run: nothing was written.\n"),
            "{line}\n{output}"
        );
        assert!(output.stdout.contains(shown), "{line}\n{output}");
        for secret in [KEY, "sk-proj-CANARY-0123456789-abcdefghijklmnop"] {
            assert!(!output.to_string().contains(secret), "{line}\n{output}");
        }
        let data = world.openclaw_with(&format!("{line} --dry-run --json"), stdin);
        assert_eq!(data.json()["dryRun"], true, "{data}");
        assert_eq!((world.files(), world.config_text()), before, "{line}");
    }
}

#[test]
fn the_real_run_writes_what_the_dry_one_showed() {
    let world = world();
    let dry = world
        .openclaw("models set openai/gpt-5.2 --dry-run --json")
        .json();
    let shown: Vec<String> = dry["changes"][0]["diff"]
        .as_str()
        .unwrap()
        .lines()
        .filter(|line| !line.starts_with(' '))
        .map(str::to_owned)
        .collect();
    let done = world.openclaw("models set openai/gpt-5.2");
    assert_eq!(done.code, Some(0), "{done}");
    let written: Vec<String> = world.config_diff().lines().map(str::to_owned).collect();
    assert_eq!(shown, written);
    let again = world.openclaw("models set openai/gpt-5.2 --dry-run");
    assert!(
        again.stdout.starts_with("Dry run: nothing would change."),
        "{again}"
    );
}

#[test]
fn a_command_that_writes_nothing_has_no_dry_run() {
    let world = world();
    for line in ["models run hi", "models status", "config get", "doctor"] {
        let output = world.openclaw(&format!("{line} --dry-run"));
        assert!(
            output.failed().contains("there is no dry run of it"),
            "{output}"
        );
    }
    let commands = commands(&world);
    assert!(commands.iter().any(|one| !one.texts("modifies").is_empty()));
}
