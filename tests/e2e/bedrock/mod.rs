//! Amazon Bedrock through the binary: keys and bearers, answers, refusals, and where AWS credentials
//! are from.

mod chain;
mod refused;

use openclaw_tests::{Output, Sandbox, canary};
use openclaw_upstream::{Received, Reply, Script, Upstream, When, bedrock};
use serde_json::{Value, json};

const MODEL: &str = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
const CONVERSE: &str = "/model/us.anthropic.claude-haiku-4-5-20251001-v1%3A0/converse";
const BEARER: &str = "ABSKQmVkcm9ja0FQSUtleS1jYW5hcnk0NTY3ODlhYmNkZWY=";
const ID: &str = "AKIAZQ0CANARYEXAMPLE";
const SECRET: &str = "zQ0canary/secret+key/of/forty/characters";
const TOKEN: &str = "IQoJb3JpZ2luX2VjCanarySessionToken//wEaCXVzLWVhc3QtMQ==";

/// A world whose Bedrock is an upstream.
fn world(upstream: &Upstream) -> Sandbox {
    let url = upstream.url();
    Sandbox::new()
        .config(&format!(
            r#"{{
  agents: {{ defaults: {{ model: "amazon-bedrock/{MODEL}" }} }},
  models: {{ providers: {{ "amazon-bedrock": {{ baseUrl: "{url}" }} }} }},
}}
"#
        ))
        .cache(crate::CACHE)
        // No test asks the network of the machine.
        .env("AWS_EC2_METADATA_DISABLED", "true")
}

/// The same, with temporary keys in the environment.
fn with_keys(upstream: &Upstream) -> Sandbox {
    world(upstream)
        .env("AWS_ACCESS_KEY_ID", ID)
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env("AWS_SESSION_TOKEN", TOKEN)
}

/// The same, with a Bedrock API key.
fn with_bearer(upstream: &Upstream) -> Sandbox {
    world(upstream).env("AWS_BEARER_TOKEN_BEDROCK", BEARER)
}

fn one(upstream: &Upstream) -> Received {
    let mut requests = upstream.requests();
    assert_eq!(requests.len(), 1, "{requests:?}");
    requests.remove(0)
}

fn answering() -> Script {
    Script::new()
        .on(
            When::post("/model").target_contains("converse-stream"),
            bedrock::stream(&["Hello", " from Bedrock."]),
        )
        .on(When::post("/model"), bedrock::answer("Hello from Bedrock."))
}

/// Asserts that no part of the keys is in what was printed, nor in a file that was written.
#[track_caller]
fn holds_no_secret(world: &Sandbox, outputs: &[&Output]) {
    for secret in [SECRET, TOKEN, BEARER] {
        for output in outputs {
            let text = output.to_string();
            assert_eq!(canary::traces(secret, text.as_bytes()), [""; 0], "{text}");
        }
        for file in world.files() {
            if file.starts_with(".aws") {
                continue;
            }
            let bytes = std::fs::read(world.path(&file)).unwrap_or_default();
            assert_eq!(canary::traces(secret, &bytes), [""; 0], "{file}");
        }
    }
}

#[test]
fn keys_sign_and_the_answer_is_streamed_or_whole() {
    let upstream = Upstream::start(answering()).unwrap();
    let world = with_keys(&upstream);
    let streamed = world.openclaw("models run Hello -v");
    assert_eq!(streamed.stdout, "Hello from Bedrock.\n", "{streamed}");
    let whole = world.openclaw("models run Hello --no-stream --json");
    let told = whole.json();
    assert_eq!(
        told["source"],
        "env:AWS_ACCESS_KEY_ID + AWS_SECRET_ACCESS_KEY"
    );
    assert_eq!(
        (
            &told["usage"]["input"],
            &told["usage"]["output"],
            &told["stop"]
        ),
        (&json!(11), &json!(3), &json!("end"))
    );
    let requests = upstream.requests();
    let targets: Vec<&str> = requests.iter().map(|request| &*request.target).collect();
    assert_eq!(targets, [format!("{CONVERSE}-stream"), CONVERSE.to_owned()]);
    for request in &requests {
        assert_eq!(request.header("x-amz-security-token"), Some(TOKEN));
        assert_eq!(request.header("x-amz-date"), Some("20260115T120000Z"));
        let signature = request.header("authorization").unwrap();
        let scope =
            format!("AWS4-HMAC-SHA256 Credential={ID}/20260115/us-east-1/bedrock/aws4_request, ");
        assert!(signature.starts_with(&scope), "{signature}");
        assert!(!format!("{request:?}").contains(SECRET));
    }
    holds_no_secret(&world, &[&streamed, &whole]);
}

#[test]
fn a_bearer_key_is_sent_and_goes_before_keys() {
    let upstream = Upstream::start(answering()).unwrap();
    let world = with_keys(&upstream).env("AWS_BEARER_TOKEN_BEDROCK", BEARER);
    let output = world.openclaw("models run Hello --json");
    assert_eq!(output.json()["source"], "env:AWS_BEARER_TOKEN_BEDROCK");
    let request = one(&upstream);
    assert_eq!(request.credential(), Some(BEARER));
    assert_eq!(request.header("x-amz-security-token"), None);
    holds_no_secret(&world, &[&output]);
}

