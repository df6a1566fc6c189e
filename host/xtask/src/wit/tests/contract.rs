//! The contract before and after conversations, cut down to a part of each kind of change.

use expect_test::expect;

use super::{package, replaced};
use crate::wit::compare::{Class, Comparison};
use crate::wit::report;

const BEFORE: &str = include_str!("before.wit");
const AFTER: &str = include_str!("after.wit");

#[test]
fn conversations_would_have_broken_a_release() {
    let comparison = Comparison::of(&package(BEFORE), &package(AFTER)).expect("comparable");
    expect![[r#"
        openclaw:provider 0.1.0 -> 0.1.0
          break     chat.delta                new record in a guest interface; it needs an interface of types, or a new one
          break     chat.event.text           case removed
          break     chat.event.done           case removed
          break     chat.event.delta          case added
          break     chat.event.other          case added
          break     chat.message              type removed
          break     chat.request              type removed
          break     chat.role                 type removed
          break     chat.chat.next            result was `result<option<chat.event>, types.failure>`, is `result<option<list<chat.event>>, types.failure>`
          break     chat.start.request        parameter was `chat.request`, is `conversation.request`
          date      conversation              new interface of types, since 0.1.0, which is not after 0.1.0
          break     http.body-part.blob       case added
          date      media                     new host interface, since 0.1.0, which is not after 0.1.0
          date      tokens                    new guest interface, since 0.1.0, which is not after 0.1.0
          date      types.extension           new record, since 0.1.0, which is not after 0.1.0
          break     types.failure.kind        field was `types.failure-kind`, is `string`
          break     types.failure.extensions  field added
          break     types.failure-kind        type removed
          date      types.json                new type, since 0.1.0, which is not after 0.1.0
        14 breaks, 5 wrong dates"#]].assert_eq(&report::text(&comparison));
    expect![[r#"
        what 0.1.0 promised is broken in 14 places, and version 0.1.0 does not announce it: undo that, or release it as 0.2.0
        `@since` is wrong in 5 places: what is added to 0.1.0 has a later version, and what was released keeps its own"#]].assert_eq(&comparison.problems().join("\n"));
}

#[test]
fn conversations_could_have_been_a_later_track() {
    let after = AFTER.replace("0.1.0", "0.2.0");
    let comparison = Comparison::of(&package(BEFORE), &package(&after)).expect("comparable");
    assert!(comparison.problems().is_empty());
    assert!(comparison.announces());
    assert_eq!(comparison.count(Class::Date), 0);
    assert_eq!(comparison.count(Class::Break), 14);
    let json: serde_json::Value =
        serde_json::from_str(&report::json(&comparison).expect("JSON")).expect("JSON");
    assert_eq!(json["announced"], true);
    assert_eq!(json["new"], "0.2.0");
    assert_eq!(
        json["changes"][0],
        serde_json::json!({"path": "chat.delta", "class": "break", "what": "new record in a guest \
            interface; it needs an interface of types, or a new one"})
    );
}

#[test]
fn a_later_interface_of_the_guest_is_only_an_addition() {
    let start = AFTER
        .find("@since(version = 0.1.0)\ninterface tokens")
        .expect("it");
    let end = AFTER.rfind("@since(version = 0.1.0)\nworld").expect("it");
    let tokens = &AFTER[start..end];
    let before = replaced(&replaced(AFTER, tokens, ""), "    export tokens;\n", "");
    let after = replaced(AFTER, "provider@0.1.0", "provider@0.1.1");
    let after = replaced(&after, tokens, &tokens.replace("0.1.0", "0.1.1"));
    let comparison = Comparison::of(&package(&before), &package(&after)).expect("comparable");
    expect![[r#"
        openclaw:provider 0.1.0 -> 0.1.1
          addition  tokens  new guest interface
        1 addition"#]]
    .assert_eq(&report::text(&comparison));
    assert!(comparison.problems().is_empty());
}
