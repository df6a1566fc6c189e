//! References that lead nowhere: that credential is not used, everything else is, and every command
//! that looks at credentials says why.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use openclaw_tests::Sandbox;
use serde_json::{Value, json};

use super::{KEY, answering, asked, mode, nowhere_but, program, world};

/// Something that keeps a secret from being had.
struct Bad {
    reference: Value,
    /// What the config says of where secrets are.
    places: String,
    /// What is said about it.
    why: &'static str,
    /// Whether it is known without asking anybody.
    seen: bool,
}

fn bad(reference: Value, why: &'static str) -> Bad {
    Bad {
        reference,
        places: String::new(),
        why,
        seen: false,
    }
}

fn command(word: &str) -> Value {
    // Patience with all but the one that never ends.
    let timeout = if word == "hang" { 400 } else { 60_000 };
    json!({ "source": "command", "command": ["op", word], "timeoutMs": timeout })
}

fn in_file(path: &str, id: &str, more: &str, why: &'static str) -> Bad {
    Bad {
        places: format!("keys: {{ source: \"file\", path: \"{path}\"{more} }}"),
        seen: true,
        ..bad(
            json!({ "source": "file", "provider": "keys", "id": id }),
            why,
        )
    }
}

fn by_program(entry: &str, why: &'static str, seen: bool) -> Bad {
    Bad {
        places: format!("vault: {{ source: \"exec\", {entry} }}"),
        seen,
        ..bad(
            json!({ "source": "exec", "provider": "vault", "id": "lab/key" }),
            why,
        )
    }
}

/// Returns everything that is tried; `~` in a program's path is the home.
fn every_fault() -> Vec<Bad> {
    vec![
        bad(
            command("hang"),
            "took longer than 400 ms; it says: waiting for a touch",
        ),
        bad(command("none"), "gives nothing"),
        bad(command("two"), "gives 2 lines, where a secret is one"),
        bad(
            command("fail"),
            "failed (exit status: 6); it says: [ERROR] cannot sign in with … or … today",
        ),
        bad(command("much"), "wrote more than 1048576 bytes"),
        bad(command("bytes"), "gives bytes that are not UTF-8 text"),
        bad(command("left"), "failed (exit status: 5)"),
        Bad {
            seen: true,
            ..bad(
                json!({ "source": "command", "command": ["gone"] }),
                "the command gone is in no folder of PATH",
            )
        },
        Bad {
            seen: true,
            ..bad(
                json!({ "source": "command", "command": ["./op"] }),
                "is neither an absolute path nor a name",
            )
        },
        Bad {
            seen: true,
            ..bad(
                json!({ "source": "command", "command": ["open-to-all"] }),
                "is not run: others may write it",
            )
        },
        in_file("~/gone.json", "/a", "", "does not exist"),
        in_file(
            "~/open.json",
            "/a",
            "",
            "may be read or written by others (mode 0644)",
        ),
        in_file("~/keys.json", "/b", "", "has nothing of that id"),
        in_file(
            "~/keys.json",
            "/n",
            "",
            "has something other than a string there",
        ),
        in_file("~/keys.json", "/empty", "", "gives nothing"),
        in_file("~/no.json", "/a", "", "is not JSON"),
        in_file(
            "~/keys.json",
            "/a",
            ", maxBytes: 4",
            "has more than 4 bytes",
        ),
        in_file("~/bin", "/a", "", "is a folder"),
        in_file("keys.json", "/a", "", "is neither absolute nor below `~/`"),
        in_file(
            "~/two.txt",
            "value",
            ", mode: \"singleValue\"",
            "gives 2 lines, where a secret is one",
        ),
        by_program("command: \"~/bin/words\"", "does not answer in JSON", false),
        by_program(
            "command: \"~/bin/error\"",
            "has an error for `lab/key`",
            false,
        ),
        by_program("command: \"~/bin/other\"", "has nothing of that id", false),
        by_program(
            "command: \"~/bin/silent\", noOutputTimeoutMs: 300",
            "wrote nothing for 300 ms",
            false,
        ),
        by_program(
            "command: \"~/bin/link\"",
            "is not run: it is a symbolic link",
            true,
        ),
        by_program(
            "command: \"~/bin/words\", trustedDirs: [\"/usr/bin\"]",
            "it is in none of `trustedDirs`",
            true,
        ),
        by_program("command: \"bin/words\"", "is no absolute path", true),
        by_program("command: \"~/bin/nowhere\"", "does not exist", true),
        by_program("args: []", "has no `command`", true),
        Bad {
            places: "only: { source: \"env\", allowlist: [\"OTHER\"] }".to_owned(),
            seen: true,
            ..bad(
                json!({ "source": "env", "provider": "only", "id": "LAB_KEY" }),
                "does not name LAB_KEY",
            )
        },
    ]
}

