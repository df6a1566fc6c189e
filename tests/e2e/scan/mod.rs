//! `openclaw models scan` against scripted vendors on loopback: who is asked, what is found, in what
//! order, and what is written.

mod choosing;
mod failing;
mod found;

use expect_test::expect;
use openclaw_tests::{Output, Sandbox};
use openclaw_upstream::{Reply, Script, Upstream, When, anthropic, google, ollama, openai};
use serde_json::{Value, json};

const CONFIG: &str = ".openclaw/openclaw.json";

/// The vendors' lists, on one port.
const ANTHROPIC: &str = "/anthropic/v1/models";
const OPENAI: &str = "/openai/v1/models";
const GOOGLE: &str = "/google/v1beta/models";
const TAGS: &str = "/ollama/api/tags";
const SHOW: &str = "/ollama/api/show";

/// Vendors on one port, and a user with keys for them.
struct Case {
    upstream: Upstream,
    world: Sandbox,
}

impl Case {
    fn new(script: Script) -> Self {
        Self::with(script, "", "")
    }

    /// Makes a case with more `agents.defaults`, and more providers. Beside what is scripted there is
    /// a local server with one small model, so that no test asks one of the machine it runs on.
    fn with(script: Script, defaults: &str, providers: &str) -> Self {
        let script = script
            .on(When::get(TAGS), ollama::tags(&["llama3:8b"]))
            .on(When::post(SHOW), ollama::show(8_192, &["completion"]));
        let upstream = Upstream::start(script).unwrap();
        let url = upstream.url();
        let config = format!(
            r#"{{
  // mine
  agents: {{ defaults: {{ {defaults} }} }},
  models: {{
    providers: {{
      anthropic: {{ baseUrl: "{url}/anthropic" }},
      openai: {{ baseUrl: "{url}/openai/v1" }},
      google: {{ baseUrl: "{url}/google/v1beta" }},
      ollama: {{ baseUrl: "{url}/ollama" }},
      {}
    }},
  }},
}}
"#,
            providers.replace("<url>", &url)
        );
        let key = |provider: &str| json!({ "type": "api_key", "provider": provider, "key": format!("sk-{provider}-0123456789") });
        // Components are compiled once for all tests.
        let world = Sandbox::new()
            .config(&config)
            .cache(crate::CACHE)
            .profile("anthropic:work", key("anthropic"))
            .profile("openai:default", key("openai"))
            .profile("google:default", key("google"));
        Self { upstream, world }
    }

    fn scan(&self, arguments: &str) -> Output {
        self.world.openclaw(&format!("models scan {arguments}"))
    }

    /// Scans without writing, and makes sure that nothing but the audit log changed.
    fn look(&self, arguments: &str) -> Output {
        let before = self.files();
        let output = self.scan(arguments);
        assert_eq!(self.files(), before, "{output}");
        output
    }

    /// Returns every file with its text, but for the audit log.
    fn files(&self) -> Vec<(String, Option<String>)> {
        let names = self.world.files().into_iter();
        names
            .filter(|name| !name.starts_with(".openclaw/logs/"))
            .map(|name| (name.clone(), self.world.read(&name)))
            .collect()
    }

    /// Returns the paths that were asked for, in alphabetical order.
    fn asked(&self) -> Vec<String> {
        let requests = self.upstream.requests();
        let mut paths: Vec<String> = requests
            .iter()
            .map(|request| request.path().to_owned())
            .collect();
        paths.sort();
        paths
    }
}

/// Anthropic lists three models, OpenAI two that talk, and Google refuses the key.
fn vendors() -> Script {
    Script::new()
        .on(When::get(ANTHROPIC), claudes())
        .on(
            When::get(OPENAI),
            openai::models(&["gpt-5-mini", "gpt-5.2", "text-embedding-3-large"]),
        )
        .on(
            When::get(GOOGLE),
            google::error(
                400,
                "INVALID_ARGUMENT",
                "API key not valid. Please pass a valid API key.",
            ),
        )
}

fn claudes() -> Reply {
    anthropic::models(&[
        "claude-opus-4-5-20251101",
        "claude-haiku-4-5-20251001",
        "claude-sonnet-4-5-20250929",
    ])
}

/// A server of the user's own that speaks as Anthropic does, with one large new model.
const PROXY: &str = r#"proxy: {
        baseUrl: "<url>/proxy", api: "anthropic-messages", apiKey: "sk-proxy-0123456789",
      },"#;

fn proxy(script: Script) -> Script {
    let model = json!({
        "type": "model", "id": "llama-4-288b-instruct", "display_name": "Llama 4",
        "created_at": "2025-12-01T00:00:00Z",
    });
    let page = json!({ "data": [model], "has_more": false });
    script.on(When::get("/proxy/v1/models"), Reply::json(200, &page))
}

/// Returns JSON without what differs between runs.
fn steady(mut value: Value) -> Value {
    for provider in value["providers"].as_array_mut().unwrap() {
        if provider["latencyMs"].is_number() {
            provider["latencyMs"] = json!("<n>");
        }
    }
    value
}
