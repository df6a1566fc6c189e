//! Random conversations, most of them as no decent client would write them.

use openclaw_core::conversation::{Other, ToolChoice};
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

/// Ids of calls, few enough to meet again, and such as no vendor takes.
fn id() -> impl Strategy<Value = String> {
    select(vec!["c1", "c2", "c3", "c4", "f:0", "f:1", "", "toolu_ä"]).prop_map(str::to_owned)
}

fn state() -> impl Strategy<Value = Option<String>> {
    let realm = select(vec!["anthropic", "openai", "google"]);
    let bound = select(vec![
        "",
        "model",
        "account",
        "prefix",
        "model prefix",
        "account prefix",
        "session",
    ]);
    proptest::option::weighted(
        0.4,
        (realm, bound).prop_map(|(realm, bound)| format!("{realm} {bound}")),
    )
}

fn words_of_a_part() -> impl Strategy<Value = String> {
    select(vec!["", " ", "\n\n", "Hello.", "I see."]).prop_map(str::to_owned)
}

fn any_file() -> impl Strategy<Value = File> {
    let media = select(vec!["image/png", "audio/wav", "application/pdf"]);
    let realm = select(vec![None, None, Some("openai"), Some("anthropic")]);
    (media, realm).prop_map(|(media, realm)| file(media, realm))
}

fn other() -> impl Strategy<Value = Other> {
    select(vec!["openai-responses.x", "anthropic-messages.x", "nobody"]).prop_map(|kind| Other {
        kind: kind.to_owned(),
        value: Json::new("{}"),
    })
}

fn any_call() -> impl Strategy<Value = Part> {
    let name = select(vec!["look", "patch", "shell", "search", "gone"]);
    let arguments = select(vec!["{}", "{\"a\":1}", "{\"a\":", "", "ls", "[]"]);
    (id(), name, arguments, any::<bool>()).prop_map(|(id, name, arguments, vendor)| {
        let call = call(&id, name, arguments);
        if vendor { by_vendor(call) } else { call }
    })
}

fn any_result() -> impl Strategy<Value = Part> {
    let content = prop_oneof![
        words_of_a_part().prop_map(ResultContent::Text),
        any_file().prop_map(ResultContent::File),
        other().prop_map(ResultContent::Other),
        Just(ResultContent::Json(Json::new("[1]"))),
    ];
    let content = proptest::collection::vec(content, 0..3);
    (id(), content, any::<bool>()).prop_map(|(id, content, vendor)| {
        let result = result(&id, content);
        if vendor { by_vendor(result) } else { result }
    })
}

fn part(roles: &'static str) -> impl Strategy<Value = Part> {
    let content = prop_oneof![
        3 => words_of_a_part().prop_map(|words| text(&words)),
        1 => words_of_a_part().prop_map(|words| Part::from(Content::Refusal(words))),
        2 => words_of_a_part().prop_map(|words| think(&words)),
        1 => any_file().prop_map(|file| Part::from(Content::File(file))),
        3 => any_call(),
        3 => any_result(),
        1 => other().prop_map(|other| Part::from(Content::Other(other))),
    ];
    let namespace = select(vec!["openai-responses", "anthropic-messages", "openclaw"]);
    (content, state(), proptest::option::weighted(0.2, namespace)).prop_map(
        move |(part, state, namespace)| {
            // Only answers have states: nobody else is a vendor.
            let mut part = match state {
                Some(state) if roles == role::ASSISTANT && !is_own_result(&part) => {
                    with(part, &state)
                }
                _ => part,
            };
            part.extensions = namespace.map(extension).into_iter().collect();
            part
        },
    )
}

fn is_own_result(part: &Part) -> bool {
    matches!(&part.content, Content::ToolResult(result) if !result.by_vendor)
}

fn origin() -> impl Strategy<Value = Option<Origin>> {
    let target = select(vec![anthropic(), anthropic(), anthropic(), openai()]);
    let model = select(vec![None, None, Some("opus".to_owned())]);
    let account = select(vec![None, None, Some("ws-b".to_owned())]);
    let origin = (target, model, account, proptest::bool::weighted(0.85)).prop_map(
        |(target, model, account, complete)| {
            let origin = from(&target);
            Origin {
                model: model.unwrap_or(origin.model),
                account: account.or(origin.account),
                complete,
                ..origin
            }
        },
    );
    proptest::option::weighted(0.85, origin)
}

fn message() -> impl Strategy<Value = Message> {
    let of = |role: &'static str| {
        proptest::collection::vec(part(role), 0..5).prop_map(move |parts| Message::new(role, parts))
    };
    let answer =
        (of(role::ASSISTANT), origin()).prop_map(|(message, origin)| Message { origin, ..message });
    let results = proptest::collection::vec(any_result(), 0..4).prop_map(tool);
    prop_oneof![
        1 => of(role::SYSTEM),
        3 => of(role::USER),
        6 => answer,
        3 => results,
        1 => of(role::TOOL),
    ]
}

fn tools() -> Vec<Tool> {
    vec![
        function("look"),
        takes("patch", ToolInput::Text(None)),
        takes("shell", ToolInput::Vendor(extension("openai-responses"))),
        takes("search", ToolInput::Vendor(extension("anthropic-messages"))),
    ]
}

/// Conversations with tools, and a choice of them.
pub(super) fn requests() -> impl Strategy<Value = Request> {
    let choice = proptest::option::of(
        (
            select(vec!["auto", "none", "required"]),
            select(vec!["", "look", "shell", "search patch"]),
        )
            .prop_map(|(mode, only)| ToolChoice {
                mode: mode.to_owned(),
                only: words(only),
                parallel: None,
            }),
    );
    let tools =
        proptest::bool::weighted(0.9).prop_map(|any| if any { tools() } else { Vec::new() });
    let messages = proptest::collection::vec(message(), 0..9);
    (messages, tools, choice).prop_map(|(messages, tools, tool_choice)| Request {
        messages,
        tools,
        tool_choice,
        ..Request::default()
    })
}

/// Targets of either vendor, and what varies about them.
pub(super) fn targets() -> impl Strategy<Value = Target> {
    let input = select(vec![None, Some("text image file audio"), Some("text")]);
    let carry = any::<bool>();
    let replay = proptest::bool::weighted(0.1);
    (select(vec![anthropic(), openai()]), input, carry, replay).prop_map(
        |(target, input, carry, drop_states)| Target {
            input: input.map(words),
            carry_reasoning: if carry {
                openclaw_core::conversation::CarryReasoning::Always
            } else {
                openclaw_core::conversation::CarryReasoning::Never
            },
            drop_states,
            ..target
        },
    )
}
