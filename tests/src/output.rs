//! What a run of the program printed, and comparing it with a transcript.

use std::fmt;

use expect_test::{Expect, ExpectFile};
use serde_json::Value;

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

    /// Returns stdout of a run that was to succeed, whatever it said besides.
    ///
    /// # Panics
    /// If it failed.
    #[track_caller]
    pub fn done(&self) -> &str {
        assert!(self.code == Some(0), "{self}");
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
