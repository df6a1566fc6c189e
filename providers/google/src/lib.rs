//! The Gemini API of Google: `generateContent` and `streamGenerateContent`.
//!
//! This file sends; [`encode`], [`decode`], [`failure`] and [`listing`] translate and know neither
//! network nor clock. The key goes into the header `x-goog-api-key`, never into an address.

mod decode;
mod encode;
mod failure;
mod listing;
mod models;
mod pacific;

use openclaw_sdk::auth::{self, Credential, Inspection};
use openclaw_sdk::http::{Request, Response};
use openclaw_sdk::probe::{self, Report};
use openclaw_sdk::stream::Streaming;
use openclaw_sdk::{
    Failure, FailureKind, Model, ProviderConfig, Secret, catalog, chat, clock, env, errors, login,
};
use serde_json::Value;

use decode::Decoder;
use models::MODELS;

/// The only dialect spoken here.
const DIALECT: &str = "google-generative-ai";
/// Most pages of the model list that are asked for.
const PAGES: usize = 20;
/// Models on a page; the vendor's own maximum.
const PAGE_SIZE: u32 = 1_000;

struct Google;

impl auth::Guest for Google {
    type Login = login::NoLogin;

    fn resolve(_config: ProviderConfig) -> Result<Option<Credential>, Failure> {
        env::first_of(&["GEMINI_API_KEY", "GOOGLE_API_KEY"])
    }

    fn inspect(secret: &Secret) -> Inspection {
        inspection(secret.mode(), secret.expires_at())
    }

    fn refresh(_config: ProviderConfig, _refresh: &Secret) -> Result<Credential, Failure> {
        Err(login::not_renewable())
    }

    fn start_login(_config: ProviderConfig, method: String) -> Result<auth::Login, Failure> {
        login::unsupported(&method)
    }
}

impl catalog::Guest for Google {
    fn list() -> Vec<Model> {
        MODELS
            .iter()
            .map(openclaw_sdk::facts::Facts::to_model)
            .collect()
    }

    fn discover(
        config: ProviderConfig,
        credential: Option<&Secret>,
    ) -> Result<Vec<Model>, Failure> {
        let base = base(&config)?;
        let mut found: Vec<Model> = Vec::new();
        let mut token: Option<String> = None;
        for _ in 0..PAGES {
            let url = encode::models_url(&base, PAGE_SIZE, token.as_deref());
            let page = listed(url, credential)?;
            for model in page.models {
                if found.iter().all(|known| known.id != model.id) {
                    found.push(model);
                }
            }
            // A server that repeats itself has no more to say.
            if page.next.is_none() || page.next == token {
                break;
            }
            token = page.next;
        }
        Ok(found)
    }
}

impl probe::Guest for Google {
    fn run(
        config: ProviderConfig,
        credential: Option<&Secret>,
        options: probe::Options,
    ) -> Result<Report, Failure> {
        let base = base(&config)?;
        match options.model.filter(|_| options.may_spend) {
            Some(model) => {
                let request = question(model, options.max_tokens);
                let url = encode::answer_url(&base, &request.model, false)?;
                let body = encode::body(&request, MODELS);
                let response = send(post(url, body), credential)?;
                listing::answered(&response.text()?, clock::now_ms())
            }
            None => {
                let url = encode::models_url(&base, 1, None);
                let page = listed(url, credential)?;
                if page.named == 0 {
                    return Err(errors::failure(
                        FailureKind::Server,
                        "the reply lists no models",
                    ));
                }
                Ok(Report {
                    proven: "key accepted".to_owned(),
                    generated: false,
                    tokens_spent: 0,
                    account: None,
                })
            }
        }
    }
}

impl chat::Guest for Google {
    type Chat = Streaming;

    fn start(
        config: ProviderConfig,
        credential: Option<&Secret>,
        request: chat::Request,
    ) -> Result<chat::Chat, Failure> {
        let url = encode::answer_url(&base(&config)?, &request.model, request.stream)?;
        let body = encode::body(&request, MODELS);
        // The images need not be in memory twice while the answer is awaited.
        drop(request);
        let response = send(post(url, body), credential)?;
        let decoder = Decoder::new(clock::now_ms());
        Ok(chat::Chat::new(Streaming::new(
            response,
            decode::FRAMING,
            decoder,
        )))
    }
}

/// Returns the base URL, if the configuration wants what is spoken here.
fn base(config: &ProviderConfig) -> Result<String, Failure> {
    match config.api.as_deref().filter(|api| *api != DIALECT) {
        Some(api) => {
            let message = format!("the provider `google` speaks `{DIALECT}`, not `{api}`");
            let mut failure = errors::failure(FailureKind::Other, message);
            failure.code = Some("unsupported_api".to_owned());
            Err(failure)
        }
        None => Ok(encode::base(config.base_url.as_deref())),
    }
}

/// Signs and sends a request, and turns an error reply into its failure.
fn send<'a>(request: Request<'a>, credential: Option<&'a Secret>) -> Result<Response, Failure> {
    let request = match credential {
        Some(secret) if secret.mode() == "oauth" => return Err(not_a_key()),
        Some(secret) => request.secret_header("x-goog-api-key", "", secret),
        None => request,
    };
    let response = request.send()?;
    if response.is_success() {
        return Ok(response);
    }
    let body = response.text()?;
    Err(failure::classify(
        response.status,
        &response.headers,
        &body,
        clock::now_ms(),
    ))
}

fn post<'a>(url: String, body: String) -> Request<'a> {
    Request::post(url)
        .header("content-type", "application/json")
        .body_text(body)
}

/// Asks for a page of the model list.
fn listed(url: String, credential: Option<&Secret>) -> Result<listing::Page, Failure> {
    let response = send(Request::get(url), credential).map_err(|mut failure| {
        // No model was named: the address is wrong.
        if failure.kind == FailureKind::ModelNotFound {
            failure.kind = FailureKind::Other;
        }
        failure
    })?;
    let body: Value = response.json()?;
    listing::page(&body, MODELS, clock::now_ms())
}

/// Returns the smallest question whose answer proves that a model answers.
fn question(model: String, max_tokens: u32) -> chat::Request {
    let text = chat::Part::Text("Reply with OK. Do not use tools.".to_owned());
    chat::Request {
        model,
        system: None,
        messages: vec![chat::Message {
            role: chat::Role::User,
            parts: vec![text],
        }],
        max_output_tokens: Some(max_tokens.max(1)),
        temperature: None,
        stream: false,
    }
}

/// Returns what a secret's mode tells about it. The host has matched its form against the
/// manifest's patterns already.
fn inspection(mode: String, expires_at: Option<u64>) -> Inspection {
    let note = match mode.as_str() {
        "api-key" => None,
        "oauth" => Some(not_a_key().message),
        _ => Some("a key of the Gemini API begins with `AIza` or `AQ.`".to_owned()),
    };
    Inspection {
        plausible: mode == "api-key",
        mode,
        note,
        expires_at,
        account: None,
    }
}

fn not_a_key() -> Failure {
    errors::failure(
        FailureKind::Auth,
        "this is an OAuth access token; the Gemini API takes an API key, from https://aistudio.google.com/apikey",
    )
}

openclaw_sdk::export_provider!(Google);
openclaw_sdk::manifest!("plugin.toml");

#[cfg(test)]
mod tests;
