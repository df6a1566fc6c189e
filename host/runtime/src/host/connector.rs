//! Opens connections: to an address that the grant allows, or to the proxy that stands before it,
//! with TLS where the target wants it. What goes wrong is said in plain words that name host and
//! port.
//!
//! Invariant: without a proxy, the address that was checked is the one that is dialled. With one,
//! the proxy dials: the target's name is looked up all the same, and if that tells of an address
//! that the grant does not allow, the proxy is not asked.

use std::error::Error as StdError;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use base64::Engine as _;
use http::Uri;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::TokioIo;
use openclaw_core::capability::{Denial, Grant, allows_address};
use openclaw_core::proxy::Proxy;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tower_service::Service;

use super::dial::Lookup;
use super::tls;

/// How long a connection may take, and then a TLS handshake.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a name is looked up that the proxy will look up itself.
const LOOK: Duration = Duration::from_secs(2);
/// Longest reply of a proxy to `CONNECT`.
const PROXY_REPLY: usize = 16 << 10;

/// Why there is no connection.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum ConnectError {
    /// An address is not allowed.
    #[error("{0}")]
    Denied(Denial),
    /// It cannot be had; says why.
    #[error("{0}")]
    Failed(String),
}

impl ConnectError {
    /// Finds it in a client's error.
    pub(super) fn within<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e Self> {
        find(error, |error| error.downcast_ref())
    }
}

/// Looks through an error and its causes. What an I/O error carries is no cause of it.
pub(super) fn find<'e, T>(
    error: &'e (dyn StdError + 'static),
    mut wanted: impl FnMut(&'e (dyn StdError + 'static)) -> Option<T>,
) -> Option<T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = wanted(error) {
            return Some(found);
        }
        let carried = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        next = match carried {
            Some(carried) => Some(carried as &(dyn StdError + 'static)),
            None => error.source(),
        };
    }
    None
}

/// Hands out the addresses of a name that the grant allows.
#[derive(Clone)]
pub(super) struct Checked {
    /// None for the name of a proxy, which the user chose.
    pub(super) grant: Option<Grant>,
    pub(super) lookup: Arc<dyn Lookup>,
}

type Resolving = Pin<Box<dyn Future<Output = Result<Addresses, ConnectError>> + Send>>;
type Addresses = std::vec::IntoIter<SocketAddr>;

impl Service<Name> for Checked {
    type Response = Addresses;
    type Error = ConnectError;
    type Future = Resolving;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let looked = self.lookup.lookup(name.as_str().to_owned());
        let grant = self.grant.clone();
        Box::pin(async move {
            let cannot = |why: &str| ConnectError::Failed(format!("cannot resolve {name}{why}"));
            let found = looked.await.map_err(|error| cannot(lookup_words(&error)))?;
            if found.is_empty() {
                return Err(cannot(": the name has no address"));
            }
            // One bad address among several is enough: a name that can lead inside is not dialled.
            if let Some(grant) = &grant {
                for address in &found {
                    allows_address(grant, *address).map_err(ConnectError::Denied)?;
                }
            }
            let found: Vec<_> = found.into_iter().map(|ip| SocketAddr::new(ip, 0)).collect();
            Ok(found.into_iter())
        })
    }
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

/// Opens connections of one grant, on one way.
#[derive(Clone)]
pub(super) struct Connector {
    http: HttpConnector<Checked>,
    tls: TlsConnector,
    /// On this way, the target is looked up by this, to be checked.
    proxy: Option<(Proxy, Checked)>,
}

impl Connector {
    pub(super) fn new(
        grant: &Grant,
        lookup: &Arc<dyn Lookup>,
        tls: TlsConnector,
        proxy: Option<Proxy>,
    ) -> Self {
        let checked = Checked {
            grant: Some(grant.clone()),
            lookup: Arc::clone(lookup),
        };
        let dialled = Checked {
            grant: checked.grant.clone().filter(|_| proxy.is_none()),
            lookup: Arc::clone(lookup),
        };
        let mut http = HttpConnector::new_with_resolver(dialled);
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_connect_timeout(Some(CONNECT));
        Self {
            http,
            tls,
            proxy: proxy.map(|proxy| (proxy, checked)),
        }
    }
}

impl Service<Uri> for Connector {
    type Response = TokioIo<Stream>;
    type Error = ConnectError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connector = self.clone();
        Box::pin(async move {
            let target = Place::of(&uri)?;
            match connector.proxy.clone() {
                None => connector.direct(target, uri).await,
                Some((proxy, checked)) => connector.through(target, &proxy, checked).await,
            }
            .map(TokioIo::new)
        })
    }
}

/// A host and a port that are to be reached.
struct Place {
    secure: bool,
    host: String,
    port: u16,
}

