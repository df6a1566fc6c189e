//! The rotation order of a provider's auth profiles: global, or of one agent.

use super::{Change, Edit, Note, PathSegment, Value, at};
use crate::auth_order::DeclaredProfile;
use crate::credential::{Mode, ProfileId, ProviderId};
use crate::model_ref::{DEFAULT_AGENT, normalize_agent_id, normalize_provider};
use crate::selection::{SelectionError, Settings, order_of};

/// Why an order cannot be set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrderError {
    /// No such agent.
    #[error(transparent)]
    Agent(#[from] SelectionError),
    /// No ids were given.
    #[error("Missing profile ids. Provide one or more profile ids.")]
    Empty,
    /// The profile is not stored.
    #[error("Auth profile \"{id}\" not found in {store}.")]
    NotFound {
        /// The profile.
        id: ProfileId,
        /// Where it was looked for.
        store: String,
    },
    /// The profile belongs to another provider.
    #[error("Auth profile \"{id}\" is for {actual}, not {wanted}.")]
    OtherProvider {
        /// The profile.
        id: ProfileId,
        /// Its provider.
        actual: ProviderId,
        /// The provider whose order was to be set.
        wanted: ProviderId,
    },
}

/// Decides how to set the order of a provider's profiles, globally or for one agent.
///
/// `stored` are the profiles that exist and their providers; `store` names where they are, for
/// the message. Ids given twice count once.
///
/// # Errors
/// [`OrderError`].
pub fn set_auth_order(
    settings: &Settings,
    agent: Option<&str>,
    provider: &ProviderId,
    ids: &[ProfileId],
    stored: &[(ProfileId, ProviderId)],
    store: &str,
) -> Result<Change, OrderError> {
    let place = Place::find(settings, agent)?;
    let mut order: Vec<&str> = Vec::new();
    for id in ids {
        let Some((_, actual)) = stored.iter().find(|(known, _)| known == id) else {
            return Err(OrderError::NotFound {
                id: id.clone(),
                store: store.to_owned(),
            });
        };
        if actual != provider {
            let (actual, wanted) = (actual.clone(), provider.clone());
            return Err(OrderError::OtherProvider {
                id: id.clone(),
                actual,
                wanted,
            });
        }
        if !order.contains(&id.as_str()) {
            order.push(id.as_str());
        }
    }
    if order.is_empty() {
        return Err(OrderError::Empty);
    }

    let Some(root) = place.root else {
        // Only `main` may be missing from the list and exist nevertheless.
        let order = object(provider.as_str(), Value::strings(order));
        let entry = Value::Object(vec![
            ("id".to_owned(), DEFAULT_AGENT.into()),
            ("auth".to_owned(), object("order", order)),
        ]);
        let edit = Edit::Append {
            path: at!["agents", "list"],
            value: entry,
        };
        return Ok(Change {
            edits: vec![edit],
            notes: Vec::new(),
        });
    };
    let spellings = spellings(place.orders, provider);
    if spellings.len() == 1 && order_of(place.orders, provider).is_some_and(|now| now == order) {
        return Ok(Change::unchanged());
    }
    let mut change = Change::default();
    let key = spellings.first().copied().unwrap_or(provider.as_str());
    change.set(order_path(&root, key), Value::strings(order));
    for other in spellings.iter().skip(1) {
        change.remove(order_path(&root, other));
    }
    Ok(change)
}

/// Decides how to remove the order of a provider's profiles, globally or for one agent. One that
/// is not set changes nothing; an `order` left empty is removed too.
///
/// # Errors
/// [`SelectionError::UnknownAgent`].
pub fn clear_auth_order(
    settings: &Settings,
    agent: Option<&str>,
    provider: &ProviderId,
) -> Result<Change, SelectionError> {
    let place = Place::find(settings, agent)?;
    let spellings = spellings(place.orders, provider);
    let (Some(root), false) = (place.root, spellings.is_empty()) else {
        return Ok(Change::unchanged());
    };
    let mut change = Change::default();
    if spellings.len() == place.orders.len() {
        let mut path = root;
        // An agent's `auth` holds nothing but its order.
        if agent.is_none() {
            path.push("order".into());
        }
        change.remove(path);
    } else {
        for key in spellings {
            change.remove(order_path(&root, key));
        }
    }
    Ok(change)
}

/// Where a newly stored profile goes in an auth order that its provider has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Position {
    /// Before all others.
    #[default]
    First,
    /// After all others.
    Last,
    /// Nowhere: the order stays as it is.
    Unchanged,
}

impl Position {
    /// Returns an order with `id` at this position.
    #[must_use]
    pub fn place<'a>(self, id: &'a str, order: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
        let order = order.into_iter();
        if self == Self::Unchanged {
            return order.collect();
        }
        let mut placed: Vec<&str> = order.filter(|other| *other != id).collect();
        let at = if self == Self::First { 0 } else { placed.len() };
        placed.insert(at, id);
        placed
    }
}

