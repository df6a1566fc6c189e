//! Wire samples of `tests/wire/` through the decoder, in every chunking, and through classification.

use openclaw_sdk::FailureKind;
use openclaw_sdk::facts::Catalog;
use openclaw_sdk::framing::Framing;
use openclaw_sdk::testing::{Decoded, chunkings, decode};
use serde_json::Value;

use super::decode::{Decoder, framing};
use super::probe::answered;
use super::{failure, listing};
use crate::testing::{ability, summary};
use crate::vendor::Vendor;

/// A vendor with one of the models.
pub(super) static OLLAMA: Vendor = Vendor {
    base: "http://127.0.0.1:11434",
    models: Catalog::new("llama3\t\t8192\t\t\t\t?-\n"),
    ..Vendor::DEFAULT
};

macro_rules! sample {
    ($name:literal) => {
        include_str!(concat!("../../tests/wire/ollama/", $name))
    };
}

fn check(cut: Framing, body: &str, want: &Decoded) {
    for chunks in chunkings(body.as_bytes()) {
        assert_eq!(
            &decode(Decoder::new(&OLLAMA, 200), cut, &chunks),
            want,
            "{chunks:?}"
        );
    }
}

fn answer(text: &str, reasoning: &str, usage: (u64, u64), stop: &str) -> Decoded {
    Decoded {
        text: text.to_owned(),
        reasoning: reasoning.to_owned(),
        // Servers that do not count the prompt leave it unknown.
        usage: Some((
            Some(usage.0).filter(|n| *n > 0),
            Some(usage.1),
            None,
            None,
            None,
        )),
        stop: Some(stop.to_owned()),
        failure: None,
    }
}

fn broken(text: &str, kind: FailureKind, code: Option<&str>, status: Option<u16>) -> Decoded {
    Decoded {
        text: text.to_owned(),
        failure: Some((kind.into(), code.map(str::to_owned), status, None)),
        ..Decoded::default()
    }
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("the sample is JSON")
}

#[test]
fn a_stream_gives_text_then_usage_then_stop() {
    check(
        Framing::Lines,
        sample!("stream.ndjson"),
        &answer("Héllo 🦙!", "", (26, 12), "end"),
    );
}

#[test]
fn thinking_is_reasoning_and_a_limit_is_length() {
    let want = answer("OK", "The user wants OK.", (18, 40), "length");
    check(Framing::Lines, sample!("stream-thinking.ndjson"), &want);
}

#[test]
fn a_tool_call_is_told_by_the_message_since_the_reason_says_stop() {
    check(
        Framing::Lines,
        sample!("stream-tool.ndjson"),
        &answer("", "", (169, 15), "tool"),
    );
}

#[test]
fn an_old_server_gives_no_reason_and_no_prompt_count() {
    check(
        Framing::Lines,
        sample!("stream-old.ndjson"),
        &answer("Hi", "", (0, 2), "end"),
    );
}

#[test]
fn an_unstreamed_reply_is_one_object_however_it_is_laid_out_or_labelled() {
    let want = answer("Hello! How are you today?", "Greet.", (26, 298), "end");
    check(Framing::Whole, sample!("whole.json"), &want);
    check(Framing::Whole, sample!("whole-pretty.json"), &want);
    check(Framing::Lines, sample!("whole.json"), &want);
    let lines_as_json = answer("Héllo 🦙!", "", (26, 12), "end");
    check(Framing::Whole, sample!("stream.ndjson"), &lines_as_json);
}

#[test]
fn an_error_inside_a_success_is_a_failure() {
    check(
        Framing::Lines,
        sample!("stream-error.ndjson"),
        &broken("Hel", FailureKind::Server, None, Some(200)),
    );
    let missing = r#"{"error":"model 'llama9' not found"}"#;
    for cut in [Framing::Lines, Framing::Whole] {
        check(
            cut,
            missing,
            &broken("", FailureKind::ModelNotFound, None, Some(200)),
        );
    }
    let busy = r#"{"error":"server busy, please try again"}"#;
    check(
        Framing::Lines,
        busy,
        &broken("", FailureKind::Overloaded, None, Some(200)),
    );
}

