//! Facts about local servers.

use openclaw_core::catalog::is_local_url;
use openclaw_core::credential::ProviderId;
use openclaw_core::doctor::{Finding, ServerFact, server};
use openclaw_core::selection::{Purpose, chain};

use super::Checked;
use crate::tcp_check::{Address, TIMEOUT, listening};
use openclaw_router::Snapshot;

/// Returns the command that starts a provider's server, where its plugin knows one.
fn start(snapshot: &Snapshot, provider: &ProviderId) -> Option<String> {
    snapshot.registry.manifest(provider)?.start.clone()
}

/// Tries the local servers that the models in use are served by, all at once.
pub(super) fn look(agents: &[Snapshot], findings: &mut Vec<Finding>, checked: &mut Checked) {
    let mut facts: Vec<ServerFact> = Vec::new();
    for snapshot in agents {
        let primary = primary(snapshot);
        for model in snapshot.models_in_use() {
            let Some((url, configured)) = local(snapshot, &model.provider) else {
                continue;
            };
            let is_primary = primary.as_ref() == Some(&model.provider);
            match facts.iter_mut().find(|fact| fact.url == url) {
                Some(known) => known.primary |= is_primary,
                None => facts.push(ServerFact {
                    start: start(snapshot, &model.provider),
                    provider: model.provider,
                    url,
                    configured,
                    primary: is_primary,
                    silent: None,
                }),
            }
        }
    }
    let addresses: Vec<(usize, Address)> = facts
        .iter()
        .enumerate()
        .filter_map(|(at, fact)| Some((at, Address::of_url(&fact.url)?)))
        .collect();
    let asked: Vec<Address> = addresses
        .iter()
        .map(|(_, address)| address.clone())
        .collect();
    let answers = listening(&asked, TIMEOUT);
    for ((at, _), answer) in addresses.iter().zip(answers) {
        facts[*at].silent = answer.err();
    }
    checked.servers = asked.len();
    findings.extend(facts.iter().filter_map(server));
}

fn primary(snapshot: &Snapshot) -> Option<ProviderId> {
    let chain = chain(
        &snapshot.settings,
        Some(&snapshot.agent),
        Purpose::Text,
        None,
    );
    let link = chain.ok()?.links.into_iter().next()?;
    Some(link.model.provider)
}

/// Returns the address of a provider that is served on this machine or its network, and whether
/// the config names it.
fn local(snapshot: &Snapshot, provider: &ProviderId) -> Option<(String, bool)> {
    if let Some(url) = snapshot.base_url(provider).ok()? {
        return (is_local_url(&url) || is_private(&url)).then_some((url, true));
    }
    let plugin = snapshot.plugin(provider)?;
    let url = plugin.manifest().base_url.clone()?;
    is_local_url(&url).then_some((url, false))
}

/// Whether the host is a literal address of a private network.
fn is_private(url: &str) -> bool {
    let Some(address) = Address::of_url(url) else {
        return false;
    };
    match address.host.parse() {
        Ok(std::net::IpAddr::V4(address)) => address.is_private() || address.is_loopback(),
        Ok(std::net::IpAddr::V6(address)) => address.is_loopback() || address.is_unique_local(),
        Err(_) => false,
    }
}
