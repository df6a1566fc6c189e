//! What each vendor is: its honest replies, and how it can give a text back.

use super::*;

/// A vendor: its honest replies, and the ways in which it can put a text into a reply.
pub(super) struct Vendor {
    pub(super) id: &'static str,
    pub(super) below: &'static str,
    pub(super) api: Option<&'static str>,
    pub(super) variable: &'static str,
    /// Whether it has calls that cost nothing: a list of models, and a proof of the key alone.
    pub(super) free: bool,
    pub(super) honest: fn() -> Script,
    pub(super) into: &'static [fn(&str) -> Reply],
}

pub(super) fn plain(text: &str) -> Reply {
    Reply::full(200, text).header("content-type", "text/plain")
}

pub(super) const ANTHROPIC: Vendor = Vendor {
    id: "anthropic",
    below: "",
    api: None,
    variable: "ANTHROPIC_API_KEY",
    free: true,
    honest: || {
        Script::new()
            .on(
                When::post("/v1/messages/count_tokens"),
                Reply::json(200, &json!({"input_tokens": 3})),
            )
            .on(
                When::post("/v1/messages").json("/stream", true),
                anthropic::stream(&["He", "llo"]),
            )
            .on(When::post("/v1/messages"), anthropic::answer("Hello"))
            .on(When::get("/v1/models"), anthropic::models(&["claude-x"]))
    },
    into: &[
        plain,
        |text| anthropic::stream(&[text]),
        |text| anthropic::answer(text),
        |text| anthropic::error(429, "rate_limit_error", text),
        |text| anthropic::stream_error(&["a"], "overloaded_error", text),
        |text| anthropic::models(&[text]),
    ],
};

/// Another vendor of the same format.
pub(super) const MINIMAX: Vendor = Vendor {
    id: "minimax",
    variable: "MINIMAX_API_KEY",
    free: false,
    ..ANTHROPIC
};

pub(super) const OPENAI: Vendor = Vendor {
    id: "openai",
    below: "/v1",
    api: None,
    variable: "OPENAI_API_KEY",
    free: true,
    honest: || {
        Script::new()
            .on(
                When::post("/v1/responses").json("/stream", true),
                openai::responses_stream(&["He", "llo"]),
            )
            .on(
                When::post("/v1/responses"),
                openai::responses_answer("Hello"),
            )
            .on(When::get("/v1/models"), openai::models(&["gpt-x"]))
    },
    into: &[
        plain,
        |text| openai::responses_stream(&[text]),
        |text| openai::responses_answer(text),
        |text| openai::error(401, "invalid_request_error", "invalid_api_key", text),
        |text| openai::responses_stream_error(&["a"], "server_error", text),
        |text| openai::models(&[text]),
    ],
};

/// The same format, with the key in a header of its own.
pub(super) const AZURE: Vendor = Vendor {
    id: "azure-openai",
    below: "",
    variable: "AZURE_OPENAI_API_KEY",
    honest: || {
        Script::new()
            .on(
                When::post("/openai/v1/responses").json("/stream", true),
                openai::responses_stream(&["He", "llo"]),
            )
            .on(
                When::post("/openai/v1/responses"),
                openai::responses_answer("Hello"),
            )
            .on(When::get("/openai/v1/models"), openai::models(&["gpt-x"]))
    },
    ..OPENAI
};

pub(super) const COMPLETIONS: Vendor = Vendor {
    id: "openai",
    below: "/v1",
    api: Some("openai-completions"),
    variable: "OPENAI_API_KEY",
    free: true,
    honest: || {
        Script::new()
            .on(
                When::post("/v1/chat/completions").json("/stream", true),
                openai::chat_stream(&["He", "llo"]),
            )
            .on(
                When::post("/v1/chat/completions"),
                openai::chat_answer("Hello"),
            )
            .on(When::get("/v1/models"), openai::models(&["gpt-x"]))
    },
    into: &[
        plain,
        |text| openai::chat_stream(&[text]),
        |text| openai::chat_answer(text),
        |text| openai::error(500, "server_error", "", text),
        |text| openai::chat_stream_error(&["a"], "server_error", "x", text),
    ],
};

pub(super) const GOOGLE: Vendor = Vendor {
    id: "google",
    below: "/v1beta",
    api: None,
    variable: "GEMINI_API_KEY",
    free: true,
    honest: || {
        Script::new()
            .on(
                When::post("/v1beta").target_contains(":streamGenerateContent"),
                google::stream(&["He", "llo"]),
            )
            .on(
                When::post("/v1beta").target_contains(":countTokens"),
                Reply::json(200, &json!({"totalTokens": 3})),
            )
            .on(When::post("/v1beta"), google::answer("Hello"))
            .on(When::get("/v1beta/models"), google::models(&["gemini-x"]))
    },
    into: &[
        plain,
        |text| google::stream(&[text]),
        |text| google::answer(text),
        |text| google::error(400, "INVALID_ARGUMENT", text),
        |text| google::stream_error(&["a"], 503, "UNAVAILABLE", text),
        |text| google::models(&[text]),
    ],
};

pub(super) const OLLAMA: Vendor = Vendor {
    id: "ollama",
    below: "",
    api: None,
    variable: "OLLAMA_API_KEY",
    free: true,
    honest: || {
        Script::new()
            .on(
                When::post("/api/chat").json("/stream", true),
                ollama::stream(&["He", "llo"]),
            )
            .on(When::post("/api/chat"), ollama::answer("Hello"))
            .on(When::get("/api/tags"), ollama::tags(&["llama-x"]))
            .on(
                When::post("/api/show"),
                ollama::show(4_096, &["completion"]),
            )
            .on(When::get("/api/version"), ollama::version("0.9.0"))
            .otherwise(ollama::tags(&["llama-x"]))
    },
    into: &[
        plain,
        |text| ollama::stream(&[text]),
        |text| ollama::answer(text),
        |text| ollama::error(404, text),
        |text| ollama::stream_error(&["a"], text),
        |text| ollama::tags(&[text]),
    ],
};
