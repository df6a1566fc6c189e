//! Secrets as the runtime holds them: the value, where it may go, and the handle that stands for it.
//!
//! Invariant: no function here hands the bytes to anything that a guest can read. They leave through
//! [`crate::host::http`] into a request, and to the host's store through [`StoredSecret::expose`].

use std::sync::Arc;

use openclaw_core::secret::{Secret, token_payload};
use openclaw_manifest::AuthMethod;

use crate::redact::{OwnSearch, SecretId};

/// A secret and what the host knows of it.
#[derive(Clone, Debug)]
pub struct StoredSecret {
    value: Secret<String>,
    /// The mode it was stored or found under: `api-key`, `oauth` or `token`.
    pub mode: String,
    /// When it stops working, in milliseconds since the epoch.
    pub expires_at: Option<u64>,
    /// The search for it in what comes back.
    pub(crate) search: OwnSearch,
    /// What goes with it, where it is the secret half of AWS keys.
    pub(crate) aws: Option<AwsParts>,
}

/// The mode of AWS keys: they sign, and are written nowhere.
pub const AWS_SDK: &str = "aws-sdk";

/// The mode of what proves a sign-in: it is written into one request, and tells nothing.
pub(crate) const CODE: &str = "code";

/// What a signature needs besides the secret key.
#[derive(Clone, Debug)]
pub(crate) struct AwsParts {
    pub(crate) access_key_id: Arc<StoredSecret>,
    pub(crate) session_token: Option<Arc<StoredSecret>>,
}

impl StoredSecret {
    /// Holds `value`.
    pub fn new(value: Secret<String>, mode: impl Into<String>, expires_at: Option<u64>) -> Self {
        Self {
            value,
            mode: mode.into(),
            expires_at,
            search: OwnSearch::default(),
            aws: None,
        }
    }

    /// Holds AWS keys: one handle stands for all of them.
    #[must_use]
    pub fn aws(
        access_key_id: Secret<String>,
        secret_access_key: Secret<String>,
        session_token: Option<Secret<String>>,
        expires_at: Option<u64>,
    ) -> Self {
        let part = |value| Arc::new(Self::new(value, AWS_SDK, expires_at));
        Self {
            aws: Some(AwsParts {
                access_key_id: part(access_key_id),
                session_token: session_token.map(part),
            }),
            ..Self::new(secret_access_key, AWS_SDK, expires_at)
        }
    }

    /// Returns the secrets that go with it.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &Arc<Self>> {
        let aws = self.aws.iter();
        aws.flat_map(|aws| std::iter::once(&aws.access_key_id).chain(&aws.session_token))
    }

    /// Returns the bytes, for egress and for the store.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.value.expose()
    }
}

/// What a guest's `secret` resource stands for.
#[derive(Clone, Debug)]
pub struct Handle {
    /// The secret.
    pub stored: Arc<StoredSecret>,
    /// Which of the guest's secrets it is.
    pub id: SecretId,
    /// Whether it was taken out of a reply. What such a text looks like is told to nobody: it may
    /// have been made to ask something about another secret.
    pub captured: bool,
}

/// Returns the mode of the first method whose form the value has, else `None`.
#[must_use]
pub fn matching_method<'m>(methods: &'m [AuthMethod], value: &str) -> Option<&'m AuthMethod> {
    methods.iter().find(|method| {
        let Some(pattern) = &method.pattern else {
            return false;
        };
        method
            .min_length
            .is_none_or(|least| value.chars().count() >= least)
            && regex_lite::Regex::new(pattern).is_ok_and(|regex| regex.is_match(value))
    })
}

/// Returns a claim of a JSON Web Token (RFC 7519) as JSON text, without checking the signature: the
/// token is ours, and only its own issuer will be shown it. Of a token of fields, `name=value` with
/// `;` between them, it is the field of that name.
#[must_use]
pub fn claim(token: &str, name: &str) -> Option<String> {
    if token.contains(';') {
        let fields = token.split(';').filter_map(|field| field.split_once('='));
        let mut values = fields.filter(|(known, _)| *known == name);
        return values
            .next()
            .map(|(_, value)| serde_json::Value::from(value).to_string());
    }
    let bytes = token_payload(token)?;
    let claims: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    claims.get(name).map(ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn method(mode: &str, pattern: &str, least: Option<usize>) -> AuthMethod {
        AuthMethod {
            mode: mode.into(),
            label: mode.into(),
            pattern: Some(pattern.into()),
            min_length: least,
            lifetime_days: None,
            help: None,
            login: None,
            pages: Vec::new(),
            redirect: None,
            terms: None,
            refuse: None,
        }
    }

    #[test]
    fn the_form_decides_the_mode_and_a_short_one_does_not_count() {
        let methods = [
            method("api-key", "^sk-api-", None),
            method("token", "^sk-tok-", Some(12)),
        ];
        assert_eq!(
            matching_method(&methods, "sk-api-1").map(|m| m.mode.as_str()),
            Some("api-key")
        );
        assert_eq!(
            matching_method(&methods, "sk-tok-12345").map(|m| m.mode.as_str()),
            Some("token")
        );
        assert!(matching_method(&methods, "sk-tok-1").is_none());
        assert!(matching_method(&methods, "other").is_none());
    }

    #[test]
    fn a_claim_is_read_and_anything_else_is_none() {
        // {"exp":17,"acct":"a1"}
        let token = "e30.eyJleHAiOjE3LCJhY2N0IjoiYTEifQ.c2ln";
        assert_eq!(claim(token, "exp").as_deref(), Some("17"));
        assert_eq!(claim(token, "acct").as_deref(), Some("\"a1\""));
        assert_eq!(claim(token, "none"), None);
        assert_eq!(claim("not a token", "exp"), None);
        assert_eq!(claim("a.b.c.d", "exp"), None);
        let fields = "tid=secret;exp=17;proxy-ep=proxy.acme.test;8kp=1:sig";
        assert_eq!(
            claim(fields, "proxy-ep").as_deref(),
            Some("\"proxy.acme.test\"")
        );
        assert_eq!(claim(fields, "proxy"), None);
    }
}
