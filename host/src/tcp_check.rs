//! Whether something listens at an address. A connection is made and closed; nothing is sent.

use std::net::{TcpStream, ToSocketAddrs as _};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How long a server may take to accept a connection.
pub const TIMEOUT: Duration = Duration::from_millis(400);

/// A host and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// A name or a literal address, without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
}

impl Address {
    /// Returns the address that an `http` or `https` URL leads to.
    #[must_use]
    pub fn of_url(url: &str) -> Option<Self> {
        let (scheme, rest) = url.trim().split_once("://")?;
        let usual = match scheme.to_ascii_lowercase().as_str() {
            "http" => 80,
            "https" => 443,
            _ => return None,
        };
        let authority = rest.split(['/', '?', '#']).next()?;
        let authority = authority.rsplit('@').next()?;
        let (host, port) = match authority.strip_prefix('[') {
            Some(literal) => {
                let (host, after) = literal.split_once(']')?;
                (host, after.strip_prefix(':'))
            }
            None => match authority.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (authority, None),
            },
        };
        let port = port.map_or(Some(usual), |port| port.parse().ok())?;
        Some(Self {
            host: host.to_owned(),
            port,
        })
        .filter(|address| !address.host.is_empty())
    }
}

/// Tries all addresses at once and returns for each whether something accepted a connection in
/// time, or why not.
#[must_use]
pub fn listening(addresses: &[Address], timeout: Duration) -> Vec<Result<(), String>> {
    let waiting: Vec<mpsc::Receiver<Result<(), String>>> = addresses
        .iter()
        .map(|address| {
            let (answer, waiting) = mpsc::channel();
            let address = address.clone();
            // A name lookup cannot be bounded, so its thread may be left behind.
            std::thread::spawn(move || answer.send(connect(&address, timeout)));
            waiting
        })
        .collect();
    let end = Instant::now() + timeout;
    waiting
        .into_iter()
        .map(|waiting| {
            let left = end.saturating_duration_since(Instant::now());
            // The connection's own time-out has the better reason, so it comes first.
            let left = left + Duration::from_millis(50);
            waiting
                .recv_timeout(left)
                .unwrap_or_else(|_| Err(slow(timeout)))
        })
        .collect()
}

fn connect(address: &Address, timeout: Duration) -> Result<(), String> {
    let found = (address.host.as_str(), address.port)
        .to_socket_addrs()
        .map_err(|error| error.to_string())?;
    let mut reason = "the name has no address".to_owned();
    for address in found {
        match TcpStream::connect_timeout(&address, timeout) {
            Ok(_) => return Ok(()),
            Err(error) if error.kind() == std::io::ErrorKind::TimedOut => reason = slow(timeout),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
                "nothing listens there".clone_into(&mut reason);
            }
            Err(error) => reason = error.to_string(),
        }
    }
    Err(reason)
}

fn slow(timeout: Duration) -> String {
    format!("no answer within {} ms", timeout.as_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_leads_to_a_host_and_a_port() {
        let check = |url: &str, expected: Option<(&str, u16)>| {
            let found = Address::of_url(url);
            let found = found
                .as_ref()
                .map(|found| (found.host.as_str(), found.port));
            assert_eq!(found, expected, "{url}");
        };
        check("http://127.0.0.1:11434/v1", Some(("127.0.0.1", 11434)));
        check("https://me@host.local/x", Some(("host.local", 443)));
        check("http://[::1]:8080", Some(("::1", 8080)));
        check("http://[::1]", Some(("::1", 80)));
        check("ftp://host", None);
        check("http://host:port", None);
        check("http://", None);
        check("host:80", None);
    }

    #[test]
    fn a_listener_is_heard_and_a_closed_port_is_not() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let address = Address {
            host: "127.0.0.1".to_owned(),
            port,
        };
        let timeout = Duration::from_secs(5);
        assert_eq!(listening(std::slice::from_ref(&address), timeout), [Ok(())]);
        drop(listener);
        assert_eq!(
            listening(&[address], timeout),
            [Err("nothing listens there".to_owned())]
        );
    }
}
