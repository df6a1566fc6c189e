//! `-v`, `OPENCLAW_LOG`, and `logs` with its filters.

use openclaw_tests::{Sandbox, canary};
use openclaw_upstream::{Script, When, anthropic};

use super::{KEY, asking};

#[test]
fn requests_are_logged_with_url_status_and_credential_but_no_secret() {
    let (upstream, world) = asking(Script::new().on(
        When::post("/anthropic"),
        anthropic::error(401, "authentication_error", &format!("bad key {KEY}")),
    ));
    let quiet = world.openclaw("models run Hello");
    assert!(!quiet.stderr.contains("POST"), "{quiet}");
    let world = world.env("OPENCLAW_LOG", "trace");
    let by_variable = world.openclaw("models run Hello --model opus");
    let world = world.without("OPENCLAW_LOG");
    for (line, output) in [
        ("-v", world.openclaw("-v models run Hello")),
        ("-vvv", world.openclaw("models run -vvv Hello")),
        ("OPENCLAW_LOG", by_variable),
    ] {
        let cleared = world.openclaw("models auth cooldown clear --all");
        assert_eq!(cleared.code, Some(0), "{cleared}");
        let text = &output.stderr;
        assert_eq!(
            canary::traces(KEY, text.as_bytes()),
            [""; 0],
            "{line}: {text}"
        );
        if output.stderr.contains("in cooldown") && !text.contains("POST") {
            continue;
        }
        for part in [
            "POST http://127.0.0.1:<port>/anthropic/v1/messages 401 in ",
            "anthropic:work",
        ] {
            assert!(text.contains(part), "{line}: {part}\n{text}");
        }
    }
    assert!(!upstream.requests().is_empty());
    let wrong = Sandbox::new()
        .env("OPENCLAW_LOG", "loud")
        .openclaw("status");
    assert!(
        wrong.failed().contains("OPENCLAW_LOG is no level: `loud`"),
        "{wrong}"
    );
}

const LOG: &str = concat!(
    r#"{"at":"2026-01-15T09:00:00Z","plugin":"anthropic","decision":"allow","use":"env","name":"A","found":false,"run":"aaaaaaaa","hash":"1"}"#,
    "\n",
    r#"{"at":"2026-01-15T11:30:00Z","plugin":"acme","decision":"deny","use":"http","method":"GET","url":"https://x.test/","message":"no","run":"bbbbbbbb","hash":"2"}"#,
    "\n",
    r#"{"at":"2026-01-15T11:59:00Z","plugin":"openai","decision":"allow","use":"http","method":"POST","url":"https://api.openai.com/v1/responses","status":200,"elapsed_ms":9,"run":"bbbbbbbb","hash":"3"}"#,
    "\n",
);

#[test]
fn entries_are_chosen_by_time_plugin_run_and_denial() {
    let world = Sandbox::new();
    world.write(".openclaw/logs/audit.jsonl", LOG);
    for (flags, expected) in [
        ("", &["1", "2", "3"][..]),
        ("--since 1h", &["2", "3"]),
        ("--since 2026-01-15T11:45:00Z", &["3"]),
        ("--since 2026-01-15", &["1", "2", "3"]),
        ("--since 2026-01-16", &[]),
        ("--plugin acme", &["2"]),
        ("-p openai --since 1d", &["3"]),
        ("--denied", &["2"]),
        ("--run bbbbbbbb", &["2", "3"]),
        ("--run bbbbbbbb -n 1", &["3"]),
        ("--run cccccccc", &[]),
    ] {
        let data = world.openclaw(&format!("logs --json {flags}")).json();
        let hashes: Vec<&str> = data
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["hash"].as_str().unwrap())
            .collect();
        assert_eq!(hashes, expected, "{flags}");
    }
    let none = world.openclaw("logs --plugin nobody");
    assert!(none.stderr.contains("no entry of"), "{none}");
    let wrong = world.openclaw("logs --since yesterday");
    assert!(wrong.failed().contains("is no time"), "{wrong}");
}

#[test]
fn new_entries_are_followed_until_ctrl_c() {
    use std::io::Write as _;
    let world = Sandbox::new();
    world.write(".openclaw/logs/audit.jsonl", LOG);
    let mut pty = world.pty(&["logs", "--follow", "--denied"]);
    pty.wait_for("x.test");
    let line = r#"{"at":"2026-01-15T12:00:00Z","plugin":"acme","decision":"deny","use":"http","method":"GET","url":"https://second.test/","message":"no","run":"c","hash":"4"}"#;
    let path = world.path(".openclaw/logs/audit.jsonl");
    let mut file = std::fs::OpenOptions::new().append(true).open(path).unwrap();
    writeln!(file, "{line}").unwrap();
    pty.wait_for("second.test");
    pty.press(&[openclaw_tests::pty::key::CTRL_C]);
    pty.end().assert_code(0);
}

#[test]
fn a_run_has_an_id_in_the_log() {
    let (_upstream, world) =
        asking(Script::new().on(When::post("/anthropic"), anthropic::stream(&["Hi."])));
    let output = world.openclaw("-v models run Hello");
    let data = world.openclaw("logs --json").json();
    let run = data[0]["run"].as_str().unwrap().to_owned();
    assert_eq!(run.len(), 8, "{run}");
    assert!(output.stderr.contains(&run), "{output}");
    let of_run = world.openclaw(&format!("logs --json --run {run}")).json();
    assert_eq!(of_run, data);
}
