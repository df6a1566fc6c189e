//! Conversations, tools and schemas that are none: one clear error each, and nothing is sent.

use openclaw_upstream::Script;

use super::*;

#[test]
fn what_is_no_conversation_is_refused_with_its_place() {
    let upstream = Upstream::start(Script::new()).unwrap();
    let world = world(&upstream);
    let user = |part: &str| format!("[{{\"role\":\"user\",\"parts\":[{part}]}}]");
    for (text, said) in [
        ("{", "not JSON"),
        ("7", "must be an object"),
        ("[]", "no message"),
        (r#"[{"role":"wizard","parts":[{"text":"x"}]}]"#, "wizard"),
        (
            r#"[{"role":"user","parts":[{"text":"x"}],"mood":1}]"#,
            "mood",
        ),
        (&user(r#"{"txt":"x"}"#), "txt"),
        (
            &user(r#"{"file":{"media_type":"image/png","source":{"bytes_base64":"%%%"}}}"#),
            "base64",
        ),
        (
            r#"[{"role":"tool","parts":[{"tool_result":{"call_id":"c9","name":"f","content":[]}}]}]"#,
            "c9",
        ),
        (
            r#"[{"role":"assistant","parts":[{"tool_call":{"id":"c1","name":"f"}}]}]"#,
            "arguments",
        ),
    ] {
        world.write("talk.json", text);
        let output = world.openclaw("models run --messages talk.json");
        assert_eq!(output.code, Some(1), "{text}: {output}");
        assert!(
            output.stderr.contains(said),
            "{text}: {said} is not in {output}"
        );
        assert!(output.stderr.contains("talk.json"), "{text}: {output}");
    }
    for (flag, text, said) in [
        ("--tools", "{", "not JSON"),
        (
            "--tools",
            r#"[{"name":"no good name!","input":{"schema":{}}}]"#,
            "[0].name",
        ),
        ("--schema", r#"{"type":"nonsense"}"#, "schema"),
    ] {
        world.write("one.json", text);
        let output = world.run(&["models", "run", "Hello", flag, "one.json"]);
        assert_eq!(output.code, Some(1), "{text}: {output}");
        assert!(output.stderr.contains(said), "{text}: {output}");
    }
    assert_eq!(upstream.requests().len(), 0);
}

#[test]
fn what_is_no_file_is_refused_and_not_waited_for() {
    let upstream = Upstream::start(Script::new()).unwrap();
    let world = world(&upstream);
    let pipe = world.path("pipe").display().to_string();
    world.shell(&format!("mkfifo '{pipe}'")).ok();
    let folder = world.home().display().to_string();
    for path in [pipe.as_str(), "/dev/zero", &folder] {
        for flag in ["--image", "--file", "--messages", "--tools", "--schema"] {
            let output = world.run(&["models", "run", "Hello", flag, path]);
            assert_eq!(output.code, Some(1), "{flag} {path}: {output}");
            assert!(
                output.stderr.contains("is not a regular file"),
                "{flag} {path}: {output}"
            );
        }
    }
    let large = world.path("large.png");
    std::fs::File::create(&large)
        .unwrap()
        .set_len(21 << 20)
        .unwrap();
    let output = world.run(&[
        "models",
        "run",
        "Hello",
        "--image",
        &large.display().to_string(),
    ]);
    assert!(output.stderr.contains("is larger than 20 MiB"), "{output}");
    assert_eq!(upstream.requests().len(), 0);
}

#[test]
fn a_file_that_is_not_what_its_name_says_is_refused() {
    let upstream = Upstream::start(Script::new()).unwrap();
    let world = world(&upstream);
    world.write("no.png", "only text\n");
    world.write("empty.png", "");
    world.write("empty.txt", "");
    for (file, said) in [
        (
            "no.png",
            "no.png is text, and no image/png as its name says",
        ),
        ("empty.png", "empty.png is empty"),
        ("empty.txt", "empty.txt is empty"),
    ] {
        let output = world.run(&["models", "run", "Hello", "--file", file]);
        assert_eq!(output.code, Some(1), "{file}: {output}");
        assert!(output.stderr.contains(said), "{file}: {output}");
    }
    assert_eq!(upstream.requests().len(), 0);
}

#[test]
fn what_no_model_of_the_chain_takes_is_refused_with_a_model_that_does() {
    let upstream = Upstream::start(Script::new()).unwrap();
    let world = world(&upstream);
    world.write("page.pdf", "%PDF-1.7\n%\u{e9}\u{e9}\n");
    let url = upstream.url();
    let config = |others: &str| {
        format!(
            r#"{{
                agents: {{ defaults: {{ model: {{ primary: "openai/blind", fallbacks: ["openai/deaf"] }}, {others} }} }},
                models: {{ providers: {{ openai: {{ baseUrl: "{url}/openai/v1", models: [
                    {{ id: "blind", input: ["text"] }}, {{ id: "deaf", input: ["text"] }},
                    {{ id: "reader", input: ["text", "file"] }},
                ] }} }} }},
            }}"#
        )
    };
    let ask = ["models", "run", "Hello", "--file", "page.pdf"];
    for (others, said) in [
        (
            r#"imageModel: "openai/reader""#,
            "openai/reader takes file input: `openclaw models run --model openai/reader \"Hello\"`",
        ),
        (
            "",
            "no model of the config takes file input; `openclaw models list --all` shows what each one takes",
        ),
    ] {
        world.write(".openclaw/openclaw.json", config(others));
        let output = world.run(&ask);
        assert_ne!(output.code, Some(0), "{output}");
        let words: Vec<&str> = output.stderr.split_whitespace().collect();
        assert!(words.join(" ").contains(said), "{said}: {output}");
    }
    assert_eq!(upstream.requests().len(), 0);
}
