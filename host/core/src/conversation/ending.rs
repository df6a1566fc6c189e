//! How an answer ended.

/// How an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The model was done, or nothing else is known of the provider's word.
    Whole,
    /// At the longest that was allowed.
    Length,
    /// What followed was withheld by policy, or the model refused to go on.
    Filter,
    /// Something else broke it off.
    Interrupted,
}

impl Ending {
    /// Understands the word of a [`super::Finish`]: the contract's own ones, and those that vendors
    /// use and a plugin passed on as they were.
    #[must_use]
    pub fn of(stop: &str) -> Self {
        let word: String = stop
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|letter| letter.to_ascii_lowercase())
            .collect();
        let has = |parts: &[&str]| parts.iter().any(|part| word.contains(part));
        if has(&[
            "filter",
            "refus",
            "safety",
            "recitation",
            "blocklist",
            "blocked",
            "prohibited",
            "sensitive",
            "moderation",
            "guardrail",
            "policy",
            "spii",
        ]) {
            Self::Filter
        } else if has(&["length", "maxtokens", "maxoutputtokens", "context"]) {
            Self::Length
        } else if has(&[
            "incomplete",
            "error",
            "malformed",
            "abort",
            "cancel",
            "timeout",
            "timedout",
            "pause",
            "insufficient",
        ]) || matches!(word.as_str(), "other" | "language")
        {
            Self::Interrupted
        } else {
            Self::Whole
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_vendors_for_an_ending_are_understood() {
        for (ending, words) in [
            (
                Ending::Whole,
                "end sequence stop tool end_turn stop_sequence eos eos_token COMPLETE tool_calls done \
                 something_new",
            ),
            (
                Ending::Length,
                "length max_tokens MAX_TOKENS max_output_tokens model_context_window_exceeded \
                 max-length context",
            ),
            (
                Ending::Filter,
                "filter content_filter content-filter refusal refused SAFETY IMAGE_SAFETY \
                 RECITATION BLOCKLIST PROHIBITED_CONTENT SPII sensitive guardrail_intervened \
                 content_filtered moderation",
            ),
            (
                Ending::Interrupted,
                "incomplete error network_error MALFORMED_FUNCTION_CALL OTHER LANGUAGE pause_turn pause \
                 cancelled aborted",
            ),
        ] {
            for word in words.split(' ') {
                assert_eq!(Ending::of(word), ending, "{word}");
            }
        }
    }
}
