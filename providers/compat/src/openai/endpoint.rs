//! Where requests go.

use openclaw_sdk::{Failure, errors};

use super::Dialect;
use crate::vendor::Vendor;

/// Returns the base of the API.
///
/// A base without a path gets the version at the end of the vendor's own, such as `/v1`:
/// `http://127.0.0.1:8000` and `http://127.0.0.1:8000/v1` are the same. A base with a path is taken as
/// it is.
#[must_use]
pub fn root(configured: Option<&str>, vendor: &Vendor) -> String {
    let base = configured.unwrap_or(vendor.base).trim_end_matches('/');
    let rest = base.split_once("://").map_or(base, |(_, rest)| rest);
    let version = vendor.base.rsplit('/').next().filter(|last| {
        let number = last.strip_prefix('v');
        number.is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
    });
    match version.filter(|_| !rest.contains('/')) {
        Some(version) => format!("{base}/{version}"),
        None => base.to_owned(),
    }
}

/// Says what to try where a server seems to lack the dialect.
pub(super) fn explain(mut failure: Failure, dialect: &Dialect, own: bool) -> Failure {
    let no_such_path = matches!(failure.status, Some(404 | 405 | 501))
        && !failure.message.to_ascii_lowercase().contains("model");
    if let Some(hint) = dialect.hint.filter(|_| no_such_path && !own) {
        failure.message = errors::clip(format!("{} ({hint})", failure.message));
    }
    failure
}

#[cfg(test)]
mod tests {
    use openclaw_sdk::{FailureKind, ProviderConfig};

    use super::super::tests::OPENAI;
    use super::*;
    use crate::call::Call;
    use crate::openai_responses;

    fn call(base: Option<&str>, api: Option<&str>) -> Result<Call<'static>, Failure> {
        let config = ProviderConfig {
            base_url: base.map(str::to_owned),
            api: api.map(str::to_owned),
            settings: Vec::new(),
            extensions: Vec::new(),
        };
        Call::new(&OPENAI, &config, None)
    }

    fn check(base: Option<&str>, url: &str, own: bool) {
        let call = call(base, None).expect("a known dialect");
        assert_eq!(
            (call.url("/models").as_str(), call.is_vendors_own()),
            (url, own)
        );
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
        let dialect = |base, api| call(base, api).map(|call| call.wire().api);
        assert_eq!(dialect(None, None).expect("default"), "openai-responses");
        assert_eq!(
            dialect(Some("http://a.test"), None).expect("default"),
            "openai-responses"
        );
        assert_eq!(
            dialect(None, Some("openai-completions")).expect("known"),
            "openai-completions"
        );
        let failure = dialect(None, Some("anthropic-messages")).expect_err("unknown");
        assert!(failure.message.contains("anthropic-messages"));
    }

    #[test]
    fn a_server_without_the_path_gets_a_hint_and_a_missing_model_does_not() {
        let explained = |base, message: &str| {
            let mut failure = errors::failure(FailureKind::ModelNotFound, message);
            failure.status = Some(404);
            let own = call(base, None).expect("default").is_vendors_own();
            explain(failure, &openai_responses::DIALECT, own).message
        };
        assert!(explained(Some("http://a.test"), "Not Found").contains("openai-completions"));
        assert_eq!(
            explained(Some("http://a.test"), "no such model"),
            "no such model"
        );
        assert_eq!(explained(None, "Not Found"), "Not Found");
    }
}
