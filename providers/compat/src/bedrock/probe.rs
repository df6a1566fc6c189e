//! Probing: which call to make, and what its answer proves.

use openclaw_sdk::http::Request;
use openclaw_sdk::probe::{Options, Report};
use openclaw_sdk::{Failure, FailureKind};
use serde_json::Value;

use super::decode::usage;
use super::{address, api, encode, listing};
use crate::call::Call;
use crate::failure::unreadable;
use crate::proof;
use crate::question::total;

/// Makes the cheapest call that proves what was asked: that a model answers, or that the credential is
/// accepted. Only the first costs tokens.
///
/// # Errors
/// As the service refused; kind `server` when a success proves nothing.
pub fn run(call: &Call<'_>, options: &Options) -> Result<Report, Failure> {
    match options.model.as_deref().filter(|_| options.may_spend) {
        Some(model) => generated(call, model, options.max_tokens),
        None => listed(call),
    }
}

/// Lists models, which is free. That listing is denied is proof as well: who is not known is refused
/// before what he may do is looked at.
fn listed(call: &Call<'_>) -> Result<Report, Failure> {
    let place = api::place(call, None)?;
    match api::get(call, &place, listing::MODELS) {
        Ok(reply) => {
            listing::proves(&reply)?;
            Ok(proof::free("key accepted"))
        }
        Err(failure)
            if failure.kind == FailureKind::Permission
                && failure.code.as_deref() == Some("AccessDeniedException") =>
        {
            Ok(proof::free(
                "key accepted, without the right to list models",
            ))
        }
        Err(failure) => Err(failure),
    }
}

fn generated(call: &Call<'_>, model: &str, max_tokens: u32) -> Result<Report, Failure> {
    let place = api::place(call, Some(model))?;
    let url = [
        &place.runtime,
        address::model_path(model, "converse").as_str(),
    ]
    .concat();
    let request = Request::post(url).json_body(encode::smallest(max_tokens));
    answered(&api::read(&api::send(call, &place, request)?)?)
}

fn answered(reply: &Value) -> Result<Report, Failure> {
    let used = usage(&reply["usage"]);
    let is_answer = reply["output"]["message"]["role"] == "assistant"
        && reply["output"]["message"]["content"].is_array()
        && reply["stopReason"].is_string();
    if !is_answer || used.output.unwrap_or(0) == 0 {
        return Err(unreadable("the reply is not a model's answer"));
    }
    Ok(proof::generated("model answered", total(&used)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_proves_the_model_and_tells_its_cost() {
        let answer = include_str!("../../tests/wire/bedrock/answer.json");
        let answer = serde_json::from_str(answer).expect("samples are JSON");
        let report = answered(&answer).expect("an answer");
        assert!(report.generated);
        assert_eq!(report.tokens_spent, 12 + 9 + 4 + 2);
    }

    #[test]
    fn a_success_of_another_shape_proves_nothing() {
        let answer = |content: Value, output: u64| {
            json!({ "output": { "message": { "role": "assistant", "content": content } },
                "stopReason": "end_turn", "usage": { "outputTokens": output } })
        };
        for reply in [
            json!({}),
            json!("OK"),
            answer(json!([]), 0),
            answer(json!("OK"), 1),
        ] {
            assert!(answered(&reply).is_err(), "{reply}");
        }
    }
}
