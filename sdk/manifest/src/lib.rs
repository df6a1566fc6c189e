//! What a plugin says of itself.
//!
//! The manifest is JSON in the component's custom section [`SECTION`]; the SDK writes it from the
//! author's `plugin.toml`. This crate holds its shape, its canonical bytes and the rules that need
//! nothing but the text. Whether a grant's URL is well formed is the host's to say.

mod auth;

use serde::{Deserialize, Serialize};

pub use auth::{AuthMethod, ToolLogin};

/// Name of the custom section that holds the manifest.
pub const SECTION: &str = "openclaw:manifest";

/// The version of the manifest's shape that this crate reads and writes.
pub const SCHEMA: u32 = 1;

/// The kind of ambient credentials that the default chain of the AWS SDKs finds.
pub const AWS: &str = "aws";

/// The kind of ambient credentials that Google calls Application Default Credentials.
pub const ADC: &str = "google";

/// The contract version that plugins built with this crate implement.
pub const CONTRACT: &str = "0.1.0";

/// A plugin's manifest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of this shape; always [`SCHEMA`].
    pub schema: u32,
    /// Provider id: lower-case letters, digits and `-`.
    pub id: String,
    /// Name for a person.
    pub name: String,
    /// The plugin's own version.
    pub version: String,
    /// World it implements, such as `openclaw:provider/provider@0.1.0`.
    pub world: String,
    /// Other provider ids that mean this one.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Whether it serves models on this machine, and so needs no credential.
    #[serde(default)]
    pub local: bool,
    /// The command that starts the server on this machine, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// Wire formats it serves for providers that users configure themselves: the names of
    /// `models.providers.<id>.api`. Of two plugins that serve one, the first by id does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dialects: Vec<String>,
    /// Whether the vendor bills each model apart, as resellers do: "no credit" for one model then
    /// says nothing about the next.
    #[serde(default, skip_serializing_if = "is_false")]
    pub billing_by_model: bool,
    /// Logins that the vendor's own tools keep in the user's home. The host reads them while they
    /// are valid, and never writes or renews them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tool_logins: Vec<ToolLogin>,
    /// Address the provider uses when the configuration names none, without a trailing slash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// Requests it wants to make.
    #[serde(default)]
    pub http: Vec<HttpGrant>,
    /// Environment variables it wants to read, in the order it looks for them.
    #[serde(default)]
    pub env: Vec<EnvGrant>,
    /// Credentials of this machine that it wants to sign with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ambient: Vec<AmbientGrant>,
    /// Ways of signing in.
    #[serde(default)]
    pub auth: Vec<AuthMethod>,
    /// Claims of a JSON Web Token that are not secret and that it wants to read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<String>,
    /// Realms whose states it can read: the words that it writes into `state.realm`. The host gives
    /// it no state of another, so that what one vendor encrypted never reaches the next.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub realms: Vec<String>,
    /// Namespaces of extensions that it understands, such as `openai-completions`. The host hands it
    /// no other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub namespaces: Vec<String>,
    /// `read` where it wants to see the bytes of pictures, documents and bodies. Without it they are
    /// names to it, and the host writes the bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<String>,
    /// Headers of a gateway's client that it passes on, names in lower case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relay_headers: Vec<String>,
    /// Whether it was built for WASI and needs the deny-by-default WASI to start.
    #[serde(default, skip_serializing_if = "is_false")]
    pub wasi: bool,
    /// Bounds it asks for; the host's own apply as well.
    #[serde(default)]
    pub limits: Limits,
}

/// A wanted right to send requests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpGrant {
    /// `scheme://host[:port]/path`.
    pub url: String,
    /// Methods in upper case.
    pub methods: Vec<String>,
    /// Why, for the person who grants it.
    #[serde(default)]
    pub reason: String,
    /// Whether the address may be on this machine or in a private network.
    #[serde(default, skip_serializing_if = "is_false")]
    pub private: bool,
    /// Places a secret may be written to: `header:<name>`, `body`, `sigv4`.
    #[serde(default)]
    pub secret_in: Vec<String>,
    /// JSON pointers into replies whose values become secrets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub captures: Vec<String>,
}