#[test]
fn a_refused_bearer_key_yields_to_the_keys() {
    let refused = bedrock::error(
        403,
        "AccessDeniedException",
        "Authentication failed: Please make sure your API Key is valid.",
    );
    let script = Script::new()
        .on(When::post("/model").credential(BEARER), refused)
        .on(When::post("/model"), bedrock::stream(&["signed"]));
    let upstream = Upstream::start(script).unwrap();
    let world = with_keys(&upstream).env("AWS_BEARER_TOKEN_BEDROCK", BEARER);
    let told = world.openclaw("models run Hello --json").json();
    assert_eq!(told["text"], "signed");
    let trail = told["trail"].as_array().unwrap();
    assert_eq!(trail[0]["failure"]["kind"], "auth");
    assert_eq!(
        trail[1]["source"],
        "env:AWS_ACCESS_KEY_ID + AWS_SECRET_ACCESS_KEY"
    );
}

#[test]
fn probes_prove_a_credential_by_the_list_or_by_a_model() {
    let listing = || {
        Script::new().on(
            When::get("/foundation-models"),
            bedrock::models(&["acme.x-v1:0"]),
        )
    };
    let probed = |script: Script, bearer: bool| {
        let upstream = Upstream::start(script).unwrap();
        let world = if bearer {
            with_bearer(&upstream)
        } else {
            with_keys(&upstream)
        };
        let output = world.openclaw("models status --probe --json");
        holds_no_secret(&world, &[&output]);
        let told = output.json();
        told["auth"]["probes"]["results"][0].clone()
    };
    for bearer in [false, true] {
        let ok = probed(
            listing().on(When::post("/model"), bedrock::answer("OK")),
            bearer,
        );
        assert_eq!(ok["status"], "ok", "{ok}");
    }
    let bad = bedrock::error(
        403,
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    );
    let refused = probed(Script::new().otherwise(bad), false);
    assert_eq!(refused["status"], "auth", "{refused}");
    let skewed = bedrock::error(
        403,
        "InvalidSignatureException",
        "Signature expired: 20260115T120000Z is now earlier than 20260115T130000Z (20260115T130500Z - 5 min.)",
    );
    let refused = probed(Script::new().otherwise(skewed), false);
    assert_eq!(refused["status"], "auth", "{refused}");
    assert!(
        refused
            .to_string()
            .contains("is this machine's clock right?"),
        "{refused}"
    );
}

#[test]
fn models_and_profiles_are_listed_over_pages() {
    let script = Script::new()
        .on(
            When::get("/foundation-models"),
            bedrock::models(&["acme.x-v1:0", "acme.y-v1:0"]),
        )
        .on(
            When::get("/inference-profiles").target_contains("nextToken=a%2Bb%3D"),
            bedrock::profiles_page(&["us.acme.y-v1:0"], None),
        )
        .on(
            When::get("/inference-profiles"),
            bedrock::profiles_page(&["us.acme.x-v1:0"], Some("a+b=")),
        );
    let upstream = Upstream::start(script).unwrap();
    let world = with_keys(&upstream);
    let output = world.openclaw("models list --provider amazon-bedrock --refresh --all --plain");
    let listed = &output.stdout;
    for id in [
        "acme.x-v1:0",
        "acme.y-v1:0",
        "us.acme.x-v1:0",
        "us.acme.y-v1:0",
    ] {
        let name = format!("amazon-bedrock/{id}");
        assert!(
            listed.lines().any(|line| line.starts_with(&name)),
            "{id}: {listed}"
        );
    }
    assert!(upstream.requests().iter().all(|request| {
        let signature = request.header("authorization").unwrap_or_default();
        signature.contains("/bedrock/aws4_request")
    }));
}

#[test]
fn tools_images_and_schemas_are_asked_for_in_the_format_s_own_words() {
    let script = Script::new().otherwise(bedrock::tool_stream(
        "tooluse_1",
        "weather",
        &["{\"city\":", "\"Köln\"}"],
    ));
    let upstream = Upstream::start(script).unwrap();
    let world = with_keys(&upstream);
    world.write(
        "tools.json",
        r#"[{ "name": "weather", "description": "Tells it", "input": { "schema": { "type": "object" } } }]"#,
    );
    world.write("dot.png", PNG);
    let tools = world.path("tools.json").display().to_string();
    let image = world.path("dot.png").display().to_string();
    let output = world.run(&[
        "models", "run", "Weather?", "--tools", &tools, "--file", &image, "--json",
    ]);
    let told = output.json();
    let call = &told["answer"]["answers"][0]["parts"][0]["tool_call"];
    assert_eq!(
        (&call["id"], &call["name"]),
        (&json!("tooluse_1"), &json!("weather")),
        "{output}"
    );
    assert_eq!(told["stop"], "tool");
    let body = one(&upstream).json().unwrap();
    let tool = &body["toolConfig"]["tools"][0]["toolSpec"];
    assert_eq!(
        (&tool["name"], &tool["inputSchema"]["json"]["type"]),
        (&json!("weather"), &json!("object"))
    );
    let content = body["messages"][0]["content"].as_array().unwrap();
    let image = content.iter().find(|block| block["image"].is_object());
    let image = image.unwrap_or_else(|| panic!("{body}"));
    assert_eq!(image["image"]["format"], "png");
    let bytes = image["image"]["source"]["bytes"].as_str().unwrap();
    assert!(bytes.starts_with("iVBORw0KGgo"), "{bytes}");
}

/// The smallest picture there is: a transparent dot.
const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0,
    1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0x0d, b'I', b'D', b'A', b'T',
    0x78, 0x9c, 0x63, 0, 1, 0, 0, 5, 0, 1, 0x0d, 0x0a, 0x2d, 0xb4, 0, 0, 0, 0, b'I', b'E', b'N',
    b'D', 0xae, 0x42, 0x60, 0x82,
];
