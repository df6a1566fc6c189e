//! Default choices, as data: what is used where the user says nothing, and short names for it.
//!
//! The one place outside the plugins that names vendors and models. What has to be known of a vendor
//! to serve it is in its plugin's manifest; [`WITHOUT_PLUGIN`] has the same facts for providers that
//! people configure themselves and that no bundled plugin describes yet.

/// The provider of a reference that names none.
pub const PROVIDER: &str = "anthropic";

/// The model used when none is configured, as `provider/model`.
pub const MODEL: &str = "anthropic/claude-opus-4-5";

/// A model to name in an example of a command.
pub const EXAMPLE_MODEL: &str = "google/gemini-2.5-flash";

/// Aliases that an allowlist entry without an `alias` key of its own has anyway.
pub const ALIASES: [(&str, &str); 6] = [
    ("opus", "anthropic/claude-opus-4-5"),
    ("sonnet", "anthropic/claude-sonnet-4-5"),
    ("gpt", "openai/gpt-5.2"),
    ("gpt-mini", "openai/gpt-5-mini"),
    ("gemini", "google/gemini-3-pro-preview"),
    ("gemini-flash", "google/gemini-3-flash-preview"),
];

/// Other spellings of provider ids, in lower case, and the id that is meant.
pub const PROVIDER_SPELLINGS: [(&str, &str); 5] = [
    ("z.ai", "zai"),
    ("z-ai", "zai"),
    ("opencode-zen", "opencode"),
    ("qwen", "qwen-portal"),
    ("kimi-code", "kimi-coding"),
];

/// Names of models that their vendors do not know, compared without case, and the ids they stand
/// for: provider, name, id.
///
/// `claude-sonnet-4` and `gpt-5.2-vision` are examples of the product's own pages: the first is the
/// generation now called `claude-sonnet-4-0`, the second has no separate model because `gpt-5.2`
/// itself takes images. They are resolved here, and not as catalog rows, so that one model has one
/// key wherever it is stored or compared.
pub const MODEL_SPELLINGS: [(&str, &str, &str); 6] = [
    ("anthropic", "opus-4.5", "claude-opus-4-5"),
    ("anthropic", "sonnet-4.5", "claude-sonnet-4-5"),
    ("anthropic", "claude-sonnet-4", "claude-sonnet-4-0"),
    ("google", "gemini-3-pro", "gemini-3-pro-preview"),
    ("google", "gemini-3-flash", "gemini-3-flash-preview"),
    ("openai", "gpt-5.2-vision", "gpt-5.2"),
];

/// What a manifest would say of a provider, for one that has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProviderFacts {
    /// Its id.
    pub id: &'static str,
    /// Whether "no credit" concerns one model alone, as with a reseller.
    pub billing_by_model: bool,
    /// Whether it signs with what the AWS SDK finds.
    pub aws: bool,
    /// Another tool's login that it may use: the file in the home folder, and the profile's id.
    pub tool_login: Option<(&'static str, &'static str)>,
}

const fn reseller(id: &'static str) -> ProviderFacts {
    ProviderFacts {
        id,
        billing_by_model: true,
        aws: false,
        tool_login: None,
    }
}

/// Facts of providers that no bundled plugin describes yet.
pub const WITHOUT_PLUGIN: [ProviderFacts; 6] = [
    reseller("openrouter"),
    reseller("litellm"),
    reseller("vercel-ai-gateway"),
    reseller("opencode"),
    ProviderFacts {
        id: "amazon-bedrock",
        billing_by_model: false,
        aws: true,
        tool_login: None,
    },
    ProviderFacts {
        id: "qwen-portal",
        billing_by_model: false,
        aws: false,
        tool_login: Some((".qwen/oauth_creds.json", "qwen-portal:qwen-cli")),
    },
];

/// A provider and another one whose logins do not work for it although people expect so.
pub const SEPARATE_LOGINS: [(&str, &str); 1] = [("openai", "openai-codex")];

/// Returns the facts of a provider that no bundled plugin describes.
#[must_use]
pub fn without_plugin(id: &str) -> Option<&'static ProviderFacts> {
    WITHOUT_PLUGIN.iter().find(|facts| facts.id == id)
}