/// A wanted environment variable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnvGrant {
    /// Its name.
    pub name: String,
    /// Whether it holds a secret, and so is given as a handle.
    #[serde(default)]
    pub secret: bool,
    /// For a secret: the mode it signs with (`api-key`, `oauth`, `token`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
}

/// Credentials that the machine has by itself, and that the host finds. The component is given a handle:
/// of `aws`, one that signs; of `google`, one of an access token that ends within an hour. What is behind
/// it stays with the host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmbientGrant {
    /// `aws`: what the default chain of the AWS SDKs finds; `google`: Application Default Credentials.
    pub kind: String,
    /// Why, for the person who grants it.
    #[serde(default)]
    pub reason: String,
}

/// Bounds a plugin asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Linear memory in MiB, 1 to 256.
    #[serde(default = "default_memory")]
    pub memory_mib: u32,
    /// Time of one call in milliseconds, 100 to 600,000. A chat's time counts per event.
    #[serde(default = "default_call")]
    pub call_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_mib: default_memory(),
            call_ms: default_call(),
        }
    }
}

fn default_memory() -> u32 {
    32
}

fn default_call() -> u64 {
    60_000
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn is_false(value: &bool) -> bool {
    !value
}

/// Why a manifest is refused.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// Not JSON, or not this shape; the cause says where.
    #[error("the manifest cannot be read")]
    Shape(#[source] serde_json::Error),
    /// A later shape.
    #[error("the manifest has schema {0}; this program reads schema {SCHEMA}")]
    Schema(u32),
    /// A value breaks a rule.
    #[error("manifest key `{key}`: {problem}")]
    Value {
        /// Key, with an index where it is in a list.
        key: String,
        /// What is wrong with it.
        problem: String,
    },
}

impl Manifest {
    /// Reads a manifest and checks it.
    ///
    /// # Errors
    /// [`ManifestError::Shape`] for broken JSON, missing or unknown keys; the others as named.
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        #[derive(Deserialize)]
        struct Version {
            schema: u32,
        }
        // A later schema may have other keys: say "too new", not "unknown key".
        if let Ok(Version { schema }) = serde_json::from_slice(bytes)
            && schema != SCHEMA
        {
            return Err(ManifestError::Schema(schema));
        }
        let manifest: Self = serde_json::from_slice(bytes).map_err(ManifestError::Shape)?;
        manifest.check()?;
        Ok(manifest)
    }

    /// Returns the bytes that stand in the component: JSON without spaces, keys in this order.
    #[must_use]
    pub fn to_canonical_json(&self) -> String {
        serde_json::to_string(self).expect("a manifest holds only strings, numbers and lists")
    }

    /// Checks every rule that needs only the text.
    ///
    /// # Errors
    /// [`ManifestError::Value`] for the first rule broken.
    pub fn check(&self) -> Result<(), ManifestError> {
        if self.schema != SCHEMA {
            return Err(ManifestError::Schema(self.schema));
        }
        for id in std::iter::once(&self.id).chain(&self.aliases) {
            rule(
                "id",
                is_id(id),
                "must be lower-case letters, digits, `.`, `_` and `-`, at most 64",
            )?;
        }
        rule(
            "name",
            !self.name.is_empty() && self.name.len() <= 100,
            "must be 1 to 100 bytes",
        )?;
        rule(
            "version",
            is_version(&self.version),
            "must be three numbers, as in 0.1.0",
        )?;
        rule(
            "world",
            self.contract_version().is_some(),
            "must be `openclaw:provider/<world>@<version>`",
        )?;
        for (index, grant) in self.http.iter().enumerate() {
            let key = format!("http[{index}]");
            rule(&key, !grant.methods.is_empty(), "needs at least one method")?;
            for place in &grant.secret_in {
                let known = place == "body"
                    || place == "sigv4"
                    || place.strip_prefix("header:").is_some_and(is_header);
                rule(
                    &key,
                    known,
                    "secret_in takes `header:<name>`, `body` and `sigv4`",
                )?;
            }
            for pointer in &grant.captures {
                rule(
                    &key,
                    pointer.starts_with('/'),
                    "captures takes JSON pointers",
                )?;
            }
        }
        for (index, variable) in self.env.iter().enumerate() {
            let key = format!("env[{index}]");
            rule(
                &key,
                is_variable(&variable.name),
                "name must be an environment variable's",
            )?;
            let mode_fits = variable
                .mode
                .as_deref()
                .is_none_or(|mode| variable.secret && is_mode(mode));
            rule(
                &key,
                mode_fits,
                "mode is `api-key`, `oauth` or `token`, and only for a secret",
            )?;
        }
        for (index, wanted) in self.ambient.iter().enumerate() {
            let key = format!("ambient[{index}]");
            let (place, problem) = match wanted.kind.as_str() {
                AWS => ("sigv4", "needs a grant with `sigv4` in secret_in"),
                ADC => (
                    "header:authorization",
                    "needs a grant with `header:authorization` in secret_in",
                ),
                _ => return rule(&key, false, "kind must be `aws` or `google`"),
            };
            let is_used = self.http.iter().any(|grant| {
                let mut places = grant.secret_in.iter();
                places.any(|known| known == place)
            });
            rule(&key, is_used, problem)?;
        }
        for (index, method) in self.auth.iter().enumerate() {
            method.check(&format!("auth[{index}]"))?;
        }
        for dialect in &self.dialects {
            rule(
                "dialects",
                is_id(dialect),
                "must be names of wire formats, as in `openai-completions`",
            )?;
        }
        for (key, names) in [("realms", &self.realms), ("namespaces", &self.namespaces)] {
            for name in names {
                rule(
                    key,
                    is_id(name),
                    "must be lower-case letters, digits, `.`, `_` and `-`, at most 64",
                )?;
            }
        }
        if let Some(media) = &self.media {
            rule("media", media == "read", "must be `read`, or left out")?;
        }
        for header in &self.relay_headers {
            rule(
                "relay_headers",
                is_header(header) && !is_secret_header(header),
                "must be names of headers in lower case, none that signs requests",
            )?;
        }
        if let Some(start) = &self.start {
            let is_line = (1..=200).contains(&start.len()) && !start.contains(char::is_control);
            rule("start", is_line, "must be one line of at most 200 bytes")?;
        }
        for (index, login) in self.tool_logins.iter().enumerate() {
            login.check(&format!("tool_logins[{index}]"))?;
        }
        rule(
            "limits.memory_mib",
            (1..=256).contains(&self.limits.memory_mib),
            "must be 1 to 256",
        )?;
        rule(
            "limits.call_ms",
            (100..=600_000).contains(&self.limits.call_ms),
            "must be 100 to 600000",
        )
    }

    /// Whether it wants to sign with the AWS credentials of the machine.
    #[must_use]
    pub fn signs_with_aws(&self) -> bool {
        self.ambient.iter().any(|wanted| wanted.kind == AWS)
    }

    /// Whether it wants access tokens of Google's Application Default Credentials.
    #[must_use]
    pub fn asks_for_adc(&self) -> bool {
        self.ambient.iter().any(|wanted| wanted.kind == ADC)
    }

    /// Returns the contract version that [`world`](Self::world) names.
    #[must_use]
    pub fn contract_version(&self) -> Option<&str> {
        let (name, version) = self
            .world
            .strip_prefix("openclaw:provider/")?
            .split_once('@')?;
        let known_shape = !name.is_empty() && is_version(version);
        known_shape.then_some(version)
    }
}

