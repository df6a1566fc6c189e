//! Which requests go through a proxy, and what the text of a proxy's address means. Pure.
//!
//! The rule: a request goes directly unless the configuration names a proxy; requests to this
//! machine go directly unless the proxy was named for their provider; what a list of exceptions
//! names goes directly. A proxy changes the way, not the target: what may be asked is decided before.

use std::fmt;
use std::net::IpAddr;

use crate::secret::Secret;

/// An HTTP proxy. Prints without user and password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy {
    /// Whether the connection to the proxy itself is TLS.
    pub secure: bool,
    /// A name or a literal address, without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// User and password, as `user:password`.
    pub login: Option<Secret<String>>,
}

/// Why a text is no address of a proxy that can be used. Never holds the text, which may have a
/// password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProxyError {
    /// A SOCKS proxy.
    #[error(
        "SOCKS proxies are not supported: name an HTTP proxy, as in `http://proxy.example:3128`"
    )]
    Socks,
    /// Another scheme.
    #[error("a proxy's address begins with `http://` or `https://`")]
    Scheme,
    /// No host, or characters that no host has.
    #[error("it names no host: write it as in `http://proxy.example:3128`")]
    Host,
    /// No number that a port has.
    #[error("its port is not a number from 1 to 65535")]
    Port,
    /// Something after the port.
    #[error("it has a path: write it as in `http://proxy.example:3128`")]
    Path,
    /// A broken percent escape in user or password.
    #[error("its user or password has a broken percent escape")]
    Escape,
}

impl Proxy {
    /// Reads the address of a proxy: `http://user:password@host:port`; without a scheme, `http` is
    /// meant, as in the environment variables of other programs.
    ///
    /// # Errors
    /// [`ProxyError`], without the text.
    pub fn parse(text: &str) -> Result<Self, ProxyError> {
        let text = text.trim();
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
            None => ("http".to_owned(), text),
        };
        let secure = match scheme.as_str() {
            "http" => false,
            "https" => true,
            socks if socks.starts_with("socks") => return Err(ProxyError::Socks),
            _ => return Err(ProxyError::Scheme),
        };
        let (login, address) = match rest.rsplit_once('@') {
            Some((login, address)) => (Some(login), address),
            None => (None, rest),
        };
        let address = match address.split_once('/') {
            Some((address, "")) => address,
            Some(_) => return Err(ProxyError::Path),
            None => address,
        };
        let (host, port) = split_port(address).ok_or(ProxyError::Host)?;
        let is_host = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let literal = host.parse::<IpAddr>().is_ok();
        if host.is_empty() || !(literal || host.chars().all(is_host)) {
            return Err(ProxyError::Host);
        }
        let port = match port {
            None => {
                if secure {
                    443
                } else {
                    80
                }
            }
            Some(port) => port
                .parse()
                .ok()
                .filter(|port| *port != 0)
                .ok_or(ProxyError::Port)?,
        };
        let login = match login {
            None | Some("") => None,
            Some(login) => {
                let (user, password) = login.split_once(':').unwrap_or((login, ""));
                let login = [unescaped(user)?, unescaped(password)?].join(":");
                Some(Secret::new(login))
            }
        };
        Ok(Self {
            secure,
            host: host.to_ascii_lowercase(),
            port,
            login,
        })
    }

    /// Returns host and port as an address has them.
    #[must_use]
    pub fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.authority())
    }
}

/// Splits a port off a host, whose brackets are taken off.
fn split_port(address: &str) -> Option<(&str, Option<&str>)> {
    if let Some(literal) = address.strip_prefix('[') {
        let (host, after) = literal.split_once(']')?;
        return match after {
            "" => Some((host, None)),
            _ => Some((host, Some(after.strip_prefix(':')?))),
        };
    }
    Some(match address.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (address, None),
    })
}

/// Decodes percent escapes.
fn unescaped(text: &str) -> Result<String, ProxyError> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let mut digit = || {
            let byte = bytes.next()?;
            char::from(byte).to_digit(16)
        };
        let (high, low) = digit().zip(digit()).ok_or(ProxyError::Escape)?;
        out.push(u8::try_from(high * 16 + low).map_err(|_| ProxyError::Escape)?);
    }
    String::from_utf8(out).map_err(|_| ProxyError::Escape)
}

