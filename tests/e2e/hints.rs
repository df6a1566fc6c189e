//! Whatever the program tells a person to type can be typed: in bash and in zsh, and it is understood;
//! and where it is the way out of a failure, it leads out.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use openclaw_tests::hints::{PROGRAMS, commands};
use openclaw_tests::{Console, Sandbox};
use openclaw_upstream::{Script, Upstream, When, openai};
use serde_json::json;

use crate::surface::{misunderstood, words};

/// Returns every transcript of the tests: the files of `expected/` and what the tests hold themselves.
fn transcripts(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is = |ending: &str| path.extension().is_some_and(|found| found == ending);
        if path.is_dir() {
            transcripts(&path, into);
        } else if is("txt") || is("rs") && !path.ends_with("hints.rs") {
            into.push_str(&fs::read_to_string(&path).unwrap());
            into.push('\n');
        }
    }
}

/// Returns the words that a shell makes of a command, or what it says against it. The program and
/// every other one is a function that prints its words.
fn taken_apart(empty: &Sandbox, shell: &[&str], command: &str) -> Result<String, String> {
    let show = "show() { printf '[%s]' \"$@\"; echo; }";
    let stand_ins = PROGRAMS.map(|name| format!("{0}() {{ show {0} \"$@\"; }}", name.trim()));
    let stand_ins: Vec<String> = stand_ins
        .into_iter()
        .filter(|line| !line.starts_with("printf") && !line.starts_with("export"))
        .collect();
    let script = format!("{show}\n{}\n{command}\n", stand_ins.join("\n"));
    let output = Command::new(shell[0])
        .args(&shell[1..])
        .arg(&script)
        .env_clear()
        .env("HOME", empty.home())
        .env("PATH", "/usr/bin:/bin")
        .current_dir(empty.home())
        .output()
        .unwrap();
    if output.status.success() && output.stderr.is_empty() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn has(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output();
    found.is_ok_and(|output| output.status.success())
}

#[test]
fn every_hint_of_the_transcripts_is_understood_by_bash_and_zsh_and_the_program() {
    let mut text = String::new();
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("e2e");
    transcripts(&here, &mut text);
    // Transcripts say `<home>` for the folder.
    let text = text.replace("<home>", "/home/me");
    let all: BTreeSet<String> = commands(&text).into_iter().collect();
    assert!(all.len() > 60, "{} commands were found", all.len());
    let zsh = has("zsh");
    if !zsh {
        openclaw_tests::skipped("zsh is not installed");
    }
    let world = Sandbox::new();
    let mut wrong = Vec::new();
    for command in &all {
        if command.contains(['<', '>']) || command.contains("NAME") {
            wrong.push(format!("{command}: it has a gap to be filled"));
            continue;
        }
        let bash = taken_apart(&world, &["bash", "--norc", "-c"], command);
        if let Err(why) = &bash {
            wrong.push(format!("{command}: bash says {why}"));
        }
        let zsh = zsh.then(|| taken_apart(&world, &["zsh", "-f", "-c"], command));
        if let Some(zsh) = zsh.filter(|zsh| *zsh != bash) {
            wrong.push(format!("{command}: bash and zsh differ: {bash:?}, {zsh:?}"));
        }
        for part in command.split("&&") {
            let words = words(part);
            // Help is printed whatever else is wrong.
            if words[0] == "openclaw"
                && words.last().is_none_or(|word| word != "--help")
                && let Some(why) = misunderstood(&world, &words[1..])
                // The name of others shows them.
                && !why.contains("requires a subcommand")
            {
                wrong.push(format!("{command}: {why}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// An OpenAI that answers.
fn answering() -> Script {
    let answer = openai::responses_stream(&["Hello."]);
    Script::new().on(When::post("/openai/v1/responses"), answer)
}

/// A home in which something fails, the command that shows it, and whether the first hint ends in
/// success.
fn scenarios(base: &str) -> Vec<(&'static str, Sandbox, String)> {
    let server = format!(
        "models: {{ providers: {{ openai: {{ baseUrl: \"{base}/openai/v1\" }}, anthropic: {{ baseUrl: \"{base}/anthropic\" }} }} }}"
    );
    let list = "agents: { defaults: { model: { primary: \"openai/gpt-5.2\" }, models: { \"openai/gpt-5.2\": { alias: \"fast\" } } } }";
    let agents = "agents: { list: [{ id: \"main\" }, { id: \"work\" }] }";
    let home = |config: &str| Sandbox::new().config(&format!("{{ {config} }}\n"));
    vec![
        (
            "a primary without a credential beside a vendor that has one",
            home(&format!(
                "{server}, agents: {{ defaults: {{ model: {{ primary: \"anthropic/claude-opus-4-5\" }} }} }}"
            ))
            .env("OPENAI_API_KEY", "sk-proj-not-real-1234"),
            "models run hi".to_owned(),
        ),
        (
            "a model outside the list",
            home(&format!("{server}, {list}")),
            "models run hi --model anthropic/claude-opus-4-5".to_owned(),
        ),
        (
            "a bare id of another vendor",
            home(""),
            "models set gpt-5.2".to_owned(),
        ),
        (
            "a slip in an id",
            home(""),
            "models fallbacks add openai/gpt5.2".to_owned(),
        ),
        (
            "a short name that nobody gave",
            home(""),
            "models set opus".to_owned(),
        ),
        (
            "a short name, for an agent",
            home(agents),
            "models set opus --agent work".to_owned(),
        ),
        (
            "the last model of the list",
            home(list),
            "models disallow openai/gpt-5.2".to_owned(),
        ),
        (
            "a list that is not there",
            home(""),
            "models disallow openai/gpt-5.2".to_owned(),
        ),
        (
            "an id that is no alias",
            home(list),
            "models aliases add quick gpt-5-mini".to_owned(),
        ),
        (
            "a store that is damaged",
            {
                let world = home("agents: { defaults: { model: { primary: \"anthropic/claude-opus-4-5\" } } }");
                world.write(".openclaw/agents/main/agent/auth-profiles.json", "{ damaged");
                world
            },
            "models run hi".to_owned(),
        ),
    ]
}

#[test]
fn the_first_hint_of_a_failure_leads_out() {
    let upstream = Upstream::start(answering()).unwrap();
    let mut told = String::new();
    for (what, world, line) in scenarios(&upstream.url()) {
        let failed = world.openclaw(&line);
        assert_eq!(failed.code, Some(1), "{what}: {failed}");
        let found = commands(&failed.stderr);
        let first = found.first().unwrap_or_else(|| panic!("{what}: {failed}"));
        // Transcripts say `<home>` for the folder.
        let typed = first.replace("<home>", &world.home().display().to_string());
        let done = Console::new(&world).run(&typed);
        assert_eq!(done.code, Some(0), "{what}: {first}: {done}");
        told.push_str(&format!("{what}\n$ openclaw {line}\n  → {first}\n"));
    }
    expect_test::expect_file!["expected/hints.the_first_hint_of_a_failure_leads_out.txt"]
        .assert_eq(&told);
}

#[test]
fn after_the_hint_the_same_question_is_answered() {
    let upstream = Upstream::start(answering()).unwrap();
    let config = format!(
        "{{ models: {{ providers: {{ openai: {{ baseUrl: \"{}/openai/v1\" }} }} }},\n  agents: {{ defaults: {{ model: {{ primary: \"anthropic/claude-opus-4-5\" }} }} }} }}\n",
        upstream.url()
    );
    let world = Sandbox::new().config(&config).cache(crate::CACHE).profile(
        "openai:default",
        json!({ "type": "api_key", "provider": "openai", "key": "sk-proj-not-real-1234" }),
    );
    let failed = world.openclaw("models run hi");
    assert_eq!(failed.code, Some(1), "{failed}");
    let first = commands(&failed.stderr).remove(0);
    Console::new(&world).assert_runs(&[first.as_str()]);
    let answered = world.openclaw("models run hi");
    assert_eq!(answered.code, Some(0), "{first}: {answered}");
}
