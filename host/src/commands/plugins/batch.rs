//! `openclaw plugins can-reach --batch`: many questions to the gate, answered as they come.
//!
//! Invariants: one answer a line, in order, each written before the next question is waited for;
//! whatever cannot be read is a deny. The rule alone is asked: no file is read, nothing is kept from
//! one line to the next.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read as _};

use openclaw_core::capability::{Grant, GrantError, allows};
use serde::de::{Error as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::app::App;
use crate::render::terminal::Unwritten;
use openclaw_router::{Failure, Kind};

/// Longest line that is read, in bytes.
const LONGEST: usize = 1 << 20;

/// How many bytes are read, and about how many are written, at a time.
const BLOCK: usize = 64 << 10;

/// One question. Other keys may stand beside these, such as the answer that is expected.
struct Case {
    id: Value,
    grants: Vec<GrantCase>,
    method: Option<String>,
    url: Option<String>,
}

/// One grant. A key that is not known could be a limit that is not kept, so there may be none.
struct GrantCase {
    url: String,
    methods: Vec<String>,
    private: bool,
    any_host: bool,
    unknown: Option<String>,
}

impl<'de> Deserialize<'de> for Case {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Case;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Case, M::Error> {
                let (mut id, mut grants, mut method, mut url) = (None, None, None, None);
                while let Some(key) = map.next_key::<Key<'_>>()? {
                    match key.0.as_ref() {
                        "id" => once(&mut id, "id", &mut map)?,
                        "grants" => once(&mut grants, "grants", &mut map)?,
                        "method" => once(&mut method, "method", &mut map)?,
                        "url" => once(&mut url, "url", &mut map)?,
                        _ => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(Case {
                    id: id.unwrap_or_default(),
                    grants: grants.unwrap_or_default(),
                    method: method.flatten(),
                    url: url.flatten(),
                })
            }
        }
        deserializer.deserialize_map(Read)
    }
}

impl<'de> Deserialize<'de> for GrantCase {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = GrantCase;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<GrantCase, M::Error> {
                let (mut url, mut methods) = (None, None);
                let (mut private, mut any_host) = (None, None);
                let mut unknown = None;
                while let Some(key) = map.next_key::<Key<'_>>()? {
                    match key.0.as_ref() {
                        "url" => once(&mut url, "url", &mut map)?,
                        "methods" => once(&mut methods, "methods", &mut map)?,
                        "private" => once(&mut private, "private", &mut map)?,
                        "any_host" => once(&mut any_host, "any_host", &mut map)?,
                        other => {
                            unknown.get_or_insert_with(|| other.to_owned());
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                let lacks = M::Error::missing_field;
                Ok(GrantCase {
                    url: url.ok_or_else(|| lacks("url"))?,
                    methods: methods.ok_or_else(|| lacks("methods"))?,
                    private: private.flatten().unwrap_or(false),
                    any_host: any_host.flatten().unwrap_or(false),
                    unknown,
                })
            }
        }
        deserializer.deserialize_map(Read)
    }
}

/// A key, as it stands in the line where that is possible.
#[derive(Deserialize)]
struct Key<'line>(#[serde(borrow)] Cow<'line, str>);

/// Reads the value of a key that may stand once.
fn once<'de, T: Deserialize<'de>, M: MapAccess<'de>>(
    slot: &mut Option<T>,
    name: &'static str,
    map: &mut M,
) -> Result<(), M::Error> {
    if slot.is_some() {
        return Err(M::Error::duplicate_field(name));
    }
    *slot = Some(map.next_value()?);
    Ok(())
}

/// What is said of a question.
#[derive(Serialize)]
struct Answer {
    id: Value,
    verdict: &'static str,
    reason: String,
}

/// Answers the questions on stdin until it ends or nobody reads the answers any more.
pub(super) fn run(app: &App) -> Result<(), Failure> {
    let mut input = BufReader::with_capacity(BLOCK, io::stdin().lock());
    let mut answers = String::new();
    let mut number = 0_usize;
    loop {
        // Who waits for an answer gets it; who has asked on already need not be written to each time.
        let waits = !input.buffer().contains(&b'\n');
        if (waits || answers.len() >= BLOCK) && !write(app, &mut answers)? {
            return Ok(());
        }
        let line = match next_line(&mut input) {
            Ok(None) => return write(app, &mut answers).map(drop),
            Ok(Some(line)) => line,
            Err(error) => {
                write(app, &mut answers)?;
                return Err(Failure::caused(
                    Kind::Io,
                    "cannot read the questions from stdin",
                    &error,
                ));
            }
        };
        number += 1;
        let (id, verdict) = judge_line(&line, number);
        let (verdict, reason) = match verdict {
            Ok(reason) => ("allow", reason),
            Err(reason) => ("deny", reason),
        };
        let answer = Answer {
            id,
            verdict,
            reason,
        };
        answers.push_str(&serde_json::to_string(&answer).expect("an answer is text"));
        answers.push('\n');
    }
}

