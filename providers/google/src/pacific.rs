//! Midnight in California, when Gemini's daily quotas refill. Knows the rules of US daylight saving
//! since 2007 and no clock: callers say what time it is.

use openclaw_sdk::errors::{civil_date, civil_ms};

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;

/// Returns how long it is until the next midnight Pacific time, in milliseconds; at midnight
/// itself, the whole day to the next one.
pub(crate) fn until_midnight_ms(now_ms: u64) -> u64 {
    let offset = offset_ms(now_ms);
    // Before the epoch's first Pacific midnight there is no local day to count from.
    let next_day = (now_ms.saturating_sub(offset) / DAY_MS).saturating_add(1);
    let local_midnight = next_day.saturating_mul(DAY_MS);
    // The clocks change at two in the morning, so every midnight has exactly one offset.
    let daylight = local_midnight.saturating_add(7 * HOUR_MS);
    let midnight = if is_daylight(daylight) {
        daylight
    } else {
        local_midnight.saturating_add(8 * HOUR_MS)
    };
    midnight.saturating_sub(now_ms)
}

/// Returns how far Pacific time is behind UTC.
fn offset_ms(utc_ms: u64) -> u64 {
    if is_daylight(utc_ms) {
        7 * HOUR_MS
    } else {
        8 * HOUR_MS
    }
}

/// Whether daylight saving time holds: from 02:00 standard time on the second Sunday of March to
/// 02:00 daylight time on the first Sunday of November.
fn is_daylight(utc_ms: u64) -> bool {
    let (year, _, _) = civil_date(utc_ms);
    let begins = first_sunday_ms(year, 3).map(|day| day + 7 * DAY_MS + 10 * HOUR_MS);
    let ends = first_sunday_ms(year, 11).map(|day| day + 9 * HOUR_MS);
    matches!((begins, ends), (Some(begins), Some(ends)) if (begins..ends).contains(&utc_ms))
}

/// Returns the beginning (UTC) of a month's first Sunday.
fn first_sunday_ms(year: u64, month: u64) -> Option<u64> {
    let first = civil_ms(year, month, 1, 0)?;
    // The epoch was a Thursday; Sunday is 0.
    let weekday = (first / DAY_MS + 4) % 7;
    Some(first + (7 - weekday) % 7 * DAY_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(month: u64, day: u64, hour: u64, minute: u64) -> u64 {
        civil_ms(2026, month, day, hour * HOUR_MS + minute * 60_000).expect("in range")
    }

    fn check(now: u64, want_minutes: u64) {
        assert_eq!(
            until_midnight_ms(now),
            want_minutes * 60_000,
            "{:?}",
            civil_date(now)
        );
    }

    #[test]
    fn a_winter_midnight_is_eight_in_the_morning_utc() {
        check(at(11, 22, 7, 59), 1);
        check(at(11, 22, 8, 0), 24 * 60);
        check(at(11, 22, 12, 0), 20 * 60);
        check(at(1, 1, 0, 0), 8 * 60);
        check(at(12, 31, 23, 0), 9 * 60);
    }

    #[test]
    fn a_summer_midnight_is_seven_in_the_morning_utc() {
        check(at(7, 4, 6, 59), 1);
        check(at(7, 4, 7, 0), 24 * 60);
        check(at(7, 4, 20, 30), 10 * 60 + 30);
    }

    #[test]
    fn the_day_the_clocks_go_forward_has_23_hours() {
        // 8 March 2026: 02:00 becomes 03:00.
        check(at(3, 8, 8, 0), 23 * 60);
        check(at(3, 8, 9, 59), 21 * 60 + 1);
        check(at(3, 8, 10, 0), 21 * 60);
        check(at(3, 7, 8, 0), 24 * 60);
    }

    #[test]
    fn the_day_the_clocks_go_back_has_25_hours() {
        // 1 November 2026: 02:00 becomes 01:00.
        check(at(11, 1, 7, 0), 25 * 60);
        check(at(11, 1, 8, 59), 23 * 60 + 1);
        check(at(11, 1, 9, 0), 23 * 60);
        check(at(11, 2, 8, 0), 24 * 60);
    }

    #[test]
    fn the_transitions_of_other_years_fall_on_their_sundays() {
        for (year, march, november) in [(2024, 10, 3), (2025, 9, 2), (2027, 14, 7), (2028, 12, 5)] {
            let spring = civil_ms(year, 3, march, 10 * HOUR_MS).expect("in range");
            let autumn = civil_ms(year, 11, november, 9 * HOUR_MS).expect("in range");
            assert_eq!(
                (is_daylight(spring - 1), is_daylight(spring)),
                (false, true),
                "{year}"
            );
            assert_eq!(
                (is_daylight(autumn - 1), is_daylight(autumn)),
                (true, false),
                "{year}"
            );
        }
    }

    #[test]
    fn no_time_is_too_early_or_too_late() {
        for now in [0, 1, 8 * HOUR_MS, u64::MAX / 2, u64::MAX] {
            assert!(until_midnight_ms(now) <= 32 * HOUR_MS, "{now}");
        }
    }
}
