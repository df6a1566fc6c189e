//! Ids of calls (H3).

use openclaw_core::conversation::{
    CallIds, Event, Opening, canonical_ids, has_canonical_ids, normal_form,
};

use super::*;

/// Returns the ids of calls and results, in order.
fn ids(messages: &[Message]) -> Vec<&str> {
    let parts = messages.iter().flat_map(|message| &message.parts);
    parts
        .filter_map(|part| match &part.content {
            Content::ToolCall(call) => Some(&*call.id),
            Content::ToolResult(result) => Some(&*result.call_id),
            _ => None,
        })
        .collect()
}

fn turn(given: &[&str]) -> Vec<Message> {
    let calls = given.iter().map(|id| call(id, "look", "{}")).collect();
    let results = given.iter().map(|id| said(id, "4")).collect();
    vec![assistant(&openai(), calls), tool(results)]
}

#[test]
fn ids_of_other_vendors_become_ids_that_fit_all() {
    let long = "chatcmpl-tool-0123456789abcdef0123456789abcdef0123456789";
    let messages = [
        turn(&["functions.read_file:0", "call_x|fc_9", long]),
        turn(&["functions.read_file:0"]),
    ]
    .concat();
    let (canonical, notices) = canonical_ids(&messages);
    let first = [
        "call_f9cc2c7822d54220cf887543",
        "call_97eb53cebfe16a107640c292",
        "call_e5e4311744c4a1ded19c455a",
    ];
    let again = "call_ffd4e218354494817d02c941";
    assert_eq!(
        ids(&canonical),
        [&first[..], &first, &[again, again]].concat()
    );
    let about: Vec<_> = notices.iter().map(|notice| &*notice.about).collect();
    let read = "call id functions.read_file:0";
    assert_eq!(
        about,
        [
            read,
            "call id call_x|fc_9",
            &format!("call id {long}"),
            read
        ]
    );
    assert!(has_canonical_ids(&canonical) && !has_canonical_ids(&messages));
    // Whoever did not make them canonical gets them so all the same.
    let normal = normal_form(&request(messages), &openai()).unwrap();
    assert_eq!(ids(&normal.request.messages), ids(&canonical));
    assert_eq!(normal.notices, notices);
}

#[test]
fn an_id_that_fits_is_kept_and_canonical_ids_stay() {
    let forty = "a".repeat(40);
    let messages = turn(&["toolu_01", "fn-1", "0", &forty]);
    assert_eq!(canonical_ids(&messages), (messages.clone(), Vec::new()));
    let odd = turn(&["", "ä", "a b", &"a".repeat(41)]);
    let (once, _) = canonical_ids(&odd);
    assert!(has_canonical_ids(&once));
    assert_eq!(canonical_ids(&once), (once.clone(), Vec::new()));
}

#[test]
fn twins_are_told_apart_and_their_results_with_them() {
    // Twice in one message, then once more in the next.
    let messages = [turn(&["x", "x"]), turn(&["x"])].concat();
    let (canonical, notices) = canonical_ids(&messages);
    let ids = ids(&canonical);
    assert_eq!(ids[..2], ids[2..4]);
    assert_eq!(ids[4], ids[5]);
    assert_eq!(ids[0], "x");
    assert_ne!(ids[1], ids[4]);
    assert_eq!(notices.len(), 2);
    // The result of an earlier, unanswered twin does not take that of the latest.
    let unanswered = [
        vec![assistant(&openai(), vec![call("x", "look", "{}")])],
        turn(&["x"]),
    ]
    .concat();
    let shown = normal(&unanswered, &openai());
    assert!(shown.contains("error result x [no result"), "{shown}");
    assert!(shown.contains(" [4]"), "{shown}");
}

#[test]
fn an_answer_taken_in_later_gets_the_same_ids_as_a_file_read_at_once() {
    let whole = [turn(&["f:0", "f:1"]), turn(&["f:0"]), turn(&["f:0"])].concat();
    let (at_once, _) = canonical_ids(&whole);
    let mut stored: Vec<Message> = Vec::new();
    for messages in whole.chunks(2) {
        let (grown, _) = canonical_ids(&[&stored[..], messages].concat());
        stored = grown;
    }
    assert_eq!(stored, at_once);
    assert!(has_canonical_ids(&stored));
}

#[test]
fn events_carry_the_ids_that_the_stored_message_will_have() {
    let before = canonical_ids(&turn(&["f:0"])).0;
    let mut ids = CallIds::after(&before);
    let opening = |opening| {
        Event::Begin(openclaw_core::conversation::Begin {
            part: 0,
            answer: 0,
            opening,
            id: None,
            extensions: Vec::new(),
        })
    };
    let mut call = opening(Opening::ToolCall(
        openclaw_core::conversation::CallOpening {
            id: "f:0".to_owned(),
            name: "look".to_owned(),
            by_vendor: true,
        },
    ));
    ids.rename_event(&mut call);
    let mut result = opening(Opening::ToolResult(
        openclaw_core::conversation::ResultOpening {
            call_id: "f:0".to_owned(),
            name: "look".to_owned(),
            is_error: false,
        },
    ));
    ids.rename_event(&mut result);
    let (Event::Begin(call), Event::Begin(result)) = (call, result) else {
        panic!("they begin");
    };
    let (Opening::ToolCall(call), Opening::ToolResult(result)) = (call.opening, result.opening)
    else {
        panic!("they are a call and a result");
    };
    assert_eq!(call.id, result.call_id);
    // The first use was taken before: this is the second.
    let second = canonical_ids(&[turn(&["f:0"]), turn(&["f:0"])].concat()).0;
    assert_eq!(call.id, super::ids::ids(&second)[2]);
}

#[test]
fn many_calls_with_one_id_take_no_long_time() {
    let given = vec!["same"; 20_000];
    let (canonical, _) = canonical_ids(&turn(&given));
    assert!(has_canonical_ids(&canonical));
}
