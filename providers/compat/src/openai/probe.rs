//! Whether a credential works, by the cheapest call that proves it.
//!
//! The list of models is free and needs a key; a model is proven by an answer of its own. On a
//! server other than the vendor's the list may need no key, and the report says so.

use openclaw_sdk::chat::{Event, Opening};
use openclaw_sdk::framing::Framing;
use openclaw_sdk::http::Request;
use openclaw_sdk::probe::{Options, Report};
use openclaw_sdk::stream::{self, Decode};
use openclaw_sdk::{Failure, FailureKind, errors};

use super::{Dialect, failure, listing, open};
use crate::call::Call;
use crate::proof;
use crate::question;
use crate::vendor::FreeCheck;

/// Makes the cheapest honest call.
///
/// # Errors
/// What the vendor answered, or that its answer proves nothing; code `unsupported` when the vendor
/// has no call that costs nothing.
pub fn run(call: &Call<'_>, dialect: &Dialect, options: &Options) -> Result<Report, Failure> {
    let vendor = call.vendor();
    let is_free = call.free_check() != FreeCheck::None;
    let model = options.model.as_deref();
    match model.or(vendor.probe_model.filter(|_| !is_free)) {
        Some(model) if options.may_spend => generate(call, dialect, model, options.max_tokens),
        _ if !is_free => Err(vendor.lacks("call that proves a key and costs nothing")),
        Some(model) if vendor.lists_names => {
            if call.free_check() != FreeCheck::Listing {
                // Anybody may read this vendor's list.
                accepted(call)?;
            }
            find(call, model)
        }
        _ => match accepted(call) {
            Ok(()) => Ok(proof::free(if call.is_vendors_own() {
                "key accepted"
            } else {
                "the server lists its models"
            })),
            Err(failure) => without_listing(call, dialect, options, failure),
        },
    }
}

fn accepted(call: &Call<'_>) -> Result<(), Failure> {
    let url = match call.free_check() {
        FreeCheck::Get(path) => call.url(path),
        FreeCheck::At(url) => url.to_owned(),
        FreeCheck::Listing | FreeCheck::None => return listing::ask(call).map(drop),
    };
    let request = Request::get(url).header("accept", "application/json");
    let reply = call.send(request)?.json()?;
    if failure::is_error(&reply) {
        return Err(failure::in_reply(call.vendor(), &reply));
    }
    Ok(())
}

/// A restricted key may be refused the list and still be good for answers.
fn without_listing(
    call: &Call<'_>,
    dialect: &Dialect,
    options: &Options,
    refusal: Failure,
) -> Result<Report, Failure> {
    let model = call.vendor().probe_model;
    let Some(model) =
        model.filter(|_| refusal.kind == FailureKind::Permission && options.may_spend)
    else {
        return Err(refusal);
    };
    generate(call, dialect, model, options.max_tokens).map_err(|failure| {
        // That this model is closed to the key says nothing of the key.
        let about_the_model = failure.kind == FailureKind::ModelNotFound;
        if about_the_model { refusal } else { failure }
    })
}

/// Proves for free that a key may use a model: by the list, else by the model's own entry.
fn find(call: &Call<'_>, model: &str) -> Result<Report, Failure> {
    let listing = listing::ask(call)?;
    if !listing::names(&listing::read(&listing, call.vendor())?, model) {
        listing::entry(call, model)?;
    }
    Ok(proof::free(if call.is_vendors_own() {
        "key accepted, model listed"
    } else {
        "model listed"
    }))
}

fn generate(
    call: &Call<'_>,
    dialect: &Dialect,
    model: &str,
    max_tokens: u32,
) -> Result<Report, Failure> {
    let request = question::smallest(model, max_tokens);
    match open(call, dialect, &request) {
        Ok((response, _)) => judge(
            (dialect.decoder)(call.vendor(), Framing::Whole),
            &response.text()?,
        ),
        Err(failure) => thought_too_long(failure, max_tokens),
    }
}

