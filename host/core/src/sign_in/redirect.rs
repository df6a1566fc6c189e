//! Where a browser comes back to.

use std::fmt;

/// The place that a browser is sent back to with the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redirect {
    /// A listener on this machine.
    Here {
        /// The host as it stands in the address: `localhost` or `127.0.0.1`.
        host: &'static str,
        /// The port; any free one if there is none.
        port: Option<u16>,
        /// The path, beginning with `/`.
        path: String,
    },
    /// A page of the vendor's that shows the code.
    Page(String),
}

/// A redirect that is neither.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither an address of this machine nor an https page")]
pub struct RedirectError(String);

impl Redirect {
    /// Reads one.
    ///
    /// # Errors
    /// [`RedirectError`].
    pub fn parse(text: &str) -> Result<Self, RedirectError> {
        if text.starts_with("https://") {
            return Ok(Self::Page(text.to_owned()));
        }
        let wrong = || RedirectError(text.to_owned());
        let rest = text.strip_prefix("http://").ok_or_else(wrong)?;
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (name, port) = authority.split_once(':').unwrap_or((authority, ""));
        let host = ["localhost", "127.0.0.1"];
        let host = host.into_iter().find(|host| *host == name);
        let port = match port {
            "" => None,
            port => Some(
                port.parse()
                    .ok()
                    .filter(|port| *port > 0)
                    .ok_or_else(wrong)?,
            ),
        };
        Ok(Self::Here {
            host: host.ok_or_else(wrong)?,
            port,
            path: if path.is_empty() { "/" } else { path }.to_owned(),
        })
    }

    /// Returns it with the port that is listened at.
    #[must_use]
    pub fn at_port(self, listening: u16) -> Self {
        match self {
            Self::Here { host, path, .. } => Self::Here {
                host,
                port: Some(listening),
                path,
            },
            page @ Self::Page(_) => page,
        }
    }
}

impl fmt::Display for Redirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Here {
                host,
                port: Some(port),
                path,
            } => write!(f, "http://{host}:{port}{path}"),
            Self::Here { host, path, .. } => write!(f, "http://{host}{path}"),
            Self::Page(page) => f.write_str(page),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_is_here_or_a_page() {
        let fixed = Redirect::parse("http://localhost:1455/auth/callback").unwrap();
        assert_eq!(fixed.to_string(), "http://localhost:1455/auth/callback");
        let free = Redirect::parse("http://127.0.0.1/cb").unwrap();
        assert_eq!(free.at_port(4711).to_string(), "http://127.0.0.1:4711/cb");
        let page = Redirect::parse("https://acme.test/code").unwrap();
        assert_eq!(page.at_port(1).to_string(), "https://acme.test/code");
        for odd in [
            "http://acme.test/cb",
            "http://localhost.evil.test/cb",
            "http://localhost:0/cb",
            "http://localhost:x/cb",
            "localhost:1",
        ] {
            assert!(Redirect::parse(odd).is_err(), "{odd}");
        }
    }
}
