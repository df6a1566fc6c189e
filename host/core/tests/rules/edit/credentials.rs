//! Auth orders and profiles.

use super::*;

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
