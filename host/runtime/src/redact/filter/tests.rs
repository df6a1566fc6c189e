//! What is told to hold nothing at a glance holds nothing: with and without that, the same is marked.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use proptest::prelude::*;

use crate::redact::searcher::{Searcher, Wanted};

/// How many ways [`encode`] knows.
const WAYS: usize = 13;

fn searching(secret: &str) -> Searcher {
    Searcher::of(
        [Wanted {
            value: secret,
            public: 0,
        }]
        .into_iter(),
    )
}

fn encode(text: &[u8], way: usize) -> Vec<u8> {
    let each = |written: fn(u8) -> String| -> Vec<u8> {
        text.iter()
            .flat_map(|byte| written(*byte).into_bytes())
            .collect()
    };
    match way {
        0 => STANDARD.encode(text).into_bytes(),
        1 => URL_SAFE.encode(text).into_bytes(),
        2 => each(|byte| format!("{byte:02x}")),
        3 => each(|byte| format!("{byte:02X}:")),
        4 => each(|byte| format!("{byte}, ")),
        5 => each(|byte| format!("{byte},")),
        6 => each(|byte| format!("%{byte:02x}")),
        7 => each(|byte| format!("={byte:02X}")),
        8 => each(|byte| format!("\\u{byte:04x}")),
        9 => each(|byte| format!("&#x{byte:x};")),
        10 => text.iter().flat_map(|byte| [*byte, 0]).collect(),
        11 => text.iter().rev().copied().collect(),
        _ => text.to_vec(),
    }
}

#[test]
fn no_spelling_is_passed_over() {
    let lines = [
        "event: content_block_delta\n",
        "data: {\"type\":\"response.output_text.delta\",\"item_id\":\"msg_68af4030baa48193b0b43b4c2a176a1a\"}\r\n",
        "id 550e8400-e29b-41d4-a716-446655440000 at 2026-11-28T10:00:00Z, 1, 2, 3, 40, 500\n",
        "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo= and SGVsbG8sIHdvcmxkISBIZWxsbyE\n",
        "",
    ];
    for secret in [
        "sk-lab-SECRET-0123456789abcdefghij",
        "sk-canary/+\"Z0 é\\end-of-it",
        "hunter2",
        "abcdefgh0123",
    ] {
        let searcher = searching(secret);
        let thorough = searcher.clone().thorough();
        let pieces = [
            secret,
            &secret[..secret.len().min(13)],
            &secret[1..7],
            "no secret at all, but long",
        ];
        let mut marked = 0;
        for (piece, first, second) in pieces
            .iter()
            .flat_map(|piece| (0..WAYS).map(move |first| (piece, first)))
            .flat_map(|(piece, first)| (0..WAYS).map(move |second| (piece, first, second)))
        {
            for (line, before) in lines.iter().zip(["", "x", "xy", "xyz", "="]) {
                let inner = [before.as_bytes(), &encode(piece.as_bytes(), first)].concat();
                let text = [line.as_bytes(), &encode(&inner, second), b" end\n"].concat();
                let want = thorough.marks(&text);
                let shown = || String::from_utf8_lossy(&text).into_owned();
                assert_eq!(searcher.marks(&text), want, "{secret}: {}", shown());
                marked += usize::from(!want.is_empty());
            }
        }
        assert!(marked > 500, "{secret}: {marked}");
    }
}

/// Bytes around a secret: of text, of numbers and of encodings, and any others.
fn around() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        3 => "[ -~]{0,20}".prop_map(String::into_bytes),
        2 => "[A-Za-z0-9+/_-]{0,20}".prop_map(String::into_bytes),
        2 => "[0-9a-f :,-]{0,20}".prop_map(String::into_bytes),
        2 => prop::collection::vec(any::<u8>(), 0..20),
        1 => "[\r\n\t\0=%&\\\\]{0,4}".prop_map(String::into_bytes),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a secret or a piece of one is written in, up to three times over, and whatever stands
    /// around it each time.
    #[test]
    fn the_same_is_marked_as_without_the_filter(
        secret in prop_oneof![3 => "[!-~]{6,40}", 1 => "[ -~]{12,20}", 1 => "[!-~é\t\n]{12,30}"],
        cut in any::<prop::sample::Index>(),
        layers in prop::collection::vec((0..WAYS, around(), around()), 0..4),
        (before, after) in (around(), around()),
    ) {
        let mut text = secret.as_bytes()[..cut.index(secret.len() * 2 + 1).clamp(1, secret.len())].to_vec();
        for (way, before, after) in &layers {
            text = encode(&[before.as_slice(), &text, after].concat(), *way);
        }
        let text = [before, text, after].concat();
        let searcher = searching(&secret);
        prop_assert_eq!(searcher.marks(&text), searcher.clone().thorough().marks(&text));
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            prop_assert_eq!(searcher.marks(line), searcher.clone().thorough().marks(line));
        }
    }
}
