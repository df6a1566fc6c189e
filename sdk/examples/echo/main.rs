//! A whole provider for a vendor that does not exist: the template for one of your own.
//!
//! This file is the thin export. Requests are put together in [`encode`] and replies read in
//! [`decode`]: plain functions, tested natively against the samples in `wire/`. Nothing is sent
//! twice and nothing is decided here: the provider says what it saw, the host says what follows.
//!
//! The wire: `POST <base>/answers` takes `{"model","system","messages","stream"}` and answers with
//! a JSON object a line, the last one with `done`; `GET <base>/models` lists the models. Errors are
//! `{"error":{"code","message"}}`.

mod decode;
mod encode;
#[cfg(test)]
mod tests;

use openclaw_sdk::facts::Catalog;
use openclaw_sdk::http::{Request, Response};
use openclaw_sdk::login::{self, NoLogin};
use openclaw_sdk::stream::Streaming;
use openclaw_sdk::{
    Failure, FailureKind, Model, ProviderConfig, Secret, auth, catalog, chat, clock, conversation,
    env, errors, export_provider, manifest, probe,
};
use serde_json::Value;

/// The models known when this was built, with where each fact comes from.
const MODELS: Catalog = Catalog::new(include_str!("models.tsv"));

struct Echo;

export_provider!(Echo);
// The path begins at the package's folder. In a package of your own it is "plugin.toml".
manifest!("examples/echo/plugin.toml");

impl auth::Guest for Echo {
    type Login = NoLogin;

    /// Looks in the environment. Stored credentials are the host's affair.
    fn resolve(_config: ProviderConfig) -> Result<Option<auth::Credential>, Failure> {
        env::first_of(&["ECHO_API_KEY"])
    }

    /// A secret cannot be read; the host has compared its form with the manifest's patterns.
    fn inspect(secret: &Secret) -> auth::Inspection {
        let mode = secret.mode();
        auth::Inspection {
            plausible: mode == "api-key",
            note: None,
            expires_at: secret.expires_at(),
            account: None,
            extensions: Vec::new(),
            mode,
        }
    }

    fn refresh(_config: ProviderConfig, _refresh: &Secret) -> Result<auth::Credential, Failure> {
        Err(login::not_renewable())
    }

    fn start_login(
        _config: ProviderConfig,
        request: auth::LoginRequest,
    ) -> Result<auth::Login, Failure> {
        login::unsupported(&request.flow)
    }
}

impl catalog::Guest for Echo {
    /// Pure: the host may keep the answer for as long as it has this component.
    fn list() -> Vec<Model> {
        MODELS.list()
    }

    fn discover(
        config: ProviderConfig,
        credential: Option<&Secret>,
    ) -> Result<Vec<Model>, Failure> {
        let reply = models(&config, credential)?;
        Ok(decode::listing(&reply)?
            .iter()
            .map(|id| MODELS.discovered(id, None))
            .collect())
    }
}

impl probe::Guest for Echo {
    /// Success is proof. Listing models takes a key and costs nothing; that a model answers is
    /// proven only by an answer, and only if the call may cost something.
    fn run(
        config: ProviderConfig,
        credential: Option<&Secret>,
        options: probe::Options,
    ) -> Result<probe::Report, Failure> {
        let Some(model) = options.model else {
            models(&config, credential)?;
            return Ok(report("key accepted", 0));
        };
        if !options.may_spend {
            let known = decode::listing(&models(&config, credential)?)?;
            if known.contains(&model) {
                return Ok(report("key accepted, model listed", 0));
            }
            let message = format!("`{model}` is not among the models this key may use");
            return Err(errors::failure(FailureKind::ModelNotFound, message));
        }
        let body = encode::probe(&model, options.max_tokens);
        let call = Request::post(encode::url(&config, "/answers")).json(&body);
        let reply = send(call, credential)?.text()?;
        let spent = decode::spent(&reply)?;
        Ok(probe::Report {
            generated: true,
            ..report("model answered", spent)
        })
    }
}

impl chat::Guest for Echo {
    type Chat = Streaming;

    fn start(
        config: ProviderConfig,
        credential: Option<&Secret>,
        request: conversation::Request,
    ) -> Result<chat::Chat, Failure> {
        let body = encode::chat(&request)?;
        let call = Request::post(encode::url(&config, "/answers")).json_body(body);
        let response = send(call, credential)?;
        let framing = decode::framing(request.stream);
        Ok(chat::Chat::new(Streaming::new(
            response,
            framing,
            decode::Decoder,
        )))
    }
}

fn models(config: &ProviderConfig, credential: Option<&Secret>) -> Result<Value, Failure> {
    send(Request::get(encode::url(config, "/models")), credential)?.json()
}

/// Sends a request; a reply that is no success becomes a failure.
fn send<'a>(call: Request<'a>, credential: Option<&'a Secret>) -> Result<Response, Failure> {
    let call = match credential {
        // The host writes the secret where this says, if the manifest's `secret_in` says so too.
        Some(secret) => call.secret_header("authorization", "Bearer ", secret),
        None => call,
    };
    let response = call.send()?;
    if response.is_success() {
        return Ok(response);
    }
    let body = response.text()?;
    Err(decode::failure(
        response.status,
        &response.headers,
        &body,
        clock::now_ms(),
    ))
}

fn report(proven: &str, tokens_spent: u64) -> probe::Report {
    probe::Report {
        proven: proven.to_owned(),
        generated: false,
        tokens_spent,
        account: None,
        extensions: Vec::new(),
    }
}

/// An example is a program, and a program has this. A provider of your own is a library.
fn main() {}
