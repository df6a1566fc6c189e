//! What is asked for beside the conversation (H9 to H11), and what cannot be done without.

use openclaw_core::conversation::{
    Need, OutputFormat, ReasoningWish, Target, ToolChoice, Unfit, needs, normal_form,
};

use super::*;

/// The two functions, and the search of one vendor's.
fn with_tools(mode: &str, only: &str) -> Request {
    let mut request = request(vec![user("Hi.")]);
    request.tools.push(function("write"));
    let search = ToolInput::Vendor(extension("anthropic-messages"));
    request.tools.push(takes("search", search));
    request.tool_choice = Some(ToolChoice {
        mode: mode.to_owned(),
        only: words(only),
        parallel: Some(false),
    });
    request
}

#[test]
fn a_choice_loses_the_tools_that_left() {
    for (mode, only, expected) in [
        ("auto", "", "auto"),
        ("auto", "look search", "auto look"),
        ("required", "search write", "required write"),
        ("required", "", "required"),
        // An empty list would be a choice of all.
        ("auto", "search", "none"),
        ("none", "search", "none"),
    ] {
        let asked = with_tools(mode, only);
        let normal = normal_form(&asked, &openai()).unwrap().request;
        let names: Vec<_> = normal.tools.iter().map(|tool| &*tool.name).collect();
        assert_eq!(names, ["look", "write"]);
        let choice = normal.tool_choice.unwrap();
        let shown = [vec![choice.mode], choice.only].concat().join(" ");
        assert_eq!(shown, expected, "{mode} {only}");
        // Where the tool is known, nothing changes.
        let home = normal_form(&asked, &anthropic()).unwrap();
        assert_eq!(home.request.tool_choice, asked.tool_choice);
        assert_eq!(home.request.tools, asked.tools);
        assert_eq!(home.notices, []);
    }
}

#[test]
fn a_required_choice_of_which_nothing_is_left_is_unsupported() {
    let forced = Unfit::Unsupported {
        need: Need::ForcedTools,
    };
    let asked = with_tools("required", "search");
    assert_eq!(normal_form(&asked, &openai()), Err(forced.clone()));
    let mut asked = with_tools("required", "");
    asked.tools.drain(..2);
    assert_eq!(normal_form(&asked, &openai()), Err(forced.clone()));
    asked.tools.clear();
    assert_eq!(normal_form(&asked, &anthropic()), Err(forced.clone()));
    assert_eq!(
        forced.to_string(),
        "the model cannot do what is asked for: forced-tools"
    );
}

#[test]
fn a_component_gets_its_own_vocabulary_everywhere_and_no_other() {
    let both = || {
        vec![
            extension("openai-responses"),
            extension("anthropic-messages"),
        ]
    };
    let mut asked = request(vec![user("Hi.")]);
    asked.extensions = both();
    asked.tools[0].extensions = both();
    asked.messages[0].extensions = both();
    asked.messages[0].parts[0].extensions = both();
    let normal = normal_form(&asked, &openai()).unwrap();
    let own = vec![extension("openai-responses")];
    assert_eq!(normal.request.extensions, own);
    assert_eq!(normal.request.tools[0].extensions, own);
    assert_eq!(normal.request.messages[0].extensions, own);
    assert_eq!(normal.request.messages[0].parts[0].extensions, own);
    let notices: Vec<_> = normal
        .notices
        .iter()
        .map(|n| (&*n.kind, &*n.about))
        .collect();
    assert_eq!(notices, [("dropped", "extensions.anthropic-messages")]);
    // `openclaw` too is given to those that list it.
    asked.extensions = vec![extension("openclaw")];
    let normal = normal_form(&asked, &openai()).unwrap();
    assert_eq!(normal.request.extensions, []);
}