/// Returns a home with that reference, in the config or in a profile, and a second provider that works.
fn home(base: &str, bad: &Bad, in_config: bool) -> Sandbox {
    let api_key = match in_config {
        true => format!("apiKey: {},", bad.reference),
        false => String::new(),
    };
    let first = world(base, &api_key, "");
    let places = bad
        .places
        .replace("\"~/bin", &format!("\"{}/bin", first.home().display()));
    let places = match bad.places.contains("source: \"file\"") {
        true => bad.places.clone(),
        false => places,
    };
    let text = first.config_text();
    let text = text.replace(
        "model: \"lab/m1\"",
        "model: { primary: \"lab/m1\", fallbacks: [\"spare/m2\"] }",
    );
    let spare = format!(
        "spare: {{ baseUrl: \"{base}/v1\", api: \"openai-completions\", models: [{{ id: \"m2\", name: \"m2\" }}] }},"
    );
    let text = text.replace("providers: { lab", &format!("providers: {{ {spare} lab"));
    let end = text.rfind('}').unwrap();
    let first = first.config(&format!(
        "{}secrets: {{ providers: {{ {places} }} }},\n}}\n",
        &text[..end]
    ));
    let first = match in_config {
        true => first,
        false => {
            let profile = json!({ "type": "api_key", "provider": "lab", "keyRef": bad.reference });
            first.profile("lab:a", profile)
        }
    };
    let op = format!(
        r#"case "$1" in
hang) echo 'waiting for a touch' >&2; sleep 300 & sleep 300;;
two) echo '{KEY}'; echo more;;
fail) echo '{KEY}'; printf 'first\n\033[31m[ERROR]\033[0m cannot sign in with {KEY} or sk-proj-abcdefghijkl0123 today\n\n' >&2; exit 6;;
much) yes '{KEY}';;
bytes) printf 'a\377b';;
left) sleep 3 & exit 5;;
esac"#
    );
    program(&first, "bin/op", &op);
    program(&first, "bin/open-to-all", &format!("echo '{KEY}'"));
    mode(&first, "bin/open-to-all", 0o777);
    program(&first, "bin/words", &format!("echo '{KEY}'"));
    program(
        &first,
        "bin/error",
        &format!(
            r#"echo '{{"protocolVersion":1,"values":{{}},"errors":{{"lab/key":{{"message":"{KEY}"}}}}}}'"#
        ),
    );
    program(
        &first,
        "bin/other",
        &format!(r#"echo '{{"protocolVersion":1,"values":{{"lab/other":"{KEY}"}}}}'"#),
    );
    program(&first, "bin/silent", "exec sleep 300");
    std::os::unix::fs::symlink(first.path("bin/words"), first.path("bin/link")).unwrap();
    first.write(
        "keys.json",
        json!({ "a": KEY, "n": 1, "empty": "" }).to_string(),
    );
    first.write("open.json", json!({ "a": KEY }).to_string());
    first.write("no.json", format!("{{ a: {KEY} }}"));
    first.write("two.txt", format!("{KEY}\nmore\n"));
    for name in ["keys.json", "no.json", "two.txt"] {
        mode(&first, name, 0o600);
    }
    mode(&first, "open.json", 0o644);
    first.env("LAB_KEY", KEY).private()
}

