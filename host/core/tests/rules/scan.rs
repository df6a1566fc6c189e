use expect_test::{Expect, expect};
use openclaw_core::catalog::{Model, Price};
use openclaw_core::credential::ProviderId;
use openclaw_core::scan::{Availability, Criteria, Excluded, Offer, offer, rank, size_of};
use proptest::prelude::*;

const TODAY: &str = "2026-01-15";

/// A model in a line: `id 70B 2025-11-24 $5/$25 image deprecated`, each but the id optional.
fn model(line: &str) -> Model {
    let mut words = line.split_whitespace();
    let id = words.next().unwrap();
    let mut model = Model {
        id: id.to_owned(),
        name: id.to_owned(),
        context: None,
        max_output: None,
        price: Price::default(),
        price_tiers: Vec::new(),
        reasoning: None,
        tools: None,
        input: vec!["text".to_owned()],
        output: vec!["text".to_owned()],
        released: None,
        retires: None,
        status: "active".to_owned(),
        parameters_b: None,
        open_weights: None,
        sources: Vec::new(),
    };
    for word in words {
        if let Some((input, output)) = word.split_once('/') {
            let dollars = |text: &str| text.trim_start_matches('$').parse().ok();
            model.price.input = dollars(input);
            model.price.output = dollars(output);
        } else if let Some(size) = word.strip_suffix('B') {
            model.parameters_b = Some(size.parse().unwrap());
        } else if word.starts_with("20") {
            model.released = Some(word.to_owned());
        } else if let Some(day) = word.strip_prefix("until:") {
            model.retires = Some(day.to_owned());
        } else if let Some(modality) = word.strip_prefix("out:") {
            model.output.push(modality.to_owned());
        } else if word == "config" {
            model.sources = vec!["config".to_owned()];
        } else if word == "audio-only" {
            model.input = vec!["audio".to_owned()];
        } else {
            word.clone_into(&mut model.status);
        }
    }
    model
}

fn models(lines: &[&str]) -> Vec<Model> {
    lines.iter().map(|line| model(line)).collect()
}

/// Ranks the models of one provider that was asked.
#[track_caller]
fn check(lines: &[&str], criteria: &Criteria, expect: &Expect) {
    let (provider, models) = (ProviderId::new("p"), models(lines));
    let ranking = rank([(&provider, Availability::Live, &*models)], criteria, TODAY);
    let mut text = String::new();
    for candidate in &ranking.candidates {
        let parts = candidate.score.parts().map(|(_, part, _)| {
            let unknown = if part.known { "" } else { "?" };
            format!("{:.2}{unknown}", part.value)
        });
        text += &format!(
            "{:.4} = {}  {}\n",
            candidate.score.total(),
            parts.join(" "),
            candidate.model.model
        );
    }
    for (model, why) in &ranking.left_out {
        text += &format!("{} {}\n", why.name(), model.model);
    }
    expect.assert_eq(&text);
}

fn order(models: &[Model]) -> Vec<String> {
    let provider = ProviderId::new("p");
    let offers = [(&provider, Availability::Live, models)];
    let ranking = rank(offers, &Criteria::default(), TODAY);
    let ids = ranking.candidates.into_iter();
    ids.map(|candidate| candidate.model.model).collect()
}

fn at_least(billions: f64) -> Criteria {
    Criteria {
        min_params_b: Some(billions),
        max_age_days: None,
    }
}

