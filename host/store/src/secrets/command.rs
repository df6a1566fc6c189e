//! A secret that a program prints: `op read`, `pass show`, or one that speaks the existing product's
//! protocol, a line of JSON in and one out.
//!
//! No shell is run. What the program gets of the environment is named; what it prints is looked at
//! for the secret and for nothing else. The last line that it says on stderr is quoted where it fails,
//! shortened and without what may be a secret ([`said`]).

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use openclaw_core::secret::Secret;
use openclaw_core::secret_ref::SINGLE_VALUE;
use openclaw_core::shell::pasteable;
use serde_json::{Value as Json, json};

use super::process::{Bounds, NotRun, listen};
use super::said;
use super::{Means, Problem, accept, string_at};
use crate::environment::Environment;

/// The variables that a command is given in any case: what programs need to find their own files,
/// their agent and the person at the screen.
pub const BASE_VARIABLES: &[&str] = &[
    "HOME",
    "PATH",
    "USER",
    "LOGNAME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "XDG_RUNTIME_DIR",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "DBUS_SESSION_BUS_ADDRESS",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "SSH_AUTH_SOCK",
    "GNUPGHOME",
    "GPG_TTY",
    "SYSTEMROOT",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
    "TEMP",
];
/// What no program on Windows does without.
const EVERYWHERE: &[&str] = &["SYSTEMROOT"];

/// A program to run, and how.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Run {
    /// The program.
    pub program: PathBuf,
    pub(super) args: Vec<String>,
    pub(super) env: Vec<(String, String)>,
    pub(super) pass_env: Vec<String>,
    /// Whether it is given [`BASE_VARIABLES`].
    pub(super) base: bool,
    pub(super) timeout: Duration,
    pub(super) silence: Duration,
    pub(super) most: u64,
    pub(super) answer: Answer,
    /// Whether the program may be a symbolic link.
    pub(super) links: bool,
    /// The only folders it may be in; any where there is none.
    pub(super) folders: Vec<PathBuf>,
    /// Whether others may write it.
    pub(super) insecure: bool,
}

/// What a program prints.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Answer {
    /// The secret.
    Plain,
    /// `{"protocolVersion": 1, "values": {id: secret}, "errors": {id: {"message": …}}}`.
    Protocol {
        provider: String,
        id: String,
        /// Whether it may print the secret alone as well.
        plain: bool,
    },
}

/// Arguments and variables may hold a secret.
impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Run({})", self.program.display())
    }
}

impl Run {
    pub(super) fn get(&self, means: &Means<'_>) -> Result<Secret<String>, Problem> {
        let what = format!("the command {}", self.program.display());
        self.trusted()?;
        let bounds = Bounds {
            time: self.timeout,
            silence: self.silence,
            output: self.most,
        };
        let report = listen(self.command(means), &self.input(), bounds, means.listening);
        let mut known: Vec<&str> = self.env.iter().map(|(_, value)| value.as_str()).collect();
        let passed = self.pass_env.iter();
        known.extend(
            passed
                .filter_map(|name| means.environment.vars.get(name))
                .map(String::as_str),
        );
        let heard = report.ended.as_ref().ok();
        let heard = heard.and_then(|ended| std::str::from_utf8(ended.output.expose()).ok());
        known.extend(heard.into_iter().flat_map(str::split_whitespace));
        let said = said::shown(report.said.expose(), &known);
        let found = match report.ended {
            Err(error) => Err(self.not_run(&what, &error)),
            Ok(ended) if !ended.status.success() => Err(Problem::new(
                "failed",
                format!("{what} failed ({})", ended.status),
            )
            .next(self.by_hand())),
            Ok(ended) => match &self.answer {
                Answer::Plain => accept(ended.output.expose(), &what),
                Answer::Protocol { id, plain, .. } => {
                    answered(ended.output.expose(), id, *plain, &what)
                }
            },
        };
        found.map_err(|mut problem| {
            if let Some(said) = said {
                problem.why.push_str(&format!("; it says: {said}"));
            }
            match problem.next {
                None => problem.next(self.by_hand()),
                Some(_) => problem,
            }
        })
    }

