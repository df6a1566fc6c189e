use serde_json::json;

use super::*;
use crate::bedrock::tests::VENDOR;
use crate::testing::ability;

macro_rules! wire {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/wire/bedrock/",
            $name
        )))
        .expect("JSON")
    };
}

#[test]
fn profiles_and_models_that_can_be_asked_are_listed() {
    let (listed, page) = (wire!("models.json"), wire!("profiles.json"));
    let mut models = Vec::new();
    let next = take_profiles(&page, &listed, &VENDOR.models, &mut models).expect("a page");
    assert_eq!(next.as_deref(), Some("a+b/c=="));
    take_models(&listed, &VENDOR.models, &mut models).expect("a list");
    let ids: Vec<&str> = models.iter().map(|model| model.id.as_str()).collect();
    let own = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3";
    assert_eq!(
        ids,
        [
            "us.anthropic.claude-haiku-4-5-20251001-v1:0",
            own,
            "amazon.nova-lite-v1:0",
            "acme.old-v1"
        ]
    );
    let [profile, own, nova, old] = models.as_slice() else {
        panic!("four models")
    };
    assert_eq!(profile.price.input, Some(1.0));
    assert_eq!(
        (own.name.as_str(), own.input.as_slice()),
        ("Team", ["text".to_owned(), "image".to_owned()].as_slice())
    );
    assert_eq!(nova.context, Some(300_000));
    assert_eq!(
        (old.status.as_str(), ability(old, "streaming")),
        ("deprecated", Some(false))
    );
}

#[test]
fn a_page_is_asked_for_by_its_token() {
    assert_eq!(page_path(None), "/inference-profiles?maxResults=1000");
    assert_eq!(
        page_path(Some("a+b/c==")),
        "/inference-profiles?maxResults=1000&nextToken=a%2Bb%2Fc%3D%3D"
    );
    let long = "x".repeat(TOKEN_BYTES + 1);
    assert_eq!(page_path(Some(&long)), page_path(None));
}

#[test]
fn what_is_no_list_proves_nothing() {
    for reply in [
        json!({}),
        json!([]),
        json!({ "modelSummaries": {} }),
        json!({ "modelSummaries": [] }),
        json!({ "modelSummaries": [{ "name": "x" }] }),
        json!({ "data": [{ "id": "x" }] }),
    ] {
        assert!(proves(&reply).is_err(), "{reply}");
    }
    assert!(proves(&wire!("models.json")).is_ok());
    let nameless = json!({ "modelSummaries": [{ "modelName": "x" }] });
    assert!(take_models(&nameless, &VENDOR.models, &mut Vec::new()).is_err());
}

#[test]
fn a_credential_without_the_right_to_list_is_no_bad_credential() {
    let denied = errors::failure(FailureKind::Permission, "denied");
    assert_eq!(not_permitted(denied).kind(), FailureKind::Unsupported);
    let refused = errors::failure(FailureKind::Auth, "refused");
    assert_eq!(not_permitted(refused).kind(), FailureKind::Auth);
}
