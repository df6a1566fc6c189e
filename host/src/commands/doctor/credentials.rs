//! Facts about credentials.

use std::collections::BTreeSet;

use openclaw_core::auth_order::{Order, listed, resolve};
use openclaw_core::credential::{ProfileId, ProviderId};
use openclaw_core::doctor::{
    AgentCredentials, Finding, OrderFact, ProviderFact, credentials, unavailable_key,
};
use openclaw_core::model_ref::{DEFAULT_AGENT, normalize_provider};
use openclaw_core::selection::{Purpose, chain};

use super::Checked;
use crate::app::App;
use openclaw_router::Snapshot;

/// Looks at the credentials of an agent. What the config says for all is looked at with the
/// `first`.
pub(super) fn look(
    app: &App,
    snapshot: &Snapshot,
    first: bool,
    findings: &mut Vec<Finding>,
    checked: &mut Checked,
) {
    let own = own(snapshot);
    checked.profiles += own.len();
    let orders = orders(app, snapshot, first);
    let providers = providers(app, snapshot);
    let store = app.paths.shorten(snapshot.auth_file.path());
    let mut found = credentials(&AgentCredentials {
        agent: &snapshot.agent,
        store: &store,
        profiles: &snapshot.auth.profiles,
        own: &own,
        unresolved: &snapshot.unresolved,
        usage: &snapshot.usage,
        declared: if first { &snapshot.declared } else { &[] },
        orders: &orders,
        providers: &providers,
        now: app.now(),
    });
    // Nothing can be added to a store that cannot be read, and nothing is known to be missing from it.
    if !snapshot.unusable.is_empty() {
        found.retain(|finding| finding.id != "credential-missing");
    }
    findings.extend(found);
    if first {
        findings.extend(keys(snapshot));
    }
}

/// Returns what keeps keys from being had that the config refers to.
fn keys(snapshot: &Snapshot) -> impl Iterator<Item = Finding> {
    let unresolved = snapshot.unresolved_keys().into_iter();
    unresolved.map(|(key, why)| unavailable_key(&key, &why.to_string(), why.next.as_deref()))
}

/// Returns the profiles in the agent's own store.
fn own(snapshot: &Snapshot) -> Vec<ProfileId> {
    let profiles = snapshot.auth.profiles.iter();
    let ids = profiles.map(|profile| profile.id.clone());
    if snapshot.main_auth.is_none() {
        return ids.collect();
    }
    let document = snapshot.auth_file.load().document;
    ids.filter(|id| document.entry(id).is_some()).collect()
}

fn orders(app: &App, snapshot: &Snapshot, first: bool) -> Vec<OrderFact> {
    let in_force = |provider: &ProviderId, order: Order| {
        snapshot.with_auth_inputs(app, provider, None, None, |inputs| {
            listed(inputs).0 == order
        })
    };
    let configured = |order: &[(String, Vec<String>)], key: &str, own: bool, from: Order| {
        let fact = |(provider, ids): &(String, Vec<String>)| {
            let id = normalize_provider(provider);
            OrderFact {
                place: format!("{key}.{provider}"),
                own,
                in_force: in_force(&id, from),
                provider: id,
                ids: ids.iter().map(ProfileId::new).collect(),
            }
        };
        order.iter().map(fact).collect::<Vec<_>>()
    };
    let mut found = Vec::new();
    if first {
        let order = &snapshot.settings.auth_order;
        found.extend(configured(order, "auth.order", false, Order::Config));
    }
    let agents = snapshot.settings.agents.iter().enumerate();
    let place = agents
        .filter(|(_, agent)| Some(*agent) == snapshot.agent_settings())
        .map(|(index, agent)| (index, &agent.auth_order));
    for (index, order) in place {
        let key = format!("agents.list[{index}].auth.order");
        found.extend(configured(order, &key, true, Order::AgentConfig));
    }
    let own = snapshot.auth_file.load().document.store();
    let file = app.paths.shorten(snapshot.auth_file.path());
    found.extend(own.order.into_iter().map(|(provider, ids)| OrderFact {
        place: file.clone(),
        own: snapshot.agent != DEFAULT_AGENT,
        in_force: in_force(&provider, Order::AgentStore),
        provider,
        ids,
    }));
    found
}

/// Returns the providers that the agent uses or has credentials of.
fn providers(app: &App, snapshot: &Snapshot) -> Vec<ProviderFact> {
    let used: Vec<ProviderId> = snapshot
        .models_in_use()
        .into_iter()
        .map(|model| model.provider)
        .collect();
    let first = |purpose| {
        let chain = chain(&snapshot.settings, Some(&snapshot.agent), purpose, None);
        let link = chain.ok()?.links.into_iter().next()?;
        Some(link.model.provider)
    };
    let primary = [first(Purpose::Text), first(Purpose::Image)];
    let stored = snapshot.auth.profiles.iter();
    let ids: BTreeSet<ProviderId> = stored
        .map(|profile| profile.provider.clone())
        .chain(used.iter().cloned())
        .collect();
    ids.into_iter()
        .map(|id| ProviderFact {
            primary: primary.iter().flatten().any(|first| *first == id),
            in_use: used.contains(&id),
            usable: usable(app, snapshot, &id),
            id,
        })
        .collect()
}

/// Returns how many credentials of a provider may be tried.
pub(super) fn usable(app: &App, snapshot: &Snapshot, provider: &ProviderId) -> usize {
    snapshot.with_auth_inputs(app, provider, None, None, |inputs| {
        resolve(inputs).map_or(0, |found| found.sources.len())
    })
}
