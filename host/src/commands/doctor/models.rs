//! Facts about configured models.

use std::cell::RefCell;
use std::collections::BTreeMap;

use openclaw_core::catalog::recommended;
use openclaw_core::credential::ProviderId;
use openclaw_core::doctor::{ChainFact, Finding, Known, ModelFact, Owner, Role, chain, model};
use openclaw_core::model_ref::ModelRef;
use openclaw_core::selection::{Listed, Named, Purpose, Scope, listed};

use super::Checked;
use super::credentials::usable;
use crate::app::App;
use openclaw_router::Catalog;
use openclaw_router::Snapshot;

/// Looks at the models of the config: those of all agents, then each agent's own.
pub(super) fn look(
    app: &App,
    agents: &[Snapshot],
    findings: &mut Vec<Finding>,
    checked: &mut Checked,
) {
    let Some(default) = agents.first() else {
        return;
    };
    let today = app.now().day();
    let mut looker = Looker {
        app,
        snapshot: default,
        catalog: default.catalog().on(&today),
        today,
        findings,
        count: 0,
        newest: RefCell::default(),
    };
    for purpose in [Purpose::Text, Purpose::Image] {
        let found = listed(&default.settings, None, purpose);
        looker.models(&Owner::Defaults, purpose, &found);
    }
    looker.aliases();
    for (index, entry) in default.settings.agents.iter().enumerate() {
        let id = openclaw_core::model_ref::normalize_agent_id(&entry.id);
        if let Some(snapshot) = agents.iter().find(|snapshot| snapshot.agent == id) {
            looker.snapshot = snapshot;
        }
        let owner = Owner::Agent(index, id);
        for purpose in [Purpose::Text, Purpose::Image] {
            let found = listed(&default.settings, Some(entry), purpose);
            looker.models(&owner, purpose, &found);
        }
    }
    checked.models = looker.count;
}

struct Looker<'a> {
    app: &'a App,
    snapshot: &'a Snapshot,
    catalog: Catalog,
    today: String,
    findings: &'a mut Vec<Finding>,
    count: usize,
    /// The newest model of a provider, that takes images or not, once that was looked for.
    newest: RefCell<BTreeMap<(ProviderId, bool), Option<ModelRef>>>,
}

