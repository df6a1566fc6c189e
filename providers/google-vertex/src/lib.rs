//! Vertex AI: Gemini in Google's format, and the models of other publishers that Google serves in the
//! Chat Completions format. The host finds Application Default Credentials and gives an access token as a
//! handle; keys of express mode go into the header `x-goog-api-key`.

use openclaw_provider_compat::google::vertex;
use openclaw_provider_compat::vendor::bearer;
use openclaw_provider_compat::{Accepts, Rule, Vendor, Wire, openai_chat};
use openclaw_sdk::FailureKind::{Auth, Billing, ModelNotFound, Permission, RateLimit};
use openclaw_sdk::facts::Catalog;
use openclaw_sdk::http::Request;
use openclaw_sdk::{Failure, Secret};

const OTHERS: &Wire = &openai_chat::WIRE;

static VENDOR: Vendor = Vendor {
    name: "Google Vertex AI",
    base: "https://aiplatform.googleapis.com",
    locate: Some(vertex::locate),
    wires: &[&vertex::WIRE, OTHERS],
    families: &[
        ("deepseek-ai/", OTHERS),
        ("meta/", OTHERS),
        ("minimaxai/", OTHERS),
        ("moonshotai/", OTHERS),
        ("openai/", OTHERS),
        ("qwen/", OTHERS),
        ("zai-org/", OTHERS),
    ],
    realm: "google-vertex",
    variables: &["GOOGLE_CLOUD_API_KEY"],
    sign,
    accepts: Accepts {
        modes: &[("api-key", None), ("token", None), ("oauth", None)],
        otherwise: "Vertex AI takes Application Default Credentials, access tokens of Google Cloud, and keys of express mode",
    },
    models: Catalog::new(include_str!("../models.tsv")),
    probe_model: Some("gemini-3.5-flash-lite"),
    rules: &[
        Rule::phrase(
            Billing,
            "requires billing to be enabled|billing account for the owning project is disabled",
        ),
        Rule::phrase(
            RateLimit,
            "per_minute|per minute|per_base_model|error-code-429|quota metric",
        ),
        Rule::phrase(
            Auth,
            "api keys are not supported by this api|expected oauth 2 access token",
        ),
        Rule::phrase(
            Permission,
            "requires a quota project|has not been used in project|caller does not have required permission",
        ),
        Rule::phrase(
            ModelNotFound,
            "publisher model*was not found|publisher model*not found|is not servable in region|is not allowed to use publisher model",
        ),
    ],
    ..Vendor::DEFAULT
};

/// Keys go into a header of their own; all else is a bearer.
fn sign<'a>(request: Request<'a>, secret: &'a Secret) -> Result<Request<'a>, Failure> {
    if secret.mode() == "api-key" {
        return Ok(request.secret_header("x-goog-api-key", "", secret));
    }
    bearer(request, secret)
}

openclaw_provider_compat::provider!(VENDOR, tokens, relay);
openclaw_provider_compat::vendor_tests!(VENDOR);
