use crate::json5::{KeyPath, MAX_DEPTH, Position, Segment, Value, parse, position};
use serde_json::json;

#[track_caller]
fn check(text: &str, expected: serde_json::Value) {
    assert_eq!(parse(text).expect(text).to_json(), expected, "{text}");
}

#[track_caller]
fn refuse(text: &str, expected: &str) {
    assert_eq!(parse(text).expect_err(text).to_string(), expected, "{text}");
}

#[test]
fn the_language_of_the_specification() {
    check(
        "{\n  // comments\n  unquoted: 'and you can quote me on that',\n  singleQuotes: 'I can use \"double quotes\" here',\n  \
         lineBreaks: \"Look, Mom! \\\nNo \\\\n's!\",\n  hexadecimal: 0xdecaf,\n  leadingDecimalPoint: .8675309, andTrailing: 8675309.,\n  \
         positiveSign: +1,\n  trailingComma: 'in objects', andIn: ['arrays',],\n  \"backwardsCompatible\": \"with JSON\",\n}\n",
        json!({
            "unquoted": "and you can quote me on that",
            "singleQuotes": "I can use \"double quotes\" here",
            "lineBreaks": "Look, Mom! No \\n's!",
            "hexadecimal": 0xdecaf,
            "leadingDecimalPoint": 0.867_530_9, "andTrailing": 8_675_309,
            "positiveSign": 1,
            "trailingComma": "in objects", "andIn": ["arrays"],
            "backwardsCompatible": "with JSON",
        }),
    );
}

#[test]
fn strings_and_escapes() {
    check(
        r"'\b\f\n\r\t\v\0\x41\u00e9\a\'\q'",
        json!("\u{8}\u{c}\n\r\t\u{b}\0Aéa'q"),
    );
    check(r#""\uD83D\uDE00 \uD83D""#, json!("😀 \u{fffd}"));
    check("'a\\\r\nb\\\u{2028}c\u{2029}'", json!("abc\u{2029}"));
    check("'\t'", json!("\t"));
    refuse(
        "'a\nb'",
        "line 1, column 3: expected `'` to end the string, found the end of the line",
    );
    refuse(
        r"'\1'",
        "line 1, column 3: expected an escape other than an octal one, found `1`",
    );
    refuse(
        r"'\01'",
        "line 1, column 3: expected an escape other than an octal one, found `0`",
    );
    refuse(
        r"'\u12G4'",
        "line 1, column 6: expected a hexadecimal digit, found `G`",
    );
}

#[test]
fn numbers_keep_their_text() {
    for (text, expected) in [
        ("0", json!(0)),
        ("-0", json!(0)),
        ("+7", json!(7)),
        ("0XfF", json!(255)),
        ("-0x10", json!(-16)),
        ("1e3", json!(1000)),
        ("5.e-1", json!(0.5)),
        (".5E+1", json!(5)),
        ("18446744073709551615", json!(u64::MAX)),
        ("1e400", json!(null)),
        ("NaN", json!(null)),
        ("-Infinity", json!(null)),
        ("2.50", json!(2.5)),
    ] {
        check(text, expected);
        match parse(text).expect(text).value {
            Value::Number(number) => assert_eq!(number.text(), text),
            other => panic!("{other:?}"),
        }
    }
    for text in [
        "01", "1.2.3", ".", "0x", "1e", "+", "--1", "1_000", "1a", "-x",
    ] {
        assert!(parse(text).is_err(), "{text}");
    }
}

#[test]
fn keys_white_space_and_marks() {
    check(
        "\u{feff}{$_a1: 1, 'b c': 2, \\u0061b: 3, ünï: 4, a\u{200c}\u{301}: 5, null: 6}",
        json!({"$_a1": 1, "b c": 2, "ab": 3, "ünï": 4, "a\u{200c}\u{301}": 5, "null": 6}),
    );
    check(
        "\u{b}\u{c}\u{a0}\u{2003}\u{3000}[\u{2028}1 /* a // b */, // c\u{2029}2]",
        json!([1, 2]),
    );
    refuse(
        "{1a: 1}",
        "line 1, column 2: expected a key or `}`, found `1`",
    );
    refuse(
        "{a-b: 1}",
        "line 1, column 3: expected `:` after the key, found `-`",
    );
    refuse(
        "{\\u002d: 1}",
        "line 1, column 2: expected a character that a key may have without quotes, found `\\\\`",
    );
}

#[test]
fn the_last_of_equal_keys_wins_in_the_place_of_the_first() {
    let json = parse("{a: 1, b: 2, a: 3}").expect("valid").to_json();
    assert_eq!(json.to_string(), r#"{"a":3,"b":2}"#);
}

#[test]
fn errors_say_where_and_what() {
    refuse(
        "",
        "line 1, column 1: expected a value, found the end of the file",
    );
    refuse(
        "\u{feff}{",
        "line 1, column 2: expected a key or `}`, found the end of the file",
    );
    refuse(
        "{\r\n  a: 1\r\n  é: opus }",
        "line 3, column 3: expected `,` or `}`, found `é`",
    );
    refuse(
        "{ a: opus }",
        "line 1, column 6: expected a value, found `opus` (text needs quotes)",
    );
    refuse("[1 2]", "line 1, column 4: expected `,` or `]`, found `2`");
    refuse("[,]", "line 1, column 2: expected a value, found `,`");
    refuse(
        "{} x",
        "line 1, column 4: expected the end of the file, found `x`",
    );
    refuse(
        "{}\n/* never",
        "line 2, column 9: expected `*/` to end the comment that starts on line 2, found the end of the file",
    );
    assert_eq!(position("a\rbé\n", 6), Position { line: 3, column: 1 });
}

#[test]
fn depth_is_bounded() {
    let nest = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(parse(&nest(MAX_DEPTH)).is_ok());
    refuse(
        &nest(MAX_DEPTH + 1),
        "line 1, column 129: expected no more than 128 levels of nesting, found `[`",
    );
}

#[test]
fn paths_are_read_as_people_write_them() {
    let read = |path: &str| KeyPath::parse(path).map(|path| path.0);
    let key = |key: &str| Segment::from(key);
    assert_eq!(
        read("agents.list[1].model.primary"),
        Ok(vec![
            key("agents"),
            key("list"),
            Segment::Index(1),
            key("model"),
            key("primary")
        ])
    );
    assert_eq!(
        read(r"a\.b.0.c\1"),
        Ok(vec![key("a.b"), Segment::Index(0), key("c1")])
    );
    assert_eq!(
        read("m.openai/gpt-5.params"),
        Ok(vec![key("m"), key("openai/gpt-5"), key("params")])
    );
    assert_eq!(
        read(r#"m["gpt-5.2"].alias"#),
        Ok(vec![key("m"), key("gpt-5.2"), key("alias")])
    );
    assert_eq!(
        read("[0][1]"),
        Ok(vec![Segment::Index(0), Segment::Index(1)])
    );
    for bad in ["", ".", "a.", ".a", "a..b", "a[", "a[]", "a[0]b", "a\\"] {
        assert!(read(bad).is_err(), "{bad}");
    }
    assert_eq!(
        KeyPath::parse("a.list[0]").expect("valid").to_string(),
        "a.list.0"
    );
}
