//! Default choices, as data: what is used where the user says nothing, and short names for it.
//!
//! The one place outside the plugins that names vendors and models. What has to be known of a vendor
//! to serve it is in its plugin's manifest.

use crate::credential::ProviderId;

/// The provider of a reference that names none.
pub const PROVIDER: &str = "anthropic";

/// The model used when none is configured, as `provider/model`.
pub const MODEL: &str = "anthropic/claude-opus-4-5";

/// The models that are used when none is configured, provider by provider, the best one first. The
/// first provider that has a credential is taken, and of it the first model that is served. Those who
/// make models come before those who serve the models of others.
///
/// Only models that any account of the vendor may use, and that have been out for some months:
/// a newcomer's first question must not meet a waiting list.
pub const FLAGSHIPS: [(&str, &[&str]); 22] = [
    (
        "anthropic",
        &["claude-opus-4-5", "claude-opus-5", "claude-opus-5-5"],
    ),
    (
        "openai",
        &["gpt-5.5", "gpt-5.4", "gpt-5.2", "gpt-5.1", "gpt-5"],
    ),
    (
        "google",
        &[
            "gemini-3.1-pro-preview",
            "gemini-2.5-pro",
            "gemini-pro-latest",
        ],
    ),
    (
        "minimax",
        &[
            "MiniMax-M3",
            "MiniMax-M2.7",
            "MiniMax-M2.5",
            "MiniMax-M2.1",
            "MiniMax-M2",
        ],
    ),
    ("xai", &["grok-4.3", "grok-4.20"]),
    (
        "deepseek",
        &["deepseek-v4-pro", "deepseek-v4-flash", "deepseek-v3.2"],
    ),
    ("mistral", &["mistral-medium-3-5", "mistral-large-latest"]),
    ("zai", &["glm-5.2", "glm-5.1"]),
    ("moonshot", &["kimi-k2.6", "kimi-k2-thinking"]),
    ("qwen", &["qwen3.7-max", "qwen3.7-plus"]),
    ("cohere", &["command-a-plus-05-2026", "command-a-03-2025"]),
    ("kimi-coding", &["kimi-for-coding"]),
    ("perplexity", &["sonar-pro"]),
    ("groq", &["openai/gpt-oss-120b", "llama-3.3-70b-versatile"]),
    ("cerebras", &["gpt-oss-120b"]),
    (
        "together",
        &[
            "zai-org/GLM-5.2",
            "deepseek-ai/DeepSeek-V4-Pro",
            "openai/gpt-oss-120b",
        ],
    ),
    (
        "fireworks",
        &[
            "accounts/fireworks/models/glm-5p2",
            "accounts/fireworks/models/deepseek-v4-pro",
        ],
    ),
    (
        "huggingface",
        &["zai-org/GLM-5.2", "deepseek-ai/DeepSeek-V4-Pro"],
    ),
    (
        "nvidia",
        &["nvidia/nemotron-3-ultra-550b-a55b", "z-ai/glm-5.2"],
    ),
    ("opencode", &["claude-opus-4-5", "gpt-5.2"]),
    (
        "openrouter",
        &["anthropic/claude-opus-4.5", "openai/gpt-5.2"],
    ),
    (
        "vercel-ai-gateway",
        &["anthropic/claude-opus-4.5", "openai/gpt-5.2"],
    ),
];

/// Returns the models of a provider that are used when none is configured, the best one first.
#[must_use]
pub fn flagships(provider: &ProviderId) -> &'static [&'static str] {
    let row = FLAGSHIPS.iter().find(|(id, _)| *id == provider.as_str());
    row.map_or(&[], |(_, ids)| ids)
}

/// Returns where a provider stands among those that a model is taken of; the others come after all of
/// them.
#[must_use]
pub fn place(provider: &ProviderId) -> usize {
    let at = FLAGSHIPS
        .iter()
        .position(|(id, _)| *id == provider.as_str());
    at.unwrap_or(FLAGSHIPS.len())
}

/// Where [`CAPABILITY`] comes from.
pub const CAPABILITY_SOURCE: &str =
    "the vendors' own line-ups and list prices, as of the catalogs of 2026-11";