/// Hosts that are asked directly: names with all below them, addresses, networks as `10.0.0.0/8`,
/// each also with a port, or `*` for all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exceptions(Vec<String>);

impl Exceptions {
    /// Reads a list as `NO_PROXY` has it, with commas or blanks between.
    #[must_use]
    pub fn parse(list: &str) -> Self {
        let entries = list.split([',', ' ', '\t', '\n']);
        Self::of(entries)
    }

    /// Takes the entries of a list.
    pub fn of<'a>(entries: impl IntoIterator<Item = &'a str>) -> Self {
        let entries = entries.into_iter().map(str::trim);
        let named = entries.filter(|entry| !entry.is_empty());
        Self(named.map(str::to_ascii_lowercase).collect())
    }

    /// Whether a host, without brackets, is named.
    #[must_use]
    pub fn names(&self, host: &str, port: u16) -> bool {
        let host = host.to_ascii_lowercase();
        self.0.iter().any(|entry| names(entry, &host, port))
    }
}

fn names(entry: &str, host: &str, port: u16) -> bool {
    if entry == "*" {
        return true;
    }
    let address = host.parse::<IpAddr>().ok();
    if let Some((network, bits)) = entry.split_once('/') {
        let network = network.parse::<IpAddr>().ok();
        let bits = bits.parse::<u32>().ok();
        return match (address, network, bits) {
            (Some(address), Some(network), Some(bits)) => within(address, network, bits),
            _ => false,
        };
    }
    if let Ok(own) = entry.parse::<IpAddr>() {
        return address == Some(own);
    }
    let Some((own, own_port)) = split_port(entry) else {
        return false;
    };
    if own_port.is_some_and(|own| own.parse() != Ok(port)) {
        return false;
    }
    if let Ok(own) = own.parse::<IpAddr>() {
        return address == Some(own);
    }
    let own = own.strip_prefix('*').unwrap_or(own);
    let own = own.strip_prefix('.').unwrap_or(own);
    host.strip_suffix(own)
        .is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

fn within(address: IpAddr, network: IpAddr, bits: u32) -> bool {
    let (address, network, width) = match (address, network) {
        (IpAddr::V4(a), IpAddr::V4(n)) => (u128::from(a.to_bits()), u128::from(n.to_bits()), 32),
        (IpAddr::V6(a), IpAddr::V6(n)) => (a.to_bits(), n.to_bits(), 128),
        _ => return false,
    };
    let Some(rest) = u32::checked_sub(width, bits) else {
        return false;
    };
    address.checked_shr(rest).unwrap_or(0) == network.checked_shr(rest).unwrap_or(0)
}

/// Which proxy serves which request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProxyRule {
    /// For `http` targets.
    pub http: Option<Proxy>,
    /// For `https` targets.
    pub https: Option<Proxy>,
    /// What is asked directly.
    pub except: Exceptions,
    /// Whether servers on this machine are asked through the proxy too.
    pub loopback: bool,
}

impl ProxyRule {
    /// Returns the rule that sends everything but requests to this machine through one proxy.
    #[must_use]
    pub fn through(proxy: Proxy) -> Self {
        Self {
            http: Some(proxy.clone()),
            https: Some(proxy),
            ..Self::default()
        }
    }

    /// Returns the proxy for a target; none where it is asked directly.
    #[must_use]
    pub fn proxy_for(&self, secure: bool, host: &str, port: u16) -> Option<&Proxy> {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if (!self.loopback && is_this_machine(host)) || self.except.names(host, port) {
            return None;
        }
        if secure { &self.https } else { &self.http }.as_ref()
    }
}

