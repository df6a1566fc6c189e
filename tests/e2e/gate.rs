//! `openclaw plugins can-reach --batch`: the tables of the gate, through the binary.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout};

use openclaw_tests::Sandbox;
use serde_json::{Value, json};

/// Returns the cases of a file in the core's test data.
fn cases(name: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../host/core/tests/data")
        .join(name);
    let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    file["cases"].as_array().unwrap().clone()
}

fn answers(lines: &str) -> Vec<Value> {
    let output = Sandbox::new().openclaw_with("plugins can-reach --batch", lines);
    output
        .ok()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[track_caller]
fn check_all(name: &str, at_least: usize) {
    let cases = cases(name);
    assert!(cases.len() >= at_least, "{} cases", cases.len());
    let lines: String = cases.iter().map(|case| format!("{case}\n")).collect();
    let answers = answers(&lines);
    assert_eq!(answers.len(), cases.len());
    let wrong: Vec<String> = cases
        .iter()
        .zip(&answers)
        .filter(|(case, answer)| {
            let named = answer["reason"]
                .as_str()
                .is_some_and(|reason| !reason.is_empty());
            answer["id"] != case["id"] || answer["verdict"] != case["expect"] || !named
        })
        .map(|(case, answer)| format!("{case}\n  {answer}"))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} cases:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_published_example_is_answered_as_published() {
    check_all("http-gate-examples.json", 30);
}

#[test]
fn every_case_of_our_table_is_answered_by_its_rule() {
    check_all("gate-table.json", 150);
}

#[test]
fn what_cannot_be_read_is_a_deny_in_its_place() {
    let allowed = json!({"id": "ok", "grants": [{"url": "https://a.test/**", "methods": ["GET"]}],
        "method": "GET", "url": "https://a.test/x"});
    let lines = format!(
        "{allowed}\nnonsense\n\n[\"a\",[],\"GET\",\"https://a.test/\"]\n{{\"id\":2,\"grants\":[[\"https://a.test/**\",[\"GET\"]]],\"method\":\"GET\",\"url\":\"https://a.test/x\"}}\n{{\"id\":3,\"grants\":[],\"method\":null,\"url\":null}}\n\u{fffd}\n{allowed}"
    );
    let verdicts: Vec<String> = answers(&lines)
        .iter()
        .map(|answer| format!("{} {}", answer["id"], answer["verdict"]))
        .collect();
    let want = [
        "\"ok\" \"allow\"",
        "null \"deny\"",
        "null \"deny\"",
        "null \"deny\"",
        "2 \"deny\"",
        "3 \"deny\"",
        "null \"deny\"",
        "\"ok\" \"allow\"",
    ];
    assert_eq!(verdicts, want);
}

#[test]
fn a_line_that_is_no_json_is_named_by_its_number() {
    let answers = answers("{}\nnonsense\n");
    assert_eq!(
        answers[0],
        json!({"id": null, "verdict": "deny", "reason": "there is no method"})
    );
    assert_eq!(answers[1]["id"], Value::Null);
    assert!(
        answers[1]["reason"]
            .as_str()
            .unwrap()
            .starts_with("line 2: "),
        "{}",
        answers[1]
    );
}

/// Starts a batch; returns it, where it reads questions, and where it writes answers.
fn batch(world: &Sandbox) -> (Child, ChildStdin, BufReader<ChildStdout>) {
    let mut child = world
        .command()
        .args(["plugins", "can-reach", "--batch"])
        .spawn()
        .unwrap();
    let questions = child.stdin.take().unwrap();
    let answers = BufReader::new(child.stdout.take().unwrap());
    (child, questions, answers)
}

#[test]
fn each_answer_is_written_before_the_next_question_is_asked() {
    let world = Sandbox::new();
    let (mut child, mut questions, mut answers) = batch(&world);
    for id in 0..3 {
        let case = json!({"id": id, "grants": [], "method": "GET", "url": "https://a.test/"});
        writeln!(questions, "{case}").unwrap();
        let mut line = String::new();
        answers.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(
            (&answer["id"], &answer["verdict"]),
            (&json!(id), &json!("deny"))
        );
    }
    drop(questions);
    assert!(child.wait().unwrap().success());
}

#[test]
fn who_has_asked_some_and_a_half_gets_the_answers_to_the_whole_ones() {
    let world = Sandbox::new();
    let (mut child, mut questions, mut answers) = batch(&world);
    let case = |id: u32| json!({"id": id, "grants": [], "method": "GET", "url": "https://a.test/"});
    let (third, rest) = (case(2).to_string(), case(3));
    let (half, other) = third.split_at(20);
    write!(questions, "{}\n{}\n{half}", case(0), case(1)).unwrap();
    let mut answered = |id: u32| {
        let mut line = String::new();
        answers.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(answer["id"], json!(id));
    };
    answered(0);
    answered(1);
    write!(questions, "{other}\n{rest}").unwrap();
    drop(questions);
    answered(2);
    answered(3);
    assert!(child.wait().unwrap().success());
}

#[test]
fn an_empty_batch_has_no_answers() {
    assert!(answers("").is_empty());
}

#[test]
fn a_plugin_and_a_batch_are_two_questions() {
    let output = Sandbox::new().openclaw("plugins can-reach anthropic https://a.test/ --batch");
    assert!(output.failed().contains("cannot be used with"), "{output}");
}
