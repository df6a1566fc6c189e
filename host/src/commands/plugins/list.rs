//! `openclaw plugins list`

use openclaw_core::capability::{Grant, HostPattern};
use openclaw_core::credential::ProviderId;

use super::rights::{self, GrantLine, Origin};
use crate::app::App;
use crate::commands::Outcome;
use openclaw_router::Failure;
use openclaw_router::Snapshot;

/// Every plugin.
pub struct Listing {
    /// By id.
    pub plugins: Vec<Listed>,
    /// What the user should know besides.
    pub notes: Vec<String>,
}

/// One of them.
pub struct Listed {
    /// Provider id.
    pub id: String,
    /// Name for a person.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of the component, in hex.
    pub digest: String,
    /// The places it may reach.
    pub reaches: Vec<Place>,
}

/// A place that grants lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// As a person names it: a host, with scheme and port where they are not the usual ones.
    pub host: String,
    /// Whether it may be on this machine or in a private network.
    pub private: bool,
    /// Whether the user's config names it.
    pub from_config: bool,
}

/// Lists the plugins.
///
/// # Errors
/// When the config or a bundled component cannot be read.
pub(super) fn run(app: &App) -> Outcome {
    let snapshot = Snapshot::read(app, None)
        .map_err(|failure| failure.while_doing("cannot list the plugins"))?;
    let mut notes: Vec<String> = snapshot
        .config
        .warnings
        .iter()
        .map(ToString::to_string)
        .collect();
    let mut plugins = Vec::new();
    for installed in snapshot.registry.all() {
        let plugin = installed.plugin().map_err(Failure::from)?;
        let (grants, refused) =
            rights::of_all(app, &snapshot, &plugin, &ProviderId::new(installed.id()));
        notes.extend(refused);
        plugins.push(Listed {
            id: plugin.manifest.id.clone(),
            name: plugin.manifest.name.clone(),
            version: plugin.manifest.version.clone(),
            digest: plugin.digest.clone(),
            reaches: places(&grants),
        });
    }
    plugins.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(Box::new(Listing { plugins, notes }))
}

fn places(grants: &[GrantLine]) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for line in grants {
        let place = Place {
            host: host(&line.grant),
            private: line.grant.private(),
            from_config: line.origin != Origin::Manifest,
        };
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

fn host(grant: &Grant) -> String {
    if *grant.host() == HostPattern::Any {
        return "any public host".to_owned();
    }
    let url = grant.url();
    let origin = url.strip_suffix(grant.path()).unwrap_or(&url);
    origin.strip_prefix("https://").unwrap_or(origin).to_owned()
}
