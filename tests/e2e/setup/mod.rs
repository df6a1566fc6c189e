//! `openclaw setup`, and what a newcomer sees who has one key and nothing else.

mod newcomer;
mod scripted;
mod terminal;

use openclaw_tests::Sandbox;
use openclaw_upstream::{Reply, Script, Upstream, When, anthropic, google, openai};

/// An API key of Anthropic of the right form and length.
fn anthropic_key() -> String {
    format!("sk-ant-api03-{}", "Canary-9xT_".repeat(9))
}

/// An API key of OpenAI of the right form and length.
fn openai_key() -> String {
    format!("sk-proj-{}", "Canary_5kQ0".repeat(12))
}

/// Answers for the vendors, each below its own path.
fn vendors() -> Script {
    let refused = anthropic::error(401, "authentication_error", "invalid x-api-key");
    Script::new()
        .on(
            When::get("/anthropic/v1/models").header("x-api-key", anthropic_key()),
            anthropic::models(&["claude-opus-4-5", "claude-sonnet-4-5"]),
        )
        .on(When::get("/anthropic/v1/models"), refused)
        .on(
            When::post("/anthropic/v1/messages"),
            anthropic::stream(&["Hello", " from Anthropic."]),
        )
        .on(
            When::get("/openai/v1/models"),
            openai::models(&["gpt-5.2", "gpt-5-mini", "o3"]),
        )
        .on(
            When::post("/openai/v1/responses"),
            openai::responses_stream(&["Hello", " from OpenAI."]),
        )
        .on(
            When::get("/google/v1beta/models"),
            google::models(&["gemini-2.5-pro", "gemini-2.5-flash"]),
        )
        .on(
            When::post("/google/v1beta/models/"),
            google::stream(&["Hello", " from Google."]),
        )
        .on(
            When::post("/minimax/anthropic/v1/messages"),
            anthropic::stream(&["Hello", " from MiniMax."]),
        )
        .otherwise(not_there())
}

fn not_there() -> Reply {
    openai::error(404, "invalid_request_error", "not_found", "no such page")
}

/// A home whose vendors are on loopback.
fn furnished(upstream: &Upstream) -> Sandbox {
    let url = upstream.url();
    let config = format!(
        "{{\n  models: {{\n    providers: {{\n      anthropic: {{ baseUrl: \"{url}/anthropic\" }},\n      openai: {{ baseUrl: \"{url}/openai/v1\" }},\n      google: {{ baseUrl: \"{url}/google/v1beta\" }},\n      minimax: {{ baseUrl: \"{url}/minimax/anthropic\" }},\n      ollama: {{ baseUrl: \"{url}/ollama\" }},\n    }},\n  }},\n}}\n"
    );
    Sandbox::new().config(&config).cache(crate::CACHE)
}