/// How capable the families of the vendors' models are: provider, words of the id without its
/// version, the lowest version it is said of, and a tier from 1 (the smallest) to 5 (the vendor's
/// best for general work). Of several rows for a family the one with the highest version counts. They
/// count too where somebody else serves these models, as `openai/gpt-5.2` of a reseller.
///
/// Vendors of these models publish no sizes; their names, generations and prices say which of them
/// is meant to be the best. See [`CAPABILITY_SOURCE`].
pub const CAPABILITY: [(&str, &str, &[u32], u8); 75] = [
    ("anthropic", "claude fable", &[5], 5),
    ("anthropic", "claude mythos", &[5], 5),
    ("anthropic", "claude opus", &[4], 5),
    ("anthropic", "claude opus", &[], 3),
    ("anthropic", "claude sonnet", &[4], 4),
    ("anthropic", "claude sonnet", &[], 3),
    ("anthropic", "claude haiku", &[4], 2),
    ("anthropic", "claude haiku", &[], 1),
    ("openai", "gpt", &[5], 5),
    ("openai", "gpt", &[4], 3),
    ("openai", "gpt", &[], 1),
    ("openai", "gpt turbo", &[], 2),
    ("openai", "gpt o", &[], 3),
    ("openai", "gpt pro", &[5], 5),
    ("openai", "gpt sol", &[5], 5),
    ("openai", "gpt astra", &[6], 5),
    ("openai", "gpt terra", &[5], 4),
    ("openai", "gpt luna", &[5], 2),
    ("openai", "gpt mini", &[5], 2),
    ("openai", "gpt mini", &[], 1),
    ("openai", "gpt o mini", &[], 1),
    ("openai", "gpt nano", &[], 1),
    ("openai", "gpt codex", &[5], 4),
    ("openai", "gpt codex max", &[5], 4),
    ("openai", "gpt codex mini", &[], 2),
    ("openai", "gpt codex spark", &[], 2),
    ("openai", "gpt chat", &[], 3),
    ("openai", "o", &[], 3),
    ("openai", "o pro", &[], 4),
    ("openai", "o mini", &[], 2),
    ("google", "gemini pro", &[2, 5], 5),
    ("google", "gemini pro", &[], 3),
    ("google", "gemini argon", &[4], 5),
    ("google", "gemini flash", &[], 3),
    ("google", "gemini flash lite", &[], 2),
    ("google", "gemini exp", &[], 2),
    ("minimax", "minimax m", &[2, 5], 4),
    ("minimax", "minimax m", &[], 3),
    ("minimax", "minimax m flash", &[], 2),
    ("minimax", "minimax m highspeed", &[], 3),
    ("minimax", "minimax m lightning", &[], 2),
    ("ollama", "gpt oss b cloud", &[], 3),
    ("xai", "grok", &[4], 5),
    ("xai", "grok", &[], 3),
    ("xai", "grok fast", &[4], 3),
    ("xai", "grok mini", &[], 2),
    ("xai", "grok build", &[], 3),
    ("deepseek", "deepseek v pro", &[4], 5),
    ("deepseek", "deepseek v flash", &[4], 3),
    ("deepseek", "deepseek v", &[3], 4),
    ("deepseek", "deepseek r", &[1], 4),
    ("mistral", "mistral large", &[], 4),
    ("mistral", "mistral medium", &[3], 4),
    ("mistral", "mistral small", &[], 2),
    ("mistral", "ministral b", &[], 1),
    ("zai", "glm", &[5], 5),
    ("zai", "glm", &[4], 4),
    ("zai", "glm turbo", &[5], 3),
    ("zai", "glm air", &[], 2),
    ("zai", "glm flash", &[], 1),
    ("zai", "glm flashx", &[], 2),
    ("moonshot", "kimi k", &[2], 4),
    ("moonshot", "kimi k", &[3], 5),
    ("moonshot", "kimi k pro", &[3], 5),
    ("moonshot", "kimi k thinking", &[2], 4),
    ("kimi-coding", "kimi for coding", &[], 4),
    ("qwen", "qwen max", &[3], 5),
    ("qwen", "qwen plus", &[3], 4),
    ("qwen", "qwen flash", &[3], 2),
    ("cohere", "command a plus", &[], 4),
    ("cohere", "command a", &[], 3),
    ("cohere", "command r plus", &[], 2),
    ("cohere", "command r", &[], 1),
    ("perplexity", "sonar pro", &[], 3),
    ("perplexity", "sonar", &[], 2),
];

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