impl Place {
    fn of(uri: &Uri) -> Result<Self, ConnectError> {
        let secure = uri.scheme_str() == Some("https");
        let host = uri.host().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() {
            return Err(ConnectError::Failed("the address has no host".to_owned()));
        }
        Ok(Self {
            secure,
            host: host.to_owned(),
            port: uri.port_u16().unwrap_or(if secure { 443 } else { 80 }),
        })
    }

    fn shown(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

impl Connector {
    async fn direct(mut self, target: Place, uri: Uri) -> Result<Stream, ConnectError> {
        let at = target.shown();
        let tcp = self.dial(uri, &at).await?;
        let io = if target.secure {
            self.encrypt(tcp, &target.host, &at).await?
        } else {
            Box::new(tcp)
        };
        Ok(Stream::new(io, at, false))
    }

    async fn through(
        mut self,
        target: Place,
        proxy: &Proxy,
        checked: Checked,
    ) -> Result<Stream, ConnectError> {
        check_target(&target, checked).await?;
        let at = format!("the proxy {}", proxy.authority());
        let uri = Uri::try_from(format!("http://{}/", proxy.authority()))
            .map_err(|_| ConnectError::Failed("the proxy's address cannot be used".to_owned()))?;
        let tcp = self.dial(uri, &at).await?;
        let mut io: Box<dyn Io> = if proxy.secure {
            self.encrypt(tcp, &proxy.host, &at).await?
        } else {
            Box::new(tcp)
        };
        if !target.secure {
            return Ok(Stream::new(io, at, true));
        }
        let asked = tunnel(&mut io, &target, proxy, &at);
        let asked = timeout(CONNECT, asked).await;
        asked.unwrap_or_else(|_| Err(ConnectError::Failed(slow(&at))))?;
        let shown = format!("{} (through {at})", target.shown());
        let io = self.encrypt(io, &target.host, &shown).await?;
        Ok(Stream::new(io, shown, false))
    }

    async fn dial(&mut self, uri: Uri, at: &str) -> Result<TcpStream, ConnectError> {
        match self.http.call(uri).await {
            Ok(tcp) => Ok(tcp.into_inner()),
            Err(error) => Err(match ConnectError::within(&error) {
                Some(known) => known.clone(),
                None => ConnectError::Failed(dial_words(&error, at)),
            }),
        }
    }

    async fn encrypt(
        &self,
        io: impl Io + 'static,
        host: &str,
        at: &str,
    ) -> Result<Box<dyn Io>, ConnectError> {
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| ConnectError::Failed(format!("{host} is no name for a certificate")))?;
        match timeout(CONNECT, self.tls.connect(name, io)).await {
            Ok(Ok(stream)) => Ok(Box::new(stream)),
            Ok(Err(error)) => Err(ConnectError::Failed(handshake_words(&error, at))),
            Err(_) => Err(ConnectError::Failed(format!(
                "timed out in the TLS handshake with {at}"
            ))),
        }
    }
}

/// Checks a target that only the proxy will dial. A name that is not known here may be known there.
async fn check_target(target: &Place, mut checked: Checked) -> Result<(), ConnectError> {
    if target.host.parse::<std::net::IpAddr>().is_ok() {
        // The gate has looked at it.
        return Ok(());
    }
    let Ok(name) = target.host.parse::<Name>() else {
        return Ok(());
    };
    match timeout(LOOK, checked.call(name)).await {
        Ok(Err(denied @ ConnectError::Denied(_))) => Err(denied),
        _ => Ok(()),
    }
}

/// Returns the value of `Proxy-Authorization` for a proxy, if it wants one.
pub(super) fn authorization(proxy: &Proxy) -> Option<String> {
    let login = proxy.login.as_ref()?;
    let coded = base64::engine::general_purpose::STANDARD.encode(login.expose());
    Some(format!("Basic {coded}"))
}

/// Has a proxy lead on to the target.
async fn tunnel(
    io: &mut Box<dyn Io>,
    target: &Place,
    proxy: &Proxy,
    at: &str,
) -> Result<(), ConnectError> {
    let failed = |why: String| ConnectError::Failed(why);
    let to = target.shown();
    let mut head = format!("CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n");
    if let Some(value) = authorization(proxy) {
        head.push_str("Proxy-Authorization: ");
        head.push_str(&value);
        head.push_str("\r\n");
    }
    head.push_str("\r\n");
    let lost = |error: io::Error| failed(lost_words(&error, at));
    io.write_all(head.as_bytes()).await.map_err(lost)?;
    io.flush().await.map_err(lost)?;
    let mut reply = Vec::new();
    // Byte by byte: what follows the head belongs to the target.
    while !reply.ends_with(b"\r\n\r\n") {
        let byte = match io.read_u8().await {
            Ok(byte) => byte,
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                return Err(failed(format!("{at} closed the connection")));
            }
            Err(error) => return Err(lost(error)),
        };
        reply.push(byte);
        if reply.len() > PROXY_REPLY {
            return Err(failed(format!("{at} does not answer as a proxy does")));
        }
    }
    let text = String::from_utf8_lossy(&reply);
    let first = text.lines().next().unwrap_or_default();
    let status = first
        .strip_prefix("HTTP/1.")
        .and_then(|rest| rest.get(2..5)?.parse::<u16>().ok());
    match status {
        Some(200..=299) => Ok(()),
        Some(407) => Err(failed(wants_login(proxy, at))),
        Some(403) => Err(failed(format!("{at} does not allow {to} (403)"))),
        Some(status) => Err(failed(format!("{at} cannot reach {to} ({status})"))),
        None => Err(failed(format!("{at} does not answer as a proxy does"))),
    }
}