#[test]
fn effort_becomes_the_nearest_word_that_the_model_has() {
    for (wish, efforts, expected) in [
        ("high", "", "high"),
        ("high", "low medium high", "high"),
        ("max", "low medium high", "high"),
        ("minimal", "none low high", "low"),
        ("medium", "low high", "low"),
        ("xhigh", "low high max", "high"),
        ("none", "low high", "low"),
        ("low", "none", "none"),
        ("low", "none max", "max"),
        ("turbo", "low high", "turbo"),
        ("low", "swift", "low"),
        ("swift", "low swift", "swift"),
    ] {
        let mut asked = request(vec![user("Hi.")]);
        asked.reasoning = Some(ReasoningWish {
            effort: Some(wish.to_owned()),
            ..ReasoningWish::default()
        });
        let target = Target {
            efforts: words(efforts),
            ..openai()
        };
        let normal = normal_form(&asked, &target).unwrap();
        let effort = normal.request.reasoning.unwrap().effort.unwrap();
        assert_eq!(effort, expected, "{wish} of {efforts}");
        let told = normal.notices.iter().any(|n| n.about == "reasoning.effort");
        assert_eq!(told, wish != expected, "{wish} of {efforts}");
    }
}

#[test]
fn all_else_is_handed_on_for_the_model_of_the_target() {
    let mut asked = request(vec![user("Hi.")]);
    asked.model = "sonnet".to_owned();
    asked.stop = words("END");
    asked.sampling.top_k = Some(40);
    asked.labels = vec![("team".to_owned(), "blue".to_owned())];
    asked.caching = Some(openclaw_core::conversation::Caching::default());
    asked.max_output_tokens = Some(7);
    asked.verbosity = Some("low".to_owned());
    asked.service_tier = Some("flex".to_owned());
    asked.user = Some("u".to_owned());
    asked.stream = true;
    let normal = normal_form(&asked, &openai()).unwrap().request;
    let expected = Request {
        model: "gpt".to_owned(),
        ..asked
    };
    assert_eq!(normal, expected);
}

#[test]
fn a_model_that_is_known_to_lack_something_needed_is_unsupported() {
    let mut asked = with_tools("required", "");
    asked.answers = Some(2);
    asked.logprobs = Some(0);
    asked.modalities = words("text audio");
    asked.output = Some(OutputFormat {
        kind: "json-schema".to_owned(),
        schema: None,
        name: None,
        description: None,
        strict: None,
    });
    asked.messages[0]
        .parts
        .push(Part::from(Content::File(file("image/png", None))));
    asked
        .messages
        .push(assistant(&anthropic(), vec![text("{")]));
    let all = "input.image output.audio tools forced-tools structured-output several-answers \
               logprobs prefill";
    let words_of = |needs: &[Need]| needs.iter().map(Need::to_string).collect::<Vec<_>>();
    assert_eq!(words_of(&needs(&asked)), words(all));
    assert_eq!(
        normal_form(&asked, &anthropic()).unwrap().needs,
        needs(&asked)
    );
    for word in &words(all)[2..] {
        let target = |has: bool| Target {
            abilities: vec![("caching".to_owned(), false), (word.clone(), has)],
            ..anthropic()
        };
        assert!(normal_form(&asked, &target(true)).is_ok(), "{word}");
        match normal_form(&asked, &target(false)) {
            Err(Unfit::Unsupported { need }) => assert_eq!(need.to_string(), *word),
            other => panic!("{word}: {other:?}"),
        }
    }
    let mute = Target {
        output: Some(words("text")),
        ..anthropic()
    };
    let audio = Need::Output("audio".to_owned());
    assert_eq!(
        normal_form(&asked, &mute),
        Err(Unfit::Unsupported { need: audio })
    );
    let plain = request(vec![user("Hi.")]);
    assert_eq!(needs(&plain), [Need::Tools]);
}

#[test]
fn an_answer_that_its_vendor_paused_is_not_one_to_be_continued() {
    let pause = assistant(&anthropic(), vec![by_vendor(call("s1", "search", "{}"))]);
    let paused = request(vec![user("Hi."), pause]);
    assert_eq!(needs(&paused), [Need::Tools]);
    // After a call of the client's there is always a result.
    let called = assistant(&anthropic(), vec![call("c1", "look", "{}")]);
    let called = request(vec![user("Hi."), called]);
    assert_eq!(
        normal_form(&called, &anthropic()).unwrap().needs,
        [Need::Tools]
    );
}
