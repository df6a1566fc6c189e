//! Running a hint in a copy of the home, and what it must not end in.

use std::io::Read;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::Ran;
use super::copy::Copy;
use crate::normal::normal;

/// Longest that a hint may take; reached only by one that never ends.
const PATIENCE: Duration = Duration::from_secs(60);

/// What an error says of a thing that is not there.
const MISSING: [&str; 6] = [
    "unknown",
    "unrecognized",
    "not found",
    "no such",
    "does not exist",
    "is in no catalog",
];

/// The program for the shell. It is a function, so that the line stays as it was printed.
const AS_IT_IS: &str = r#"openclaw() { "$HINTED" "$@"; }"#;

/// The same with its output as data, which has the code of an error.
const AS_DATA: &str = r#"openclaw() {
  local form=--json words=() word
  for word in "$@"; do
    case $word in
      --json | --plain) form= ;;
      --) words+=($form); form= ;;
    esac
    words+=("$word")
  done
  "$HINTED" "${words[@]}" $form
}"#;

/// What a command printed, and how it ended.
struct Ended {
    stdout: String,
    stderr: String,
    code: Option<i32>,
}

/// Runs a hint in a copy of the home of the command that printed it.
///
/// # Errors
/// Why it leads nowhere.
pub(super) fn follow(ran: &Ran, hint: &str, printed: &str) -> Result<(), String> {
    if hint.contains(['<', '>']) {
        return Err("has a gap to be filled".to_owned());
    }
    let Some(ended) = ended(ran, hint, AS_IT_IS)? else {
        return Ok(());
    };
    wrong(ran, hint, printed, &ended).map_or(Ok(()), |why| {
        let code = ended.code;
        let (stdout, stderr) = (&ended.stdout, &ended.stderr);
        Err(format!("{why}, exit code {code:?}:\n{stdout}{stderr}"))
    })
}

/// Returns what is wrong with how a hint ended.
fn wrong(ran: &Ran, hint: &str, printed: &str, ended: &Ended) -> Option<String> {
    let line = ran.line.join(" ");
    if let Some(agent) = flag(&line, "--agent")
        && flag(hint, "--agent").is_none()
        && is_same_command(hint, &format!("openclaw {line}"))
        && !tells_of_all_agents(printed, hint)
    {
        return Some(format!("leaves out `--agent {agent}`"));
    }
    match ended.code {
        Some(0) => return None,
        Some(2) if hint.contains("--check") => return None,
        Some(1) => {}
        Some(126 | 127) => return Some("is not understood by bash".to_owned()),
        _ => return Some("ends in another code than 0 or 1".to_owned()),
    }
    let Some(error) = Error::of(&ended.stderr) else {
        // Findings are data, as those of `openclaw doctor` are.
        let findings = hint.starts_with("openclaw ") && !ended.stdout.is_empty();
        return (!findings).then(|| "fails without an error".to_owned());
    };
    let before = Error::of(printed);
    if before.is_some_and(|before| before.said == error.said) {
        return Some("ends in the same error".to_owned());
    }
    let low = error.said.to_lowercase();
    let low = low.lines().next().unwrap_or_default();
    if let Some(word) = MISSING.iter().find(|word| low.contains(**word)) {
        return Some(format!("names something that is {word}"));
    }
    let code = match error.code {
        Some(code) => code,
        None => Error::of(&self::ended(ran, hint, AS_DATA).ok()??.stderr)?.code?,
    };
    ["usage", "model", "internal"]
        .contains(&code.as_str())
        .then(|| format!("ends in an error of the kind `{code}`"))
}

/// Whether two lines are the same command with other arguments, and not one that lists or its help.
fn is_same_command(one: &str, other: &str) -> bool {
    let is_name = |word: &&str| word.bytes().all(|byte| byte.is_ascii_lowercase());
    if one.ends_with(" --help") || one.contains(" list") {
        return false;
    }
    let names = |line| str::split_whitespace(line).take_while(is_name);
    let (one, other): (Vec<_>, Vec<_>) = (names(one).collect(), names(other).collect());
    other.starts_with(&one)
}

/// Whether a hint was told for what all agents share.
fn tells_of_all_agents(printed: &str, hint: &str) -> bool {
    let mut lines = printed.lines();
    lines.any(|line| line.contains(hint) && line.contains("all agents"))
}

/// Returns the value of a flag.
fn flag<'l>(line: &'l str, name: &str) -> Option<&'l str> {
    let mut words = line.split_whitespace();
    words.find(|word| *word == name)?;
    words.next()
}

/// An error as it was printed: what it said but for its hints, and its code where that is data.
pub(super) struct Error {
    pub(super) said: String,
    code: Option<String>,
}

impl Error {
    /// Returns the error in what was printed.
    pub(super) fn of(printed: &str) -> Option<Self> {
        let printed = printed.trim();
        if let Ok(value) = serde_json::from_str::<Value>(printed) {
            let error = &value["error"];
            let details = error["details"].as_array()?.iter();
            let lines = std::iter::once(&error["message"]).chain(details);
            let lines: Vec<&str> = lines.filter_map(Value::as_str).collect();
            return Some(Self {
                said: normal(&lines.join("\n"), ""),
                code: Some(error["code"].as_str()?.to_owned()),
            });
        }
        let mut lines = printed.lines();
        let message = lines.find_map(|line| line.strip_prefix("error: "))?;
        let details = lines
            .map_while(|line| line.strip_prefix("  "))
            .map(str::trim);
        let lines: Vec<&str> = std::iter::once(message).chain(details).collect();
        Some(Self {
            said: normal(&lines.join("\n"), ""),
            code: None,
        })
    }
}

