//! Times as vendors write them, in milliseconds since the epoch. No clock.

use openclaw_sdk::errors::{civil_date, civil_ms};

const SECOND_MS: u64 = 1_000;
const MINUTE_MS: u64 = 60 * SECOND_MS;
const DAY_MS: u64 = 24 * 60 * MINUTE_MS;

/// Returns the time of an RFC 3339 text, such as `2026-11-22T16:03:00Z`.
#[must_use]
pub fn rfc3339_ms(text: &str) -> Option<u64> {
    let (date, rest) = text.trim().split_once(['T', 't'])?;
    let (clock, offset_ms, behind_utc) = match rest.strip_suffix(['Z', 'z']) {
        Some(clock) => (clock, 0, false),
        None => {
            let (clock, offset) = rest.split_at(rest.rfind(['+', '-'])?);
            (clock, clock_ms(offset.get(1..)?)?, offset.starts_with('-'))
        }
    };
    let local = date_ms(date)?.checked_add(clock_ms(clock)?)?;
    if behind_utc {
        local.checked_add(offset_ms)
    } else {
        local.checked_sub(offset_ms)
    }
}

/// Returns the first time that a sentence names: an RFC 3339 time, or a day (`2026-12-01`) with or
/// without a time of day after it, which `at` may stand between. It is UTC, or Beijing time if the
/// sentence is.
#[must_use]
pub fn time_in(sentence: &str, is_beijing: bool) -> Option<u64> {
    let mut words = sentence
        .split_ascii_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_ascii_digit() && c != 'Z'));
    while let Some(word) = words.next() {
        if let Some(time) = rfc3339_ms(word) {
            return Some(time);
        }
        if let Some(day) = date_ms(word) {
            // Of `at` trimming left nothing.
            let clock = words.by_ref().take(2).find_map(clock_ms);
            let behind = if is_beijing { 8 * 60 * MINUTE_MS } else { 0 };
            return day.checked_add(clock.unwrap_or(0))?.checked_sub(behind);
        }
    }
    None
}

/// Returns 00:00 UTC on the first day of the month after `now_ms`.
#[must_use]
pub fn next_month_ms(now_ms: u64) -> Option<u64> {
    let (year, month, _) = civil_date(now_ms);
    let (year, month) = if month == 12 {
        (year + 1, 1)
    } else {
        (year, month + 1)
    };
    civil_ms(year, month, 1, 0)
}

/// Returns 00:00 UTC on a day written `2026-12-01`.
fn date_ms(text: &str) -> Option<u64> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if (year.len(), month.len(), day.len()) != (4, 2, 2) || parts.next().is_some() {
        return None;
    }
    civil_ms(number(year)?, number(month)?, number(day)?, 0)
}

/// Returns the time of day of `16:03` or `16:03:00`; fractions of a second are dropped.
fn clock_ms(text: &str) -> Option<u64> {
    let mut parts = text.split(':');
    let (hour, minute) = (number(parts.next()?)?, number(parts.next()?)?);
    let second = match parts.next() {
        Some(second) => number(second.split('.').next()?)?,
        None => 0,
    };
    let ms = hour
        .checked_mul(60)?
        .checked_add(minute)?
        .checked_mul(60)?
        .checked_add(second)?
        .checked_mul(SECOND_MS)?;
    (minute < 60 && second <= 60 && ms <= DAY_MS).then_some(ms)
}

fn number(digits: &str) -> Option<u64> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-12-01T00:00:00Z.
    const DECEMBER: u64 = 1_796_083_200_000;

    #[test]
    fn reset_times_are_read_with_and_without_an_offset() {
        assert_eq!(rfc3339_ms("2026-12-01T00:00:00Z"), Some(DECEMBER));
        assert_eq!(
            rfc3339_ms("2026-12-01T00:00:01.75Z"),
            Some(DECEMBER + 1_000)
        );
        assert_eq!(rfc3339_ms("2026-12-01T02:30:00+02:30"), Some(DECEMBER));
        assert_eq!(rfc3339_ms("2026-11-30T19:00:00-05:00"), Some(DECEMBER));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "T",
            "Z",
            "soon",
            "2026-12-01",
            "2026-12-01T",
            "2026-12-01TZ",
            "é-é-éTé:éZ",
        ] {
            assert_eq!(rfc3339_ms(text), None, "{text}");
        }
        for text in [
            "99999999999999999999-01-01T00:00:00Z",
            "2026-12-01T99999999999999999:00:00Z",
        ] {
            assert_eq!(rfc3339_ms(text), None, "{text}");
        }
        assert_eq!(rfc3339_ms("2026-12-01T00:00:00+é"), None);
        assert_eq!(rfc3339_ms("1970-01-01T00:00:00+01:00"), None);
    }

    #[test]
    fn a_sentence_names_a_day_a_day_with_an_hour_or_a_time() {
        let said = |text| time_in(text, false);
        assert_eq!(
            said("You will regain access on 2026-12-01 at 00:00 UTC."),
            Some(DECEMBER)
        );
        assert_eq!(
            said("regain access on 2026-11-30 at 12:30 UTC."),
            Some(DECEMBER - 41_400_000)
        );
        assert_eq!(said("regain access on 2026-12-01."), Some(DECEMBER));
        assert_eq!(said("until (2026-12-01T00:00:00Z)."), Some(DECEMBER));
        assert_eq!(said("model claude-opus-4-20250514 is busy"), None);
        assert_eq!(said("on 2026-13-01"), None);
        assert_eq!(
            said("Your limit will reset at 2026-12-01 08:00:00."),
            Some(DECEMBER + 8 * 60 * MINUTE_MS)
        );
        let beijing = "您的限额将在 2026-12-01 08:00:00 重置。";
        assert_eq!(time_in(beijing, true), Some(DECEMBER));
    }

    #[test]
    fn the_next_month_may_be_next_year() {
        assert_eq!(next_month_ms(DECEMBER - 1), Some(DECEMBER));
        assert_eq!(next_month_ms(DECEMBER), Some(DECEMBER + 31 * DAY_MS));
    }
}
