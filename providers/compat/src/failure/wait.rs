//! How long a reply asks to wait: its headers, fields of its body, or words of its message.

use openclaw_sdk::FailureKind::{self, Billing, Other, Overloaded, RateLimit, Server, Timeout};
use openclaw_sdk::errors::{self, decimal};
use serde_json::Value;

use super::body::ErrorBody;
use super::time;
use crate::vendor::Headers;

const HOUR_MS: u64 = 3_600_000;
/// Longer than any wait that a server means.
const LONGEST_MS: u64 = 400 * 24 * HOUR_MS;
/// How deep fields are looked for.
const NESTING: usize = 6;

/// What a reply says of waiting, in milliseconds from now.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wait {
    /// What the headers ask for.
    pub asked: Option<u64>,
    /// When the limit that was hit refills, by headers.
    refills: Option<u64>,
    /// What a field or the message names.
    told: Option<u64>,
    /// The wait until a date that the message names.
    pub date: Option<u64>,
}

impl Wait {
    /// Reads all of it.
    #[must_use]
    pub fn read(body: &ErrorBody, value: &Value, headers: &Headers, now_ms: u64) -> Self {
        let is_beijing = body
            .text
            .chars()
            .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
            || ["1308", "1310"].iter().any(|code| body.names(code));
        let date = time::time_in(&body.message, is_beijing);
        Self {
            asked: errors::retry_after_ms(headers, now_ms),
            refills: used_up_ms(headers, body, now_ms),
            told: field_ms(value, now_ms, NESTING).or_else(|| words_ms(&body.text)),
            date: date.and_then(|date| future(date, now_ms)),
        }
    }

    /// Whether the reply says, in any way, that waiting helps within the hour.
    #[must_use]
    pub fn is_within_the_hour(&self) -> bool {
        let first = self.date.or(self.told).or(self.refills).or(self.asked);
        first.is_some_and(|wait| wait <= HOUR_MS)
    }

    /// Whether the body itself says so.
    #[must_use]
    pub fn is_told_within_the_hour(&self) -> bool {
        self.date.or(self.told).is_some_and(|wait| wait <= HOUR_MS)
    }

    /// Returns the wait that counts for a failure of this kind.
    #[must_use]
    pub fn for_kind(&self, kind: FailureKind) -> Option<u64> {
        match kind {
            // A day that is named goes before a moment that is asked for.
            Billing => self
                .date
                .or(self.asked)
                .or(self.told.filter(|wait| *wait > HOUR_MS)),
            RateLimit => self.date.or(self.asked).or(self.refills).or(self.told),
            Overloaded | Server | Timeout | Other => self.asked.or(self.told),
            _ => self.asked,
        }
    }
}

/// Returns the first header of this name.
#[must_use]
pub fn header<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    let found = headers
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.trim())
}

fn future(time_ms: u64, now_ms: u64) -> Option<u64> {
    let wait = time_ms.checked_sub(now_ms)?;
    (wait > 0 && wait <= LONGEST_MS).then_some(wait)
}

/// Returns when the limit that was hit refills: the one that the reply's type names, else the ones
/// that are used up.
fn used_up_ms(headers: &Headers, body: &ErrorBody, now_ms: u64) -> Option<u64> {
    let limits = ["-requests", "-tokens", ""];
    let named = limits
        .iter()
        .find(|limit| !limit.is_empty() && body.names(&limit[1..]));
    let told = |what: &str, limit: &str| {
        header(headers, &["x-ratelimit-", what, limit].concat())
            .or_else(|| header(headers, &["ratelimit-", what, limit].concat()))
    };
    limits
        .iter()
        .filter(|limit| match named {
            Some(named) => named == *limit,
            None => told("remaining", limit) == Some("0"),
        })
        .filter_map(|limit| moment_ms(told("reset", limit)?, now_ms))
        .max()
}

/// Reads a duration (`6m0s`, seconds) or a time (since 1970, or as RFC 3339) as a wait.
pub(super) fn moment_ms(text: &str, now_ms: u64) -> Option<u64> {
    if let Some(number) = decimal(text) {
        return number_ms(number, now_ms);
    }
    errors::go_duration_ms(text).or_else(|| future(time::rfc3339_ms(text)?, now_ms))
}

/// Takes a number for seconds, or for a time since 1970 in seconds or milliseconds, by its size.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range is checked"
)]
fn number_ms(number: f64, now_ms: u64) -> Option<u64> {
    if !(0.0..1e14).contains(&number) {
        return None;
    }
    if number >= 1e11 {
        future(number as u64, now_ms)
    } else if number >= 1e9 {
        future((number * 1_000.0) as u64, now_ms)
    } else {
        Some((number * 1_000.0).ceil() as u64).filter(|wait| *wait <= LONGEST_MS)
    }
}

/// Returns the wait that a field of the body names, wherever it is.
fn field_ms(value: &Value, now_ms: u64, depth: usize) -> Option<u64> {
    if depth == 0 {
        return None;
    }
    if let Some(list) = value.as_array() {
        return list
            .iter()
            .find_map(|value| field_ms(value, now_ms, depth - 1));
    }
    let object = value.as_object()?;
    let own = object.iter().find_map(|(key, value)| {
        let key = key.to_ascii_lowercase().replace(['-', '_'], "");
        match key.as_str() {
            "retryafterms" => value.as_u64(),
            "retryafter" | "retryafterseconds" | "retrydelay" | "resetsinseconds" | "resetsat"
            | "estimatedtime" | "resetat" | "resettime" | "xratelimitreset" => match value {
                Value::String(text) => moment_ms(text.trim(), now_ms),
                number => number_ms(number.as_f64()?, now_ms),
            },
            _ => None,
        }
    });
    own.or_else(|| {
        object
            .values()
            .find_map(|value| field_ms(value, now_ms, depth - 1))
    })
}

/// Returns the wait that a message names, as in "Please try again in 46.72s." Takes lower case.
fn words_ms(text: &str) -> Option<u64> {
    const BEFORE: [&str; 9] = [
        "try again in ",
        "try again after ",
        "retry in ",
        "retry after ",
        "retry your request in ",
        "available in ",
        "reset in ",
        "resets in ",
        "wait ",
    ];
    BEFORE
        .iter()
        .find_map(|before| duration_ms(text.split_once(before)?.1))
}

/// Reads durations at the beginning of a text: `46.72s`, `1m30s`, `6 seconds`, `2 hours and 5 minutes`.
fn duration_ms(text: &str) -> Option<u64> {
    let mut words = text
        .split_ascii_whitespace()
        .map(|word| word.trim_end_matches(['.', ',', ';', ')', '!']))
        .filter(|word| !matches!(*word, "about" | "another" | "for" | "and" | "at" | "least"));
    let mut total = None;
    while let Some(amount) = words.next() {
        let part = match errors::go_duration_ms(amount) {
            Some(part) => Some(part),
            None if decimal(amount).is_some() => words
                .next()
                .and_then(unit)
                .and_then(|unit| errors::go_duration_ms(&[amount, unit].concat())),
            None => None,
        };
        match part {
            Some(part) => total = Some(total.unwrap_or(0) + part),
            None => break,
        }
    }
    total.filter(|wait| *wait <= LONGEST_MS)
}

fn unit(word: &str) -> Option<&'static str> {
    Some(match word.trim_end_matches("(s)").trim_end_matches('s') {
        "m" if word == "ms" => "ms",
        "millisecond" | "msec" => "ms",
        "" if word == "s" => "s",
        "second" | "sec" => "s",
        "m" | "minute" | "min" => "m",
        "h" | "hour" | "hr" => "h",
        _ => return None,
    })
}
