//! The command tree as a whole: help, reference, manual pages and completions. The tree is what
//! `openclaw reference --json` says, so a new command is looked at without being named here.

use std::process::Stdio;

use expect_test::{ExpectFile, expect, expect_file};
use openclaw_tests::Sandbox;
use serde_json::Value;

/// A command of the tree.
pub(crate) struct Command {
    /// Its words after the program's name.
    pub(crate) path: Vec<String>,
    /// What `reference --json` says of it.
    pub(crate) facts: Value,
}

impl Command {
    /// Returns its words as they are typed.
    pub(crate) fn typed(&self) -> String {
        self.path.join(" ")
    }

    /// Returns a list of its facts.
    pub(crate) fn list(&self, name: &str) -> Vec<Value> {
        self.facts[name].as_array().cloned().unwrap_or_default()
    }

    /// Returns a list of texts of its facts.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let texts = self.list(name);
        texts
            .iter()
            .filter_map(|text| text.as_str().map(str::to_owned))
            .collect()
    }

    /// Whether it is only the name of others.
    pub(crate) fn is_group(&self) -> bool {
        !self.list("commands").is_empty() && self.texts("examples").is_empty()
    }
}

/// Returns every command of the tree.
pub(crate) fn commands(world: &Sandbox) -> Vec<Command> {
    let tree = world.openclaw("reference --json").json();
    let commands = tree["commands"].as_array().cloned().unwrap_or_default();
    assert!(!commands.is_empty(), "{tree}");
    commands
        .into_iter()
        .map(|facts| Command {
            path: facts["path"]
                .as_array()
                .unwrap()
                .iter()
                .map(|word| word.as_str().unwrap().to_owned())
                .collect(),
            facts,
        })
        .collect()
}

/// Takes a line of shell apart and returns the words of the first command in it that is ours, or of
/// the first at all; quotes are taken off, and redirections left out.
pub(crate) fn words(line: &str) -> Vec<String> {
    let substituted = line
        .split_once("$(")
        .and_then(|(_, rest)| rest.split_once(')'));
    let line = substituted.map_or(line, |(inner, _)| inner);
    let mut commands: Vec<Vec<String>> = vec![Vec::new()];
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut redirected = false;
    let mut rest = line.chars();
    while let Some(next) = rest.next() {
        match (quote, next) {
            (Some(open), _) if open == next => quote = None,
            (Some('"'), '\\') => word.get_or_insert_default().extend(rest.next()),
            (Some(_), _) => word.get_or_insert_default().push(next),
            (None, '"' | '\'') => {
                quote = Some(next);
                word.get_or_insert_default();
            }
            (None, '\\') => word.get_or_insert_default().extend(rest.next()),
            (None, ' ' | '|' | '&' | ';' | '<' | '>') => {
                let ended = word.take().filter(|_| !redirected);
                redirected = match next {
                    ' ' => redirected && ended.is_none(),
                    _ => matches!(next, '<' | '>'),
                };
                commands.last_mut().unwrap().extend(ended);
                if matches!(next, '|' | '&' | ';') {
                    commands.push(Vec::new());
                }
            }
            (None, _) => word.get_or_insert_default().push(next),
        }
    }
    commands
        .last_mut()
        .unwrap()
        .extend(word.filter(|_| !redirected));
    commands.retain(|words| !words.is_empty());
    let ours = commands.iter().position(|words| words[0] == "openclaw");
    commands.swap_remove(ours.unwrap_or(0))
}

/// Returns why the program would not understand a command line, without running it: two forms of
/// output at once are refused after everything was parsed, and before anything is done.
pub(crate) fn misunderstood(world: &Sandbox, arguments: &[String]) -> Option<String> {
    let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let end = arguments.iter().position(|word| *word == "--");
    for form in ["--json", "--plain"] {
        if !arguments.contains(&form) {
            arguments.insert(end.unwrap_or(arguments.len()), form);
        }
    }
    let output = world.run(&arguments);
    let understood = output.stderr.contains("Choose either --json or --plain");
    (!understood || output.code != Some(1)).then(|| output.to_string())
}

/// The keys that the documentation promises, where there is such a command.
const PROMISED: [(&str, &str); 14] = [
    ("models set", "agents.defaults.model.primary"),
    ("models set-image", "agents.defaults.imageModel.primary"),
    ("models aliases add", "agents.defaults.models.<ref>.alias"),
    (
        "models aliases remove",
        "agents.defaults.models.<ref>.alias",
    ),
    ("models fallbacks add", "agents.defaults.model.fallbacks"),
    ("models fallbacks remove", "agents.defaults.model.fallbacks"),
    ("models fallbacks clear", "agents.defaults.model.fallbacks"),
    (
        "models image-fallbacks add",
        "agents.defaults.imageModel.fallbacks",
    ),
    (
        "models image-fallbacks remove",
        "agents.defaults.imageModel.fallbacks",
    ),
    (
        "models image-fallbacks clear",
        "agents.defaults.imageModel.fallbacks",
    ),
    ("models scan", "agents.defaults.model.primary"),
    ("models auth order set", "auth.order.<provider>"),
    ("models auth order clear", "auth.order.<provider>"),
    ("agents add", "agents.list"),
];

