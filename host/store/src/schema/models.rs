//! `models`: providers that the user adds or changes.

use super::network::Network;
use super::reader::{At, Reader};
use super::{Pairs, SecretText};

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
    /// `baseUrl`
    pub base_url: Option<String>,
    /// `apiKey`
    pub api_key: Option<SecretText>,
    /// `auth`: `api-key`, `aws-sdk`, `oauth`, `token` or `none`.
    pub auth: Option<String>,
    /// `api`: the wire format.
    pub api: Option<String>,
    /// `headers`
    pub headers: Pairs<SecretText>,
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
    pub headers: Pairs<SecretText>,
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
        "apiKey",
        "auth",
        "api",
        "headers",
        "authHeader",
        "network",
        "models",
    ];
    let at = reader.object(at, &known)?;
    Some(Provider {
        base_url: at.get("baseUrl").and_then(|at| reader.text(at)),
        api_key: at.get("apiKey").and_then(|at| reader.secret(at)),
        auth: at.get("auth").and_then(|at| reader.text(at)),
        api: at.get("api").and_then(|at| reader.text(at)),
        headers: headers(reader, &at),
        auth_header: at.get("authHeader").and_then(|at| reader.flag(at)),
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

fn headers(reader: &mut Reader<'_>, at: &At<'_>) -> Pairs<SecretText> {
    at.get("headers")
        .map(|at| reader.pairs(at, Reader::secret))
        .unwrap_or_default()
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
    Some(Cost {
        input: at.get("input").and_then(|at| reader.number(at)),
        output: at.get("output").and_then(|at| reader.number(at)),
        cache_read: at.get("cacheRead").and_then(|at| reader.number(at)),
        cache_write: at.get("cacheWrite").and_then(|at| reader.number(at)),
    })
}
