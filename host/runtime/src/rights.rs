//! What one plugin may do in one run: its manifest's wishes and the addresses that the user's own
//! configuration adds.

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

/// A grant with what may be done under it.
#[derive(Clone, Debug)]
pub struct Right {
    /// Where it comes from.
    pub source: Source,
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
    /// Header fields of the user's configuration, and the origin that gets them.
    pub(crate) config_headers: Option<(Origin, Fields)>,
}

impl Rights {
    /// Returns what the manifest asks for, and the configured base URL as a further grant with the
    /// manifest's methods and places.
    ///
    /// # Errors
    /// [`BaseUrlError`] when the base URL cannot become a grant.
    pub fn of(
        plugin: &Plugin,
        base_url: Option<&str>,
        headers: Fields,
    ) -> Result<Self, BaseUrlError> {
        let mut rights = Self {
            grants: plugin.grants.clone(),
            rights: plugin
                .manifest
                .http
                .iter()
                .map(|wanted| Right {
                    source: Source::Manifest,
                    secret_in: wanted.secret_in.clone(),
                    captures: wanted.captures.clone(),
                })
                .collect(),
            config_headers: None,
        };
        let origin = match (base_url, plugin.manifest.base_url.as_deref()) {
            (Some(base), _) => Some(rights.add_base(plugin, base)?.origin().clone()),
            (None, Some(own)) => Target::parse(own)
                .ok()
                .map(|target| target.origin().clone()),
            (None, None) => None,
        };
        rights.config_headers = origin
            .filter(|_| !headers.is_empty())
            .map(|origin| (origin, headers));
        Ok(rights)
    }

    fn add_base(&mut self, plugin: &Plugin, base: &str) -> Result<Target, BaseUrlError> {
        let url = base.trim_end_matches('/');
        // A local server's compatible dialect is often configured as `…/v1`, beside its own `…/api`.
        let url = if plugin.manifest.local {
            url.strip_suffix("/v1").unwrap_or(url)
        } else {
            url
        };
        let at_url = |source| BaseUrlError::Url {
            url: shown(base),
            source,
        };
        let at_grant = |source| BaseUrlError::Grant {
            url: shown(base),
            source,
        };
        let target = Target::parse(&format!("{url}/")).map_err(at_url)?;
        let mut methods: Vec<&str> = Vec::new();
        let (mut secret_in, mut captures) = (Vec::new(), Vec::new());
        for wanted in &plugin.manifest.http {
            methods.extend(wanted.methods.iter().map(String::as_str));
            secret_in.extend(wanted.secret_in.iter().cloned());
            captures.extend(wanted.captures.iter().cloned());
        }
        if methods.is_empty() {
            return Ok(target);
        }
        methods.sort_unstable();
        methods.dedup();
        // The user named this host, so it may be where the user says: here, in the private network,
        // or outside.
        let grant = Grant::parse(&format!("{url}/**"), &methods, true, false).map_err(at_grant)?;
        self.grants.push(grant);
        self.rights.push(Right {
            source: Source::BaseUrl,
            secret_in,
            captures,
        });
        Ok(target)
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
