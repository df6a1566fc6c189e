use openclaw_core::selection::{
    AgentSettings, Link, ModelEntry, ModelSetting, Origin, Purpose, Scope, Settings, SkippedLink,
    chain, configured, configured_for, listed,
};

pub(crate) fn models(primary: &str, fallbacks: Option<&[&str]>) -> ModelSetting {
    ModelSetting::Chain {
        primary: (!primary.is_empty()).then(|| primary.to_owned()),
        fallbacks: fallbacks.map(|list| list.iter().map(|&item| item.to_owned()).collect()),
    }
}

pub(crate) fn entries(list: &[(&str, Option<&str>)]) -> Vec<ModelEntry> {
    let entry = |(key, alias): &(&str, Option<&str>)| ModelEntry {
        key: (*key).to_owned(),
        alias: alias.map(str::to_owned),
    };
    list.iter().map(entry).collect()
}

fn settings() -> Settings {
    Settings {
        model: models("a/one", Some(&["b/two", "c/three"])),
        ..Settings::default()
    }
}

fn with_agent(model: ModelSetting) -> Settings {
    let agent = AgentSettings {
        id: "Work".to_owned(),
        model,
        ..AgentSettings::default()
    };
    Settings {
        agents: vec![agent],
        ..settings()
    }
}

/// Compares the chain as `model model | skipped:reason`.
#[track_caller]
fn check(
    settings: &Settings,
    agent: Option<&str>,
    purpose: Purpose,
    asked: Option<&str>,
    expected: &str,
) {
    let actual = match chain(settings, agent, purpose, asked) {
        Err(error) => error.to_string(),
        Ok(chain) => {
            let link = |link: &Link| link.model.key();
            let skipped = |skip: &SkippedLink| format!("{}:{:?}", skip.raw, skip.reason);
            let links: Vec<String> = chain.links.iter().map(link).collect();
            let skipped: Vec<String> = chain.skipped.iter().map(skipped).collect();
            format!("{} | {}", links.join(" "), skipped.join(" "))
        }
    };
    assert_eq!(actual.trim_end_matches(" | "), expected);
}

#[test]
fn the_primary_comes_first_then_the_fallbacks() {
    check(
        &settings(),
        None,
        Purpose::Text,
        None,
        "a/one b/two c/three",
    );
}

#[test]
fn nothing_configured_means_the_built_in_default() {
    check(
        &Settings::default(),
        None,
        Purpose::Text,
        None,
        "anthropic/claude-opus-4-5",
    );
    check(
        &Settings::default(),
        None,
        Purpose::Image,
        None,
        "anthropic/claude-opus-4-5",
    );
}

#[test]
fn an_agent_inherits_fallbacks_unless_it_has_the_key() {
    let inherits = "x/own b/two c/three";
    check(
        &with_agent(models("x/own", None)),
        Some("work"),
        Purpose::Text,
        None,
        inherits,
    );
    let name = ModelSetting::Name("x/own".to_owned());
    check(
        &with_agent(name),
        Some("work"),
        Purpose::Text,
        None,
        inherits,
    );
    check(
        &with_agent(models("x/own", Some(&[]))),
        Some("work"),
        Purpose::Text,
        None,
        "x/own",
    );
    let own = with_agent(models("", Some(&["x/other"])));
    check(&own, Some("work"), Purpose::Text, None, "a/one x/other");
}

#[test]
fn a_requested_model_goes_first_and_the_primary_last() {
    check(
        &settings(),
        None,
        Purpose::Text,
        Some("z/new"),
        "z/new b/two c/three a/one",
    );
    let own = with_agent(models("x/own", Some(&["x/other"])));
    check(
        &own,
        Some("work"),
        Purpose::Text,
        Some("z/new"),
        "z/new x/other",
    );
}

#[test]
fn fallbacks_outside_the_allowlist_are_passed_over() {
    let settings = Settings {
        models: entries(&[("a/one", None), ("c/three", None)]),
        ..settings()
    };
    check(
        &settings,
        None,
        Purpose::Text,
        None,
        "a/one c/three | b/two:NotAllowed",
    );
    check(
        &settings,
        None,
        Purpose::Text,
        Some("b/two"),
        "Model not allowed: b/two",
    );
}

#[test]
fn a_primary_outside_the_allowlist_is_an_error() {
    let settings = Settings {
        models: entries(&[("b/two", None)]),
        ..settings()
    };
    check(
        &settings,
        None,
        Purpose::Text,
        None,
        "Model not allowed: a/one",
    );
}

