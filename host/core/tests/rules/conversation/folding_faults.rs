//! What a component may not say.

use openclaw_core::conversation::{
    Alternative, End, Event, Folding, Malformed, Opening, Piece, Token, Usage, bounds,
};
use proptest::prelude::*;

use super::folding::{arguments, begin, begin_of, calls, delta, end, finish, words_of};
use super::*;

/// Pushes events, of which all but the last make sense, and returns what is wrong with that.
fn fault(events: Vec<Event>) -> Malformed {
    let mut folding = Folding::default();
    let last = events.len() - 1;
    for (index, event) in events.into_iter().enumerate() {
        match folding.push(event) {
            Ok(()) => assert!(index < last, "the last event is taken"),
            Err(fault) => {
                assert_eq!(index, last, "{fault}");
                return fault;
            }
        }
    }
    panic!("nothing was pushed");
}

#[test]
fn events_have_an_order() {
    for (events, expected) in [
        (
            vec![begin(0, Opening::Text), begin(0, Opening::Text)],
            Malformed::BegunTwice { part: 0 },
        ),
        (vec![words_of(7, "a")], Malformed::NotBegun { part: 7 }),
        (vec![end(7)], Malformed::NotBegun { part: 7 }),
        (
            vec![begin(0, Opening::Text), end(0), words_of(0, "a")],
            Malformed::Ended { part: 0 },
        ),
        (
            vec![begin(0, Opening::Text), end(0), end(0)],
            Malformed::Ended { part: 0 },
        ),
        (
            vec![begin(0, Opening::Text), end(0), begin(0, Opening::Text)],
            Malformed::BegunTwice { part: 0 },
        ),
        (
            vec![
                begin_of(0, 1, Opening::Text),
                begin_of(1, 0, Opening::Text),
                finish(2, "end"),
                finish(0, "end"),
            ],
            Malformed::FinishedEarly { answer: 0, part: 1 },
        ),
        (
            vec![finish(0, "end"), finish(0, "end")],
            Malformed::Finished { answer: 0 },
        ),
        (
            vec![finish(0, "end"), begin(0, Opening::Text)],
            Malformed::Finished { answer: 0 },
        ),
    ] {
        assert_eq!(fault(events), expected);
    }
}

#[test]
fn a_piece_fits_the_part_that_it_is_of() {
    let openings = || {
        [
            ("text", Opening::Text),
            ("refusal", Opening::Refusal),
            ("piece of reasoning", Opening::Reasoning("full".to_owned())),
            ("call", calls("c1", false)),
            ("file", Opening::File("image/png".to_owned())),
            (
                "piece of the vendor's own",
                Opening::Other("a.b".to_owned()),
            ),
        ]
    };
    let pieces = || {
        [
            Piece::Text("a".to_owned()),
            Piece::Arguments("{}".to_owned()),
            Piece::Bytes(vec![1]),
            Piece::Transcript("a".to_owned()),
        ]
    };
    let fits = [
        [true, false, false, false],
        [true, false, false, false],
        [true, false, false, false],
        [false, true, false, false],
        [false, false, true, true],
        [false, false, false, false],
    ];
    for ((kind, opening), fits) in openings().into_iter().zip(fits) {
        for (piece, fits) in pieces().into_iter().zip(fits) {
            let mut folding = Folding::default();
            folding.push(begin(0, opening.clone())).unwrap();
            let said = format!("{piece:?}");
            match folding.push(delta(0, piece)) {
                Ok(()) => assert!(fits, "{said} of a {kind}"),
                Err(fault) => {
                    assert!(!fits, "{said} of a {kind}");
                    assert!(
                        fault
                            .to_string()
                            .starts_with(&format!("part 0 is a {kind} ")),
                        "{fault}"
                    );
                }
            }
        }
    }
    let value = Event::End(End {
        part: 0,
        state: None,
        value: Some(Json::new("1")),
        extensions: Vec::new(),
    });
    let fault = fault(vec![begin(0, Opening::Text), value]);
    assert_eq!(
        fault.to_string(),
        "part 0 is a text and cannot have a value"
    );
}

#[test]
fn what_is_to_be_json_is() {
    let ending = |end: End| {
        fault(vec![
            begin(0, Opening::Other("a.b".to_owned())),
            Event::End(end),
        ])
    };
    let whole = || End {
        part: 0,
        state: None,
        value: None,
        extensions: Vec::new(),
    };
    let state = State {
        realm: "a".to_owned(),
        bound_to: Vec::new(),
        value: Json::new("{"),
    };
    let list = Extension {
        namespace: "a".to_owned(),
        value: Json::new("[]"),
    };
    for (end, what) in [
        (
            End {
                state: Some(state),
                ..whole()
            },
            "a state",
        ),
        (
            End {
                value: Some(Json::new("")),
                ..whole()
            },
            "a value",
        ),
        (
            End {
                extensions: vec![list],
                ..whole()
            },
            "an extension",
        ),
    ] {
        assert_eq!(ending(end), Malformed::NoJson { what });
    }
}

