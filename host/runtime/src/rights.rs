//! What one plugin may do in one run: its manifest's wishes and the addresses that the user's own
//! configuration adds.
//!
//! Invariant: below a configured base URL nothing is granted that the manifest does not ask for at
//! the same place below its own, with the same methods, places and captures.

use std::collections::BTreeSet;

use openclaw_core::capability::{Grant, GrantError, Host, HostPattern, Origin, Target, UrlError};
use openclaw_core::secret::Secret;

use crate::plugin::Plugin;

/// Where a grant comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The plugin's manifest.
    Manifest,
    /// `models.providers.<id>.baseUrl` in the user's configuration.
    BaseUrl,
}

/// Whose provider a plugin serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderKind {
    /// The one it is made for.
    Own,
    /// One of the user's own, whose wire it speaks.
    Custom,
}

impl ProviderKind {
    /// Returns whose a provider with this id is when the plugin serves it.
    #[must_use]
    pub fn of(plugin: &Plugin, provider: &str) -> Self {
        let manifest = &plugin.manifest;
        if manifest.id == provider || manifest.aliases.iter().any(|alias| alias == provider) {
            Self::Own
        } else {
            Self::Custom
        }
    }
}

/// A grant with what may be done under it.
#[derive(Clone, Debug)]
pub struct Right {
    /// Where it comes from.
    pub source: Source,
    /// What the manifest says it is for.
    pub reason: String,
    /// Places a secret may be written to: `header:<name>`, `body`, `sigv4`.
    pub secret_in: Vec<String>,
    /// JSON pointers into replies whose values become secrets.
    pub captures: Vec<String>,
}

/// A base URL in the configuration that cannot become a grant.
#[derive(Debug, thiserror::Error)]
pub enum BaseUrlError {
    /// It is not a canonical URL.
    #[error("`{url}` cannot be used as a base URL")]
    Url {
        /// As configured.
        url: String,
        /// Why.
        #[source]
        source: UrlError,
    },
    /// It holds a star, which would be any segment in a grant.
    #[error("`{url}` cannot be granted: a base URL is one address, and `*` stands for many")]
    Wildcard {
        /// As configured.
        url: String,
    },
    /// It is, but no grant can name it.
    #[error("`{url}` cannot be granted")]
    Grant {
        /// As configured.
        url: String,
        /// Why.
        #[source]
        source: GrantError,
    },
}

/// Header fields with values that are not shown.
pub type Fields = Vec<(String, Secret<String>)>;

/// The rights of a plugin. Grants and rights are parallel lists.
#[derive(Clone, Debug)]
pub struct Rights {
    /// The grants, for the predicate.
    pub grants: Vec<Grant>,
    /// What may be done under each.
    pub rights: Vec<Right>,
    /// Every place for secrets that the manifest names.
    named: BTreeSet<String>,
    /// Whose provider it is.
    pub(crate) provider: ProviderKind,
    /// Header fields of the user's configuration, and the origin that gets them.
    pub(crate) config_headers: Option<(Origin, Fields)>,
    /// The configured base, where it stands for all of the vendor's servers.
    vendor_here: Option<VendorBase>,
}

/// A base URL on this machine that stands for all of a vendor's servers.
#[derive(Clone, Debug)]
pub struct VendorBase {
    origin: Origin,
    path: String,
}

impl VendorBase {
    /// Returns where an address of the vendor's is below it. A segment that ends the base and begins
    /// the path is there once.
    #[must_use]
    pub fn of(&self, url: &str) -> Option<String> {
        let target = Target::parse(url).ok()?;
        let (path, base) = (target.path(), self.path.trim_end_matches('/'));
        let first = path.split('/').nth(1).unwrap_or_default();
        let stem = match base.rsplit_once('/') {
            Some((stem, last)) if last == first => stem,
            _ => base,
        };
        Some(format!("{}{stem}{path}", self.origin))
    }
}

