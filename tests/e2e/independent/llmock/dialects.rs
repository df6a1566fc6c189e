//! How llmock is reached as each vendor, and what its streams are made of.

/// A wire format that llmock speaks too.
pub(super) struct Dialect {
    pub(super) model: &'static str,
    /// What llmock calls the vendor.
    pub(super) vendor: &'static str,
    pub(super) config: &'static str,
    pub(super) fallback: &'static str,
    /// How many events of a stream come before any text.
    pub(super) before: Option<u32>,
    /// How many have come when some text, but not all, has arrived.
    pub(super) amid: u32,
}

const ANTHROPIC: Dialect = Dialect {
    model: "anthropic/claude-opus-4-6",
    vendor: "anthropic",
    config: "",
    fallback: "openai/gpt-5.2",
    before: Some(3),
    amid: 6,
};

const RESPONSES: Dialect = Dialect {
    model: "openai/gpt-5.2",
    vendor: "openai",
    config: "",
    fallback: "anthropic/claude-opus-4-6",
    before: Some(3),
    amid: 7,
};

const COMPLETIONS: Dialect = Dialect {
    config: r#"api: "openai-completions","#,
    before: Some(1),
    amid: 3,
    ..RESPONSES
};

// Text is in its first event.
const GOOGLE: Dialect = Dialect {
    model: "google/gemini-2.5-pro",
    vendor: "gemini",
    config: "",
    fallback: "anthropic/claude-opus-4-6",
    before: None,
    amid: 2,
};

const MISTRAL: Dialect = vendor("mistral", "mistral/mistral-medium-3-5");
const GROQ: Dialect = vendor("groq", "groq/qwen/qwen3.6-27b");
const TOGETHER: Dialect = vendor("together", "together/Qwen/Qwen3.5-9B");
const PERPLEXITY: Dialect = vendor("perplexity", "perplexity/sonar-pro");
const XAI: Dialect = vendor("xai", "xai/grok-4.3");

/// A vendor that speaks Chat Completions.
const fn vendor(vendor: &'static str, model: &'static str) -> Dialect {
    Dialect {
        model,
        vendor,
        config: "",
        fallback: "anthropic/claude-opus-4-6",
        before: Some(1),
        amid: 3,
    }
}

pub(super) const ALL: [(&str, &Dialect); 9] = [
    ("anthropic", &ANTHROPIC),
    ("responses", &RESPONSES),
    ("completions", &COMPLETIONS),
    ("google", &GOOGLE),
    ("mistral", &MISTRAL),
    ("groq", &GROQ),
    ("together", &TOGETHER),
    ("perplexity", &PERPLEXITY),
    ("xai", &XAI),
];

/// Where the server is each provider.
pub(super) const BASES: [(&str, &str); 8] = [
    ("anthropic", "/anthropic"),
    ("openai", "/v1"),
    ("google", "/gemini/v1beta"),
    ("mistral", "/mistral/v1"),
    ("groq", "/groq/openai/v1"),
    ("together", "/together/v1"),
    ("perplexity", "/perplexity/v1"),
    ("xai", "/xai/v1"),
];
