use std::slice;

use openclaw_core::auth_order::DeclaredProfile;
use openclaw_core::credential::{Mode, ProfileId, ProviderId};
use openclaw_core::edit::{
    Change, Edit, Note, PathSegment, Position, Value, add_alias, add_fallback, admit_profile,
    allow_all, allow_model, clear_auth_order, clear_fallbacks, disallow_model, forget_profiles,
    remove_alias, remove_fallback, set_agent_fallbacks, set_agent_primary, set_auth_order,
    set_primaries, set_primary, swap_primary, with_fallback, without_fallback,
};
use openclaw_core::model_ref::ModelRef;
use openclaw_core::selection::{AgentSettings, ModelSetting, Purpose, Settings};

use crate::selection::{entries, models};

fn model(key: &str) -> ModelRef {
    key.parse().unwrap()
}

fn show_value(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text:?}"),
        Value::Array(items) => {
            format!(
                "[{}]",
                items.iter().map(show_value).collect::<Vec<_>>().join(", ")
            )
        }
        Value::Object(fields) => {
            let field = |(key, value): &(String, Value)| format!("{key}: {}", show_value(value));
            format!(
                "{{{}}}",
                fields.iter().map(field).collect::<Vec<_>>().join(", ")
            )
        }
        other => format!("{other:?}"),
    }
}

fn show_path(path: &[PathSegment]) -> String {
    let segment = |segment: &PathSegment| match segment {
        PathSegment::Key(key) => key.clone(),
        PathSegment::Index(index) => format!("[{index}]"),
    };
    path.iter().map(segment).collect::<Vec<_>>().join(" ")
}

/// Compares the edits, one a line, with the keys above `agents defaults` left out.
#[track_caller]
fn check(change: &Change, expected: &[&str]) {
    let show = |edit: &Edit| match edit {
        Edit::Set { path, value } => format!("{} = {}", show_path(path), show_value(value)),
        Edit::Append { path, value } => format!("{} += {}", show_path(path), show_value(value)),
        Edit::Remove { path } => format!("{} removed", show_path(path)),
    };
    let lines: Vec<String> = change
        .edits
        .iter()
        .map(show)
        .map(|line| line.replace("agents defaults ", ""))
        .collect();
    assert_eq!(lines, expected);
}

fn settings() -> Settings {
    Settings {
        model: models("a/one", Some(&["b/two", "c/three"])),
        ..Settings::default()
    }
}

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

