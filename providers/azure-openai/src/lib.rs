//! Azure OpenAI: the Responses API and Chat Completions of the v1 API, at a resource of one's own. A
//! model is a deployment, by the name it was given.

mod endpoint;

use openclaw_provider_compat::openai::Habits;
use openclaw_provider_compat::vendor::bearer;
use openclaw_provider_compat::{Accepts, Rule, Vendor, openai_chat, openai_responses};
use openclaw_sdk::FailureKind::{Auth, ModelNotFound, Overloaded, Permission};
use openclaw_sdk::facts::Catalog;
use openclaw_sdk::http::Request;
use openclaw_sdk::{Failure, Secret};

static VENDOR: Vendor = Vendor {
    name: "Azure OpenAI",
    locate: Some(endpoint::locate),
    wires: &[&openai_responses::WIRE, &openai_chat::WIRE],
    realm: "azure-openai",
    variables: &[
        "AZURE_OPENAI_API_KEY",
        "AZURE_API_KEY",
        "AZURE_OPENAI_AD_TOKEN",
    ],
    sign,
    accepts: Accepts {
        modes: &[("api-key", None), ("token", None), ("oauth", None)],
        otherwise: "Azure OpenAI takes keys of a resource, and access tokens of Entra ID",
    },
    models: Catalog::new(include_str!("../models.tsv")),
    // The list is of what a region has, not of what was deployed.
    lists_names: false,
    rules: &[
        Rule::word(ModelNotFound, "deploymentnotfound|operationnotsupported"),
        Rule::word(Overloaded, "nocapacity|model_overloaded"),
        Rule::phrase(
            Auth,
            "audience is incorrect|tenant provided in token does not match|token is expired",
        ),
        Rule::phrase(
            Permission,
            "lacks the required data action|access denied due to virtual network|public access is disabled|key based authentication is disabled|traffic is not from an approved",
        ),
    ],
    openai: Habits {
        takes_all: true,
        stores_answers: true,
        max_completion_tokens: true,
        ..Habits::COMPATIBLE
    },
    ..Vendor::DEFAULT
};

/// Keys go into a header of their own; what Entra ID issues is a bearer.
fn sign<'a>(request: Request<'a>, secret: &'a Secret) -> Result<Request<'a>, Failure> {
    if secret.mode() == "api-key" {
        return Ok(request.secret_header("api-key", "", secret));
    }
    bearer(request, secret)
}

openclaw_provider_compat::provider!(VENDOR, tokens, embeddings, relay);
openclaw_provider_compat::vendor_tests!(VENDOR);
