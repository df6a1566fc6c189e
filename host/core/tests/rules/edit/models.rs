//! Primaries, fallbacks and the list of allowed models.

use super::*;

#[test]
fn primaries_of_several_purposes_are_set_at_once() {
    let settings = Settings {
        models: entries(&[("a/one", None)]),
        ..settings()
    };
    let (kept, new) = (model("a/one"), model("x/y"));
    let both =
        |text, image| set_primaries(&settings, &[(Purpose::Text, text), (Purpose::Image, image)]);
    let change = both(&new, &new);
    check(
        &change,
        &[
            "model primary = \"x/y\"",
            "models x/y = {}",
            "imageModel primary = \"x/y\"",
        ],
    );
    assert_eq!(change.notes, [Note::AllowlistExtended(new.clone())]);
    let change = both(&kept, &kept);
    check(&change, &["imageModel primary = \"a/one\""]);
    assert_eq!(change.notes, []);
    let change = set_primaries(&settings, &[(Purpose::Text, &kept)]);
    assert_eq!(
        (change.edits, change.notes),
        (Vec::new(), vec![Note::AlreadySo])
    );
}

#[test]
fn setting_the_primary_leaves_an_empty_allowlist_off() {
    check(
        &set_primary(&settings(), Purpose::Text, &model("x/y")),
        &[r#"model primary = "x/y""#],
    );
    check(
        &set_primary(&settings(), Purpose::Text, &model("a/one")),
        &[],
    );
    check(
        &set_primary(&settings(), Purpose::Image, &model("x/y")),
        &[r#"imageModel primary = "x/y""#],
    );
}

#[test]
fn setting_the_primary_extends_an_allowlist_in_force() {
    let settings = Settings {
        models: entries(&[("a/one", None)]),
        ..settings()
    };
    check(
        &set_primary(&settings, Purpose::Text, &model("x/y")),
        &[r#"model primary = "x/y""#, "models x/y = {}"],
    );
}

#[test]
fn a_plain_string_becomes_an_object() {
    let settings = Settings {
        model: ModelSetting::Name("a/one".to_owned()),
        ..Settings::default()
    };
    let expected = r#"model = {primary: "x/y"}"#;
    check(
        &set_primary(&settings, Purpose::Text, &model("x/y")),
        &[expected],
    );
    let expected = r#"model = {primary: "a/one", fallbacks: ["x/y"]}"#;
    check(
        &add_fallback(&settings, Purpose::Text, &model("x/y")),
        &[expected],
    );
}

#[test]
fn fallbacks_are_added_once() {
    check(
        &add_fallback(&settings(), Purpose::Text, &model("d/4")),
        &[r#"model fallbacks += "d/4""#],
    );
    check(
        &add_fallback(&settings(), Purpose::Text, &model("b/two")),
        &[],
    );
}

#[test]
fn fallbacks_are_removed_under_any_spelling() {
    let settings = Settings {
        model: models("a/one", Some(&["two", "c/three", "b/two"])),
        models: entries(&[("b/two", Some("Two"))]),
        ..Settings::default()
    };
    let change = remove_fallback(&settings, Purpose::Text, "b/two").unwrap();
    check(
        &change,
        &["model fallbacks [2] removed", "model fallbacks [0] removed"],
    );
}

#[test]
fn a_fallback_that_is_no_reference_is_removed_by_its_text() {
    let settings = Settings {
        model: models("a/one", Some(&["b/two", " /broken"])),
        ..Settings::default()
    };
    let change = remove_fallback(&settings, Purpose::Text, "/broken").unwrap();
    check(&change, &["model fallbacks [1] removed"]);
    let error = remove_fallback(&settings, Purpose::Text, "/other").unwrap_err();
    assert_eq!(error.listed, ["b/two", " /broken"]);
}

#[test]
fn a_fallback_that_is_there_and_not_allowed_becomes_allowed() {
    let settings = Settings {
        model: models("a/one", Some(&["b/two"])),
        models: entries(&[("a/one", None)]),
        ..Settings::default()
    };
    let change = add_fallback(&settings, Purpose::Text, &model("b/two"));
    check(&change, &["models b/two = {}"]);
    assert_eq!(change.notes, [Note::AllowlistExtended(model("b/two"))]);
}

/// Compares the one edit for an agent; the config has `main` before it.
#[track_caller]
fn check_agent(own: ModelSetting, decide: impl Fn(&Settings) -> Change, expected: &[&str]) {
    let agent = |id: &str, model| AgentSettings {
        id: id.to_owned(),
        model,
        ..AgentSettings::default()
    };
    let settings = Settings {
        agents: vec![agent("main", ModelSetting::Absent), agent("Work", own)],
        ..settings()
    };
    check(&decide(&settings), expected);
}

#[test]
fn an_agent_gets_models_of_its_own_in_the_form_that_it_has() {
    let primary = |settings: &Settings| {
        set_agent_primary(settings, "work", Purpose::Text, &model("x/y")).unwrap()
    };
    let fallbacks = |settings: &Settings| {
        let list = with_fallback(
            settings,
            settings.agent("work").unwrap(),
            Purpose::Text,
            &model("x/y"),
        );
        let added = model("x/y");
        set_agent_fallbacks(settings, "work", Purpose::Text, &list, Some(&added))
            .unwrap()
            .unwrap()
    };
    let name = || ModelSetting::Name("a/one".to_owned());
    check_agent(
        ModelSetting::Absent,
        primary,
        &[r#"agents list [1] model primary = "x/y""#],
    );
    check_agent(name(), primary, &[r#"agents list [1] model = "x/y""#]);
    check_agent(
        models("a/one", None),
        primary,
        &[r#"agents list [1] model primary = "x/y""#],
    );
    let inherited = r#"agents list [1] model fallbacks = ["b/two", "c/three", "x/y"]"#;
    check_agent(ModelSetting::Absent, fallbacks, &[inherited]);
    check_agent(
        name(),
        fallbacks,
        &[r#"agents list [1] model = {primary: "a/one", fallbacks: ["b/two", "c/three", "x/y"]}"#],
    );
    check_agent(
        models("a/one", Some(&[])),
        fallbacks,
        &[r#"agents list [1] model fallbacks = ["x/y"]"#],
    );
}

#[test]
fn an_agent_loses_a_fallback_that_it_has_or_inherits() {
    let left = |own: Option<&[&str]>, typed: &str| {
        let agent = AgentSettings {
            id: "work".to_owned(),
            model: models("a/one", own),
            ..AgentSettings::default()
        };
        without_fallback(&settings(), Some(&agent), Purpose::Text, typed)
    };
    assert_eq!(left(None, "b/two").unwrap(), ["c/three"]);
    assert_eq!(left(Some(&["x/y"]), "x/y").unwrap(), [""; 0]);
    assert_eq!(left(Some(&["x/y"]), "b/two").unwrap_err().listed, ["x/y"]);
}

#[test]
fn main_without_an_entry_has_the_models_of_all_or_gets_an_entry_beside_others() {
    let set = |settings: &Settings, agent| {
        set_agent_primary(settings, agent, Purpose::Text, &model("x/y"))
    };
    check(
        &set(&settings(), "main").unwrap(),
        &[r#"model primary = "x/y""#],
    );
    assert!(set(&settings(), "work").is_err());
    let agent = AgentSettings {
        id: "work".to_owned(),
        ..AgentSettings::default()
    };
    let two = Settings {
        agents: vec![agent],
        models: entries(&[("a/one", None)]),
        ..settings()
    };
    check(
        &set(&two, "main").unwrap(),
        &[
            r#"agents list += {id: "main", model: {primary: "x/y"}}"#,
            "models x/y = {}",
        ],
    );
}

#[test]
fn a_fallback_that_becomes_the_primary_may_change_places_with_it() {
    check(
        &swap_primary(&settings(), Purpose::Text, &model("b/two")),
        &[
            r#"model primary = "b/two""#,
            r#"model fallbacks [0] = "a/one""#,
        ],
    );
    check(
        &swap_primary(&settings(), Purpose::Text, &model("x/y")),
        &[r#"model primary = "x/y""#],
    );
}

#[test]
fn the_list_of_allowed_models_is_begun_and_ended_on_purpose() {
    let change = allow_model(&settings(), &model("x/y"));
    check(
        &change,
        &[
            "models x/y = {}",
            "models a/one = {}",
            "models b/two = {}",
            "models c/three = {}",
        ],
    );
    let any = Settings {
        models: entries(&[("x/y", Some("fast"))]),
        allows_any: true,
        ..settings()
    };
    check(
        &allow_model(&any, &model("x/y")),
        &[
            "models * removed",
            "models a/one = {}",
            "models b/two = {}",
            "models c/three = {}",
        ],
    );
    assert!(disallow_model(&any, &model("x/y")).is_err());
    let list = Settings {
        models: entries(&[("a/one", None), ("x/y", Some("fast"))]),
        ..settings()
    };
    check(&allow_model(&list, &model("a/one")), &[]);
    check(&allow_all(&list), &["models * = {}"]);
    let change = disallow_model(&list, &model("x/y")).unwrap();
    check(&change, &["models x/y removed"]);
    assert_eq!(change.notes, [Note::AliasGone("fast".to_owned())]);
    assert!(disallow_model(&list, &model("b/two")).is_err());
    let one = Settings {
        models: entries(&[("a/one", None)]),
        ..settings()
    };
    assert!(disallow_model(&one, &model("a/one")).is_err());
}

#[test]
fn an_unknown_fallback_is_named() {
    let error = |purpose| {
        remove_fallback(&settings(), purpose, "x/y")
            .unwrap_err()
            .to_string()
    };
    assert_eq!(error(Purpose::Text), "Fallback not found: x/y");
    assert_eq!(error(Purpose::Image), "Image fallback not found: x/y");
}

#[test]
fn clearing_stores_the_empty_list() {
    check(
        &clear_fallbacks(&settings(), Purpose::Text),
        &["model fallbacks = []"],
    );
    let none = Settings {
        model: models("a/one", Some(&[])),
        ..Settings::default()
    };
    check(&clear_fallbacks(&none, Purpose::Text), &[]);
}
