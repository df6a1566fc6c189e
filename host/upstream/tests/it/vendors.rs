//! The vendors' formats against the recorded samples of the provider plugins, and the simulator.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::client::Client;
use openclaw_upstream::{
    Keys, Reply, Script, Simulator, Upstream, anthropic, google, ollama, openai,
};
use serde_json::Value;

/// Every place in the JSON of a body, such as `error.details[].reason`: of one document, of events,
/// or of lines.
fn shape(body: &str) -> BTreeSet<String> {
    fn walk(value: &Value, at: &str, out: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    let at = format!("{at}.{name}");
                    out.insert(at.clone());
                    walk(value, &at, out);
                }
            }
            Value::Array(items) => {
                for item in items {
                    walk(item, &format!("{at}[]"), out);
                }
            }
            _ => {}
        }
    }
    let mut out = BTreeSet::new();
    if let Ok(value) = serde_json::from_str::<Value>(body) {
        walk(&value, "", &mut out);
        return out;
    }
    for line in body.lines().filter(|line| !line.is_empty()) {
        if let Some(name) = line.strip_prefix("event: ") {
            out.insert(format!("event {name}"));
            continue;
        }
        let data = line.strip_prefix("data: ").unwrap_or(line);
        if data == "[DONE]" {
            out.insert(data.to_owned());
            continue;
        }
        let value: Value = serde_json::from_str(data).expect("JSON in a line");
        let kind = value
            .get("type")
            .and_then(Value::as_str)
            .unwrap_or_default();
        walk(&value, kind, &mut out);
    }
    out
}

/// Checks that every place and every event of the reply is known from the samples.
fn check(reply: Reply, samples: &str) {
    let upstream = Upstream::start(Script::new().otherwise(reply)).expect("a free port");
    let reply = Client::to(upstream.address()).get("/");
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../providers");
    let mut recorded = BTreeSet::new();
    for sample in samples.split(' ') {
        let text = std::fs::read_to_string(folder.join(sample)).expect("a recorded sample");
        // Errors are kept with their head.
        let body = text.find("\n\n{").filter(|_| sample.ends_with(".http"));
        recorded.extend(shape(&text[body.unwrap_or(0)..]));
    }
    let ours = shape(reply.text());
    let unknown: Vec<&String> = ours.difference(&recorded).collect();
    assert!(
        !ours.is_empty() && unknown.is_empty(),
        "not in {samples}: {unknown:?}"
    );
}

#[test]
fn nothing_is_sent_that_the_vendors_do_not_send() {
    let pieces = ["Grüß", " Gott 👋"];
    check(
        anthropic::stream(&pieces),
        "compat/tests/wire/anthropic/stream-text.sse",
    );
    check(
        anthropic::stream_error(&pieces, "overloaded_error", "Overloaded"),
        "compat/tests/wire/anthropic/stream-overloaded.sse compat/tests/wire/anthropic/stream-text.sse",
    );
    check(
        anthropic::models(&["a", "b"]),
        "compat/tests/wire/anthropic/models-1.json",
    );
    check(
        anthropic::error(401, "authentication_error", "invalid x-api-key"),
        "compat/tests/wire/anthropic/errors/bad-key.http",
    );
    check(
        openai::responses_stream(&pieces),
        "compat/tests/wire/openai_responses/answer.sse",
    );
    check(
        openai::responses_stream_error(&pieces, "server_error", "Failed"),
        "compat/tests/wire/openai_responses/failed.sse compat/tests/wire/openai_responses/answer.sse",
    );
    check(
        openai::responses_answer("Hi"),
        "compat/tests/wire/openai_responses/whole.json",
    );
    check(
        openai::chat_stream(&pieces),
        "compat/tests/wire/openai_chat/answer.sse",
    );
    check(
        openai::chat_answer("Hi"),
        "compat/tests/wire/openai_chat/whole.json",
    );
    check(
        openai::models(&["a"]),
        "compat/tests/wire/openai/models.json",
    );
    check(
        openai::error(
            503,
            "service_unavailable_error",
            "server_is_overloaded",
            "Overloaded",
        ),
        "compat/tests/wire/openai/errors/server-is-overloaded.http",
    );
    check(google::answer("Hi"), "compat/tests/wire/google/answer.json");
    check(
        google::stream(&pieces),
        "compat/tests/wire/google/stream-thinking.sse",
    );
    check(
        google::models_page(&["a"], Some("next")),
        "compat/tests/wire/google/models.json",
    );
    check(
        google::error_with(
            429,
            "RESOURCE_EXHAUSTED",
            "You exceeded your current quota",
            &[
                google::quota_failure("GenerateRequestsPerMinutePerProjectPerModel-FreeTier"),
                google::retry_info(Duration::from_secs(34)),
            ],
        ),
        "compat/tests/wire/google/error-429-minute.json",
    );
    check(
        google::error_with(
            400,
            "INVALID_ARGUMENT",
            "no",
            &[google::error_info("API_KEY_INVALID")],
        ),
        "compat/tests/wire/google/error-400-key-invalid.json",
    );
    check(
        ollama::stream(&pieces),
        "compat/tests/wire/ollama/stream.ndjson",
    );
    check(
        ollama::stream_error(&pieces, "EOF"),
        "compat/tests/wire/ollama/stream-error.ndjson",
    );
    check(ollama::answer("Hi"), "compat/tests/wire/ollama/whole.json");
    check(
        ollama::tags(&["llama3:latest"]),
        "compat/tests/wire/ollama/tags.json",
    );
}

