//! Replies that are none, in each format: a typed failure that names what is wrong, and nothing that a
//! good credential or a model of its own has to pay for.

use openclaw_tests::Sandbox;
use openclaw_upstream::{
    Reply, Script, Upstream, When, anthropic, bedrock, google, ollama, openai,
};
use serde_json::{Value, json};

const KEY: &str = "key-of-a-good-profile-0123456789";
const STORE: &str = ".openclaw/agents/main/agent/auth-profiles.json";

/// A format, and how a server speaks it well.
struct Wire {
    provider: &'static str,
    model: &'static str,
    api: &'static str,
    answer: fn(&str) -> Reply,
    stream: fn(&[&str]) -> Reply,
    /// The format's own refusal, which stands in an accepted reply.
    refusal: &'static str,
    /// The format's stream, as one that knows it by hearsay would frame it.
    broken: &'static str,
}

const WIRES: [Wire; 6] = [
    Wire {
        provider: "anthropic",
        model: "claude-opus-4-6",
        api: "",
        answer: anthropic::answer,
        stream: anthropic::stream,
        refusal: r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
        broken: "event message_start\n{\"type\":\"message_start\"}\n\ndata: {\"type\":\"content_block_del\n\n",
    },
    Wire {
        provider: "openai",
        model: "gpt-5.2",
        api: "openai-completions",
        answer: openai::chat_answer,
        stream: openai::chat_stream,
        refusal: r#"{"error":{"message":"The server is overloaded","type":"server_error","code":"overloaded"}}"#,
        broken: "datum: {\"choices\":[]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"Hel\n\n",
    },
    Wire {
        provider: "openai",
        model: "gpt-5.2",
        api: "openai-responses",
        answer: openai::responses_answer,
        stream: openai::responses_stream,
        refusal: r#"{"error":{"message":"The server is overloaded","type":"server_error","code":"server_is_overloaded"}}"#,
        broken: "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.del\n\n",
    },
    Wire {
        provider: "google",
        model: "gemini-2.5-pro",
        api: "",
        answer: google::answer,
        stream: google::stream,
        refusal: r#"{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}"#,
        broken: "data {\"candidates\":[]}\n\ndata: {\"candidates\":[{\"content\":{\"par\n\n",
    },
    Wire {
        provider: "ollama",
        model: "llama3.2:3b",
        api: "",
        answer: ollama::answer,
        stream: ollama::stream,
        refusal: r#"{"error":"server busy, please try again"}"#,
        broken: "data: {\"model\":\"llama3.2:3b\"}\n{\"message\":{\"content\":\"Hel\n",
    },
    Wire {
        provider: "amazon-bedrock",
        model: "acme.first-v1",
        api: "",
        answer: bedrock::answer,
        stream: bedrock::stream,
        refusal: r#"{"__type":"ServiceUnavailableException","message":"Bedrock is unable to process your request."}"#,
        broken: "data: {\"contentBlockDelta\":{}}\n\n",
    },
];

impl Wire {
    fn home(&self, upstream: &Upstream) -> Sandbox {
        let api = match self.api {
            "" => String::new(),
            api => format!("api: \"{api}\", "),
        };
        // Of the model nothing is known but its name.
        let world = Sandbox::new().cache(crate::CACHE).config(&format!(
            "{{ agents: {{ defaults: {{ model: \"{0}/{1}\" }} }}, models: {{ providers: {{ \"{0}\": {{ {api}baseUrl: \"{2}\", models: [{{ id: \"{1}\" }}] }} }} }} }}\n",
            self.provider, self.model, upstream.url(),
        ));
        world.api_key(&format!("{}:default", self.provider), KEY)
    }

