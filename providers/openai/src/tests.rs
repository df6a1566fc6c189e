//! What the manifest says agrees with what the code does.

use serde_json::Value;

use crate::{OPENCLAW_MANIFEST, VENDOR};

fn manifest() -> Value {
    serde_json::from_str(OPENCLAW_MANIFEST).expect("canonical JSON")
}

#[test]
fn the_default_base_is_the_manifests_and_its_grant_covers_it() {
    let (manifest, base) = (manifest(), VENDOR.base);
    assert_eq!(manifest["base_url"], base);
    assert_eq!(manifest["http"][0]["url"], format!("{base}/**"));
    assert_eq!(manifest["http"][0]["secret_in"][0], "header:authorization");
}

#[test]
fn the_keys_of_others_are_refused_and_each_refusal_says_why() {
    let manifest = manifest();
    let methods = manifest["auth"].as_array().expect("a list");
    let refused: Vec<_> = methods
        .iter()
        .filter(|method| method["refuse"].is_string())
        .map(|method| method["pattern"].as_str().unwrap_or_default())
        .collect();
    assert_eq!(refused, ["^sk-admin-", "^sk-ant-", "^sk-or-"]);
}

#[test]
fn only_keys_are_good_for_this_api() {
    assert!(VENDOR.inspection("api-key".to_owned(), None).plausible);
    let other = VENDOR.inspection("oauth".to_owned(), Some(7));
    assert!(!other.plausible && other.note.is_some());
    assert_eq!(other.expires_at, Some(7));
}

#[test]
fn the_built_in_models_are_fit_to_show() {
    assert!(VENDOR.model("gpt-5.2").is_some());
    assert!(
        VENDOR
            .probe_model
            .is_some_and(|id| VENDOR.model(id).is_some())
    );
    openclaw_sdk::testing::check_catalog(&VENDOR.models);
}
