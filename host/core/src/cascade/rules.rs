//! What follows from a failure of each kind.

use crate::failure::FailureKind;

/// What follows from a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// The next credential of the same model; when there is none, the next model.
    Rotate,
    /// The same, but a login is renewed and tried once more before.
    RefreshOrRotate,
    /// One other credential of the same model, then the next model; further credentials only when
    /// no model is left.
    RotateOnce,
    /// The next model.
    NextModel,
    /// The next model with a longer input, where both lengths are known.
    LargerModel,
    /// The end: it would fail everywhere, or must not be repeated.
    Stop,
}

/// Returns what follows from a failure of this kind.
///
/// A busy or silent provider is seldom less busy for another credential, which is why a second
/// one is tried but a third is not, as long as there is another model.
#[must_use]
pub fn reaction(kind: FailureKind) -> Reaction {
    use FailureKind as Kind;
    match kind {
        Kind::Auth => Reaction::RefreshOrRotate,
        Kind::Permission | Kind::Billing | Kind::RateLimit => Reaction::Rotate,
        Kind::Overloaded | Kind::Server | Kind::Timeout => Reaction::RotateOnce,
        Kind::Network | Kind::ModelNotFound | Kind::Format | Kind::Other => Reaction::NextModel,
        Kind::ContextOverflow => Reaction::LargerModel,
        Kind::BadRequest | Kind::ContentFilter | Kind::Aborted => Reaction::Stop,
    }
}

/// Returns the longest input that a refusal says the model takes, in tokens.
///
/// It goes before what is known of the model: a server may be started with less than the model can,
/// and of a model of the user's own nothing may be known.
#[must_use]
pub(super) fn stated_window(message: &str) -> Option<u64> {
    const BEFORE: [&str; 17] = [
        "maximum context length is",
        "maximum context length of",
        "context length is",
        "context length of",
        "context length (",
        "context window of",
        "context window is",
        "context window (",
        "context size of",
        "context size (",
        "maximum number of tokens allowed (",
        "maximum prompt length is",
        "maximum input length is",
        "maximum input length of",
        "token limit of",
        "tokens limit of",
        "n_ctx",
    ];
    let text = message.to_lowercase();
    let after = BEFORE.iter().find_map(|before| {
        let (_, after) = text.split_once(before)?;
        leading_number(after)
    });
    after.or_else(|| {
        // `300000 tokens > 200000 maximum`
        let (_, after) = text.split_once('>')?;
        leading_number(after)
    })
}

/// Reads a number at the beginning of a text, also with separators between its digits.
fn leading_number(text: &str) -> Option<u64> {
    let text = text.trim_start_matches([' ', ':', '=', '(', '"', '`']);
    let text = text.strip_prefix("only ").unwrap_or(text);
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != ',' && c != '_')
        .unwrap_or(text.len());
    let digits: String = text[..end].chars().filter(char::is_ascii_digit).collect();
    // Fewer are no model's window: a count of messages, or a version.
    digits.parse().ok().filter(|number| *number >= 128)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_read_in_the_words_of_many_servers() {
        for (message, window) in [
            (
                "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens",
                Some(8192),
            ),
            (
                "prompt is too long: 300,000 tokens > 200,000 maximum",
                Some(200_000),
            ),
            (
                "the request exceeds the available context size (4096 tokens), try increasing it",
                Some(4096),
            ),
            (
                "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
                Some(1_048_576),
            ),
            (
                "Requested token count exceeds the model's maximum context length of 131072 tokens.",
                Some(131_072),
            ),
            (
                "This model's maximum prompt length is 131072 but the request contains 200000 tokens.",
                Some(131_072),
            ),
            (
                "Trying to keep the first 9000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens",
                Some(4096),
            ),
            ("input is too long", None),
            ("only 3 > 2 images", None),
            ("", None),
        ] {
            assert_eq!(stated_window(message), window, "{message}");
        }
    }
}
