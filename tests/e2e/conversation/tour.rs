//! From Anthropic to OpenAI to Google and back.

use openclaw_upstream::{Script, When, anthropic};

use super::*;

const CLAUDES: &str = "Canary-signature-of-Claude";
const GPTS: &str = "Canary-encrypted-of-GPT";
const GEMINIS: &str = "Q2FuYXJ5LXNpZ25hdHVyZS1vZi1HZW1pbmk=";

/// The body of the last request to a vendor.
fn sent(upstream: &Upstream, path: &str) -> Value {
    let requests = upstream.requests();
    let last = requests
        .iter()
        .rev()
        .find(|one| one.path().starts_with(path));
    last.unwrap_or_else(|| panic!("nothing went to {path}"))
        .json()
        .unwrap()
}

#[test]
fn states_go_home_and_nowhere_else_and_the_conversation_stays_as_it_came() {
    let script = Script::new()
        .on(
            When::post("/anthropic/v1/messages"),
            claude_calls("toolu_01", CLAUDES),
        )
        .on(
            When::post("/openai/v1/responses"),
            gpt_calls("call_02", GPTS),
        )
        .on(When::post("/google/v1beta/models/"), gemini_calls(GEMINIS));
    let upstream = Upstream::start(script).unwrap();
    let world = world(&upstream);
    let start = json!([{ "role": "user", "parts": [{ "text": "How warm is it?" }] }]);
    let mut talk = start;
    let mut bodies: Vec<(&str, Value)> = Vec::new();
    let steps = [
        ("anthropic/claude-opus-4-5", "/anthropic"),
        ("openai/gpt-5.2", "/openai"),
        ("google/gemini-2.5-pro", "/google"),
        ("anthropic/claude-opus-4-5", "/anthropic"),
        ("anthropic/claude-opus-4-5", "/anthropic"),
    ];
    for (at, (model, path)) in steps.into_iter().enumerate() {
        let told = go_on(&world, model, &talk);
        let messages = &told["messages"];
        // What was there before is there as it was, byte for byte, with one answer more.
        let before = talk.as_array().unwrap();
        let after = messages.as_array().unwrap();
        assert_eq!(after.len(), before.len() + 1, "{model}");
        for (old, new) in before.iter().zip(after) {
            // What this test wrote may be written in another order; what came back, never.
            assert_eq!(old, new, "{model} changed what was said before");
            if old["role"] == "assistant" {
                assert_eq!(old.to_string(), new.to_string(), "{model}");
            }
        }
        let body = sent(&upstream, path);
        let text = body.to_string();
        for (whose, state) in [
            ("/anthropic", CLAUDES),
            ("/openai", GPTS),
            ("/google", GEMINIS),
        ] {
            let given = steps[..at]
                .iter()
                .filter(|(_, path)| *path == whose)
                .count();
            let expected = if whose == path { given } else { 0 };
            assert_eq!(
                text.matches(state).count(),
                expected,
                "step {at} to {path}: {state} in {text}"
            );
        }
        bodies.push((path, body));
        talk = answered(messages.clone(), &format!("{at} degrees"));
    }
    // A continuation for the same model begins with what was sent before, so that its cache is hit.
    let [.., (_, one), (_, next)] = bodies.as_slice() else {
        panic!("five steps")
    };
    let (one, next) = (
        one["messages"].as_array().unwrap(),
        next["messages"].as_array().unwrap(),
    );
    assert!(next.len() > one.len());
    assert_eq!(next[..one.len()], one[..], "the prefix changed");
    // Each call has its result, right behind it, whoever made it.
    for (at, message) in next.iter().enumerate() {
        for call in message["content"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|part| part["type"] == "tool_use")
        {
            let results = next[at + 1]["content"].as_array().unwrap();
            let found = results
                .iter()
                .filter(|part| part["tool_use_id"] == call["id"])
                .count();
            assert_eq!(found, 1, "{call}");
        }
    }
}

