//! Servers on this machine or in its network that configured models are served by.

use super::{Finding, Severity};
use crate::credential::ProviderId;

/// A server that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerFact {
    /// The provider that it serves.
    pub provider: ProviderId,
    /// Its address.
    pub url: String,
    /// Whether the config names the address.
    pub configured: bool,
    /// Whether a primary model needs it.
    pub primary: bool,
    /// The command that starts it, where its plugin knows one.
    pub start: Option<String>,
    /// Why it cannot be reached, if it cannot.
    pub silent: Option<String>,
}

/// Returns what is wrong with a server.
#[must_use]
pub fn server(fact: &ServerFact) -> Option<Finding> {
    let reason = fact.silent.as_ref()?;
    let ServerFact { provider, url, .. } = fact;
    let severity = if fact.primary {
        Severity::Error
    } else {
        Severity::Warning
    };
    let place = if fact.configured {
        format!("models.providers.{provider}.baseUrl")
    } else {
        url.clone()
    };
    let what = format!("the server of `{provider}` at {url} cannot be reached: {reason}");
    let finding = Finding::new("server-unreachable", severity, what, place);
    Some(match (&fact.start, fact.configured) {
        (Some(start), false) => finding.command(start),
        (_, true) => finding.advice(format!(
            "start the server, or correct `models.providers.{provider}.baseUrl`"
        )),
        (None, false) => finding.advice("start the server"),
    })
}

/// Returns the finding of a variable that other programs go by, and that is not used here.
#[must_use]
pub fn unused_variable(variable: &str, purpose: &str, command: &str) -> Finding {
    let what = format!("`{variable}` is set and not used; {purpose}, name it in the config");
    Finding::new("variable-unused", Severity::Note, what, variable).command(command)
}

/// Returns the finding of a proxy or a file of certificates that cannot be used.
#[must_use]
pub fn unusable_network(what: &str, provider: &ProviderId) -> Finding {
    let place = format!("models.providers.{provider}.network");
    Finding::new("network-unusable", Severity::Error, what, place)
        .advice("correct `network` in the config: until then, no request to this provider is sent")
}
