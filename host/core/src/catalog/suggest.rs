//! Did you mean: known models that resemble an unknown one.

use std::cmp::Ordering;

use crate::credential::ProviderId;
use crate::defaults::place;
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

/// A known model, taken apart once to be compared with many unknown ones.
#[derive(Clone, Debug)]
pub struct Spelled {
    known: Known,
    whole: Spelling,
    /// The name without the vendor that resellers put before it; people leave it out.
    name: Option<Spelling>,
}

impl Spelled {
    /// Takes a model apart.
    #[must_use]
    pub fn of(known: Known) -> Self {
        let id = &known.model.model;
        Self {
            whole: Spelling::of(id),
            name: id.rsplit_once('/').map(|(_, name)| Spelling::of(name)),
            known,
        }
    }

    /// Returns how alike it and an unknown model are, if that is at least `enough`.
    fn likeness(&self, unknown: &Spelling, enough: f64) -> Option<f64> {
        let whole = unknown.likeness(&self.whole, enough);
        let name = self.name.as_ref();
        let name = name.and_then(|name| unknown.likeness(name, enough + VENDOR));
        let name = name.map(|name| name - VENDOR);
        whole.into_iter().chain(name).reduce(f64::max)
    }
}

/// How much less alike a name is that the vendor was left out of.
const VENDOR: f64 = 0.02;

/// Returns the known models that resemble an unknown one: those still served first, then by
/// likeness, those of the vendors that make them before those of resellers. Where its own provider has
/// some, other providers are not thought of.
///
/// Names are compared letter by letter and as sets of words, so that `claude-haiku-3-5` is near
/// to `claude-haiku-4-5` and to `claude-3-5-haiku-latest`.
#[must_use]
pub fn suggest(unknown: &ModelRef, known: &[Spelled]) -> Vec<ModelRef> {
    let spelling = Spelling::of(&unknown.model);
    let mut found: Vec<(bool, f64, ModelRef)> = Vec::new();
    let mut provider: Option<(&ProviderId, f64)> = None;
    for one in known {
        let Known { model, retired } = &one.known;
        if model == unknown {
            continue;
        }
        // Those of one provider come one after the other.
        let bonus = match provider {
            Some((last, bonus)) if *last == model.provider => bonus,
            _ => same_provider(unknown.provider.as_str(), model.provider.as_str()),
        };
        provider = Some((&model.provider, bonus));
        let enough = if *retired { ENOUGH_RETIRED } else { ENOUGH };
        if let Some(score) = one.likeness(&spelling, enough - bonus)
            && score + bonus >= enough
        {
            found.push((*retired, score + bonus, model.clone()));
        }
    }
    let is_own = |model: &ModelRef| model.provider == unknown.provider;
    if found.iter().any(|(.., model)| is_own(model)) {
        found.retain(|(.., model)| is_own(model));
    }
    found.sort_by(
        |(retired, score, model), (other_retired, other_score, other)| {
            retired
                .cmp(other_retired)
                .then_with(|| other_score.partial_cmp(score).unwrap_or(Ordering::Equal))
                .then_with(|| place(&model.provider).cmp(&place(&other.provider)))
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
#[derive(Clone, Debug)]
struct Spelling {
    letters: String,
    sorted: Vec<String>,
    /// How many letters there are.
    length: u32,
    /// How often each letter comes: `a` to `z`, the digits, and all others together.
    counts: [u8; 37],
}

impl Spelling {
    fn of(id: &str) -> Self {
        let mut sorted = words(id);
        let letters = sorted.join("-");
        sorted.sort();
        let length = letters.chars().count();
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        let mut counts = [0_u8; 37];
        for letter in letters.chars() {
            let place = match letter {
                'a'..='z' => letter as usize - 'a' as usize,
                '0'..='9' => 26 + letter as usize - '0' as usize,
                _ => 36,
            };
            counts[place] = counts[place].saturating_add(1);
        }
        Self {
            letters,
            sorted,
            length,
            counts,
        }
    }

    /// Returns how alike two are, if that can be at least `enough`: comparing letter by letter takes
    /// its time, and most are far apart already by which letters they have.
    fn likeness(&self, other: &Self, enough: f64) -> Option<f64> {
        let sets = shared(&self.sorted, &other.sorted);
        let both = |letters: f64| letters.max(sets) * 0.6 + letters.min(sets) * 0.25;
        if both(self.at_most(other)) < enough {
            return None;
        }
        let letters = strsim::normalized_damerau_levenshtein(&self.letters, &other.letters);
        Some(both(letters))
    }

    /// Returns what the likeness of the letters cannot be above: a letter that one has and the other
    /// has not is a change at least.
    fn at_most(&self, other: &Self) -> f64 {
        let (mut more, mut less) = (0_u32, 0_u32);
        for (ours, theirs) in self.counts.iter().zip(&other.counts) {
            more += u32::from(ours.saturating_sub(*theirs));
            less += u32::from(theirs.saturating_sub(*ours));
        }
        let longest = self.length.max(other.length);
        let apart = more.max(less).max(self.length.abs_diff(other.length));
        1.0 - f64::from(apart) / f64::from(longest.max(1))
    }
}

/// Returns how much more alike two models are for their providers: only a slip of the hand makes
/// two of those alike.
fn same_provider(unknown: &str, known: &str) -> f64 {
    let slip = strsim::normalized_damerau_levenshtein(unknown, known);
    if slip >= 0.75 { slip * 0.15 } else { 0.0 }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What is passed over by the letters alone is never what would have been found.
    #[test]
    fn the_bound_is_above_every_likeness() {
        let ids = [
            "claude-haiku-4-5",
            "claude-3-5-haiku-latest",
            "gpt-5.2",
            "gpt-5.2-2026-01-01",
            "gemini-2.5-pro",
            "meta-llama/llama-3.3-70b",
            "a",
            "",
            "ü-ß-1",
            "haiku-claude-5-4",
            "zzzzzzzz",
        ]
        .map(Spelling::of);
        for one in &ids {
            for other in &ids {
                let letters = strsim::normalized_damerau_levenshtein(&one.letters, &other.letters);
                let bound = one.at_most(other);
                assert!(
                    bound + 1e-9 >= letters,
                    "{one:?} {other:?}: {bound} {letters}"
                );
            }
        }
    }
}