#[test]
fn the_first_alias_forbids_nothing() {
    let change = add_alias(&settings(), "fast", &model("x/y")).unwrap();
    check(&change, &["models * = {}", r#"models x/y alias = "fast""#]);
    assert_eq!(change.notes, []);
}

#[test]
fn an_alias_moves_from_the_model_that_had_it() {
    let settings = Settings {
        models: entries(&[("a/one", Some("Fast")), ("anthropic/claude-opus-4-5", None)]),
        ..settings()
    };
    check(
        &add_alias(&settings, "fast", &model("b/two")).unwrap(),
        &[
            "models a/one alias removed",
            "models b/two = {}",
            r#"models b/two alias = "fast""#,
        ],
    );
    check(
        &add_alias(&settings, "opus", &model("a/one")).unwrap(),
        &[
            r#"models anthropic/claude-opus-4-5 alias = """#,
            r#"models a/one alias = "opus""#,
        ],
    );
    check(&add_alias(&settings, "Fast", &model("a/one")).unwrap(), &[]);
}

#[test]
fn a_removed_built_in_alias_stays_removed() {
    let settings = Settings {
        models: entries(&[("a/one", Some("Fast")), ("anthropic/claude-opus-4-5", None)]),
        ..settings()
    };
    check(
        &remove_alias(&settings, "FAST").unwrap(),
        &["models a/one alias removed"],
    );
    check(
        &remove_alias(&settings, "opus").unwrap(),
        &[r#"models anthropic/claude-opus-4-5 alias = """#],
    );
    assert_eq!(
        remove_alias(&settings, "x").unwrap_err().to_string(),
        "Alias not found: x"
    );
}

fn order(settings: &Settings, agent: Option<&str>, ids: &[&str]) -> Result<Change, String> {
    let provider = ProviderId::new("anthropic");
    let stored = [
        (ProfileId::new("anthropic:a"), provider.clone()),
        (ProfileId::new("anthropic:b"), provider.clone()),
        (ProfileId::new("openai:a"), ProviderId::new("openai")),
    ];
    let ids: Vec<ProfileId> = ids.iter().map(|id| ProfileId::new(*id)).collect();
    set_auth_order(settings, agent, &provider, &ids, &stored, "~/agent")
        .map_err(|error| error.to_string())
}

#[test]
fn an_order_is_written_to_the_config() {
    let ids = ["anthropic:b", "anthropic:a", "anthropic:b"];
    let list = r#"["anthropic:b", "anthropic:a"]"#;
    let settings = settings();
    check(
        &order(&settings, None, &ids).unwrap(),
        &[&format!("auth order anthropic = {list}")],
    );
    check(
        &order(&settings, Some("main"), &ids).unwrap(),
        &[&format!(
            r#"agents list += {{id: "main", auth: {{order: {{anthropic: {list}}}}}}}"#
        )],
    );
    let agent = AgentSettings {
        id: "work".to_owned(),
        ..AgentSettings::default()
    };
    let settings = Settings {
        agents: vec![agent],
        ..settings
    };
    check(
        &order(&settings, Some("work"), &ids).unwrap(),
        &[&format!("agents list [0] auth order anthropic = {list}")],
    );
}

#[test]
fn an_order_names_only_stored_profiles_of_its_provider() {
    let error = |ids: &[&str]| order(&settings(), None, ids).unwrap_err();
    assert_eq!(error(&["x"]), "Auth profile \"x\" not found in ~/agent.");
    assert_eq!(
        error(&["openai:a"]),
        "Auth profile \"openai:a\" is for openai, not anthropic."
    );
}

#[test]
fn clearing_an_order_removes_every_spelling_and_what_is_left_empty() {
    let list = |key: &str| (key.to_owned(), vec!["anthropic:a".to_owned()]);
    let provider = ProviderId::new("anthropic");
    let one = Settings {
        auth_order: vec![list("Anthropic")],
        ..settings()
    };
    check(
        &clear_auth_order(&one, None, &provider).unwrap(),
        &["auth order removed"],
    );
    let two = Settings {
        auth_order: vec![list("Anthropic"), list("openai")],
        ..settings()
    };
    check(
        &clear_auth_order(&two, None, &provider).unwrap(),
        &["auth order Anthropic removed"],
    );
    check(
        &clear_auth_order(&settings(), None, &provider).unwrap(),
        &[],
    );
}

fn admitted(settings: &Settings, declared: &[DeclaredProfile]) -> Change {
    admit_profile(settings, declared, &new_profile(), Position::First, None)
}

fn new_profile() -> DeclaredProfile {
    DeclaredProfile {
        id: ProfileId::new("zai:new"),
        provider: ProviderId::new("zai"),
        mode: Mode::ApiKey,
    }
}

#[test]
fn a_new_profile_goes_to_the_front_of_an_order() {
    let order = |ids: &[&str]| {
        let ids = ids.iter().map(|&id| id.to_owned()).collect();
        vec![("Z.ai".to_owned(), ids)]
    };
    let mut settings = Settings {
        auth_order: order(&["zai:a", "zai:new"]),
        ..Settings::default()
    };
    let change = admitted(&settings, &[]);
    check(&change, &[r#"auth order Z.ai = ["zai:new", "zai:a"]"#]);
    assert_eq!(change.notes, [Note::FirstInOrder]);

    let agent = AgentSettings {
        id: "work".to_owned(),
        auth_order: order(&["zai:a"]),
        ..AgentSettings::default()
    };
    settings = Settings {
        auth_order: order(&["zai:new"]),
        agents: vec![agent],
        ..Settings::default()
    };
    let change = admitted(&settings, &[]);
    check(&change, &[]);
    assert_eq!(change.notes, [Note::NotInOrderOf("work".to_owned())]);
}

#[test]
fn a_new_profile_is_declared_where_only_declared_ones_count() {
    let declared = |id: &str, provider: &str, mode| DeclaredProfile {
        id: ProfileId::new(id),
        provider: ProviderId::new(provider),
        mode,
    };
    let written = r#"auth profiles zai:new = {provider: "zai", mode: "api_key"}"#;
    let settings = Settings::default();
    check(&admitted(&settings, &[]), &[]);
    check(
        &admitted(&settings, &[declared("a:b", "a", Mode::Token)]),
        &[],
    );
    check(
        &admitted(&settings, &[declared("zai:a", "zai", Mode::Token)]),
        &[written],
    );
    check(
        &admitted(&settings, &[declared("zai:new", "zai", Mode::Token)]),
        &[written],
    );
    check(
        &admitted(&settings, &[declared("zai:new", "zai", Mode::ApiKey)]),
        &[],
    );
}

#[test]
fn a_new_profile_goes_where_it_was_wanted_in_every_order_that_concerns_it() {
    let order = |ids: &[&str]| {
        let ids = ids.iter().map(|&id| id.to_owned()).collect();
        vec![("zai".to_owned(), ids)]
    };
    let agent = AgentSettings {
        id: "Work".to_owned(),
        auth_order: order(&["zai:b"]),
        ..AgentSettings::default()
    };
    let settings = Settings {
        auth_order: order(&["zai:a"]),
        agents: vec![agent],
        ..Settings::default()
    };
    let admitted = |position, agent| admit_profile(&settings, &[], &new_profile(), position, agent);
    let change = admitted(Position::Last, Some("work"));
    check(
        &change,
        &[
            r#"auth order zai = ["zai:a", "zai:new"]"#,
            r#"agents list [0] auth order zai = ["zai:b", "zai:new"]"#,
        ],
    );
    assert_eq!(change.notes, [Note::LastInOrder]);
    let change = admitted(Position::Unchanged, None);
    check(&change, &[]);
    let notes = [Note::NotInOrder, Note::NotInOrderOf("Work".to_owned())];
    assert_eq!(change.notes, notes);
}

#[test]
fn a_removed_profile_leaves_no_trace_in_the_config() {
    let order = |ids: &[&str]| {
        let ids = ids.iter().map(|&id| id.to_owned()).collect();
        vec![("Z.ai".to_owned(), ids)]
    };
    let agent = |id: &str, ids: &[&str]| AgentSettings {
        id: id.to_owned(),
        auth_order: order(ids),
        ..AgentSettings::default()
    };
    let settings = Settings {
        auth_order: order(&["zai:a", "zai:b"]),
        agents: vec![agent("one", &["zai:b"]), agent("two", &["zai:a"])],
        ..Settings::default()
    };
    let (a, b) = (ProfileId::new("zai:a"), ProfileId::new("zai:b"));
    check(
        &forget_profiles(&settings, &[a.clone(), b.clone()], slice::from_ref(&b)),
        &[
            "auth profiles zai:b removed",
            r#"auth order Z.ai = ["zai:a"]"#,
            "agents list [0] auth removed",
        ],
    );
    check(
        &forget_profiles(&settings, &[a.clone(), b.clone()], &[a, b]),
        &[
            "auth profiles removed",
            "auth order removed",
            "agents list [0] auth removed",
            "agents list [1] auth removed",
        ],
    );
    let other = ProfileId::new("zai:c");
    check(&forget_profiles(&settings, &[], &[other]), &[]);
}
