//! Points in time, as the files and the contract carry them.

use std::time::Duration;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// Returns the point `later` after this one; saturates at the end of time.
    #[must_use]
    pub fn plus(self, later: Duration) -> Self {
        Self(self.0.saturating_add(millis(later)))
    }

    /// Returns the day, in UTC, as `YYYY-MM-DD`.
    #[must_use]
    pub fn day(self) -> String {
        let shifted = self.0 / 86_400_000 + 719_468;
        let (era, of_era) = (shifted / 146_097, shifted % 146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 {
            from_march + 3
        } else {
            from_march - 9
        };
        let year = era * 400 + year_of_era + u64::from(month <= 2);
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// Returns the time, in UTC, as `YYYY-MM-DDTHH:MM:SSZ`.
    #[must_use]
    pub fn iso(self) -> String {
        let seconds = self.0 / 1_000 % 86_400;
        let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        format!("{}T{hour:02}:{minute:02}:{second:02}Z", self.day())
    }

    /// Returns how long it is from this point until `end`; zero when `end` has passed.
    #[must_use]
    pub fn until(self, end: Self) -> Duration {
        Duration::from_millis(end.0.saturating_sub(self.0))
    }
}

/// Returns a duration in whole milliseconds, saturating.
#[must_use]
pub fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// A text that is no duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid duration: {0}")]
pub struct InvalidDuration(pub String);

/// Reads a duration above zero: a number, fractions allowed, and `ms`, `s`, `m`, `h` or `d`; days
/// when there is no unit.
///
/// # Errors
/// [`InvalidDuration`].
pub fn parse_duration(raw: &str) -> Result<Duration, InvalidDuration> {
    let invalid = || InvalidDuration(raw.to_owned());
    let text = raw.trim().to_ascii_lowercase();
    let is_number = |character: char| character.is_ascii_digit() || character == '.';
    let split = text.find(|next| !is_number(next)).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let unit = match unit.trim() {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3_600.0,
        "d" | "" => 86_400.0,
        _ => return Err(invalid()),
    };
    let seconds = number.parse::<f64>().map_err(|_| invalid())? * unit;
    let duration = Duration::try_from_secs_f64(seconds).map_err(|_| invalid())?;
    // The files count in milliseconds, and other readers in floating point.
    let fits = (1..=1 << 53).contains(&millis(duration));
    if fits { Ok(duration) } else { Err(invalid()) }
}

/// Reads how long something may take: as [`parse_duration`], but seconds when there is no unit.
///
/// # Errors
/// [`InvalidDuration`].
pub fn parse_limit(raw: &str) -> Result<Duration, InvalidDuration> {
    let bare = raw.trim().ends_with(|last: char| last.is_ascii_digit());
    if bare {
        parse_duration(&format!("{raw}s")).map_err(|_| InvalidDuration(raw.to_owned()))
    } else {
        parse_duration(raw)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Timestamp, parse_duration, parse_limit};

    #[test]
    fn durations_are_days_unless_they_say_otherwise() {
        let seconds = |text: &str| parse_duration(text).ok().map(|found| found.as_secs_f64());
        let day = 86_400.0;
        assert_eq!(seconds("365d"), Some(365.0 * day));
        assert_eq!(seconds(" 12h "), Some(12.0 * 3_600.0));
        assert_eq!(
            (seconds("30"), seconds("0.5"), seconds("1.5D")),
            (Some(30.0 * day), Some(day / 2.0), Some(1.5 * day))
        );
        assert_eq!((seconds("2 m"), seconds("90s")), (Some(120.0), Some(90.0)));
        assert_eq!(parse_duration("250ms"), Ok(Duration::from_millis(250)));
        for wrong in [
            "",
            "d",
            "-1d",
            "0",
            "0.1ms",
            "1w",
            "1d2h",
            "1e3",
            "1.2.3",
            "NaN",
            "9999999999999999d",
            "∞",
        ] {
            assert_eq!(
                parse_duration(wrong).expect_err(wrong).to_string(),
                format!("invalid duration: {wrong}")
            );
        }
    }

    #[test]
    fn limits_are_seconds_unless_they_say_otherwise() {
        assert_eq!(parse_limit("15"), Ok(Duration::from_secs(15)));
        assert_eq!(parse_limit("1500ms"), Ok(Duration::from_millis(1_500)));
        assert_eq!(parse_limit("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(parse_limit(" 2m "), Ok(Duration::from_secs(120)));
        for wrong in ["0", "", "soon", "-5", "1h30", "."] {
            let error = parse_limit(wrong).expect_err(wrong);
            assert_eq!(error.to_string(), format!("invalid duration: {wrong}"));
        }
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(Timestamp(0).iso(), "1970-01-01T00:00:00Z");
        assert_eq!(Timestamp(951_782_400_000).day(), "2000-02-29");
        assert_eq!(Timestamp(1_795_305_599_000).iso(), "2026-11-21T23:59:59Z");
        assert_eq!(Timestamp(4_107_542_400_000).day(), "2100-03-01");
    }
}