#[test]
fn retry_info_is_written_as_protobuf_writes_durations() {
    let delay = |ms| google::retry_info(Duration::from_millis(ms))["retryDelay"].clone();
    assert_eq!(delay(34_000), "34s");
    assert_eq!(delay(33_700), "33.7s");
}

#[test]
fn the_simulator_decides_by_the_credential() {
    let simulator = Simulator::start(&Keys {
        anthropic_limited: "sk-ant-1".to_owned(),
        anthropic_refused: "sk-ant-2".to_owned(),
        openai: "sk-o".to_owned(),
        google: "AIza".to_owned(),
    })
    .expect("a free port");
    let url = simulator.anthropic_url();
    let address = url["http://".len()..]
        .split('/')
        .next()
        .expect("an address");
    let mut client = Client::to(address.parse().expect("an address"));
    let mut post =
        |target: &str, credential: &str| client.post(target, &format!("{credential}\r\n"), "{}");

    let limited = post("/anthropic/v1/messages", "x-api-key: sk-ant-1");
    assert_eq!(
        (limited.status, limited.header("retry-after")),
        (429, Some("30"))
    );
    assert!(limited.text().contains("rate_limit_error"));
    let refused = post("/anthropic/v1/messages", "x-api-key: sk-ant-2");
    assert_eq!(refused.status, 401);
    assert!(refused.text().contains("authentication_error"));
    let busy = post("/openai/v1/responses", "authorization: Bearer sk-o");
    assert_eq!(busy.status, 503);
    assert!(busy.text().contains("server_is_overloaded"));
    let unknown = post("/openai/v1/responses", "authorization: Bearer other");
    assert_eq!(unknown.status, 401);

    let model = "/google/v1beta/models/gemini-2.5-flash";
    let begun = Instant::now();
    let stream = post(
        &format!("{model}:streamGenerateContent?alt=sse"),
        "x-goog-api-key: AIza",
    );
    assert!(stream.chunks.len() > 4 && stream.complete);
    assert!(begun.elapsed() >= Duration::from_millis(400));
    let mut said = String::new();
    for line in stream
        .text()
        .lines()
        .filter_map(|line| line.strip_prefix("data: "))
    {
        let event: Value = serde_json::from_str(line).expect("JSON");
        said += event["candidates"][0]["content"]["parts"][0]["text"]
            .as_str()
            .expect("text");
    }
    assert_eq!(said, Simulator::answer());
    let whole = post(&format!("{model}:generateContent"), "x-goog-api-key: AIza");
    assert!(whole.text().contains(&Simulator::answer()));
    let refused = post(&format!("{model}:generateContent"), "x-goog-api-key: other");
    assert!(refused.status == 400 && refused.text().contains("API_KEY_INVALID"));

    assert_eq!(simulator.requests().len(), 7);
    assert!(simulator.openai_url().ends_with("/openai/v1"));
    assert!(simulator.google_url().ends_with("/google/v1beta"));
    simulator.stop();
}
