//! Ollama: a server of open models on this machine, and the hosted service that speaks the same.
//!
//! Requests are put together in [`encode`], replies read in [`decode`], [`listing`] and [`failure`];
//! this file only sends. The wire is the native API (`/api/…`), not the OpenAI dialect: only there a
//! server can be told not to drop what exceeds the context.
//!
//! A configured base URL may end in `/v1`, `/api` or neither. Requests go to `<server>/api/…`, so
//! below a base URL that ends in `/v1` they need a grant of their own.

mod decode;
mod encode;
mod failure;
mod listing;
mod models;

#[cfg(test)]
mod wire_tests;

use openclaw_sdk::chat::{Chat, Request};
use openclaw_sdk::http::{self, Response};
use openclaw_sdk::login::{self, NoLogin};
use openclaw_sdk::stream::{Decode, Streaming};
use openclaw_sdk::{
    Failure, FailureKind, Model, ProviderConfig, Secret, auth, catalog, chat, clock, env, errors,
    export_provider, manifest, probe,
};
use serde_json::{Value, json};

use crate::decode::Decoder;

/// Most models asked about one by one.
const SHOWN: usize = 32;
/// A listing comes at once or not at all.
const LISTING_MS: u64 = 10_000;
/// Loading a model comes before the first byte.
const FIRST_BYTE_MS: u64 = 300_000;
/// Unstreamed, the whole answer does.
const WHOLE_MS: u64 = 600_000;

struct Ollama;

export_provider!(Ollama);
manifest!("plugin.toml");

impl auth::Guest for Ollama {
    type Login = NoLogin;

    /// A local server needs no credential; its absence is no failure.
    fn resolve(_config: ProviderConfig) -> Result<Option<auth::Credential>, Failure> {
        env::first_of(&["OLLAMA_API_KEY"])
    }

    fn inspect(secret: &Secret) -> auth::Inspection {
        auth::Inspection {
            mode: secret.mode(),
            plausible: true,
            note: Some("only Ollama's cloud needs a key; a local server ignores it".to_owned()),
            expires_at: secret.expires_at(),
            account: None,
        }
    }

    fn refresh(_config: ProviderConfig, _refresh: &Secret) -> Result<auth::Credential, Failure> {
        Err(login::not_renewable())
    }

    fn start_login(_config: ProviderConfig, method: String) -> Result<auth::Login, Failure> {
        login::unsupported(&method)
    }
}

impl catalog::Guest for Ollama {
    fn list() -> Vec<Model> {
        models::MODELS
            .iter()
            .map(openclaw_sdk::facts::Facts::to_model)
            .collect()
    }

    fn discover(
        config: ProviderConfig,
        credential: Option<&Secret>,
    ) -> Result<Vec<Model>, Failure> {
        let server = Server::new(&config, credential);
        let mut models = server.tags()?;
        let mut chats = vec![true; models.len()];
        for (model, chats) in models.iter_mut().zip(&mut chats).take(SHOWN) {
            match server.show(&model.id) {
                Ok(show) => *chats = listing::apply_show(model, &show),
                // The listing stands without details; a server that stalls is not asked again.
                Err(failure)
                    if matches!(failure.kind, FailureKind::Timeout | FailureKind::Network) =>
                {
                    break;
                }
                Err(_) => {}
            }
        }
        let mut chats = chats.into_iter();
        models.retain(|_| chats.next().unwrap_or(true));
        Ok(models)
    }
}

impl probe::Guest for Ollama {
    fn run(
        config: ProviderConfig,
        credential: Option<&Secret>,
        options: probe::Options,
    ) -> Result<probe::Report, Failure> {
        let server = Server::new(&config, credential);
        match &options.model {
            Some(model) if options.may_spend => server.generate(model, options.max_tokens),
            Some(model) => {
                server.show(model)?;
                Ok(report(format!("the server has {model}")))
            }
            None => server.check(),
        }
    }
}

impl chat::Guest for Ollama {
    type Chat = Streaming;

    fn start(
        config: ProviderConfig,
        credential: Option<&Secret>,
        request: Request,
    ) -> Result<Chat, Failure> {
        let wait = if request.stream {
            FIRST_BYTE_MS
        } else {
            WHOLE_MS
        };
        let server = Server::new(&config, credential);
        let response = server.post("/api/chat", &encode::chat(&request), wait)?;
        let framing = decode::framing(response.header("content-type"), request.stream);
        let decoder = Decoder::new(response.status);
        Ok(Chat::new(Streaming::new(response, framing, decoder)))
    }
}

/// Where requests of one call go, and what signs them.
struct Server<'a> {
    base: String,
    credential: Option<&'a Secret>,
}

impl<'a> Server<'a> {
    fn new(config: &ProviderConfig, credential: Option<&'a Secret>) -> Self {
        Self {
            base: encode::base(config),
            credential,
        }
    }