/// Says what a reply to the question proves.
///
/// # Errors
/// The failure in the reply, or kind `server` when no token was generated, `content-filter` when
/// the answer was withheld.
fn judge(decoder: Box<dyn Decode>, body: &str) -> Result<Report, Failure> {
    let events = stream::whole(body, Framing::Whole, decoder)?;
    let (mut spoke, mut refused, mut spent, mut generated, mut stop) = (false, false, 0, 0, None);
    for event in events {
        match event {
            Event::Begin(begin) => {
                spoke = true;
                refused |= matches!(begin.opening, Opening::Refusal);
            }
            Event::Usage(usage) => {
                generated = usage.output.unwrap_or(0);
                spent = question::total(&usage);
            }
            Event::Finish(finish) => stop = Some(finish.reason),
            _ => {}
        }
    }
    match stop.as_deref() {
        None => Err(errors::truncated()),
        Some("filter" | "refusal") => Err(errors::failure(
            FailureKind::ContentFilter,
            "the answer to the probe was withheld by policy",
        )),
        Some(_) if refused => Err(errors::failure(
            FailureKind::ContentFilter,
            "the answer to the probe was withheld by policy",
        )),
        // Some servers end with `length` and no token at all.
        Some(_) if !spoke && generated == 0 => Err(failure::unexpected(
            "the reply holds no answer and no token was generated",
        )),
        Some(_) => Ok(proof::generated("model answered", spent)),
    }
}

/// Chat Completions refuses with 400 when the model spent its whole bound on reasoning: it ran.
///
/// # Errors
/// Every other failure.
fn thought_too_long(failure: Failure, max_tokens: u32) -> Result<Report, Failure> {
    if !failure
        .message
        .contains("max_tokens or model output limit was reached")
    {
        return Err(failure);
    }
    Ok(proof::generated(
        "model ran until its output limit",
        u64::from(max_tokens),
    ))
}

#[cfg(test)]
mod tests {
    use super::super::tests::OPENAI;
    use super::*;
    use crate::testing::summary;
    use crate::{openai_chat, openai_responses};

    const RESPONSES: Dialect = openai_responses::DIALECT;
    const CHAT: Dialect = openai_chat::DIALECT;

    fn proven(dialect: Dialect, body: &str) -> Result<(String, u64), String> {
        let report = judge((dialect.decoder)(&OPENAI, Framing::Whole), body);
        report
            .map(|it| (it.proven, it.tokens_spent))
            .map_err(|failure| summary(&failure).0)
    }

    #[test]
    fn an_answer_proves_the_model_in_both_dialects() {
        let answered = |tokens| Ok(("model answered".to_owned(), tokens));
        let responses = include_str!("../../tests/wire/openai_responses/whole.json");
        assert_eq!(proven(RESPONSES, responses), answered(54));
        let completions = include_str!("../../tests/wire/openai_chat/whole.json");
        assert_eq!(proven(CHAT, completions), answered(30));
    }

    #[test]
    fn reasoning_that_used_up_the_bound_still_proves_the_model() {
        let cut = include_str!("../../tests/wire/openai_responses/whole-incomplete.json");
        assert_eq!(
            proven(RESPONSES, cut),
            Ok(("model answered".to_owned(), 27))
        );
        let message = "Could not finish the message because max_tokens or model output limit was \
            reached. Please try again with higher max_tokens.";
        let refusal = errors::failure(FailureKind::BadRequest, message);
        assert!(thought_too_long(refusal, 8).is_ok_and(|report| report.generated));
        assert!(thought_too_long(errors::failure(FailureKind::BadRequest, "no"), 8).is_err());
    }

    #[test]
    fn a_success_without_an_answer_proves_nothing() {
        let failed = |kind: &str| Err(kind.to_owned());
        for body in [
            "",
            "{}",
            "[]",
            "null",
            "<html>",
            r#"{"choices":[]}"#,
            r#"{"object":"list","data":[]}"#,
        ] {
            assert_eq!(proven(RESPONSES, body), failed("Server"), "{body}");
            assert_eq!(proven(CHAT, body), failed("Server"), "{body}");
        }
        let silent = r#"{"choices":[{"message":{"content":""},"finish_reason":"length"}],"usage":{"completion_tokens":0}}"#;
        assert_eq!(proven(CHAT, silent), failed("Server"));
        let withheld =
            r#"{"choices":[{"message":{"content":"n"},"finish_reason":"content_filter"}]}"#;
        assert_eq!(proven(CHAT, withheld), failed("ContentFilter"));
        let wrapped = r#"{"error":{"code":402,"message":"Insufficient credits"}}"#;
        assert_eq!(proven(CHAT, wrapped), failed("Billing"));
    }
}
