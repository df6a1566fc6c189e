//! Anthropic: the Messages API.
//!
//! A thin export. The wire is `openclaw_provider_compat::anthropic`, which other vendors speak too;
//! what is Anthropic's alone is here: its models, how its credentials sign, and how a sign-in is
//! renewed. A configured base replaces `https://api.anthropic.com` and may end in `/v1` or not.

mod models;
mod signin;

use openclaw_provider_compat::anthropic::{self, Api, Vendor, failure, listing, proof};
use openclaw_sdk::login::{self, NoLogin};
use openclaw_sdk::stream::Streaming;
use openclaw_sdk::{Failure, Model, ProviderConfig, Secret, auth, catalog, chat, env, probe};

struct Anthropic;

static VENDOR: Vendor = Vendor {
    base: "https://api.anthropic.com",
    models: models::MODELS,
    sign: signin::sign,
    is_refusal: failure::is_error,
    classify: failure::classify,
};

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
        listing::discover(&Api::new(&VENDOR, &config, credential))
    }
}

impl probe::Guest for Anthropic {
    fn run(
        config: ProviderConfig,
        credential: Option<&Secret>,
        options: probe::Options,
    ) -> Result<probe::Report, Failure> {
        proof::run(&Api::new(&VENDOR, &config, credential), &options)
    }
}

impl chat::Guest for Anthropic {
    type Chat = Streaming;

    fn start(
        config: ProviderConfig,
        credential: Option<&Secret>,
        request: chat::Request,
    ) -> Result<chat::Chat, Failure> {
        anthropic::chat(&Api::new(&VENDOR, &config, credential), &request)
    }
}

openclaw_sdk::export_provider!(Anthropic);
openclaw_sdk::manifest!("plugin.toml");
