//! Answers that break the contract, as text: a line an event.
//!
//! | line | event |
//! |---|---|
//! | `begin 0 0` | part 0 of answer 0 begins, a text; `begin-call` a call, `begin-file` a file |
//! | `text 0 words`, `arguments 0 {}`, `bytes 0 5` | a piece of part 0; of bytes their number |
//! | `end 0` | part 0 ends; `end-state 0 5` with a state of so many bytes |
//! | `finish 0` | answer 0 is complete |
//! | `---` | the next line begins another list |
//! | `times 5` | the line before it is told so many times more, in the same list |
//! | `for-ever` | a text of part 0 is told for ever, a list each; `nothing-for-ever`: empty lists |

use openclaw_sdk::chat::{Begin, CallOpening, Delta, End, Event, Finish, Notice, Opening, Piece};
use openclaw_sdk::conversation::State;
use openclaw_sdk::{Failure, FailureKind, errors};

use crate::{Script, Then};

/// Returns the answer that the lines tell.
pub(crate) fn told(lines: &str) -> Result<Script, Failure> {
    let mut lists = vec![Vec::new()];
    let (mut then, mut before) = (Then::End, "");
    for line in lines.lines() {
        let list = lists.last_mut().expect("there is a list");
        match line.split_once(' ').unwrap_or((line, "")) {
            ("---", _) => lists.push(Vec::new()),
            ("for-ever", _) => then = Then::Repeat(endless),
            ("nothing-for-ever", _) => then = Then::Nothing,
            ("times", times) => {
                for _ in 0..times.parse().unwrap_or(0) {
                    list.push(event(before)?);
                }
            }
            _ => list.push(event(line)?),
        }
        before = line;
    }
    Ok(Script {
        then,
        ..Script::tells(lists)
    })
}

fn endless() -> Event {
    delta(0, Piece::Text("x".repeat(1 << 10)))
}

fn event(line: &str) -> Result<Event, Failure> {
    let mut words = line.splitn(3, ' ');
    let verb = words.next().unwrap_or_default();
    let part: u32 = words.next().and_then(|word| word.parse().ok()).unwrap_or(0);
    let rest = words.next().unwrap_or_default();
    let count: usize = rest.parse().unwrap_or(0);
    let begin = |opening| {
        Event::Begin(Begin {
            part,
            answer: rest.parse().unwrap_or(0),
            opening,
            id: None,
            extensions: Vec::new(),
        })
    };
    let end = |state| {
        Event::End(End {
            part,
            state,
            value: None,
            extensions: Vec::new(),
        })
    };
    Ok(match verb {
        "begin" => begin(Opening::Text),
        "begin-file" => begin(Opening::File("image/png".to_owned())),
        "begin-call" => begin(Opening::ToolCall(CallOpening {
            id: "call".to_owned(),
            name: "look".to_owned(),
            by_vendor: false,
        })),
        "text" => delta(part, Piece::Text(rest.to_owned())),
        "arguments" => delta(part, Piece::Arguments(rest.to_owned())),
        "bytes" => delta(part, Piece::Bytes(vec![7; count])),
        "end" => end(None),
        "end-state" => end(Some(State {
            realm: "hostile".to_owned(),
            bound_to: Vec::new(),
            value: format!("\"{}\"", "s".repeat(count)),
        })),
        "notice" => Event::Notice(Notice {
            kind: "dropped".to_owned(),
            about: "everything".to_owned(),
            message: rest.to_owned(),
        }),
        "finish" => Event::Finish(Finish {
            answer: part,
            reason: "end".to_owned(),
            vendor_reason: None,
            sequence: None,
            extensions: Vec::new(),
        }),
        _ => {
            let message = format!("no event is named `{verb}`");
            return Err(errors::failure(FailureKind::BadRequest, message));
        }
    })
}

fn delta(part: u32, piece: Piece) -> Event {
    Event::Delta(Delta { part, piece })
}
