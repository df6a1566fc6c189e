//! The clients that connections are kept in.
//!
//! Each grant has a client and a pool of its own, and one more for each way on which it goes through
//! a proxy; so a connection that was opened under one grant never serves another. Which addresses are
//! dialled is checked in [`super::connector`]. Proxy and certificates are what the configuration
//! says; settings of the environment take no part.

use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper_util::client::legacy::Client as Pooled;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use openclaw_core::capability::{Grant, Scheme, Target};
use openclaw_core::proxy::{Proxy, ProxyRule};
use tokio_rustls::TlsConnector;

use super::connector::Connector;
use super::tls::{self, ExtraRoots};

/// How long a connection that is not in use is kept.
const IDLE: Duration = Duration::from_secs(90);

/// The addresses of a name, or why there are none.
pub type Looked = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Turns names into addresses.
pub trait Lookup: Send + Sync {
    /// Resolves `name`.
    fn lookup(&self, name: String) -> Looked;
}

/// The system's resolver.
#[derive(Debug, Default)]
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn lookup(&self, name: String) -> Looked {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// How servers are reached, as the configuration says.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// Which requests go through a proxy.
    pub proxies: ProxyRule,
    /// Certificates that are trusted beside the built-in authorities.
    pub roots: ExtraRoots,
}

/// A client with its connections.
pub(super) type Client = Pooled<Connector, Full<Bytes>>;

/// Opens connections, a client for each grant and way.
pub struct Dialler {
    lookup: Arc<dyn Lookup>,
    network: Network,
    clients: Mutex<Clients>,
}

#[derive(Default)]
struct Clients {
    tls: Option<TlsConnector>,
    /// By the grant's place in the list and the proxy's address.
    open: HashMap<(usize, Option<String>), Client>,
}

impl Dialler {
    /// Returns a dialler that resolves with `lookup`.
    pub fn new(lookup: Arc<dyn Lookup>, network: Network) -> Self {
        Self {
            lookup,
            network,
            clients: Mutex::default(),
        }
    }

    /// Returns the proxy that a target is reached through.
    pub(super) fn proxy_for(&self, target: &Target) -> Option<&Proxy> {
        let secure = target.scheme() == Scheme::Https;
        let host = target.host().to_string();
        self.network.proxies.proxy_for(secure, &host, target.port())
    }

    /// Returns the client for the grant with this place in the list, on this way.
    ///
    /// # Errors
    /// When the TLS library cannot be set up.
    pub(super) fn client(
        &self,
        index: usize,
        grant: &Grant,
        proxy: Option<&Proxy>,
    ) -> Result<Client, String> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (index, proxy.map(ToString::to_string));
        if let Some(client) = clients.open.get(&key) {
            return Ok(client.clone());
        }
        let tls = match &clients.tls {
            Some(tls) => tls.clone(),
            None => {
                let tls = TlsConnector::from(Arc::new(tls::config(&self.network.roots)?));
                clients.tls.insert(tls).clone()
            }
        };
        let connector = Connector::new(grant, &self.lookup, tls, proxy.cloned());
        let client = Pooled::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE)
            .pool_timer(TokioTimer::new())
            .build(connector);
        clients.open.insert(key, client.clone());
        Ok(client)
    }
}
