//! `models`: providers that the user adds or changes.

use openclaw_core::base_url::{self, BaseUrl, Unusable};
use openclaw_core::defaults;
use openclaw_core::header_field::{name_fault, tidy, value_fault};
use openclaw_core::secret::Secret;
use openclaw_core::secret_ref::{CommandRef, Named, SecretRef};
use openclaw_core::shell::pasteable;

use super::network::Network;
use super::reader::{At, Reader};
use super::{HeaderText, Pairs, SecretText, UnusableHeader};
use crate::json5::KeyPath;

/// `models`
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Models {
    /// `mode`: `merge` or `replace`.
    pub mode: Option<String>,
    /// `providers`
    pub providers: Pairs<Provider>,
}

/// One entry of `models.providers`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Provider {
    /// `baseUrl`, without an endpoint at its end; as it stands there if it cannot be used.
    pub base_url: Option<String>,
    /// Why `baseUrl` cannot be used.
    pub base_url_fault: Option<Unusable>,
    /// `allowInsecure`: whether plain http may go to a public host.
    pub allow_insecure: Option<bool>,
    /// `apiKey`, where it is a text or refers to a variable.
    pub api_key: Option<SecretText>,
    /// `apiKey`, where it is a reference.
    pub api_key_ref: Option<SecretRef>,
    /// `auth`: `api-key`, `aws-sdk`, `oauth`, `token` or `none`.
    pub auth: Option<String>,
    /// `api`: the wire format.
    pub api: Option<String>,
    /// `headers`
    pub headers: Pairs<HeaderText>,
    /// `authHeader`
    pub auth_header: Option<bool>,
    /// `network`
    pub network: Network,
    /// `models`
    pub models: Vec<Model>,
}

/// One model of a provider in the config.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    /// `id`
    pub id: String,
    /// `name`
    pub name: Option<String>,
    /// `reasoning`
    pub reasoning: Option<bool>,
    /// `input`: modalities.
    pub input: Option<Vec<String>>,
    /// `cost`
    pub cost: Option<Cost>,
    /// `contextWindow`, in tokens.
    pub context_window: Option<u64>,
    /// `maxTokens`, of output.
    pub max_tokens: Option<u64>,
    /// `api`: the wire format, where it differs from the provider's.
    pub api: Option<String>,
    /// `headers`
    pub headers: Pairs<HeaderText>,
}

/// `cost`: US dollars for one million tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// `input`
    pub input: Option<f64>,
    /// `output`
    pub output: Option<f64>,
    /// `cacheRead`
    pub cache_read: Option<f64>,
    /// `cacheWrite`
    pub cache_write: Option<f64>,
}

impl Models {
    pub(super) fn read(reader: &mut Reader<'_>, at: At<'_>) -> Self {
        let Some(at) = reader.object(at, &["mode", "providers", "bedrockDiscovery"]) else {
            return Self::default();
        };
        Self {
            mode: at.get("mode").and_then(|at| reader.text(at)),
            providers: at
                .get("providers")
                .map(|at| reader.pairs(at, provider))
                .unwrap_or_default(),
        }
    }
}

