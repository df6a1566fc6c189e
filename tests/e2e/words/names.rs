//! Synonyms, short flags, colors, and errors about the command line.

use expect_test::expect;
use openclaw_tests::Sandbox;
use openclaw_upstream::{Script, When, anthropic};

use super::{KEY, asking, in_cooldown};

#[test]
fn what_people_type_elsewhere_works_here() {
    let world = in_cooldown();
    for (synonym, command) in [
        ("models ls", "models list"),
        ("models fallbacks ls", "models fallbacks list"),
        ("models image-fallbacks ls", "models image-fallbacks list"),
        ("models aliases ls", "models aliases list"),
        ("models auth ls", "models auth list"),
        ("models auth status", "models auth list"),
        ("models auth cooldown ls", "models auth cooldown list"),
        ("auth status", "models auth list"),
        ("auth list", "models auth list"),
        ("agents ls", "agents list"),
        ("plugins ls", "plugins list"),
        ("plugins show openai", "plugins inspect openai"),
        ("config ls", "config list"),
        ("config file", "config path"),
        ("config show agents", "config get agents"),
        ("completion bash", "completions bash"),
        ("version", "--version"),
        ("models info openai/gpt-5.2", "models show openai/gpt-5.2"),
    ] {
        assert_eq!(
            world.openclaw(synonym),
            world.openclaw(command),
            "{synonym}"
        );
    }
    for command in ["login", "logout", "config edit", "models auth login"] {
        let help = world.openclaw(&format!("{command} --help"));
        assert!(help.ok().contains("Usage: openclaw"), "{help}");
    }
    let removed = world.openclaw("logout anthropic:work --yes");
    assert_eq!(removed.code, Some(0), "{removed}");
    assert!(world.openclaw("auth ls").stdout.contains("No "));
}

#[test]
fn short_flags_are_those_of_others() {
    let (upstream, world) =
        asking(Script::new().on(When::post("/anthropic"), anthropic::stream(&["Hi."])));
    let output =
        world.openclaw("models run -m opus -s Brief. -p anthropic:work -a main -q Say hello world");
    assert_eq!(output.ok(), "Hi.\n");
    let body = upstream.requests().pop().unwrap().json().unwrap();
    assert!(body.to_string().contains("Say hello world"), "{body}");
    assert!(body.to_string().contains("Brief."), "{body}");
    assert_eq!(world.openclaw("run -m opus Hello").ok(), "Hi.\n");
    let (short, long) = ("models list -p openai", "models list --provider openai");
    assert_eq!(world.openclaw(short), world.openclaw(long));
}

