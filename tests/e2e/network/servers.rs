//! Servers that stand where a company or a careless neighbour has theirs: one with TLS, a proxy that
//! asks for a password, one that answers with whatever bytes a test gives it.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A request as it came.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    /// Method, target and version.
    pub(super) line: String,
    /// By their names in lower case.
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Vec<u8>,
}

impl Asked {
    /// Reads a request; nothing if the other side leaves.
    fn read(stream: &mut impl Read) -> Option<Self> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).ok()?;
            head.push(byte[0]);
        }
        let text = String::from_utf8_lossy(&head).into_owned();
        let mut lines = text.lines();
        let line = lines.next()?.to_owned();
        let headers: BTreeMap<_, _> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let length = headers.get("content-length");
        let length = length.and_then(|text| text.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        stream.read_exact(&mut body).ok()?;
        Some(Self {
            line,
            headers,
            body,
        })
    }
}

/// A server that runs as long as the tests do.
pub(super) struct Server {
    pub(super) port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// Answers every request with these bytes, and closes.
    pub(super) fn saying(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::start(move |mut stream, note| {
            let mut first = [0];
            let is_text = stream
                .peek(&mut first)
                .is_ok_and(|_| first[0].is_ascii_uppercase());
            if !is_text {
                // As servers do that are spoken to in TLS.
                stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").ok();
            } else if let Some(asked) = Asked::read(&mut stream) {
                note(asked);
                stream.write_all(&bytes).ok();
            }
        })
    }

    /// The same, with TLS and a certificate of `certificates/`.
    pub(super) fn with_tls(certificate: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self::with_tls_for(certificate, &[b"http/1.1"], bytes)
    }

    /// The same, for clients that speak one of these protocols.
    pub(super) fn with_tls_for(
        certificate: &str,
        protocols: &[&[u8]],
        bytes: impl Into<Vec<u8>>,
    ) -> Self {
        let file = |end: &str| certificate_file(&format!("{certificate}.{end}"));
        let chain = CertificateDer::pem_file_iter(file("pem")).unwrap();
        let chain: Vec<_> = chain.map(Result::unwrap).collect();
        let key = PrivateKeyDer::from_pem_file(file("key")).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        let (config, bytes) = (Arc::new(config), bytes.into());
        Self::start(move |stream, note| {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, stream);
            if let Some(asked) = Asked::read(&mut stream) {
                note(asked);
                stream.write_all(&bytes).ok();
                stream.conn.send_close_notify();
                stream.flush().ok();
            }
        })
    }

    /// An HTTP proxy, for clients with this `Proxy-Authorization`.
    pub(super) fn proxy(wanted: Option<&'static str>) -> Self {
        Self::start(move |mut client, note| {
            let Some(asked) = Asked::read(&mut client) else {
                return;
            };
            note(asked.clone());
            let given = asked.headers.get("proxy-authorization");
            if wanted.is_some() && given.map(String::as_str) != wanted {
                let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\ncontent-length: 0\r\n\r\n";
                client.write_all(refusal.as_bytes()).ok();
                return;
            }
            let mut words = asked.line.split(' ');
            let (method, target) = (words.next().unwrap(), words.next().unwrap());
            if method == "CONNECT" {
                let Ok(mut server) = TcpStream::connect(target) else {
                    client.write_all(b"HTTP/1.1 502 Bad Gateway\r\n\r\n").ok();
                    return;
                };
                client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
                let (mut from, mut to) = (server.try_clone().unwrap(), client.try_clone().unwrap());
                std::thread::spawn(move || {
                    std::io::copy(&mut from, &mut to).ok();
                    to.shutdown(std::net::Shutdown::Both).ok();
                });
                std::io::copy(&mut client, &mut server).ok();
                server.shutdown(std::net::Shutdown::Both).ok();
                return;
            }
            let rest = target.strip_prefix("http://").unwrap();
            let (authority, path) = rest.split_at(rest.find('/').unwrap());
            let mut server = TcpStream::connect(authority).unwrap();
            write!(server, "{method} {path} HTTP/1.0\r\n").unwrap();
            for (name, value) in &asked.headers {
                if !name.starts_with("proxy-") {
                    write!(server, "{name}: {value}\r\n").unwrap();
                }
            }
            server.write_all(b"\r\n").unwrap();
            server.write_all(&asked.body).unwrap();
            std::io::copy(&mut server, &mut client).ok();
        })
    }

    fn start(serve: impl Fn(TcpStream, &dyn Fn(Asked)) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::<Mutex<Vec<Asked>>>::default();
        let (serve, noted) = (Arc::new(serve), Arc::clone(&asked));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (serve, noted) = (Arc::clone(&serve), Arc::clone(&noted));
                std::thread::spawn(move || serve(stream, &|one| noted.lock().unwrap().push(one)));
            }
        });
        Self { port, asked }
    }

    /// Returns what was asked since the last time.
    pub(super) fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }

    /// Returns the first lines of what was asked since the last time.
    pub(super) fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.line).collect()
    }
}

/// Returns the path of a file of `certificates/`.
pub(super) fn certificate_file(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("e2e/network/certificates");
    folder.join(name).display().to_string()
}

/// Returns a reply that closes the connection.
pub(super) fn reply(status: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let mut reply = format!("HTTP/1.1 {status}\r\nconnection: close\r\n");
    for header in headers {
        reply.push_str(header);
        reply.push_str("\r\n");
    }
    reply.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
    let mut reply = reply.into_bytes();
    reply.extend_from_slice(body);
    reply
}

/// Returns a whole answer in the format of Chat Completions, streamed.
pub(super) fn stream(text: &str) -> String {
    format!(
        "data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}},\"finish_reason\":null}}]}}\n\n\
         data: {{\"choices\":[{{\"index\":0,\"delta\":{{}},\"finish_reason\":\"stop\"}}]}}\n\ndata: [DONE]\n\n"
    )
}

/// Returns a reply that answers `Hello`.
pub(super) fn hello() -> Vec<u8> {
    reply(
        "200 OK",
        &["content-type: text/event-stream"],
        stream("Hello").as_bytes(),
    )
}
