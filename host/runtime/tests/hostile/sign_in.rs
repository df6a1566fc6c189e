//! A component that signs in: where it may send a person, and what it learns.

use openclaw_core::failure::FailureKind;
use openclaw_core::secret::Secret;
use openclaw_manifest::AuthMethod;
use openclaw_runtime::provider::LoginStep;
use openclaw_runtime::{CallError, Fault};

use super::*;

/// Returns a flow of the hostile plugin's.
pub(crate) fn flow(name: &str) -> AuthMethod {
    AuthMethod {
        mode: "oauth".to_owned(),
        label: name.to_owned(),
        pattern: None,
        min_length: None,
        lifetime_days: None,
        help: None,
        login: Some(name.to_owned()),
        pages: vec!["https://login.hostile.test/go".to_owned()],
        redirect: Some("http://localhost/cb".to_owned()),
        terms: None,
        refuse: None,
    }
}

/// A flow that a component does not have is its own refusal, not a fault.
#[test]
fn a_login_that_no_component_offers_is_refused_by_name() {
    let (provider, ..) = hostile().on(&STAGE);
    let refused = run(provider.login(&flow("browser"), None)).err();
    let Some(CallError::Provider(failure)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(failure.kind, FailureKind::BadRequest);
    assert!(failure.message.contains("`browser`"), "{failure:?}");
}

#[test]
fn a_person_is_sent_only_where_the_manifest_says_and_with_what_proves_it() {
    let (provider, ..) = hostile().on(&STAGE);
    for (name, why) in [
        (
            "elsewhere",
            "https://login.evil.test/go is none of those in the plugin's manifest",
        ),
        (
            "other-path",
            "https://login.hostile.test/consent is none of those",
        ),
        ("no-state", "lacks the state of this sign-in"),
        ("no-challenge", "lacks the challenge of this sign-in"),
        ("no-url", "the address of the sign-in page is refused"),
        ("device", "https://login.evil.test/device is none of those"),
    ] {
        let refused = run(async {
            let redirect = Some("http://localhost:81/cb".to_owned());
            let mut login = provider.login(&flow(name), redirect).await.expect("begins");
            login.proceed(None).await.err()
        });
        let Some(CallError::Plugin {
            fault: Fault::SignIn(told),
            ..
        }) = &refused
        else {
            panic!("{name}: {refused:?}");
        };
        assert!(told.contains(why), "{name}: {told}");
    }
}

/// Neither the form of a code nor its length shows in what a component is told of it.
#[test]
fn a_code_and_its_verifier_are_handles_that_tell_nothing() {
    let (provider, ..) = hostile().on(&STAGE);
    let told: Vec<String> = [
        "A-code-Canary1",
        "B-code-Canary2-and-longer",
        "e30.eyJrIjoxfQ.c2ln",
    ]
    .into_iter()
    .map(|code| {
        let outcome = run(async {
            let mut login = provider.login(&flow("asks"), None).await.expect("begins");
            let step = login.proceed(None).await.expect("the page is a good one");
            let LoginStep::OpenUrl(url) = step else {
                panic!("{step:?}");
            };
            assert!(url.contains(&format!("state={}", login.state())), "{url}");
            login.proceed(Some(Secret::new(code.to_owned()))).await
        });
        match outcome {
            Err(CallError::Provider(failure)) => failure.message,
            other => panic!("{other:?}"),
        }
    })
    .collect();
    assert_eq!(told, ["code None None; code None None"; 3]);
}
