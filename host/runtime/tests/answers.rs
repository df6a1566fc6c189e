//! Answers of guests that break the contract: each is a typed fault, and nothing grows without end.

mod support;

use std::sync::LazyLock;

use openclaw_core::conversation::{Folding, Malformed};
use openclaw_runtime::limits::BATCH_EVENTS;
use openclaw_runtime::{CallError, Fault};
use support::{Scene, Stage, asking, run, told};

static STAGE: LazyLock<Stage> = LazyLock::new(Stage::cached);

/// How an answer ended.
#[derive(Debug, PartialEq)]
enum Ended {
    Whole,
    Unfinished,
    Malformed(Malformed),
    Fault(Fault),
}

/// Has the guest tell these events, and takes them in as the host does, at most so many lists.
fn answer(lines: &str) -> Ended {
    let provider = Scene::guest("hostile").on(&STAGE).0;
    let request = told(asking("answer", "go", true), lines);
    run(async {
        let mut chat = provider.chat(None, &request).await.expect("it begins");
        let mut folding = Folding::new(&[]);
        loop {
            match chat.next().await {
                Ok(Some(events)) => {
                    for event in events {
                        if let Err(why) = folding.push(event) {
                            return Ended::Malformed(why);
                        }
                    }
                }
                Ok(None) if folding.is_complete() => return Ended::Whole,
                Ok(None) => return Ended::Unfinished,
                Err(CallError::Plugin { fault, .. }) => return Ended::Fault(fault),
                Err(CallError::Provider(failure)) => panic!("{failure:?}"),
            }
        }
    })
}

#[test]
fn events_that_keep_the_order_are_an_answer() {
    let whole = "begin 0 0\ntext 0 Hello\nend 0\nfinish 0";
    assert_eq!(answer(whole), Ended::Whole);
    assert_eq!(answer(&whole.replace('\n', "\n---\n")), Ended::Whole);
    assert_eq!(answer("begin 0 0\ntext 0 Hello\nend 0"), Ended::Unfinished);
    assert_eq!(answer(""), Ended::Unfinished);
}

#[test]
fn parts_that_make_no_sense_are_told_apart() {
    for (lines, why) in [
        ("begin 0 0\nbegin 0 0", Malformed::BegunTwice { part: 0 }),
        ("text 0 Hello", Malformed::NotBegun { part: 0 }),
        ("end 3", Malformed::NotBegun { part: 3 }),
        ("begin 0 0\nend 0\nend 0", Malformed::Ended { part: 0 }),
        (
            "begin 0 0\nend 0\ntext 0 more",
            Malformed::Ended { part: 0 },
        ),
        (
            "begin 0 0\nfinish 0",
            Malformed::FinishedEarly { answer: 0, part: 0 },
        ),
        ("finish 0\nbegin 0 0", Malformed::Finished { answer: 0 }),
        ("finish 0\nfinish 0", Malformed::Finished { answer: 0 }),
    ] {
        assert_eq!(answer(lines), Ended::Malformed(why), "{lines}");
    }
    for lines in [
        "begin-call 0 0\ntext 0 Hello",
        "begin 0 0\narguments 0 {}",
        "begin 0 0\nbytes 0 5",
        "begin-file 0 0\ntext 0 Hello",
        "begin 4294967295 0",
        "begin 0 4294967295",
    ] {
        assert!(matches!(answer(lines), Ended::Malformed(_)), "{lines}");
    }
}

#[test]
fn an_answer_without_end_meets_a_bound() {
    assert!(matches!(answer("begin 0 0\nfor-ever"), Ended::Malformed(_)));
    let too_many = format!("begin 0 0\ntext 0 a\ntimes {BATCH_EVENTS}");
    match answer(&too_many) {
        Ended::Fault(Fault::Answer(what)) => assert!(what.contains("events at once"), "{what}"),
        other => panic!("{other:?}"),
    }
}