#[test]
fn numbers_have_bounds() {
    let usage = |usage: Usage| matches!(fault(vec![Event::Usage(usage)]), Malformed::Number { .. });
    assert!(usage(Usage {
        input: Some(u64::MAX),
        ..Usage::default()
    }));
    assert!(usage(Usage {
        cost_usd: Some(f64::NAN),
        ..Usage::default()
    }));
    assert!(usage(Usage {
        cost_usd: Some(-0.1),
        ..Usage::default()
    }));
    let details = vec![("output.audio".to_owned(), bounds::MAX_COUNT + 1)];
    assert!(usage(Usage {
        details,
        ..Usage::default()
    }));

    let likely = |logprob| {
        let chosen = Alternative {
            token: "a".to_owned(),
            bytes: None,
            logprob,
        };
        delta(
            0,
            Piece::Logprobs(vec![Token {
                chosen,
                top: Vec::new(),
            }]),
        )
    };
    for logprob in [f64::NAN, 0.5, f64::INFINITY] {
        let fault = fault(vec![begin(0, Opening::Text), likely(logprob)]);
        assert!(matches!(fault, Malformed::Number { .. }), "{fault}");
    }
    let mut folding = Folding::default();
    folding.push(begin(0, Opening::Text)).unwrap();
    for logprob in [0.0, -0.3, f64::NEG_INFINITY] {
        folding.push(likely(logprob)).unwrap();
    }
}

#[test]
fn there_is_not_too_much_of_anything() {
    let too_many = |fault: Malformed| matches!(fault, Malformed::TooMany { .. });
    assert!(too_many(fault(vec![begin(
        bounds::MAX_PARTS,
        Opening::Text
    )])));
    assert!(too_many(fault(vec![begin_of(
        0,
        bounds::MAX_ANSWERS,
        Opening::Text
    )])));
    assert!(too_many(fault(vec![finish(bounds::MAX_ANSWERS, "end")])));
    assert!(too_many(fault(vec![finish(
        0,
        &"x".repeat(bounds::MAX_WORD + 1)
    )])));
    assert!(too_many(fault(vec![begin(
        0,
        calls(&"x".repeat(bounds::MAX_WORD + 1), false)
    )])));
    let big = Extension {
        namespace: "a".to_owned(),
        value: Json::new(format!(
            "{{\"a\":\"{}\"}}",
            "x".repeat(bounds::MAX_EXTENSION)
        )),
    };
    assert!(too_many(fault(vec![Event::Other(big)])));

    // Text and arguments of all parts count together.
    let half = "x".repeat(bounds::MAX_TEXT / 2);
    assert!(too_many(fault(vec![
        begin(0, Opening::Text),
        words_of(0, &half),
        begin(1, calls("c1", false)),
        arguments(1, &half),
        arguments(1, "x"),
    ])));
    assert!(too_many(fault(vec![
        begin(0, Opening::File("image/png".to_owned())),
        delta(0, Piece::Bytes(vec![0; bounds::MAX_FILES + 1])),
    ])));
}

/// Events that a confused component might say.
fn events() -> impl Strategy<Value = Vec<Event>> {
    let part = 0u32..4;
    let opening = prop_oneof![
        Just(Opening::Text),
        Just(calls("c1", false)),
        Just(Opening::Other("a.b".to_owned())),
    ];
    let event = prop_oneof![
        3 => (part.clone(), 0u32..2, opening).prop_map(|(part, answer, opening)| begin_of(part, answer, opening)),
        3 => (part.clone(), "[a-z]{1,3}").prop_map(|(part, text)| words_of(part, &text)),
        2 => (part.clone(), "[a-z]{1,3}").prop_map(|(part, text)| arguments(part, &text)),
        3 => part.prop_map(end),
        1 => (0u32..2).prop_map(|answer| finish(answer, "end")),
    ];
    proptest::collection::vec(event, 0..20)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// What is refused leaves no trace: the answer is that of the events which were taken.
    #[test]
    fn a_refused_event_leaves_no_trace(events in events()) {
        let mut all = Folding::default();
        let mut taken = Folding::default();
        let mut said = String::new();
        for event in events {
            if all.push(event.clone()).is_ok() {
                if let Event::Delta(delta) = &event
                    && let Piece::Text(text) | Piece::Arguments(text) = &delta.piece
                {
                    said.push_str(text);
                }
                prop_assert_eq!(taken.push(event), Ok(()));
            }
        }
        let complete = all.is_complete();
        let answer = all.into_answer();
        prop_assert_eq!(complete, answer.is_complete());
        prop_assert_eq!(&answer, &taken.into_answer());
        // Nothing is lost and nothing is said twice.
        let kept: usize = answer.choices.iter().flat_map(|choice| &choice.parts).map(|part| match &part.content {
            Content::Text(text) => text.len(),
            Content::ToolCall(call) if call.arguments == "{}" => 0,
            Content::ToolCall(call) => call.arguments.len(),
            _ => 0,
        }).sum();
        prop_assert_eq!(kept, said.len());
        for choice in &answer.choices {
            prop_assert!(choice.finish.is_none() || choice.parts.iter().all(|part| part.ended));
        }
    }
}
