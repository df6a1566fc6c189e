//! Vertex AI through the binary: keys and access tokens, answers, refusals, and where Application Default
//! Credentials are from.

mod chain;
mod refused;

use openclaw_tests::{Output, Sandbox, canary};
use openclaw_upstream::{Received, Reply, Script, Upstream, When, google, openai};
use serde_json::{Value, json};

const MODEL: &str = "gemini-2.5-flash";
const PROJECT: &str = "acme-project";
/// An access token in the form of Google's, and two secrets behind one.
const TOKEN: &str = "ya29.a0canaryAccessTokenOfVertex-0123456789_abcdef";
const REFRESH: &str = "1//0canaryRefreshTokenOfVertex-0123456789_abcdef";
const CLIENT: &str = "GOCSPX-canaryClientSecret0123456789";
const KEY: &str = "AIzaSyA0canaryKeyOfExpressMode0123456789";
const PEM: &str = include_str!("key.pem");
const LOGIN: &str = ".config/gcloud/application_default_credentials.json";
const BELOW: &str = "/v1/projects/acme-project/locations/global/publishers/google/models/";

/// A home whose Vertex AI is an upstream.
fn world(upstream: &Upstream) -> Sandbox {
    model_world(upstream, MODEL)
}

fn model_world(upstream: &Upstream, model: &str) -> Sandbox {
    let url = upstream.url();
    Sandbox::new()
        .config(&format!(
            r#"{{
  agents: {{ defaults: {{ model: "google-vertex/{model}" }} }},
  models: {{ providers: {{ "google-vertex": {{ baseUrl: "{url}" }} }} }},
}}
"#
        ))
        .cache(crate::CACHE)
        // No test asks the network of the machine.
        .env("NO_GCE_CHECK", "true")
}

/// The same, with gcloud's login.
fn signed_in(upstream: &Upstream) -> Sandbox {
    let world = world(upstream).env("GOOGLE_CLOUD_PROJECT", PROJECT);
    world.write(LOGIN, login(upstream).to_string());
    world
}

fn login(upstream: &Upstream) -> Value {
    json!({
        "type": "authorized_user",
        "client_id": "a-client.apps.googleusercontent.com",
        "client_secret": CLIENT,
        "refresh_token": REFRESH,
        "quota_project_id": "payer-project",
        "token_uri": format!("{}/token", upstream.url()),
    })
}

fn token() -> Reply {
    Reply::json(
        200,
        &json!({ "access_token": TOKEN, "expires_in": 3_599, "token_type": "Bearer" }),
    )
}

fn answering() -> Script {
    Script::new()
        .on(When::post("/token"), token())
        .on(
            When::post("/v1").target_contains(":streamGenerateContent"),
            google::stream(&["Hello", " from Vertex."]),
        )
        .on(
            When::post("/v1").target_contains(":generateContent"),
            google::answer("Hello from Vertex."),
        )
}

/// Returns the last request to a model.
fn asked(upstream: &Upstream) -> Received {
    let mut requests = upstream.requests();
    requests.retain(|request| request.target.starts_with("/v1/"));
    requests.pop().expect("a model was asked")
}

/// Asserts that no secret is in what was printed, nor in a file that was written.
#[track_caller]
fn holds_no_secret(world: &Sandbox, outputs: &[&Output]) {
    // The middle of the private key: its ends are every key's.
    let key: String = PEM.lines().skip(5).take(2).collect();
    for secret in [TOKEN, REFRESH, CLIENT, KEY, &key] {
        for output in outputs {
            let text = output.to_string();
            assert_eq!(canary::traces(secret, text.as_bytes()), [""; 0], "{text}");
        }
        for file in world.files() {
            if file.starts_with(".config/gcloud") || file.starts_with("keys/") {
                continue;
            }
            let bytes = std::fs::read(world.path(&file)).unwrap_or_default();
            assert_eq!(canary::traces(secret, &bytes), [""; 0], "{file}");
        }
    }
}