    /// Returns what is written to the program.
    fn input(&self) -> Vec<u8> {
        match &self.answer {
            Answer::Plain => Vec::new(),
            Answer::Protocol { provider, id, .. } => {
                let asked = json!({ "protocolVersion": 1, "provider": provider, "ids": [id] });
                format!("{asked}\n").into_bytes()
            }
        }
    }

    fn command(&self, means: &Means<'_>) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args).env_clear();
        let base = if self.base {
            BASE_VARIABLES
        } else {
            EVERYWHERE
        };
        let passed = self.pass_env.iter().map(String::as_str);
        for name in base.iter().copied().chain(passed) {
            if let Some(value) = means.environment.vars.get(name) {
                command.env(name, value);
            }
        }
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        // What lies in the working directory may be anybody's, and programs look there for settings.
        let home = means.environment.home.as_ref().filter(|home| home.is_dir());
        command.current_dir(home.map_or(Path::new("/"), PathBuf::as_path));
        command.stderr(Stdio::piped());
        command
    }

    /// Says how to find out why a program gives nothing.
    fn by_hand(&self) -> String {
        let given = match (self.base, self.pass_env.is_empty()) {
            (true, true) => format!("{} and the like", BASE_VARIABLES[..3].join(", ")),
            (true, false) => format!("HOME, PATH and the like, {}", self.pass_env.join(", ")),
            (false, true) => "no variable".to_owned(),
            (false, false) => self.pass_env.join(", "),
        };
        format!(
            "run it yourself to see why; of the environment it is given {given}, and what else `passEnv` names"
        )
    }

    fn not_run(&self, what: &str, error: &NotRun) -> Problem {
        let reason = match error {
            NotRun::NotStarted(_) | NotRun::Lost(_) => "not_started",
            NotRun::TookTooLong(_) | NotRun::Silent(_) => "timed_out",
            NotRun::TooMuch(_) => "too_large",
            NotRun::GivenUp => "given_up",
        };
        let problem = Problem::new(reason, format!("{what} {error}"));
        match error {
            NotRun::TookTooLong(_) | NotRun::Silent(_) => problem.next(
                "it may be waiting for somebody to unlock it: do that, or give it longer by `timeoutMs`",
            ),
            NotRun::NotStarted(_) => problem.next("see that it is there and can be run"),
            NotRun::TooMuch(_) | NotRun::GivenUp | NotRun::Lost(_) => problem.next(self.by_hand()),
        }
    }

    /// Looks whether the program is there, and is what the config trusts.
    pub(super) fn trusted(&self) -> Result<(), Problem> {
        let shown = self.program.display();
        let unread = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => {
                Problem::new("not_started", format!("the command {shown} does not exist"))
                    .next("install it, or correct the path")
            }
            _ => Problem::new("not_started", format!("the command {shown}: {error}")),
        };
        let distrusted = |why: &str| {
            Problem::new(
                "not_trusted",
                format!("the command {shown} is not run: {why}"),
            )
        };
        let is_link = self
            .program
            .symlink_metadata()
            .map_err(unread)?
            .is_symlink();
        if is_link && !self.links {
            return Err(distrusted("it is a symbolic link")
                .next("name what it leads to, or set `allowSymlinkCommand`"));
        }
        let target = self.program.canonicalize().map_err(unread)?;
        let metadata = target.metadata().map_err(unread)?;
        if !metadata.is_file() {
            return Err(distrusted("it is not a regular file"));
        }
        let inside = |folder: &PathBuf| {
            let folder = folder.canonicalize();
            folder.is_ok_and(|folder| target.starts_with(folder))
        };
        if !self.folders.is_empty() && !self.folders.iter().any(inside) {
            return Err(distrusted("it is in none of `trustedDirs`"));
        }
        #[cfg(unix)]
        if !self.insecure {
            use std::os::unix::fs::MetadataExt as _;
            let word = pasteable(&target.display().to_string());
            if metadata.mode() & 0o022 != 0 {
                return Err(distrusted("others may write it").next(format!("chmod go-w {word}")));
            }
            let user = rustix::process::geteuid().as_raw();
            if !self.base && ![0, user].contains(&metadata.uid()) {
                return Err(distrusted("it belongs to another user")
                    .next("to trust it all the same, set `allowInsecurePath`"));
            }
        }
        Ok(())
    }
}