/// Decides what the config needs so that a newly stored profile is used.
///
/// Profiles outside an order are never used, so one that exists gets it at `position`: the order for
/// all agents, and that of `agent`. Where the config declares profiles of the provider, only those
/// count, so it is declared too. A config that says neither stays as it is.
#[must_use]
pub fn admit_profile(
    settings: &Settings,
    declared: &[DeclaredProfile],
    wanted: &DeclaredProfile,
    position: Position,
    agent: Option<&str>,
) -> Change {
    let mut change = Change::default();
    let DeclaredProfile { id, provider, mode } = wanted;
    let concerns = |known: &DeclaredProfile| known.provider == *provider || known.id == *id;
    if declared.iter().any(concerns) && !declared.contains(wanted) {
        let mode = if *mode == Mode::ApiKey {
            "api_key"
        } else {
            mode.name()
        };
        let entry = [("provider", provider.as_str()), ("mode", mode)];
        let entry = entry.map(|(key, value)| (key.to_owned(), value.into()));
        change.set(
            at!["auth", "profiles", id.as_str()],
            Value::Object(entry.into()),
        );
    }
    let everywhere = Place {
        root: Some(at!["auth"]),
        orders: &settings.auth_order,
    };
    if let Some(note) = everywhere.put(&mut change, provider, id, position) {
        change.notes.push(note);
    }
    let agent = agent.map(normalize_agent_id);
    for other in &settings.agents {
        let of_agent = Place::find(settings, Some(&other.id)).ok();
        if agent.as_deref() == Some(&normalize_agent_id(&other.id))
            && let Some(place) = &of_agent
        {
            place.put(&mut change, provider, id, position);
            continue;
        }
        let order = order_of(&other.auth_order, provider);
        if order.is_some_and(|order| order.iter().all(|other| other != id.as_str())) {
            change.notes.push(Note::NotInOrderOf(other.id.clone()));
        }
    }
    change
}

/// Decides how to take removed profiles out of the config: their entries in `auth.profiles`, and
/// their places in the orders. What is left empty is removed too.
#[must_use]
pub fn forget_profiles(settings: &Settings, declared: &[ProfileId], ids: &[ProfileId]) -> Change {
    let mut change = Change::default();
    if !declared.is_empty() && declared.iter().all(|id| ids.contains(id)) {
        change.remove(at!["auth", "profiles"]);
    } else {
        for id in declared.iter().filter(|id| ids.contains(id)) {
            change.remove(at!["auth", "profiles", id.as_str()]);
        }
    }
    let everywhere = (at!["auth"], at!["auth", "order"], &settings.auth_order);
    let of_agents = settings.agents.iter().enumerate().map(|(index, agent)| {
        // An agent's `auth` holds nothing but its order.
        let root = at!["agents", "list", index, "auth"];
        (root.clone(), root, &agent.auth_order)
    });
    for (root, whole, orders) in std::iter::once(everywhere).chain(of_agents) {
        let is_left = |id: &&str| ids.iter().all(|gone| gone.as_str() != *id);
        let left = orders.iter().map(|(key, order)| {
            let left = order.iter().map(String::as_str).filter(is_left);
            (key, order.len(), left.collect::<Vec<_>>())
        });
        let left: Vec<_> = left.collect();
        let shortened = left.iter().any(|(_, before, left)| left.len() < *before);
        if shortened && left.iter().all(|(_, _, left)| left.is_empty()) {
            change.remove(whole);
            continue;
        }
        for (key, before, left) in left {
            let path = order_path(&root, key);
            match left.len() {
                0 if before > 0 => change.remove(path),
                after if after < before => change.set(path, Value::strings(left)),
                _ => {}
            }
        }
    }
    change
}

/// Where an order is kept.
struct Place<'a> {
    /// Path of the `auth` object; `None` when the agent has no entry.
    root: Option<Vec<PathSegment>>,
    orders: &'a [(String, Vec<String>)],
}

impl<'a> Place<'a> {
    fn find(settings: &'a Settings, agent: Option<&str>) -> Result<Self, SelectionError> {
        let Some(id) = agent else {
            return Ok(Self {
                root: Some(at!["auth"]),
                orders: &settings.auth_order,
            });
        };
        let Some(entry) = settings.agent(id)? else {
            return Ok(Self {
                root: None,
                orders: &[],
            });
        };
        let wanted = normalize_agent_id(id);
        let index = settings
            .agents
            .iter()
            .position(|agent| normalize_agent_id(&agent.id) == wanted);
        let root = index.map(|index| at!["agents", "list", index, "auth"]);
        Ok(Self {
            root,
            orders: &entry.auth_order,
        })
    }

    /// Puts a profile into the order that a provider has here, under every spelling of its name.
    fn put(
        &self,
        change: &mut Change,
        provider: &ProviderId,
        id: &ProfileId,
        position: Position,
    ) -> Option<Note> {
        let order = order_of(self.orders, provider)?;
        let root = self.root.as_ref()?;
        let order: Vec<&str> = order.iter().map(String::as_str).collect();
        let placed = position.place(id.as_str(), order.iter().copied());
        if placed == order {
            let named = order.contains(&id.as_str());
            return (!named).then_some(Note::NotInOrder);
        }
        for key in spellings(self.orders, provider) {
            change.set(order_path(root, key), Value::strings(placed.clone()));
        }
        Some(if position == Position::First {
            Note::FirstInOrder
        } else {
            Note::LastInOrder
        })
    }
}

/// Returns the keys under which a provider has an order.
fn spellings<'a>(orders: &'a [(String, Vec<String>)], provider: &ProviderId) -> Vec<&'a str> {
    let keys = orders.iter().map(|(key, _)| key.as_str());
    keys.filter(|key| normalize_provider(key) == *provider)
        .collect()
}

fn order_path(root: &[PathSegment], provider: &str) -> Vec<PathSegment> {
    let mut path = root.to_vec();
    path.extend(at!["order", provider]);
    path
}

fn object(key: &str, value: Value) -> Value {
    Value::Object(vec![(key.to_owned(), value)])
}
