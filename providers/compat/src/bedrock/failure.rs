//! What a refusal means. Pure: neither clock nor network.
//!
//! The name of the exception decides, from the header `x-amzn-errortype`, from `__type`, or from a
//! frame of the stream. `ValidationException` and `AccessDeniedException` are used for so much that
//! the message tells more.

use openclaw_sdk::Failure;
use openclaw_sdk::FailureKind::{
    Auth, BadRequest, Billing, ContentFilter, ContextOverflow, Format, ModelNotFound, Overloaded,
    Permission, RateLimit, Server, Timeout, Unsupported,
};
use openclaw_sdk::errors;
use serde_json::Value;

use crate::failure::wait::Wait;
use crate::failure::{ErrorBody, Rule, Rules, Told, body, verdict};
use crate::vendor::{Headers, Vendor};

/// Appended where a signature was refused for its time.
const CLOCK_HINT: &str = "is this machine's clock right?";
/// Appended where the key is one for a form that was not filled in.
const FORM_HINT: &str =
    "submit the use case in the Bedrock console, under Model catalog, and wait some minutes";

/// What the format adds to what all share.
pub const RULES: Rules = Rules {
    rows: &[
        Rule::word(
            Auth,
            "expiredtoken|invalidclienttokenid|missingauthenticationtoken|missingauthenticationexception|\
            signaturedoesnotmatch|invalidaccesskeyid|unrecognizedclient",
        ),
        Rule::word(
            Permission,
            "ftuformnotfilled|accessdenied|optinrequired|notauthorized",
        ),
        Rule::word(ModelNotFound, "resourcenotfoundexception|resourcenotfound"),
        Rule::word(
            RateLimit,
            "throttling|requestlimitexceeded|throttledexception",
        ),
        Rule::word(Timeout, "requesttimeoutexception|requesttimeout"),
        Rule::word(Overloaded, "serviceunavailable|modelnotready"),
        Rule::word(Server, "conflictexception"),
        // Phrases. A key that is refused is called a denial of access.
        Rule::phrase(
            Auth,
            "api key is valid|bearer token|signature expired|signature not yet current|\
            security token*expired|security token*invalid|credential should be scoped|\
            missing authentication token",
        ),
        Rule::phrase(
            Billing,
            "invalid_payment_instrument|payment instrument|account is currently blocked|\
            account*suspended for",
        ),
        Rule::phrase(
            Permission,
            "is not authorized to perform|explicit deny|model access is denied|\
            use case details have not been submitted|required use-case form|aws marketplace|access to bedrock models is not allowed|\
            is not authorized to invoke|operation not allowed|you don't have access|\
            not available for this account|access denied when accessing",
        ),
        Rule::phrase(
            Overloaded,
            "bedrock is unable to process|model is not ready|try your request again|\
            too many connections|on-demand capacity|the system encountered an unexpected error during processing. try",
        ),
        Rule::phrase(
            ContextOverflow,
            "input is too long|too many input tokens|input token count|input tokens*exceed|\
            exceeds the maximum number of tokens|exceeds*context length|maximum tokens you requested exceeds|\
            prompt is too long|total number of tokens*exceed|expected maxlength|\
            exceed*max*context|exceeds the model's maximum context|context window",
        ),
        Rule::phrase(
            ModelNotFound,
            "model identifier is invalid|on-demand throughput isn|reached the end of its life|\
            marked by provider as legacy|could not resolve the foundation model|model not found|\
            inference profile*not found|this action doesn't support the model|\
            model*isn't supported|model is not supported in this region|is not a supported model|\
            not supported for on-demand|legacy model|failed to find the model|deployment isn't found",
        ),
        Rule::phrase(
            Unsupported,
            "doesn't support*tool|doesn't support*streaming|doesn't support*system|doesn't support*image|\
            doesn't support*document|doesn't support*video|doesn't support the*field|\
            does not support*tool|does not support*system|does not support*image|\
            does not support*document|does not support*video|doesn't support*cach|\
            is not supported by this model|tool use is not supported",
        ),
        Rule::phrase(
            ContentFilter,
            "blocked by*guardrail|blocked by our content filters|content policy|content filtering policy",
        ),
        Rule::phrase(
            Format,
            "malformed input request|toolresult blocks|tooluse blocks|toolconfig field must be defined|\
            contentblock object*blank|conversation must*user message|roles must alternate|\
            alternate between|must be non-empty|document file name|documents with the same name|\
            the model returned the following errors",
        ),
        Rule::phrase(
            BadRequest,
            "could not process image|invalid image|image*invalid base64",
        ),
    ],
    numbers_are_codes: false,
    names_missing_models: false,
    unexplained: "without an explanation",
    page: "",
    plain_bytes: 300,
};

