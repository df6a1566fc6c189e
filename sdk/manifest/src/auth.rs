//! Ways of signing in, and the logins of other tools.

use serde::{Deserialize, Serialize};

use crate::{ManifestError, is_id, is_mode, rule};

/// A way of signing in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthMethod {
    /// `api-key`, `token`, `oauth` or `aws-sdk`.
    pub mode: String,
    /// Name for a person.
    pub label: String,
    /// Regular expression that a credential of this kind matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// Fewest characters it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_length: Option<usize>,
    /// How long one lasts, in days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifetime_days: Option<u32>,
    /// Where a person gets one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Name of the component's sign-in flow, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    /// For a flow: addresses of the pages that a person may be sent to, without a query; one that ends
    /// with `/**` means every page below. The host shows no other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<String>,
    /// For a flow in a browser: where it comes back to with the code. `http://localhost:1455/callback`
    /// is listened at, and without a port at any free one; an `https` address is a page of the vendor's
    /// that shows the code. A flow without one shows a code to type (RFC 8628).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect: Option<String>,
    /// For a flow: what the vendor's terms say of it, which the person has to agree to first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<String>,
    /// What to say when a credential of this form is refused; the host then takes none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refuse: Option<String>,
}

/// A login that another tool keeps: a JSON file with an access token. When that ends is in
/// `expiry_date`, in milliseconds since 1970, or in the token itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToolLogin {
    /// The file, relative to the user's home folder.
    pub file: String,
    /// The provider that the login is for.
    pub provider: String,
    /// The id of the auth profile that it is shown as.
    pub profile: String,
    /// Where in the file the access token is, as a JSON pointer; `/access_token` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<String>,
}

impl AuthMethod {
    /// Checks it.
    pub(crate) fn check(&self, key: &str) -> Result<(), ManifestError> {
        rule(key, is_mode(&self.mode), "mode is not known")?;
        let is_flow = self.login.is_some();
        rule(
            key,
            is_flow || (self.pages.is_empty() && self.redirect.is_none() && self.terms.is_none()),
            "pages, redirect and terms are of a flow, which login names",
        )?;
        rule(
            key,
            !is_flow || !self.pages.is_empty(),
            "a flow needs pages: the addresses that a person may be sent to",
        )?;
        for page in &self.pages {
            rule(
                key,
                page.starts_with("https://")
                    && !page
                        .strip_suffix("/**")
                        .unwrap_or(page)
                        .contains(['?', '#', '*', '@']),
                "pages are https addresses without a query, with `*` only in `/**` at the end",
            )?;
        }
        if let Some(redirect) = &self.redirect {
            let local = ["http://localhost", "http://127.0.0.1"];
            let is_local = local.iter().any(|start| {
                let rest = redirect.strip_prefix(start);
                rest.is_some_and(|rest| rest.starts_with([':', '/']))
            });
            rule(
                key,
                (is_local || redirect.starts_with("https://"))
                    && !redirect.contains(['?', '#', '*', '@']),
                "redirect is an address of this machine or an https page, without a query",
            )?;
        }
        rule(
            key,
            self.terms.as_ref().is_none_or(|terms| terms.len() <= 1_000),
            "terms must be at most 1000 bytes",
        )
    }
}

impl ToolLogin {
    /// Checks it.
    pub(crate) fn check(&self, key: &str) -> Result<(), ManifestError> {
        let mut steps = self.file.split('/');
        let stays_inside = steps.all(|step| !matches!(step, "" | "." | ".."));
        rule(
            key,
            stays_inside && !self.file.contains('\\'),
            "file must be relative to the home folder",
        )?;
        let profile = self.profile.strip_prefix(&self.provider);
        let is_theirs = profile.is_some_and(|rest| rest.starts_with(':'));
        rule(
            key,
            is_id(&self.provider) && is_theirs,
            "profile must be `<provider>:<name>`",
        )
    }
}
