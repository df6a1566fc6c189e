//! What vendors' error replies have in common.
//!
//! A provider classifies by the vendor's code first, then structured details, headers, message and
//! last the status; these helpers cover the parts that do not differ between vendors.

use crate::{Failure, FailureKind};

/// Longest message kept, in bytes.
const MESSAGE_BYTES: usize = 2_000;

/// Returns a failure with a message and nothing else.
pub fn failure(kind: FailureKind, message: impl Into<String>) -> Failure {
    Failure {
        kind: kind.into(),
        code: None,
        message: clip(message.into()),
        status: None,
        retry_after_ms: None,
        request_id: None,
        parameter: None,
        extensions: Vec::new(),
    }
}

/// Shortens a message to what the contract keeps, at a character boundary.
#[must_use]
pub fn clip(mut message: String) -> String {
    if message.len() > MESSAGE_BYTES {
        let mut end = MESSAGE_BYTES;
        while !message.is_char_boundary(end) {
            end -= 1;
        }
        message.truncate(end);
    }
    message
}

/// Returns the failure that a stream ends with when it lacks the vendor's mark of completion.
#[must_use]
pub fn truncated() -> Failure {
    let mut failure = failure(
        FailureKind::Network,
        "the stream ended before the answer was complete",
    );
    failure.code = Some("stream_truncated".to_owned());
    failure
}

/// Returns the failure of a request that asks for something that this model or wire cannot do: the
/// need by its name in the request, such as `tool_choice`, and a sentence.
#[must_use]
pub fn unsupported(need: &str, message: impl Into<String>) -> Failure {
    let mut failure = failure(FailureKind::Unsupported, message);
    failure.code = Some("unsupported".to_owned());
    failure.parameter = Some(need.to_owned());
    failure
}

/// Returns the kind that an HTTP status alone suggests.
#[must_use]
pub fn kind_of_status(status: u16) -> FailureKind {
    match status {
        401 => FailureKind::Auth,
        402 => FailureKind::Billing,
        403 => FailureKind::Permission,
        404 | 410 => FailureKind::ModelNotFound,
        408 | 504 | 522 | 524 => FailureKind::Timeout,
        413 => FailureKind::ContextOverflow,
        429 => FailureKind::RateLimit,
        499 => FailureKind::Aborted,
        503 | 529 => FailureKind::Overloaded,
        400 | 405..=428 | 430..=498 => FailureKind::BadRequest,
        500..=599 => FailureKind::Server,
        _ => FailureKind::Other,
    }
}

/// Whether a message says that the input is too long.
///
/// The phrases are those of the vendors' public error tables; texts about rates are excluded
/// first, since "too many tokens, please wait" is a throttle.
#[must_use]
pub fn says_overflow(message: &str) -> bool {
    let text = message.to_ascii_lowercase();
    if [
        "rate limit",
        "too many requests",
        "please wait",
        "per minute",
    ]
    .iter()
    .any(|phrase| text.contains(phrase))
    {
        return false;
    }
    const PHRASES: [&str; 17] = [
        "prompt is too long",
        "prompt too long",
        "request_too_large",
        "input is too long",
        "exceeds the context window",
        "exceed context limit",
        "maximum prompt length is",
        "reduce the length of the messages",
        "maximum context length",
        "exceeds the available context size",
        "greater than the context length",
        "context window exceeds limit",
        "exceeded model token limit",
        "model_context_window_exceeded",
        "context_length_exceeded",
        "too many tokens",
        "token limit exceeded",
    ];
    PHRASES.iter().any(|phrase| text.contains(phrase))
        || (text.contains("token count") && text.contains("exceeds the maximum"))
}

