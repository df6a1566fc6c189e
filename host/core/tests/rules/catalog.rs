use openclaw_core::catalog::{
    Doubt, Filter, Known, ListingStatus, Model, Price, Spelled, alternatives, day_number, doubts,
    is_local_url, lay_over, nearest, recommended, suggest,
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
    let known: Vec<Spelled> = known.map(Spelled::of).collect();
    let unknown: ModelRef = unknown.parse().unwrap();
    let found: Vec<String> = suggest(&unknown, &known)
        .iter()
        .map(ModelRef::key)
        .collect();
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
        &["openrouter/moonshotai/kimi-k2"],
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
            let found = suggest(&unknown, &[Spelled::of(known)]);
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

#[test]
fn what_speaks_against_a_model_is_said_once_each() {
    let mut retired = model("a", "2024-01-01", "active");
    retired.retires = Some("2026-01-01".to_owned());
    let since = Some("2026-01-01".to_owned());
    let blind = Doubt::NoInput {
        takes: vec!["text".to_owned()],
    };
    assert_eq!(
        doubts(&retired, Some("image"), TODAY),
        [Doubt::Retired { since }, blind]
    );
    let mut ending = model("b", "2024-01-01", "deprecated");
    ending.retires = Some("2027-01-01".to_owned());
    let withdrawn = Doubt::Withdrawn {
        status: "deprecated".to_owned(),
        until: ending.retires.clone(),
    };
    assert_eq!(doubts(&ending, Some("text"), TODAY), [withdrawn]);
    let mut unknown = model("c", "2026-01-01", "active");
    unknown.input.clear();
    assert_eq!(doubts(&unknown, Some("image"), TODAY), []);
}

#[test]
fn what_to_take_instead_is_recent_and_takes_the_input() {
    let seeing = |id: &str, released: &str, status: &str| {
        let mut model = model(id, released, status);
        model.input.push("image".to_owned());
        model
    };
    let models = [
        model("blind", "2026-10-01", "active"),
        seeing("old", "2026-01-01", "active"),
        seeing("gone", "2026-11-01", "retired"),
        seeing("new", "2026-10-01", "active"),
        seeing("newer", "2026-10-02", "active"),
        seeing("older", "2025-12-01", "active"),
    ];
    let names: Vec<&str> = alternatives(&models, "image", TODAY)
        .iter()
        .map(|model| model.id.as_str())
        .collect();
    assert_eq!(names, ["newer", "new", "old"]);
}

#[test]
fn a_live_list_says_what_is_new_and_what_is_gone() {
    let mut own = model("own", "2026-01-01", "active");
    own.sources = vec!["config".to_owned()];
    own.context = Some(1);
    let known = [
        model("x-4-5", "2026-01-01", "active"),
        model("x-4-0", "2026-01-01", "active"),
        model("y-latest", "2026-01-01", "active"),
        model("dropped", "2026-01-01", "active"),
        model("over", "2026-01-01", "retired"),
        model("plain", "2026-01-01", "active"),
        own,
    ];
    let mut live = [
        "x-4-5-20251101",
        "x-4-20250514",
        "y-20260101",
        "plain",
        "own",
    ]
    .map(|id| model(id, "2026-01-01", "active"))
    .to_vec();
    live.iter_mut().for_each(|model| model.context = Some(9));
    let rows: Vec<String> = lay_over(&known, &live, TODAY)
        .iter()
        .map(|(model, standing)| format!("{} {standing:?} {:?}", model.id, model.context))
        .collect();
    assert_eq!(
        rows,
        [
            "x-4-5 Listed None",
            "x-4-0 Listed None",
            "y-latest Listed None",
            "dropped Gone None",
            "over Retired None",
            "plain Listed Some(9)",
            "own Listed Some(1)",
            "x-4-5-20251101 New Some(9)",
            "x-4-20250514 New Some(9)",
            "y-20260101 New Some(9)",
        ]
    );
    assert!(
        lay_over(&known, &[], TODAY)
            .iter()
            .all(|(_, standing)| matches!(standing, ListingStatus::Gone | ListingStatus::Retired))
    );
}
