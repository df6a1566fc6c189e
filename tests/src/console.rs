//! A console: command lines as a person types them, run by a shell in a world, with what they
//! printed. The line is the documented one to the letter: `openclaw` is found on the path.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;

use tempfile::TempDir;

use crate::{Output, Sandbox};

/// A shell in a world. Remembers everything as a transcript.
pub struct Console<'w> {
    world: &'w Sandbox,
    path: TempDir,
    transcript: String,
}

impl<'w> Console<'w> {
    /// Opens a console in which `openclaw` is the program under test.
    #[must_use]
    pub fn new(world: &'w Sandbox) -> Self {
        let path = tempfile::tempdir().expect("a temporary folder");
        symlink(crate::binary::path(), path.path().join("openclaw")).expect("a link is made");
        Self {
            world,
            path,
            transcript: String::new(),
        }
    }

    /// Puts another program on the path: what it does, as a shell script. It stands in for one that
    /// is not ours, such as a vendor's own command.
    #[must_use]
    pub fn stand_in(self, name: &str, script: &str) -> Self {
        let file = self.path.path().join(name);
        fs::write(&file, format!("#!/bin/sh\n{script}\n")).expect("a file is written");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("it may be run");
        self
    }

    /// Runs a line.
    pub fn run(&mut self, line: &str) -> Output {
        self.run_with(line, "")
    }

    /// Runs a line with text on its stdin.
    pub fn run_with(&mut self, line: &str, stdin: &str) -> Output {
        let output = self.shell(line, stdin);
        self.say(line, &output.to_string());
        output
    }

    /// Runs lines that are all to succeed.
    ///
    /// # Panics
    /// With everything up to the line, if one does not.
    #[track_caller]
    pub fn assert_runs(&mut self, lines: &[&str]) {
        for line in lines {
            self.assert_runs_with(line, "");
        }
    }

    /// Runs a line that is to succeed with text on its stdin.
    ///
    /// # Panics
    /// With everything up to the line, if it does not.
    #[track_caller]
    pub fn assert_runs_with(&mut self, line: &str, stdin: &str) {
        let output = self.run_with(line, stdin);
        assert_eq!(output.code, Some(0), "{line}: {}", self.transcript);
    }

    /// Runs a line that is not to be in the transcript.
    #[must_use]
    pub fn unseen(&self, line: &str) -> Output {
        self.shell(line, "")
    }

    fn shell(&self, line: &str, stdin: &str) -> Output {
        let mut command = Command::new("sh");
        self.world.prepare(&mut command);
        command.arg("-c").arg(line).env(
            "PATH",
            format!("{}:/usr/bin:/bin", self.path.path().display()),
        );
        self.world.finish(command, stdin.as_bytes())
    }

    /// Adds something that happened elsewhere, as in a pseudo-terminal.
    pub fn say(&mut self, line: &str, printed: &str) {
        let _infallible = write!(self.transcript, "$ {line}\n{printed}");
    }

    /// Returns what was typed and printed so far.
    #[must_use]
    pub fn transcript(&self) -> &str {
        &self.transcript
    }
}
