//! Names to addresses to connections: only addresses that the grant allows are ever dialled.
//!
//! Each grant has a client and a pool of its own, and one more for each way on which it goes through
//! a proxy; so a connection that was opened under one grant never serves another. Proxy and
//! certificates are what the configuration says; settings of the environment take no part.
//!
//! Invariant: without a proxy, the client's resolver hands out checked addresses only, so the address
//! that was checked is the one that is dialled. With one, the proxy dials: the target's name is
//! looked up all the same, and if that tells of an address that the grant does not allow, the proxy
//! is not asked.

use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use openclaw_core::capability::{Denial, Grant, Scheme, Target, allows_address};
use openclaw_core::proxy::{Proxy, ProxyRule};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::HeaderValue;
use rustls::ClientConfig;

use super::tls::{self, ExtraRoots};
use super::unreached::NoAddress;

/// How long a connection may take, with its TLS handshake.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a name is looked up that the proxy will look up itself.
const LOOK: Duration = Duration::from_secs(2);

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

/// Hands out the addresses of a name that the grant allows.
struct Checked {
    /// None for the name of a proxy, which the user chose.
    grant: Option<Grant>,
    lookup: Arc<dyn Lookup>,
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let looked = self.lookup.lookup(name.as_str().to_owned());
        let grant = self.grant.clone();
        Box::pin(async move {
            let found = checked(looked, grant.as_ref(), name.as_str()).await?;
            let addresses: Addrs = Box::new(found.into_iter().map(|ip| SocketAddr::new(ip, 0)));
            Ok(addresses)
        })
    }
}

/// Waits for the addresses of a name.
async fn checked(
    looked: Looked,
    grant: Option<&Grant>,
    name: &str,
) -> Result<Vec<IpAddr>, NoAddress> {
    let cannot = |why: &str| NoAddress::NotFound(format!("cannot resolve {name}{why}"));
    let found = looked.await.map_err(|error| cannot(lookup_words(&error)))?;
    if found.is_empty() {
        return Err(cannot(": the name has no address"));
    }
    // One bad address among several is enough: a name that can lead inside is not dialled.
    if let Some(grant) = grant {
        for address in &found {
            allows_address(grant, *address).map_err(NoAddress::Denied)?;
        }
    }
    Ok(found)
}

/// Says what is special about a name that was not found.
fn lookup_words(error: &io::Error) -> &'static str {
    let text = error.to_string();
    if text.contains("Temporary failure") || text.contains("try again") {
        ": no name server answers"
    } else {
        ""
    }
}

/// Opens connections, a client for each grant and way.
pub struct Dialler {
    lookup: Arc<dyn Lookup>,
    network: Network,
    clients: Mutex<Clients>,
}

#[derive(Default)]
struct Clients {
    tls: Option<ClientConfig>,
    /// By the grant's place in the list and the proxy's address.
    open: HashMap<(usize, Option<String>), reqwest::Client>,
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

    /// Checks a target that only the proxy will dial. A name that is not known here may be known
    /// there.
    ///
    /// # Errors
    /// It is known here to lead to an address that the grant does not allow.
    pub(super) async fn check_behind_proxy(
        &self,
        target: &Target,
        grant: &Grant,
    ) -> Result<(), Denial> {
        let name = target.host().to_string();
        let literal = name.trim_start_matches('[').trim_end_matches(']');
        if literal.parse::<IpAddr>().is_ok() {
            // The gate has looked at it.
            return Ok(());
        }
        let looked = self.lookup.lookup(name.clone());
        match tokio::time::timeout(LOOK, checked(looked, Some(grant), &name)).await {
            Ok(Err(NoAddress::Denied(denial))) => Err(denial),
            _ => Ok(()),
        }
    }