/// Whether a host, without brackets, is this machine by its name or address.
#[must_use]
pub fn is_this_machine(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    match host.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_printed_without_its_password() {
        let read = |text: &str| Proxy::parse(text).map(|proxy| proxy.to_string());
        assert_eq!(
            read("http://me:pa%40ss@Proxy.corp:3128/").as_deref(),
            Ok("http://proxy.corp:3128")
        );
        assert_eq!(read("proxy:8080").as_deref(), Ok("http://proxy:8080"));
        assert_eq!(read("https://proxy").as_deref(), Ok("https://proxy:443"));
        assert_eq!(read("http://[::1]:1").as_deref(), Ok("http://[::1]:1"));
        let login = |text: &str| {
            let proxy = Proxy::parse(text).expect("an address");
            proxy.login.map(|login| login.expose().clone())
        };
        assert_eq!(
            login("http://me:pa%40s:s@p:1").as_deref(),
            Some("me:pa@s:s")
        );
        assert_eq!(login("http://a@b:c@p:1").as_deref(), Some("a@b:c"));
        assert_eq!(login("http://me@p:1").as_deref(), Some("me:"));
        assert_eq!(login("http://p:1"), None);
        for (text, why) in [
            ("socks5h://p:1", ProxyError::Socks),
            ("SOCKS4://p:1", ProxyError::Socks),
            ("ftp://p:1", ProxyError::Scheme),
            ("", ProxyError::Host),
            ("http://", ProxyError::Host),
            ("http://a b:1", ProxyError::Host),
            ("http://p:", ProxyError::Port),
            ("http://p:0", ProxyError::Port),
            ("http://p:99999", ProxyError::Port),
            ("http://p:1/x", ProxyError::Path),
            ("http://a:%zz@p:1", ProxyError::Escape),
            ("http://a:%f@p:1", ProxyError::Escape),
        ] {
            assert_eq!(Proxy::parse(text), Err(why), "{text}");
        }
        let shown = format!("{:?}", Proxy::parse("http://me:hunter2@p:1"));
        assert!(!shown.contains("hunter2"), "{shown}");
    }

    #[test]
    fn exceptions_are_names_addresses_networks_and_ports() {
        let list = Exceptions::parse(
            "corp.test, .in.test *.wild.test,10.0.0.0/8 192.168.1.7 a.test:8080,[::2],fd00::/8",
        );
        for (host, port, named) in [
            ("corp.test", 443, true),
            ("API.corp.test", 443, true),
            ("notcorp.test", 443, false),
            ("x.in.test", 443, true),
            ("in.test", 443, true),
            ("x.wild.test", 443, true),
            ("10.1.2.3", 80, true),
            ("11.1.2.3", 80, false),
            ("192.168.1.7", 80, true),
            ("192.168.1.8", 80, false),
            ("a.test", 8080, true),
            ("a.test", 443, false),
            ("::2", 443, true),
            ("fd12::1", 443, true),
            ("fe80::1", 443, false),
        ] {
            assert_eq!(list.names(host, port), named, "{host}:{port}");
        }
        assert!(Exceptions::parse("*").names("anything", 1));
        assert!(!Exceptions::parse("10.0.0.0/99").names("10.0.0.0", 1));
        assert!(Exceptions::parse("0.0.0.0/0").names("10.0.0.0", 1));
        assert!(!Exceptions::parse("").names("a", 1));
    }

    #[test]
    fn this_machine_is_asked_directly_unless_the_proxy_is_meant_for_it() {
        let proxy = Proxy::parse("p:1").expect("an address");
        let rule = ProxyRule::through(proxy.clone());
        for host in [
            "localhost",
            "127.0.0.1",
            "127.9.9.9",
            "[::1]",
            "a.localhost",
            "::ffff:127.0.0.1",
        ] {
            assert_eq!(rule.proxy_for(false, host, 80), None, "{host}");
        }
        for host in ["api.test", "192.168.1.1", "localhost.test"] {
            assert_eq!(rule.proxy_for(true, host, 443), Some(&proxy), "{host}");
        }
        let all = ProxyRule {
            loopback: true,
            ..rule.clone()
        };
        assert_eq!(all.proxy_for(false, "127.0.0.1", 80), Some(&proxy));
        let https = ProxyRule { http: None, ..rule };
        assert_eq!(https.proxy_for(false, "api.test", 80), None);
    }
}
