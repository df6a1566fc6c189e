//! Probing: which call to make, and what its answer proves.

use openclaw_sdk::Failure;
use openclaw_sdk::probe::{Options, Report};
use serde_json::Value;

use super::api::{Reply, get, post};
use super::decode::Tokens;
use super::encode::smallest;
use super::listing;
use crate::call::Call;
use crate::failure::unreadable;
use crate::proof;
use crate::vendor::FreeCheck;

/// Makes the cheapest call that proves what was asked: that a model answers, that it would take a
/// request, or that the credential is accepted. Only the first costs tokens.
///
/// # Errors
/// As the vendor refused; kind `server` when a success proves nothing; code `unsupported` when the
/// vendor has no call that costs nothing.
pub fn run(call: &Call<'_>, options: &Options) -> Result<Report, Failure> {
    let vendor = call.vendor();
    let is_free = call.free_check() != FreeCheck::None;
    let model = options.model.as_deref();
    match model.or(vendor.probe_model.filter(|_| !is_free)) {
        Some(model) if options.may_spend => generated(call, model, options.max_tokens),
        _ if !is_free => Err(vendor.lacks("call that proves a key and costs nothing")),
        Some(model) => {
            let body = smallest(model, None);
            counted(&post(call, "/v1/messages/count_tokens", body)?)
        }
        None => {
            let reply = match vendor.free_check {
                FreeCheck::Get(path) => get(call, path)?,
                _ => {
                    let reply = get(call, "/v1/models?limit=1")?;
                    listing::proves(&reply.body)?;
                    reply
                }
            };
            Ok(report("key accepted", &reply))
        }
    }
}

/// Has a model answer, which costs tokens.
///
/// # Errors
/// As the vendor refused; kind `server` when the reply is not an answer.
fn generated(call: &Call<'_>, model: &str, max_tokens: u32) -> Result<Report, Failure> {
    let body = smallest(model, Some(max_tokens));
    answered(&post(call, "/v1/messages", body)?)
}

fn answered(reply: &Reply) -> Result<Report, Failure> {
    let mut tokens = Tokens::default();
    tokens.take(&reply.body["usage"]);
    let is_answer = text_is(&reply.body, "type", "message")
        && text_is(&reply.body, "role", "assistant")
        && reply.body["content"].is_array()
        && reply.body["stop_reason"].is_string();
    if !is_answer || tokens.output() == 0 {
        return Err(unreadable("the reply is not a model's answer"));
    }
    Ok(Report {
        generated: true,
        tokens_spent: tokens.total(),
        ..report("model answered", reply)
    })
}

fn counted(reply: &Reply) -> Result<Report, Failure> {
    match reply.body["input_tokens"].as_u64() {
        Some(count) if count > 0 => Ok(report("model accepts the key", reply)),
        _ => Err(unreadable("the reply is not a count of tokens")),
    }
}

fn text_is(value: &Value, key: &str, wanted: &str) -> bool {
    value[key].as_str() == Some(wanted)
}

fn report(proven: &str, reply: &Reply) -> Report {
    Report {
        account: reply.account.clone(),
        ..proof::free(proven)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn reply(body: Value) -> Reply {
        Reply {
            body,
            account: Some("org-1".to_owned()),
        }
    }

    #[test]
    fn an_answer_proves_the_model_and_tells_its_cost() {
        let message = include_str!("../../tests/wire/anthropic/message.json");
        let message = reply(serde_json::from_str(message).expect("samples are JSON"));
        let report = answered(&message).expect("an answer");
        assert_eq!(
            (report.proven.as_str(), report.generated),
            ("model answered", true)
        );
        assert_eq!(report.tokens_spent, 12 + 2_000 + 100 + 31);
        assert_eq!(report.account.as_deref(), Some("org-1"));
    }

    #[test]
    fn a_refusal_to_answer_is_an_answer() {
        let body = json!({ "type": "message", "role": "assistant", "content": [], "stop_reason": "refusal",
            "usage": { "input_tokens": 9, "output_tokens": 1 } });
        assert!(answered(&reply(body)).is_ok());
    }

    #[test]
    fn a_success_of_another_shape_proves_nothing() {
        let said = |content: Value, output: u64| {
            json!({ "type": "message", "role": "assistant", "content": content, "stop_reason": "end_turn",
                "usage": { "output_tokens": output } })
        };
        for body in [
            json!({}),
            json!("OK"),
            json!({ "ok": true }),
            said(json!([]), 0),
            said(json!("OK"), 1),
        ] {
            assert!(answered(&reply(body.clone())).is_err(), "{body}");
            assert!(counted(&reply(body.clone())).is_err(), "{body}");
        }
    }

    #[test]
    fn a_count_proves_that_the_model_takes_requests() {
        let report = counted(&reply(json!({ "input_tokens": 17 }))).expect("a count");
        assert!(!report.generated);
        assert_eq!(report.tokens_spent, 0);
        assert!(counted(&reply(json!({ "input_tokens": 0 }))).is_err());
    }
}
