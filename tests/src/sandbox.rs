//! A sandbox: a temporary home, no environment but its own, a fixed clock and width.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use expect_test::{Expect, ExpectFile};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The time in every sandbox: 2026-01-15T12:00:00Z.
pub const FIXED_TIME_MS: u64 = 1_768_478_400_000;

/// A transcript that a run is compared with: in the test itself, or in a file beside it.
pub trait Expected {
    /// Fails the test if something else was said.
    fn compare(&self, actual: &str);
}

impl Expected for Expect {
    #[track_caller]
    fn compare(&self, actual: &str) {
        self.assert_eq(actual);
    }
}

impl Expected for ExpectFile {
    #[track_caller]
    fn compare(&self, actual: &str) {
        self.assert_eq(actual);
    }
}

/// Comparing JSON with a transcript of it.
pub trait JsonIs {
    /// Fails the test if it is other JSON.
    fn is(&self, expected: impl Expected);
}

impl JsonIs for Value {
    #[track_caller]
    fn is(&self, expected: impl Expected) {
        expected.compare(&format!("{self:#}\n"));
    }
}

/// A home of its own and the program run in it.
pub struct Sandbox {
    home: TempDir,
    environment: BTreeMap<String, String>,
    before: Mutex<Option<String>>,
}

/// What a run of the program left behind, with the home's path, ports and digests made the same in
/// every run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Data.
    pub stdout: String,
    /// Everything else.
    pub stderr: String,
    /// Exit code; nothing if a signal ended it.
    pub code: Option<i32>,
}

impl Default for Sandbox {
    fn default() -> Self {
        Self::new()
    }
}

impl Sandbox {
    /// Makes an empty home.
    #[must_use]
    pub fn new() -> Self {
        let home = tempfile::Builder::new()
            .prefix("openclaw-e2e-")
            .tempdir()
            .expect("a temporary folder");
        let environment = BTreeMap::from([
            ("HOME".to_owned(), home.path().display().to_string()),
            ("COLUMNS".to_owned(), "100".to_owned()),
            (
                "OPENCLAW_FIXED_TIME_MS".to_owned(),
                FIXED_TIME_MS.to_string(),
            ),
        ]);
        Self {
            home,
            environment,
            before: Mutex::new(None),
        }
    }

    /// Writes the config.
    #[must_use]
    pub fn config(self, text: &str) -> Self {
        self.write(".openclaw/openclaw.json", text);
        self.compare_with(text.to_owned());
        self
    }

    /// Adds a credential to the store of the agent `main`, as it stands in the file.
    #[must_use]
    pub fn profile(self, id: &str, credential: Value) -> Self {
        self.agent_profile("main", id, credential)
    }

    /// Adds a credential to the store of an agent, as it stands in the file.
    #[must_use]
    pub fn agent_profile(self, agent: &str, id: &str, credential: Value) -> Self {
        let name = format!(".openclaw/agents/{agent}/agent/auth-profiles.json");
        let mut store = match self.read(&name) {
            Some(text) => serde_json::from_str(&text).expect("the store that was written before"),
            None => json!({ "version": 1, "profiles": {} }),
        };
        store["profiles"][id] = credential;
        self.write(&name, format!("{store:#}\n"));
        self
    }

    /// Adds an API key to the store of the agent `main`; the provider is what stands before the colon.
    #[must_use]
    pub fn api_key(self, id: &str, key: impl Into<String>) -> Self {
        let provider = id.split(':').next();
        let credential = json!({ "type": "api_key", "provider": provider, "key": key.into() });
        self.profile(id, credential)
    }

    /// Keeps compiled components in a folder that outlives the home, so that they are compiled once.
    #[must_use]
    pub fn cache(self, folder: &str) -> Self {
        self.env("XDG_CACHE_HOME", folder)
    }

