use openclaw_core::catalog::{
    Filter, Known, Model, Price, day_number, is_local_url, nearest, recommended, suggest,
};
use openclaw_core::credential::ProviderId;
use openclaw_core::model_ref::ModelRef;
use proptest::prelude::*;

const TODAY: &str = "2026-11-22";

fn model(id: &str, released: &str, status: &str) -> Model {
    Model {
        id: id.to_owned(),
        name: id.to_owned(),
        context: None,
        max_output: None,
        price: Price::default(),
        price_tiers: Vec::new(),
        reasoning: None,
        tools: None,
        input: vec!["text".to_owned()],
        output: Vec::new(),
        released: Some(released.to_owned()),
        retires: None,
        status: status.to_owned(),
        parameters_b: None,
        open_weights: None,
        sources: Vec::new(),
    }
}

/// Compares what is suggested for an unknown model; a leading `-` marks a retired one.
#[track_caller]
fn check(unknown: &str, known: &[&str], expected: &[&str]) {
    let known = known.iter().map(|key| Known {
        model: key.trim_start_matches('-').parse().unwrap(),
        retired: key.starts_with('-'),
    });
    let unknown: ModelRef = unknown.parse().unwrap();
    let found: Vec<String> = suggest(&unknown, known).iter().map(ModelRef::key).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_model_of_the_same_family_is_suggested_before_a_retired_one() {
    check(
        "anthropic/claude-haiku-3-5",
        &[
            "-anthropic/claude-3-5-haiku-latest",
            "anthropic/claude-haiku-5-5",
            "anthropic/claude-haiku-4-5-20251001",
            "anthropic/claude-haiku-4-5",
            "anthropic/claude-opus-4-5",
            "openai/gpt-5.2",
        ],
        &[
            "anthropic/claude-haiku-4-5",
            "anthropic/claude-haiku-5-5",
            "anthropic/claude-3-5-haiku-latest",
        ],
    );
}

#[test]
fn slips_in_the_provider_or_the_model_are_found() {
    check(
        "opnai/gpt-5.2",
        &["openai/gpt-5.2", "google/gemini-2.5-pro"],
        &["openai/gpt-5.2"],
    );
    check(
        "openai/gpt5.2",
        &["openai/gpt-5.2", "openai/o3"],
        &["openai/gpt-5.2"],
    );
    check(
        "google/gemini-pro-2.5",
        &["google/gemini-2.5-pro"],
        &["google/gemini-2.5-pro"],
    );
}

#[test]
fn a_name_given_to_the_wrong_provider_is_found_with_its_vendor() {
    check(
        "gpt-5.2",
        &["azure-openai/gpt-5.2", "openai/gpt-5.2"],
        &["openai/gpt-5.2", "azure-openai/gpt-5.2"],
    );
    check(
        "openrouter/kimi-k2",
        &["opencode/kimi-k2", "openrouter/moonshotai/kimi-k2"],
        &["openrouter/moonshotai/kimi-k2", "opencode/kimi-k2"],
    );
}

#[test]
fn nothing_like_it_means_no_suggestion() {
    check(
        "custom/zzz",
        &["anthropic/claude-opus-4-5", "openai/gpt-5.2"],
        &[],
    );
}

#[test]
fn the_day_of_retirement_decides() {
    let mut model = model("x", "2025-01-01", "active");
    assert!(!model.is_retired_on(TODAY));
    model.retires = Some("2026-11-22".to_owned());
    assert!(model.is_retired_on(TODAY));
    assert!(!model.is_retired_on("2026-11-21"));
    model.retires = None;
    model.status = "retired".to_owned();
    assert!(model.is_retired_on(TODAY));
}

#[test]
fn recommended_models_are_current_recent_and_listed_once() {
    let models = [
        model("new", "2026-01-01", "active"),
        model("new-20260101", "2026-01-01", "active"),
        model("new-2026-01-01", "2026-01-01", "active"),
        model("old", "2024-01-01", "active"),
        model("gone", "2026-01-01", "deprecated"),
        model("only-20260101", "2026-01-01", "active"),
    ];
    let ids = |models: &[Model]| -> Vec<String> {
        recommended(models, TODAY)
            .iter()
            .map(|model| model.id.clone())
            .collect()
    };
    assert_eq!(ids(&models), ["new", "only-20260101"]);
    assert_eq!(ids(&models[3..4]), ["old"]);
}

#[test]
fn filters_narrow_by_provider_and_place() {
    let (a, b) = (ProviderId::new("a"), ProviderId::new("b"));
    assert!(Filter::default().accepts(&a, false));
    let only = Filter {
        provider: Some(a.clone()),
        local: false,
    };
    assert!(only.accepts(&a, false) && !only.accepts(&b, true));
    let local = Filter {
        provider: None,
        local: true,
    };
    assert!(local.accepts(&a, true) && !local.accepts(&a, false));
}

#[test]
fn local_addresses_are_told_by_their_host() {
    for url in [
        "http://localhost:11434",
        "http://127.0.0.1/v1",
        "http://[::1]:80/",
        "http://nas.LOCAL",
    ] {
        assert!(is_local_url(url), "{url}");
    }
    for url in [
        "https://api.openai.com",
        "http://localhost.evil.test",
        "http://localhost@evil.test/",
        "",
    ] {
        assert!(!is_local_url(url), "{url}");
    }
}

#[test]
fn days_are_counted() {
    assert_eq!(day_number("1970-01-01"), Some(0));
    assert_eq!(day_number("2000-03-01"), Some(11_017));
    assert_eq!(day_number("2026-11"), day_number("2026-11-01"));
    assert_eq!(day_number("2026-13-01"), None);
}

proptest! {
    #[test]
    fn any_text_is_handled(text in any::<String>(), other in any::<String>()) {
        let _ = (day_number(&text), is_local_url(&text));
        let models = [model(&text, &other, &text), model(&other, &text, "active")];
        prop_assert!(recommended(&models, &other).len() <= models.len());
        if let (Ok(unknown), Ok(known)) = (text.parse(), other.parse()) {
            let known = Known { model: known, retired: false };
            let found = suggest(&unknown, [known]);
            prop_assert!(found.len() <= 1);
        }
    }
}

#[test]
fn a_slip_of_the_hand_finds_the_name() {
    let names = ["anthropic", "google", "ollama", "openai"];
    let near = |unknown| nearest(unknown, names);
    assert_eq!(
        (near("antropic"), near("Open-AI"), near("olama")),
        (Some("anthropic"), Some("openai"), Some("ollama"))
    );
    assert_eq!(
        (near("anth"), near("google-ai")),
        (Some("anthropic"), Some("google"))
    );
    assert_eq!((near("mistral"), near("o"), near("")), (None, None, None));
}
