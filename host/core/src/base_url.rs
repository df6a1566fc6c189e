//! The one judgement of a provider's `baseUrl`: whether requests can be built on it, and whether a
//! key would travel unencrypted. Asked wherever such a URL is written, checked or used.

use std::fmt;

use crate::capability::{Grant, Reach, Scheme, Target, UrlError, reach};

/// A base URL as it is written, for an example.
pub const EXAMPLE: &str = "https://host.example/v1";

/// A base URL that requests can be built on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    /// The URL, without blanks around and without slashes at the end.
    pub url: String,
    /// The endpoint that stood behind it and was taken off, such as `/chat/completions`.
    pub endpoint: Option<String>,
}

/// Why a text cannot be a base URL. Its messages quote no more than a scheme, a host or a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// Nothing stands there.
    Blank,
    /// It does not begin with a scheme.
    NoScheme {
        /// The same with the scheme that is probably meant.
        near: Option<String>,
    },
    /// It has a part that a base URL cannot have.
    Part(&'static str),
    /// It has a reference in a form that is not read.
    Reference,
    /// Anything else that makes it no address.
    Refused(String),
    /// A key would travel unencrypted to a public host.
    Insecure {
        /// The host.
        host: String,
    },
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blank => f.write_str("expected a URL, found an empty text"),
            Self::NoScheme { near: None } => {
                f.write_str("expected a URL that begins with `https://` or `http://`")
            }
            Self::NoScheme { near: Some(near) } => write!(
                f,
                "expected a URL that begins with `https://` or `http://`; did you mean `{near}`?"
            ),
            Self::Part(part) => write!(f, "expected a URL of the form scheme://host[:port]/path, found {part}"),
            Self::Reference => f.write_str(
                "expected a URL, found a `${…}` that is no plain reference; only `${NAME}` is replaced",
            ),
            Self::Refused(why) => write!(f, "expected a URL, but {why}"),
            Self::Insecure { host } => write!(
                f,
                "plain http to the public host `{host}` sends keys and prompts unencrypted; use https, or set `allowInsecure: true` beside it"
            ),
        }
    }
}

/// Reads a base URL. Plain http is for this machine and its network: a loopback or private
/// address, a name of one label or one under a private zone such as `.local` or `.internal`;
/// elsewhere it needs `allow_insecure`.
///
/// # Errors
/// [`Unusable`], by the first rule that the text breaks.
pub fn read(text: &str, allow_insecure: bool) -> Result<BaseUrl, Unusable> {
    let url = text.trim().trim_end_matches('/');
    if url.is_empty() {
        return Err(Unusable::Blank);
    }
    if url.contains("${") {
        return Err(Unusable::Reference);
    }
    if url.contains('*') {
        return Err(Unusable::Part("a `*`"));
    }
    let (url, endpoint) = without_endpoint(url);
    let target = Target::parse(&format!("{url}/")).map_err(|error| unusable(url, &error))?;
    if target.query().is_some() {
        return Err(Unusable::Part("a query (`?…`)"));
    }
    // What the gate would make of it; it knows addresses that nothing may go to.
    Grant::parse(&format!("{url}/**"), &["POST"], true, false)
        .map_err(|error| Unusable::Refused(error.to_string()))?;
    if target.scheme() == Scheme::Http && !allow_insecure && is_public(&target) {
        return Err(Unusable::Insecure {
            host: target.host().to_string(),
        });
    }
    Ok(BaseUrl {
        url: url.to_owned(),
        endpoint: endpoint.map(str::to_owned),
    })
}

fn is_public(target: &Target) -> bool {
    match target.host().address() {
        Some(address) => reach(address) == Reach::Global,
        None => !target.host().is_private_name(),
    }
}

fn unusable(url: &str, error: &UrlError) -> Unusable {
    let lower = url.to_ascii_lowercase();
    let has_scheme = ["http://", "https://"]
        .iter()
        .any(|scheme| lower.starts_with(scheme));
    match error {
        UrlError::Userinfo => Unusable::Part("a user name or password before the host"),
        UrlError::Fragment => Unusable::Part("a fragment (`#…`)"),
        UrlError::Scheme(scheme) if lower.starts_with(&format!("{scheme}://")) => {
            Unusable::Refused(error.to_string())
        }
        _ if !has_scheme => Unusable::NoScheme {
            near: with_scheme(url),
        },
        other => Unusable::Refused(other.to_string()),
    }
}

/// Returns an address without a scheme with the one that is probably meant.
fn with_scheme(url: &str) -> Option<String> {
    let bare = url.trim_start_matches('/');
    // A single slash and the like are slips too; but whatever has no dot and no port is no host.
    let host = bare.split('/').next().unwrap_or(bare);
    if !(host.contains('.') || host.contains(':') || host == "localhost") {
        return None;
    }
    [format!("http://{bare}"), format!("https://{bare}")]
        .into_iter()
        .find(|full| read(full, false).is_ok_and(|found| found.endpoint.is_none()))
}