impl Rights {
    /// Returns what the manifest asks for, and the same below the configured base URL. For a
    /// provider of the user's own only the latter: its vendor is not the plugin's.
    ///
    /// # Errors
    /// [`BaseUrlError`] when the base URL cannot become a grant.
    pub fn of(
        plugin: &Plugin,
        provider: ProviderKind,
        base_url: Option<&str>,
        headers: Fields,
    ) -> Result<Self, BaseUrlError> {
        let mut rights = Self {
            grants: Vec::new(),
            rights: Vec::new(),
            provider,
            named: plugin
                .manifest
                .http
                .iter()
                .flat_map(|wanted| wanted.secret_in.clone())
                .collect(),
            config_headers: None,
            vendor_here: None,
        };
        if provider == ProviderKind::Own {
            rights.grants.clone_from(&plugin.grants);
            rights
                .rights
                .extend(plugin.manifest.http.iter().map(|wanted| Right {
                    source: Source::Manifest,
                    reason: wanted.reason.clone(),
                    secret_in: wanted.secret_in.clone(),
                    captures: wanted.captures.clone(),
                }));
        }
        let origin = match (base_url, plugin.manifest.base_url.as_deref()) {
            (Some(base), _) => Some(rights.add_base(plugin, base, provider)?.origin().clone()),
            (None, Some(own)) if provider == ProviderKind::Own => Target::parse(own)
                .ok()
                .map(|target| target.origin().clone()),
            (None, _) => None,
        };
        rights.config_headers = origin
            .filter(|_| !headers.is_empty())
            .map(|origin| (origin, headers));
        Ok(rights)
    }

    /// Maps the manifest's grants onto a configured base URL, each with its own methods and places.
    fn add_base(
        &mut self,
        plugin: &Plugin,
        base: &str,
        provider: ProviderKind,
    ) -> Result<Target, BaseUrlError> {
        let at_url = |source| BaseUrlError::Url {
            url: shown(base),
            source,
        };
        let at_grant = |source| BaseUrlError::Grant {
            url: shown(base),
            source,
        };
        if base.contains('*') {
            return Err(BaseUrlError::Wildcard { url: shown(base) });
        }
        let url = base.trim_end_matches('/');
        let target = Target::parse(&format!("{url}/")).map_err(at_url)?;
        if target.query().is_some() {
            return Err(at_grant(GrantError::Query));
        }
        let stands_for_vendor = provider == ProviderKind::Own && is_this_machine(&target);
        self.vendor_here = stands_for_vendor.then(|| VendorBase {
            origin: target.origin().clone(),
            path: target.path().to_owned(),
        });
        for (wanted, grant) in plugin.manifest.http.iter().zip(&plugin.grants) {
            let mints = !wanted.captures.is_empty();
            for path in paths_below(plugin, grant, target.path(), stands_for_vendor && mints) {
                // The user named this host, so it may be where the user says: here, in the private
                // network, or outside.
                let url = format!("{}{path}", target.origin());
                let grant = Grant::parse(&url, &wanted.methods, true, false).map_err(at_grant)?;
                self.grants.push(grant);
                self.rights.push(Right {
                    source: Source::BaseUrl,
                    reason: wanted.reason.clone(),
                    secret_in: wanted.secret_in.clone(),
                    captures: wanted.captures.clone(),
                });
            }
        }
        Ok(target)
    }

    /// Whether a place is for secrets alone: some grant names it, or every vendor does.
    #[must_use]
    pub fn is_reserved(&self, place: &str) -> bool {
        place == "header:authorization" || self.named.iter().any(|named| named == place)
    }

    /// Returns the configured base where it stands for all of the vendor's servers: only a server on
    /// this machine may.
    #[must_use]
    pub fn vendor_on_this_machine(&self) -> Option<&VendorBase> {
        self.vendor_here.as_ref()
    }

    /// Returns the origins that a secret may be written to, as text.
    #[must_use]
    pub fn audience(&self) -> Vec<String> {
        let mut origins: Vec<String> = self
            .grants
            .iter()
            .zip(&self.rights)
            .filter(|(_, right)| !right.secret_in.is_empty())
            .map(|(grant, _)| origin_of(grant))
            .collect();
        origins.sort();
        origins.dedup();
        origins
    }
}

