//! OpenAI: the Responses API and Chat Completions, streamed or not.
//!
//! A translation without policy: requests are encoded, replies decoded, refusals classified. What
//! follows from a refusal is the host's to decide, and nothing is sent twice. `config.base_url`
//! points it at any server of the same wire; `config.api` picks the dialect (see [`endpoint`]).

mod calls;
mod completions;
mod encode;
mod endpoint;
mod failure;
mod listing;
mod models;
mod probe;
mod reading;
mod responses;
mod words;

use openclaw_sdk::login::{self, NoLogin};
use openclaw_sdk::stream::Streaming;
use openclaw_sdk::{
    Failure, Model, ProviderConfig, Secret, auth, catalog, chat, env, export_provider, manifest,
};

use endpoint::{Dialect, Endpoint};

struct OpenAi;

impl auth::Guest for OpenAi {
    type Login = NoLogin;

    fn resolve(_config: ProviderConfig) -> Result<Option<auth::Credential>, Failure> {
        env::first_of(&["OPENAI_API_KEY"])
    }

    fn inspect(secret: &Secret) -> auth::Inspection {
        inspection(secret.mode(), secret.expires_at())
    }

    fn refresh(_config: ProviderConfig, _refresh: &Secret) -> Result<auth::Credential, Failure> {
        Err(login::not_renewable())
    }

    fn start_login(_config: ProviderConfig, method: String) -> Result<auth::Login, Failure> {
        login::unsupported(&method)
    }
}

impl catalog::Guest for OpenAi {
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
        let listing = calls::list(&Endpoint::of(&config)?, credential)?;
        Ok(listing::models(listing::read(&listing)?))
    }
}

impl openclaw_sdk::probe::Guest for OpenAi {
    fn run(
        config: ProviderConfig,
        credential: Option<&Secret>,
        options: openclaw_sdk::probe::Options,
    ) -> Result<openclaw_sdk::probe::Report, Failure> {
        probe::run(&Endpoint::of(&config)?, credential, &options)
    }
}

impl chat::Guest for OpenAi {
    type Chat = Streaming;

    fn start(
        config: ProviderConfig,
        credential: Option<&Secret>,
        request: chat::Request,
    ) -> Result<chat::Chat, Failure> {
        let endpoint = Endpoint::of(&config)?;
        let response = calls::chat(&endpoint, credential, &request)?;
        let framing = reading::framing(response.header("content-type"), request.stream);
        let streaming = match endpoint.dialect {
            Dialect::Responses => {
                Streaming::new(response, framing, responses::decode::Decoder::new(framing))
            }
            Dialect::Completions => Streaming::new(
                response,
                framing,
                completions::decode::Decoder::new(framing),
            ),
        };
        Ok(chat::Chat::new(streaming))
    }
}

/// Says what a credential of this mode is good for; its form the host has compared with the
/// manifest's patterns.
fn inspection(mode: String, expires_at: Option<u64>) -> auth::Inspection {
    let plausible = mode == "api-key";
    let note = (!plausible).then(|| format!("the API takes keys, and this is stored as `{mode}`"));
    auth::Inspection {
        mode,
        plausible,
        note,
        expires_at,
        account: None,
    }
}

export_provider!(OpenAi);
manifest!("plugin.toml");

#[cfg(test)]
mod tests;
