//! Facts about credentials.

use std::collections::BTreeSet;

use openclaw_core::auth_order::{Order, listed, resolve};
use openclaw_core::credential::{ProfileId, ProviderId};
use openclaw_core::doctor::{AgentCredentials, Finding, OrderFact, ProviderFact, credentials};
use openclaw_core::model_ref::{DEFAULT_AGENT, normalize_provider};
use openclaw_core::selection::{Purpose, chain};

use super::Checked;
use crate::app::App;
use crate::state::State;

/// Looks at the credentials of an agent. What the config says for all is looked at with the
/// `first`.
pub(super) fn look(
    app: &App,
    state: &State,
    first: bool,
    findings: &mut Vec<Finding>,
    checked: &mut Checked,
) {
    let own = own(state);
    checked.profiles += own.len();
    let orders = orders(app, state, first);
    let providers = providers(app, state);
    let store = app.paths.shorten(state.auth_file.path());
    findings.extend(credentials(&AgentCredentials {
        agent: &state.agent,
        store: &store,
        profiles: &state.auth.profiles,
        own: &own,
        usage: &state.usage,
        declared: if first { &state.declared } else { &[] },
        orders: &orders,
        providers: &providers,
        now: app.now(),
    }));
}

/// Returns the profiles in the agent's own store.
fn own(state: &State) -> Vec<ProfileId> {
    let profiles = state.auth.profiles.iter();
    let ids = profiles.map(|profile| profile.id.clone());
    if state.main_auth.is_none() {
        return ids.collect();
    }
    let document = state.auth_file.load().document;
    ids.filter(|id| document.entry(id).is_some()).collect()
}

fn orders(app: &App, state: &State, first: bool) -> Vec<OrderFact> {
    let in_force = |provider: &ProviderId, order: Order| {
        state.with_auth_inputs(app, provider, None, None, |inputs| {
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
        let order = &state.settings.auth_order;
        found.extend(configured(order, "auth.order", false, Order::Config));
    }
    let agents = state.settings.agents.iter().enumerate();
    let place = agents
        .filter(|(_, agent)| Some(*agent) == state.agent_settings())
        .map(|(index, agent)| (index, &agent.auth_order));
    for (index, order) in place {
        let key = format!("agents.list[{index}].auth.order");
        found.extend(configured(order, &key, true, Order::AgentConfig));
    }
    let own = state.auth_file.load().document.store();
    let file = app.paths.shorten(state.auth_file.path());
    found.extend(own.order.into_iter().map(|(provider, ids)| OrderFact {
        place: file.clone(),
        own: state.agent != DEFAULT_AGENT,
        in_force: in_force(&provider, Order::AgentStore),
        provider,
        ids,
    }));
    found
}

/// Returns the providers that the agent uses or has credentials of.
fn providers(app: &App, state: &State) -> Vec<ProviderFact> {
    let used: Vec<ProviderId> = state
        .models_in_use()
        .into_iter()
        .map(|model| model.provider)
        .collect();
    let first = |purpose| {
        let chain = chain(&state.settings, Some(&state.agent), purpose, None);
        let link = chain.ok()?.links.into_iter().next()?;
        Some(link.model.provider)
    };
    let primary = [first(Purpose::Text), first(Purpose::Image)];
    let stored = state.auth.profiles.iter();
    let ids: BTreeSet<ProviderId> = stored
        .map(|profile| profile.provider.clone())
        .chain(used.iter().cloned())
        .collect();
    ids.into_iter()
        .map(|id| ProviderFact {
            primary: primary.iter().flatten().any(|first| *first == id),
            in_use: used.contains(&id),
            usable: usable(app, state, &id),
            id,
        })
        .collect()
}

/// Returns how many credentials of a provider may be tried.
pub(super) fn usable(app: &App, state: &State, provider: &ProviderId) -> usize {
    state.with_auth_inputs(app, provider, None, None, |inputs| {
        resolve(inputs).map_or(0, |found| found.sources.len())
    })
}