/// Returns the paths that a grant of the manifest has below a base with this path.
///
/// A base may be written with the version at its end or without, and either way a component asks
/// for the same paths. Where only the component knows which is meant, both are granted.
fn paths_below(
    plugin: &Plugin,
    grant: &Grant,
    base: &str,
    stands_for_vendor: bool,
) -> BTreeSet<String> {
    let base = base.trim_end_matches('/');
    let own = plugin.manifest.base_url.as_deref().unwrap_or_default();
    let own = Target::parse(&format!("{}/", own.trim_end_matches('/'))).ok();
    let (relative, version) = match &own {
        Some(own) if covers(grant, own) => {
            let own = own.path().trim_end_matches('/');
            let Some(relative) = grant
                .path()
                .strip_prefix(own)
                .filter(|rest| rest.starts_with('/'))
            else {
                return BTreeSet::new();
            };
            (
                relative,
                own.rsplit('/').next().filter(|last| is_version(last)),
            )
        }
        // Another host of the vendor's. Only a server on this machine may be all of them at once, and
        // needs to be only where sign-ins are renewed.
        Some(_) if !stands_for_vendor => return BTreeSet::new(),
        _ => (grant.path(), None),
    };
    let last = base.rsplit('/').next().unwrap_or_default();
    // A local server's other dialect is at `…/v1`, beside its own `…/api`.
    let beside = base.strip_suffix("/v1").filter(|_| plugin.manifest.local);
    if let Some(stem) = without_twice(base, relative).or(beside) {
        return BTreeSet::from([format!("{stem}{relative}")]);
    }
    let mut paths = BTreeSet::from([format!("{base}{relative}")]);
    if let Some(version) = version.filter(|_| !is_version(last)) {
        paths.insert(format!("{base}/{version}{relative}"));
    }
    let all = format!("{base}/**");
    if paths.contains(&all) {
        paths.retain(|path| *path == all || !path.starts_with(&format!("{base}/")));
    }
    paths
}

/// Returns a base without what a path begins with, where it ends in that: `…/v1` of `…/v1` and
/// `/v1/messages`.
fn without_twice<'b>(base: &'b str, path: &str) -> Option<&'b str> {
    let ends = path.match_indices('/').map(|(at, _)| &path[..at]);
    let twice = ends.filter(|start| !start.is_empty() && base.ends_with(start));
    let longest = twice.max_by_key(|start| start.len())?;
    base.strip_suffix(longest)
}

/// Whether a grant is for the origin of a URL.
fn covers(grant: &Grant, target: &Target) -> bool {
    grant.scheme() == target.scheme()
        && grant.port() == target.port()
        && *grant.host() == HostPattern::Exact(target.host().clone())
}

/// Whether a segment of a path is a version, such as `v1` or `v1beta`.
fn is_version(segment: &str) -> bool {
    segment
        .strip_prefix('v')
        .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
}

/// Whether a URL is of this machine by what it says.
fn is_this_machine(target: &Target) -> bool {
    match target.host().address() {
        Some(address) => address.is_loopback(),
        None => target.host().name() == Some("localhost"),
    }
}

/// Returns a base URL for a message: without the places where a password or a key may stand.
fn shown(base: &str) -> String {
    let (scheme, rest) = base.split_once("://").unwrap_or(("", base));
    let (rest, query) = match rest.find(['?', '#']) {
        Some(at) => (&rest[..at], "?…"),
        None => (rest, ""),
    };
    let rest = rest
        .rsplit_once('@')
        .map_or_else(|| rest.to_owned(), |(_, host)| format!("…@{host}"));
    let scheme = if scheme.is_empty() {
        String::new()
    } else {
        format!("{scheme}://")
    };
    format!("{scheme}{rest}{query}")
}

fn origin_of(grant: &Grant) -> String {
    let host = match grant.host() {
        HostPattern::Exact(Host::V6(address)) => format!("[{address}]"),
        pattern => pattern.to_string(),
    };
    let scheme = grant.scheme();
    if grant.port() == scheme.default_port() {
        format!("{scheme}://{host}")
    } else {
        format!("{scheme}://{host}:{}", grant.port())
    }
}
