use openclaw_core::credential::ProviderId;
use openclaw_core::model_ref::{
    AliasTable, ModelRef, normalize_agent_id, normalize_provider, validate_alias,
};
use proptest::prelude::*;

#[track_caller]
fn check(raw: &str, expected: &str) {
    let parsed: Result<ModelRef, _> = raw.parse();
    let actual = match parsed {
        Ok(model) => model.to_string(),
        Err(error) => error.to_string(),
    };
    assert_eq!(actual, expected);
}

#[test]
fn a_bare_model_belongs_to_anthropic() {
    check("claude-haiku-4-5", "anthropic/claude-haiku-4-5");
    check(" opus ", "anthropic/opus");
}

#[test]
fn providers_are_normalized_and_models_keep_their_case() {
    check("Z.AI/glm-4.7", "zai/glm-4.7");
    check("Z-AI/GLM-4.7", "zai/GLM-4.7");
    check("qwen / qwen3", "qwen/qwen3");
    check("minimax/MiniMax-M2.1", "minimax/MiniMax-M2.1");
}

#[test]
fn only_the_first_slash_splits() {
    check(
        "openrouter/moonshotai/kimi-k2",
        "openrouter/moonshotai/kimi-k2",
    );
}

#[test]
fn shortcuts_become_the_ids_that_vendors_know() {
    check("sonnet-4.5", "anthropic/claude-sonnet-4-5");
    check("ANTHROPIC/Opus-4.5", "anthropic/claude-opus-4-5");
    check("anthropic/claude-sonnet-4", "anthropic/claude-sonnet-4-0");
    check("google/gemini-3-pro", "google/gemini-3-pro-preview");
    check("openai/gpt-5.2-vision", "openai/gpt-5.2");
    check(
        "github-copilot/claude-sonnet-4",
        "github-copilot/claude-sonnet-4",
    );
}

#[test]
fn a_missing_half_is_refused_with_the_text_as_given() {
    check("/foo", "Invalid model reference: /foo");
    check("foo/", "Invalid model reference: foo/");
    check("", "Invalid model reference: ");
    check("  ", "Invalid model reference:   ");
}

#[test]
fn agent_ids_fit_into_a_path() {
    assert_eq!(normalize_agent_id("Work"), "work");
    assert_eq!(normalize_agent_id(" ../My Agent! "), "my-agent");
    assert_eq!(normalize_agent_id("   "), "main");
    assert_eq!(normalize_agent_id(&"x".repeat(80)).len(), 64);
}

fn resolve(table: &AliasTable, raw: &str) -> String {
    let resolved = table.resolve(raw, &ProviderId::new("anthropic")).unwrap();
    format!("{} via {:?}", resolved.model, resolved.via_alias)
}

#[test]
fn aliases_ignore_case_and_the_later_entry_wins() {
    let table = AliasTable::build([
        ("openai/gpt-5.2", Some("fast")),
        ("google/gemini-2.5-flash", Some("Fast")),
    ]);
    assert_eq!(
        resolve(&table, "FAST"),
        r#"google/gemini-2.5-flash via Some("Fast")"#
    );
    assert_eq!(table.iter().count(), 1);
}

#[test]
fn an_alias_never_hides_a_reference() {
    let table = AliasTable::build([("openai/gpt-5.2", Some("a/b"))]);
    assert_eq!(resolve(&table, "a/b"), "a/b via None");
}

#[test]
fn built_in_aliases_need_an_entry_without_an_alias_key() {
    let opus = "anthropic/claude-opus-4-5";
    let names = |entries: &[(&str, Option<&str>)]| {
        let table = AliasTable::build(entries.iter().copied());
        table
            .iter()
            .map(|alias| format!("{}={}", alias.name, alias.model))
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&[(opus, None)]), ["opus=anthropic/claude-opus-4-5"]);
    assert!(names(&[(opus, Some(""))]).is_empty());
    assert_eq!(names(&[("x/y", Some("opus")), (opus, None)]), ["opus=x/y"]);
    assert_eq!(
        names(&[(opus, Some("big"))]),
        ["big=anthropic/claude-opus-4-5"]
    );
}

#[test]
fn a_bare_name_that_is_no_alias_is_warned_about() {
    let resolved = AliasTable::default()
        .resolve("turbo", &ProviderId::new("anthropic"))
        .unwrap();
    assert_eq!(
        resolved.warning.unwrap(),
        "Model \"turbo\" specified without provider. Falling back to \"anthropic/turbo\". \
         Please use \"anthropic/turbo\" in your config."
    );
}

#[test]
fn alias_names_are_checked() {
    assert_eq!(validate_alias(" my.fast_1:x-y "), Ok("my.fast_1:x-y"));
    assert_eq!(
        validate_alias(" ").unwrap_err().to_string(),
        "Alias cannot be empty."
    );
    assert_eq!(
        validate_alias("a b").unwrap_err().to_string(),
        "Alias must use letters, numbers, dots, underscores, colons, or dashes."
    );
}

proptest! {
    #[test]
    fn any_text_parses_or_is_refused(raw in any::<String>()) {
        prop_assert!(validate_alias(&raw).is_ok_and(|name| name == raw.trim()) || validate_alias(&raw).is_err());
        prop_assert!(!normalize_agent_id(&raw).is_empty());
        let once = normalize_provider(&raw);
        prop_assert_eq!(normalize_provider(once.as_str()), once);
        if let Ok(model) = raw.parse::<ModelRef>() {
            prop_assert_eq!(model.key().parse::<ModelRef>(), Ok(model));
        }
    }

    #[test]
    fn printing_and_parsing_agree(provider in "[A-Za-z.-]{1,8}", model in "[A-Za-z0-9./:-]{1,12}") {
        let model: ModelRef = format!("{provider}/{model}").parse().unwrap();
        prop_assert_eq!(model.key().parse::<ModelRef>(), Ok(model));
    }
}