#[test]
fn the_largest_leads_though_it_costs_more() {
    check(
        &[
            "sonnet 50B 2024-11-20 $3/$15",
            "gpt 175B 2024-12-15 $10/$50",
            "opus 200B 2025-01-01 $15/$75",
        ],
        &Criteria::default(),
        &expect![[r#"
            0.7066 = 0.77 0.49 0.31 1.00  opus
            0.7029 = 0.75 0.47 0.50 1.00  gpt
            0.6356 = 0.57 0.45 0.92 1.00  sonnet
        "#]],
    );
}

#[test]
fn what_is_not_known_is_neutral() {
    check(
        &[
            "unknown",
            "llama:7b",
            "llama:671b",
            "free $0/$0",
            "half $1/",
        ],
        &Criteria::default(),
        &expect![[r#"
            0.7350 = 0.80 0.50? 0.50? 1.00  llama:671b
            0.6250 = 0.50? 0.50? 1.00 1.00  free
            0.6000 = 0.50? 0.50? 0.50? 1.00  half
            0.6000 = 0.50? 0.50? 0.50? 1.00  unknown
            0.5018 = 0.28 0.50? 0.50? 1.00  llama:7b
        "#]],
    );
}

#[test]
fn of_models_without_a_published_size_the_new_one_leads_and_a_small_one_does_not() {
    check(
        &[
            "claude-haiku-4-5 2025-10-15 $1/$5",
            "claude-sonnet-4-5 2025-09-29 $3/$15",
            "claude-opus-4-5 2025-11-24 $5/$25",
            "gpt-5.2 2025-12-11 $1.75/$14",
            "gpt-5.2-pro 2025-12-11 $21/$168",
            "gpt-5-nano 2025-12-11 $0.05/$0.4",
        ],
        &Criteria::default(),
        &expect![[r#"
            0.7530 = 0.50? 0.94 0.95 1.00  gpt-5.2
            0.7368 = 0.50? 0.91 0.80 1.00  claude-opus-4-5
            0.7264 = 0.50? 0.84 0.99 1.00  claude-haiku-4-5
            0.7152 = 0.50? 0.81 0.92 1.00  claude-sonnet-4-5
            0.7111 = 0.50? 0.94 0.11 1.00  gpt-5.2-pro
            0.6432 = 0.25? 0.94 1.00 1.00  gpt-5-nano
        "#]],
    );
}

#[test]
fn equal_scores_are_put_in_order_by_facts_and_then_by_name() {
    let lines = ["b", "c 31.6227766B", "a", "dear $20/$20", "d"];
    let mut turned = lines;
    turned.reverse();
    for lines in [lines, turned] {
        assert_eq!(order(&models(&lines)), ["c", "dear", "a", "b", "d"]);
    }
}

#[test]
fn a_filter_leaves_out_what_is_not_known() {
    check(
        &[
            "big 70B 2025-12-01",
            "small 69.9B 2025-12-01",
            "secret 2025-12-01",
            "llama-3.3-70b-instruct 2025-12-01",
        ],
        &at_least(70.0),
        &expect![[r#"
            0.7772 = 0.62 0.92 0.50? 1.00  llama-3.3-70b-instruct
            0.7772 = 0.62 0.92 0.50? 1.00  big
            too_small small
            size_unknown secret
        "#]],
    );
    check(
        &[
            "new 2025-10-17",
            "old 2025-10-16",
            "month 2025-12",
            "undated",
            "announced 2026-06-01",
        ],
        &Criteria {
            min_params_b: None,
            max_age_days: Some(90.0),
        },
        &expect![[r#"
            0.7500 = 0.50? 1.00 0.50? 1.00  announced
            0.7254 = 0.50? 0.92 0.50? 1.00  month
            0.7029 = 0.50? 0.84 0.50? 1.00  new
            too_old old
            date_unknown undated
        "#]],
    );
    check(
        &["secret", "big 70B"],
        &at_least(0.0),
        &expect![[r#"
            0.6518 = 0.62 0.50? 0.50? 1.00  big
            0.6000 = 0.50? 0.50? 0.50? 1.00  secret
        "#]],
    );
}

#[test]
fn what_is_proven_goes_before_what_is_not() {
    let (a, b) = (ProviderId::new("a"), ProviderId::new("b"));
    let models = models(&["m 70B"]);
    let ranking = rank(
        [
            (&a, Availability::Unproven, &*models),
            (&b, Availability::Live, &*models),
        ],
        &Criteria::default(),
        TODAY,
    );
    let order: Vec<String> = ranking
        .candidates
        .iter()
        .map(|candidate| format!("{} {}", candidate.model, candidate.score.total()))
        .collect();
    expect![[r#"
        b/m 0.6518
        a/m 0.5518"#]]
    .assert_eq(&order.join("\n"));
}

#[test]
fn a_name_tells_a_size_only_as_a_word_of_its_own() {
    let size = |id: &str| size_of(&model(id)).map(|size| (size.billions, size.by_name));
    let named = |billions| Some((billions, true));
    assert_eq!(size("llama-3.3-70b-instruct"), named(70.0));
    assert_eq!(size("meta/Llama3:1.5B"), named(1.5));
    assert_eq!(size("qwen3-235b-a22b"), named(235.0));
    assert_eq!(size("gpt-oss:120b-cloud"), named(120.0));
    for unknown in [
        "mixtral-8x7b",
        "gemma-3n-e4b-it",
        "claude-opus-4-5",
        "b",
        "0b",
        ".b",
        "1.2.3b",
        "v2b",
        "99999999b",
        "gpt-4-1106b2",
    ] {
        assert_eq!(size(unknown), None, "{unknown}");
    }
    assert_eq!(size("mixtral-8x7b 46.7B"), Some((46.7, false)));
    assert_eq!(size("odd-70b 0B"), named(70.0));
}

fn offered(offer: &Offer) -> String {
    let taken = offer.models.iter().map(|model| model.id.clone());
    let others = offer
        .left_out
        .iter()
        .map(|(id, why)| format!("{} {id}", why.name()));
    taken.chain(others).collect::<Vec<_>>().join("\n")
}

#[test]
fn without_being_asked_a_provider_offers_its_current_text_models_once() {
    let known = models(&[
        "opus 2025-11-24",
        "opus-20251101",
        "only-20251101",
        "painter out:image",
        "listener audio-only",
        "gpt-audio-mini",
        "old deprecated",
        "gone retired",
        "ends until:2026-01-15",
        "ends-soon until:2026-01-16",
        "announced 2026-01-16",
    ]);
    expect![[r#"
        opus
        only-20251101
        ends-soon
        not_text painter
        not_text listener
        not_text gpt-audio-mini
        not_current old
        not_current gone
        not_current ends
        not_yet announced
        copy opus-20251101"#]]
    .assert_eq(&offered(&offer(&known, None, TODAY)));
}

#[test]
fn a_provider_that_was_asked_offers_what_it_lists() {
    let known = models(&["opus", "haiku", "sonnet", "gone retired", "mine config"]);
    let live = models(&[
        "early 2026-01-16",
        "opus-20251101",
        "sonnet deprecated",
        "new",
        "mine 70B 2025-12-01",
    ]);
    let offer = offer(&known, Some(&live), TODAY);
    expect![[r#"
        opus
        mine
        early
        new
        not_listed haiku
        not_current sonnet
        not_listed gone
        copy opus-20251101"#]]
    .assert_eq(&offered(&offer));
    let mine = offer
        .models
        .iter()
        .find(|model| model.id == "mine")
        .unwrap();
    assert_eq!(
        (mine.parameters_b, mine.released.as_deref()),
        (Some(70.0), Some("2025-12-01")),
        "what the user's own entry does not say is taken from the live list"
    );
}

#[test]
fn every_reason_has_a_name_of_its_own() {
    let mut names = Excluded::ALL.map(Excluded::name).to_vec();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Excluded::ALL.len());
}

proptest! {
    #[test]
    fn any_facts_give_a_score_within_bounds_and_one_order(
        facts in prop::collection::vec(
            (
                "[a-z0-9.:-]{1,12}",
                prop::option::of(any::<f64>()),
                prop::option::of("20[0-3][0-9]-[01][0-9]-[0-3][0-9]"),
                prop::option::of(any::<f64>()),
                prop::option::of(any::<f64>()),
            ),
            0..8,
        ),
        least in prop::option::of(0.0..1e4),
        most in prop::option::of(0.0..1e5),
    ) {
        let models: Vec<Model> = facts
            .into_iter()
            .enumerate()
            .map(|(number, (id, size, released, input, output))| Model {
                parameters_b: size,
                released,
                price: Price { input, output, ..Price::default() },
                ..model(&format!("{id}-{number}"))
            })
            .collect();
        let criteria = Criteria { min_params_b: least, max_age_days: most };
        let provider = ProviderId::new("p");
        let ranking = rank([(&provider, Availability::Live, &*models)], &criteria, TODAY);
        prop_assert_eq!(ranking.candidates.len() + ranking.left_out.len(), models.len());
        for candidate in &ranking.candidates {
            prop_assert!((0.0..=1.0).contains(&candidate.score.total()));
            for (name, part, _) in candidate.score.parts() {
                prop_assert!((0.0..=1.0).contains(&part.value), "{name}: {}", part.value);
            }
        }
        let turned: Vec<Model> = models.iter().rev().cloned().collect();
        prop_assert_eq!(order(&turned), order(&models));
    }
}