fn provider(reader: &mut Reader<'_>, at: At<'_>) -> Option<Provider> {
    let known = [
        "baseUrl",
        "allowInsecure",
        "apiKey",
        "auth",
        "api",
        "headers",
        "authHeader",
        "network",
        "models",
    ];
    let at = reader.object(at, &known)?;
    let allow_insecure = at.get("allowInsecure").and_then(|at| reader.flag(at));
    let (base_url, base_url_fault) = at
        .get("baseUrl")
        .and_then(|at| base_url(reader, at, allow_insecure == Some(true)))
        .unzip();
    let api = at.get("api").and_then(|at| reader.text(at));
    let auth_header = auth_header(reader, &at, api.as_deref());
    let (api_key, api_key_ref) = match at.get("apiKey") {
        Some(key) if key.is_object() => {
            let found = reference(reader, key.clone());
            let variable = match &found {
                Some(SecretRef::Env(named)) => reader.variable(&key, &named.id),
                _ => None,
            };
            (variable, found)
        }
        key => (key.and_then(|at| secret_text(reader, at)), None),
    };
    Some(Provider {
        base_url,
        base_url_fault: base_url_fault.flatten(),
        allow_insecure,
        api_key,
        api_key_ref,
        auth: at.get("auth").and_then(|at| reader.text(at)),
        api,
        headers: headers(reader, &at),
        auth_header,
        network: at
            .get("network")
            .map(|at| Network::read(reader, at))
            .unwrap_or_default(),
        models: at
            .get("models")
            .map(|at| reader.items(at, model))
            .unwrap_or_default(),
    })
}

fn secret_text(reader: &mut Reader<'_>, at: At<'_>) -> Option<SecretText> {
    if at.node.as_str().is_none() {
        return reader.expected(&at, "a string or an object");
    }
    reader.secret(at)
}

/// Reads a reference `{source, provider, id}` to where a key is. One that can mean nothing keeps its
/// provider from being used, and nothing else.
pub(super) fn reference(reader: &mut Reader<'_>, at: At<'_>) -> Option<SecretRef> {
    let known = [
        "source",
        "provider",
        "id",
        "command",
        "passEnv",
        "timeoutMs",
    ];
    let at = reader.object(at, &known)?;
    let (provider, id) = (at.get("provider"), at.get("id"));
    let provider = provider.and_then(|at| reader.text(at));
    let id = id.and_then(|at| reader.text(at));
    let words = at.get("command").map(|at| reader.texts(at));
    let pass_env = at.get("passEnv").map(|at| reader.texts(at));
    let timeout_ms = at.get("timeoutMs").and_then(|at| reader.count(at));
    let Some(source) = at.get("source") else {
        reader.problem(&at, "expected a key `source`");
        return None;
    };
    let source = reader.word(source, &SecretRef::SOURCES)?;
    let needs = if source == "command" { "command" } else { "id" };
    if at.get(needs).is_none() {
        reader.problem(&at, format!("expected a key `{needs}`"));
        return None;
    }
    let named = Named {
        provider,
        id: id.unwrap_or_default(),
    };
    let reference = match source {
        "env" => SecretRef::Env(named),
        "file" => SecretRef::File(named),
        "exec" => SecretRef::Exec(named),
        "keychain" => SecretRef::Keychain(named),
        _ => SecretRef::Command(CommandRef {
            words: words.unwrap_or_default(),
            pass_env: pass_env.unwrap_or_default(),
            timeout_ms,
        }),
    };
    if let Err(why) = reference.check() {
        reader.warn(&at, why.to_string());
    }
    Some(reference)
}

/// Reads a base URL, and says why it cannot be used. One that still lacks its variable is reported
/// where all of those are.
fn base_url(
    reader: &mut Reader<'_>,
    at: At<'_>,
    allow_insecure: bool,
) -> Option<(String, Option<Unusable>)> {
    let text = reader.text(at.clone())?;
    if reader.lacks_variable(&at) {
        return Some((text, None));
    }
    Some(match base_url::read(&text, allow_insecure) {
        Ok(BaseUrl { url, endpoint }) => {
            if let Some(endpoint) = endpoint {
                let message = format!(
                    "`{endpoint}` is an endpoint and no part of a base URL, so it is left out"
                );
                reader.warn(&at, message);
            }
            (url, None)
        }
        Err(why) => {
            let mut message = why.to_string();
            if let (Unusable::Insecure { .. }, Some((_, provider))) = (&why, at.path.0.split_last())
            {
                let key = KeyPath::from(provider).join("allowInsecure").written();
                message.push_str(&format!(": `openclaw config set {} true`", pasteable(&key)));
            }
            reader.fault(&at, message);
            (text, Some(why))
        }
    })
}

