//! Files of credentials: whose they are, and what they hold.
//!
//! Source: Google's AIP-4110 to 4117, and what `gcloud` writes. Whom a file names to be asked for tokens is
//! asked, for the file is the user's own; but only over TLS, or on this machine.

use std::net::IpAddr;
use std::path::Path;

use openclaw_core::secret::Secret;
use serde_json::Value;

use super::NoToken;

/// Largest file that is read, in bytes.
const LONGEST_BYTES: u64 = 1 << 20;
/// Where tokens are asked for where a file does not say.
const TOKEN_URI: &str = "https://oauth2.googleapis.com/token";

/// What a file holds.
#[derive(Debug)]
pub(super) struct File {
    pub(super) account: Account,
    /// The project that a service account belongs to.
    pub(super) project: Option<String>,
    /// The project that requests count for.
    pub(super) quota_project: Option<String>,
}

/// Who asks for tokens, and with what.
#[derive(Debug)]
pub(super) enum Account {
    /// A service account, which signs what it asks with.
    Service {
        email: String,
        key_id: Option<String>,
        key: Secret<String>,
        token_uri: String,
    },
    /// A person who signed in with gcloud.
    Person {
        client_id: String,
        client_secret: Secret<String>,
        refresh_token: Secret<String>,
        token_uri: String,
    },
    /// A service account that another takes the place of.
    Impersonated {
        url: String,
        delegates: Vec<String>,
        source: Box<Account>,
    },
    /// An identity of elsewhere.
    Federated {
        audience: String,
        subject_token_type: String,
        token_url: String,
        subject: Subject,
        impersonation_url: Option<String>,
    },
}

/// Where the token of an identity of elsewhere is.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) place: SubjectPlace,
    /// The key of the token, where it is inside JSON.
    pub(super) field: Option<String>,
}

/// As [`Subject`].
#[derive(Debug)]
pub(super) enum SubjectPlace {
    File(String),
    Url {
        url: String,
        headers: Vec<(String, String)>,
    },
}

impl File {
    /// Reads a file. What is wrong is said without quoting anything of it.
    pub(super) fn read(path: &Path) -> Result<Self, NoToken> {
        let told = |why: String| NoToken::Refused(format!("`{}` {why}", path.display()));
        let about =
            std::fs::metadata(path).map_err(|error| told(format!("cannot be read: {error}")))?;
        if !about.is_file() || about.len() > LONGEST_BYTES {
            return Err(told("is no file of credentials".to_owned()));
        }
        let text = std::fs::read_to_string(path)
            .map_err(|error| told(format!("cannot be read: {error}")))?;
        let value: Value =
            serde_json::from_str(&text).map_err(|_| told("is not JSON".to_owned()))?;
        let account = Account::of(&value, true).map_err(told)?;
        let word = |key: &str| word(&value, key).map(str::to_owned).ok();
        Ok(Self {
            account,
            project: word("project_id"),
            quota_project: word("quota_project_id"),
        })
    }
}

impl Account {
    /// Reads an account; inside another one, no impersonation may stand again.
    fn of(value: &Value, is_outer: bool) -> Result<Self, String> {
        let text = |key: &str| word(value, key).map(str::to_owned);
        let secret = |key: &str| text(key).map(Secret::new);
        let address = |key: &str| text(key).and_then(|url| asked_safely(key, url));
        let token_uri = || match value.get("token_uri") {
            Some(_) => address("token_uri"),
            None => Ok(TOKEN_URI.to_owned()),
        };
        match word(value, "type")? {
            "service_account" => Ok(Self::Service {
                email: text("client_email")?,
                key_id: text("private_key_id").ok(),
                key: secret("private_key")?,
                token_uri: token_uri()?,
            }),
            "authorized_user" => Ok(Self::Person {
                client_id: text("client_id")?,
                client_secret: secret("client_secret")?,
                refresh_token: secret("refresh_token")?,
                token_uri: token_uri()?,
            }),
            "impersonated_service_account" if is_outer => {
                let source = &value["source_credentials"];
                let delegates = value["delegates"].as_array().into_iter().flatten();
                Ok(Self::Impersonated {
                    url: address("service_account_impersonation_url")?,
                    delegates: delegates
                        .filter_map(|one| Some(one.as_str()?.to_owned()))
                        .collect(),
                    source: Box::new(
                        Self::of(source, false)
                            .map_err(|why| format!("has `source_credentials`, which {why}"))?,
                    ),
                })
            }
            "external_account" => Ok(Self::Federated {
                audience: text("audience")?,
                subject_token_type: text("subject_token_type")?,
                token_url: address("token_url")?,
                subject: Subject::of(&value["credential_source"])?,
                impersonation_url: match value.get("service_account_impersonation_url") {
                    Some(_) => Some(address("service_account_impersonation_url")?),
                    None => None,
                },
            }),
            other => Err(format!(
                "is of the type `{}`, which is not known here; it is `service_account`, `authorized_user`, `impersonated_service_account` or `external_account`",
                crate::exchange::plain(other)
            )),
        }
    }
}

