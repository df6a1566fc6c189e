//! Every command line of the documentation of the model commands, as written there, in its order:
//! the sections in `reference/`, a file each for the workflows, and the troubleshooting entries.
//!
//! The vendors are scripted and on loopback; `claude` is a script that prints a token. Nothing else
//! differs from what a reader of the page would type.

mod expiry;
mod first_setup;
mod per_agent;
mod reference;
mod rotation;
mod scanning;
mod troubleshooting;

use expect_test::ExpectFile;
use openclaw_tests::pty::{Pty, key};
use openclaw_tests::{Console, Sandbox, canary};
use openclaw_upstream::{Received, Reply, Script, Upstream, When, anthropic, google, openai};

use crate::{steady, steady_text};

/// Keys in the forms that the vendors document.
const ANTHROPIC: &str = "sk-ant-api03-Canary0123456789Canary0123456789Canary0123456789Canary0123456789Canary0123456789-AAAA";
const TOKEN: &str = "sk-ant-oat01-Canary0123456789Canary0123456789Canary0123456789Canary0123456789Canary0123456789-TTTT";
const BACKUP: &str = "sk-ant-oat01-Canary9876543210Canary9876543210Canary9876543210Canary9876543210Canary9876543210-BBBB";
const OPENAI: &str = "sk-proj-Canary0123456789Canary0123456789Canary0123456789-OOOO";
const MINIMAX: &str = "sk-api-Canary0123456789Canary0123456789Canary0123456789-MMMM";
const GOOGLE: &str = "AIzaCanary0123456789Canary0123456789-GGG";

/// Four vendors that know the keys above and refuse every other.
fn vendors() -> Upstream {
    let known = |request: &Received, keys: &[&str]| {
        request
            .credential()
            .is_some_and(|credential| keys.contains(&credential))
    };
    let anthropic_or = move |good: Reply| {
        move |request: &Received| {
            if known(request, &[ANTHROPIC, TOKEN, BACKUP, MINIMAX]) {
                good.clone()
            } else {
                anthropic::error(401, "authentication_error", "invalid x-api-key")
            }
        }
    };
    let openai_or = move |good: Reply| {
        move |request: &Received| {
            if known(request, &[OPENAI]) {
                good.clone()
            } else {
                openai::error(
                    401,
                    "invalid_request_error",
                    "invalid_api_key",
                    "Incorrect API key provided",
                )
            }
        }
    };
    let google_or = move |good: Reply| {
        move |request: &Received| {
            if known(request, &[GOOGLE]) {
                good.clone()
            } else {
                google::error_with(
                    400,
                    "INVALID_ARGUMENT",
                    "API key not valid. Please pass a valid API key.",
                    &[google::error_info("API_KEY_INVALID")],
                )
            }
        }
    };
    let claudes = ["claude-opus-4-5", "claude-sonnet-4-5", "claude-haiku-4-5"];
    Upstream::start(
        Script::new()
            .on(
                When::get("/anthropic/v1/models"),
                anthropic_or(anthropic::models(&claudes)),
            )
            .on(
                When::post("/anthropic/v1/messages"),
                anthropic_or(anthropic::answer("OK")),
            )
            .on(
                When::post("/minimax/v1/messages"),
                anthropic_or(anthropic::answer("OK")),
            )
            .on(
                When::get("/openai/v1/models"),
                openai_or(openai::models(&["gpt-5.2", "gpt-5-mini"])),
            )
            .on(
                When::post("/openai/v1/responses"),
                openai_or(openai::responses_answer("OK")),
            )
            .on(
                When::get("/google/v1beta/models"),
                google_or(google::models(&["gemini-2.5-pro", "gemini-2.5-flash"])),
            )
            .on(
                When::post("/google/v1beta/models"),
                google_or(google::answer("OK")),
            ),
    )
    .unwrap()
}

/// A home whose config knows nothing but where the vendors are. No gateway can listen on port 1.
fn home(vendors: &Upstream) -> Sandbox {
    let url = vendors.url();
    Sandbox::new()
        .config(&format!(
            r#"// where the vendors are
{{
  gateway: {{ port: 1 }},
  models: {{
    providers: {{
      anthropic: {{ baseUrl: "{url}/anthropic", models: [] }},
      openai: {{ baseUrl: "{url}/openai/v1", models: [] }},
      google: {{ baseUrl: "{url}/google/v1beta", models: [] }},
      minimax: {{ baseUrl: "{url}/minimax", models: [] }},
    }},
  }},
}}
"#
        ))
        .cache(crate::CACHE)
}

/// No key is in what was printed.
#[track_caller]
fn no_key_in(transcript: &str) {
    for secret in [ANTHROPIC, TOKEN, BACKUP, OPENAI, GOOGLE, MINIMAX] {
        assert_eq!(canary::traces(secret, transcript.as_bytes()), [""; 0]);
    }
}

/// Compares all that a console showed with its transcript; no key is in it.
#[track_caller]
fn told(console: &Console<'_>, expected: &ExpectFile) {
    no_key_in(console.transcript());
    expected.assert_eq(console.transcript());
}

/// Runs a line that prints how long something took.
fn run_steady(console: &mut Console<'_>, line: &str) {
    let output = steady(console.unseen(line));
    console.say(line, &output.to_string());
}

/// Pastes a key at the prompt that asks for one, and takes what is proposed for everything else.
/// Returns what the terminal showed.
fn add_at_the_terminal(mut terminal: Pty, secret: &str) -> String {
    terminal
        .wait_for("? Paste")
        .paste(secret)
        .press(&[key::ENTER]);
    terminal
        .wait_for("? Check it now with a free call?")
        .press(&[key::ENTER]);
    terminal.wait_for("? Profile id").press(&[key::ENTER]);
    let ended = terminal.end();
    assert_eq!(canary::traces(secret, &ended.raw), [""; 0]);
    ended.assert_code(0);
    steady_text(&ended.screen)
}