/// Says that a proxy refuses the login, or the lack of one.
pub(super) fn wants_login(proxy: &Proxy, at: &str) -> String {
    match proxy.login {
        None => format!("{at} wants a user and a password (407)"),
        Some(_) => format!("{at} refuses the user or the password (407)"),
    }
}

fn slow(at: &str) -> String {
    format!("timed out connecting to {at}")
}

/// Says why nothing was reached.
fn dial_words(error: &(dyn StdError + 'static), at: &str) -> String {
    let Some(error) = find(error, |error| error.downcast_ref::<io::Error>()) else {
        return format!("cannot connect to {at}");
    };
    match error.kind() {
        io::ErrorKind::ConnectionRefused => format!("connection refused by {at}"),
        io::ErrorKind::TimedOut => slow(at),
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => {
            format!("connection reset by {at}")
        }
        io::ErrorKind::HostUnreachable
        | io::ErrorKind::NetworkUnreachable
        | io::ErrorKind::NetworkDown => format!("no network leads to {at}"),
        io::ErrorKind::PermissionDenied => {
            format!("the system does not permit connecting to {at}")
        }
        _ => format!("cannot connect to {at}: {}", without_code(error)),
    }
}

/// Says why a handshake failed.
fn handshake_words(error: &io::Error, at: &str) -> String {
    match find(error, |error| error.downcast_ref::<rustls::Error>()) {
        Some(error) => tls::words(error, at),
        None => match error.kind() {
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe => {
                format!("{at} closed the connection during the TLS handshake: does it speak TLS?")
            }
            _ => format!(
                "the TLS handshake with {at} failed: {}",
                without_code(error)
            ),
        },
    }
}

/// Says how a connection that stood was lost.
pub(super) fn lost_words(error: &io::Error, at: &str) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::NotConnected => format!("connection reset by {at}"),
        io::ErrorKind::UnexpectedEof => {
            format!("{at} closed the connection before the reply was complete")
        }
        io::ErrorKind::TimedOut => format!("the connection to {at} timed out"),
        _ => format!("the connection to {at} was lost: {}", without_code(error)),
    }
}

/// Returns what the system says, without its number.
fn without_code(error: &io::Error) -> String {
    let text = error.to_string();
    let end = text.find(" (os error").unwrap_or(text.len());
    text[..end].to_owned()
}

/// What carries bytes.
pub(super) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// A connection. Of what the server sends first it is seen whether that is HTTP/1 at all.
pub(super) struct Stream {
    io: Box<dyn Io>,
    at: String,
    /// Whether a proxy is asked for whole addresses.
    absolute: bool,
    begun: bool,
}

impl Stream {
    fn new(io: Box<dyn Io>, at: String, absolute: bool) -> Self {
        Self {
            io,
            at,
            absolute,
            begun: false,
        }
    }

    /// Says what speaks there instead of HTTP/1, where its first bytes tell.
    fn other_protocol(&self, first: &[u8]) -> Option<String> {
        let at = &self.at;
        match first {
            // TLS records: an alert, or a handshake message.
            [0x15 | 0x16, 0x03, ..] => Some(format!(
                "{at} speaks TLS: the address begins with `http://`, and `https://` may be meant"
            )),
            // HTTP/2 frames of the connection: SETTINGS or GOAWAY on stream 0.
            [0, _, _, 4 | 7, _, 0, 0, 0, 0, ..] => Some(tls::only_http2(at)),
            [b'S', b'S', b'H', b'-', ..] => Some(format!("{at} speaks SSH, not HTTP")),
            _ => None,
        }
    }
}

/// What the connection itself found out, on its way through the client's error.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Noticed(pub(super) String);

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.io).poll_read(context, buffer);
        if let (false, Poll::Ready(Ok(()))) = (self.begun, &polled) {
            self.begun = true;
            if let Some(told) = self.other_protocol(&buffer.filled()[before..]) {
                let error = io::Error::new(io::ErrorKind::InvalidData, Noticed(told));
                return Poll::Ready(Err(error));
            }
        }
        polled
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        Connected::new().proxy(self.absolute)
    }
}
