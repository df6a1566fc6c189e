//! What a refusal means, by tables. Pure: neither clock nor network.
//!
//! A reply is taken apart once ([`body`]): the words it names (code, type, exception, status word,
//! reason), some fields, and its message. [`Rule`]s say what these mean. They are looked up in this
//! order, the vendor's rows before its wire's, and those before what all share ([`shared`]):
//!
//! 1. **words and fields**, the rows from the top: a code, a type or an exception's name, whole and
//!    whatever its case, or a field's value (`param=model`);
//! 2. **phrases** of the message, in lower case, the rows from the top. They decide where no word
//!    did, and correct words that vendors use for too much: a "rate limit" that is an empty account;
//! 3. **general words**, such as `invalid_request_error`, of which the status tells more;
//! 4. the **status**, with what `x-should-retry` says of it.
//!
//! How long to wait is read in [`wait`], wherever the reply says it.

pub mod body;
pub mod shared;
#[cfg(test)]
mod tests;
pub mod time;
pub mod wait;

use openclaw_sdk::FailureKind::{
    self, Auth, BadRequest, Billing, ContentFilter, Format, ModelNotFound, Other, Overloaded,
    Permission, RateLimit, Server,
};
use openclaw_sdk::{Failure, errors};
use serde_json::Value;

use crate::vendor::{Headers, Vendor};

pub use body::ErrorBody;

/// Returns the failure for a success that cannot be understood. Its text is not quoted: it may hold
/// what was asked.
#[must_use]
pub fn unreadable(what: &str) -> Failure {
    errors::failure(Server, what)
}

/// What in a reply a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// A code, type, exception, status word, reason, or a field as `name=value`; whole. A reply
    /// without a body has the field `empty`, with its status.
    Word,
    /// Pieces of the message in their order, with `*` between them; in lower case.
    Phrase,
    /// As `Phrase`, for a quota that may refill by itself: no matter of money if it does so soon.
    Quota,
    /// As `Word`, of words too general to decide before the message.
    General,
    /// The HTTP status.
    Status,
}

/// A row of a table: what any of these means. They are one text, with `|` between two.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    on: On,
    kind: FailureKind,
    any: &'static str,
}

impl Rule {
    /// Any of these words, in lower case and with `_` for `-`.
    #[must_use]
    pub const fn word(kind: FailureKind, any: &'static str) -> Self {
        Self {
            on: On::Word,
            kind,
            any,
        }
    }

    /// Any of these phrases of the message.
    #[must_use]
    pub const fn phrase(kind: FailureKind, any: &'static str) -> Self {
        Self {
            on: On::Phrase,
            kind,
            any,
        }
    }

    /// Any of these phrases, of a quota that may refill by itself.
    #[must_use]
    pub const fn quota(any: &'static str) -> Self {
        Self {
            on: On::Quota,
            kind: Billing,
            any,
        }
    }

    /// Any of these words, where neither another word nor the message tells more.
    #[must_use]
    pub const fn general(kind: FailureKind, any: &'static str) -> Self {
        Self {
            on: On::General,
            kind,
            any,
        }
    }

    /// Any of these statuses.
    #[must_use]
    pub const fn status(kind: FailureKind, any: &'static str) -> Self {
        Self {
            on: On::Status,
            kind,
            any,
        }
    }
}

/// What a wire adds to what all share.
pub struct Rules {
    /// Its rows.
    pub rows: &'static [Rule],
    /// Whether a number in `code` is its code, rather than the HTTP status again.
    pub numbers_are_codes: bool,
    /// Whether a missing model is always named, so that any other "not found" is about the address.
    pub names_missing_models: bool,
    /// How it is said that a reply has no message.
    pub unexplained: &'static str,
    /// What is said of a page for a browser; nothing to say of it as of a reply without a message.
    pub page: &'static str,
    /// Longest text shown of a reply that is no JSON, in bytes.
    pub plain_bytes: usize,
}

/// Says what a reply that is not a success means.
#[must_use]
pub fn classify(
    vendor: &Vendor,
    rules: &Rules,
    status: u16,
    headers: &Headers,
    text: &str,
    now_ms: u64,
) -> Failure {
    let told = Told::read(vendor, rules, status, headers, text, now_ms);
    verdict(vendor, rules, &told.body, &told.wait, Some(status), headers)
}

