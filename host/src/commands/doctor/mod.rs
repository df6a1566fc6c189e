//! `openclaw doctor`: gathers the facts; what they mean is in the core.

mod catalog;
mod credentials;
mod files;
mod models;
mod network;
mod servers;

use openclaw_core::doctor::{ConfigProblem, Finding, Severity, config, sorted};
use openclaw_core::model_ref::normalize_agent_id;

use super::verdict::Verdict;
use super::{Outcome, block_on};
use crate::app::App;
use openclaw_core::time::Timestamp;
use openclaw_router::Snapshot;
use openclaw_router::{Failure, Kind};

/// Find what is wrong with config, credentials and models, and say what fixes it
///
/// Reads everything and changes nothing. Looks at who may read the files, at files that cannot be
/// understood, expired and refused credentials, orders that name what is not stored, models that
/// are retired, unknown or not allowed, fallbacks that fail together with the primary, local
/// servers that do not answer, proxies and certificates of the environment that are not used, and
/// what older releases left behind. No provider is called; a local
/// server in use is connected to and sent nothing; keys that are kept elsewhere are asked for as a
/// request would, which may run programs and ask the keychain. Each finding has a stable id, and mostly a
/// command that fixes it.
///
/// Exit codes: 0 no errors; 1 errors were found, or no model can answer now.
///
/// Example: openclaw doctor
///
/// Example: openclaw doctor --json | jq -r '.findings[] | select(.severity == "error") | .id'
#[derive(Debug, clap::Args)]
pub struct DoctorArgs {}

/// What was found.
pub struct Diagnosis {
    /// What would become of a prompt to the default agent, where the config can be used.
    pub verdict: Option<Verdict>,
    /// The present.
    pub now: Timestamp,
    /// The findings, the worst first.
    pub findings: Vec<Finding>,
    /// How much was looked at.
    pub checked: Checked,
}

/// How much was looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Checked {
    /// Files and folders that are there.
    pub files: usize,
    /// Stored credentials.
    pub profiles: usize,
    /// Configured models.
    pub models: usize,
    /// Local servers.
    pub servers: usize,
}

impl Diagnosis {
    /// Returns how many findings have a severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        let same = |finding: &&Finding| finding.severity == severity;
        self.findings.iter().filter(same).count()
    }
}

/// Runs the command.
///
/// # Errors
/// When it was interrupted: what cannot be read is a finding.
pub fn run(app: &App) -> Outcome {
    let mut findings = Vec::new();
    let mut checked = Checked::default();
    let mut verdict = None;
    catalog::look(app, &mut findings);
    let read = app
        .config
        .load(&app.environment)
        .map_err(Failure::from)
        .and_then(|config| Ok((agents(app, &config)?, config)));
    match read {
        Ok((mut agents, config)) => {
            ask_for_secrets(&mut agents)?;
            verdict = agents.first().map(|first| Verdict::of(app, first));
            files::look(app, Some(&config), &agents, &mut findings, &mut checked);
            files::config(app, &config, &agents, &mut findings);
            for (at, snapshot) in agents.iter().enumerate() {
                credentials::look(app, snapshot, at == 0, &mut findings, &mut checked);
            }
            models::look(app, &agents, &mut findings, &mut checked);
            servers::look(&agents, &mut findings, &mut checked);
            network::look(app, &agents, &mut findings);
        }
        Err(failure) => {
            files::look(app, None, &[], &mut findings, &mut checked);
            findings.push(unusable(app, &failure));
        }
    }
    Ok(Box::new(Diagnosis {
        verdict,
        now: app.now(),
        findings: sorted(findings),
        checked,
    }))
}

/// Asks for the secrets that are kept elsewhere, each once.
fn ask_for_secrets(agents: &mut [Snapshot]) -> Result<(), Failure> {
    let asked = async {
        for agent in agents {
            agent.ask_for_secrets().await;
        }
    };
    block_on(async {
        tokio::select! {
            biased;
            _ = tokio::signal::ctrl_c() => Err(Failure::new(Kind::Interrupted, "interrupted")),
            () = asked => Ok(()),
        }
    })
}

/// Reads what each agent sees: the default agent first, then the others of the config.
fn agents(app: &App, config: &openclaw_store::config::Config) -> Result<Vec<Snapshot>, Failure> {
    let default = Snapshot::read(app, None)?;
    let mut agents = vec![default];
    for agent in &config.typed.agents.list {
        let id = normalize_agent_id(&agent.id);
        if agents.iter().all(|known| known.agent != id) {
            agents.push(Snapshot::read(app, Some(&id))?);
        }
    }
    // Every other agent inherits from it, so its store counts even where it is not listed.
    let main = openclaw_core::model_ref::DEFAULT_AGENT;
    if agents.iter().all(|known| known.agent != main) {
        agents.push(Snapshot::read(app, Some(main))?);
    }
    Ok(agents)
}

fn unusable(app: &App, failure: &Failure) -> Finding {
    let causes = failure
        .details
        .iter()
        .map(|detail| detail.trim_start_matches("caused by: "));
    let message = std::iter::once(failure.message.as_str())
        .chain(causes)
        .collect::<Vec<_>>()
        .join(": ");
    let then = "credentials and models are looked at once it can be read";
    let advice = failure.hints.first().map_or_else(
        || format!("correct the file by hand; {then}"),
        |hint| format!("{hint}; {then}"),
    );
    let problem = ConfigProblem::Unusable {
        message,
        advice: Some(advice),
    };
    config(&problem, &app.paths.shorten(app.config.path()))
}
