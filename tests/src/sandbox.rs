//! A sandbox: a temporary home, no environment but its own, a fixed clock and width.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::changes::diff;
use crate::hints::Ran;
use crate::normal::normal;
use crate::output::Output;

/// The time in every sandbox: 2026-01-15T12:00:00Z.
pub const FIXED_TIME_MS: u64 = 1_768_478_400_000;

/// A home of its own and the program run in it.
pub struct Sandbox {
    home: TempDir,
    environment: BTreeMap<String, String>,
    before: Mutex<Option<String>>,
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
        self.make_private();
        self
    }

    /// The same of a home that has been used.
    pub fn make_private(&self) {
        let mut paths = vec![self.path(".openclaw")];
        while let Some(path) = paths.pop() {
            let entries = fs::read_dir(&path).into_iter().flatten();
            paths.extend(entries.map(|entry| entry.expect("it can be listed").path()));
            set_private(&path);
        }
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

    #[track_caller]
    pub(crate) fn finish(&self, mut command: Command, stdin: &[u8]) -> Output {
        let ran = Ran::new(self.home.path().to_path_buf(), &command);
        let mut child = command.spawn().expect("the program starts");
        let mut input = child.stdin.take().expect("stdin is a pipe");
        let output = std::thread::scope(|scope| {
            scope.spawn(move || {
                // A program that reads nothing has closed it.
                let _written = input.write_all(stdin);
            });
            child.wait_with_output().expect("the program ends")
        });
        let text = |bytes| String::from_utf8_lossy(bytes);
        ran.follow_hints(&text(&output.stdout), &text(&output.stderr));
        Output {
            stdout: self.normal(&output.stdout),
            stderr: self.normal(&output.stderr),
            code: output.status.code(),
        }
    }

    /// Makes text the same in every run.
    fn normal(&self, bytes: &[u8]) -> String {
        let home = self.home.path().display().to_string();
        normal(&String::from_utf8_lossy(bytes), &home)
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
