//! Probing: which call to make, and what its answer proves.

use openclaw_sdk::chat::{Event, Opening};
use openclaw_sdk::probe::{Options, Report};
use openclaw_sdk::stream;
use openclaw_sdk::{Failure, FailureKind, clock, errors};

use super::decode::{self, Decoder};
use super::{address, encode, listed, post};
use crate::call::Call;
use crate::proof;
use crate::question::{self, smallest};
use crate::vendor::{FreeCheck, Vendor};

/// Makes the cheapest honest call: the list of models is free and takes a key; a model is proven by
/// an answer of its own.
///
/// # Errors
/// What the vendor answered, or that its answer proves nothing; code `unsupported` when the vendor
/// has no call that costs nothing.
pub fn run(call: &Call<'_>, options: &Options) -> Result<Report, Failure> {
    let vendor = call.vendor();
    let is_free = call.free_check() != FreeCheck::None;
    let model = options.model.as_deref();
    match model
        .or(vendor.probe_model.filter(|_| !is_free))
        .filter(|_| options.may_spend)
    {
        Some(model) => generate(call, model, options.max_tokens),
        None if !is_free => Err(vendor.lacks("call that proves a key and costs nothing")),
        None => {
            let page = listed(call, address::models_url(call.base(), 1, None))?;
            if page.named == 0 {
                return Err(errors::failure(
                    FailureKind::Server,
                    "the reply lists no models",
                ));
            }
            Ok(proof::free("key accepted"))
        }
    }
}

/// Asks a model for as little as it gives.
///
/// # Errors
/// As [`run`].
pub(super) fn generate(call: &Call<'_>, model: &str, max_tokens: u32) -> Result<Report, Failure> {
    let vendor = call.vendor();
    let question = smallest(model, max_tokens);
    let url = address::answer_url(call.base(), &question.model, false)?;
    let response = post(call, url, encode::body(&question, vendor)?.body)?;
    answered(vendor, &response.text()?, clock::now_ms())
}

/// Returns what the reply to a probe's question proves.
///
/// A model that thinks may spend a small bound before its first word; that it generated is then
/// proven by the tokens it counts.
///
/// # Errors
/// The failure that the reply reports, or kind `server` when nothing in it was generated.
fn answered(vendor: &'static Vendor, body: &str, now_ms: u64) -> Result<Report, Failure> {
    let decoder = Decoder::new(vendor, now_ms);
    let events = match stream::whole(body, decode::FRAMING, decoder) {
        Ok(events) => events,
        // What is no answer to its end proves nothing.
        Err(failure) if failure.code.as_deref() == Some("stream_truncated") => Vec::new(),
        Err(failure) => return Err(failure),
    };
    let (mut said, mut spent, mut generated, mut stopped) = (false, 0, 0, false);
    for event in events {
        match event {
            Event::Begin(begin) => said |= !matches!(begin.opening, Opening::Other(_)),
            Event::Usage(usage) => {
                generated = usage.output.unwrap_or(0);
                spent = question::total(&usage);
            }
            Event::Finish(_) => stopped = true,
            _ => {}
        }
    }
    if !stopped || (!said && generated == 0) {
        return Err(errors::failure(
            FailureKind::Server,
            "the reply holds no answer of a model",
        ));
    }
    Ok(proof::generated("model answered", spent))
}

#[cfg(test)]
mod tests {
    use super::super::tests::GEMINI;
    use super::*;

    macro_rules! wire {
        ($name:literal) => {
            include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/tests/wire/google/",
                $name
            ))
        };
    }

    fn answered(body: &str, now_ms: u64) -> Result<Report, Failure> {
        super::answered(&GEMINI, body, now_ms)
    }

    #[test]
    fn an_answer_proves_the_model_and_tells_its_cost() {
        let report = answered(wire!("answer.json"), 0).expect("an answer");
        assert_eq!((report.generated, report.tokens_spent), (true, 15));
        let report =
            answered(wire!("answer-thinking-spent.json"), 0).expect("thoughts are generated too");
        assert_eq!((report.generated, report.tokens_spent), (true, 16));
    }

    #[test]
    fn a_reply_without_an_answer_is_no_proof() {
        for (body, kind) in [
            (
                wire!("answer-blocked-prompt.json"),
                FailureKind::ContentFilter,
            ),
            (wire!("error-503.json"), FailureKind::Overloaded),
            (
                r#"{"candidates":[{"finishReason":"STOP"}]}"#,
                FailureKind::Server,
            ),
            (
                r#"{"choices":[{"message":{"content":"OK"}}]}"#,
                FailureKind::Server,
            ),
            (
                r#"{"candidates":[{"content":{"parts":[{"text":"OK"}]}}]}"#,
                FailureKind::Server,
            ),
            ("<html>", FailureKind::Server),
            ("", FailureKind::Server),
        ] {
            assert_eq!(answered(body, 0).expect_err(body).kind(), kind, "{body}");
        }
    }

    #[test]
    fn a_probe_asks_for_little_but_never_for_nothing() {
        let encoded = encode::body(&smallest("gemini-2.5-flash", 0), &GEMINI).expect("plain");
        let body = openclaw_sdk::testing::body_text(&encoded.body, &Default::default());
        assert!(body.contains("\"maxOutputTokens\":1}"), "{body}");
    }
}
