//! MiniMax, in Anthropic's format.
//!
//! A thin export. The wire is `openclaw_provider_compat::anthropic`; what is MiniMax' own is what it
//! means by a refusal ([`failure`]) and that there is no free call: neither a list of models nor a
//! count of tokens is documented for this format. A configured base replaces
//! `https://api.minimax.io/anthropic` and may end in `/v1` or not; keys of the platform in China need
//! `https://api.minimaxi.com/anthropic`.

mod failure;
mod models;
#[cfg(test)]
mod wire_tests;

use openclaw_provider_compat::anthropic::{self, Api, Vendor, proof};
use openclaw_sdk::http::Request;
use openclaw_sdk::login::{self, NoLogin};
use openclaw_sdk::stream::Streaming;
use openclaw_sdk::{
    Failure, FailureKind, Model, ProviderConfig, Secret, auth, catalog, chat, env, errors, probe,
};

/// Asked when a key is to be proven and no model is named: the smallest plan has it, unlike the fast
/// models.
const PROOF_MODEL: &str = "MiniMax-M2.7";

struct MiniMax;

static VENDOR: Vendor = Vendor {
    base: "https://api.minimax.io/anthropic",
    models: models::MODELS,
    sign,
    is_refusal: failure::is_refusal,
    classify: failure::classify,
};

/// Signs as the format's own clients do, which MiniMax tells to use.
fn sign<'a>(request: Request<'a>, secret: &'a Secret) -> Request<'a> {
    request.secret_header("x-api-key", "", secret)
}

impl auth::Guest for MiniMax {
    type Login = NoLogin;

    fn resolve(_config: ProviderConfig) -> Result<Option<auth::Credential>, Failure> {
        env::first_of(&["MINIMAX_API_KEY"])
    }

    fn inspect(secret: &Secret) -> auth::Inspection {
        let mode = secret.mode();
        let is_key = mode == "api-key";
        auth::Inspection {
            plausible: is_key,
            note: (!is_key).then(|| "MiniMax takes API keys only".to_owned()),
            mode,
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

impl catalog::Guest for MiniMax {
    fn list() -> Vec<Model> {
        models::MODELS
            .iter()
            .map(openclaw_sdk::facts::Facts::to_model)
            .collect()
    }

    /// Fails: the built-in list would say nothing of the credential.
    fn discover(
        _config: ProviderConfig,
        _credential: Option<&Secret>,
    ) -> Result<Vec<Model>, Failure> {
        Err(unsupported(
            "MiniMax has no list of the models that a key may use",
        ))
    }
}

impl probe::Guest for MiniMax {
    fn run(
        config: ProviderConfig,
        credential: Option<&Secret>,
        options: probe::Options,
    ) -> Result<probe::Report, Failure> {
        if !options.may_spend {
            return Err(unsupported(
                "MiniMax has no call that proves a key and costs nothing",
            ));
        }
        let model = options.model.as_deref().unwrap_or(PROOF_MODEL);
        let api = Api::new(&VENDOR, &config, credential);
        proof::generated(&api, model, options.max_tokens)
    }
}

impl chat::Guest for MiniMax {
    type Chat = Streaming;

    fn start(
        config: ProviderConfig,
        credential: Option<&Secret>,
        request: chat::Request,
    ) -> Result<chat::Chat, Failure> {
        anthropic::chat(&Api::new(&VENDOR, &config, credential), &request)
    }
}

/// Returns the failure of what the vendor does not offer.
fn unsupported(what: &str) -> Failure {
    Failure {
        code: Some("unsupported".to_owned()),
        ..errors::failure(FailureKind::Other, what)
    }
}

openclaw_sdk::export_provider!(MiniMax);
openclaw_sdk::manifest!("plugin.toml");
