//! What is wrong with a user's files, or will be: findings from facts.
//!
//! Each rule takes what was found and says what it means, how bad that is, and which command fixes
//! it. Gathering the facts is the caller's task; nothing here is read, asked or changed. The ids of
//! findings are stable: scripts rely on them.

mod catalog;
mod credentials;
mod files;
mod models;
mod servers;

pub use catalog::{changed_facts, unsigned_facts, unusable_facts};
pub use credentials::{AgentCredentials, OrderFact, ProviderFact, credentials, unavailable_key};
pub use files::{
    ConfigProblem, FileFact, FileKind, audit_chain, audit_unreadable, config, file, legacy_folder,
    legacy_variable, local_credentials, misplaced_variable, read_only,
};
pub use models::{ChainFact, Known, ModelFact, Owner, Role, chain, model};
pub use servers::{ServerFact, server, unusable_network, unused_variable};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Something does not work, or a secret is open to others.
    Error,
    /// Something will stop working, or does not do what was meant.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// Returns the word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// What to do about a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fix {
    /// A command that can be pasted.
    Command(String),
    /// What no single command does.
    Advice(String),
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// A stable word for it.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it is, in one line.
    pub what: String,
    /// The file or config key that it is about.
    pub place: String,
    /// What fixes it; nothing where waiting does.
    pub fix: Option<Fix>,
}

impl Finding {
    fn new(
        id: &'static str,
        severity: Severity,
        what: impl Into<String>,
        place: impl Into<String>,
    ) -> Self {
        Self {
            id,
            severity,
            what: what.into(),
            place: place.into(),
            fix: None,
        }
    }

    fn command(mut self, command: impl Into<String>) -> Self {
        self.fix = Some(Fix::Command(command.into()));
        self
    }

    fn advice(mut self, advice: impl Into<String>) -> Self {
        self.fix = Some(Fix::Advice(advice.into()));
        self
    }
}

/// Puts the worst findings first and takes out repetitions; otherwise the order stays.
#[must_use]
pub fn sorted(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|finding| finding.severity);
    let mut kept: Vec<Finding> = Vec::new();
    for finding in findings {
        if !kept.contains(&finding) {
            kept.push(finding);
        }
    }
    kept
}