#[test]
fn a_stream_without_done_is_truncated_even_in_the_middle_of_a_line() {
    let cut = |text| broken(text, FailureKind::Network, Some("stream_truncated"), None);
    check(
        Framing::Lines,
        sample!("stream-truncated.ndjson"),
        &cut("Hello"),
    );
    check(Framing::Lines, sample!("stream-cut.ndjson"), &cut("Hel"));
}

#[test]
fn a_success_that_is_not_ollamas_is_a_failure() {
    let foreign = broken("", FailureKind::Server, Some("unexpected_reply"), Some(200));
    for cut in [Framing::Lines, Framing::Whole] {
        for body in [
            sample!("other-server.json"),
            "",
            "<html></html>",
            "{\"done\":true}",
            "[]",
            "7",
        ] {
            check(cut, body, &foreign);
        }
    }
}

#[test]
fn values_of_the_wrong_type_never_panic() {
    let strange = concat!(
        "{\"message\":{\"content\":7,\"thinking\":[],\"tool_calls\":{}},\"done\":false}\n",
        "{\"message\":{\"content\":null},\"done\":true,\"done_reason\":9,\"eval_count\":-1,",
        "\"prompt_eval_count\":1e300}\n",
    );
    let want = Decoded {
        stop: Some("end".to_owned()),
        ..Decoded::default()
    };
    check(Framing::Lines, strange, &want);
    let deep = "[".repeat(5_000);
    let foreign = decode(
        Decoder::new(&OLLAMA, 200),
        Framing::Lines,
        &[deep.into_bytes()],
    );
    assert!(foreign.failure.is_some());
}

#[test]
fn a_reply_is_cut_by_what_it_says_it_is() {
    assert_eq!(framing(Some("application/x-ndjson"), false), Framing::Lines);
    assert_eq!(
        framing(Some("application/json; charset=utf-8"), true),
        Framing::Whole
    );
    assert_eq!(framing(Some("text/plain"), true), Framing::Lines);
    assert_eq!(framing(None, false), Framing::Whole);
}

#[test]
fn every_error_body_has_its_kind() {
    let cases = sample!("errors.txt")
        .lines()
        .filter(|line| !line.starts_with('#'));
    for line in cases {
        let mut columns = line
            .splitn(4, " |")
            .map(|column| column.strip_prefix(' ').unwrap_or(column));
        let mut column = || columns.next().expect("four columns");
        let status: u16 = column().parse().expect("a status");
        let (kind, code, body) = (column().to_owned(), column(), column());
        let code = (code != "-").then(|| code.to_owned());
        let found = failure::classify(&OLLAMA, status, &[], body, 0);
        assert_eq!(summary(&found), (kind, code, Some(status), None), "{line}");
        assert!(!found.message.is_empty(), "{line}");
    }
}

#[test]
fn the_innermost_sentence_is_kept_and_a_missing_sign_in_is_explained() {
    let nested = r#"{"error":"{\"error\":{\"code\":400,\"message\":\"too big\",\"type\":\"x\"}}"}"#;
    assert_eq!(
        failure::classify(&OLLAMA, 400, &[], nested, 0).message,
        "too big"
    );
    let body = r#"{"error":"unauthorized","signin_url":"https://ollama.com/connect"}"#;
    assert_eq!(
        failure::classify(&OLLAMA, 401, &[], body, 0).message,
        "unauthorized: run `ollama signin`"
    );
}

