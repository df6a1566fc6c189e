//! The line of a file that cannot be read, as it may be shown in a failure.

use super::names::is_secret_text_name;
use super::words::{LEAST, is_credential};
use crate::json5::Position;

/// Most characters of a line that are shown, around the place.
const AROUND: usize = 36;

/// Returns a line of a file that cannot be read, and a mark below the place: what stands in quotes
/// and is no key is hidden, and whatever follows the name of a secret.
pub(super) fn excerpt(text: &str, at: Position) -> Vec<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = text.split(['\n', '\r']);
    // A line end of two characters leaves an empty piece.
    let lines: Vec<&str> = if text.contains("\r\n") {
        text.split('\n')
            .map(|line| line.trim_end_matches('\r'))
            .collect()
    } else {
        lines.collect()
    };
    let Some(line) = lines.get(at.line.saturating_sub(1)) else {
        return Vec::new();
    };
    let column = at.column.saturating_sub(1);
    let characters: Vec<char> = concealed(line);
    let start = column.saturating_sub(AROUND);
    let end = characters.len().min(column + AROUND);
    if start >= end {
        return Vec::new();
    }
    let shown: String = characters[start..end]
        .iter()
        .map(|next| if next.is_control() { ' ' } else { *next })
        .collect();
    let number = at.line.to_string();
    vec![
        format!("{number} | {}", shown.trim_end()),
        format!(
            "{:>1$} | {2:>3$}",
            "",
            number.len(),
            "^",
            column - start + 1
        ),
    ]
}

/// Returns a line with what may be a secret replaced character by character, so that places stay.
fn concealed(line: &str) -> Vec<char> {
    let mut characters: Vec<char> = line.chars().collect();
    let mut at = 0;
    let mut secret = false;
    while at < characters.len() {
        let next = characters[at];
        if next == '"' || next == '\'' {
            let end = (at + 1..characters.len()).find(|place| characters[*place] == next);
            let end = end.unwrap_or(characters.len());
            let after = characters.get(end + 1..).unwrap_or_default();
            let is_key = after.iter().find(|next| !next.is_whitespace()) == Some(&':');
            let name: String = characters[at + 1..end].iter().collect();
            if is_key {
                secret = is_secret_text_name(&name);
            } else {
                characters[at + 1..end].fill('·');
            }
            at = end + 1;
        } else if next.is_alphanumeric() || next == '_' || next == '$' {
            let is_part = |next: &char| !next.is_whitespace() && !",:{}[]\"'".contains(*next);
            let length = characters[at..]
                .iter()
                .take_while(|next| is_part(next))
                .count();
            let end = at + length.max(1);
            let word: String = characters[at..end].iter().collect();
            let after = characters.get(end..).unwrap_or_default();
            let is_key = after.iter().find(|next| !next.is_whitespace()) == Some(&':');
            if is_key && length < LEAST {
                secret = is_secret_text_name(&word);
            } else if secret || length >= LEAST || is_credential(&word) {
                characters[at..end].fill('·');
            }
            at = end;
        } else {
            at += 1;
        }
    }
    characters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_shown_without_its_texts() {
        let shown = |text: &str, line, column| excerpt(text, Position { line, column });
        let text = "{\n  apiKey: \"sk-0123\" \"x\": 1\n  token: abc def\n\tkey 'unclosed";
        assert_eq!(
            shown(text, 2, 20),
            [
                "2 |   apiKey: \"·······\" \"x\": 1",
                "  |                    ^"
            ]
        );
        assert_eq!(
            shown(text, 3, 14),
            ["3 |   token: ··· ···", "  |              ^"]
        );
        assert_eq!(shown(text, 4, 6), ["4 |  key '········", "  |      ^"]);
        assert_eq!(shown("{\r\n  a b\r\n}", 2, 5)[0], "2 |   a b");
        assert!(shown("{", 2, 1).is_empty());
        let long = format!("{{ {} ! {} }}", "a ".repeat(50), "b ".repeat(50));
        let [line, mark] = &shown(&long, 1, 104)[..] else {
            panic!("two lines");
        };
        assert_eq!(line.find('!'), mark.find('^'));
    }
}
