//! What a model's name says, and how large it is: as its vendor says, or as the name says.

use crate::catalog::Model;

/// Words by which vendors call the small ones of a family.
const SMALL: [&str; 8] = [
    "flash", "instant", "lite", "micro", "mini", "nano", "small", "tiny",
];

/// How many parameters a model has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    /// All of them, in billions.
    pub billions: f64,
    /// Whether only the name says so, as in `llama-3.3-70b`.
    pub by_name: bool,
}

/// Returns a model's size, where it is published.
///
/// A name says it as a word of its own: a number and `b`. Not `8x7b`, whose experts share
/// parameters, nor `a22b` or `e4b`, which count those in use.
#[must_use]
pub fn size_of(model: &Model) -> Option<Size> {
    let told = model
        .parameters_b
        .filter(|billions| billions.is_finite() && *billions > 0.0);
    if let Some(billions) = told {
        return Some(Size {
            billions,
            by_name: false,
        });
    }
    let sizes = words(&model.id).filter_map(billions);
    sizes.max_by(f64::total_cmp).map(|billions| Size {
        billions,
        by_name: true,
    })
}

/// Whether the name says that a model is one of the small ones.
pub(super) fn is_called_small(id: &str) -> bool {
    has_word(id, &SMALL)
}

/// Whether one of these is a word of an id.
pub(super) fn has_word(id: &str, wanted: &[&str]) -> bool {
    let is_wanted = |word: &str| wanted.iter().any(|known| word.eq_ignore_ascii_case(known));
    words(id).any(is_wanted)
}

/// Returns the words of an id. A dot belongs to a number.
fn words(id: &str) -> impl Iterator<Item = &str> {
    id.split(|character: char| !character.is_ascii_alphanumeric() && character != '.')
}

/// Reads `70b` or `1.5B`.
fn billions(word: &str) -> Option<f64> {
    let number = word.strip_suffix(['b', 'B'])?;
    let is_plain = number
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    // Nothing has a million billions: such a number is something else.
    let billions = number.parse::<f64>().ok().filter(|_| is_plain)?;
    (billions > 0.0 && billions < 1e6).then_some(billions)
}