#[test]
fn a_listing_that_is_not_found_says_nothing_of_a_model() {
    let missing = failure::classify(&OLLAMA, 404, &[], r#"{"error":{"message":"Not found"}}"#, 0);
    let found = failure::of_listing(missing, "/api/version");
    let code = Some("unexpected_reply".to_owned());
    assert_eq!(summary(&found), ("Other".to_owned(), code, Some(404), None));
    let busy = failure::of_listing(failure::classify(&OLLAMA, 503, &[], "", 0), "/api/tags");
    assert_eq!(summary(&busy).0, "Overloaded");
}

#[test]
fn an_error_of_a_strange_shape_is_still_a_failure() {
    for body in [
        r#"{"error":7}"#,
        r#"{"error":{}}"#,
        r#"{"error":[]}"#,
        r#"{"error":{"message":{}}}"#,
    ] {
        let found = failure::classify(&OLLAMA, 500, &[], body, 0);
        assert_eq!(found.message, "the server gave no reason", "{body}");
    }
    let nested = "{\"error\":".repeat(100) + "1" + &"}".repeat(100);
    assert_eq!(
        summary(&failure::classify(&OLLAMA, 500, &[], &nested, 0)).0,
        "Server"
    );
}

#[test]
fn a_wait_that_the_server_asks_for_is_kept() {
    let headers = [("retry-after".to_owned(), "7".to_owned())];
    let found = failure::classify(
        &OLLAMA,
        503,
        &headers,
        r#"{"error":"server busy, please try again"}"#,
        0,
    );
    assert_eq!(found.retry_after_ms, Some(7_000));
}

#[test]
fn a_listing_is_merged_with_what_is_known_and_what_show_tells() {
    let mut models = listing::tags(&json(sample!("tags.json")), &OLLAMA, false).expect("a listing");
    let ids: Vec<_> = models.iter().map(|model| model.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "llama3:latest",
            "gemma3:4b",
            "nomic-embed-text:latest",
            "minimax-m2:cloud"
        ]
    );
    assert_eq!(models[0].context, Some(8_192), "known as `llama3`");
    assert_eq!(models[0].sources[0], "live");
    assert_eq!(
        (models[1].price.input, models[1].parameters_b),
        (Some(0.0), Some(4.3))
    );
    assert_eq!(models[3].price.input, None, "runs in the cloud");

    assert!(listing::apply_show(
        &mut models[1],
        &json(sample!("show-vision.json"))
    ));
    let gemma = &models[1];
    assert_eq!(
        (gemma.context, gemma.parameters_b),
        (Some(131_072), Some(4.3))
    );
    assert_eq!(ability(gemma, "tools"), Some(false));
    assert_eq!(ability(gemma, "reasoning"), Some(false));
    assert_eq!(gemma.input, ["text", "image"]);
    assert!(!listing::apply_show(
        &mut models[2],
        &json(sample!("show-embedding.json"))
    ));
    assert!(listing::apply_show(
        &mut models[0],
        &json(sample!("show-old.json"))
    ));
    assert_eq!(
        ability(&models[0], "tools"),
        Some(false),
        "an old server tells no capabilities; the table does"
    );
}

#[test]
fn only_ollamas_own_shapes_are_proof() {
    assert_eq!(
        listing::version(&json(r#"{"version":"0.12.6"}"#)),
        Some("0.12.6")
    );
    for other in [
        r#"{"version":7}"#,
        r#"{"version":""}"#,
        r#"{"status":"ok"}"#,
        "[]",
    ] {
        assert_eq!(listing::version(&json(other)), None, "{other}");
    }
    for other in [r#"{"data":[]}"#, r#"{"models":{}}"#, "null"] {
        assert!(
            listing::tags(&json(other), &OLLAMA, false).is_none(),
            "{other}"
        );
    }
    assert!(listing::is_show(&json(sample!("show-old.json"))));
    assert!(!listing::is_show(&json(r#"{"error":"no"}"#)));
}

#[test]
fn a_probe_takes_only_a_finished_answer_for_proof() {
    assert_eq!(
        answered(&OLLAMA, 200, sample!("whole.json")).map_err(|f| summary(&f)),
        Ok(324)
    );
    let kind = |body: &str| answered(&OLLAMA, 200, body).map_err(|failure| summary(&failure).0);
    let unfinished = r#"{"message":{"role":"assistant","content":"O"},"done":false}"#;
    assert_eq!(kind(unfinished), Err("Network".to_owned()));
    let empty = r#"{"message":{"role":"assistant","content":""},"done":true,"done_reason":"load"}"#;
    assert_eq!(kind(empty), Err("Server".to_owned()));
    assert_eq!(kind(sample!("other-server.json")), Err("Server".to_owned()));
    assert_eq!(
        kind(r#"{"error":"server busy, please try again"}"#),
        Err("Overloaded".to_owned())
    );
    assert_eq!(kind(""), Err("Server".to_owned()));
}
