use openclaw_core::edit::{
    AgentError, Change, Edit, NewAgent, Note, Value, add_agent, agent_id, remove_agent,
};
use openclaw_core::selection::{AgentSettings, Settings};

use crate::selection::entries;

fn settings(ids: &[(&str, bool)]) -> Settings {
    let agent = |(id, is_default): &(&str, bool)| AgentSettings {
        id: (*id).to_owned(),
        is_default: *is_default,
        ..AgentSettings::default()
    };
    Settings {
        agents: ids.iter().map(agent).collect(),
        ..Settings::default()
    }
}

fn new(name: &str, model: Option<&str>) -> NewAgent {
    NewAgent {
        name: name.to_owned(),
        workspace: "/w".to_owned(),
        agent_dir: "/a".to_owned(),
        model: model.map(|key| key.parse().unwrap()),
    }
}

/// The keys and texts of what is appended, one entry a line.
fn entered(change: &Change) -> Vec<String> {
    let text = |(key, value): &(String, Value)| match value {
        Value::String(text) => format!("{key}={text}"),
        other => format!("{key}={other:?}"),
    };
    let entry = |edit: &Edit| match edit {
        Edit::Append {
            value: Value::Object(fields),
            ..
        } => fields.iter().map(text).collect::<Vec<_>>().join(" "),
        other => format!("{other:?}"),
    };
    change.edits.iter().map(entry).collect()
}

#[test]
fn the_first_agent_comes_after_main() {
    let (change, index) = add_agent(&settings(&[]), &new("Work Stuff", None)).unwrap();
    assert_eq!(
        entered(&change),
        [
            "id=main",
            "id=work-stuff name=Work Stuff workspace=/w agentDir=/a"
        ]
    );
    assert_eq!(index, 1);
    let (change, index) =
        add_agent(&settings(&[("main", false), ("a", false)]), &new("b", None)).unwrap();
    assert_eq!(entered(&change).len(), 1);
    assert_eq!(index, 2);
}

#[test]
fn a_model_of_its_own_is_entered_and_allowed() {
    let mut settings = settings(&[("main", false)]);
    settings.models = entries(&[("anthropic/claude-opus-4-5", None)]);
    let (change, _) = add_agent(&settings, &new("work", Some("openai/gpt-5.2"))).unwrap();
    assert!(entered(&change)[0].contains("openai/gpt-5.2"), "{change:?}");
    assert_eq!(
        change.notes,
        [Note::AllowlistExtended("openai/gpt-5.2".parse().unwrap())]
    );
}

#[test]
fn a_taken_or_empty_id_is_refused() {
    let settings = settings(&[("Work", false)]);
    for (name, error) in [
        ("WORK", AgentError::Exists("work".to_owned())),
        ("main", AgentError::Exists("main".to_owned())),
        (" ?! ", AgentError::NoId("?!".to_owned())),
        ("", AgentError::NoId(String::new())),
    ] {
        assert_eq!(add_agent(&settings, &new(name, None)), Err(error), "{name}");
    }
    assert_eq!(agent_id("_"), Ok("_".to_owned()));
}

#[test]
fn only_an_agent_that_nobody_relies_on_is_removed() {
    let list = settings(&[("main", false), ("work", false), ("home", false)]);
    let (change, index) = remove_agent(&list, "Work").unwrap();
    assert!(matches!(&change.edits[..], [Edit::Remove { path }] if path.len() == 3));
    assert_eq!(index, 1);
    assert_eq!(remove_agent(&list, "main"), Err(AgentError::Main));
    assert_eq!(
        remove_agent(&list, "wrok"),
        Err(AgentError::Unknown("wrok".to_owned()))
    );
    assert_eq!(
        remove_agent(&list, "?"),
        Err(AgentError::Unknown("?".to_owned()))
    );
    let marked = settings(&[("main", false), ("work", true)]);
    assert_eq!(
        remove_agent(&marked, "work"),
        Err(AgentError::Default {
            id: "work".to_owned(),
            index: 1,
            marked: true,
            other: Some(("main".to_owned(), 0)),
        })
    );
    let first = settings(&[("work", false)]);
    assert!(matches!(
        remove_agent(&first, "work"),
        Err(AgentError::Default {
            marked: false,
            other: None,
            ..
        })
    ));
}
