//! Whether a text is JSON, held against a reader that others wrote.

use openclaw_core::conversation::Json;
use proptest::prelude::*;

/// Whether serde_json reads it; `None` where it stops at a number that no float holds, which is
/// JSON all the same.
fn is_json(text: &str) -> Option<bool> {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(_) => Some(true),
        Err(error) => (!error.to_string().contains("number out of range")).then_some(false),
    }
}

/// Asserts that both say the same.
fn compare(text: &str) {
    if let Some(expected) = is_json(text) {
        assert_eq!(Json::new(text).is_valid(), expected, "{text:.80}");
    }
}

#[test]
fn examples() {
    let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    for (text, valid) in [
        ("{}", true),
        (" {\"a\" : [1, -0.5e+3, true, null]}\n", true),
        ("{\"a\":1,\"a\":2}", true),
        ("\"\\ud83d\\ude00\"", true),
        ("\"\\ud83d\"", false),
        ("\"\\ud83d\\u0041\"", false),
        ("\"\\ude00\"", false),
        ("01", false),
        ("1.", false),
        ("-", false),
        ("1e", false),
        (".5", false),
        ("1e941.5", false),
        ("{\"a\":1,}", false),
        ("{a:1}", false),
        ("[1 2]", false),
        ("\"\t\"", false),
        ("\u{feff}{}", false),
        ("nul", false),
        ("", false),
        ("{}{}", false),
        (&deep(127), true),
        (&deep(128), false),
        (&deep(1_000_000), false),
    ] {
        assert_eq!(Json::new(text).is_valid(), valid, "{text:.40}");
        if text.len() < 1_000 {
            compare(text);
        }
    }
    assert!(Json::new(" {} ").is_object());
    assert!(!Json::new("[]").is_object());
    assert!(!Json::new("{").is_object());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Texts of JSON's own characters, most of them nearly JSON.
    #[test]
    fn agrees_with_another_reader(pieces in proptest::collection::vec(
        proptest::sample::select(vec![
            "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\"a\":", "1", "-", "0", ".5", "e9", "E-2", "true",
            "null", "false", " ", "\n", "\\", "\\n", "\\u00", "41", "\\ud800", "\\udc00", "ü", "\u{1}",
            "{\"a\":", "[1,", "\"b\":{}}", "]}",
        ]), 0..12)
    ) {
        let text = pieces.concat();
        compare(&text);
    }

    /// JSON with one character changed or none.
    #[test]
    fn agrees_on_damaged_json(at in 0usize..200, with in ".", text in r#"\{("[a-z\\\\"]{0,6}":(-?[0-9]{1,3}(\.[0-9])?|"[^\x00-\x1f"\\]{0,5}"|\[\]|null),?){0,4}\}"#) {
        let mut damaged: String = text.clone();
        let index = at % (text.len() + 1);
        if damaged.is_char_boundary(index) {
            damaged.insert_str(index, &with);
        }
        for text in [text, damaged] {
            compare(&text);
        }
    }
}
