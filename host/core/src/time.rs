//! Points in time, as the files and the contract carry them.

use std::time::Duration;

use crate::catalog::day_number;

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

    /// Reads what [`iso`](Self::iso) returns; parts of a second may follow the seconds.
    #[must_use]
    pub fn parse_iso(text: &str) -> Option<Self> {
        let (day, clock) = text.strip_suffix('Z')?.split_once('T')?;
        let days = u64::try_from(day_number(day).filter(|_| day.len() == 10)?).ok()?;
        let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
        let mut parts = clock.split(':').map(|part| {
            let plain = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| part.parse::<u64>().ok()).flatten()
        });
        let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
        let digits = fraction.bytes().all(|byte| byte.is_ascii_digit());
        if parts.next().is_some() || hour > 23 || minute > 59 || second > 60 || !digits {
            return None;
        }
        let millis: u64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second;
        Some(Self(seconds * 1_000 + millis))
    }

    /// Returns how long it is from this point until `end`; zero when `end` has passed.
    #[must_use]
    pub fn until(self, end: Self) -> Duration {
        Duration::from_millis(end.0.saturating_sub(self.0))
    }
}

/// Reads a time of RFC 3339, such as `2027-01-01T00:00:00Z`, or a day alone; without an offset it is
/// UTC.
#[must_use]
pub fn parse_iso(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let (day, rest) = text.split_at_checked(10)?;
    let days = u64::try_from(crate::catalog::day_number(day)?).ok()?;
    let midnight = days.checked_mul(86_400_000)?;
    let Some(clock) = rest.strip_prefix(['T', 't', ' ']) else {
        return rest.is_empty().then_some(Timestamp(midnight));
    };
    let (clock, offset) = match clock.find(['Z', 'z', '+', '-']) {
        Some(at) => clock.split_at(at),
        None => (clock, "Z"),
    };
    let number = |text: &str, most: u64| -> Option<u64> {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|value| digits && *value <= most)
    };
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut parts = clock.split(':');
    let hour = number(parts.next()?, 23)?;
    let minute = number(parts.next()?, 59)?;
    let second = parts.next().map_or(Some(0), |second| number(second, 60))?;
    let digits = fraction.bytes().all(|byte| byte.is_ascii_digit());
    if parts.next().is_some() || fraction.is_empty() || !digits {
        return None;
    }
    let milliseconds: u64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    let of_day = ((hour * 60 + minute) * 60 + second) * 1_000 + milliseconds;
    let at = midnight.checked_add(of_day)?;
    let ahead = match offset {
        "Z" | "z" => return Some(Timestamp(at)),
        other => other,
    };
    let (sign, zone) = ahead.split_at_checked(1)?;
    let (hours, minutes) = zone.split_once(':')?;
    let shift = (number(hours, 23)? * 60 + number(minutes, 59)?) * 60_000;
    let at = match sign {
        "+" => at.checked_sub(shift)?,
        _ => at.checked_add(shift)?,
    };
    Some(Timestamp(at))
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

    use super::{Timestamp, parse_duration, parse_iso, parse_limit};

    #[test]
    fn times_are_read_as_they_are_written() {
        let ms = |text| parse_iso(text).map(|at| at.0);
        let new_year = 1_798_761_600_000;
        for text in [
            "2027-01-01",
            "2027-01-01T00:00:00Z",
            " 2027-01-01 00:00 ",
            "2027-01-01T01:00:00.000+01:00",
            "2026-12-31T19:00:00-05:00",
        ] {
            assert_eq!(ms(text), Some(new_year), "{text}");
        }
        assert_eq!(ms("2027-01-01T00:00:00.25Z"), Some(new_year + 250));
        for wrong in [
            "",
            "soon",
            "2027-13-01",
            "2027-01-01T25:00Z",
            "2027-01-01T1:00Z",
            "2027-01-01x",
        ] {
            assert_eq!(ms(wrong), None, "{wrong}");
        }
    }

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
        assert_eq!(parse_limit("90"), Ok(Duration::from_secs(90)));
        assert_eq!(parse_limit("1.5"), Ok(Duration::from_millis(1_500)));
        assert_eq!(parse_limit("250ms"), Ok(Duration::from_millis(250)));
        assert_eq!(parse_limit("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(parse_limit(" 2m "), Ok(Duration::from_secs(120)));
        for wrong in ["0", "", "soon", "-5", "1h30", "."] {
            let error = parse_limit(wrong).expect_err(wrong);
            assert_eq!(error.to_string(), format!("invalid duration: {wrong}"));
        }
    }

    #[test]
    fn a_written_time_is_read_again() {
        for at in [0, 1_768_478_400_000, 4_102_444_799_000] {
            assert_eq!(
                Timestamp::parse_iso(&Timestamp(at).iso()),
                Some(Timestamp(at))
            );
        }
        let with_parts = Timestamp::parse_iso("1970-01-01T00:00:01.25Z");
        assert_eq!(with_parts, Some(Timestamp(1_250)));
        for wrong in [
            "",
            "now",
            "1970-01-01",
            "1970-01T00:00:00Z",
            "1970-01-01T00:00Z",
            "1970-01-01T24:00:00Z",
            "1970-01-01T00:00:00",
            "1970-01-01T00:00:00.xZ",
            "1969-12-31T00:00:00Z",
        ] {
            assert_eq!(Timestamp::parse_iso(wrong), None, "{wrong}");
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