impl Looker<'_> {
    fn models(&mut self, owner: &Owner, purpose: Purpose, found: &Listed) {
        let (setting, first, further) = match purpose {
            Purpose::Text => ("model", Role::Primary, Role::Fallback),
            Purpose::Image => ("imageModel", Role::Image, Role::ImageFallback),
        };
        let own = if *owner == Owner::Defaults {
            Scope::Defaults
        } else {
            Scope::Agent
        };
        let key = format!("{}.{setting}", owner.key());
        let primary = found.primary.iter().filter(|_| found.primary_scope == own);
        for named in primary {
            let place = format!("{key}.primary");
            self.one(owner, first.clone(), place, named, &[]);
        }
        if found.fallbacks_scope == own {
            for (index, named) in found.fallbacks.iter().enumerate() {
                // Only an agent's list is written anew to mend it.
                let others = found
                    .fallbacks
                    .iter()
                    .filter(|other| *owner != Owner::Defaults && other.raw != named.raw);
                let others: Vec<String> = others.map(|other| other.raw.clone()).collect();
                let place = format!("{key}.fallbacks[{index}]");
                self.one(owner, further.clone(), place, named, &others);
            }
        }
        // A chain that is wholly inherited has been looked at with the defaults.
        let is_own = found.primary_scope == own || found.fallbacks_scope == own;
        if is_own {
            self.chain(owner, setting, purpose, found);
        }
    }

    fn one(&mut self, owner: &Owner, role: Role, place: String, named: &Named, others: &[String]) {
        self.count += 1;
        let images = matches!(role, Role::Image | Role::ImageFallback);
        let known = named
            .model
            .as_ref()
            .map_or(Known::Unlisted, |model| self.known(model));
        let fact = ModelFact {
            owner: owner.clone(),
            role,
            place,
            raw: named.raw.clone(),
            near: named
                .model
                .as_ref()
                .and_then(|model| self.near(model, images)),
            allowed: named
                .model
                .as_ref()
                .is_none_or(|model| self.snapshot.settings.allows(model)),
            model: named.model.clone(),
            known,
            others: others.to_vec(),
        };
        self.findings.extend(model(&fact));
    }

    fn aliases(&mut self) {
        for alias in self.snapshot.settings.aliases().iter() {
            let named = Named {
                raw: alias.model.key(),
                model: Some(alias.model.clone()),
                via_alias: None,
            };
            let role = Role::Alias(alias.name.clone());
            let place = format!("agents.defaults.models[\"{}\"].alias", alias.model);
            self.one(&Owner::Defaults, role, place, &named, &[]);
        }
    }

    fn known(&self, model: &ModelRef) -> Known {
        match self.catalog.get(model) {
            Some(found) => Known::Listed {
                retired: found.is_retired_on(&self.today),
                current: found.is_current_on(&self.today),
                status: found.status.clone(),
                retires: found.retires.clone(),
                images: found.accepts("image"),
            },
            None => {
                let plugin = self.snapshot.plugin(&model.provider);
                let local = plugin.is_some_and(|plugin| plugin.manifest().local);
                let own = self
                    .snapshot
                    .provider_config(&model.provider)
                    .is_some_and(|entry| entry.models.is_empty());
                if local || own {
                    Known::Unlisted
                } else {
                    Known::Unknown {
                        accepted: self.snapshot.accepts_unlisted(model),
                    }
                }
            }
        }
    }

    /// Returns a model that is served and could take this one's place: one that resembles it, else
    /// the provider's newest.
    fn near(&self, model: &ModelRef, images: bool) -> Option<ModelRef> {
        let serves = |candidate: &ModelRef| {
            self.catalog.get(candidate).is_some_and(|found| {
                found.is_current_on(&self.today) && (!images || found.accepts("image"))
            })
        };
        let near = self.catalog.near(model).into_iter().find(serves);
        near.or_else(|| self.newest(&model.provider, images))
    }

    fn newest(&self, provider: &ProviderId, images: bool) -> Option<ModelRef> {
        let mut known = self.newest.borrow_mut();
        let key = (provider.clone(), images);
        let found = known
            .entry(key)
            .or_insert_with(|| self.newest_of(provider, images));
        found.clone()
    }

    fn newest_of(&self, provider: &ProviderId, images: bool) -> Option<ModelRef> {
        let models = self.catalog.of(provider);
        let newest = recommended(models, &self.today)
            .into_iter()
            .filter(|model| !images || model.accepts("image"))
            .max_by(|a, b| a.released.cmp(&b.released).then(b.id.cmp(&a.id)))?;
        Some(ModelRef::new(provider.as_str(), &newest.id))
    }

    fn chain(&mut self, owner: &Owner, setting: &'static str, purpose: Purpose, found: &Listed) {
        let primary = match (&found.primary, purpose) {
            (Some(named), _) => named.model.clone(),
            (None, Purpose::Text) => Some(self.snapshot.settings.default_model()),
            (None, Purpose::Image) => None,
        };
        let Some(primary) = primary else { return };
        let fallbacks: Vec<(String, ModelRef)> = found
            .fallbacks
            .iter()
            .filter_map(|named| Some((named.raw.clone(), named.model.clone()?)))
            .collect();
        let snapshot = self.snapshot;
        let chosen = match owner {
            Owner::Defaults => snapshot.settings.model.fallbacks().is_some(),
            Owner::Agent(..) => found.fallbacks_scope == Scope::Agent,
        };
        let usable_of = |provider: &ProviderId| usable(self.app, snapshot, provider);
        let elsewhere = self
            .catalog
            .ids()
            .filter(|id| **id != primary.provider && snapshot.plugin(id).is_some())
            .filter(|id| {
                !snapshot
                    .plugin(id)
                    .is_some_and(|plugin| plugin.manifest().local)
            })
            .find(|id| usable_of(id) > 0)
            .and_then(|id| self.newest(id, purpose == Purpose::Image));
        let fact = ChainFact {
            usable: vec![(primary.provider.clone(), usable_of(&primary.provider))],
            owner: owner.clone(),
            setting,
            primary,
            fallbacks,
            chosen,
            elsewhere,
        };
        self.findings.extend(chain(&fact));
    }
}
