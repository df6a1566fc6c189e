//! How capable a model is meant to be: the curated tiers of [`crate::defaults::CAPABILITY`].

use crate::catalog::Version;
use crate::credential::ProviderId;
use crate::defaults::{CAPABILITY, FLAGSHIPS, place};

/// From 1, the smallest of a vendor, to 5, its best for general work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tier(pub u8);

impl Tier {
    /// Whether a model of this tier is a vendor's flagship, or next to it. Vendors publish no sizes of
    /// these; they count as large.
    #[must_use]
    pub fn is_large(self) -> bool {
        self.0 >= 4
    }

    /// Returns the worth of it, from 0 to 1.
    pub(super) fn worth(self) -> f64 {
        match self.0 {
            5.. => 1.0,
            4 => 0.85,
            3 => 0.6,
            2 => 0.4,
            _ => 0.2,
        }
    }
}

/// Returns the tier of a model, where its family is in the table: by the id, and where its provider
/// has no rows of its own, by the name after the maker that resellers put before it.
#[must_use]
pub fn tier_of(provider: &ProviderId, id: &str) -> Option<Tier> {
    let makes = CAPABILITY.iter().any(|(of, ..)| *of == provider.as_str());
    // What somebody calls a model of a server of their own says nothing.
    if !makes && place(provider) == FLAGSHIPS.len() {
        return None;
    }
    let name = id.rsplit('/').next().filter(|_| !makes).unwrap_or(id);
    let version = Version::of(name);
    let rows = CAPABILITY.iter().filter(|(of, family, from, _)| {
        // An id without a version always means the newest.
        let reaches = version.numbers.is_empty() || version.numbers.as_slice() >= *from;
        (!makes || *of == provider.as_str()) && *family == version.family && reaches
    });
    rows.max_by_key(|(_, _, from, _)| *from)
        .map(|(.., tier)| Tier(*tier))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_has_a_tier_from_a_version_on() {
        let tier =
            |provider: &str, id: &str| tier_of(&ProviderId::new(provider), id).map(|it| it.0);
        assert_eq!(tier("anthropic", "claude-opus-5-5"), Some(5));
        assert_eq!(tier("anthropic", "claude-3-opus-20240229"), Some(3));
        assert_eq!(tier("anthropic", "claude-haiku-4-5"), Some(2));
        assert_eq!(tier("openai", "gpt-5.2"), Some(5));
        assert_eq!(tier("openai", "gpt-4.1-mini"), Some(1));
        assert_eq!(tier("openai", "gpt-6.1-sol"), Some(5));
        assert_eq!(tier("openai", "o3-mini"), Some(2));
        assert_eq!(tier("google", "gemini-pro-latest"), Some(5));
        assert_eq!(tier("google", "gemini-1.5-pro"), Some(3));
        assert_eq!(tier("minimax", "MiniMax-M2.5"), Some(4));
        assert_eq!(tier("deepseek", "deepseek-v4-pro"), Some(5));
        assert_eq!(tier("moonshot", "kimi-k2.6"), Some(4));
        assert_eq!(tier("qwen", "qwen3.7-max"), Some(5));
        assert_eq!(tier("zai", "glm-4.7-flash"), Some(1));
        assert_eq!(tier("lab", "llama-3.3-70b"), None);
    }

    #[test]
    fn a_model_that_somebody_else_serves_has_the_tier_that_its_maker_gives_it() {
        let tier =
            |provider: &str, id: &str| tier_of(&ProviderId::new(provider), id).map(|it| it.0);
        assert_eq!(tier("openrouter", "anthropic/claude-opus-4.5"), Some(5));
        assert_eq!(tier("opencode", "gpt-5.2"), Some(5));
        assert_eq!(tier("together", "deepseek-ai/DeepSeek-V4-Pro"), Some(5));
        assert_eq!(tier("huggingface", "zai-org/GLM-5.2"), Some(5));
        assert_eq!(tier("anthropic", "gpt-5.2"), None);
        assert_eq!(tier("lab", "gpt-5.2"), None);
    }
}
