//! Whether a credential works, by the cheapest call that proves it.
//!
//! The list of models is free and needs a key; a model is proven by an answer of its own. On a
//! server other than the vendor's the list may need no key, and the report says so.

use openclaw_sdk::chat::{Event, Message, Part, Request, Role};
use openclaw_sdk::framing::{Frame, Framing};
use openclaw_sdk::probe::{Options, Report};
use openclaw_sdk::stream::Decode;
use openclaw_sdk::{Failure, FailureKind, Secret, errors};

use crate::endpoint::{Dialect, Endpoint};
use crate::{calls, completions, listing, responses};

/// Asked when a key may not list models and none was named: small, and open to every project.
const SMALL_MODEL: &str = "gpt-4o-mini";

/// Makes the cheapest honest call.
///
/// # Errors
/// What the vendor answered, or that its answer proves nothing.
pub(crate) fn run(
    endpoint: &Endpoint,
    credential: Option<&Secret>,
    options: &Options,
) -> Result<Report, Failure> {
    match &options.model {
        Some(model) if options.may_spend => {
            generate(endpoint, credential, model, options.max_tokens)
        }
        Some(model) => find(endpoint, credential, model),
        None => match calls::list(endpoint, credential) {
            Ok(_) => Ok(free(if endpoint.own {
                "key accepted"
            } else {
                "the server lists its models"
            })),
            Err(failure) => without_listing(endpoint, credential, options, failure),
        },
    }
}

/// A restricted key may be refused the list and still be good for answers.
fn without_listing(
    endpoint: &Endpoint,
    credential: Option<&Secret>,
    options: &Options,
    refusal: Failure,
) -> Result<Report, Failure> {
    if refusal.kind != FailureKind::Permission || !options.may_spend {
        return Err(refusal);
    }
    generate(endpoint, credential, SMALL_MODEL, options.max_tokens).map_err(|failure| {
        // That this model is closed to the key says nothing of the key.
        let about_the_model = failure.kind == FailureKind::ModelNotFound;
        if about_the_model { refusal } else { failure }
    })
}

/// Proves for free that a key may use a model: by the list, else by the model's own entry.
fn find(endpoint: &Endpoint, credential: Option<&Secret>, model: &str) -> Result<Report, Failure> {
    let listing = calls::list(endpoint, credential)?;
    if !listing::names(listing::read(&listing)?, model) {
        calls::model(endpoint, credential, model)?;
    }
    Ok(free(if endpoint.own {
        "key accepted, model listed"
    } else {
        "model listed"
    }))
}

fn generate(
    endpoint: &Endpoint,
    credential: Option<&Secret>,
    model: &str,
    max_tokens: u32,
) -> Result<Report, Failure> {
    let question = Message {
        role: Role::User,
        parts: vec![Part::Text("Reply with OK. Do not use tools.".to_owned())],
    };
    let request = Request {
        model: model.to_owned(),
        system: None,
        messages: vec![question],
        max_output_tokens: Some(max_tokens.max(1)),
        temperature: None,
        stream: false,
    };
    match calls::chat(endpoint, credential, &request) {
        Ok(response) => judge(endpoint.dialect, response.text()?),
        Err(failure) => thought_too_long(failure, max_tokens),
    }
}

/// Says what a reply to the question proves.
///
/// # Errors
/// The failure in the reply, or kind `server` when no token was generated, `content-filter` when
/// the answer was withheld.
pub(crate) fn judge(dialect: Dialect, body: String) -> Result<Report, Failure> {
    let (frame, mut events) = (
        Frame {
            event: None,
            data: body,
        },
        Vec::new(),
    );
    match dialect {
        Dialect::Responses => {
            responses::decode::Decoder::new(Framing::Whole).frame(&frame, &mut events)?;
        }
        Dialect::Completions => {
            completions::decode::Decoder::new(Framing::Whole).frame(&frame, &mut events)?;
        }
    }
    let (mut spoke, mut spent, mut generated, mut stop) = (false, 0, 0, None);
    for event in events {
        match event {
            Event::Text(_) | Event::Reasoning(_) => spoke = true,
            Event::Usage(usage) => {
                generated = usage.output;
                spent = [usage.cache_read, usage.cache_write, usage.output]
                    .into_iter()
                    .fold(usage.input, u64::saturating_add);
            }
            Event::Stop(word) => stop = Some(word),
        }
    }
    match stop.as_deref() {
        None => Err(errors::truncated()),
        Some("filter") => Err(errors::failure(
            FailureKind::ContentFilter,
            "the answer to the probe was withheld by policy",
        )),
        // Some servers end with `length` and no token at all.
        Some(_) if !spoke && generated == 0 => Err(crate::failure::unexpected(
            "the reply holds no answer and no token was generated",
        )),
        Some(_) => Ok(Report {
            proven: "model answered".to_owned(),
            generated: true,
            tokens_spent: spent,
            account: None,
        }),
    }
}

/// Chat Completions refuses with 400 when the model spent its whole bound on reasoning: it ran.
///
/// # Errors
/// Every other failure.
pub(crate) fn thought_too_long(failure: Failure, max_tokens: u32) -> Result<Report, Failure> {
    if !failure
        .message
        .contains("max_tokens or model output limit was reached")
    {
        return Err(failure);
    }
    Ok(Report {
        proven: "model ran until its output limit".to_owned(),
        generated: true,
        tokens_spent: u64::from(max_tokens),
        account: None,
    })
}

fn free(proven: &str) -> Report {
    Report {
        proven: proven.to_owned(),
        generated: false,
        tokens_spent: 0,
        account: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use openclaw_sdk::testing::summary;

    fn proven(dialect: Dialect, body: &str) -> Result<(String, u64), String> {
        let report = judge(dialect, body.to_owned());
        report
            .map(|it| (it.proven, it.tokens_spent))
            .map_err(|failure| summary(&failure).0)
    }

    #[test]
    fn an_answer_proves_the_model_in_both_dialects() {
        let answered = |tokens| Ok(("model answered".to_owned(), tokens));
        let responses = include_str!("../tests/wire/responses/whole.json");
        assert_eq!(proven(Dialect::Responses, responses), answered(54));
        let completions = include_str!("../tests/wire/completions/whole.json");
        assert_eq!(proven(Dialect::Completions, completions), answered(30));
    }

    #[test]
    fn reasoning_that_used_up_the_bound_still_proves_the_model() {
        let cut = include_str!("../tests/wire/responses/whole-incomplete.json");
        assert_eq!(
            proven(Dialect::Responses, cut),
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
            assert_eq!(proven(Dialect::Responses, body), failed("Server"), "{body}");
            assert_eq!(
                proven(Dialect::Completions, body),
                failed("Server"),
                "{body}"
            );
        }
        let silent = r#"{"choices":[{"message":{"content":""},"finish_reason":"length"}],"usage":{"completion_tokens":0}}"#;
        assert_eq!(proven(Dialect::Completions, silent), failed("Server"));
        let withheld =
            r#"{"choices":[{"message":{"content":"n"},"finish_reason":"content_filter"}]}"#;
        assert_eq!(
            proven(Dialect::Completions, withheld),
            failed("ContentFilter")
        );
        let wrapped = r#"{"error":{"code":402,"message":"Insufficient credits"}}"#;
        assert_eq!(proven(Dialect::Completions, wrapped), failed("Billing"));
    }
}