/// The embedding model of each provider that is taken where none is named, first one first.
pub const EMBEDDERS: [(&str, &str); 7] = [
    ("openai", "text-embedding-3-small"),
    ("google", "gemini-embedding-001"),
    ("mistral", "mistral-embed"),
    ("cohere", "embed-v4.0"),
    ("qwen", "text-embedding-v4"),
    ("openrouter", "openai/text-embedding-3-small"),
    ("ollama", "nomic-embed-text"),
];

/// What people call vendors by the names of their products, in lower case, and the id of the provider.
const PRODUCTS: [(&str, &str); 12] = [
    ("claude", "anthropic"),
    ("gpt", "openai"),
    ("chatgpt", "openai"),
    ("gemini", "google"),
    ("googleai", "google"),
    ("google-ai", "google"),
    ("aistudio", "google"),
    ("hailuo", "minimax"),
    ("glm", "zai"),
    ("kimi", "moonshot"),
    ("command", "cohere"),
    ("llama", "ollama"),
];

/// Returns the provider that a product's name stands for.
#[must_use]
pub fn vendor_of(product: &str) -> Option<&'static str> {
    let product = product.trim().to_ascii_lowercase();
    let (_, id) = PRODUCTS.iter().find(|(name, _)| *name == product)?;
    Some(id)
}

/// Other spellings of provider ids, in lower case, and the id that is meant.
pub const PROVIDER_SPELLINGS: [(&str, &str); 4] = [
    ("z.ai", "zai"),
    ("z-ai", "zai"),
    ("opencode-zen", "opencode"),
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

/// A provider and another one whose logins do not work for it although people expect so.
pub const SEPARATE_LOGINS: [(&str, &str); 1] = [("openai", "openai-codex")];

/// Wire formats in which a key is sent as `Authorization: Bearer`.
pub const BEARER_WIRES: [&str; 2] = ["openai-completions", "openai-responses"];

/// Variables that other programs read the address of a provider's server from, with the port that is
/// meant where none is written. They are not read, only told of: an address decides where prompts go.
pub const ADDRESS_VARIABLES: [(&str, &str, u16); 1] = [("ollama", "OLLAMA_HOST", 11_434)];

/// Returns the base URL that such a variable's value means: `host`, `host:port`, `:port` or a URL. A
/// server that listens everywhere is asked on this machine.
#[must_use]
pub fn server_address(value: &str, usual_port: u16) -> Option<String> {
    let value = value.trim().trim_matches(['"', '\'']);
    let (scheme, rest) = match value.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => ("http".to_owned(), value),
    };
    let port_of_scheme = match scheme.as_str() {
        "http" if value.contains("://") => 80,
        "https" => 443,
        "http" => usual_port,
        _ => return None,
    };
    let (authority, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port.parse().ok()?),
        _ => (authority, port_of_scheme),
    };
    let host = match host {
        "" | "0.0.0.0" => "127.0.0.1",
        "[::]" => "[::1]",
        host => host,
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.:[]".contains(c);
    if !host.chars().all(plain) {
        return None;
    }
    Some(format!(
        "{scheme}://{host}:{port}{}",
        path.trim_end_matches('/')
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_another_programs_variable_becomes_a_base_url() {
        for (value, url) in [
            ("192.168.1.5", Some("http://192.168.1.5:11434")),
            ("box:8080", Some("http://box:8080")),
            ("0.0.0.0", Some("http://127.0.0.1:11434")),
            ("0.0.0.0:1234", Some("http://127.0.0.1:1234")),
            (":8080", Some("http://127.0.0.1:8080")),
            ("[::]:1", Some("http://[::1]:1")),
            ("[::1]", Some("http://[::1]:11434")),
            ("http://box", Some("http://box:80")),
            ("https://box.test/", Some("https://box.test:443")),
            (
                "https://box.test/ollama/",
                Some("https://box.test:443/ollama"),
            ),
            ("\"box\"", Some("http://box:11434")),
            ("unix:///run/x", None),
            ("box:port", None),
            ("a b", None),
        ] {
            assert_eq!(server_address(value, 11_434).as_deref(), url, "{value}");
        }
    }
}
