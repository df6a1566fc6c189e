//! References that lead somewhere.

use openclaw_tests::Sandbox;
use openclaw_upstream::{Script, Upstream, openai};
use serde_json::{Value, json};

use super::{KEY, answering, asked, nowhere_but, program, works, world};

/// What the config says of where secrets are.
fn places(world: &Sandbox) -> String {
    let home = world.home().display();
    format!(
        r#"secrets: {{ providers: {{
      only: {{ source: "env", allowlist: ["LAB_KEY"] }},
      keys: {{ source: "file", path: "~/keys.json" }},
      one: {{ source: "file", path: "{home}/one.txt", mode: "singleValue" }},
      vault: {{ source: "exec", command: "{home}/bin/vault", args: ["read"], env: {{ TEAM: "blue" }}, passEnv: ["PATH"] }},
      plain: {{ source: "exec", command: "{home}/bin/plain", jsonOnly: false }},
    }}, defaults: {{ file: "keys" }} }},"#
    )
}

/// Returns a home with a secret in each place, and `apiKey` in the config.
fn full(base: &str, api_key: &str) -> Sandbox {
    let first = world(base, api_key, "");
    let places = places(&first);
    let text = first.config_text();
    let end = text.rfind('}').unwrap();
    let first = first.config(&format!("{}{places}\n}}\n", &text[..end]));
    first.write("keys.json", json!({ "work": { "a/b": KEY } }).to_string());
    first.write("one.txt", format!("{KEY}\n"));
    first.write("key.txt", KEY);
    for name in ["keys.json", "one.txt", "key.txt"] {
        super::mode(&first, name, 0o600);
    }
    let key = first.path("key.txt");
    let answer = format!(
        r#"read line
case "$line" in *'"ids":["lab/key"]'*) ;; *) exit 3 ;; esac
[ "$1$TEAM$HOME" = readblue ] || exit 4
printf '{{"protocolVersion":1,"values":{{"lab/key":"%s"}}}}' "$(cat '{}')""#,
        key.display()
    );
    program(&first, "bin/vault", &answer);
    let cat = format!("/bin/cat '{}'", key.display());
    program(&first, "bin/plain", &cat);
    program(
        &first,
        "bin/pass",
        &format!("[ \"$2\" = 'a b' ] || exit 3\n{cat}"),
    );
    first.env("LAB_KEY", KEY)
}

const FILES: [&str; 3] = ["key.txt", "keys.json", "one.txt"];

/// References to the key in every kind of place, and whether a program is run for it.
fn every_kind() -> Vec<(Value, bool)> {
    vec![
        (
            json!({ "source": "env", "provider": "only", "id": "LAB_KEY" }),
            false,
        ),
        (
            json!({ "source": "file", "provider": "keys", "id": "/work/a~1b" }),
            false,
        ),
        (json!({ "source": "file", "id": "/work/a~1b" }), false),
        (
            json!({ "source": "file", "provider": "one", "id": "value" }),
            false,
        ),
        (
            json!({ "source": "exec", "provider": "vault", "id": "lab/key" }),
            true,
        ),
        (
            json!({ "source": "exec", "provider": "plain", "id": "lab/key" }),
            true,
        ),
        (
            json!({ "source": "command", "command": ["pass", "show", "a b"] }),
            true,
        ),
    ]
}

#[test]
fn each_kind_signs_a_request_from_the_config_and_from_a_profile() {
    let upstream = answering("GOOD");
    for (reference, runs) in every_kind() {
        let in_config = full(&upstream.url(), &format!("apiKey: {reference},"));
        let profile = json!({ "type": "api_key", "provider": "lab", "keyRef": reference });
        let in_profile = full(&upstream.url(), "")
            .profile("lab:a", profile)
            .private();
        let token = json!({ "type": "token", "provider": "lab", "token": reference });
        let in_place = full(&upstream.url(), "").profile("lab:a", token).private();
        for world in [in_config, in_profile, in_place] {
            let output = world.openclaw("models run hi -vv");
            assert_eq!(output.stdout, "GOOD\n", "{reference}: {output}");
            assert_eq!(upstream.requests().pop().unwrap().credential(), Some(KEY));
            assert_eq!(asked(&world), usize::from(runs), "{reference}");
            nowhere_but(&world, &[&output], &FILES);
        }
    }
}

#[test]
fn reading_commands_ask_nobody_and_say_where_a_key_is() {
    for (reference, runs) in every_kind() {
        let profile = json!({ "type": "api_key", "provider": "lab", "keyRef": reference });
        let world = full("http://127.0.0.1:9", &format!("apiKey: {reference},"));
        let world = world.profile("lab:a", profile).private();
        let mut outputs = Vec::new();
        for command in [
            "models list",
            "models list --all --json",
            "models aliases list",
            "models status --json",
            "models status",
            "models auth list --json",
            "models explain --json",
            "status --json",
            "config validate",
            "plugins list",
        ] {
            let output = world.openclaw(command);
            works(&output);
            outputs.push(output);
        }
        assert_eq!(asked(&world), 0, "{reference}");
        let list = world.openclaw("models auth list --json").json();
        let source = reference["source"].as_str().unwrap();
        let named = list["profiles"][0]["secretRef"].as_str().unwrap();
        assert!(named.starts_with(&format!("{source}:")), "{list}");
        let outputs: Vec<_> = outputs.iter().collect();
        nowhere_but(&world, &outputs, &FILES);
        let _findings = world.openclaw("doctor --json");
        // Config and profile refer to the same secret.
        assert_eq!(asked(&world), usize::from(runs), "{reference}");
    }
}

#[test]
fn a_command_is_asked_once_however_many_need_its_key() {
    let busy = openai::error(503, "server_error", "busy", "Busy");
    let upstream = Upstream::start(Script::new().otherwise(busy)).unwrap();
    let reference = json!({ "source": "command", "command": ["pass", "show", "a b"] });
    let first = full(&upstream.url(), &format!("apiKey: {reference},"));
    let profile = json!({ "type": "api_key", "provider": "lab", "keyRef": reference });
    let text = first.config_text().replace(
        "models: [{ id: \"m1\", name: \"m1\" }]",
        "models: [{ id: \"m1\", name: \"m1\" }, { id: \"m2\", name: \"m2\" }]",
    );
    let text = text.replace(
        "model: \"lab/m1\"",
        "model: { primary: \"lab/m1\", fallbacks: [\"lab/m2\"] }",
    );
    let world = first.config(&text);
    let world = world
        .profile("lab:a", profile.clone())
        .profile("lab:b", profile)
        .private();
    let output = world.openclaw("models run hi");
    output.failed();
    let requests = upstream.requests();
    assert!(requests.len() > 1, "{output}");
    assert!(requests.iter().all(|one| one.credential() == Some(KEY)));
    assert_eq!(asked(&world), 1);
    let _probes = world.openclaw("models status --probe --json");
    assert_eq!(asked(&world), 2);
}
