//! A conversation turn as the host sees it: what is asked, what streams back, what it used.

/// Who said a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The person or program that asks.
    User,
    /// The model.
    Assistant,
}

/// A piece of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Plain text.
    Text(String),
    /// An image, raw bytes with a media type such as `image/png`.
    Image {
        /// IANA media type.
        media_type: String,
        /// The file's bytes.
        data: Vec<u8>,
    },
}

/// One message of the conversation so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Who said it.
    pub role: Role,
    /// Its pieces, in order; at least one.
    pub parts: Vec<Part>,
}

/// What a model is asked to answer.
#[derive(Clone, Debug, PartialEq)]
pub struct ChatRequest {
    /// Model id as the provider knows it, without the provider's name.
    pub model: String,
    /// System prompt.
    pub system: Option<String>,
    /// The conversation so far, oldest first.
    pub messages: Vec<Message>,
    /// Upper bound on generated tokens.
    pub max_output_tokens: Option<u32>,
    /// Sampling temperature, as the provider defines it.
    pub temperature: Option<f64>,
    /// Whether the provider should stream.
    pub stream: bool,
}

/// What a model sends back, in order. The last event of a complete answer is [`ChatEvent::Stop`].
#[derive(Clone, Debug, PartialEq)]
pub enum ChatEvent {
    /// The next piece of the answer.
    Text(String),
    /// The next piece of the model's visible reasoning.
    Reasoning(String),
    /// What has been used so far; a later one replaces an earlier one.
    Usage(Usage),
    /// The answer is complete; the reason is an open word such as `end`, `length`, `tool`,
    /// `filter`.
    Stop(String),
}

/// Tokens used by one call. Counts do not overlap: `input` excludes what was read from or written
/// to a cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Fresh input tokens.
    pub input: u64,
    /// Output tokens, reasoning included.
    pub output: u64,
    /// Input tokens read from the provider's cache.
    pub cache_read: u64,
    /// Input tokens written to the provider's cache.
    pub cache_write: u64,
    /// Output tokens spent on reasoning, where the provider says.
    pub reasoning: u64,
}

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
    /// Understands the word of a [`ChatEvent::Stop`]: the contract's own ones, and those that
    /// vendors use and a plugin passed on as they were.
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
        } else if has(&["length", "maxtokens", "maxoutputtokens", "contextwindow"]) {
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
                "end stop tool end_turn stop_sequence eos eos_token COMPLETE tool_calls done \
                 something_new",
            ),
            (
                Ending::Length,
                "length max_tokens MAX_TOKENS max_output_tokens model_context_window_exceeded \
                 max-length",
            ),
            (
                Ending::Filter,
                "filter content_filter content-filter refusal refused SAFETY IMAGE_SAFETY \
                 RECITATION BLOCKLIST PROHIBITED_CONTENT SPII sensitive guardrail_intervened \
                 content_filtered moderation",
            ),
            (
                Ending::Interrupted,
                "incomplete error network_error MALFORMED_FUNCTION_CALL OTHER LANGUAGE pause_turn \
                 cancelled aborted",
            ),
        ] {
            for word in words.split(' ') {
                assert_eq!(Ending::of(word), ending, "{word}");
            }
        }
    }
}
