//! Roles, taken on with keys or with a web identity.

use std::path::Path;
use std::time::Duration;

use openclaw_core::secret::Secret;
use openclaw_core::time::{Timestamp, parse_iso};
use openclaw_runtime::host::dial::Network;
use openclaw_runtime::host::sigv4;
use openclaw_store::env_vars::{self, EnvVar};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::exchange::Exchange;
use super::profiles::Role;
use super::{Keys, NoKeys, Told, read};

const WITHIN: Duration = Duration::from_secs(10);
const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Returns the base address of a service in a region: the one that a variable names, or the
/// service's own.
pub(super) fn endpoint(told: &Told, variable: &EnvVar, host: &str, region: &str) -> String {
    let own = told.get(variable);
    if let Some(url) = own.or_else(|| told.get(&env_vars::AWS_ENDPOINT_URL)) {
        return url.trim_end_matches('/').to_owned();
    }
    let end = if region.starts_with("cn-") {
        ".com.cn"
    } else {
        ".com"
    };
    format!("https://{host}.{region}.amazonaws{end}")
}

/// The service that hands out the keys of roles.
pub(super) struct Sts<'a> {
    pub(super) told: &'a Told,
    pub(super) network: &'a Network,
    pub(super) region: &'a str,
    pub(super) now: Timestamp,
}

impl Sts<'_> {
    /// Takes on a role with keys.
    pub(super) async fn assume(&self, keys: &Keys, role: &Role) -> Result<Keys, NoKeys> {
        let form = form("AssumeRole", role, self.now, &[]);
        self.ask(role, form, Some(keys)).await
    }

    /// Takes on a role with the web identity in a file.
    pub(super) async fn identify(&self, role: &Role, file: &str) -> Result<Keys, NoKeys> {
        let token = read(Path::new(file))?;
        let token = token.ok_or_else(|| {
            NoKeys::Failed(format!(
                "`{file}`, the file of the web identity, is not there"
            ))
        })?;
        let more = [("WebIdentityToken", token.trim())];
        let form = form("AssumeRoleWithWebIdentity", role, self.now, &more);
        self.ask(role, form, None).await
    }

    async fn ask(&self, role: &Role, form: String, keys: Option<&Keys>) -> Result<Keys, NoKeys> {
        let who = format!("the role `{}`", role.arn);
        let exchange = Exchange::new(self.network, &who, WITHIN);
        let url = endpoint(
            self.told,
            &env_vars::AWS_ENDPOINT_URL_STS,
            "sts",
            self.region,
        ) + "/";
        let uri: http::Uri = url
            .parse()
            .map_err(|_| exchange.failed(&format!("`{url}` is no address")))?;
        let signature = match keys {
            Some(keys) => self.sign(keys, &uri, &form),
            None => Vec::new(),
        };
        let mut headers = vec![("content-type", FORM), ("accept", "text/xml")];
        headers.extend(
            signature
                .iter()
                .map(|(name, value)| (*name, value.as_str())),
        );
        let sent = exchange.send(("POST", &url), &headers, form).await;
        let reply = sent.map_err(|why| exchange.failed(&why))?;
        if !reply.is_success() {
            let words = ["Code", "Message"].map(|name| element(&reply.body, name));
            let words = words
                .each_ref()
                .map(|word| word.as_deref().unwrap_or_default());
            return Err(exchange.refused(&reply, &words));
        }
        let found = || {
            let word = |name| element(&reply.body, name).filter(|word| !word.is_empty());
            Some(Keys {
                access_key_id: word("AccessKeyId").map(Secret::new)?,
                secret_access_key: word("SecretAccessKey").map(Secret::new)?,
                session_token: Some(word("SessionToken").map(Secret::new)?),
                expires: Some(parse_iso(&word("Expiration")?)?),
            })
        };
        found().ok_or_else(|| exchange.failed("the reply holds no credentials"))
    }

    fn sign(&self, keys: &Keys, uri: &http::Uri, form: &str) -> Vec<(&'static str, String)> {
        let token = keys.session_token.as_ref();
        let keys = sigv4::Keys {
            access_key_id: keys.access_key_id.expose(),
            secret_access_key: keys.secret_access_key.expose(),
            session_token: token.map(|token| token.expose().as_str()),
            region: self.region,
            service: "sts",
        };
        let request = sigv4::Unsigned {
            method: "POST",
            authority: uri.authority().map_or("", http::uri::Authority::as_str),
            path: uri.path(),
            query: None,
            content_type: Some(FORM),
            body: &sigv4::digest(|take| take(form.as_bytes())),
        };
        sigv4::sign(&keys, &request, self.now.0)
    }
}

fn form(action: &str, role: &Role, now: Timestamp, more: &[(&str, &str)]) -> String {
    let session = role.session.clone();
    let session = session.unwrap_or_else(|| format!("openclaw-{}", now.0));
    let mut fields = vec![
        ("Action", action),
        ("Version", "2011-06-15"),
        ("RoleArn", &role.arn),
        ("RoleSessionName", &session),
    ];
    let named = [
        ("ExternalId", &role.external_id),
        ("DurationSeconds", &role.seconds),
    ];
    for (name, value) in named {
        fields.extend(value.as_deref().map(|value| (name, value)));
    }
    fields.extend(more);
    let fields = fields.into_iter().map(|(name, value)| {
        let value = utf8_percent_encode(value, UNRESERVED);
        format!("{name}={value}")
    });
    fields.collect::<Vec<_>>().join("&")
}

/// Returns the text of the first element of a name that holds nothing but text.
fn element(xml: &str, name: &str) -> Option<String> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    let text = text.trim().replace("&lt;", "<").replace("&gt;", ">");
    let text = text.replace("&quot;", "\"").replace("&apos;", "'");
    Some(text.replace("&amp;", "&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_holds_what_the_role_says() {
        let role = Role {
            arn: "arn:aws:iam::1:role/é x".to_owned(),
            session: None,
            external_id: Some("a+b".to_owned()),
            seconds: Some("900".to_owned()),
        };
        assert_eq!(
            form("AssumeRole", &role, Timestamp(5), &[("T", "a.b_c-d~e/=")]),
            "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2F%C3%A9%20x\
             &RoleSessionName=openclaw-5&ExternalId=a%2Bb&DurationSeconds=900&T=a.b_c-d~e%2F%3D"
        );
    }

    #[test]
    fn an_element_is_its_text() {
        let xml =
            "<A><Code> Denied </Code><Message>a &lt;b&gt; &amp;lt;</Message><Code>x</Code></A>";
        assert_eq!(element(xml, "Code").as_deref(), Some("Denied"));
        assert_eq!(element(xml, "Message").as_deref(), Some("a <b> &lt;"));
        assert_eq!(element(xml, "Other"), None);
        assert_eq!(element("<Code>cut", "Code"), None);
    }
}
