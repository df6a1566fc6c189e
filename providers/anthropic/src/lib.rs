//! Anthropic: the Messages API.
//!
//! A thin export. What the wire looks like is in `encode`, `decode` and `listing`, what a refusal
//! means in `failure`, where requests go and how they are signed in `api`. A configured base
//! replaces `https://api.anthropic.com` and may end in `/v1` or not.

mod api;
mod decode;
mod encode;
mod failure;
mod listing;
mod models;
mod proof;
mod signin;
mod time;
#[cfg(test)]
mod wire_tests;

use openclaw_sdk::login::{self, NoLogin};
use openclaw_sdk::stream::Streaming;
use openclaw_sdk::{
    Failure, Model, ProviderConfig, Secret, auth, catalog, chat, clock, env, log, probe,
};

use api::Api;

struct Anthropic;

impl auth::Guest for Anthropic {
    type Login = NoLogin;

    fn resolve(_config: ProviderConfig) -> Result<Option<auth::Credential>, Failure> {
        env::first_of(&signin::VARIABLES)
    }

    fn inspect(secret: &Secret) -> auth::Inspection {
        signin::inspection(secret.mode(), secret.expires_at())
    }

    fn refresh(config: ProviderConfig, refresh: &Secret) -> Result<auth::Credential, Failure> {
        signin::renew(&config, refresh)
    }

    fn start_login(_config: ProviderConfig, method: String) -> Result<auth::Login, Failure> {
        login::unsupported(&method)
    }
}

impl catalog::Guest for Anthropic {
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
        let api = Api::new(&config, credential);
        let (mut models, mut after) = (Vec::new(), None);
        for _ in 0..listing::PAGES {
            let page = api.get(&listing::page_path(after.as_deref()))?;
            after = listing::take_page(&page.body, &mut models)?;
            if after.is_none() {
                return Ok(models);
            }
        }
        log::write(
            log::Level::Warn,
            "the list of models goes on after its last page was read",
        );
        Ok(models)
    }
}

impl probe::Guest for Anthropic {
    fn run(
        config: ProviderConfig,
        credential: Option<&Secret>,
        options: probe::Options,
    ) -> Result<probe::Report, Failure> {
        proof::run(&Api::new(&config, credential), &options)
    }
}

impl chat::Guest for Anthropic {
    type Chat = Streaming;

    fn start(
        config: ProviderConfig,
        credential: Option<&Secret>,
        request: chat::Request,
    ) -> Result<chat::Chat, Failure> {
        let api = Api::new(&config, credential);
        let response = api.open("/v1/messages", &encode::messages(&request))?;
        let framing = decode::framing(response.header("content-type"), request.stream);
        let decoder = decode::Decoder::new(response.status, clock::now_ms());
        Ok(chat::Chat::new(Streaming::new(response, framing, decoder)))
    }
}

openclaw_sdk::export_provider!(Anthropic);
openclaw_sdk::manifest!("plugin.toml");
