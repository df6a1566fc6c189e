//! `openclaw plugins can-reach`

use super::rights::{self, GrantLine};
use super::{batch, load};
use crate::app::App;
use crate::commands::{Outcome, Printed};
use openclaw_router::Snapshot;
use openclaw_router::component::judge;

/// Check whether a plugin may send a request, and by which rule
///
/// Runs the same policy check as a request, over the same permissions: the manifest's grants and the
/// `baseUrl` of your config. Nothing is resolved, connected to or sent. A literal address is judged
/// here; those that a name resolves to are judged when they are connected to.
///
/// Exit codes: 0 allowed; 1 denied, or the question could not be answered (then with an error).
///
/// With `--batch`, reads one JSON object a line on stdin,
/// `{"id", "grants": [{"url", "methods", "private"?, "any_host"?}], "method", "url"}`, and answers
/// each with one line `{"id", "verdict": "allow"|"deny", "reason"}`, in order. Whatever cannot be
/// read is a deny. Exits 0.
///
/// Example: openclaw plugins can-reach anthropic https://api.anthropic.com/v1/messages --method POST
///
/// Example: openclaw plugins can-reach --batch < requests.jsonl
#[derive(Debug, clap::Args)]
#[expect(rustdoc::bare_urls, reason = "the help is read in a terminal")]
pub struct CanReachArgs {
    /// Plugin id, a provider of your config, or path of a .wasm file
    #[arg(required_unless_present = "batch")]
    plugin: Option<String>,
    /// Where the request would go
    #[arg(required_unless_present = "batch")]
    url: Option<String>,
    /// Method of the request
    #[arg(long, default_value = "GET")]
    method: String,
    /// Judge many requests, read as JSON lines from stdin
    #[arg(long, conflicts_with_all = ["plugin", "url", "method"])]
    batch: bool,
}

/// The gate's answer.
pub struct Verdict {
    /// The plugin.
    pub plugin: String,
    /// The provider it would serve.
    pub provider: String,
    /// The method that was asked about.
    pub method: String,
    /// The URL that was asked about; canonical, if it is allowed.
    pub url: String,
    /// What decides.
    pub decision: Decision,
    /// What the user should know besides.
    pub notes: Vec<String>,
}

/// What decides.
pub enum Decision {
    /// A grant covers the call.
    Allow {
        /// Its place, from 1.
        number: usize,
        /// The grant.
        by: Box<GrantLine>,
        /// Whether the URL holds an address rather than a name.
        literal: bool,
    },
    /// None does, or none may.
    Deny {
        /// The rule's stable name.
        rule: &'static str,
        /// A sentence.
        reason: String,
        /// The smallest grant that would allow exactly this call.
        smallest_grant: Option<String>,
    },
}

/// Judges one request, or many.
///
/// # Errors
/// When the plugin or the config cannot be read.
pub(super) fn run(app: &App, args: &CanReachArgs) -> Outcome {
    let (Some(name), Some(url)) = (&args.plugin, &args.url) else {
        batch::run(app)?;
        return Ok(Box::new(Printed(0)));
    };
    let snapshot = Snapshot::read(app, None)
        .map_err(|failure| failure.while_doing("cannot judge the request"))?;
    let found = load::find(&snapshot, app, name)?;
    let (rights, mut lines) = rights::of(app, &snapshot, &found.plugin, &found.provider)?;
    let (url, decision) = match judge(&rights.grants, &args.method, url) {
        Ok(allowed) => {
            let decision = Decision::Allow {
                number: allowed.index + 1,
                by: Box::new(lines.swap_remove(allowed.index)),
                literal: allowed.target.host().address().is_some(),
            };
            (allowed.target.to_string(), decision)
        }
        Err(denial) => {
            let decision = Decision::Deny {
                rule: denial.rule.name(),
                reason: denial.message,
                smallest_grant: denial.smallest_grant,
            };
            (url.clone(), decision)
        }
    };
    Ok(Box::new(Verdict {
        plugin: found.plugin.manifest.id.clone(),
        provider: found.provider.to_string(),
        method: args.method.clone(),
        url,
        decision,
        notes: snapshot
            .config
            .warnings
            .iter()
            .map(ToString::to_string)
            .collect(),
    }))
}