    /// Asks with this reply, and returns the failure, if it is one.
    fn ask(&self, what: &str, reply: Reply, flags: &str) -> Option<Value> {
        let upstream = Upstream::start(Script::new().on(When::any(), reply)).unwrap();
        let world = self.home(&upstream);
        let command =
            format!("models run Hello --json --no-fallback --wait 0 --timeout 20s{flags}");
        let output = world.openclaw(&command);
        let of = format!("{} {} {what}{flags}", self.provider, self.api);
        let all = output.to_string();
        assert!(
            !all.contains(KEY) && !all.contains("panicked"),
            "{of}: {all}"
        );
        if output.code == Some(0) {
            assert_eq!(output.json()["text"], "Hello there.", "{of}: {all}");
            return None;
        }
        assert_eq!(output.code, Some(1), "{of}: {all}");
        let told: Value = serde_json::from_str(&output.stderr).expect(&all);
        let failure = told["error"]["data"]["trail"][0]["failure"].clone();
        let message = failure["message"].as_str().unwrap_or_default();
        assert!(!message.is_empty() && message.len() <= 2_000, "{of}: {all}");
        // A good credential stays what it is.
        let store: Value = serde_json::from_str(&world.read(STORE).unwrap()).unwrap();
        let stats = &store["usageStats"][format!("{}:default", self.provider)];
        for key in ["cooldownUntil", "disabledUntil"] {
            assert_eq!(stats[key], Value::Null, "{of}: {store:#}");
        }
        Some(failure)
    }
}

/// What a reply may be taken for that says nothing of a credential.
const HARMLESS: [&str; 6] = [
    "server",
    "network",
    "other",
    "overloaded",
    "format",
    "timeout",
];

#[track_caller]
fn harmless(wire: &Wire, what: &str, reply: Reply, flags: &str) {
    let failure = wire.ask(what, reply, flags);
    let failure =
        failure.unwrap_or_else(|| panic!("{} {what}{flags} is no failure", wire.provider));
    let kind = failure["kind"].as_str().unwrap_or_default();
    assert!(
        HARMLESS.contains(&kind),
        "{} {} {what}{flags}: {failure:#}",
        wire.provider,
        wire.api
    );
}

const FORMS: [&str; 2] = ["", " --no-stream"];

#[test]
fn what_is_no_json_is_a_failure_of_the_server() {
    for wire in &WIRES {
        for flags in FORMS {
            for text in ["{\"choices\": [", "null", "[]", "\"hello\"", "}{", "hello"] {
                let reply = Reply::full(200, text).header("content-type", "application/json");
                harmless(wire, text, reply, flags);
            }
        }
    }
}

#[test]
fn an_answer_with_another_content_type_is_an_answer() {
    for wire in &WIRES {
        for kind in ["text/plain", "application/octet-stream", "text/html", ""] {
            let stream = (wire.stream)(&["Hello", " there."]).header("content-type", kind);
            assert_eq!(wire.ask(kind, stream, ""), None);
            let whole = (wire.answer)("Hello there.").header("content-type", kind);
            assert_eq!(wire.ask(kind, whole, " --no-stream"), None);
        }
    }
}

#[test]
fn a_page_for_a_browser_is_no_answer() {
    let page = "<!DOCTYPE html><html><head><title>Please log in</title></head><body>401 Unauthorized: invalid api key</body></html>";
    for wire in &WIRES {
        for status in [200, 500, 502, 503, 504, 520] {
            for flags in FORMS {
                let reply = Reply::full(status, page).header("content-type", "text/html");
                harmless(wire, &format!("page with {status}"), reply, flags);
            }
        }
    }
}

#[test]
fn an_empty_body_is_no_answer() {
    for wire in &WIRES {
        for status in [200, 204, 500, 503] {
            for flags in FORMS {
                let reply = Reply::full(status, "");
                harmless(wire, &format!("empty with {status}"), reply, flags);
            }
        }
    }
}

#[test]
fn a_refusal_in_an_accepted_reply_is_a_refusal() {
    for wire in &WIRES {
        for flags in FORMS {
            let reply = Reply::full(200, wire.refusal).header("content-type", "application/json");
            let failure = wire.ask("refusal", reply, flags).unwrap();
            assert_eq!(
                failure["kind"], "overloaded",
                "{} {}{flags}: {failure:#}",
                wire.provider, wire.api
            );
        }
    }
}

