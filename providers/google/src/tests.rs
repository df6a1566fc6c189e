use openclaw_provider_compat::Call;
use openclaw_provider_compat::google::address;
use openclaw_sdk::{ProviderConfig, catalog};
use serde_json::Value;

use super::*;

fn manifest() -> Value {
    serde_json::from_str(OPENCLAW_MANIFEST).expect("canonical JSON")
}

#[test]
fn the_manifest_grants_exactly_what_is_sent() {
    let manifest = manifest();
    assert_eq!(manifest["base_url"], VENDOR.base);
    let granted = |method: &str, url: &str| {
        let path = url.split('?').next().expect("a path");
        manifest["http"]
            .as_array()
            .expect("grants")
            .iter()
            .any(|grant| {
                let pattern = grant["url"].as_str().expect("a URL");
                let fits = match pattern.strip_suffix('*') {
                    Some(stem) => path
                        .strip_prefix(stem)
                        .is_some_and(|id| !id.is_empty() && !id.contains('/')),
                    None => path == pattern,
                };
                let methods = grant["methods"].as_array().expect("methods");
                fits && methods.iter().any(|granted| granted == method)
                    && grant["secret_in"] == serde_json::json!(["header:x-goog-api-key"])
            })
    };
    assert!(granted(
        "GET",
        &address::models_url(VENDOR.base, 1_000, Some("next"))
    ));
    for model in [
        "gemini-2.5-flash",
        "models/gemini-2.5-flash",
        "tunedModels/mine",
    ] {
        for stream in [true, false] {
            let url = address::answer_url(VENDOR.base, model, stream).expect("a model id");
            assert!(granted("POST", &url), "{url}");
        }
    }
    assert!(!granted(
        "POST",
        "https://generativelanguage.googleapis.com/v1beta/files"
    ));
}

#[test]
fn the_manifest_names_the_variables_in_their_order() {
    let names: Vec<_> = manifest()["env"]
        .as_array()
        .expect("names")
        .iter()
        .map(|name| name["name"].clone())
        .collect();
    assert_eq!(names, ["GEMINI_API_KEY", "GOOGLE_API_KEY"]);
}

#[test]
fn a_token_of_google_cloud_is_not_taken_for_a_key() {
    let key = VENDOR.inspection("api-key".to_owned(), None);
    assert!(key.plausible && key.note.is_none());
    for mode in ["oauth", "token"] {
        let other = VENDOR.inspection(mode.to_owned(), Some(7));
        assert!(!other.plausible && other.note.is_some() && other.expires_at == Some(7));
    }
}

#[test]
fn another_dialect_is_refused_and_this_one_is_not() {
    let config = |api: Option<&str>| ProviderConfig {
        base_url: None,
        api: api.map(str::to_owned),
        settings: Vec::new(),
        extensions: Vec::new(),
    };
    let base = |api| Call::new(&VENDOR, &config(api), None).map(|call| call.base().to_owned());
    assert_eq!(base(None).expect("the default"), VENDOR.base);
    assert_eq!(
        base(Some("google-generative-ai")).expect("its own"),
        VENDOR.base
    );
    let failure = base(Some("openai-completions")).expect_err("another");
    assert_eq!(failure.code.as_deref(), Some("unsupported_api"));
}

#[test]
fn the_built_in_list_is_sorted_unique_and_consistent() {
    let models = <ThisComponent as catalog::Guest>::list();
    assert!(models.len() > 50);
    openclaw_sdk::testing::check_catalog(&VENDOR.models);
}
