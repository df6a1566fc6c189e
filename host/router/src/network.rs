//! How servers are reached: proxies and certificates, as the config says, and from the environment
//! where the config says so. What the environment has and is not used is told where it may be why
//! a server is not reached.

use std::time::Duration;

use openclaw_core::credential::ProviderId;
use openclaw_core::defaults;
use openclaw_core::proxy::{Exceptions, Proxy, ProxyError, ProxyRule};
use openclaw_core::shell::pasteable_path;
use openclaw_runtime::host::dial::Network;
use openclaw_runtime::host::tls::ExtraRoots;
use openclaw_store::Environment;
use openclaw_store::config::Config;
use openclaw_store::env_vars::{self, EnvVar};
use openclaw_store::schema::network::{self as schema, FROM_ENVIRONMENT, NO_PROXY};

use crate::failure::{Failure, Kind};
use crate::snapshot::Snapshot;
use crate::surroundings::Surroundings;

/// Largest file of certificates that is read, in bytes.
const CA_FILE_BYTES: usize = 8 << 20;

/// Returns how a provider's server is reached.
///
/// # Errors
/// A proxy's address or a file of certificates cannot be used.
pub(crate) fn network(
    surroundings: &Surroundings,
    snapshot: &Snapshot,
    provider: &ProviderId,
) -> Result<Network, Failure> {
    let settings = Settings::of(snapshot, provider);
    Ok(Network {
        proxies: proxies(surroundings, &settings)?,
        roots: roots(surroundings, &settings)?,
    })
}

/// Returns how servers are reached that are no provider's.
///
/// # Errors
/// A proxy's address or a file of certificates cannot be used.
pub(crate) fn of_all(surroundings: &Surroundings, config: &Config) -> Result<Network, Failure> {
    let settings = Settings {
        own: None,
        own_key: String::new(),
        all: &config.typed.network,
    };
    Ok(Network {
        proxies: proxies(surroundings, &settings)?,
        roots: roots(surroundings, &settings)?,
    })
}

/// Returns what is wrong with the settings for a provider's network, in a line.
#[must_use]
pub fn problem(
    surroundings: &Surroundings,
    snapshot: &Snapshot,
    provider: &ProviderId,
) -> Option<String> {
    let failure = network(surroundings, snapshot, provider).err()?;
    let causes = failure.details.iter().map(|cause| format!(": {cause}"));
    Some(
        std::iter::once(failure.message.clone())
            .chain(causes)
            .collect(),
    )
}

/// What the config says of a provider's network: its own, then that of all.
struct Settings<'a> {
    own: Option<&'a schema::Network>,
    own_key: String,
    all: &'a schema::Network,
}

impl<'a> Settings<'a> {
    fn of(snapshot: &'a Snapshot, provider: &ProviderId) -> Self {
        Self {
            own: snapshot
                .provider_config(provider)
                .map(|entry| &entry.network),
            own_key: format!("models.providers.{provider}.network"),
            all: &snapshot.config.typed.network,
        }
    }