/// Reads `authHeader`, whether the key goes into `Authorization: Bearer`, and says where it changes
/// nothing: each wire format has its place for the key.
fn auth_header(reader: &mut Reader<'_>, entry: &At<'_>, api: Option<&str>) -> Option<bool> {
    let at = entry.get("authHeader")?;
    let wanted = reader.flag(at.clone())?;
    match api {
        Some(api) if wanted && !defaults::BEARER_WIRES.contains(&api) => reader.warn(
            &at,
            format!(
                "it has no effect: `{api}` has its own place for the key; to send another header, name it in `headers`"
            ),
        ),
        _ if !wanted && entry.get("apiKey").is_some() => reader.warn(
            &at,
            "it has no effect: `apiKey` is sent; to send none, leave it out or set `auth` to `none`"
                .to_owned(),
        ),
        _ => {}
    }
    Some(wanted)
}

fn headers(reader: &mut Reader<'_>, at: &At<'_>) -> Pairs<HeaderText> {
    at.get("headers")
        .map(|at| reader.pairs(at, header))
        .unwrap_or_default()
}

/// Reads a header field. One that no request can carry keeps its provider from being used, and
/// nothing else; a missing variable is reported where all of those are.
fn header(reader: &mut Reader<'_>, at: At<'_>) -> Option<HeaderText> {
    let value = match reader.secret(at.clone())? {
        Ok(value) => value,
        Err(missing) => return Some(Err(missing.into())),
    };
    let name = at.path.0.last().map(|step| step.key()).unwrap_or_default();
    let text = tidy(value.expose());
    let fault = match (name_fault(&name), value_fault(text)) {
        (Some(why), _) => UnusableHeader::Name(why),
        (None, Some(why)) => UnusableHeader::Value(why),
        (None, None) => return Some(Ok(Secret::new(text.to_owned()))),
    };
    reader.fault(&at, fault.to_string());
    Some(Err(fault))
}

fn model(reader: &mut Reader<'_>, at: At<'_>) -> Option<Model> {
    let known = [
        "id",
        "name",
        "reasoning",
        "input",
        "cost",
        "contextWindow",
        "maxTokens",
        "api",
        "headers",
        "compat",
    ];
    let at = reader.object(at, &known)?;
    let id = match at.get("id") {
        Some(id) => reader.text(id)?,
        None => {
            reader.problem(&at, "expected a key `id`");
            return None;
        }
    };
    Some(Model {
        id,
        name: at.get("name").and_then(|at| reader.text(at)),
        reasoning: at.get("reasoning").and_then(|at| reader.flag(at)),
        input: at.get("input").map(|at| reader.texts(at)),
        cost: at.get("cost").and_then(|at| cost(reader, at)),
        context_window: at.get("contextWindow").and_then(|at| reader.count(at)),
        max_tokens: at.get("maxTokens").and_then(|at| reader.count(at)),
        api: at.get("api").and_then(|at| reader.text(at)),
        headers: headers(reader, &at),
    })
}

fn cost(reader: &mut Reader<'_>, at: At<'_>) -> Option<Cost> {
    let at = reader.object(at, &["input", "output", "cacheRead", "cacheWrite"])?;
    let mut price = |key| at.get(key).and_then(|at| price(reader, at));
    Some(Cost {
        input: price("input"),
        output: price("output"),
        cache_read: price("cacheRead"),
        cache_write: price("cacheWrite"),
    })
}

/// Reads a price. One below zero is that of a list that does not know it, and counts as unknown.
fn price(reader: &mut Reader<'_>, at: At<'_>) -> Option<f64> {
    let number = reader.number(at.clone())?;
    if number < 0.0 {
        reader.doubt(
            &at,
            format!("expected a number of 0 or more, found {number}; the price counts as unknown"),
        );
        return None;
    }
    Some(number)
}
