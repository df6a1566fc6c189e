//! Calls and their results (H4, H5, H9).

use expect_test::expect;
use openclaw_core::conversation::{Grammar, ToolInput};

use super::*;

#[test]
fn results_come_together_in_the_order_of_the_calls() {
    let messages = [
        user("Oslo, Rome and Lima?"),
        assistant(
            &openai(),
            vec![
                call("c1", "look", "{}"),
                text("One moment."),
                call("c2", "look", "{}"),
                call("c3", "look", "{}"),
            ],
        ),
        tool(vec![said("c3", "19"), said("c1", "4")]),
        user("Hurry."),
        tool(vec![said("c2", "15")]),
    ];
    expect![[r#"
        user: Oslo, Rome and Lima?
        assistant: call c1 look{} | One moment. | call c2 look{} | call c3 look{}
        tool: result c1 [4] | result c2 [15] | result c3 [19]
        user: Hurry.
    "#]]
    .assert_eq(&normal(&messages, &openai()));
}

#[test]
fn messages_of_results_become_one_with_all_that_stands_beside_them() {
    let results = |id: &str, namespaces: &[&str]| Message {
        name: Some("runner".to_owned()),
        extensions: namespaces.iter().map(|name| extension(name)).collect(),
        ..tool(vec![said(id, "4")])
    };
    let messages = vec![
        assistant(
            &openai(),
            vec![
                call("c1", "look", "{}"),
                call("c2", "look", "{}"),
                call("c3", "look", "{}"),
            ],
        ),
        results("c3", &[]),
        results("c1", &["openai-responses"]),
        results("c2", &["openai-responses"]),
    ];
    let normal = openclaw_core::conversation::normal_form(&request(messages), &openai()).unwrap();
    let [_, results] = &normal.request.messages[..] else {
        panic!("two messages");
    };
    assert_eq!(results.name.as_deref(), Some("runner"));
    assert_eq!(results.extensions, [extension("openai-responses")]);
    assert_eq!(results.parts.len(), 3);
}

#[test]
fn every_call_is_closed_and_no_result_stands_alone() {
    let messages = [
        tool(vec![said("c1", "too early")]),
        assistant(
            &openai(),
            vec![call("c1", "look", "{}"), call("c2", "look", "{}")],
        ),
        tool(vec![
            said("c2", "15"),
            said("c2", "16"),
            said("c9", "nobody's"),
        ]),
        user("Go on."),
        assistant(&openai(), vec![call("c3", "look", "{}")]),
    ];
    expect![[r#"
        assistant: call c1 look{} | call c2 look{}
        tool: error result c1 [no result: the call was interrupted] | result c2 [15]
        user: Go on.
        assistant: call c3 look{}
        tool: error result c3 [no result: the call was interrupted]
        dropped result c1: there is no such call before it
        dropped result c2: the call has a result
        dropped result c9: there is no such call before it
        changed result c1: there is none: the call failed
        changed result c3: there is none: the call failed
    "#]]
    .assert_eq(&normal(&messages, &openai()));
}

#[test]
fn what_stands_beside_results_is_said_by_the_user() {
    let picture = Part::from(Content::File(file("image/png", None)));
    let messages = [
        assistant(&anthropic(), vec![call("c1", "look", "{}")]),
        tool(vec![said("c1", "done"), picture]),
        Message::new(role::USER, vec![text("See."), said("c1", "again")]),
    ];
    expect![[r#"
        assistant: call c1 look{}
        tool: result c1 [done]
        user: file image/png
        user: See.
        changed message.role: what stood beside results of tools is said by the user
        dropped result c1: the call has a result
    "#]]
    .assert_eq(&normal(&messages, &anthropic()));
}

#[test]
fn a_result_is_named_after_its_call_where_it_names_no_tool() {
    let mut nameless = said("c1", "4");
    let Content::ToolResult(result) = &mut nameless.content else {
        panic!("it is a result");
    };
    result.name.clear();
    let messages = vec![
        assistant(&openai(), vec![call("c1", "look", "{}")]),
        tool(vec![nameless]),
    ];
    let normal = openclaw_core::conversation::normal_form(&request(messages), &openai()).unwrap();
    let Content::ToolResult(result) = &normal.request.messages[1].parts[0].content else {
        panic!("it is a result");
    };
    assert_eq!(result.name, "look");
}

#[test]
fn a_call_whose_arguments_are_no_object_was_never_made() {
    for arguments in [
        "",
        "{\"city\":\"Os",
        "[1]",
        "null",
        "\"a\"",
        "{} {}",
        "{\"a\":\"\\ud800\"}",
    ] {
        let messages = [
            user("Hi."),
            assistant(
                &openai(),
                vec![
                    with(think("Hm."), "openai"),
                    call("c1", "look", arguments),
                    call("c2", "look", " {\"a\":1} "),
                ],
            ),
            tool(vec![said("c1", "4"), said("c2", "5")]),
        ];
        let shown = normal(&messages, &openai());
        assert!(
            shown.starts_with(
                "user: Hi.\nassistant: think Hm. | call c2 look {\"a\":1} \ntool: result c2 [5]\n"
            ),
            "{arguments}: {shown}"
        );
    }
}

#[test]
fn a_tool_that_takes_text_is_given_any() {
    let grammar = Grammar {
        syntax: "regex".to_owned(),
        definition: ".*".to_owned(),
    };
    let messages = vec![
        assistant(
            &openai(),
            vec![call("c1", "patch", "*** Begin"), call("c2", "shell", "ls")],
        ),
        tool(vec![said("c1", "ok"), said("c2", "a b")]),
    ];
    let mut request = request(messages);
    request
        .tools
        .push(takes("patch", ToolInput::Text(Some(grammar))));
    let shell = ToolInput::Vendor(extension("openai-responses"));
    request.tools.push(takes("shell", shell));
    expect![[r#"
        assistant: call c1 patch*** Begin | call c2 shellls
        tool: result c1 [ok] | result c2 [a b]
    "#]]
    .assert_eq(&shown(&request, &openai()));
    // To another vendor the tool `shell` is unknown, and so is its vocabulary.
    expect![[r#"
        assistant: call c1 patch*** Begin
        tool: result c1 [ok]
        dropped call c2: its arguments for shell are no JSON object
        dropped result c2: there is no such call before it
        dropped tool shell: it is another vendor's own
    "#]]
    .assert_eq(&shown(&request, &anthropic()));
}

#[test]
fn of_an_answer_that_was_broken_off_the_words_stay() {
    let messages = [
        user("Hi."),
        broken_off(assistant(
            &anthropic(),
            vec![
                with(think("Let me see."), "anthropic"),
                with(think(""), "anthropic"),
                text("I will"),
                call("c1", "look", "{}"),
                by_vendor(call("c2", "search", "{}")),
                by_vendor(said("c2", "hits")),
            ],
        )),
        tool(vec![said("c1", "4")]),
        broken_off(assistant(&anthropic(), vec![call("c3", "look", "{\"ci")])),
        user("Go on."),
    ];
    expect![[r#"
        user: Hi.
        assistant: think Let me see. | I will
        user: Go on.
        dropped state: message 2: the answer was broken off; its states are left out
        dropped call c1: the answer with it was broken off
        dropped call c2: the answer with it was broken off
        dropped call c3: the answer with it was broken off
        dropped result c1: there is no such call before it
    "#]]
    .assert_eq(&normal(&messages, &anthropic()));
}

#[test]
fn calls_that_another_vendor_ran_become_ordinary_ones() {
    let messages = [
        user("News?"),
        assistant(
            &anthropic(),
            vec![
                text("I search."),
                with(
                    by_vendor(call("s1", "web_search", "{\"q\":1}")),
                    "anthropic",
                ),
                with(by_vendor(said("s1", "hits")), "anthropic"),
                text("And I compute."),
                by_vendor(call("s2", "code", "1 + \"1\"")),
                call("c1", "look", "{}"),
                by_vendor(said("s2", "2")),
                text("Done."),
                by_vendor(call("s3", "code", "")),
            ],
        ),
        tool(vec![said("c1", "4")]),
        user("Thanks."),
    ];
    expect![[r#"
        user: News?
        assistant: I search. | call s1 web_search{"q":1}
        tool: result s1 [hits]
        assistant: And I compute. | call s2 code{"input":"1 + \"1\""} | call c1 look{}
        tool: result s2 [2] | result c1 [4]
        assistant: Done. | call s3 code{}
        tool: error result s3 [no result: the call was interrupted]
        user: Thanks.
        dropped state: message 2: only anthropic can read states of it; its states are left out
        changed call s1: web_search was run by another vendor: sent as a call
        changed call s2: code was run by another vendor: sent as a call
        changed call s3: code was run by another vendor: sent as a call
        changed result s3: there is none: the call failed
    "#]]
    .assert_eq(&normal(&messages, &openai()));
    // At home they stay where they are.
    let home = normal(&messages, &anthropic());
    assert!(
        home.contains("vendor's result s1 [hits] {anthropic} | And I compute."),
        "{home}"
    );
    assert!(
        home.contains("tool: result c1 [4]\nuser: Thanks.\n"),
        "{home}"
    );
}
