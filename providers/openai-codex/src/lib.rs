//! OpenAI Codex: the models of a ChatGPT plan, in the Responses format at an address of their own.
//!
//! The server takes streamed requests with instructions and without bounds alone, and wants the
//! account that the token names.

mod quota;
mod sign_in;

use openclaw_provider_compat::openai::{self, Dialect, Habits};
use openclaw_provider_compat::vendor::Wire;
use openclaw_provider_compat::{Accepts, FreeCheck, Vendor, openai_responses};
use openclaw_sdk::facts::Catalog;

static VENDOR: Vendor = Vendor {
    name: "OpenAI Codex",
    base: "https://chatgpt.com/backend-api",
    wires: &[&WIRE],
    ignores_api: true,
    realm: "openai-codex",
    sign: sign_in::sign,
    accepts: Accepts {
        modes: &[("oauth", None), ("token", None)],
        otherwise: "the API takes sign-ins of a ChatGPT account",
    },
    account: Some(sign_in::account),
    renew: sign_in::renew,
    sign_in: sign_in::start,
    quota: Some(quota::read),
    models: Catalog::new(include_str!("../models.tsv")),
    lists_models: false,
    free_check: FreeCheck::Get("/wham/usage"),
    openai: Habits {
        streams_only: true,
        instructions: "You are a helpful assistant.",
        refuses: &["max_output_tokens", "temperature", "top_p", "metadata"],
        ..Habits::COMPATIBLE
    },
    ..Vendor::DEFAULT
};

static WIRE: Wire = Wire {
    chat: |call, question| openai::chat(call, &DIALECT, &question),
    probe: |call, options| openai::probe::run(call, &DIALECT, options),
    relay: |call, operation, _, _| openai::relay(call, &DIALECT, operation),
    count: None,
    embeddings: None,
    ..openai_responses::WIRE
};

static DIALECT: Dialect = Dialect {
    path: "/codex/responses",
    hint: None,
    ..openai_responses::DIALECT
};

openclaw_provider_compat::provider!(VENDOR, quota, relay);
openclaw_provider_compat::vendor_tests!(VENDOR);