/// Returns how long a reply asks to wait: `retry-after-ms`, else `retry-after` in seconds or as an
/// HTTP date (RFC 9110 §10.2.3).
#[must_use]
pub fn retry_after_ms(headers: &[(String, String)], now_ms: u64) -> Option<u64> {
    let value = |name: &str| {
        headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    };
    if let Some(ms) = value("retry-after-ms").and_then(decimal) {
        return whole_ms(ms);
    }
    let text = value("retry-after")?;
    match decimal(text) {
        Some(seconds) => whole_ms(seconds * 1_000.0),
        None => Some(http_date_ms(text)?.saturating_sub(now_ms)),
    }
}

/// Returns a duration written as Go does (`1s`, `6m0s`, `12ms`, `1h2m3.5s`), in milliseconds.
#[must_use]
pub fn go_duration_ms(text: &str) -> Option<u64> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    let mut total = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number = decimal(&rest[..digits])?;
        rest = &rest[digits..];
        let unit_end = rest
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(rest.len());
        let scale = match &rest[..unit_end] {
            "h" => 3_600_000.0,
            "m" => 60_000.0,
            "s" => 1_000.0,
            "ms" => 1.0,
            "us" | "µs" => 0.001,
            "ns" => 0.000_001,
            _ => return None,
        };
        total += number * scale;
        rest = &rest[unit_end..];
    }
    whole_ms(total)
}

/// Returns the milliseconds since the epoch of an HTTP date in any of the three forms of RFC 9110
/// §5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`, and the obsolete `Sunday, 06-Nov-94 08:49:37 GMT` and
/// `Sun Nov  6 08:49:37 1994`.
#[must_use]
pub fn http_date_ms(text: &str) -> Option<u64> {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let (day, month, year, clock) = match words[..] {
        [_, day, month, year, clock, "GMT"] => (day, month, year, clock),
        [_, date, clock, "GMT"] => {
            let (day, rest) = date.split_once('-')?;
            let (month, year) = rest.split_once('-')?;
            (day, month, year, clock)
        }
        [_, month, day, clock, year] => (day, month, year, clock),
        _ => return None,
    };
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let month = MONTHS.iter().position(|name| *name == month)? as u64 + 1;
    let number = |text: &str| text.parse::<u64>().ok();
    let year = match number(year)? {
        // Two digits that would be more than fifty years ahead are of the century before.
        short if year.len() == 2 => short + if short < 70 { 2_000 } else { 1_900 },
        year => year,
    };
    let mut clock = clock.splitn(3, ':').map(number);
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    civil_ms(
        year,
        month,
        number(day)?,
        (hour * 3_600 + minute * 60 + second) * 1_000,
    )
}

/// Returns the milliseconds since the epoch of a UTC calendar day plus `ms_of_day`.
#[must_use]
pub fn civil_ms(year: u64, month: u64, day: u64, ms_of_day: u64) -> Option<u64> {
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Days since 1970-03-01 in the proleptic Gregorian calendar, counting years from March.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year / 4 - year / 100 + year / 400;
    let days = 365 * year + leap_days + (153 * month + 2) / 5 + day - 1;
    let days_before_epoch = 719_468;
    Some((days.checked_sub(days_before_epoch)?) * 86_400_000 + ms_of_day)
}

