//! Header fields of the config: what no request can carry is found where it is written, and keeps
//! nobody from asking the next model.

use super::*;

/// What can never be sent: a name, a value, and what is said of it.
const UNSENDABLE: [(&str, &str, &str); 7] = [
    (
        "X-Key",
        r"abc\ndef",
        "a line break or another control character",
    ),
    (
        "X-Key",
        r"abc\r\nX-Other: 1",
        "a line break or another control character",
    ),
    (
        "X-Key",
        r"a\u0000b",
        "a line break or another control character",
    ),
    ("X-Key", r"ab\u200bcd", "an invisible character (U+200B)"),
    ("X Key", "abc", "no header's name has"),
    ("Host", "evil.test", "belongs to the connection"),
    ("Content-Length", "5", "belongs to the connection"),
];

fn two(lab: &str, more: &str, fb: &str) -> Sandbox {
    Sandbox::new().cache(crate::CACHE).config(&format!(
        r#"{{ agents: {{ defaults: {{ model: {{ primary: "lab/m1", fallbacks: ["fb/m2"] }} }} }},
  models: {{ providers: {{
    lab: {{ baseUrl: "{lab}/v1", api: "openai-completions", apiKey: "x-lab-0123456789", {more} }},
    fb: {{ baseUrl: "{fb}/v1", api: "openai-completions", apiKey: "x-fb-0123456789", models: [{{ id: "m2", name: "m2" }}] }} }} }} }}
"#
    ))
}

#[test]
fn a_header_that_cannot_be_sent_is_found_and_the_next_model_asked() {
    let (lab, fb) = (answering("LAB"), answering("FB"));
    for (name, value, why) in UNSENDABLE {
        let headers = format!(r#"headers: {{ "{name}": "{value}" }}"#);
        for (more, place) in [
            (
                format!(r#"{headers}, models: [{{ id: "m1", name: "m1" }}]"#),
                "models.providers.lab.headers",
            ),
            (
                format!(r#"models: [{{ id: "m1", name: "m1", {headers} }}]"#),
                "models.providers.lab.models[0].headers",
            ),
        ] {
            let world = two(&lab.url(), &more, &fb.url());
            let output = world.openclaw("models run hi");
            assert_eq!(output.stdout, "FB\n", "{more}: {output}");
            assert_eq!(output.code, Some(0), "{more}: {output}");
            says(&output, place);
            says(&output, why);
            let validate = world.openclaw("config validate --plain");
            assert_eq!(validate.code, Some(1), "{more}: {validate}");
            says(&validate, place);
            says(&validate, why);
            let found = findings(&world, "provider-unusable");
            assert_eq!(found.len(), 1, "{more}: {found:?}");
            let plan = world.openclaw("models explain --json").json();
            assert_eq!(plan["next"]["model"], "fb/m2", "{more}: {plan:#}");
            let first = &plan["candidates"][0]["credentials"][0];
            assert_eq!(first["usable"], false, "{more}: {plan:#}");
            assert_eq!(first["reason"], "header", "{more}: {plan:#}");
        }
    }
    assert_eq!(lab.requests().len(), 0);
}

#[test]
fn dirt_around_a_header_is_left_out() {
    let lab = answering("LAB");
    for value in [r"abc\n", r"\r\n abc", r"\u00a0abc\u200b", r"\ufeffabc\t"] {
        let more =
            format!(r#"headers: {{ "X-Key": "{value}" }}, models: [{{ id: "m1", name: "m1" }}]"#);
        let world = two(&lab.url(), &more, &lab.url());
        let output = world.openclaw("models run hi");
        assert_eq!((output.ok(), &*output.stderr), ("LAB\n", ""), "{value}");
        assert_eq!(lab.requests().pop().unwrap().header("x-key"), Some("abc"));
        world.openclaw("config validate").ok();
    }
}

#[test]
fn a_header_without_its_variable_keeps_nobody_ready() {
    let fb = answering("FB");
    let more = r#"headers: { "X-Key": "${NOT_SET}" }, models: [{ id: "m1", name: "m1" }]"#;
    let world = two(&fb.url(), more, &fb.url());
    let plan = world.openclaw("models explain --json").json();
    assert_eq!(plan["next"]["model"], "fb/m2", "{plan:#}");
    assert_eq!(world.openclaw("models run hi").stdout, "FB\n");
    // A variable's value is judged as it comes.
    let world = two(&fb.url(), &more.replace("NOT_SET", "KEY"), &fb.url()).env("KEY", "a\nb");
    let output = world.openclaw("models run hi");
    assert_eq!(output.stdout, "FB\n", "{output}");
    says(&output, "models.providers.lab.headers.X-Key");
}
