//! What a component may not say.

use super::bounds::{MAX_COUNT, MAX_ENTRIES, MAX_EXTENSION, MAX_WORD};
use crate::conversation::{Extension, Json, Limit, State, Usage};

/// An event that makes no sense after those before it: the component is at fault, not its vendor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// A part begins that has begun.
    #[error("part {part} begins twice")]
    BegunTwice {
        /// The part.
        part: u32,
    },
    /// A part goes on or ends that has not begun.
    #[error("part {part} has not begun")]
    NotBegun {
        /// The part.
        part: u32,
    },
    /// A part goes on or ends that has ended.
    #[error("part {part} has ended")]
    Ended {
        /// The part.
        part: u32,
    },
    /// An answer finishes while a part of it has not ended.
    #[error("answer {answer} finishes before its part {part} ends")]
    FinishedEarly {
        /// The answer.
        answer: u32,
        /// The part.
        part: u32,
    },
    /// An answer goes on or finishes that has finished.
    #[error("answer {answer} has finished")]
    Finished {
        /// The answer.
        answer: u32,
    },
    /// A piece or a value that a part of this kind cannot have.
    #[error("part {part} is a {kind} and cannot have a {piece}")]
    Misplaced {
        /// The part.
        part: u32,
        /// What it was opened as.
        kind: &'static str,
        /// What came.
        piece: &'static str,
    },
    /// Text that is to be JSON and is not.
    #[error("{what} is not JSON, or no object where one has to be")]
    NoJson {
        /// Which text.
        what: &'static str,
    },
    /// There are too many of something, or it is too long.
    #[error("more than {most} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// The most.
        most: u64,
    },
    /// A number that cannot be meant.
    #[error("{what} cannot be {value}")]
    Number {
        /// What it counts or measures.
        what: &'static str,
        /// The number, as text.
        value: String,
    },
}

/// Checks that there are at most `most`.
pub(super) fn at_most(count: usize, most: usize, what: &'static str) -> Result<(), Malformed> {
    if count <= most {
        return Ok(());
    }
    let most = most as u64;
    Err(Malformed::TooMany { what, most })
}

/// Checks the length of words.
pub(super) fn words<'a>(words: impl IntoIterator<Item = &'a String>) -> Result<(), Malformed> {
    words
        .into_iter()
        .try_for_each(|word| at_most(word.len(), MAX_WORD, "bytes of a word"))
}

/// Checks extensions, and returns their length in bytes.
pub(super) fn extensions(extensions: &[Extension]) -> Result<usize, Malformed> {
    at_most(extensions.len(), MAX_ENTRIES, "extensions")?;
    let mut bytes = 0;
    for Extension { namespace, value } in extensions {
        words([namespace])?;
        at_most(value.as_str().len(), MAX_EXTENSION, "bytes of an extension")?;
        if !value.is_object() {
            return Err(Malformed::NoJson {
                what: "an extension",
            });
        }
        bytes += value.as_str().len();
    }
    Ok(bytes)
}

/// Checks a state, and returns its length in bytes.
pub(super) fn state(state: &State) -> Result<usize, Malformed> {
    words(state.bound_to.iter().chain([&state.realm]))?;
    at_most(state.bound_to.len(), MAX_ENTRIES, "words of a state")?;
    json(&state.value, "a state")?;
    Ok(state.value.as_str().len())
}

pub(super) fn json(value: &Json, what: &'static str) -> Result<(), Malformed> {
    if value.is_valid() {
        return Ok(());
    }
    Err(Malformed::NoJson { what })
}

pub(super) fn usage(usage: &Usage) -> Result<(), Malformed> {
    at_most(usage.details.len(), MAX_ENTRIES, "details of the usage")?;
    words(usage.details.iter().map(|(name, _)| name))?;
    let counts = [
        usage.input,
        usage.output,
        usage.cache_read,
        usage.cache_write,
        usage.reasoning,
    ];
    let details = usage.details.iter().map(|(_, count)| *count);
    for count in counts.into_iter().flatten().chain(details) {
        if count > MAX_COUNT {
            return Err(Malformed::Number {
                what: "a count of the usage",
                value: count.to_string(),
            });
        }
    }
    number(usage.cost_usd, 0.0, "the cost")
}

pub(super) fn limits(limits: &[Limit]) -> Result<(), Malformed> {
    at_most(limits.len(), MAX_ENTRIES, "limits")?;
    for limit in limits {
        words([&limit.name, &limit.unit])?;
        words(limit.scope.iter().chain(&limit.status))?;
        number(limit.used_percent, 0.0, "a share used")?;
        // A balance may be overdrawn.
        number(limit.used, f64::MIN, "what is used of a limit")?;
        number(limit.most, f64::MIN, "a limit")?;
    }
    Ok(())
}

/// Checks that a number, if it was told, is one and is not below `least`.
pub(super) fn number(number: Option<f64>, least: f64, what: &'static str) -> Result<(), Malformed> {
    match number {
        Some(value) if !value.is_finite() || value < least => Err(Malformed::Number {
            what,
            value: value.to_string(),
        }),
        _ => Ok(()),
    }
}