/// Classifies a reply that is no answer.
#[must_use]
pub fn classify(
    vendor: &Vendor,
    status: u16,
    headers: &Headers,
    text: &str,
    now_ms: u64,
) -> Failure {
    let value = mended(body::parse(text));
    let told = Told::of(vendor, &RULES, (status, headers, text), value, now_ms);
    let failure = verdict(
        vendor,
        &RULES,
        &told.body,
        &told.wait,
        Some(status),
        headers,
    );
    let named = value_of(headers, "x-amzn-errortype").and_then(|name| name.split(':').next());
    let id = value_of(headers, "x-amzn-requestid").map(str::to_owned);
    Failure {
        request_id: id,
        ..finished(failure, named.or_else(|| kind_of(&told.value)), &told.body)
    }
}

/// Classifies a failure that comes inside an accepted reply: a frame of a stream, or a body that is
/// no answer; nothing if it reports none.
#[must_use]
pub fn in_reply(vendor: &Vendor, status: u16, value: &Value, now_ms: u64) -> Option<Failure> {
    let value = mended(value.clone());
    let kind = kind_of(&value);
    if kind.is_none() && value["message"].as_str().is_none() {
        return None;
    }
    let told = ErrorBody::of(&value, &RULES, vendor);
    let wait = Wait::read(&told, &value, &[], now_ms);
    let failure = verdict(vendor, &RULES, &told, &wait, Some(status), &[]);
    Some(finished(failure, kind, &told))
}

/// Adds the exception's name, and what its message leaves out.
fn finished(mut failure: Failure, named: Option<&str>, told: &ErrorBody) -> Failure {
    if let Some(name) = named.filter(|name| !name.is_empty()) {
        failure.code = Some(errors::clip(name.to_owned()));
    }
    let is_about_time = failure.kind() == Auth
        && ["signature expired", "signature not yet current"]
            .iter()
            .any(|phrase| told.text.contains(phrase));
    let is_form = failure.code.as_deref() == Some("FTUFormNotFilled")
        || [
            "use case details have not been submitted",
            "required use-case form",
        ]
        .iter()
        .any(|phrase| told.text.contains(phrase));
    let hint = match (is_about_time, is_form) {
        (true, _) => CLOCK_HINT,
        (_, true) => FORM_HINT,
        _ => return failure,
    };
    failure.message = errors::clip([&failure.message, " (", hint, ")"].concat());
    failure
}

/// Returns the name of the exception that a body gives, without its namespace.
fn kind_of(value: &Value) -> Option<&str> {
    let name = value["__type"].as_str()?;
    let name = name.rsplit('#').next().unwrap_or(name);
    name.split(':').next()
}

/// The layer that checks signatures writes `Message`.
fn mended(mut value: Value) -> Value {
    if let Some(members) = value.as_object_mut()
        && !members.contains_key("message")
        && let Some(message) = members.remove("Message")
    {
        members.insert("message".to_owned(), message);
    }
    value
}

fn value_of<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    let found = headers
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name));
    found
        .map(|(_, value)| value.trim())
        .filter(|value| !value.is_empty())
}