/// Reads an answer in the existing product's protocol.
fn answered(output: &[u8], id: &str, plain: bool, what: &str) -> Result<Secret<String>, Problem> {
    let json: Option<Json> = serde_json::from_slice(output).ok();
    let Some(Json::Object(answer)) = json else {
        if plain {
            return accept(output, what);
        }
        return Err(
            Problem::new("not_json", format!("{what} does not answer in JSON"))
                .next("a program that prints the secret alone has `jsonOnly: false`"),
        );
    };
    if answer.get("protocolVersion") != Some(&json!(1)) {
        return Err(Problem::new(
            "not_json",
            format!("{what} does not answer in version 1 of the protocol"),
        ));
    }
    // Its words about an error are its own, and may quote anything.
    if answer
        .get("errors")
        .is_some_and(|errors| errors.get(id).is_some())
    {
        return Err(Problem::new(
            "not_found",
            format!("{what} has an error for `{id}`"),
        ));
    }
    let found = answer.get("values").and_then(|values| values.get(id));
    // A program of a single secret may answer under that name.
    let single = || {
        answer
            .get("values")
            .and_then(|values| values.get(SINGLE_VALUE))
    };
    string_at(found.or_else(single), what)
}

/// Returns the program that a word names: an absolute path, or a name that is looked for in the
/// absolute folders of `PATH`.
///
/// # Errors
/// When there is none.
pub fn program(word: &str, environment: &Environment) -> Result<PathBuf, String> {
    let path = Path::new(word);
    if path.is_absolute() {
        return Ok(path.to_path_buf());
    }
    if path.components().count() != 1 {
        return Err(format!(
            "the command {word} is neither an absolute path nor a name"
        ));
    }
    let folders = environment.vars.get("PATH");
    let folders = folders.into_iter().flat_map(std::env::split_paths);
    let mut candidates = folders
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(format!("{word}{}", std::env::consts::EXE_SUFFIX)));
    candidates
        .find(|candidate| is_program(candidate))
        .ok_or_else(|| format!("the command {word} is in no folder of PATH"))
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    path.metadata()
        .is_ok_and(|found| found.is_file() && found.mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_the_secret_or_says_why_not() {
        let read = |output: &str, plain| {
            let found = answered(output.as_bytes(), "a/b", plain, "it");
            found
                .map(|secret| secret.expose().clone())
                .map_err(|problem| problem.reason)
        };
        let value = r#"{"protocolVersion":1,"values":{"a/b":"sk-1"}}"#;
        assert_eq!(read(value, false), Ok("sk-1".to_owned()));
        assert_eq!(read("sk-1\n", true), Ok("sk-1".to_owned()));
        assert_eq!(read("sk-1\n", false), Err("not_json"));
        for (output, reason) in [
            (
                r#"{"protocolVersion":2,"values":{"a/b":"sk-1"}}"#,
                "not_json",
            ),
            (r#"{"protocolVersion":1,"values":{}}"#, "not_found"),
            (r#"{"protocolVersion":1,"values":{"a/b":1}}"#, "not_text"),
            (r#"{"protocolVersion":1,"values":{"a/b":""}}"#, "empty"),
            (
                r#"{"protocolVersion":1,"values":{},"errors":{"a/b":{"message":"hunter2"}}}"#,
                "not_found",
            ),
        ] {
            assert_eq!(read(output, false), Err(reason), "{output}");
        }
    }
}