fn rule(key: &str, holds: bool, problem: &str) -> Result<(), ManifestError> {
    if holds {
        Ok(())
    } else {
        Err(ManifestError::Value {
            key: key.to_owned(),
            problem: problem.to_owned(),
        })
    }
}

fn is_id(id: &str) -> bool {
    let starts_well = id.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    starts_well
        && id.len() <= 64
        && id
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b))
}

fn is_version(version: &str) -> bool {
    let core = version.split(['-', '+']).next().unwrap_or_default();
    core.split('.').count() == 3 && core.split('.').all(|part| part.parse::<u32>().is_ok())
}

fn is_header(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Whether a header is one that credentials stand in, which no client may set.
fn is_secret_header(name: &str) -> bool {
    const SIGNING: [&str; 8] = [
        "authorization",
        "proxy-authorization",
        "cookie",
        "x-api-key",
        "api-key",
        "x-goog-api-key",
        "host",
        "content-length",
    ];
    SIGNING.contains(&name)
}

fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn is_mode(mode: &str) -> bool {
    matches!(mode, "api-key" | "oauth" | "token" | "aws-sdk")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"{"schema":1,"id":"acme","name":"Acme","version":"0.1.0",
        "world":"openclaw:provider/provider@0.1.0","http":[{"url":"https://api.acme.test/v1/**",
        "methods":["GET"],"secret_in":["header:x-api-key"]}]}"#;

    fn check(text: &str, want: &str) {
        let error = Manifest::parse(text.as_bytes()).expect_err("refused");
        let cause = std::error::Error::source(&error)
            .map(ToString::to_string)
            .unwrap_or_default();
        let said = format!("{error}: {cause}");
        assert!(said.contains(want), "{said}");
    }

    #[test]
    fn canonical_bytes_read_back_to_the_same_manifest_and_bytes() {
        let manifest = Manifest::parse(SMALL.as_bytes()).expect("valid");
        let canonical = manifest.to_canonical_json();
        let again = Manifest::parse(canonical.as_bytes()).expect("valid");
        assert_eq!(again, manifest);
        assert_eq!(again.to_canonical_json(), canonical);
        assert!(!canonical.contains('\n'));
    }

    #[test]
    fn unknown_keys_are_refused_at_every_level() {
        check(
            &SMALL.replace("\"id\"", "\"bogus\":1,\"id\""),
            "unknown field `bogus`",
        );
        check(
            &SMALL.replace("\"methods\"", "\"mehtods\":[],\"methods\""),
            "unknown field `mehtods`",
        );
    }

    #[test]
    fn a_later_schema_is_named_as_such_whatever_else_it_holds() {
        check(
            &SMALL.replace("\"schema\":1", "\"schema\":2,\"new\":true"),
            "schema 2",
        );
    }

    #[test]
    fn values_that_break_a_rule_name_their_key() {
        check(&SMALL.replace("\"acme\"", "\"Ac me\""), "`id`");
        check(&SMALL.replace("0.1.0\",\n", "one\",\n"), "`version`");
        check(
            &SMALL.replace("openclaw:provider/", "acme:provider/"),
            "`world`",
        );
        check(&SMALL.replace("header:x-api-key", "query"), "`http[0]`");
        let with = |more: &str| SMALL.replace("\"id\"", &format!("{more},\"id\""));
        check(&with(r#""dialects":["Open AI"]"#), "`dialects`");
        check(&with(r#""start":"a\nb""#), "`start`");
        check(&with(r#""realms":["Open AI"]"#), "`realms`");
        check(&with(r#""namespaces":[""]"#), "`namespaces`");
        check(&with(r#""media":"write""#), "`media`");
        for header in ["Anthropic-Beta", "authorization", "x-api-key", "host", ""] {
            let text = with(&format!(r#""relay_headers":["{header}"]"#));
            check(&text, "`relay_headers`");
        }
        let login = |file: &str, profile: &str| {
            with(&format!(
                r#""tool_logins":[{{"file":"{file}","provider":"acme-portal","profile":"{profile}"}}]"#
            ))
        };
        assert!(Manifest::parse(login(".acme/x.json", "acme-portal:cli").as_bytes()).is_ok());
        for file in ["/etc/passwd", "../x", ".acme/../../x", "", "a\\\\b"] {
            check(&login(file, "acme-portal:cli"), "`tool_logins[0]`");
        }
        check(&login(".acme/x.json", "openai:work"), "`tool_logins[0]`");
    }
}