#[test]
fn a_login_gives_a_bearer_and_the_answer_is_streamed_or_whole() {
    let upstream = Upstream::start(answering()).unwrap();
    let world = signed_in(&upstream);
    let streamed = world.openclaw("models run Hello -v");
    assert_eq!(streamed.stdout, "Hello from Vertex.\n", "{streamed}");
    let request = asked(&upstream);
    assert_eq!(
        request.target,
        format!("{BELOW}{MODEL}:streamGenerateContent?alt=sse")
    );
    let whole = world.openclaw("models run Hello --no-stream --json");
    let told = whole.json();
    assert_eq!(told["source"], "gcloud adc");
    assert_eq!(
        (&told["usage"]["input"], &told["stop"]),
        (&json!(google::INPUT_TOKENS), &json!("end")),
        "{told:#}"
    );
    let request = asked(&upstream);
    assert_eq!(request.target, format!("{BELOW}{MODEL}:generateContent"));
    assert_eq!(request.credential(), Some(TOKEN));
    assert_eq!(request.header("x-goog-user-project"), Some("payer-project"));
    for request in upstream.requests() {
        let is_exchange = request.target == "/token";
        assert_eq!(request.text().contains("refresh_token"), is_exchange);
    }
    holds_no_secret(&world, &[&streamed, &whole]);
}

#[test]
fn a_key_goes_first_and_without_a_project() {
    let upstream = Upstream::start(answering()).unwrap();
    let world = signed_in(&upstream).env("GOOGLE_CLOUD_API_KEY", KEY);
    let output = world.openclaw("models run Hello --json");
    assert_eq!(
        output.json()["source"],
        "env:GOOGLE_CLOUD_API_KEY",
        "{output}"
    );
    let request = asked(&upstream);
    assert!(
        request
            .target
            .starts_with("/v1/publishers/google/models/gemini-2.5-flash:"),
        "{}",
        request.target
    );
    assert_eq!(request.header("x-goog-api-key"), Some(KEY));
    assert_eq!(request.header("authorization"), None);
    assert_eq!(upstream.requests().len(), 1);
    holds_no_secret(&world, &[&output]);
}

#[test]
fn a_location_is_part_of_the_path_and_a_project_has_to_be_known() {
    let upstream = Upstream::start(answering()).unwrap();
    let world = signed_in(&upstream).env("GOOGLE_CLOUD_LOCATION", "europe-west4");
    assert_eq!(
        world.openclaw("models run Hello").ok(),
        "Hello from Vertex.\n"
    );
    let path = "/v1/projects/acme-project/locations/europe-west4/publishers/google/models/";
    assert!(asked(&upstream).target.starts_with(path));
    let world = world.env("GOOGLE_CLOUD_LOCATION", "evil.test/x");
    let output = world.openclaw("models run Hello");
    assert!(
        output.failed().contains("GOOGLE_CLOUD_LOCATION"),
        "{output}"
    );

    let mut file = login(&upstream);
    file.as_object_mut().unwrap().remove("quota_project_id");
    let world = signed_in(&upstream).without("GOOGLE_CLOUD_PROJECT");
    world.write(LOGIN, file.to_string());
    let output = world.openclaw("models run Hello");
    assert!(
        output.failed().contains("set GOOGLE_CLOUD_PROJECT"),
        "{output}"
    );
    holds_no_secret(&world, &[&output]);
}