    /// Proves that this is an Ollama server, and in the cloud that the key is accepted.
    fn check(&self) -> Result<probe::Report, Failure> {
        let cloud = encode::is_cloud(&self.base);
        if cloud && self.credential.is_some() && self.usage()? {
            return Ok(report("key accepted".to_owned()));
        }
        let reply = self.json("/api/version")?;
        let version =
            listing::version(&reply).ok_or_else(|| failure::not_ollama(200, "/api/version"))?;
        let count = self.tags()?.len();
        let models = if count == 1 {
            "1 model".to_owned()
        } else {
            format!("{count} models")
        };
        let unchecked = if cloud {
            "; the listing is public, no key was checked"
        } else {
            ""
        };
        Ok(report(format!(
            "Ollama {version} answered with {models}{unchecked}"
        )))
    }

    /// Asks the cloud for the account's usage, which takes a key and costs nothing. `false` when the
    /// cloud does not offer that, so that nothing is proven.
    fn usage(&self) -> Result<bool, Failure> {
        match self.json("/api/usage") {
            Ok(usage) => Ok(usage.get("limits").is_some_and(Value::is_object)),
            Err(failure) if matches!(failure.status, Some(404 | 405 | 410)) => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    fn tags(&self) -> Result<Vec<Model>, Failure> {
        let reply = self.json("/api/tags")?;
        listing::tags(&reply, encode::is_cloud(&self.base))
            .ok_or_else(|| failure::not_ollama(200, "/api/tags"))
    }

    fn show(&self, model: &str) -> Result<Value, Failure> {
        let reply = self.post("/api/show", &json!({ "model": model }), LISTING_MS)?;
        let show = body(&reply, "/api/show")?;
        if listing::is_show(&show) {
            Ok(show)
        } else {
            Err(failure::not_ollama(200, "/api/show"))
        }
    }

    /// Proves that a model answers, by having it answer.
    fn generate(&self, model: &str, max_tokens: u32) -> Result<probe::Report, Failure> {
        let reply = self.post("/api/chat", &encode::probe(model, max_tokens), WHOLE_MS)?;
        let text = reply.text()?;
        let tokens_spent = answered(reply.status, &text)?;
        Ok(probe::Report {
            proven: "model answered".to_owned(),
            generated: true,
            tokens_spent,
            account: None,
        })
    }

    fn json(&self, path: &str) -> Result<Value, Failure> {
        let request = http::Request::get(format!("{}{path}", self.base)).timeout_ms(LISTING_MS);
        match self.send(request) {
            Ok(response) => body(&response, path),
            Err(failure) => Err(failure::of_listing(failure, path)),
        }
    }

    fn post(&self, path: &str, body: &Value, wait_ms: u64) -> Result<Response, Failure> {
        let request = http::Request::post(format!("{}{path}", self.base)).timeout_ms(wait_ms);
        self.send(request.json(body))
    }

    fn send(&self, request: http::Request<'a>) -> Result<Response, Failure> {
        let request = match self.credential {
            Some(secret) => request.secret_header("authorization", "Bearer ", secret),
            None => request,
        };
        let response = request.send()?;
        if response.is_success() {
            return Ok(response);
        }
        let body = response.text().unwrap_or_default();
        Err(failure::classify(
            response.status,
            &response.headers,
            &body,
            clock::now_ms(),
        ))
    }
}

/// Reads a success's JSON; one that holds an error is a failure.
fn body(reply: &Response, path: &str) -> Result<Value, Failure> {
    let value: Value = serde_json::from_str(&reply.text()?)
        .map_err(|_| failure::not_ollama(reply.status, path))?;
    match value.get("error").filter(|error| !error.is_null()) {
        Some(error) => Err(failure::explain(error, reply.status)),
        None => Ok(value),
    }
}

/// Returns the tokens that a chat's whole reply took, if a model generated something in it.
fn answered(status: u16, body: &str) -> Result<u64, Failure> {
    let mut events = Vec::new();
    let mut decoder = Decoder::new(status);
    let frame = openclaw_sdk::framing::Frame {
        event: None,
        data: body.to_owned(),
    };
    decoder.frame(&frame, &mut events)?;
    let stopped = events
        .iter()
        .any(|event| matches!(event, chat::Event::Stop(_)));
    if !stopped {
        decoder.end(&mut events)?;
        return Err(errors::truncated());
    }
    let (mut spent, mut generated) = (0, false);
    for event in &events {
        match event {
            chat::Event::Text(_) | chat::Event::Reasoning(_) => generated = true,
            chat::Event::Usage(usage) => {
                generated |= usage.output > 0;
                spent = usage.input.saturating_add(usage.output);
            }
            chat::Event::Stop(_) => {}
        }
    }
    if generated {
        return Ok(spent);
    }
    let mut failure = errors::failure(FailureKind::Server, "the model generated nothing");
    failure.status = Some(status);
    Err(failure)
}

fn report(proven: String) -> probe::Report {
    probe::Report {
        proven,
        generated: false,
        tokens_spent: 0,
        account: None,
    }
}
