//! How long an input was, from the words of the server that refused it.

use crate::failure::Failure;

/// What a server that speaks of the model's length calls it.
const LENGTH_WORDS: [&str; 4] = ["token", "context", "n_ctx", "input length"];

/// Returns the shortest context that the input may fit into after a model of this context refused
/// it: what the server says beats what the catalog says.
///
/// "Too large" alone (413) is about bytes: whoever stands before the model, such as a proxy, takes
/// no more, whatever the model would. It tells nothing about another model. Neither does a reply
/// without a word, which a vendor is known to give to long inputs: the next model finds out.
pub(super) fn least(failure: &Failure, context: Option<u64>) -> Option<u64> {
    let told = needed(&failure.message);
    let code = failure.code.as_deref().unwrap_or_default();
    let is_about_bytes = failure.status == Some(413)
        && !speaks_of_length(&failure.message)
        && !speaks_of_length(code);
    match told {
        None if is_about_bytes || code == "empty_reply" => None,
        None => context.map(|context| context.saturating_add(1)),
        told => told,
    }
}

fn speaks_of_length(text: &str) -> bool {
    let lower = text.to_lowercase();
    LENGTH_WORDS.iter().any(|word| lower.contains(word))
}

/// Returns the shortest context, in tokens, that an input may fit into after a server said that it
/// is too long: the length it names for the input, or one more than the limit it names.
///
/// Servers say the limit alone ("maximum context length is 8192 tokens"), or with the length
/// ("212345 tokens > 200000 maximum"), sometimes with its parts. So the largest of several numbers
/// is the length, and a single one the limit.
fn needed(message: &str) -> Option<u64> {
    let mut numbers = token_numbers(message);
    numbers.sort_unstable();
    numbers.dedup();
    match numbers.as_slice() {
        [] => None,
        [limit] => limit.checked_add(1),
        [.., length] => Some(*length),
    }
}

/// Returns the numbers of a message that count tokens: whole words that are numbers, as large as a
/// context can be, in a message that speaks of tokens or of a context.
fn token_numbers(message: &str) -> Vec<u64> {
    let lower = message.to_lowercase();
    if !speaks_of_length(message) {
        return Vec::new();
    }
    let is_edge =
        |character: char| character.is_whitespace() || "()[]{}<>=:;,.!?\"'`|/+".contains(character);
    // "1,048,576" is one number, "8192, however" is not.
    let mut text = String::with_capacity(lower.len());
    let letters: Vec<char> = lower.chars().collect();
    for (at, letter) in letters.iter().enumerate() {
        let digit = |at: Option<usize>| {
            at.and_then(|at| letters.get(at))
                .is_some_and(char::is_ascii_digit)
        };
        let thousands = matches!(letter, ',' | '_' | '\'')
            && digit(at.checked_sub(1))
            && (1..=3).all(|step| digit(Some(at + step)))
            && !digit(Some(at + 4));
        if !thousands {
            text.push(*letter);
        }
    }
    text.split(is_edge)
        .filter_map(|word| {
            let (digits, factor) = match word.strip_suffix('k') {
                Some(digits) => (digits, 1_000),
                None => (word, 1),
            };
            digits.parse::<u64>().ok()?.checked_mul(factor)
        })
        .filter(|number| (256..=100_000_000).contains(number))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{least, needed};
    use crate::failure::{Failure, FailureKind};

    #[test]
    fn a_bound_on_bytes_says_nothing_of_a_models_length() {
        let failure = |status, code: Option<&str>, message: &str| Failure {
            status,
            code: code.map(str::to_owned),
            ..Failure::new(FailureKind::ContextOverflow, message)
        };
        for (status, code, message, expected) in [
            (Some(413), None, "a page instead of an answer", None),
            (Some(413), None, "", None),
            (
                Some(400),
                Some("empty_reply"),
                "HTTP 400 without a message",
                None,
            ),
            (
                Some(413),
                Some("request_too_large"),
                "Request exceeds the maximum size",
                None,
            ),
            (Some(413), None, "Payload Too Large", None),
            (
                Some(413),
                Some("context_length_exceeded"),
                "too large",
                Some(401),
            ),
            (
                Some(413),
                None,
                "Your input exceeds the context window.",
                Some(401),
            ),
            (
                Some(413),
                None,
                "prompt is too long: 900 tokens > 400 maximum",
                Some(900),
            ),
            (Some(400), None, "the input is too long", Some(401)),
            (None, None, "", Some(401)),
        ] {
            let failure = failure(status, code, message);
            assert_eq!(least(&failure, Some(400)), expected, "{failure:?}");
            if expected == Some(401) {
                assert_eq!(least(&failure, None), None, "{failure:?}");
            }
        }
    }

    #[test]
    fn the_length_is_read_from_the_words_of_many_servers() {
        for (message, expected) in [
            (
                "prompt is too long: 212345 tokens > 200000 maximum",
                Some(212_345),
            ),
            (
                "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens (8000 in the messages, 1000 in the completion).",
                Some(9_000),
            ),
            (
                "This model's maximum context length is 8192 tokens.",
                Some(8_193),
            ),
            (
                "The input token count (1,200,000) exceeds the maximum number of tokens allowed (1,048,576).",
                Some(1_200_000),
            ),
            (
                "the request exceeds the available context size. try increasing the context size or enable context shift (n_ctx=4096)",
                Some(4_097),
            ),
            ("Input length 40000 exceeds context of 32k", Some(40_000)),
            ("Your input exceeds the context window of this model.", None),
            (
                "prompt too long; exceeded max context length by 24 tokens",
                None,
            ),
            (
                "gpt-5.2-2026-01-01 refused request req_8192abc: too many tokens",
                None,
            ),
            ("error 8192 at line 4000", None),
            ("context: 99999999999999999999999", None),
        ] {
            assert_eq!(needed(message), expected, "{message}");
        }
    }
}