/// A reply that is not a success, taken apart.
pub struct Told {
    /// Its JSON; null if it is none.
    pub value: Value,
    /// What it says.
    pub body: ErrorBody,
    /// How long it asks to wait.
    pub wait: wait::Wait,
}

impl Told {
    /// Takes a reply apart.
    #[must_use]
    pub fn read(
        vendor: &Vendor,
        rules: &Rules,
        status: u16,
        headers: &Headers,
        text: &str,
        now_ms: u64,
    ) -> Self {
        let value = body::parse(text);
        Self::of(vendor, rules, (status, headers, text), value, now_ms)
    }

    /// Takes a reply apart, status, headers and text, of which [`body::parse`] made this value.
    #[must_use]
    pub fn of(
        vendor: &Vendor,
        rules: &Rules,
        (status, headers, text): (u16, &Headers, &str),
        value: Value,
        now_ms: u64,
    ) -> Self {
        let mut body = ErrorBody::read(text, &value, headers, rules, vendor);
        if text.trim().is_empty() {
            body.note(&["empty=", &status.to_string()].concat());
        }
        let wait = wait::Wait::read(&body, &value, headers, now_ms);
        Self { value, body, wait }
    }
}

/// Says what an error means that came inside an accepted reply.
#[must_use]
pub fn in_reply(
    vendor: &Vendor,
    rules: &Rules,
    status: Option<u16>,
    value: &Value,
    now_ms: u64,
) -> Failure {
    let body = ErrorBody::of(value, rules, vendor);
    let wait = wait::Wait::read(&body, value, &[], now_ms);
    verdict(vendor, rules, &body, &wait, status, &[])
}

/// Says what an error means that is already taken apart.
#[must_use]
pub fn verdict(
    vendor: &Vendor,
    rules: &Rules,
    body: &ErrorBody,
    wait: &wait::Wait,
    status: Option<u16>,
    headers: &Headers,
) -> Failure {
    let lookup = Lookup {
        tables: [vendor.rules, rules.rows, shared::ROWS],
        body,
        // What a success says of itself is no reason.
        status: status
            .filter(|status| !(200..300).contains(status))
            .or(body.status),
    };
    let by_text = lookup.words_and_message(wait);
    let kind = by_text.unwrap_or_else(|| lookup.rest(rules, headers, wait));
    let mut message = match (body.message.as_str(), status) {
        ("", _) if body.is_page && !rules.page.is_empty() => rules.page.to_owned(),
        ("", Some(status)) => format!("HTTP {status} {}", rules.unexplained),
        ("", None) => "the vendor reported an error without a message".to_owned(),
        (message, _) => message.to_owned(),
    };
    if by_text.is_none() && lookup.is_about_the_address(rules) {
        message.push_str(if lookup.is_wrong_scheme() {
            ": `baseUrl` begins with `http://`, and `https://` may be meant"
        } else {
            ": is `baseUrl` the address of the API?"
        });
    } else if kind == ModelNotFound && by_text.is_none() && !body.text.contains("model") {
        message.push_str(": is the model's name right, and `baseUrl` the address of the API?");
    }
    let mut failure = errors::failure(kind, message);
    failure.code = body.code.clone().map(errors::clip);
    if by_text.is_some() && body.message.is_empty() && failure.code.is_none() {
        // A vendor's row says what its silence means; nothing else is known.
        failure.code = Some("empty_reply".to_owned());
    }
    failure.status = status;
    failure.retry_after_ms = wait.for_kind(kind);
    failure
}

/// Whether JSON that came with a success reports an error all the same.
#[must_use]
pub fn is_error(value: &Value) -> bool {
    let value = value.get(0).unwrap_or(value);
    let named = value.get("error").is_some_and(|error| !error.is_null());
    let is = |key: &str| value.get(key).and_then(Value::as_str) == Some("error");
    named || is("object") || is("type") || body::base_code(value).is_some()
}

struct Lookup<'a> {
    tables: [&'static [Rule]; 3],
    body: &'a ErrorBody,
    status: Option<u16>,
}

