//! Questions in plain lines, for a terminal that takes no control sequences (`TERM=dumb`): a question
//! is a line, and the answer is the line that is typed behind it.

use std::fmt::Display;
use std::io::{self, BufRead as _, Write as _};

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use openclaw_core::secret::Secret;

use super::screen::discard_typed_ahead;
use super::{LONGEST, confirmation, left, unasked};
use crate::render::escape::visible;
use crate::render::terminal::Terminal;
use openclaw_router::Failure;

/// Writes the beginning of a line, behind which the answer is typed.
fn ask(question: impl Display) -> Result<(), Failure> {
    let mut err = io::stderr();
    // In one piece: what is typed meanwhile would be echoed amid it.
    let question = format!("? {} ", visible(question.to_string()));
    err.write_all(question.as_bytes())
        .and_then(|()| err.flush())
        .map_err(|error| unasked(&error))
}

/// Returns the line that was typed.
fn answer() -> Result<String, Failure> {
    let mut line = Vec::new();
    let read = io::Read::take(io::stdin().lock(), LONGEST).read_until(b'\n', &mut line);
    if read.map_err(|error| unasked(&error))? == 0 {
        // Ctrl-D leaves a question, and the cursor behind it.
        let _written = writeln!(io::stderr());
        return Err(left());
    }
    Ok(String::from_utf8_lossy(&line).trim().to_owned())
}

/// Asks for one of several by its number, from 1, or by a part that only it holds. Returns its index;
/// nothing for an empty answer. What is none of them is not repeated: it may be a key.
fn pick(terminal: &Terminal, choices: &[String], how: &str) -> Result<Option<usize>, Failure> {
    loop {
        ask(how)?;
        let typed = answer()?.to_lowercase();
        if typed.is_empty() {
            return Ok(None);
        }
        let by_number = typed.parse().ok().and_then(|at: usize| at.checked_sub(1));
        if let Some(at) = by_number.filter(|at| *at < choices.len()) {
            return Ok(Some(at));
        }
        let holds = |at: &usize| choices[*at].to_lowercase().contains(&typed);
        let mut held = (0..choices.len()).filter(holds);
        match (held.next(), held.next(), by_number) {
            (Some(at), None, None) => return Ok(Some(at)),
            _ => terminal.note(&format!("There are 1 to {}.", choices.len())),
        }
    }
}

/// Asks for a choice; `at` is the answer if none is typed.
pub(super) fn choose(
    terminal: &Terminal,
    question: &str,
    choices: &[String],
    at: usize,
) -> Result<usize, Failure> {
    terminal.note(&visible(question));
    for (index, choice) in choices.iter().enumerate() {
        terminal.note(&format!("  {}. {choice}", index + 1));
    }
    let how = format!("A number, 1 to {} ({}):", choices.len(), at + 1);
    Ok(pick(terminal, choices, &how)?.unwrap_or(at))
}

/// Asks for a number of a list that is on the screen already.
pub(super) fn number(
    terminal: &Terminal,
    question: &str,
    names: &[String],
    none: &str,
) -> Result<Option<usize>, Failure> {
    terminal.note(&visible(question));
    pick(
        terminal,
        names,
        &format!("A number, 1 to {} ({none}):", names.len()),
    )
}

/// Asks for a line until `check` finds nothing wrong with it.
pub(super) fn line(
    terminal: &Terminal,
    question: &str,
    default: Option<&str>,
    check: impl Fn(&str) -> Result<(), String>,
) -> Result<String, Failure> {
    loop {
        match default {
            Some(default) => ask(format_args!("{question} ({default})"))?,
            None => ask(question)?,
        }
        let typed = answer()?;
        let answer = match default {
            Some(default) if typed.is_empty() => default.to_owned(),
            _ => typed,
        };
        match check(&answer) {
            Ok(()) => return Ok(answer),
            Err(why) => terminal.note(&visible(why)),
        }
    }
}

/// Asks for yes or no.
pub(super) fn confirm(terminal: &Terminal, question: &str, default: bool) -> Result<bool, Failure> {
    loop {
        ask(format_args!(
            "{question} {}",
            if default { "(Y/n)" } else { "(y/N)" }
        ))?;
        match answer()?.to_lowercase().as_str() {
            "" => return Ok(default),
            "y" | "ye" | "yes" => return Ok(true),
            "n" | "no" => return Ok(false),
            _ => terminal.note("Answer with `y` or `n`."),
        }
    }
}

/// Asks for a line that is not shown, and hands it to `check` with whether another line followed it.
pub(super) fn hidden<T>(
    terminal: &Terminal,
    question: &str,
    check: impl FnOnce(Secret<String>, bool) -> Result<T, Failure>,
) -> Result<T, Failure> {
    terminal.note(
        "It is not shown while you paste it; Enter when done, Ctrl-U to clear, Ctrl-C to leave.",
    );
    loop {
        // Before the question is seen: a quick answer must not be echoed.
        enable_raw_mode().map_err(|error| unasked(&error))?;
        let asked = ask(question).and_then(|()| unseen());
        let _restored = disable_raw_mode();
        let _written = writeln!(io::stderr());
        let (text, more) = asked?;
        if text.trim().is_empty() {
            terminal.note("Paste it, or leave with Ctrl-C.");
            continue;
        }
        terminal.note(&confirmation(&text));
        return check(Secret::new(text), more);
    }
}

/// Returns the line whose keys come one by one, and whether another follows it.
fn unseen() -> Result<(String, bool), Failure> {
    let mut line: Vec<u8> = Vec::new();
    let mut stdin = io::stdin().lock();
    loop {
        let bytes = stdin.fill_buf().map_err(|error| unasked(&error))?.to_vec();
        stdin.consume(bytes.len());
        if bytes.is_empty() {
            return Err(left());
        }
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'\r' | b'\n' => {
                    let rest = &bytes[at + 1..];
                    let here = rest.iter().any(|byte| !byte.is_ascii_whitespace());
                    // The rest of a paste must not become the answer to the next question.
                    let more = discard_typed_ahead() || here;
                    return Ok((String::from_utf8_lossy(&line).into_owned(), more));
                }
                // Ctrl-C, Ctrl-D, Esc.
                0x03 | 0x04 | 0x1b => {
                    let _rest = discard_typed_ahead();
                    return Err(left());
                }
                // Backspace.
                0x08 | 0x7f => while line.pop().is_some_and(|byte| byte & 0xc0 == 0x80) {},
                // Ctrl-U.
                0x15 => line.clear(),
                byte if (line.len() as u64) < LONGEST => line.push(*byte),
                _ => {}
            }
        }
    }
}
