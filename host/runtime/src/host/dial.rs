//! Names to addresses to connections: only addresses that the grant allows are ever dialled.
//!
//! Each grant has a client and a pool of its own, whose resolver hands out checked addresses only;
//! so a connection that was opened under one grant never serves another, and the address that was
//! checked is the one that is dialled. Proxy, certificate and name settings of the environment take
//! no part.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use openclaw_core::capability::{Denial, Grant, allows_address};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

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

/// An address that the grant does not allow, on its way through the client's error.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Refused(Denial);

/// Finds the gate's denial in a client's error.
pub(crate) fn denial_in(error: &(dyn StdError + 'static)) -> Option<Denial> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(Refused(denial)) = error.downcast_ref::<Refused>() {
            return Some(denial.clone());
        }
        next = error.source();
    }
    None
}

struct Checked {
    grant: Grant,
    lookup: Arc<dyn Lookup>,
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let looked = self.lookup.lookup(name.as_str().to_owned());
        let grant = self.grant.clone();
        Box::pin(async move {
            let found = looked.await.map_err(boxed)?;
            if found.is_empty() {
                return Err(boxed(io::Error::new(
                    io::ErrorKind::NotFound,
                    "the name has no address",
                )));
            }
            // One bad address among several is enough: a name that can lead inside is not dialled.
            for address in &found {
                allows_address(&grant, *address).map_err(|denial| boxed(Refused(denial)))?;
            }
            let addresses: Addrs =
                Box::new(found.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(addresses)
        })
    }
}

fn boxed(error: impl StdError + Send + Sync + 'static) -> Box<dyn StdError + Send + Sync> {
    Box::new(error)
}

/// Opens connections, a client for each grant.
pub struct Dialler {
    lookup: Arc<dyn Lookup>,
    clients: Mutex<HashMap<usize, reqwest::Client>>,
}

impl Dialler {
    /// Returns a dialler that resolves with `lookup`.
    pub fn new(lookup: Arc<dyn Lookup>) -> Self {
        Self {
            lookup,
            clients: Mutex::new(HashMap::new()),
        }
    }

    /// Returns the client for the grant with this place in the list.
    ///
    /// # Errors
    /// When the TLS library cannot be set up.
    pub(crate) fn client(&self, index: usize, grant: &Grant) -> Result<reqwest::Client, String> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&index) {
            return Ok(client.clone());
        }
        let resolver = Checked {
            grant: grant.clone(),
            lookup: Arc::clone(&self.lookup),
        };
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls()?)
            .dns_resolver(Arc::new(resolver))
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .http1_only()
            .connect_timeout(Duration::from_secs(10))
            .build()
            .map_err(|error| error.to_string())?;
        clients.insert(index, client.clone());
        Ok(client)
    }
}

/// The certificate authorities are those built into the program.
fn tls() -> Result<rustls::ClientConfig, String> {
    let roots = rustls::RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}
