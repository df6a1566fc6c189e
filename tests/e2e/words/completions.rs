//! Tab in bash, zsh and fish. A shell that is not there is passed over with a word.

use openclaw_tests::Sandbox;

use super::KEY;

fn world() -> Sandbox {
    Sandbox::new()
        .config(
            r#"{ agents: { defaults: { model: { primary: "anthropic/claude-opus-4-5", fallbacks: ["openai/gpt-5.2"] },
                models: { "anthropic/claude-opus-4-5": { alias: "zebra" }, "openai/gpt-5.2": {} } },
                list: [{ id: "main", default: true }, { id: "work" }] } }"#,
        )
        .api_key("anthropic:work", KEY)
        .api_key("anthropic:backup", KEY)
}

/// Asks as a shell does, and returns the candidates.
fn asked(world: &Sandbox, words: &[&str]) -> Vec<String> {
    let mut command = world.command();
    command
        .env("COMPLETE", "bash")
        .env("_CLAP_COMPLETE_INDEX", words.len().to_string())
        .env("_CLAP_IFS", "\n")
        .args(["--", "openclaw"])
        .args(words);
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn values_are_completed_where_they_stand() {
    let world = world();
    world.write("some-file.txt", "");
    for (words, expected) in [
        (
            &["models", "set", ""][..],
            &["zebra", "anthropic/claude-opus-4-5", "openai/gpt-5.2"][..],
        ),
        (
            &["models", "set", "google/gemini-2.5-f"],
            &["google/gemini-2.5-flash"],
        ),
        (
            &["models", "run", "hi", "--model", "anthropic/claude-opus-4-"],
            &["anthropic/claude-opus-4-5"],
        ),
        (&["models", "run", "-m", "ze"], &["zebra"]),
        (
            &["models", "run", "--profile", ""],
            &["anthropic:work", "anthropic:backup"],
        ),
        (
            &["models", "auth", "remove", ""],
            &["anthropic:work", "anthropic:backup"],
        ),
        (
            &["models", "auth", "cooldown", "clear", "anthropic:w"],
            &["anthropic:work"],
        ),
        (
            &["models", "auth", "add", "--provider", "o"],
            &["openai", "ollama"],
        ),
        (&["models", "list", "--provider", "anth"], &["anthropic"]),
        (&["models", "status", "--agent", ""], &["main", "work"]),
        (&["models", "aliases", "remove", ""], &["zebra"]),
        (&["models", "fallbacks", "remove", ""], &["openai/gpt-5.2"]),
        (&["models", "list", "--sort", "pr"], &["price"]),
        (&["agents", "remove", "w"], &["work"]),
        (
            &["config", "get", "agents.defaults.model.p"],
            &["agents.defaults.model.primary"],
        ),
        (&["plugins", "inspect", "goo"], &["google"]),
        (&["models", "fall"], &["fallbacks"]),
        (&["completions", "z"], &["zsh"]),
        (&["models", "run", "--image", "some"], &["some-file.txt"]),
    ] {
        let found = asked(&world, words);
        for value in expected {
            assert!(found.iter().any(|one| one == value), "{words:?}: {found:?}");
        }
        let typed = words.last().unwrap();
        assert!(
            found.iter().all(|one| one.starts_with(typed)),
            "{words:?}: {found:?}"
        );
        // Neither files nor flags where a value stands.
        let strangers = |one: &&String| one.starts_with('-') || one.contains("some-file");
        if !words.contains(&"--image") {
            assert_eq!(
                found.iter().filter(strangers).count(),
                0,
                "{words:?}: {found:?}"
            );
        }
    }
    let flags = asked(&world, &["models", "run", "--expl"]);
    assert_eq!(flags, ["--explain"]);
    // What cannot be read completes nothing, and says nothing.
    let broken = Sandbox::new().config("{ broken");
    let found = asked(&broken, &["models", "set", ""]);
    assert!(found.iter().all(|one| one.starts_with('-')), "{found:?}");
}

/// Types a line and Tab into a shell that has the completions, and waits for what it makes of it.
fn in_shell(shell: &str, arguments: &[&str], setup: &str) {
    let found = std::process::Command::new(shell).arg("--version").output();
    if found.is_err() {
        openclaw_tests::skipped(&format!("{shell} is not installed"));
        return;
    }
    let world = world();
    let program = world.command().get_program().to_owned();
    let folder = std::path::Path::new(&program)
        .parent()
        .unwrap()
        .display()
        .to_string();
    let world = world
        .env("PATH", &format!("{folder}:/usr/bin:/bin"))
        .env("PS1", "> ");
    let mut pty = world.pty_running(shell, arguments, 100, 40);
    pty.write(&format!("{setup}\r"));
    pty.write("echo re''ady\r").wait_for("ready");
    pty.write("openclaw models run --profile anthropic:w\t");
    pty.wait_for("--profile anthropic:work");
    pty.write("\u{15}openclaw models set ze\t");
    pty.wait_for("models set zebra");
    pty.write("\u{15}openclaw models auth order get --provider anth\t");
    pty.wait_for("--provider anthropic");
    pty.write("\u{15}exit\r");
    let ended = pty.end();
    assert!(!ended.screen.contains("syntax error"), "{}", ended.screen);
}

#[test]
fn tab_completes_in_bash() {
    in_shell(
        "bash",
        &["--norc", "--noprofile", "-i"],
        "source <(openclaw completions bash)",
    );
}

#[test]
fn tab_completes_in_zsh() {
    in_shell(
        "zsh",
        &["-f", "-i"],
        "PS1='> '; autoload -Uz compinit; compinit -u -D; source <(openclaw completions zsh)",
    );
}

#[test]
fn tab_completes_in_fish() {
    in_shell(
        "fish",
        &["--no-config", "-i"],
        "openclaw completions fish | source",
    );
}