/// Last words of commands that change something of the user's.
const CHANGING: [&str; 8] = [
    "set",
    "set-image",
    "add",
    "remove",
    "clear",
    "unset",
    "paste-token",
    "setup-token",
];

/// Returns a key with what stands for a name taken out: `auth.order.<>`.
fn placeless(key: &str) -> String {
    let parts = key.split('<').map(|part| match part.split_once('>') {
        Some((_, rest)) => format!(">{rest}"),
        None => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("<")
}

#[test]
fn a_line_of_shell_is_taken_apart() {
    let check = |line: &str, expected: &[&str]| assert_eq!(words(line), expected, "{line}");
    check(
        "openclaw a 'b c' \"d\\\"e\" f\\ g",
        &["openclaw", "a", "b c", "d\"e", "f g"],
    );
    check(
        "printf x | openclaw y --z > file",
        &["openclaw", "y", "--z"],
    );
    check("openclaw a || echo b", &["openclaw", "a"]);
    check("chmod 600 '~/x y'", &["chmod", "600", "~/x y"]);
}

#[test]
fn every_command_is_documented_in_full() {
    let world = Sandbox::new();
    let mut missing: Vec<String> = Vec::new();
    let commands = commands(&world);
    for command in &commands {
        let name = command.typed();
        let summary = command.facts["summary"].as_str().unwrap_or_default();
        let starts_well = summary.chars().next().is_some_and(char::is_uppercase);
        if !starts_well || summary.ends_with('.') {
            missing.push(format!("{name}: a summary of one line: {summary:?}"));
        }
        for parameter in [command.list("arguments"), command.list("flags")].concat() {
            if parameter["help"]
                .as_str()
                .is_none_or(|help| help.trim().is_empty())
            {
                missing.push(format!("{name}: a help text of {}", parameter["shown"]));
            }
        }
        if command.list("commands").is_empty() && command.texts("examples").is_empty() {
            missing.push(format!("{name}: an `Example: openclaw {name} …` line"));
        }
        let modifies = command.texts("modifies");
        let last = command.path.last().map(String::as_str).unwrap_or_default();
        if command.list("commands").is_empty() && CHANGING.contains(&last) && modifies.is_empty() {
            missing.push(format!("{name}: a sentence \"Modifies `<key or file>`.\""));
        }
        if let Some((_, key)) = PROMISED.iter().find(|(promised, _)| *promised == name)
            && !modifies
                .iter()
                .any(|modified| placeless(modified) == placeless(key))
        {
            missing.push(format!("{name}: a sentence \"Modifies `{key}`.\""));
        }
        for example in command.texts("examples") {
            let words = words(&example);
            let (program, arguments) = words.split_first().unwrap();
            if program != "openclaw" || !arguments.starts_with(&command.path) {
                missing.push(format!("{name}: an example of itself, not `{example}`"));
            } else if let Some(said) = misunderstood(&world, arguments) {
                missing.push(format!(
                    "{name}: an example that parses: `{example}`\n{said}"
                ));
            }
        }
    }
    assert!(
        missing.is_empty(),
        "in the commands' doc comments, say:\n{}",
        missing.join("\n")
    );
    assert_eq!(world.files(), Vec::<String>::new());
}

#[test]
fn every_command_line_of_the_pages_is_understood() {
    const PAGES: [(&str, &str); 2] = [
        ("README.md", include_str!("../../README.md")),
        (
            "docs/writing-a-provider.md",
            include_str!("../../docs/writing-a-provider.md"),
        ),
    ];
    let world = Sandbox::new();
    let (mut tried, mut wrong) = (0, Vec::new());
    for (page, text) in PAGES {
        let lines = text.lines().filter_map(|line| line.strip_prefix("$ "));
        for line in lines {
            let words = words(line);
            let (program, arguments) = words.split_first().unwrap();
            if program == "openclaw" {
                tried += 1;
                let said = misunderstood(&world, arguments);
                wrong.extend(said.map(|said| format!("{page}: {line}\n{said}")));
            }
        }
    }
    assert!(tried > 15, "{tried} command lines were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(world.files(), Vec::<String>::new());
}

#[test]
fn the_reference_in_the_docs_is_the_programs_own() {
    let reference: ExpectFile = expect_file!["../../docs/cli.md"];
    reference.assert_eq(Sandbox::new().openclaw("reference").ok());
}

#[test]
fn the_environment_variables_in_the_docs_are_the_programs_own() {
    let variables: ExpectFile = expect_file!["../../docs/environment.md"];
    let world = Sandbox::new();
    variables.assert_eq(world.openclaw("reference --environment").ok());
    // The same ones are in the help and in the manual page.
    let (help, page) = (world.openclaw("--help"), world.openclaw("man"));
    for name in ["OPENCLAW_STATE_DIR", "NO_COLOR"] {
        assert!(help.stdout.contains(name), "{help}");
        assert!(page.stdout.contains(name), "{page}");
    }
}

#[test]
fn help_shows_what_a_command_does_what_it_modifies_and_an_example() {
    Sandbox::new()
        .openclaw("models set --help")
        .is(expect_file![
            "expected/surface.help_shows_what_a_command_does_what_it_modifies_and_an_example.txt"
        ]);
}

#[test]
fn the_program_alone_and_a_group_alone_print_their_help() {
    let world = Sandbox::new();
    for group in commands(&world).iter().filter(|command| command.is_group()) {
        let output = world.openclaw(&group.typed());
        let usage = format!("Usage: openclaw {}", group.typed());
        assert!(output.ok().contains(&usage), "{output}");
    }
    assert!(world.openclaw("").ok().contains("Usage: openclaw"));
    assert_eq!(world.openclaw("models auth").code, Some(0));
}

#[test]
fn help_may_be_asked_for_by_a_command() {
    let world = Sandbox::new();
    for words in ["models set", "models auth", "doctor", ""] {
        let asked = world.openclaw(&format!("help {words}"));
        assert_eq!(asked.ok(), world.openclaw(&format!("{words} --help")).ok());
    }
    let data = world.openclaw("help models set --json").json();
    assert!(
        data["help"]
            .as_str()
            .unwrap()
            .starts_with("Set the primary"),
        "{data}"
    );
}

#[test]
fn the_completions_of_bash_are_bash() {
    let world = Sandbox::new();
    let output = world.shell("\"$OPENCLAW\" completions bash | bash -n");
    output.is(expect![""]);
    let script = world.openclaw("completions bash");
    assert!(script.ok().contains("paste-token"));
    // What listings leave out is not offered either.
    assert!(!script.ok().contains("reference"));
}

#[test]
fn every_shell_has_completions() {
    let world = Sandbox::new();
    for shell in ["zsh", "fish", "elvish", "powershell"] {
        let output = world.openclaw(&format!("completions {shell}"));
        assert!(output.ok().contains("fallbacks"), "{shell}");
    }
    world.openclaw("completions ksh").is(expect![[r#"
        ---- stderr
        error: invalid value `ksh` for `<SHELL>`
          [possible values: bash, elvish, fish, powershell, zsh]
        hint: a similar value exists: `zsh`
        hint: see `openclaw completions --help`
        [exit 1]
    "#]]);
}

#[test]
fn there_is_a_manual_page_for_every_command() {
    let world = Sandbox::new();
    let output = world.openclaw("man --out pages --json").json();
    let pages = output["pages"].as_array().unwrap().clone();
    let mut expected: Vec<String> = commands(&world)
        .iter()
        .filter(|command| command.facts["hidden"] == false)
        .map(|command| format!("openclaw-{}.1", command.path.join("-")))
        .collect();
    expected.push("openclaw.1".to_owned());
    expected.sort();
    let mut found: Vec<String> = pages
        .iter()
        .map(|page| page.as_str().unwrap().to_owned())
        .collect();
    found.sort();
    assert_eq!(found, expected);
    for name in found {
        let page = world.read(&format!("pages/{name}")).unwrap();
        for part in [".TH ", ".SH NAME", ".SH SYNOPSIS", ".SH DESCRIPTION"] {
            assert!(page.contains(part), "{name} has no {part}");
        }
    }
    let page = world.read("pages/openclaw-models-set.1").unwrap();
    assert_eq!(page, world.openclaw("man models set").ok());
    assert!(page.contains(".SH EXAMPLES"), "{page}");
}

#[test]
fn the_manual_pages_are_well_formed() {
    let world = Sandbox::new();
    let found = std::process::Command::new("groff")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    // Where there is no groff, the shapes that the test above looks at have to do.
    if found.is_ok_and(|status| status.success()) {
        let line =
            "\"$OPENCLAW\" man --out pages > /dev/null && groff -ww -man -Tutf8 -z pages/*.1";
        world.shell(line).is(expect![[r#"
            ---- stderr
            Segmentation fault
            [exit 139]
        "#]]);
    }
}

#[test]
fn a_page_of_no_command_is_refused_with_a_suggestion() {
    Sandbox::new()
        .openclaw("man models falbacks")
        .is(expect![[r#"
            ---- stderr
            error: `openclaw models` has no command `falbacks`
            hint: did you mean `openclaw models fallbacks`?
            [exit 1]
        "#]]);
}