    /// Returns the client for the grant with this place in the list, on this way.
    ///
    /// # Errors
    /// When the client cannot be set up.
    pub(super) fn client(
        &self,
        index: usize,
        grant: &Grant,
        proxy: Option<&Proxy>,
    ) -> Result<reqwest::Client, String> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (index, proxy.map(ToString::to_string));
        if let Some(client) = clients.open.get(&key) {
            return Ok(client.clone());
        }
        let tls = match &clients.tls {
            Some(tls) => tls.clone(),
            None => {
                let tls = tls::config(&self.network.roots)?;
                clients.tls.insert(tls).clone()
            }
        };
        let resolver = Checked {
            grant: proxy.is_none().then(|| grant.clone()),
            lookup: Arc::clone(&self.lookup),
        };
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .dns_resolver(Arc::new(resolver))
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .http1_only()
            .tcp_nodelay(true)
            .connect_timeout(CONNECT)
            .pool_idle_timeout(IDLE);
        if let Some(proxy) = proxy {
            builder = builder.proxy(way_through(proxy)?);
        }
        let client = builder.build().map_err(|error| error.to_string())?;
        clients.open.insert(key, client.clone());
        Ok(client)
    }
}

/// Returns a proxy as the client takes it.
pub(super) fn way_through(proxy: &Proxy) -> Result<reqwest::Proxy, String> {
    let way = reqwest::Proxy::all(proxy.to_string()).map_err(|error| error.to_string())?;
    let Some(login) = &proxy.login else {
        return Ok(way);
    };
    // Not by way of the client's URL, which would decode percent escapes of a password again.
    let coded = base64::engine::general_purpose::STANDARD.encode(login.expose());
    let mut value = HeaderValue::from_str(&format!("Basic {coded}"))
        .map_err(|_| "the proxy's login cannot be sent".to_owned())?;
    value.set_sensitive(true);
    Ok(way.custom_http_auth(value))
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::{Ipv4Addr, TcpListener};

    use super::*;

    /// Knows each name as this address.
    struct Everything(Option<IpAddr>);

    impl Lookup for Everything {
        fn lookup(&self, _: String) -> Looked {
            let found = self.0.ok_or_else(|| io::ErrorKind::NotFound.into());
            Box::pin(async move { found.map(|address| vec![address]) })
        }
    }

    fn dialler(found: Option<IpAddr>) -> Dialler {
        Dialler::new(Arc::new(Everything(found)), Network::default())
    }

    fn run<T>(future: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(future)
    }

    #[test]
    fn a_name_that_leads_inside_is_not_handed_to_a_proxy() {
        let grant = Grant::parse("https://a.test/v1", &["GET"], false, false).expect("a grant");
        let target = Target::parse("https://a.test/v1").expect("a target");
        let inside = [
            IpAddr::from([127, 0, 0, 1]),
            IpAddr::from([10, 0, 0, 1]),
            IpAddr::from([169, 254, 169, 254]),
        ];
        for address in inside {
            let dialler = dialler(Some(address));
            let checked = run(dialler.check_behind_proxy(&target, &grant));
            assert!(checked.is_err(), "{address}");
        }
        for known in [Some(IpAddr::from([93, 184, 216, 34])), None] {
            let dialler = dialler(known);
            let checked = run(dialler.check_behind_proxy(&target, &grant));
            assert_eq!(checked, Ok(()), "{known:?}");
        }
    }

    #[test]
    fn a_proxy_is_told_the_login_as_it_is_written() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a connection");
            let lines = BufReader::new(stream.try_clone().expect("a stream")).lines();
            let head: Vec<String> = lines
                .map(|line| line.expect("a line"))
                .take_while(|line| !line.is_empty())
                .collect();
            let reply = b"HTTP/1.1 204 No Content\r\n\r\n";
            stream.write_all(reply).expect("it is answered");
            head
        });
        // The password is `p%41:s@`.
        let proxy = Proxy::parse(&format!("http://me:p%2541%3As%40@proxy.test:{port}"));
        let proxy = proxy.expect("a proxy");
        let grant = Grant::parse("http://a.test/v1", &["GET"], true, false).expect("a grant");
        let dialler = dialler(Some(Ipv4Addr::LOCALHOST.into()));
        let status = run(async {
            let client = dialler.client(0, &grant, Some(&proxy)).expect("a client");
            let reply = client.get("http://a.test/v1").send().await;
            reply.expect("it is answered").status()
        });
        assert_eq!(status, 204);
        let head = server.join().expect("it ends");
        assert_eq!(head[0], "GET http://a.test/v1 HTTP/1.1");
        let coded = base64::engine::general_purpose::STANDARD.encode("me:p%41:s@");
        let wanted = format!("proxy-authorization: Basic {coded}");
        assert!(head.contains(&wanted), "{head:?}");
    }
}