/// Returns year, month and day (UTC) of a time in milliseconds since the epoch.
#[must_use]
pub fn civil_date(ms: u64) -> (u64, u64, u64) {
    let days = ms / 86_400_000 + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 {
        march_month + 3
    } else {
        march_month - 9
    };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

/// Returns the number that digits with at most one point stand for. Unlike the library's parser it brings no tables
/// into the component, which are 17 KB.
#[must_use]
pub fn decimal(text: &str) -> Option<f64> {
    let (mut number, mut scale) = (0.0, 1.0);
    let (mut digits, mut after_point) = (0, false);
    for byte in text.bytes() {
        if byte == b'.' && !after_point {
            after_point = true;
            continue;
        }
        number = number * 10.0 + f64::from(byte.is_ascii_digit().then(|| byte - b'0')?);
        scale *= if after_point { 10.0 } else { 1.0 };
        digits += 1;
    }
    (digits > 0).then_some(number / scale)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range is checked: 0 to ten years"
)]
fn whole_ms(ms: f64) -> Option<u64> {
    (ms.is_finite() && (0.0..=3.2e11).contains(&ms)).then(|| ms.ceil() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(name: &str, value: &str) -> Option<u64> {
        retry_after_ms(&[(name.to_owned(), value.to_owned())], 784_111_777_000)
    }

    #[test]
    fn waiting_hints_are_read_in_all_their_forms() {
        assert_eq!(wait("retry-after-ms", "1500"), Some(1_500));
        assert_eq!(wait("Retry-After", "2"), Some(2_000));
        assert_eq!(wait("retry-after", "0.5"), Some(500));
        assert_eq!(
            wait("retry-after", "Sun, 06 Nov 1994 08:49:47 GMT"),
            Some(10_000)
        );
        assert_eq!(
            wait("retry-after", "Sun, 06 Nov 1994 08:00:00 GMT"),
            Some(0)
        );
        for obsolete in ["Sunday, 06-Nov-94 08:49:47 GMT", "Sun Nov  6 08:49:47 1994"] {
            assert_eq!(wait("retry-after", obsolete), Some(10_000), "{obsolete}");
        }
        assert_eq!(
            http_date_ms("Friday, 01-Jan-27 00:00:00 GMT"),
            civil_ms(2027, 1, 1, 0)
        );
        for no_date in [
            "06-Nov-94",
            "Sunday, 06-94 08:49:47 GMT",
            "Sun Nov 6 08:49 1994",
            "Sun Foo 6 08:49:47 1994",
            "Sun, 06 Nov 1994 08:49:47 CET",
        ] {
            assert_eq!(http_date_ms(no_date), None, "{no_date}");
        }
        assert_eq!(wait("retry-after", "soon"), None);
        assert_eq!(wait("retry-after", "-1"), None);
        assert_eq!(wait("retry-after", "NaN"), None);
        assert_eq!(wait("retry-after", "."), None);
        assert_eq!(wait("retry-after", "1e3"), None);
        assert_eq!(
            wait(
                "retry-after",
                "Sun, 06 Nov 1994 99999999999999999999:49:47 GMT"
            ),
            None
        );
        assert_eq!(
            wait(
                "retry-after",
                "Sun, 06 Nov 1994 18446744073709551615:49:47 GMT"
            ),
            None
        );
    }

    #[test]
    fn go_durations_are_read() {
        assert_eq!(go_duration_ms("6m0s"), Some(360_000));
        assert_eq!(go_duration_ms("12ms"), Some(12));
        assert_eq!(go_duration_ms("1h2m3.5s"), Some(3_723_500));
        assert_eq!(go_duration_ms("1"), None);
        assert_eq!(go_duration_ms(""), None);
        assert_eq!(go_duration_ms("1x"), None);
    }

    #[test]
    fn dates_go_both_ways() {
        for (year, month, day) in [
            (1970, 1, 1),
            (2000, 2, 29),
            (2026, 11, 22),
            (2027, 1, 1),
            (2100, 3, 1),
        ] {
            let ms = civil_ms(year, month, day, 0).expect("in range");
            assert_eq!(civil_date(ms), (year, month, day));
            assert_eq!(civil_date(ms + 86_399_999), (year, month, day));
        }
        assert_eq!(civil_ms(1970, 1, 1, 0), Some(0));
    }

    #[test]
    fn a_throttle_that_speaks_of_tokens_is_no_overflow() {
        assert!(says_overflow(
            "prompt is too long: 300000 tokens > 200000 maximum"
        ));
        assert!(says_overflow(
            "The input token count (9) exceeds the maximum number of tokens allowed"
        ));
        assert!(!says_overflow(
            "Too many tokens, please wait before trying again."
        ));
    }
}
