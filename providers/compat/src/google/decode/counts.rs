//! Token counts as Google has them.

use openclaw_sdk::events::Events;
use openclaw_sdk::{Usage, facts};
use serde_json::Value;

/// The counts so far. Later chunks repeat some and add others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    prompt: Option<u64>,
    cached: Option<u64>,
    tool_prompt: Option<u64>,
    answer: Option<u64>,
    thoughts: Option<u64>,
    details: Vec<(String, u64)>,
}

impl Counts {
    pub(super) fn take(&mut self, usage: &Value, out: &mut Events) {
        let before = self.clone();
        let set = |count: &mut Option<u64>, key: &str| *count = usage[key].as_u64().or(*count);
        set(&mut self.prompt, "promptTokenCount");
        set(&mut self.cached, "cachedContentTokenCount");
        set(&mut self.tool_prompt, "toolUsePromptTokenCount");
        set(&mut self.answer, "candidatesTokenCount");
        set(&mut self.thoughts, "thoughtsTokenCount");
        for (key, side) in [
            ("promptTokensDetails", "input."),
            ("candidatesTokensDetails", "output."),
        ] {
            for entry in usage[key].as_array().into_iter().flatten() {
                let modality = entry["modality"].as_str().unwrap_or_default();
                let modality = modality.to_ascii_lowercase();
                let count = entry["tokenCount"].as_u64();
                if let (Some(count), false) = (count, matches!(&*modality, "" | "text")) {
                    let name = [side, &modality].concat();
                    self.details.retain(|(known, _)| *known != name);
                    self.details.push((name, count));
                }
            }
        }
        if *self != before {
            out.usage(self.to_usage());
        }
    }

    /// The prompt's count includes what the cache held; the answer's does not include thoughts.
    fn to_usage(&self) -> Usage {
        let added = |one: Option<u64>, other: Option<u64>| match (one, other) {
            (None, None) => None,
            (one, other) => Some(one.unwrap_or(0).saturating_add(other.unwrap_or(0))),
        };
        let cached = self.cached.unwrap_or(0);
        let fresh = self.prompt.map(|prompt| prompt.saturating_sub(cached));
        Usage {
            input: added(fresh, self.tool_prompt),
            output: added(self.answer, self.thoughts),
            cache_read: match (self.cached, self.prompt) {
                (Some(cached), Some(prompt)) => Some(cached.min(prompt)),
                (cached, _) => cached,
            },
            reasoning: self.thoughts,
            details: self.details.clone(),
            ..facts::unknown_usage()
        }
    }
}
