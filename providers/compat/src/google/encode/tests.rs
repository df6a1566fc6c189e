use openclaw_sdk::FailureKind;
use openclaw_sdk::testing::{Blobs, body_json, request};
use serde_json::{Value, json};

use super::*;
use crate::google::address::{answer_url, models_url, root};
use crate::google::tests::{BASE, GEMINI};
use crate::testing::asked;

/// The body, read back.
fn body(request: &Request, vendor: &Vendor) -> Value {
    encoded(request, &Blobs::default(), vendor)
}

fn encoded(request: &Request, files: &Blobs, vendor: &Vendor) -> Value {
    body_json(
        &super::body(request, vendor).expect("encodable").body,
        files,
    )
}

#[test]
fn a_configured_base_gets_a_version_unless_it_ends_in_one() {
    for (configured, want) in [
        ("", BASE),
        ("https://generativelanguage.googleapis.com", BASE),
        ("https://generativelanguage.googleapis.com/v1beta", BASE),
        (
            "https://generativelanguage.googleapis.com/v1",
            "https://generativelanguage.googleapis.com/v1",
        ),
        ("http://127.0.0.1:4100", "http://127.0.0.1:4100/v1beta"),
        ("http://127.0.0.1:4100/", "http://127.0.0.1:4100/v1beta"),
        ("http://127.0.0.1:4100/v1/", "http://127.0.0.1:4100/v1"),
        (
            "http://127.0.0.1:4100/v1alpha",
            "http://127.0.0.1:4100/v1alpha",
        ),
        (
            "http://127.0.0.1:4100/v1beta2",
            "http://127.0.0.1:4100/v1beta2",
        ),
        (
            "http://127.0.0.1:4100/gemini",
            "http://127.0.0.1:4100/gemini/v1beta",
        ),
        (
            "https://gateway.test/v1/acme/google-ai-studio",
            "https://gateway.test/v1/acme/google-ai-studio/v1beta",
        ),
        (
            "https://gateway.test/vertex",
            "https://gateway.test/vertex/v1beta",
        ),
        ("https://gateway.test/v", "https://gateway.test/v/v1beta"),
    ] {
        assert_eq!(root(Some(configured), &GEMINI), want);
    }
    assert_eq!(root(None, &GEMINI), BASE);
}

#[test]
fn addresses_carry_the_id_once_and_never_a_key() {
    let url = |model, stream| answer_url(BASE, model, stream).expect("a model id");
    assert_eq!(
        url("gemini-2.5-flash", true),
        format!("{BASE}/models/gemini-2.5-flash:streamGenerateContent?alt=sse")
    );
    assert_eq!(
        url("models/gemini-2.5-flash", false),
        format!("{BASE}/models/gemini-2.5-flash:generateContent")
    );
    assert_eq!(
        url("tunedModels/mine", false),
        format!("{BASE}/tunedModels/mine:generateContent")
    );
    assert_eq!(
        url("odd id:x", false),
        format!("{BASE}/models/odd%20id%3Ax:generateContent")
    );
    assert_eq!(
        models_url(BASE, 1, None),
        format!("{BASE}/models?pageSize=1")
    );
    assert_eq!(
        models_url(BASE, 9, Some("a+b/=")),
        format!("{BASE}/models?pageSize=9&pageToken=a%2Bb%2F%3D")
    );
}

#[test]
fn an_id_that_would_lead_elsewhere_is_refused_unsent() {
    for model in [
        "",
        "..",
        ".",
        "models/",
        "models/../files",
        "files/x",
        "a/b",
        "models/..",
        "tunedModels/a/b",
    ] {
        let failure = answer_url(BASE, model, true).expect_err(model);
        assert_eq!(failure.kind(), FailureKind::ModelNotFound, "{model}");
    }
}

