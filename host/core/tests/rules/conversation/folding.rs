//! What is made of what comes back.

use expect_test::expect;
use openclaw_core::conversation::{
    About, Answer, Begin, Blob, CallOpening, Citation, Delta, End, Event, Finish, Folding, Limit,
    Notice, Opening, Piece, ResultOpening, Usage, canonical_ids,
};

use super::*;

pub(super) fn begin(part: u32, opening: Opening) -> Event {
    begin_of(part, 0, opening)
}

pub(super) fn begin_of(part: u32, answer: u32, opening: Opening) -> Event {
    Event::Begin(Begin {
        part,
        answer,
        opening,
        id: None,
        extensions: Vec::new(),
    })
}

pub(super) fn calls(id: &str, by_vendor: bool) -> Opening {
    Opening::ToolCall(CallOpening {
        id: id.to_owned(),
        name: "look".to_owned(),
        by_vendor,
    })
}

pub(super) fn delta(part: u32, piece: Piece) -> Event {
    Event::Delta(Delta { part, piece })
}

pub(super) fn words_of(part: u32, text: &str) -> Event {
    delta(part, Piece::Text(text.to_owned()))
}

pub(super) fn arguments(part: u32, text: &str) -> Event {
    delta(part, Piece::Arguments(text.to_owned()))
}

pub(super) fn end(part: u32) -> Event {
    Event::End(End {
        part,
        state: None,
        value: None,
        extensions: Vec::new(),
    })
}

pub(super) fn finish(answer: u32, reason: &str) -> Event {
    Event::Finish(Finish {
        answer,
        reason: reason.to_owned(),
        vendor_reason: None,
        sequence: None,
        extensions: Vec::new(),
    })
}

fn folded(events: Vec<Event>) -> Answer {
    let mut folding = Folding::new(&[takes("patch", ToolInput::Text(None))]);
    for event in events {
        folding.push(event).unwrap();
    }
    folding.into_answer()
}

fn show(answer: &Answer) -> String {
    let mut shown = String::new();
    for choice in &answer.choices {
        let parts: Vec<String> = choice
            .parts
            .iter()
            .map(|part| shown_part(&Part::from(part.clone())))
            .collect();
        let reason = choice
            .finish
            .as_ref()
            .map_or("broken off", |finish| &finish.reason);
        writeln!(
            shown,
            "{}: {} => {reason}",
            choice.answer,
            parts.join(" | ")
        )
        .unwrap();
    }
    shown
}