/// Writes what there is to say; false when nobody reads it.
fn write(app: &App, answers: &mut String) -> Result<bool, Failure> {
    if answers.is_empty() {
        return Ok(true);
    }
    let written = app.terminal.data(answers);
    answers.clear();
    match written {
        Ok(()) => Ok(true),
        Err(Unwritten::Closed) => Ok(false),
        Err(Unwritten::Failed(error)) => Err(Failure::caused(
            Kind::Io,
            "cannot write the answers to stdout",
            &error,
        )),
    }
}

/// Reads a line without its end; of one that is too long, a byte more than is allowed.
fn next_line(input: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    if input
        .by_ref()
        .take(LONGEST as u64 + 1)
        .read_until(b'\n', &mut line)?
        == 0
    {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    } else if line.len() > LONGEST {
        input.skip_until(b'\n')?;
    }
    Ok(Some(line))
}

/// Returns the line's id and why it is allowed or denied.
fn judge_line(line: &[u8], number: usize) -> (Value, Result<String, String>) {
    if line.len() > LONGEST {
        return (
            Value::Null,
            Err(format!("line {number}: longer than {LONGEST} bytes")),
        );
    }
    match serde_json::from_slice::<Case>(line) {
        Ok(case) => {
            let verdict = judge(&case);
            (case.id, verdict)
        }
        Err(error) => {
            let (id, what) = match serde_json::from_slice::<Value>(line) {
                Ok(mut value) => (value.get_mut("id").map(Value::take).unwrap_or_default(), ""),
                Err(_) => (Value::Null, "not JSON: "),
            };
            let why = without_line(&error.to_string());
            (id, Err(format!("line {number}: {what}{why}")))
        }
    }
}

fn judge(case: &Case) -> Result<String, String> {
    let grants = case.grants.iter().enumerate().map(|(index, wanted)| {
        if let Some(key) = &wanted.unknown {
            return Err(format!(
                "grant {} cannot be read: unknown key `{key}`",
                index + 1
            ));
        }
        Grant::parse(
            &wanted.url,
            &wanted.methods,
            wanted.private,
            wanted.any_host,
        )
        .map_err(|error| refused(index, &error))
    });
    let grants = grants.collect::<Result<Vec<_>, _>>()?;
    let method = case.method.as_deref().ok_or("there is no method")?;
    let url = case.url.as_deref().ok_or("there is no url")?;
    match allows(&grants, method, url) {
        Ok(allowed) => Ok(format!("grant {}: {}", allowed.index + 1, allowed.grant)),
        Err(denial) => Err(format!("{}: {}", denial.rule, denial.message)),
    }
}

fn refused(index: usize, error: &GrantError) -> String {
    let cause = error
        .source()
        .map(|cause| format!(": {cause}"))
        .unwrap_or_default();
    format!("grant {} cannot be read: {error}{cause}", index + 1)
}

/// The parser sees one line only: of its ` at line 1 column 7` only the column is of use.
fn without_line(message: &str) -> String {
    message.replacen(" at line 1 column ", " at column ", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, want: &str) {
        let (id, verdict) = judge_line(line.as_bytes(), 3);
        assert_eq!(format!("{id} {verdict:?}"), want);
    }

    #[test]
    fn what_cannot_be_read_is_a_deny_that_keeps_its_id() {
        check(
            "nonsense",
            r#"null Err("line 3: not JSON: expected ident at column 2")"#,
        );
        check(
            "",
            r#"null Err("line 3: not JSON: EOF while parsing a value at column 0")"#,
        );
        check(
            "5",
            r#"null Err("line 3: invalid type: integer `5`, expected an object at column 1")"#,
        );
        check(r#"{"id":7}"#, r#"7 Err("there is no method")"#);
        check(
            r#"{"id":[1],"method":"GET","url":5}"#,
            r#"[1] Err("line 3: invalid type: integer `5`, expected a string at column 32")"#,
        );
        check(
            r#"{"id":"a","method":"GET","url":"https://a.test/","url":"https://b.test/"}"#,
            r#""a" Err("line 3: duplicate field `url` at column 54")"#,
        );
    }

    #[test]
    fn one_grant_that_cannot_be_read_denies_whatever_the_others_allow() {
        let case = |second: &str| {
            format!(
                r#"{{"id":1,"grants":[{{"url":"https://a.test/**","methods":["GET"]}}{second}],"method":"GET","url":"https://a.test/x"}}"#
            )
        };
        check(&case(""), r#"1 Ok("grant 1: GET https://a.test/**")"#);
        check(
            &case(r#",{"url":"https://b.test","methods":["GET"]}"#),
            r#"1 Err("grant 2 cannot be read: the grant has no path; add `/**` to grant every path of the host")"#,
        );
        let (_, verdict) = judge_line(
            case(r#",{"url":"https://b.test/","methods":["GET"],"maybe":1}"#).as_bytes(),
            1,
        );
        assert!(verdict.is_err_and(|reason| reason.contains("unknown key `maybe`")));
    }

    #[test]
    fn a_line_that_is_too_long_is_one_deny_and_the_next_is_read() {
        let mut text = vec![b' '; LONGEST + 10];
        text.extend(b"\n{}\nlast");
        let mut input = text.as_slice();
        let lengths: Vec<usize> = std::iter::from_fn(|| {
            next_line(&mut input)
                .expect("memory")
                .map(|line| line.len())
        })
        .collect();
        assert_eq!(lengths, [LONGEST + 1, 2, 4]);
    }
}