    /// Sets a variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Takes a variable away.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.environment.remove(name);
        self
    }

    /// Returns the home.
    #[must_use]
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Returns the path of something in the home.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Writes a file in the home, with the folders it needs.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("it is in the home")).expect("folders are made");
        fs::write(path, bytes).expect("a file is written");
    }

    /// Makes everything below the state folder as private as the program makes it. Where there are no
    /// modes, it is so already.
    #[must_use]
    pub fn private(self) -> Self {
        let mut paths = vec![self.path(".openclaw")];
        while let Some(path) = paths.pop() {
            let entries = fs::read_dir(&path).into_iter().flatten();
            paths.extend(entries.map(|entry| entry.expect("it can be listed").path()));
            set_private(&path);
        }
        self
    }

    /// Reads a file in the home, if it is there.
    #[must_use]
    pub fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.path(name)).ok()
    }

    /// Returns every file in the home, sorted.
    #[must_use]
    pub fn files(&self) -> Vec<String> {
        let mut files = Vec::new();
        let mut folders = vec![self.home.path().to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder is read") {
                let path = entry.expect("an entry is read").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path
                        .strip_prefix(self.home.path())
                        .expect("it is in the home");
                    files.push(name.display().to_string());
                }
            }
        }
        files.sort();
        files
    }

    /// Returns the config as it is now; empty if there is none.
    #[must_use]
    pub fn config_text(&self) -> String {
        self.read(".openclaw/openclaw.json").unwrap_or_default()
    }

    /// Returns the lines of the config that changed since it was written by [`config`](Self::config)
    /// or last compared, `-` before and `+` after.
    pub fn config_diff(&self) -> String {
        let now = self.config_text();
        let before = self.compare_with(now.clone()).unwrap_or_default();
        self.normal(diff(&before, &now).as_bytes())
    }

    fn compare_with(&self, text: String) -> Option<String> {
        let mut before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        before.replace(text)
    }

    /// Runs the program with arguments that are separated by spaces.
    #[must_use]
    pub fn openclaw(&self, arguments: &str) -> Output {
        self.run(&arguments.split_whitespace().collect::<Vec<_>>())
    }

    /// Runs the program with arguments that are separated by spaces, and text on its stdin.
    #[must_use]
    pub fn openclaw_with(&self, arguments: &str, stdin: impl AsRef<[u8]>) -> Output {
        self.run_with(&arguments.split_whitespace().collect::<Vec<_>>(), stdin)
    }

    /// Runs the program once a line, with arguments that are separated by spaces. All are to fail
    /// without data; returns what was typed and said.
    ///
    /// # Panics
    /// If one did not exit with 1, or wrote to stdout.
    #[must_use]
    #[track_caller]
    pub fn assert_refused(&self, lines: &[&str]) -> String {
        let mut said = String::new();
        for line in lines {
            let output = self.openclaw(line);
            output.failed();
            said.push_str(&format!("$ openclaw {line}\n{output}"));
        }
        said
    }

    /// Runs the program.
    #[must_use]
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.run_with(arguments, "")
    }

    /// Runs the program with text on its stdin.
    #[must_use]
    pub fn run_with(&self, arguments: &[&str], stdin: impl AsRef<[u8]>) -> Output {
        let mut command = self.command();
        command.args(arguments);
        self.finish(command, stdin.as_ref())
    }

    /// Runs a line of shell in which `$OPENCLAW` is the program.
    #[must_use]
    pub fn shell(&self, line: &str) -> Output {
        let mut command = Command::new("sh");
        self.prepare(&mut command);
        command
            .arg("-c")
            .arg(line)
            .env("OPENCLAW", crate::binary::path());
        self.finish(command, b"")
    }

    /// Returns the program, ready to be given arguments.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = Command::new(crate::binary::path());
        self.prepare(&mut command);
        command
    }

    pub(crate) fn prepare(&self, command: &mut Command) {
        command
            .env_clear()
            .envs(&self.environment)
            .current_dir(self.home.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
    }

    pub(crate) fn finish(&self, mut command: Command, stdin: &[u8]) -> Output {
        let mut child = command.spawn().expect("the program starts");
        let mut input = child.stdin.take().expect("stdin is a pipe");
        let output = std::thread::scope(|scope| {
            scope.spawn(move || {
                // A program that reads nothing has closed it.
                let _written = input.write_all(stdin);
            });
            child.wait_with_output().expect("the program ends")
        });
        Output {
            stdout: self.normal(&output.stdout),
            stderr: self.normal(&output.stderr),
            code: output.status.code(),
        }
    }

    /// Makes text the same in every run.
    fn normal(&self, bytes: &[u8]) -> String {
        let text = String::from_utf8_lossy(bytes);
        let text = text.replace(&self.home.path().display().to_string(), "<home>");
        digests(&ports(&text))
    }
}