#[test]
fn aliases_work_in_the_config_and_duplicates_are_dropped() {
    let settings = Settings {
        model: models("one", Some(&["TWO", "a/one", "b/two", "/"])),
        models: entries(&[("a/one", Some("one")), ("b/two", Some("two"))]),
        ..Settings::default()
    };
    let expected = "a/one b/two | a/one:Duplicate b/two:Duplicate /:Invalid";
    check(&settings, None, Purpose::Text, None, expected);
}

#[test]
fn bare_fallbacks_belong_to_the_provider_of_the_primary() {
    let settings = Settings {
        model: models("openai/gpt-5.2", Some(&["gpt-5-mini"])),
        ..Settings::default()
    };
    check(
        &settings,
        None,
        Purpose::Text,
        None,
        "openai/gpt-5.2 openai/gpt-5-mini",
    );
}

#[test]
fn an_image_chain_ends_at_the_text_primary() {
    let settings = Settings {
        image_model: models("i/eye", Some(&["i/two"])),
        ..settings()
    };
    check(&settings, None, Purpose::Image, None, "i/eye i/two a/one");
    let chain = chain(&settings, None, Purpose::Image, None).unwrap();
    assert!(matches!(chain.links[2].origin, Origin::TextPrimary(_)));
}

#[test]
fn unknown_agents_are_refused_and_main_always_exists() {
    let expected = "Unknown agent id \"x\". Use \"openclaw agents list\" to see configured agents.";
    check(&settings(), Some("x"), Purpose::Text, None, expected);
    check(
        &settings(),
        Some("main"),
        Purpose::Text,
        None,
        "a/one b/two c/three",
    );
}

#[test]
fn the_default_agent_is_the_marked_one_then_the_first_then_main() {
    let agent = |id: &str, is_default| AgentSettings {
        id: id.to_owned(),
        is_default,
        ..AgentSettings::default()
    };
    let of = |agents| {
        Settings {
            agents,
            ..Settings::default()
        }
        .default_agent()
    };
    assert_eq!(of(vec![]), "main");
    assert_eq!(of(vec![agent("a", false), agent("b", false)]), "a");
    assert_eq!(of(vec![agent("a", false), agent("b", true)]), "b");
}

#[test]
fn configured_models_are_listed_with_their_parts() {
    let settings = Settings {
        image_model: models("b/two", None),
        models: entries(&[("a/one", Some("one")), ("d/four", None)]),
        ..settings()
    };
    let rows: Vec<String> = configured(&settings)
        .iter()
        .map(|row| {
            let tags: Vec<String> = row.tags.iter().map(ToString::to_string).collect();
            format!("{} {}", row.model, tags.join(" "))
        })
        .collect();
    assert_eq!(
        rows,
        [
            "a/one default configured alias:one",
            "b/two fallback#1 image",
            "c/three fallback#2",
            "d/four configured"
        ]
    );
}

#[test]
fn an_agent_has_parts_of_its_own_and_those_it_inherits() {
    let settings = with_agent(ModelSetting::Chain {
        primary: Some("x/own".to_owned()),
        fallbacks: None,
    });
    let agent = settings.agents.first();
    let rows = |agent| -> Vec<String> {
        let rows = configured_for(&settings, agent);
        let row = |row: &openclaw_core::selection::ConfiguredModel| {
            format!("{} {}", row.model, row.tags[0])
        };
        rows.iter().map(row).collect()
    };
    let mut own = rows(agent);
    let mut defaults = rows(None);
    assert_eq!(own.remove(0), "x/own default");
    assert!(defaults.remove(0).ends_with(" default"));
    assert_eq!(own, defaults, "the fallbacks are inherited");
}

#[test]
fn a_listing_keeps_every_entry_and_says_what_it_stands_for() {
    let settings = Settings {
        model: models("One", Some(&["two", "a/one", "/", "two"])),
        models: entries(&[("a/one", Some("one"))]),
        ..Settings::default()
    };
    let found = listed(&settings, None, Purpose::Text);
    let primary = found.primary.unwrap();
    assert_eq!(
        (primary.raw.as_str(), primary.key().as_str()),
        ("One", "a/one")
    );
    assert_eq!(primary.via_alias.as_deref(), Some("one"));
    let keys: Vec<String> = found.fallbacks.iter().map(|named| named.key()).collect();
    assert_eq!(keys, ["a/two", "a/one", "/", "a/two"]);
    assert!(listed(&settings, None, Purpose::Image).primary.is_none());

    let settings = with_agent(ModelSetting::Name("x/y".to_owned()));
    let agent = settings.agent("work").unwrap();
    let found = listed(&settings, agent, Purpose::Text);
    assert_eq!(
        (found.primary_scope, found.fallbacks_scope),
        (Scope::Agent, Scope::Defaults)
    );
}