    /// Returns a setting, with the config key that it is under and whether that is the provider's.
    fn get<T>(&self, read: impl Fn(&'a schema::Network) -> Option<T>) -> Option<(T, &str, bool)> {
        let own = self.own.and_then(&read);
        let own = own.map(|value| (value, self.own_key.as_str(), true));
        own.or_else(|| Some((read(self.all)?, "network", false)))
    }
}

/// How long a server may give signs of life and nothing of an answer, where the config says nothing:
/// some models think for minutes.
const EVENT_TIMEOUT: Duration = Duration::from_secs(600);

/// Returns how long a provider may give signs of life and nothing of an answer.
#[must_use]
pub(crate) fn event_timeout(snapshot: &Snapshot, provider: &ProviderId) -> Duration {
    let settings = Settings::of(snapshot, provider);
    let seconds = settings.get(|network| network.event_timeout_seconds);
    seconds.map_or(EVENT_TIMEOUT, |(seconds, ..)| Duration::from_secs(seconds))
}

fn proxies(surroundings: &Surroundings, settings: &Settings<'_>) -> Result<ProxyRule, Failure> {
    let Some((proxy, key, is_own)) = settings.get(|network| network.proxy.as_ref()) else {
        return Ok(ProxyRule::default());
    };
    let proxy = proxy.as_ref().map_err(|missing| {
        Failure::new(Kind::Config, missing.to_string())
            .hint(format!("set {} in the environment", missing.name))
    })?;
    let except = settings.own.into_iter().chain([settings.all]);
    let except = except.flat_map(|network| &network.no_proxy);
    let mut except: Vec<&str> = except.map(String::as_str).collect();
    let unusable = |name: &str, why: ProxyError| {
        Failure::new(
            Kind::Config,
            format!("cannot use the proxy of `{name}`: {why}"),
        )
    };
    let mut rule = match proxy.expose().trim() {
        NO_PROXY | "" => return Ok(ProxyRule::default()),
        FROM_ENVIRONMENT => {
            let environment = &surroundings.environment;
            let read = |variable: &EnvVar| {
                let found = environment
                    .var(variable)
                    .or(environment.var(&env_vars::ALL_PROXY));
                let proxy = found.map(Proxy::parse).transpose();
                proxy.map_err(|why| unusable(variable.name, why))
            };
            let listed = environment.var(&env_vars::NO_PROXY).unwrap_or_default();
            except.extend(listed.split([',', ' ']));
            ProxyRule {
                http: read(&env_vars::HTTP_PROXY)?,
                https: read(&env_vars::HTTPS_PROXY)?,
                ..ProxyRule::default()
            }
        }
        address => {
            let proxy = Proxy::parse(address);
            ProxyRule::through(proxy.map_err(|why| unusable(&format!("{key}.proxy"), why))?)
        }
    };
    rule.except = Exceptions::of(except);
    // Whoever names a proxy for one provider means that provider, wherever it is.
    rule.loopback = is_own;
    Ok(rule)
}

fn roots(surroundings: &Surroundings, settings: &Settings<'_>) -> Result<ExtraRoots, Failure> {
    let Some((file, key, _)) = settings.get(|network| network.ca_file.as_deref()) else {
        return Ok(ExtraRoots::default());
    };
    let what = format!("cannot use the certificates of `{key}.caFile`, {file}");
    let hint = format!(
        "correct it with `openclaw config set {key}.caFile ca.pem`, or take it out with `openclaw config unset {key}.caFile`"
    );
    let path = surroundings.paths.absolute(file)?;
    let bytes = openclaw_store::component::read(&path, CA_FILE_BYTES)
        .map_err(|error| Failure::caused(Kind::Config, what.clone(), &error).hint(hint.clone()))?;
    ExtraRoots::read(&bytes).map_err(|error| Failure::caused(Kind::Config, what, &error).hint(hint))
}

/// A setting of the environment that is not used, and the command that has it used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unused {
    /// The variable.
    pub variable: String,
    /// What it is for, as the end of a sentence: `to use it`.
    pub purpose: &'static str,
    /// The command.
    pub command: String,
}

/// Returns the settings of the environment for proxies, certificates and the server's address that a
/// provider does not use.
#[must_use]
pub fn unused(
    surroundings: &Surroundings,
    snapshot: &Snapshot,
    provider: &ProviderId,
) -> Vec<Unused> {
    let environment = &surroundings.environment;
    let settings = Settings::of(snapshot, provider);
    let mut found = Vec::new();
    if settings.get(|network| network.proxy.as_ref()).is_none() {
        let proxies = [
            &env_vars::HTTPS_PROXY,
            &env_vars::HTTP_PROXY,
            &env_vars::ALL_PROXY,
        ];
        let set = proxies
            .into_iter()
            .find_map(|variable| set_name(environment, variable));
        found.extend(set.map(|variable| Unused {
            variable,
            purpose: "to use it",
            command: "openclaw config set network.proxy env".to_owned(),
        }));
    }
    if settings.get(|network| network.ca_file.as_ref()).is_none() {
        let files = [&env_vars::SSL_CERT_FILE, &env_vars::NODE_EXTRA_CA_CERTS];
        let set = files.into_iter().find_map(|variable| {
            Some((set_name(environment, variable)?, environment.var(variable)?))
        });
        found.extend(set.map(|(variable, file)| Unused {
            variable,
            purpose: "to trust its certificates",
            command: format!(
                "openclaw config set network.caFile {}",
                pasteable_path(file)
            ),
        }));
    }
    let address = defaults::ADDRESS_VARIABLES.iter();
    let mut address = address.filter(|(id, ..)| *id == provider.as_str());
    if let Some((_, name, port)) = address.next()
        && snapshot.base_url(provider).is_ok_and(|url| url.is_none())
        && let Some(value) = environment.get(name)
        && let Some(url) = defaults::server_address(value, *port)
    {
        found.push(Unused {
            variable: (*name).to_owned(),
            purpose: "to use that server",
            command: format!(
                "openclaw config set models.providers.{provider}.baseUrl {}",
                pasteable_path(&url)
            ),
        });
    }
    found
}

/// Returns the name under which a variable is set.
fn set_name(environment: &Environment, variable: &EnvVar) -> Option<String> {
    let mut names = std::iter::once(&variable.name).chain(variable.older);
    names
        .find(|name| environment.get(name).is_some())
        .map(|name| (*name).to_owned())
}