/// A port that the system chose is `<port>`; those below 20000 are somebody's choice.
fn ports(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("127.0.0.1:") {
        let (before, after) = rest.split_at(at + "127.0.0.1:".len());
        out.push_str(before);
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let chosen = after[..digits]
            .parse()
            .is_ok_and(|port: u32| port >= 20_000);
        out.push_str(if chosen { "<port>" } else { &after[..digits] });
        rest = &after[digits..];
    }
    out + rest
}

/// A SHA-256 in hex is `<sha256>`: it changes with every byte of a component.
fn digests(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    loop {
        let Some(start) = rest.find(|c: char| c.is_ascii_hexdigit()) else {
            return out + rest;
        };
        let run = rest[start..]
            .bytes()
            .take_while(u8::is_ascii_hexdigit)
            .count();
        out.push_str(&rest[..start]);
        out.push_str(if run == 64 {
            "<sha256>"
        } else {
            &rest[start..start + run]
        });
        rest = &rest[start + run..];
    }
}

/// Returns the lines that differ: those common at both ends are left out, and common runs within
/// are kept unmarked only where the texts have the same number of lines.
pub(crate) fn diff(before: &str, now: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), now.lines().collect());
    let lengths = common(&old, &new);
    let (mut i, mut j) = (0, 0);
    let mut text = String::new();
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && lengths[i + 1][j] >= lengths[i][j + 1]) {
            text.push_str(&format!("-{}\n", old[i]));
            i += 1;
        } else {
            text.push_str(&format!("+{}\n", new[j]));
            j += 1;
        }
    }
    text
}

/// Returns for each pair of positions how many lines the rests have in common.
fn common(old: &[&str], new: &[&str]) -> Vec<Vec<usize>> {
    let mut lengths = vec![vec![0; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            lengths[i][j] = if old[i] == new[j] {
                lengths[i + 1][j + 1] + 1
            } else {
                lengths[i + 1][j].max(lengths[i][j + 1])
            };
        }
    }
    lengths
}

impl Output {
    /// Compares the run with its transcript.
    #[track_caller]
    pub fn is(&self, expected: impl Expected) {
        expected.compare(&self.to_string());
    }

    /// Returns stdout of a run that was to succeed quietly.
    ///
    /// # Panics
    /// If it failed or said something on stderr.
    #[track_caller]
    pub fn ok(&self) -> &str {
        assert!(self.code == Some(0) && self.stderr.is_empty(), "{self}");
        &self.stdout
    }

    /// Returns stderr of a run that was to fail without data.
    ///
    /// # Panics
    /// If it did not exit with 1, or wrote to stdout.
    #[track_caller]
    pub fn failed(&self) -> &str {
        assert!(self.code == Some(1) && self.stdout.is_empty(), "{self}");
        &self.stderr
    }

    /// Returns stdout as JSON.
    ///
    /// # Panics
    /// If it is none.
    #[must_use]
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self}"))
    }
}

/// A transcript: data, then what was said besides, then the exit code where it is not 0.
impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.stdout)?;
        if !self.stderr.is_empty() {
            write!(f, "---- stderr\n{}", self.stderr)?;
        }
        match self.code {
            Some(0) => Ok(()),
            Some(code) => writeln!(f, "[exit {code}]"),
            None => writeln!(f, "[ended by a signal]"),
        }
    }
}

/// Lets nobody but the owner read a file or a folder.
#[cfg(unix)]
fn set_private(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let Ok(found) = fs::metadata(path) else {
        return;
    };
    let mode = if found.is_dir() { 0o700 } else { 0o600 };
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("modes can be set");
}

#[cfg(not(unix))]
fn set_private(_path: &Path) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_holds_the_changed_lines_alone() {
        assert_eq!(diff("a\nb\nc\n", "a\nB\nc\nd\n"), "-b\n+B\n+d\n");
        assert_eq!(diff("a\n", "a\n"), "");
        assert_eq!(diff("", "a\n"), "+a\n");
    }

    #[test]
    fn only_what_differs_between_runs_is_made_the_same() {
        assert_eq!(
            ports("http://127.0.0.1:43211/x 127.0.0.1:11434"),
            "http://127.0.0.1:<port>/x 127.0.0.1:11434"
        );
        let digest = "0123456789abcdef".repeat(4);
        assert_eq!(
            digests(&format!("sha256:{digest} abc 7")),
            "sha256:<sha256> abc 7"
        );
        assert_eq!(digests(&format!("{digest}0")), format!("{digest}0"));
    }
}