#[test]
fn a_body_without_an_end_is_bounded() {
    for wire in &WIRES {
        for flags in FORMS {
            harmless(wire, "gigantic", Reply::huge(1 << 30), flags);
        }
    }
}

#[test]
fn bytes_that_are_no_text_are_no_answer() {
    for wire in &WIRES {
        for flags in FORMS {
            let bytes = b"\xff\xfe\x00\x81{\"choices\":\xc3\x28}\xf0\x28\x8c\x28\n\n".to_vec();
            let reply = Reply::full(200, bytes).header("content-type", "application/json");
            harmless(wire, "bytes", reply, flags);
        }
    }
}

#[test]
fn a_stream_with_broken_framing_is_no_answer() {
    for wire in &WIRES {
        for end in ["", "data: [DONE]\n\n", "\n", "\r", ":\n\n"] {
            let text = format!("{}{end}", wire.broken);
            let reply = Reply::full(200, text.clone()).header("content-type", "text/event-stream");
            harmless(wire, &text, reply, "");
            let split = Reply::full(200, text)
                .header("content-type", "text/event-stream")
                .split(1);
            harmless(wire, "split", split, "");
        }
    }
}

#[test]
fn a_frame_whose_checksum_is_wrong_ends_the_stream() {
    let wire = &WIRES[5];
    let failure = wire
        .ask(
            "checksum",
            bedrock::damaged_stream(&["Hello", " there."]),
            "",
        )
        .unwrap();
    assert_eq!(failure["kind"], "server", "{failure:#}");
}

#[test]
fn a_clock_that_is_wrong_is_named_and_costs_no_credential_its_hours() {
    let upstream = Upstream::start(Script::new().on(
        When::any(),
        bedrock::error(
            403,
            "InvalidSignatureException",
            "Signature expired: 20260115T114000Z is now earlier than 20260115T115500Z (20260115T120000Z - 5 min.)",
        ),
    ))
    .unwrap();
    let wire = &WIRES[5];
    let world = wire.home(&upstream);
    let output = world.openclaw("models run Hello --json --no-fallback --wait 0");
    assert_eq!(output.code, Some(1), "{output}");
    let told: Value = serde_json::from_str(&output.stderr).unwrap();
    let message = told["error"]["data"]["trail"][0]["failure"]["message"].to_string();
    assert!(message.contains("Signature expired"), "{told:#}");
    let store: Value = serde_json::from_str(&world.read(STORE).unwrap()).unwrap();
    let stats = &store["usageStats"]["amazon-bedrock:default"];
    assert_eq!(stats["disabledUntil"], Value::Null, "{store:#}");
}

#[test]
fn a_model_of_which_nothing_is_known_is_asked_and_shown() {
    for wire in &WIRES {
        let reply = (wire.stream)(&["Hello", " there."]);
        assert_eq!(wire.ask("no limits", reply, ""), None);
    }
    let upstream = Upstream::start(Script::new()).unwrap();
    let world = WIRES[1].home(&upstream);
    let shown = world.openclaw("models show openai/gpt-5.2 --json");
    assert_eq!(shown.code, Some(0), "{shown}");
    let world = Sandbox::new().config(
        r#"{ models: { providers: { lab: { baseUrl: "http://127.0.0.1:9/v1", api: "openai-completions", models: [{ id: "m" }] } } } }"#,
    );
    let shown = world.openclaw("models show lab/m --json").json();
    for key in ["contextWindow", "maxTokens"] {
        let model = shown.get("model").unwrap_or(&shown);
        assert!(
            model.get(key).is_none_or(Value::is_null),
            "{key}: {shown:#}"
        );
    }
    let listed = world.openclaw("models list --provider lab --all --json");
    assert_ne!(listed.json(), json!([]), "{listed}");
}