const FILES: [&str; 8] = [
    "bin/error",
    "bin/op",
    "bin/open-to-all",
    "bin/other",
    "bin/words",
    "keys.json",
    "no.json",
    "open.json",
];

#[test]
fn what_cannot_be_had_disables_one_credential_and_is_named() {
    let upstream = answering("SPARE");
    for (at, bad) in every_fault().iter().enumerate() {
        let world = home(&upstream.url(), bad, at % 2 == 0);
        let begun = Instant::now();
        let run = world.openclaw("models run hi -vv");
        assert!(begun.elapsed() < Duration::from_secs(120), "{}", bad.why);
        assert_eq!(run.stdout, "SPARE\n", "{}: {run}", bad.why);
        assert!(run.stderr.contains(bad.why), "{}: {run}", bad.why);
        assert_eq!(upstream.requests().pop().unwrap().credential(), None);
        let doctor = world.openclaw("doctor --json");
        assert!(
            doctor.stdout.contains(&bad.why.replace('"', "\\\"")),
            "{}: {doctor}",
            bad.why
        );
        let mut outputs = vec![run, doctor];
        for command in [
            "models status",
            "models auth list --json",
            "models explain",
            "models status --json",
            "status",
        ] {
            let output = world.openclaw(command);
            let says = output.to_string().contains(bad.why);
            assert_eq!(says, bad.seen, "{}: {output}", bad.why);
            outputs.push(output);
        }
        let mut files = FILES.map(str::to_owned).to_vec();
        files.push("two.txt".to_owned());
        // The link is one of them.
        files.insert(1, "bin/link".to_owned());
        let outputs: Vec<_> = outputs.iter().collect();
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        nowhere_but(&world, &outputs, &files);
    }
}

#[test]
fn a_credential_that_cannot_be_had_is_neither_blamed_nor_forgotten() {
    let upstream = answering("SPARE");
    let world = home(&upstream.url(), &bad(command("fail"), ""), false);
    let run = world.openclaw("models run hi --json").json();
    let trail = run["trail"].to_string();
    assert!(
        trail.contains("\"kind\":\"credential_unavailable\""),
        "{trail}"
    );
    assert!(trail.contains("\"code\":\"failed\""), "{trail}");
    let probe = world.openclaw("models status --probe --json");
    assert!(probe.stdout.contains("credential_unavailable"), "{probe}");
    // No cooldown: it may be right in a moment.
    program(&world, "bin/op", &format!("echo '{KEY}'"));
    let again = world.openclaw("models run hi");
    assert_eq!(again.stdout, "SPARE\n");
    assert_eq!(upstream.requests().pop().unwrap().credential(), Some(KEY));
}

/// Checks that no process of this line runs.
#[track_caller]
fn nothing_runs(line: &str) {
    let left = Command::new("pgrep").args(["-f", line]).output();
    assert_eq!(String::from_utf8_lossy(&left.unwrap().stdout), "");
}

#[test]
fn nothing_of_a_program_that_hangs_is_left() {
    let world = home("http://127.0.0.1:9", &bad(command("hang"), ""), true);
    program(&world, "bin/op", "sleep 31.4159 & sleep 31.4159");
    let _findings = world.openclaw("doctor");
    nothing_runs("sleep 31.4159");
    let patient = json!({ "source": "command", "command": ["op"], "timeoutMs": 60_000 });
    let world = home("http://127.0.0.1:9", &bad(patient, ""), true);
    program(&world, "bin/op", "sleep 27.1828 & sleep 27.1828");
    for arguments in [
        "models run hi",
        "doctor",
        "models status --probe",
        "models auth add --provider lab --command op",
    ] {
        let before = asked(&world);
        let mut command = world.command();
        command.args(arguments.split(' '));
        let mut child = command.stderr(Stdio::null()).spawn().unwrap();
        let begun = Instant::now();
        while asked(&world) == before && begun.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_millis(10));
        }
        let id = child.id().to_string();
        let told = Command::new("kill").args(["-INT", &id]).status();
        assert!(told.unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(130), "{arguments}");
        nothing_runs("sleep 27.1828");
    }
}
