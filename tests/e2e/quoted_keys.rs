//! Vendors that quote what they refuse, a part of it or in a spelling of their own: nothing of the
//! key is printed.

use openclaw_tests::Sandbox;
use openclaw_upstream::{Received, Reply, Respond, Script, Upstream};
use serde_json::json;

const KEY: &str = "sk-lab-SECRET-0123456789abcdefghij";

/// Refuses every key, and writes it in its own way.
struct Quoting(fn(&str) -> String);

impl Respond for Quoting {
    fn respond(&self, request: &Received) -> Reply {
        let key = (self.0)(request.credential().unwrap_or_default());
        let message = format!("Incorrect API key provided: Bearer {key}");
        Reply::json(
            401,
            &json!({ "error": { "message": message, "code": "invalid_api_key" } }),
        )
    }
}

#[test]
fn a_key_that_a_vendor_quotes_is_not_printed() {
    let spellings: [fn(&str) -> String; 8] = [
        str::to_owned,
        |key| key[..key.len() - 1].to_owned(),
        |key| key[1..].to_owned(),
        |key| format!("{}...", &key[..20]),
        |key| format!("...{}", &key[key.len() - 14..]),
        |key| key.bytes().map(|b| format!("{b:02x}")).collect(),
        |key| key.bytes().map(|b| format!("%{b:02X}")).collect(),
        |key| format!("{}\n{}", &key[..16], &key[16..]),
    ];
    for spell in spellings {
        let upstream = Upstream::start(Script::new().otherwise(Quoting(spell))).unwrap();
        let spelled = spell(KEY);
        for arguments in [
            "models run hi",
            "models run hi --json",
            "models run hi --explain",
        ] {
            let world = Sandbox::new().cache(crate::CACHE).config(&format!(
                r#"{{
                  models: {{ providers: {{ lab: {{
                    baseUrl: "{}/v1", api: "openai-completions", apiKey: "{KEY}",
                    models: [{{ id: "m", name: "m" }}],
                  }} }} }},
                  agents: {{ defaults: {{ model: {{ primary: "lab/m" }} }} }},
                }}"#,
                upstream.url()
            ));
            let output = world.openclaw(arguments);
            let text = output.to_string();
            assert_eq!(output.code, Some(1), "{text}");
            assert!(text.contains("[secret]"), "{spelled}: {text}");
            for window in spelled.as_bytes().windows(9) {
                let found = text.as_bytes().windows(9).any(|other| other == window);
                assert!(!found, "{}: {text}", String::from_utf8_lossy(window));
            }
        }
    }
}