/// Splits an endpoint off that was copied together with the base URL.
fn without_endpoint(url: &str) -> (&str, Option<&str>) {
    const ALWAYS: [&str; 4] = [
        "/chat/completions",
        "/api/chat",
        "/api/generate",
        "/api/tags",
    ];
    /// Short names, which mean an endpoint only behind a version such as `/v1`.
    const VERSIONED: [&str; 6] = [
        "/completions",
        "/responses",
        "/messages",
        "/embeddings",
        "/models",
        "/messages/count_tokens",
    ];
    let Some(start) = url.find("://").map(|at| at + 3) else {
        return (url, None);
    };
    let split = |at: usize| (&url[..at], Some(&url[at..]));
    if let Some((model, method)) = url.rsplit_once(':')
        && ["generateContent", "streamGenerateContent", "countTokens"].contains(&method)
        && let Some(at) = model.rfind("/models/")
        && at > start
    {
        return split(at);
    }
    for endpoint in ALWAYS {
        if let Some(base) = url.strip_suffix(endpoint).filter(|base| base.len() > start) {
            return split(base.len());
        }
    }
    for endpoint in VERSIONED {
        if let Some(base) = url.strip_suffix(endpoint).filter(|base| base.len() > start)
            && base.rsplit('/').next().is_some_and(is_version)
        {
            return split(base.len());
        }
    }
    (url, None)
}

/// Whether a path segment is a version, such as `v1` and `v1beta`.
fn is_version(segment: &str) -> bool {
    segment
        .strip_prefix('v')
        .is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_requests_can_be_built_on_is_taken() {
        for (text, expected) in [
            ("https://api.acme.test/v1", "https://api.acme.test/v1"),
            (" https://api.acme.test/v1// ", "https://api.acme.test/v1"),
            ("HTTPS://API.Acme.test", "HTTPS://API.Acme.test"),
            ("http://127.0.0.1:8000/v1", "http://127.0.0.1:8000/v1"),
            ("http://[::1]:8000", "http://[::1]:8000"),
            ("http://192.168.1.5/v1", "http://192.168.1.5/v1"),
            ("http://[fd00::7]/v1", "http://[fd00::7]/v1"),
            ("http://100.64.0.9/v1", "http://100.64.0.9/v1"),
            ("http://localhost:11434", "http://localhost:11434"),
            ("http://vllm:8000/v1", "http://vllm:8000/v1"),
            ("http://box.local/v1", "http://box.local/v1"),
            (
                "http://host.docker.internal:1234",
                "http://host.docker.internal:1234",
            ),
            ("http://svc.default.svc/v1", "http://svc.default.svc/v1"),
        ] {
            let read = read(text, false).map(|found| found.url);
            assert_eq!(read.as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_cannot_work_is_refused_with_the_reason() {
        for (text, expected) in [
            ("", "an empty text"),
            (" / ", "an empty text"),
            (
                "127.0.0.1:8000/v1",
                "did you mean `http://127.0.0.1:8000/v1`?",
            ),
            ("localhost:8000", "did you mean `http://localhost:8000`?"),
            (
                "api.acme.test/v1",
                "did you mean `https://api.acme.test/v1`?",
            ),
            (
                "//api.acme.test/v1",
                "did you mean `https://api.acme.test/v1`?",
            ),
            ("acme", "begins with `https://` or `http://`"),
            ("ftp://acme.test", "the scheme `ftp` is neither"),
            ("https://me:pw@acme.test/v1", "a user name or password"),
            ("https://acme.test/v1?api-version=1", "a query"),
            ("https://acme.test/v1#top", "a fragment"),
            ("https://acme.test/*/v1", "a `*`"),
            ("https://*.acme.test/v1", "a `*`"),
            ("${LAB:-https://acme.test}", "only `${NAME}` is replaced"),
            ("https://", "begins with"),
            ("https:///v1", "the host"),
            ("https://a b.test", "a space"),
            ("https://0x7f.1/v1", "four decimal numbers"),
            ("http://169.254.169.254/v1", "can never be granted"),
            (
                "http://acme.test/v1",
                "plain http to the public host `acme.test`",
            ),
            (
                "http://8.8.8.8/v1",
                "plain http to the public host `8.8.8.8`",
            ),
            ("http://[2606:4700::1]/v1", "plain http to the public host"),
        ] {
            let why = read(text, false).expect_err(text).to_string();
            assert!(why.contains(expected), "{text}: {why}");
        }
        assert!(read("http://acme.test/v1", true).is_ok());
    }

    #[test]
    fn a_pasted_endpoint_is_taken_off() {
        for (text, base, endpoint) in [
            (
                "https://a.test/v1/chat/completions",
                "https://a.test/v1",
                "/chat/completions",
            ),
            (
                "https://a.test/v1/messages/",
                "https://a.test/v1",
                "/messages",
            ),
            (
                "https://a.test/openai/v1/responses",
                "https://a.test/openai/v1",
                "/responses",
            ),
            (
                "https://a.test/v1beta/models/gemini-2.5-pro:generateContent",
                "https://a.test/v1beta",
                "/models/gemini-2.5-pro:generateContent",
            ),
            (
                "http://localhost:11434/api/chat",
                "http://localhost:11434",
                "/api/chat",
            ),
        ] {
            let found = read(text, false).expect(text);
            assert_eq!(
                (found.url.as_str(), found.endpoint.as_deref()),
                (base, Some(endpoint))
            );
        }
        for kept in [
            "https://a.test/messages",
            "https://models/v1",
            "https://a.test/my/models",
        ] {
            assert_eq!(read(kept, false).expect(kept).endpoint, None);
        }
    }
}