/// Runs a hint in a copy of the home; nothing if the home is too large.
fn ended(ran: &Ran, hint: &str, openclaw: &str) -> Result<Option<Ended>, String> {
    let copy = Copy::of(&ran.home).map_err(|error| format!("cannot be tried: {error}"))?;
    let Some(copy) = copy else { return Ok(None) };
    let here = copy.home().display().to_string();
    let mut shell = Command::new("bash");
    shell
        .args(["--norc", "-e", "-c"])
        .arg(format!("{openclaw}\n{}", copy.text(hint)))
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("XDG_CACHE_HOME", crate::binary::cache())
        .envs(given(hint))
        .envs(
            ran.environment
                .iter()
                .map(|(name, value)| (name, copy.text(value))),
        )
        .env("HINTED", crate::binary::path())
        .env_remove("CLICOLOR_FORCE")
        .env_remove("FORCE_COLOR")
        .current_dir(copy.home())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    if !ran.environment.iter().any(|(name, _)| name == "HOME") {
        // The shell would take the home of whoever runs the tests for `~`.
        shell.env("HOME", &here);
    }
    let mut child = shell.spawn().map_err(|error| format!("bash: {error}"))?;
    let (stdout, stderr) = (reader(child.stdout.take()), reader(child.stderr.take()));
    let code = wait(&mut child)?;
    let text = |reader: thread::JoinHandle<String>| {
        let text = reader.join().unwrap_or_default();
        text.replace(&here, &ran.home.display().to_string())
    };
    Ok(Some(Ended {
        stdout: text(stdout),
        stderr: text(stderr),
        code,
    }))
}

/// Returns what a person has who pastes the line: what is piped in.
fn given(hint: &str) -> [(&'static str, &'static str); 2] {
    let (key, token) = match hint {
        _ if hint.contains("openai") => ("sk-proj-not-real-1234", "sk-proj-not-real-1234"),
        _ if hint.contains("google") => ("AIzaSyNotReal-1234", "AIzaSyNotReal-1234"),
        _ => ("sk-ant-api03-not-real-1234", "sk-ant-oat01-not-real-1234"),
    };
    [("KEY", key), ("TOKEN", token)]
}

fn reader(from: Option<impl Read + Send + 'static>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut from) = from {
            let _read = from.read_to_end(&mut bytes);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Waits for the end, and ends what does not.
fn wait(child: &mut Child) -> Result<Option<i32>, String> {
    let patience = Instant::now() + PATIENCE;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status.code()),
            Ok(None) if Instant::now() < patience => thread::sleep(Duration::from_millis(5)),
            Ok(None) => {
                let group = format!("-{}", child.id());
                let _ended = Command::new("kill").args(["-KILL", "--", &group]).status();
                let _status = child.wait();
                return Err("does not end".to_owned());
            }
            Err(error) => return Err(format!("cannot be waited for: {error}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns why a hint of a line leads nowhere.
    fn why(line: &[&str], printed: &str, hint: &str) -> Option<String> {
        let world = crate::Sandbox::new();
        let ran = Ran::new(world.home().to_path_buf(), &world.command()).with(line);
        let why = follow(&ran, hint, printed).err()?;
        Some(why.lines().next().unwrap_or_default().to_owned())
    }

    #[test]
    fn what_leads_nowhere_is_told_apart() {
        let status = ["models", "status"];
        for (hint, expected) in [
            ("openclaw models auth clear <id>", "has a gap to be filled"),
            (
                "opencla status",
                "is not understood by bash, exit code Some(127):",
            ),
            (
                "openclaw status (x)",
                "ends in another code than 0 or 1, exit code Some(2):",
            ),
            (
                "openclaw models stats",
                "names something that is unrecognized, exit code Some(1):",
            ),
            (
                "openclaw models list one two three --sort",
                "ends in an error of the kind `usage`, exit code Some(1):",
            ),
            (
                "openclaw models auth remove a:b --yes",
                "names something that is not found, exit code Some(1):",
            ),
            ("mv a b", "fails without an error, exit code Some(1):"),
        ] {
            assert_eq!(why(&status, "", hint).as_deref(), Some(expected), "{hint}");
        }
        assert_eq!(why(&status, "", "openclaw models status"), None);
        // Somebody has to answer.
        assert_eq!(why(&status, "", "openclaw models auth add"), None);
    }

    #[test]
    fn a_hint_that_ends_as_before_leads_nowhere() {
        let hint = "openclaw models auth add";
        let printed = "error: cannot add a credential: not a terminal, so nothing can be asked\n  nothing was changed\nhint: x\n";
        let expected = "ends in the same error, exit code Some(1):";
        assert_eq!(why(&[], printed, hint).as_deref(), Some(expected));
    }

    #[test]
    fn a_hint_is_for_the_agent_that_was_named() {
        let line = ["models", "set", "opus", "--agent", "main"];
        let expected = "leaves out `--agent main`, exit code Some(0):";
        let hint = "openclaw models set anthropic/claude-opus-4-5";
        assert_eq!(why(&line, "", hint).as_deref(), Some(expected));
        assert_eq!(why(&line, "", "openclaw models aliases list"), None);
    }
}
