//! What text must not do to a terminal or to whoever reads JSON. A character is judged by its general
//! category: controls, format characters (which turn the reading direction or are not seen at all),
//! separators of lines and private use are never passed on as they are. Text that is ours may be
//! styled.

use std::borrow::Cow;

use unicode_general_category::{GeneralCategory, get_general_category};

/// Returns somebody else's text in one line, what a terminal would obey or hide written as an escape.
#[must_use]
pub fn visible(text: impl AsRef<str>) -> String {
    let text = text.as_ref();
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return text.to_owned();
    }
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        push_visible(&mut shown, character);
    }
    shown
}

/// Returns somebody else's text in its lines, what a terminal would obey or hide written as an
/// escape.
#[must_use]
pub fn visible_lines(text: &str) -> String {
    text.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}

/// Returns our own text as a terminal may have it: colors stay, every other sequence is written as an
/// escape.
#[must_use]
pub fn styled(text: &str) -> Cow<'_, str> {
    if !text
        .chars()
        .any(|character| is_unsafe(character) && !is_layout(character))
    {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let length = color(rest).unwrap_or(0);
        if length > 0 {
            shown.push_str(&rest[..length]);
            rest = &rest[length..];
            continue;
        }
        if is_layout(character) {
            shown.push(character);
        } else {
            push_visible(&mut shown, character);
        }
        rest = &rest[character.len_utf8()..];
    }
    Cow::Owned(shown)
}

/// Returns data as a terminal may have it: its lines and tabs stay, what a terminal would obey is
/// written as an escape, and what only joins or breaks words unseen is left out.
#[must_use]
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text
        .chars()
        .any(|character| is_unsafe(character) && !is_layout(character))
    {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            // The end of a line as some write it.
            '\r' if matches!(characters.peek(), Some('\n') | None) => {}
            '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => {}
            character if is_layout(character) => shown.push(character),
            character => push_visible(&mut shown, character),
        }
    }
    Cow::Owned(shown)
}

/// Returns JSON in which every unsafe character is an escape: the same data, whoever prints it.
#[must_use]
pub fn json(text: String) -> String {
    let is_raw = |character: char| is_unsafe(character) && !is_layout(character);
    // Most of a large document is plain, and is passed over by the byte.
    let is_special = |byte: u8| !matches!(byte, b'\n' | b' '..=b'~');
    let mut rest = text.as_str();
    let has_raw = loop {
        let Some(at) = rest.bytes().position(is_special) else {
            break false;
        };
        let mut characters = rest[at..].chars();
        if characters.next().is_some_and(is_raw) {
            break true;
        }
        rest = characters.as_str();
    };
    if !has_raw {
        return text;
    }
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if is_raw(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            escaped.push(character);
        }
    }
    escaped
}

/// Our symbols, and what stands for them where a terminal has no others than those of ASCII. Each is
/// as wide as what it stands for, but for the last.
const SYMBOLS: [(char, &str); 11] = [
    ('✓', "+"),
    ('✗', "x"),
    ('→', ">"),
    ('↑', "^"),
    ('↓', "v"),
    ('↻', "@"),
    ('⏸', "="),
    ('·', "-"),
    ('—', "-"),
    ('–', "-"),
    ('…', "..."),
];

/// Returns our own text with symbols of ASCII alone.
#[must_use]
pub fn ascii_symbols(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match SYMBOLS.iter().find(|(symbol, _)| *symbol == character) {
            Some((_, ascii)) => shown.push_str(ascii),
            None => shown.push(character),
        }
    }
    Cow::Owned(shown)
}

fn push_visible(shown: &mut String, character: char) {
    if is_unsafe(character) {
        shown.extend(character.escape_default());
    } else {
        shown.push(character);
    }
}

/// Whether a character may stand in text of several lines.
fn is_layout(character: char) -> bool {
    matches!(character, '\n' | '\t')
}

/// Whether a terminal obeys or hides a character.
fn is_unsafe(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_control();
    }
    // Tags and the rest of their block are not seen, assigned or not.
    matches!(character, '\u{e0000}'..='\u{e0fff}')
        || matches!(
            get_general_category(character),
            GeneralCategory::Control
                | GeneralCategory::Format
                | GeneralCategory::LineSeparator
                | GeneralCategory::ParagraphSeparator
                | GeneralCategory::PrivateUse
        )
}

/// Returns the length of the sequence that a text begins with, if all it does is to color.
fn color(text: &str) -> Option<usize> {
    let codes = text.strip_prefix("\u{1b}[")?;
    let end = codes.find(|character: char| !matches!(character, '0'..='9' | ';'))?;
    codes[end..].starts_with('m').then_some(end + 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of each kind: C0, DEL, C1, direction, joiners, separators, a mark of byte order, an
    /// invisible operator, tags, private use, an annotation.
    const UNSAFE: [char; 20] = [
        '\u{0}',
        '\u{7}',
        '\u{1b}',
        '\u{7f}',
        '\u{85}',
        '\u{9b}',
        '\u{9d}',
        '\u{ad}',
        '\u{61c}',
        '\u{200b}',
        '\u{200f}',
        '\u{2028}',
        '\u{2029}',
        '\u{202e}',
        '\u{2067}',
        '\u{feff}',
        '\u{fff9}',
        '\u{e000}',
        '\u{e0041}',
        '\u{f0000}',
    ];

    #[test]
    fn what_a_terminal_obeys_or_hides_is_written_out() {
        for character in UNSAFE {
            let text = format!("a{character}b");
            let escaped = format!("a{}b", character.escape_default());
            assert_eq!(visible(&text), escaped);
            assert_eq!(styled(&text), escaped);
            assert!(!plain(&text).contains(character), "{character:?}");
            let quoted = json(serde_json::to_string(&text).unwrap_or_default());
            assert!(!quoted.contains(character), "{quoted}");
            assert_eq!(serde_json::from_str::<String>(&quoted).ok(), Some(text));
        }
    }

    #[test]
    fn letters_of_all_languages_stay() {
        for text in ["日本語 🚀", "é e\u{301} ñ", "قلم عربى", "हिन्दी", "a\tb"]
        {
            assert_eq!(plain(text), text);
            assert_eq!(styled(text), text);
        }
        assert_eq!(visible("a\tb\n"), "a\\tb\\n");
    }

    #[test]
    fn only_colors_of_ours_pass() {
        let ours = "\u{1b}[1;31merror:\u{1b}[0m a\n";
        assert_eq!(styled(ours), ours);
        assert_eq!(styled("\u{1b}[2J\u{1b}[1m"), "\\u{1b}[2J\u{1b}[1m");
        assert_eq!(styled("\u{1b}]0;x\u{7}"), "\\u{1b}]0;x\\u{7}");
        assert_eq!(styled("\u{1b}["), "\\u{1b}[");
        assert_eq!(plain("\u{1b}[31mred"), "\\u{1b}[31mred");
    }

    #[test]
    fn an_answer_keeps_its_lines_and_loses_what_is_not_seen() {
        assert_eq!(plain("a\r\nb\r"), "a\nb");
        assert_eq!(plain("50 %\rhidden"), "50 %\\rhidden");
        assert_eq!(plain("👩\u{200d}🚀 co\u{ad}op"), "👩🚀 coop");
    }

    #[test]
    fn symbols_have_a_form_in_ascii() {
        assert_eq!(ascii_symbols("✓ a → b…"), "+ a > b...");
        assert_eq!(ascii_symbols("é"), "é");
    }
}
