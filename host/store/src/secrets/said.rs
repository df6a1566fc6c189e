//! What of a program's words about its failure may be shown.

use crate::config::words::{hidden, is_credential};

/// Most characters that are shown.
const MOST: usize = 200;
/// Fewest bytes of a known secret that are looked for; fewer are in every text.
const LEAST: usize = 6;
/// What stands in the place of a secret.
const BLANK: &str = "…";

/// Returns the last line that says something, shortened, without `known` secrets and without what
/// looks like one.
pub(super) fn shown(said: &[u8], known: &[&str]) -> Option<String> {
    let said = String::from_utf8_lossy(said);
    let mut lines = said.lines().rev().map(plain);
    let mut line = lines.find(|line| !line.is_empty())?;
    let mut known: Vec<&str> = known
        .iter()
        .copied()
        .filter(|text| text.len() >= LEAST)
        .collect();
    known.sort_by_key(|text| std::cmp::Reverse(text.len()));
    for secret in known {
        line = line.replace(secret, BLANK);
    }
    let words: Vec<&str> = line.split(' ').map(word).collect();
    let line = words.join(" ");
    let line = hidden(&line).unwrap_or(line);
    if line.chars().count() <= MOST {
        return Some(line);
    }
    let mut short: String = line.chars().take(MOST).collect();
    short.push('…');
    Some(short)
}

/// Returns a word, or that there was one: long and of letters and digits mixed, as only a secret is.
fn word(word: &str) -> &str {
    let is_part = |next: char| next.is_ascii_alphanumeric() || "-_+=.~".contains(next);
    let is_random = |part: &str| {
        let has = |what: fn(&char) -> bool| part.chars().any(|next| what(&next));
        part.len() >= 16 && has(char::is_ascii_digit) && has(char::is_ascii_alphabetic)
    };
    let mut parts = word.split(|next| !is_part(next));
    if is_credential(word) || parts.any(|part| is_random(part) || is_credential(part)) {
        return BLANK;
    }
    word
}

/// Returns a line without escapes and what else a terminal does not print.
fn plain(line: &str) -> String {
    let mut plain = String::new();
    let mut rest = line.chars();
    while let Some(next) = rest.next() {
        match next {
            '\u{1b}' => {
                if rest.next() == Some('[') {
                    rest.by_ref().find(|next| ('@'..='~').contains(next));
                }
            }
            '\t' => plain.push(' '),
            next if next.is_control() => {}
            next => plain.push(next),
        }
    }
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_is_shown_without_secrets() {
        for (said, expected) in [
            ("", None),
            (" \n\x1b[0m\n", None),
            ("one\n\x1b[31mtwo\x1b[0m\n\n", Some("two")),
            (
                "Error: openai/key is not in the password store.",
                Some("Error: openai/key is not in the password store."),
            ),
            ("bad hunter2! word", Some("bad …! word")),
            (
                "token eyJhbGciOiJIUzI1NiJ9.e30.abcdefgh: expired",
                Some("token … expired"),
            ),
            ("got sk-proj-abcdefghijklmnop", Some("got …")),
            ("value 0123456789abcdef0123", Some("value …")),
            (
                "http://op:hunter22@127.0.0.1/x refused",
                Some("http://…@127.0.0.1/x refused"),
            ),
        ] {
            assert_eq!(
                shown(said.as_bytes(), &["hunter2", "a", ""]).as_deref(),
                expected,
                "{said}"
            );
        }
        let long = shown("ab ".repeat(500).as_bytes(), &[]).expect("words");
        assert_eq!(long.chars().count(), MOST + 1);
    }
}