#[test]
fn pieces_join_and_parts_stand_in_the_order_of_their_begins() {
    let state = with(text(""), "anthropic model").state;
    let answer = folded(vec![
        begin(0, Opening::Reasoning("full".to_owned())),
        begin(2, Opening::Text),
        words_of(0, "I look "),
        words_of(2, "On "),
        begin(1, calls("c1", false)),
        words_of(0, "it up."),
        Event::End(End {
            part: 0,
            state,
            value: None,
            extensions: vec![extension("anthropic-messages")],
        }),
        arguments(1, "{\"city\":\"Os"),
        words_of(2, "it."),
        end(2),
        arguments(1, "lo\"}"),
        end(1),
        begin(3, calls("c2", false)),
        end(3),
        finish(0, "tool"),
        Event::Usage(Usage::default()),
    ]);
    expect![[r#"
        0: think I look it up. {anthropic model} +anthropic-messages | On it. | call c1 look{"city":"Oslo"} | call c2 look{} => tool
    "#]]
    .assert_eq(&show(&answer));
    assert!(answer.is_complete());
    assert_eq!(answer.choices[0].text(), "On it.");
}

#[test]
fn several_answers_are_kept_apart() {
    let answer = folded(vec![
        begin_of(0, 1, Opening::Text),
        begin_of(1, 0, Opening::Refusal),
        words_of(0, "B"),
        words_of(1, "A"),
        end(0),
        finish(1, "end"),
        end(1),
        finish(2, "filter"),
    ]);
    expect![[r#"
        0: refusal A => broken off
        1: B => end
        2:  => filter
    "#]]
    .assert_eq(&show(&answer));
    assert!(!answer.is_complete());
    assert!(!folded(Vec::new()).is_complete());
}

#[test]
fn what_a_vendor_ran_and_made_is_folded_too() {
    let ended = |part, value: &str| {
        Event::End(End {
            part,
            state: None,
            value: Some(Json::new(value)),
            extensions: Vec::new(),
        })
    };
    let answer = folded(vec![
        begin(0, calls("s1", true)),
        arguments(0, "{}"),
        end(0),
        begin(
            1,
            Opening::ToolResult(ResultOpening {
                call_id: "s1".to_owned(),
                name: "look".to_owned(),
                is_error: true,
            }),
        ),
        words_of(1, "partly"),
        ended(1, "[1, 2]"),
        begin(2, Opening::File("audio/wav".to_owned())),
        delta(2, Piece::Bytes(vec![1, 2])),
        delta(2, Piece::Transcript("He".to_owned())),
        delta(2, Piece::Bytes(vec![3])),
        delta(2, Piece::Transcript("llo".to_owned())),
        end(2),
        begin(3, Opening::Other("openai-responses.compaction".to_owned())),
        ended(3, "{\"b\":1,\"a\":1.0}"),
        finish(0, "end"),
    ]);
    expect![[r#"
        0: vendor's call s1 look{} | vendor's error result s1 [partly, [1, 2]] | file audio/wav | openai-responses.compaction => end
    "#]]
    .assert_eq(&show(&answer));
    let parts = &answer.choices[0].parts;
    assert_eq!(parts[2].transcript.as_deref(), Some("Hello"));
    let Content::File(file) = &parts[2].content else {
        panic!("it is a file");
    };
    assert_eq!(file.source, Source::Bytes(Blob::new(vec![1, 2, 3])));
    let Content::Other(other) = &parts[3].content else {
        panic!("it is something else");
    };
    assert_eq!(other.value.as_str(), "{\"b\":1,\"a\":1.0}");
}

#[test]
fn what_is_told_beside_the_parts_is_kept() {
    let told = |id: Option<&str>, model: Option<&str>| {
        Event::About(About {
            id: id.map(str::to_owned),
            model: model.map(str::to_owned),
            ..About::default()
        })
    };
    let used = |output| {
        Event::Usage(Usage {
            output: Some(output),
            ..Usage::default()
        })
    };
    let limit = |name: &str, used| Limit {
        name: name.to_owned(),
        scope: None,
        unit: "requests".to_owned(),
        used_percent: None,
        used: Some(used),
        most: None,
        window_ms: None,
        resets_at: None,
        status: None,
    };
    let notice = Notice {
        kind: "dropped".to_owned(),
        about: "sampling.seed".to_owned(),
        message: "the wire has none".to_owned(),
    };
    let citation = Citation {
        url: Some("https://a.test".to_owned()),
        ..Citation::default()
    };
    let answer = folded(vec![
        told(Some("r1"), None),
        Event::Notice(notice.clone()),
        begin(0, Opening::Text),
        delta(0, Piece::Citation(citation.clone())),
        used(1),
        told(None, Some("gpt-5")),
        end(0),
        Event::Other(extension("openai-responses")),
        finish(0, "end"),
        used(20),
        Event::Limits(vec![limit("5h", 1.0), limit("weekly", 1.0)]),
        Event::Limits(vec![limit("5h", 2.0)]),
    ]);
    assert_eq!(answer.about.id.as_deref(), Some("r1"));
    assert_eq!(answer.about.model.as_deref(), Some("gpt-5"));
    assert_eq!(answer.usage.unwrap().output, Some(20));
    assert_eq!(answer.limits, [limit("5h", 2.0), limit("weekly", 1.0)]);
    assert_eq!(answer.notices, [notice]);
    assert_eq!(answer.choices[0].parts[0].citations, [citation]);
}

#[test]
fn a_tool_that_takes_text_may_be_called_with_none() {
    let patch = Opening::ToolCall(CallOpening {
        id: "c1".to_owned(),
        name: "patch".to_owned(),
        by_vendor: false,
    });
    let answer = folded(vec![begin(0, patch), end(0), finish(0, "tool")]);
    expect![[r#"
        0: call c1 patch => tool
    "#]]
    .assert_eq(&show(&answer));
}

#[test]
fn an_answer_becomes_a_message_with_canonical_ids() {
    let before = [
        user("Hi."),
        assistant(&openai(), vec![call("f:0", "look", "{}")]),
    ];
    let (before, _) = canonical_ids(&before);
    let mut answer = folded(vec![
        begin(0, Opening::Text),
        words_of(0, "\n"),
        end(0),
        begin(1, calls("f:0", false)),
        end(1),
        begin(2, calls("toolu_1", false)),
        end(2),
        finish(0, "tool"),
    ]);
    let choice = answer.choices.remove(0);
    let origin = Origin {
        complete: false,
        ..from(&anthropic())
    };
    let (message, notices) = choice.into_message(&before, origin);
    let (expected, _) = canonical_ids(
        &[
            &before[..],
            &[assistant(
                &anthropic(),
                vec![call("f:0", "look", "{}"), call("toolu_1", "look", "{}")],
            )],
        ]
        .concat(),
    );
    assert_eq!(message, expected[2]);
    assert!(message.origin.unwrap().complete);
    assert_eq!(notices.len(), 1);
}

#[test]
fn of_an_answer_that_is_broken_off_the_words_stay() {
    let mut answer = folded(vec![
        begin(0, Opening::Text),
        words_of(0, "Half "),
        begin(1, calls("c1", false)),
        arguments(1, "{\"ci"),
        begin(2, calls("c2", false)),
        begin(3, Opening::File("image/png".to_owned())),
        delta(3, Piece::Bytes(vec![1])),
    ]);
    expect![[r#"
        0: Half  | call c1 look{"ci | call c2 look | file image/png => broken off
    "#]]
    .assert_eq(&show(&answer));
    assert!(!answer.choices[0].parts[0].ended);
    let (message, _) = answer.choices.remove(0).into_message(&[], from(&openai()));
    assert!(!message.origin.as_ref().unwrap().complete);
    expect![[r#"
        assistant: Half 
        user: Go on.
        dropped call c1: the answer with it was broken off
        dropped call c2: the answer with it was broken off
    "#]]
    .assert_eq(&normal(&[message, user("Go on.")], &openai()));
}
