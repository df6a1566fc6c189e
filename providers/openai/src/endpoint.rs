//! Where requests go and in which dialect.

use openclaw_sdk::{Failure, FailureKind, ProviderConfig, errors};

/// The vendor's own base.
pub(crate) const BASE: &str = "https://api.openai.com/v1";

/// A wire format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `POST /responses`.
    Responses,
    /// `POST /chat/completions`, which most compatible servers speak.
    Completions,
}

impl Dialect {
    /// Returns the path that takes a chat.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Responses => "/responses",
            Self::Completions => "/chat/completions",
        }
    }
}

/// A server that speaks the vendor's API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    base: String,
    /// Whether it is the vendor's own, and so known to take what only the vendor takes.
    pub(crate) own: bool,
    /// What it is asked in.
    pub(crate) dialect: Dialect,
}

impl Endpoint {
    /// Reads the configuration.
    ///
    /// A base without a path gets `/v1`: `http://127.0.0.1:8000` and `http://127.0.0.1:8000/v1` are
    /// the same. A base with a path is taken as it is. The dialect is `openai-responses` unless
    /// `api` says `openai-completions`, whatever the base.
    ///
    /// # Errors
    /// Kind `other` when `api` names a dialect that is not spoken here.
    pub(crate) fn of(config: &ProviderConfig) -> Result<Self, Failure> {
        let dialect = match config.api.as_deref() {
            None | Some("openai-responses") => Dialect::Responses,
            Some("openai-completions") => Dialect::Completions,
            Some(api) => {
                let mut failure = errors::failure(
                    FailureKind::Other,
                    format!(
                        "`{api}` is not spoken here: `api` is `openai-responses` or `openai-completions`"
                    ),
                );
                failure.code = Some("unknown_api".to_owned());
                return Err(failure);
            }
        };
        let base = config
            .base_url
            .as_deref()
            .unwrap_or(BASE)
            .trim_end_matches('/');
        let rest = base.split_once("://").map_or(base, |(_, rest)| rest);
        let (authority, path) = match rest.find('/') {
            Some(slash) => rest.split_at(slash),
            None => (rest, ""),
        };
        let suffix = if path.is_empty() { "/v1" } else { "" };
        Ok(Self {
            base: format!("{base}{suffix}"),
            own: is_own(authority),
            dialect,
        })
    }

    /// Returns the address of a path below the base.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Says what to try where a server seems to lack the dialect.
    pub(crate) fn explain(&self, mut failure: Failure) -> Failure {
        let no_such_path = matches!(failure.status, Some(404 | 405 | 501))
            && !failure.message.to_ascii_lowercase().contains("model");
        if no_such_path && !self.own && self.dialect == Dialect::Responses {
            failure.message = errors::clip(format!(
                "{} (a server without the Responses API needs `api` set to `openai-completions`)",
                failure.message
            ));
        }
        failure
    }
}

fn is_own(authority: &str) -> bool {
    let host = authority
        .split(':')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    host == "api.openai.com" || host.ends_with(".api.openai.com")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(base: Option<&str>, api: Option<&str>) -> Result<Endpoint, Failure> {
        Endpoint::of(&ProviderConfig {
            base_url: base.map(str::to_owned),
            api: api.map(str::to_owned),
        })
    }

    fn check(base: Option<&str>, url: &str, own: bool) {
        let endpoint = endpoint(base, None).expect("a known dialect");
        assert_eq!((endpoint.url("/models").as_str(), endpoint.own), (url, own));
    }

    #[test]
    fn a_base_without_a_path_is_completed_and_any_other_is_kept() {
        check(None, "https://api.openai.com/v1/models", true);
        check(
            Some("https://api.openai.com"),
            "https://api.openai.com/v1/models",
            true,
        );
        check(
            Some("https://eu.api.openai.com/v1/"),
            "https://eu.api.openai.com/v1/models",
            true,
        );
        check(
            Some("http://127.0.0.1:80"),
            "http://127.0.0.1:80/v1/models",
            false,
        );
        check(
            Some("http://127.0.0.1:80/v1"),
            "http://127.0.0.1:80/v1/models",
            false,
        );
        check(Some("http://[::1]:80"), "http://[::1]:80/v1/models", false);
        check(
            Some("https://a.test/paas/v4"),
            "https://a.test/paas/v4/models",
            false,
        );
        check(
            Some("https://api.openai.com.a.test"),
            "https://api.openai.com.a.test/v1/models",
            false,
        );
        check(
            Some("https://xapi.openai.com"),
            "https://xapi.openai.com/v1/models",
            false,
        );
    }

    #[test]
    fn the_dialect_is_responses_unless_the_configuration_says_otherwise() {
        let dialect = |base, api| endpoint(base, api).map(|endpoint| endpoint.dialect);
        assert_eq!(dialect(None, None).expect("default"), Dialect::Responses);
        assert_eq!(
            dialect(Some("http://a.test"), None).expect("default"),
            Dialect::Responses
        );
        assert_eq!(
            dialect(None, Some("openai-completions")).expect("known"),
            Dialect::Completions
        );
        let failure = dialect(None, Some("anthropic-messages")).expect_err("unknown");
        assert!(failure.message.contains("anthropic-messages"));
    }

    #[test]
    fn a_server_without_the_path_gets_a_hint_and_a_missing_model_does_not() {
        let explained = |base, message: &str| {
            let mut failure = errors::failure(FailureKind::ModelNotFound, message);
            failure.status = Some(404);
            endpoint(base, None)
                .expect("default")
                .explain(failure)
                .message
        };
        assert!(explained(Some("http://a.test"), "Not Found").contains("openai-completions"));
        assert_eq!(
            explained(Some("http://a.test"), "no such model"),
            "no such model"
        );
        assert_eq!(explained(None, "Not Found"), "Not Found");
    }
}