#[test]
fn a_picture_and_tools_go_along_and_a_call_comes_back() {
    let call = json!({ "candidates": [{ "content": { "role": "model", "parts": [
        { "functionCall": { "name": "get_weather", "args": { "city": "Oslo" } } } ] }, "finishReason": "STOP" }],
        "usageMetadata": { "promptTokenCount": 3, "candidatesTokenCount": 2, "totalTokenCount": 5 } });
    let script = Script::new()
        .on(When::post("/token"), token())
        .on(When::post("/v1"), Reply::json(200, &call));
    let upstream = Upstream::start(script).unwrap();
    let world = signed_in(&upstream);
    world.write("pixel.png", crate::vendors::PIXEL);
    world.write(
        "tools.json",
        r#"[{ "name": "get_weather", "input": { "schema": { "type": "object" } } }]"#,
    );
    let output =
        world.openclaw("models run Hello --no-stream --json --tools tools.json -f pixel.png");
    let told = output.json();
    let call = &told["answer"]["answers"][0]["parts"][0]["tool_call"];
    assert_eq!(
        (&call["name"], &call["arguments"]),
        (&json!("get_weather"), &json!("{\"city\":\"Oslo\"}")),
        "{told:#}"
    );
    let body = asked(&upstream).json().unwrap().to_string();
    assert!(
        body.contains(r#""mimeType":"image/png","data":"iVBORw0KGgo"#),
        "{body}"
    );
    assert!(body.contains("functionDeclarations"), "{body}");
}

#[test]
fn models_of_other_publishers_are_asked_in_the_format_that_vertex_has_for_them() {
    let script = Script::new().on(When::post("/token"), token()).on(
        When::post("/v1"),
        openai::chat_stream(&["Hello", " from Llama."]),
    );
    let upstream = Upstream::start(script).unwrap();
    let world = model_world(&upstream, "meta/llama-3.3-70b-instruct-maas")
        .env("GOOGLE_CLOUD_PROJECT", PROJECT)
        .env("GOOGLE_CLOUD_LOCATION", "us-central1");
    world.write(LOGIN, login(&upstream).to_string());
    let output = world.openclaw("models run Hello");
    assert_eq!(output.stdout, "Hello from Llama.\n", "{output}");
    let request = asked(&upstream);
    assert_eq!(
        request.target,
        "/v1/projects/acme-project/locations/us-central1/endpoints/openapi/chat/completions"
    );
    assert_eq!(request.credential(), Some(TOKEN));
    assert_eq!(
        request.json().unwrap()["model"],
        "meta/llama-3.3-70b-instruct-maas"
    );
}

#[test]
fn a_credential_is_proven_by_the_list_or_by_a_model_and_models_are_listed() {
    const LIST: &str = "/v1beta1/publishers/google/models";
    let page = |ids: &[&str], next: Option<&str>| {
        let models: Vec<Value> = ids
            .iter()
            .map(|id| json!({ "name": format!("publishers/google/models/{id}"), "versionId": "001" }))
            .collect();
        Reply::json(
            200,
            &json!({ "publisherModels": models, "nextPageToken": next }),
        )
    };
    let script = answering()
        .on(
            When::get(LIST).target_contains("pageToken=two"),
            page(&["gemini-9-new", "veo-3.0"], None),
        )
        .on(
            When::get(LIST),
            page(
                &["gemini-2.5-flash", "imagen-4.0", "gemini-embedding-001"],
                Some("two"),
            ),
        );
    let upstream = Upstream::start(script).unwrap();
    let world = signed_in(&upstream);
    let probe = "models status --probe --probe-provider google-vertex --json";
    let result = |told: &Value| told["auth"]["probes"]["results"][0].clone();
    let output = world.openclaw(probe);
    let proven = result(&output.json());
    assert_eq!(proven["status"], "ok", "{proven:#}");
    let listed = world.openclaw("models list --provider google-vertex --refresh --all --json");
    let rows = listed.json();
    let rows = rows.as_array().unwrap().iter();
    let ids: Vec<&str> = rows.filter_map(|row| row["modelId"].as_str()).collect();
    assert!(
        ids.contains(&"gemini-9-new") && ids.contains(&MODEL),
        "{ids:?}"
    );
    for other in ["veo-3.0", "imagen-4.0", "gemini-embedding-001"] {
        assert!(!ids.contains(&other), "{ids:?}");
    }
    holds_no_secret(&world, &[&output, &listed]);

    let refused = google::error(
        401,
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials.",
    );
    upstream.follow(
        Script::new()
            .on(When::post("/token"), token())
            .otherwise(refused),
    );
    let refused = result(&world.openclaw(probe).json());
    assert_eq!(refused["status"], "auth", "{refused:#}");
}
