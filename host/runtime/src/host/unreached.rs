//! What is said of a server that was not reached, or whose connection was lost: in plain words that
//! name host and port, found among the causes of the client's error.

use std::error::Error as StdError;
use std::io;

use openclaw_core::capability::{Denial, Scheme, Target};
use openclaw_core::proxy::Proxy;

use super::tls;

/// Why a name leads to no address that may be dialled, on its way through the client's error.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum NoAddress {
    /// An address is not allowed.
    #[error("{0}")]
    Denied(Denial),
    /// There is none; says why.
    #[error("{0}")]
    NotFound(String),
}

impl NoAddress {
    /// Finds it in a client's error.
    pub(super) fn within<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e Self> {
        find(error, |error| error.downcast_ref())
    }
}

/// Looks through an error and its causes. What an I/O error carries is no cause of it.
fn find<'e, T>(
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

/// Finds the I/O error that the others are about.
fn innermost_io<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e io::Error> {
    let mut innermost = None;
    let _: Option<()> = find(error, |error| {
        innermost = error.downcast_ref().or(innermost);
        None
    });
    innermost
}

/// Finds what one of the causes says after `prefix`. For errors whose types the client keeps to
/// itself.
fn said_after(error: &(dyn StdError + 'static), prefix: &str) -> Option<String> {
    find(error, |error| {
        error.to_string().strip_prefix(prefix).map(str::to_owned)
    })
}

/// Returns host and port, as they are told.
pub(super) fn place(target: &Target) -> String {
    format!("{}:{}", target.host(), target.port())
}

/// Returns a proxy, as it is told.
fn place_of_proxy(proxy: &Proxy) -> String {
    format!("the proxy {}", proxy.authority())
}

/// Says that a proxy refuses the login, or the lack of one.
pub(super) fn wants_login(proxy: &Proxy) -> String {
    let at = place_of_proxy(proxy);
    match proxy.login {
        None => format!("{at} wants a user and a password (407)"),
        Some(_) => format!("{at} refuses the user or the password (407)"),
    }
}

/// Says why there is no connection to a target.
pub(super) fn unreached(error: &reqwest::Error, target: &Target, proxy: Option<&Proxy>) -> String {
    let to = place(target);
    let Some(proxy) = proxy else {
        return connect_words(error, &to);
    };
    let at = place_of_proxy(proxy);
    if target.scheme() == Scheme::Http {
        return connect_words(error, &at);
    }
    match said_after(error, "tunnel error: ").as_deref() {
        // The proxy leads on: what failed is the handshake with the target.
        None if !error.is_timeout() => handshake_words(error, &format!("{to} (through {at})")),
        None | Some("failed to create underlying connection") => connect_words(error, &at),
        Some("proxy authorization required") => wants_login(proxy),
        Some("unexpected end of file") => format!("{at} closed the connection"),
        Some("unsuccessful") => format!("{at} cannot reach {to}, or does not allow it"),
        Some(_) => match innermost_io(error) {
            Some(error) => lost_words(error, &at),
            None => format!("{at} does not answer as a proxy does"),
        },
    }
}

fn connect_words(error: &reqwest::Error, at: &str) -> String {
    if error.is_timeout() {
        return slow(at);
    }
    match (said_after(error, "tcp "), innermost_io(error)) {
        (Some(_), Some(error)) => dial_words(error, at),
        (None, Some(_)) => handshake_words(error, at),
        (_, None) => format!("cannot connect to {at}"),
    }
}

fn slow(at: &str) -> String {
    format!("timed out connecting to {at}")
}

/// Says why nothing was reached.
fn dial_words(error: &io::Error, at: &str) -> String {
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
fn handshake_words(error: &(dyn StdError + 'static), at: &str) -> String {
    if let Some(error) = find(error, |error| error.downcast_ref::<rustls::Error>()) {
        return tls::words(error, at);
    }
    let Some(error) = innermost_io(error) else {
        return format!("the TLS handshake with {at} failed");
    };
    match error.kind() {
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
    }
}

/// Says why a target that was reached sent no reply.
pub(super) fn unanswered(error: &reqwest::Error, target: &Target) -> String {
    let mut said = broken(error, &place(target));
    if target.scheme() == Scheme::Http && said.ends_with(NOT_HTTP) {
        // The client does not tell what came instead.
        said.push_str(
            ": if it speaks TLS, `https://` is meant, and the address begins with `http://`",
        );
    }
    said
}

/// What is said of what cannot be read as the head of a reply.
const NOT_HTTP: &str = "does not answer in HTTP/1.1";

/// Says how a connection that stood was lost.
pub(super) fn broken(error: &(dyn StdError + 'static), at: &str) -> String {
    if let Some(error) = find(error, |error| error.downcast_ref::<io::Error>()) {
        return lost_words(error, at);
    }
    let lost = || format!("the connection to {at} was lost");
    let Some(error) = find(error, |error| error.downcast_ref::<hyper::Error>()) else {
        return lost();
    };
    if error.is_parse() && error.to_string().contains("too large") {
        format!("the head of the reply of {at} is too long")
    } else if error.is_parse() {
        format!("{at} {NOT_HTTP}")
    } else if error.is_incomplete_message() {
        format!("{at} closed the connection before the reply was complete")
    } else {
        lost()
    }
}

fn lost_words(error: &io::Error, at: &str) -> String {
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
