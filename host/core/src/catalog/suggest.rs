//! Did you mean: known models that resemble an unknown one.

use std::cmp::Ordering;

use crate::model_ref::ModelRef;

/// At most this many are suggested.
const MOST: usize = 3;
/// Least likeness of a model that is served.
const ENOUGH: f64 = 0.55;
/// Least likeness of a model that is no longer served: only the very one that was meant.
const ENOUGH_RETIRED: f64 = 0.8;

/// A model to compare with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its reference.
    pub model: ModelRef,
    /// Whether it is no longer served.
    pub retired: bool,
}

/// Returns the known models that resemble an unknown one: those still served first, then by
/// likeness.
///
/// Names are compared letter by letter and as sets of words, so that `claude-haiku-3-5` is near
/// to `claude-haiku-4-5` and to `claude-3-5-haiku-latest`.
#[must_use]
pub fn suggest(unknown: &ModelRef, known: impl IntoIterator<Item = Known>) -> Vec<ModelRef> {
    let (provider, spelling) = (unknown.provider.as_str(), Spelling::of(&unknown.model));
    let mut found: Vec<(bool, f64, ModelRef)> = known
        .into_iter()
        .filter(|known| known.model != *unknown)
        .map(|known| {
            (
                known.retired,
                likeness(provider, &spelling, &known.model),
                known.model,
            )
        })
        .filter(|(retired, score, _)| *score >= if *retired { ENOUGH_RETIRED } else { ENOUGH })
        .collect();
    found.sort_by(
        |(retired, score, model), (other_retired, other_score, other)| {
            retired
                .cmp(other_retired)
                .then_with(|| other_score.partial_cmp(score).unwrap_or(Ordering::Equal))
                .then_with(|| model.key().len().cmp(&other.key().len()))
                .then_with(|| model.cmp(other))
        },
    );
    let best_retired = found.iter().find(|(retired, ..)| *retired).cloned();
    found.truncate(MOST);
    // The model that was meant is worth its place even when it is gone: the name explains itself.
    if let Some(meant) = best_retired.filter(|meant| !found.contains(meant)) {
        found.truncate(MOST - 1);
        found.push(meant);
    }
    found.into_iter().map(|(.., model)| model).collect()
}

/// Returns the name that resembles an unknown one most, if any is near: a slip of the hand, or a
/// part of it left out.
#[must_use]
pub fn nearest<'a>(unknown: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let unknown = unknown.trim().to_lowercase();
    let likeness = |name: &str| {
        let name = name.to_lowercase();
        let part = unknown.len() >= 3 && name.starts_with(&unknown)
            || name.len() >= 3 && unknown.starts_with(&name);
        let slip = strsim::normalized_damerau_levenshtein(&unknown, &name);
        if part { slip.max(0.7) } else { slip }
    };
    let scored = names.into_iter().map(|name| (likeness(name), name));
    let near = scored.filter(|(score, _)| *score >= 0.6);
    near.max_by(|(a, _), (b, _)| a.partial_cmp(b).unwrap_or(Ordering::Equal))
        .map(|(_, name)| name)
}

/// Returns the name that an unknown one surely stands for: at most two letters apart, or only in
/// capitals.
#[must_use]
pub fn slip_of<'a>(unknown: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = unknown.to_lowercase();
    let scored = names.into_iter().filter_map(|name| {
        let apart = strsim::damerau_levenshtein(&lower, &name.to_lowercase());
        let most = if name.len() < 5 { 1 } else { 2 };
        (apart <= most).then_some((apart, name))
    });
    scored.min_by_key(|(apart, _)| *apart).map(|(_, name)| name)
}

/// An id taken apart once, to be compared often.
struct Spelling {
    letters: String,
    sorted: Vec<String>,
}

impl Spelling {
    fn of(id: &str) -> Self {
        let mut sorted = words(id);
        let letters = sorted.join("-");
        sorted.sort();
        Self { letters, sorted }
    }

    fn likeness(&self, other: &Self) -> f64 {
        let letters = strsim::normalized_damerau_levenshtein(&self.letters, &other.letters);
        let sets = shared(&self.sorted, &other.sorted);
        letters.max(sets) * 0.6 + letters.min(sets) * 0.25
    }
}

fn likeness(provider: &str, unknown: &Spelling, known: &ModelRef) -> f64 {
    let whole = unknown.likeness(&Spelling::of(&known.model));
    // Resellers put the vendor before the name; people leave it out.
    let model = known.model.rsplit_once('/').map_or(whole, |(_, name)| {
        whole.max(unknown.likeness(&Spelling::of(name)) - 0.02)
    });
    // Only a slip of the hand makes two providers alike.
    let slip = strsim::normalized_damerau_levenshtein(provider, known.provider.as_str());
    model + if slip >= 0.75 { slip * 0.15 } else { 0.0 }
}

/// Returns the share of words that two sorted lists have in common.
fn shared(ours: &[String], theirs: &[String]) -> f64 {
    let (mut ours_left, mut theirs_left, mut common) = (ours, theirs, 0_u16);
    while let ([a, ours_rest @ ..], [b, theirs_rest @ ..]) = (ours_left, theirs_left) {
        match a.cmp(b) {
            Ordering::Equal => {
                (ours_left, theirs_left, common) = (ours_rest, theirs_rest, common + 1)
            }
            Ordering::Less => ours_left = ours_rest,
            Ordering::Greater => theirs_left = theirs_rest,
        }
    }
    let count = |words: &[String]| f64::from(u16::try_from(words.len()).unwrap_or(u16::MAX));
    let all = count(ours) + count(theirs) - f64::from(common);
    if all > 0.0 {
        f64::from(common) / all
    } else {
        0.0
    }
}

/// Returns the words of a model id, without what says nothing: dates and `latest`. Runs of
/// letters and of digits are words of their own.
fn words(id: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut last = None;
    for character in id.to_lowercase().chars().take(200) {
        let kind = if character.is_ascii_digit() {
            Some(true)
        } else {
            character.is_alphanumeric().then_some(false)
        };
        match (kind, words.last_mut()) {
            (Some(_), Some(word)) if kind == last => word.push(character),
            (Some(_), _) => words.push(character.to_string()),
            (None, _) => {}
        }
        last = kind;
    }
    words.retain(|word| word != "latest" && !(word.len() == 8 && word.starts_with("20")));
    words
}