#[test]
fn a_conversation_keeps_its_order_roles_and_images() {
    let asked = json!({
        "messages": [
            { "role": "system", "parts": [{ "text": "Be brief." }] },
            { "role": "user", "parts": [{ "text": "Hello" }] },
            { "role": "assistant", "parts": [{ "text": "Hi" }] },
            { "role": "user", "parts": [
                { "text": "What is this?" },
                { "file": { "media_type": "image/png", "source": { "bytes_base64": "iVBORw==" } } },
            ] },
        ],
        "max_output_tokens": 64,
        "sampling": { "temperature": 0.5 },
    });
    let (request, files) = request("gemini-2.5-flash", &asked);
    let want = json!({
        "systemInstruction": { "parts": [{ "text": "Be brief." }] },
        "contents": [
            { "role": "user", "parts": [{ "text": "Hello" }] },
            { "role": "model", "parts": [{ "text": "Hi" }] },
            { "role": "user", "parts": [
                { "text": "What is this?" },
                { "inlineData": { "mimeType": "image/png", "data": "iVBORw==" } },
            ] },
        ],
        "generationConfig": { "maxOutputTokens": 64, "temperature": 0.5 },
    });
    assert_eq!(encoded(&request, &files, &GEMINI), want);
}

#[test]
fn the_bound_on_output_is_the_models_own_unless_a_smaller_one_is_wanted() {
    let bound = |model: &str, wanted| {
        let mut request = asked(model, &[("user", "x")]);
        request.max_output_tokens = wanted;
        body(&request, &GEMINI)["generationConfig"]["maxOutputTokens"].as_u64()
    };
    assert_eq!(bound("gemini-2.5-flash", None), Some(65_536));
    assert_eq!(bound("models/gemini-2.5-flash", None), Some(65_536));
    assert_eq!(bound("gemini-2.5-flash", Some(8)), Some(8));
    assert_eq!(bound("gemini-2.5-flash", Some(100_000)), Some(65_536));
    assert_eq!(bound("not-yet-known", None), None);
    assert_eq!(bound("not-yet-known", Some(100_000)), Some(100_000));
    // 32,768 of 32,768: what the data says cannot be a maximum of output.
    assert_eq!(bound("gemini-2.5-flash-image", None), None);
}

#[test]
fn what_gemini_refuses_is_left_out() {
    let said = [
        ("system", "  \n"),
        ("user", ""),
        ("assistant", ""),
        ("user", "x"),
    ];
    let mut request = asked("not-yet-known", &said);
    request.messages[2].parts.clear();
    request.sampling.temperature = Some(f64::NAN);
    assert_eq!(
        body(&request, &GEMINI),
        json!({ "contents": [{ "role": "user", "parts": [{ "text": "x" }] }] })
    );
}

#[test]
fn a_model_without_a_system_prompt_hears_it_from_the_user() {
    let said = [("system", "Be brief."), ("user", "Hello")];
    let request = asked("gemma-3-27b-it", &said);
    let made = body(&request, &GEMINI);
    assert!(made.get("systemInstruction").is_none());
    assert_eq!(
        made["contents"],
        json!([{ "role": "user", "parts": [{ "text": "Be brief." }, { "text": "Hello" }] }])
    );

    let said = [("system", "Be brief."), ("assistant", "Hi")];
    let mut request = asked("gemma-3-27b-it", &said);
    assert_eq!(
        body(&request, &GEMINI)["contents"][0],
        json!({ "role": "user", "parts": [{ "text": "Be brief." }] })
    );

    request.model = "gemma-4-31b-it".to_owned();
    assert!(body(&request, &GEMINI).get("systemInstruction").is_some());
}

#[test]
fn every_text_survives_its_quotes() {
    let all: String = ('\0'..='\u{7f}')
        .chain("é👋\u{2028}\u{10ffff}".chars())
        .collect();
    let request = asked("not-yet-known", &[("system", &all), ("user", &all)]);
    let made = body(&request, &GEMINI);
    assert_eq!(made["contents"][0]["parts"][0]["text"], all);
    assert_eq!(made["systemInstruction"]["parts"][0]["text"], all);
    assert_eq!(
        body(&asked("not-yet-known", &[]), &GEMINI),
        json!({ "contents": [] })
    );
}