#[test]
fn another_key_in_the_middle_of_a_loop_of_tools_is_no_failure() {
    // The first key is used up after its first answer; what it gave is bound to its account.
    let first = "sk-proj-of-the-first-account-0123456789";
    let second = "sk-proj-of-the-second-account-0123456789";
    let of = |key: &str| {
        When::post("/openai/v1/responses").header("authorization", format!("Bearer {key}"))
    };
    let limited =
        openclaw_upstream::openai::error(429, "requests", "rate_limit_exceeded", "slow down");
    let script = Script::new()
        .on(of(first).nth(1), gpt_calls("call_1", GPTS))
        .on(of(first), limited)
        .on(of(second), gpt_calls("call_2", GPTS));
    let upstream = Upstream::start(script).unwrap();
    let world = world(&upstream)
        .api_key("openai:a", first)
        .api_key("openai:b", second);
    let start = json!([{ "role": "user", "parts": [{ "text": "How warm is it?" }] }]);
    let told = go_on(&world, "openai/gpt-5.2", &start);
    assert_eq!(told["profileId"], "openai:a");
    let talk = answered(told["messages"].clone(), "4 degrees");
    // The one unused longest would have its turn; the order keeps the first in front.
    world
        .openclaw("models auth order set --provider openai openai:a openai:b")
        .ok();
    let told = go_on(&world, "openai/gpt-5.2", &talk);
    assert_eq!(told["profileId"], "openai:b", "{:#}", told["trail"]);
    let reasons: Vec<&Value> = told["trail"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["failure"]["kind"])
        .collect();
    assert!(!reasons.contains(&&json!("replay")), "{reasons:?}");
    // The second account got the call and the result, and nothing that only the first can read.
    let body = sent(&upstream, "/openai").to_string();
    assert!(
        body.contains("call_1") && body.contains("4 degrees"),
        "{body}"
    );
    assert!(!body.contains(GPTS), "{body}");
}

#[test]
fn what_a_vendor_no_longer_takes_is_left_out_once() {
    let stale = anthropic::error(
        400,
        "invalid_request_error",
        "messages.1.content.0: Invalid `signature` in `thinking` block",
    );
    let asked = || When::post("/anthropic/v1/messages");
    let script = Script::new()
        .on(asked().nth(1), claude_calls("toolu_01", CLAUDES))
        .on(asked().nth(2), stale)
        .on(asked(), claude_calls("toolu_02", "new"));
    let upstream = Upstream::start(script).unwrap();
    let world = world(&upstream);
    let start = json!([{ "role": "user", "parts": [{ "text": "How warm is it?" }] }]);
    let told = go_on(&world, "anthropic/claude-opus-4-5", &start);
    let talk = answered(told["messages"].clone(), "4 degrees");
    let told = go_on(&world, "anthropic/claude-opus-4-5", &talk);
    assert_eq!(
        told["trail"].as_array().unwrap().len(),
        2,
        "{:#}",
        told["trail"]
    );
    assert!(
        told["trail"].to_string().contains("replay"),
        "{:#}",
        told["trail"]
    );
    let requests = upstream.requests();
    assert_eq!(requests.len(), 3);
    assert!(requests[1].text().contains(CLAUDES) && !requests[2].text().contains(CLAUDES));
    let cooling = world.openclaw("models auth cooldown list --json").json();
    assert!(!cooling.to_string().contains("until\":1"), "{cooling}");
}

#[test]
fn a_person_is_told_what_the_text_does_not_show() {
    let script = Script::new().on(
        When::post("/anthropic/v1/messages"),
        claude_calls("toolu_01", CLAUDES),
    );
    let upstream = Upstream::start(script).unwrap();
    let world = world(&upstream);
    let ask = "models run Hello --model anthropic/claude-opus-4-5 --tools tools.json --no-stream -o seed=5";
    let words = |output: &openclaw_tests::Output| {
        let words: Vec<&str> = output.stderr.split_whitespace().collect();
        words.join(" ")
    };
    let output = world.openclaw(ask);
    assert_eq!(output.code, Some(0), "{output}");
    let told = words(&output);
    assert!(
        told.contains("note: it called get_weather; with `--json`"),
        "{output}"
    );
    assert!(
        told.contains("seed was not sent to anthropic/claude-opus-4-5:"),
        "{output}"
    );
    for more in [" --quiet", " --json"] {
        let output = world.openclaw(&format!("{ask}{more}"));
        assert_eq!(output.code, Some(0), "{output}");
        assert_eq!(words(&output), "", "{more}: {output}");
    }
}
