//! States and reasoning: who gets them back (H1, H2).

use expect_test::expect;
use openclaw_core::conversation::{CarryReasoning, Target, normal_form};

use super::*;

/// Two questions, each answered with signed thinking and a call.
fn signed(state: &str) -> Vec<Message> {
    let turn = |id: &str| {
        [
            user("Oslo?"),
            assistant(
                &anthropic(),
                vec![
                    with(think("I look it up."), state),
                    with(think(""), state),
                    call(id, "look", "{}"),
                ],
            ),
            tool(vec![said(id, "4")]),
        ]
    };
    [turn("c1"), turn("c2")].concat()
}

#[test]
fn a_conversation_that_stays_is_untouched() {
    for state in ["anthropic", "anthropic model prefix", "anthropic account"] {
        let messages = signed(state);
        let normal = normal_form(&request(messages.clone()), &anthropic()).unwrap();
        assert_eq!(normal.request.messages, messages);
        assert_eq!(normal.notices, []);
    }
}

#[test]
fn another_vendor_gets_readable_thinking_as_thinking_and_nothing_signed() {
    expect![[r#"
        user: Oslo?
        assistant: think I look it up. | call c1 look{}
        tool: result c1 [4]
        user: Oslo?
        assistant: think I look it up. | call c2 look{}
        tool: result c2 [4]
        dropped state: message 2: only anthropic can read states of it; its states are left out
        dropped state: message 5: only anthropic can read states of it; its states are left out
    "#]]
    .assert_eq(&normal(&signed("anthropic model prefix"), &openai()));
}

#[test]
fn what_a_state_is_bound_to_decides() {
    let other_model = Target {
        model: "opus".to_owned(),
        ..anthropic()
    };
    let other_account = Target {
        account: Some("ws-b".to_owned()),
        ..anthropic()
    };
    let no_account = Target {
        account: None,
        ..anthropic()
    };
    let replay = Target {
        drop_states: true,
        ..anthropic()
    };
    let kept = |state: &str, target: &Target| normal(&signed(state), target).contains("{anthropic");
    for (state, target, expected) in [
        ("anthropic", &other_model, true),
        ("anthropic model", &other_model, false),
        ("anthropic model", &other_account, true),
        ("anthropic account", &other_account, false),
        ("anthropic account", &other_model, true),
        ("anthropic account", &no_account, false),
        ("anthropic model account prefix", &anthropic(), true),
        ("anthropic session", &anthropic(), false),
        ("anthropic model moon", &anthropic(), false),
        ("anthropic", &replay, false),
    ] {
        assert_eq!(kept(state, target), expected, "{state} to {target:?}");
    }
}

#[test]
fn an_answer_of_unknown_origin_keeps_what_is_bound_to_nothing() {
    let mut messages = signed("anthropic");
    messages
        .iter_mut()
        .for_each(|message| message.origin = None);
    assert!(normal(&messages, &anthropic()).contains("{anthropic}"));
    let mut messages = signed("anthropic model");
    messages
        .iter_mut()
        .for_each(|message| message.origin = None);
    assert!(!normal(&messages, &anthropic()).contains("{anthropic"));
}

#[test]
fn the_states_of_a_message_go_together() {
    let messages = [
        user("Hi."),
        assistant(
            &anthropic(),
            vec![
                with(think("Hm."), "anthropic"),
                with(text("Hello."), "anthropic account"),
                with(call("c1", "look", "{}"), "anthropic"),
            ],
        ),
        tool(vec![said("c1", "4")]),
        assistant(&anthropic(), vec![with(text("Four."), "anthropic")]),
    ];
    let target = Target {
        account: None,
        ..anthropic()
    };
    expect![[r#"
        user: Hi.
        assistant: think Hm. | Hello. | call c1 look{}
        tool: result c1 [4]
        assistant: Four. {anthropic}
        dropped state: message 2: it is bound to the account that got it; its states are left out
    "#]]
    .assert_eq(&normal(&messages, &target));
}

#[test]
fn what_is_dropped_earlier_breaks_the_prefix_of_later_states() {
    // The first answer came from another model, the second and third from this one.
    let mut messages = signed("anthropic model");
    messages[1].origin.as_mut().unwrap().model = "opus".to_owned();
    messages.push(assistant(
        &anthropic(),
        vec![with(text("Four."), "anthropic prefix")],
    ));
    expect![[r#"
        user: Oslo?
        assistant: think I look it up. | call c1 look{}
        tool: result c1 [4]
        user: Oslo?
        assistant: think I look it up. {anthropic model} | think {anthropic model} | call c2 look{}
        tool: result c2 [4]
        assistant: Four.
        dropped state: message 2: it is bound to the model that gave it; its states are left out
        dropped state: message 7: it is bound to what came before, which is sent otherwise; its states are left out
    "#]]
    .assert_eq(&normal(&messages, &anthropic()));
}

#[test]
fn a_picture_that_is_left_out_breaks_the_prefix_after_it_and_not_before() {
    let mut messages = signed("anthropic prefix");
    messages[3]
        .parts
        .push(Part::from(Content::File(file("image/png", None))));
    messages.push(user("And now?"));
    let target = Target {
        input: Some(words("text")),
        ..anthropic()
    };
    expect![[r#"
        user: Oslo?
        assistant: think I look it up. {anthropic prefix} | think {anthropic prefix} | call c1 look{}
        tool: result c1 [4]
        user: Oslo? | [image omitted: this model does not take it]
        assistant: think I look it up. | call c2 look{}
        tool: result c2 [4]
        user: And now?
        dropped state: message 5: it is bound to what came before, which is sent otherwise; its states are left out
        changed input.image: this model does not take it
    "#]]
    .assert_eq(&normal(&messages, &target));
}

#[test]
fn what_changes_in_a_message_does_not_come_before_it() {
    let messages = [
        user("Draw."),
        assistant(
            &anthropic(),
            vec![
                with(text("Here."), "anthropic prefix"),
                Part::from(Content::File(file("audio/wav", None))),
            ],
        ),
        user("And?"),
        assistant(&anthropic(), vec![with(text("There."), "anthropic prefix")]),
    ];
    expect![[r#"
        user: Draw.
        assistant: Here. {anthropic prefix} | [audio omitted: this model does not take it]
        user: And?
        assistant: There.
        dropped state: message 4: it is bound to what came before, which is sent otherwise; its states are left out
        changed input.audio: this model does not take it
    "#]]
    .assert_eq(&normal(&messages, &anthropic()));
}

#[test]
fn what_is_put_in_order_for_every_target_does_not_break_a_prefix() {
    let messages = [
        user("Oslo and Rome?"),
        assistant(
            &anthropic(),
            vec![
                call("c1", "look", "{}"),
                call("c2", "look", "{}"),
                text(" "),
            ],
        ),
        // Two messages, in the wrong order, and what no component of the vendor's is given.
        tool(vec![said("c2", "15")]),
        tool(vec![Part {
            extensions: vec![extension("openai-responses")],
            ..said("c1", "4")
        }]),
        assistant(
            &anthropic(),
            vec![with(text("4 and 15."), "anthropic prefix")],
        ),
    ];
    expect![[r#"
        user: Oslo and Rome?
        assistant: call c1 look{} | call c2 look{}
        tool: result c1 [4] | result c2 [15]
        assistant: 4 and 15. {anthropic prefix}
        dropped extensions.openai-responses: anthropic is not given what is in it
    "#]]
    .assert_eq(&normal(&messages, &anthropic()));
}

#[test]
fn a_conversation_that_comes_back_finds_its_states_again() {
    let mut messages = signed("anthropic model prefix");
    messages.push(assistant(
        &openai(),
        vec![with(text("Cold."), "openai account")],
    ));
    messages.push(user("Thanks."));
    let stored = messages.clone();
    let away = normal(&messages, &openai());
    assert!(
        away.contains("{openai account}") && !away.contains("{anthropic"),
        "{away}"
    );
    let back = normal(&messages, &anthropic());
    assert!(
        !back.contains("{openai") && back.contains("{anthropic model prefix}"),
        "{back}"
    );
    assert_eq!(messages, stored);
}

/// The second answer of the vendor was made after the other one's without its state, so what is sent
/// before it is what it was.
#[test]
fn an_answer_after_another_vendors_keeps_what_is_bound_to_its_prefix() {
    let messages = [
        user("Hi."),
        assistant(&openai(), vec![with(text("Hello."), "openai")]),
        assistant(
            &anthropic(),
            vec![with(text("Hello, too."), "anthropic prefix")],
        ),
        user("Bye."),
    ];
    let shown = normal(&messages, &anthropic());
    assert!(shown.contains("{anthropic prefix}"), "{shown}");
}

#[test]
fn reasoning_of_another_vendor_is_carried_unless_the_config_says_never() {
    let messages = [
        user("Hi."),
        assistant(&openai(), vec![think("Hm."), text("Hello.")]),
        assistant(
            &anthropic(),
            vec![think("Ha."), think(" \n"), text("Hello.")],
        ),
    ];
    expect![[r#"
        user: Hi.
        assistant: think Hm. | Hello.
        assistant: think Ha. | Hello.
    "#]]
    .assert_eq(&normal(&messages, &anthropic()));
    let never = Target {
        carry_reasoning: CarryReasoning::Never,
        ..anthropic()
    };
    expect![[r#"
        user: Hi.
        assistant: Hello.
        assistant: think Ha. | Hello.
        dropped reasoning: message 2: that of another vendor is not carried
    "#]]
    .assert_eq(&normal(&messages, &never));
}

#[test]
fn a_state_does_not_show_in_debug_nor_do_bytes() {
    let shown = format!("{:?}", signed("anthropic model"));
    assert!(!shown.contains("c2VjcmV0"), "{shown}");
    let blob = openclaw_core::conversation::Blob::new(vec![104, 105]);
    assert_eq!(format!("{blob:?}"), "Blob(2 bytes)");
}