impl Lookup<'_> {
    fn rows(&self, on: On) -> impl Iterator<Item = &'static Rule> {
        let rows = self.tables.into_iter().flatten();
        rows.filter(move |row| row.on == on)
    }

    fn word(&self, on: On) -> Option<FailureKind> {
        let mut rows = self.rows(on);
        let row = rows.find(|row| row.any.split('|').any(|word| self.body.names(word)))?;
        Some(row.kind)
    }

    fn phrase(&self, on: On, may: impl Fn(FailureKind) -> bool) -> Option<FailureKind> {
        let mut rows = self.rows(on).filter(|row| may(row.kind));
        let row = rows.find(|row| says_any(&self.body.text, row.any))?;
        Some(row.kind)
    }

    /// Steps 1 and 2.
    fn words_and_message(&self, wait: &wait::Wait) -> Option<FailureKind> {
        let by_word = self.word(On::Word);
        let corrected = self.phrase(On::Phrase, |kind| corrects(kind, by_word));
        let corrected = corrected.or_else(|| {
            let quota = self.phrase(On::Quota, |_| {
                matches!(by_word, None | Some(Server | Other))
            })?;
            let refills = wait.is_within_the_hour() || shared::refills_soon(&self.body.text);
            Some(if refills { RateLimit } else { quota })
        });
        let by_word = match by_word {
            Some(Billing) if wait.is_told_within_the_hour() => Some(RateLimit),
            kind => kind,
        };
        match corrected.or(by_word) {
            // A limit that the whole service puts on is no limit of this key.
            Some(RateLimit) if self.status == Some(503) => Some(Overloaded),
            kind => kind,
        }
    }

    /// Steps 3 and 4.
    fn rest(&self, rules: &Rules, headers: &Headers, wait: &wait::Wait) -> FailureKind {
        let general = self.word(On::General);
        let Some(status) = self.status else {
            return general.unwrap_or(Server);
        };
        if let Some(kind) =
            general.filter(|kind| !matches!(kind, BadRequest | Server | ModelNotFound))
        {
            return kind;
        }
        if self.is_about_the_address(rules) {
            return Other;
        }
        let written = status.to_string();
        let by_row = self
            .rows(On::Status)
            .find(|row| row.any.split('|').any(|status| status == written));
        let kind = by_row.map_or_else(|| errors::kind_of_status(status), |row| row.kind);
        let should_retry = wait::header(headers, "x-should-retry");
        match (should_retry, kind) {
            (Some("true"), BadRequest | Other) => Server,
            // A limit that it is no use to wait for.
            (Some("false"), RateLimit) if wait.asked.is_none() => Billing,
            _ => kind,
        }
    }

    /// Whether no API is at this address, which says nothing about the model.
    fn is_about_the_address(&self, rules: &Rules) -> bool {
        match self.status {
            Some(404 | 410) => {
                let is_named = self.body.text.contains("model");
                (rules.names_missing_models && !is_named)
                    || self.body.is_page
                    || says_any(&self.body.text, shared::NO_ROUTE)
            }
            Some(405) => !self.body.text.contains("model"),
            Some(421) => true,
            Some(400 | 403 | 426) => self.is_wrong_scheme(),
            _ => false,
        }
    }

    /// Whether it was asked in plaintext what wants TLS.
    fn is_wrong_scheme(&self) -> bool {
        matches!(self.status, Some(400 | 403 | 426))
            && says_any(&self.body.page, shared::WRONG_SCHEME)
    }
}

/// Whether a phrase of this kind goes before what a word said.
fn corrects(phrase: FailureKind, word: Option<FailureKind>) -> bool {
    match word {
        None | Some(Server | Other) => true,
        // Too many tokens in a minute are no input that is too long.
        Some(RateLimit) => {
            matches!(phrase, Auth | Billing | Permission | Overloaded | RateLimit)
        }
        Some(Permission) => matches!(phrase, Auth | Billing | ContentFilter),
        Some(ModelNotFound | Format) => matches!(phrase, Auth | Billing | Permission),
        _ => false,
    }
}

/// Whether a text has one of the phrases, which have `|` between them.
fn says_any(text: &str, phrases: &str) -> bool {
    phrases.split('|').any(|phrase| says(text, phrase))
}

/// Whether a text has the pieces of a phrase in their order.
fn says(text: &str, phrase: &str) -> bool {
    let mut rest = text;
    phrase.split('*').all(|piece| match rest.split_once(piece) {
        Some((_, after)) => {
            rest = after;
            true
        }
        None => false,
    })
}