#[test]
fn errors_about_the_command_line_are_in_one_style() {
    let world = Sandbox::new();
    world.openclaw("modles").is(expect![[r#"
        ---- stderr
        error: unrecognized subcommand `modles`
          usage: openclaw [OPTIONS] <COMMAND>
        hint: a similar subcommand exists: `models`
        hint: see `openclaw --help`
        [exit 1]
    "#]]);
    let forced = Sandbox::new().env("CLICOLOR_FORCE", "1");
    assert!(forced.openclaw("modles").stderr.contains('\u{1b}'));
    for plain in ["--no-color", "--plain", "--color=never", "--color never"] {
        let output = forced.openclaw(&format!("{plain} modles"));
        assert!(!output.stderr.contains('\u{1b}'), "{plain}: {output}");
    }
    let always = Sandbox::new().openclaw("models list --color always");
    assert!(always.stdout.contains('\u{1b}'), "{always}");
    let forced = Sandbox::new().env("FORCE_COLOR", "1").openclaw("status");
    assert!(forced.stdout.contains('\u{1b}'), "{forced}");
}

#[test]
fn a_mistyped_plugin_has_a_suggestion() {
    let output = Sandbox::new().openclaw("plugins inspect antropic");
    assert!(
        output.failed().contains("hint: did you mean `anthropic`?"),
        "{output}"
    );
}

#[test]
fn quiet_leaves_out_all_but_errors() {
    let world = in_cooldown();
    assert!(
        world
            .openclaw("models list --local --quiet")
            .stderr
            .is_empty()
    );
    assert!(!world.openclaw("models run hi -q").stderr.is_empty());
}

#[test]
fn a_model_is_shown_with_everything_that_is_known() {
    let (_upstream, world) = asking(Script::new());
    let shown = world.openclaw("models show opus");
    for part in [
        "anthropic/claude-opus-4-5\n",
        "✓ ready: anthropic/claude-opus-4-5 with `anthropic:work`",
        "Aliases:",
        "$25.00 output",
        "per million tokens",
        "Reasoning:",
    ] {
        assert!(shown.ok().contains(part), "{part}: {shown}");
    }
    let data = world.openclaw("models show opus --json").json();
    assert_eq!(data["key"], "anthropic/claude-opus-4-5");
    assert_eq!(data["aliases"][0], "opus");
    assert_eq!(data["verdict"]["state"], "ready");
    let other = world.openclaw("models show openai/gpt-5.2").stdout;
    assert!(other.contains("no credential for `openai`"), "{other}");
    assert!(
        other.contains("fix: openclaw models auth add --provider openai"),
        "{other}"
    );
    let unknown = world.openclaw("models show anthropic/claude-opsu-4-5");
    assert!(unknown.failed().contains("Unknown model"), "{unknown}");
}

#[test]
fn a_list_is_searched_filtered_and_sorted() {
    let world = Sandbox::new();
    let keys = |arguments: &str| -> Vec<String> {
        let data = world
            .openclaw(&format!("models list {arguments} --json"))
            .json();
        let rows = data.as_array().unwrap().clone();
        rows.iter()
            .map(|row| row["key"].as_str().unwrap().to_owned())
            .collect()
    };
    let opus = keys("opus");
    assert!(
        !opus.is_empty() && opus.iter().all(|key| key.contains("opus")),
        "{opus:?}"
    );
    assert_eq!(opus, keys("--search OPUS"));
    let all = keys("--all").len();
    for flag in ["--reasoning", "--image"] {
        let some = keys(&format!("--all {flag}")).len();
        assert!(0 < some && some < all, "{flag}: {some} of {all}");
    }
    let data = world
        .openclaw("models list --all --sort price --json")
        .json();
    let prices: Vec<f64> = data
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["cost"]["input"].is_number())
        .filter_map(|row| row["cost"]["output"].as_f64())
        .collect();
    assert!(prices.len() > 10 && prices.is_sorted(), "{prices:?}");
    let none = world.openclaw("models list nobody-has-this");
    assert!(
        none.stdout
            .contains("No listed model contains `nobody-has-this`."),
        "{none}"
    );
}

#[test]
fn every_key_says_where_it_was_written() {
    let world = Sandbox::new().config("{\n  // mine\n  gateway: { port: 18789 },\n  env: { A_KEY: \"0123456789abcdefghij\" },\n}\n");
    assert_eq!(
        world.openclaw("config list").stdout.lines().next(),
        Some("gateway.port = 18789")
    );
    let listed = world.openclaw("config list --show-origin").stdout;
    assert!(
        listed.contains("~/.openclaw/openclaw.json:3  gateway.port = 18789"),
        "{listed}"
    );
    assert!(
        listed.contains("agents.defaults.model.primary = \"anthropic/claude-opus-4-5\""),
        "{listed}"
    );
    assert!(!listed.contains("0123456789abcdefghij"), "{listed}");
    let data = world.openclaw("config list --show-origin --json").json();
    assert_eq!(data[0]["origin"]["line"], 3);
    assert_eq!(data[2]["origin"]["kind"], "default");
}

#[cfg(unix)]
#[test]
fn the_config_is_edited_with_the_users_editor_and_checked() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = Sandbox::new();
    world.write(
        "editor",
        "#!/bin/sh\nprintf '{ gateway: { port: 1 } }' > \"$2\"\n",
    );
    let editor = world.path("editor");
    std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o755)).unwrap();
    let world = world.env("EDITOR", &format!("{} --wait", editor.display()));
    let output = world.openclaw("config edit");
    assert_eq!(output.code, Some(0), "{output}");
    assert_eq!(world.config_text(), "{ gateway: { port: 1 } }");
    Sandbox::new().openclaw("config edit").is(expect![[r#"
        ---- stderr
        error: an editor needs a terminal, and there is none
        hint: see how a key is set with `openclaw config set --help`
        hint: name an editor that needs no terminal by `EDITOR`
        [exit 1]
    "#]]);
    let without = Sandbox::new().env("EDITOR", "/nowhere/editor");
    assert!(
        without
            .openclaw("config edit")
            .stderr
            .contains("EDITOR=nano openclaw config edit")
    );
}

#[test]
fn states_and_the_verdict_say_whether_anybody_can_answer() {
    let world = in_cooldown();
    let status = world.openclaw("models status");
    for part in [
        "✗ nothing can answer for 29 s: the only credential is in cooldown\n  fix: openclaw models auth cooldown clear --all\n",
        "cooldown",
    ] {
        assert!(status.stdout.contains(part), "{status}");
    }
    let data = world.openclaw("models status --json").json();
    assert_eq!(data["authProfiles"]["anthropic"][0]["status"], "cooldown");
    assert_eq!(data["verdict"]["state"], "cooldown");
    for command in ["status", "doctor", "models explain"] {
        let output = world.openclaw(command);
        assert!(
            output.stdout.starts_with("✗ nothing can answer for 29 s"),
            "{output}"
        );
    }
    let cleared = world.openclaw("models auth cooldown clear --all");
    assert_eq!(cleared.code, Some(0), "{cleared}");
    let status = world.openclaw("models status").stdout;
    assert!(
        status.starts_with("✓ ready: anthropic/claude-opus-4-5 with `anthropic:work`\n"),
        "{status}"
    );
    let nobody = Sandbox::new().openclaw("status").stdout;
    assert!(
        nobody.starts_with("✗ nothing can answer: there is no credential yet\n"),
        "{nobody}"
    );
    assert!(!status.contains(KEY), "{status}");
}
