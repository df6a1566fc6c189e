//! Days as the catalog writes them.

/// Returns the number of a day, counted from 1970-01-01; `YYYY-MM` counts as its first day.
/// `None` when the text is no such day.
#[must_use]
pub fn day_number(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let mut number = |digits: usize| {
        let part = parts.next()?;
        let plain = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        if plain {
            part.parse::<i64>().ok()
        } else {
            None
        }
    };
    let (year, month) = (number(4)?, number(2)?);
    let day = if text.len() > 7 { number(2)? } else { 1 };
    let valid = (1..=12).contains(&month) && (1..=31).contains(&day) && parts.next().is_none();
    valid.then(|| {
        // Years that begin in March put the leap day last.
        let (year, month) = if month > 2 {
            (year, month - 3)
        } else {
            (year - 1, month + 9)
        };
        let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        365 * year + leaps + (153 * month + 2) / 5 + day - 1 - 719_468
    })
}
