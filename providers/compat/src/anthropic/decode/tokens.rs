//! Token counts.

use openclaw_sdk::{Usage, facts};
use serde_json::Value;

/// Counts, each the highest told: those of an answer only grow, and a later event may leave some out
/// or give them as zero.
#[derive(Default)]
pub struct Tokens {
    input: Option<u64>,
    output: Option<u64>,
    cache_read: Option<u64>,
    cache_write: Option<u64>,
    reasoning: Option<u64>,
    details: Vec<(&'static str, u64)>,
}

impl Tokens {
    /// Takes the counts of a `usage` object.
    pub fn take(&mut self, told: &Value) {
        let most = |count: &mut Option<u64>, value: &Value| {
            *count = (*count).max(value.as_u64());
        };
        most(&mut self.input, &told["input_tokens"]);
        most(&mut self.output, &told["output_tokens"]);
        most(&mut self.cache_read, &told["cache_read_input_tokens"]);
        most(&mut self.cache_write, &told["cache_creation_input_tokens"]);
        most(
            &mut self.reasoning,
            &told["output_tokens_details"]["thinking_tokens"],
        );
        for (name, value) in [
            (
                "cache-write.5m",
                &told["cache_creation"]["ephemeral_5m_input_tokens"],
            ),
            (
                "cache-write.1h",
                &told["cache_creation"]["ephemeral_1h_input_tokens"],
            ),
            (
                "requests.web-search",
                &told["server_tool_use"]["web_search_requests"],
            ),
            (
                "requests.web-fetch",
                &told["server_tool_use"]["web_fetch_requests"],
            ),
        ] {
            if let Some(count) = value.as_u64().filter(|count| *count > 0) {
                self.details.retain(|(known, _)| *known != name);
                self.details.push((name, count));
            }
        }
    }

    /// Returns the tokens of every kind together.
    #[must_use]
    pub fn total(&self) -> u64 {
        [self.input, self.output, self.cache_read, self.cache_write]
            .into_iter()
            .flatten()
            .fold(0, u64::saturating_add)
    }

    /// Returns the generated tokens.
    #[must_use]
    pub fn output(&self) -> u64 {
        self.output.unwrap_or(0)
    }

    pub(super) fn to_usage(&self) -> Usage {
        let details = self.details.iter();
        Usage {
            input: self.input,
            output: self.output,
            cache_read: self.cache_read,
            cache_write: self.cache_write,
            reasoning: self.reasoning.map(|count| count.min(self.output())),
            details: details
                .map(|(name, count)| ((*name).to_owned(), *count))
                .collect(),
            ..facts::unknown_usage()
        }
    }
}