impl Subject {
    fn of(source: &Value) -> Result<Self, String> {
        let field = match source["format"]["type"].as_str() {
            Some("json") => Some(word(&source["format"], "subject_token_field_name")?.to_owned()),
            _ => None,
        };
        let place = if let Ok(file) = word(source, "file") {
            SubjectPlace::File(file.to_owned())
        } else if let (Ok(url), None) = (word(source, "url"), source.get("environment_id")) {
            let headers = source["headers"].as_object().into_iter().flatten();
            SubjectPlace::Url {
                url: asked_safely("credential_source.url", url.to_owned())?,
                headers: headers
                    .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
                    .collect(),
            }
        } else {
            return Err(
                "has a `credential_source` other than `file` and `url`, which is not supported: name a file that holds the token, or impersonate a service account with `gcloud auth application-default login --impersonate-service-account`"
                    .to_owned(),
            );
        };
        Ok(Self { place, field })
    }
}

/// Returns a text that has to be there.
fn word<'v>(value: &'v Value, key: &str) -> Result<&'v str, String> {
    let found = value[key].as_str().map(str::trim);
    found
        .filter(|text| !text.is_empty())
        .ok_or_else(|| format!("has no `{key}`"))
}

/// Returns an address that credentials may be sent to: over TLS, or on this machine.
fn asked_safely(key: &str, url: String) -> Result<String, String> {
    let uri: Option<http::Uri> = url.parse().ok();
    let is_safe = uri.is_some_and(|uri| {
        let host = uri.host().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let is_here = || {
            let address = host.parse::<IpAddr>();
            host == "localhost" || address.is_ok_and(|address| address.is_loopback())
        };
        match uri.scheme_str() {
            Some("https") => !host.is_empty(),
            Some("http") => is_here(),
            _ => false,
        }
    });
    if is_safe {
        Ok(url)
    } else {
        Err(format!(
            "has a `{key}` that does not begin with `https://`, so nothing is sent there"
        ))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn why(value: &Value) -> String {
        Account::of(value, true).expect_err("unusable")
    }

    #[test]
    fn credentials_go_over_tls_or_stay_on_this_machine() {
        for url in [
            "https://oauth2.googleapis.com/token",
            "https://sts.example.test/v1/token",
            "http://127.0.0.1:8/token",
            "http://localhost/token",
            "http://[::1]:9/",
        ] {
            assert!(asked_safely("token_uri", url.to_owned()).is_ok(), "{url}");
        }
        for url in [
            "http://oauth2.googleapis.com/token",
            "http://10.0.0.1/",
            "http://169.254.169.254/",
            "http://127.0.0.1.example.test/",
            "ftp://127.0.0.1/",
            "file:///etc/passwd",
            "/token",
            "",
        ] {
            assert!(asked_safely("token_uri", url.to_owned()).is_err(), "{url}");
        }
    }

    #[test]
    fn what_a_file_lacks_is_named_and_nothing_of_it_quoted() {
        let key = "-----BEGIN PRIVATE KEY-----hush";
        for (value, part) in [
            (json!({}), "has no `type`"),
            (json!([]), "has no `type`"),
            (
                json!({ "type": "service_account", "private_key": key }),
                "has no `client_email`",
            ),
            (
                json!({ "type": "service_account", "client_email": "a@b" }),
                "has no `private_key`",
            ),
            (
                json!({ "type": "service_account", "client_email": "a@b", "private_key": key, "token_uri": "http://evil.test/" }),
                "`token_uri` that does not begin with `https://`",
            ),
            (
                json!({ "type": "authorized_user", "client_id": "c", "client_secret": "hush" }),
                "has no `refresh_token`",
            ),
            (
                json!({ "type": "external_account_authorized_user" }),
                "is not known here",
            ),
            (
                json!({ "type": "external_account", "audience": "a", "subject_token_type": "t", "token_url": "https://sts.googleapis.com/v1/token",
                    "credential_source": { "executable": { "command": "hush" } } }),
                "other than `file` and `url`",
            ),
            (
                json!({ "type": "external_account", "audience": "a", "subject_token_type": "t", "token_url": "https://sts.googleapis.com/v1/token",
                    "credential_source": { "environment_id": "aws1", "url": "https://x.test" } }),
                "other than `file` and `url`",
            ),
            (
                json!({ "type": "impersonated_service_account", "service_account_impersonation_url": "https://iamcredentials.googleapis.com/x",
                    "source_credentials": { "type": "impersonated_service_account" } }),
                "has `source_credentials`, which is of the type `impersonated_service_account`",
            ),
        ] {
            let said = why(&value);
            assert!(said.contains(part), "{said}");
            assert!(!said.contains("hush"), "{said}");
        }
    }
}
