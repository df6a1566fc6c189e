//! What the id of a model says of its family and version, and where a model without a release day
//! stands among its relatives.

use super::{Model, day_number};

/// Words that say nothing of a family.
const EMPTY: [&str; 3] = ["latest", "preview", "experimental"];

/// A family of models, and a version in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The words of the id, in lower case, without its numbers.
    pub family: String,
    /// The numbers of the version; none for one that always means the newest.
    pub numbers: Vec<u32>,
}

impl Version {
    /// Takes an id apart: `claude-opus-4-5-20251101` is `claude opus`, 4.5.
    #[must_use]
    pub fn of(id: &str) -> Self {
        let (mut family, mut numbers): (Vec<String>, Vec<u32>) = (Vec::new(), Vec::new());
        let mut ended = false;
        for word in words(id) {
            match word.parse::<u32>() {
                // What follows a date or a build is no version any more.
                Ok(number) if number < 100 && !(word.len() > 1 && word.starts_with('0')) => {
                    if !ended {
                        numbers.push(number);
                    }
                }
                Ok(_) => ended = true,
                Err(_) if EMPTY.contains(&word.as_str()) => {}
                Err(_) => family.push(word),
            }
        }
        Self {
            family: family.join(" "),
            numbers,
        }
    }
}

/// Returns runs of letters and runs of digits.
fn words(id: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut last = None;
    for character in id.to_lowercase().chars().take(200) {
        let kind = character
            .is_ascii_alphanumeric()
            .then(|| character.is_ascii_digit());
        match (kind, words.last_mut()) {
            (Some(_), Some(word)) if kind == last => word.push(character),
            (Some(_), _) => words.push(character.to_string()),
            (None, _) => {}
        }
        last = kind;
    }
    words
}

/// Where a model stands by age.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Standing {
    /// Its release day, or the earliest that it can have: as a number.
    pub day: Option<i64>,
    numbers: Vec<u32>,
}

/// Returns where each model of a provider stands among all of them. One without a release day stands
/// just after its newest relative of a lower version, and not before the month in which it was first
/// listed.
#[must_use]
pub fn standings(all: &[Model]) -> Vec<Standing> {
    let versions: Vec<Version> = all.iter().map(|model| Version::of(&model.id)).collect();
    let days: Vec<Option<i64>> = all
        .iter()
        .map(|model| model.released.as_deref().and_then(day_number))
        .collect();
    let earliest = all.iter().filter_map(first_listed).min();
    let each = all.iter().zip(&versions).zip(&days);
    each.map(|((model, own), day)| {
        let day = day.or_else(|| {
            let listed = first_listed(model).filter(|month| Some(*month) > earliest);
            listed
                .and_then(day_number)
                .max(after_relatives(own, &versions, &days))
        });
        Standing {
            day,
            numbers: own.numbers.clone(),
        }
    })
    .collect()
}

/// Returns the release day of the newest relative with a lower version: of its family, else of those
/// whose name begins alike.
fn after_relatives(own: &Version, versions: &[Version], days: &[Option<i64>]) -> Option<i64> {
    if own.numbers.is_empty() {
        return None;
    }
    let newest = |is_relative: &dyn Fn(&Version) -> bool| {
        let lower = versions.iter().zip(days).filter(|(version, _)| {
            !version.numbers.is_empty() && version.numbers < own.numbers && is_relative(version)
        });
        lower.filter_map(|(_, day)| *day).max()
    };
    let stem = first_word(&own.family);
    newest(&|version| version.family == own.family)
        .or_else(|| newest(&|version| first_word(&version.family) == stem))
}

fn first_word(family: &str) -> &str {
    family.split(' ').next().unwrap_or_default()
}

/// Returns the month of the oldest list that has a model, as `YYYY-MM`.
fn first_listed(model: &Model) -> Option<&str> {
    let months = model.sources.iter().filter_map(|source| {
        let (_, month) = source.rsplit_once('@')?;
        month.get(..7).filter(|month| day_number(month).is_some())
    });
    months.min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(id: &str) -> String {
        let version = Version::of(id);
        format!("{} {:?}", version.family, version.numbers)
    }

    #[test]
    fn an_id_is_a_family_and_a_version() {
        assert_eq!(version("claude-opus-4-5-20251101"), "claude opus [4, 5]");
        assert_eq!(version("claude-3-opus-latest"), "claude opus [3]");
        assert_eq!(version("gpt-5.1-2025-11-13"), "gpt [5, 1]");
        assert_eq!(version("gpt-6.1-sol"), "gpt sol [6, 1]");
        assert_eq!(version("gemini-3.1-pro-preview"), "gemini pro [3, 1]");
        assert_eq!(
            version("gemini-2.5-flash-lite-preview-09-2025"),
            "gemini flash lite [2, 5]"
        );
        assert_eq!(version("MiniMax-M2.5"), "minimax m [2, 5]");
        assert_eq!(version("o3-mini"), "o mini [3]");
        assert_eq!(version("chat-latest"), "chat []");
    }

    fn model(id: &str, released: Option<&str>, sources: &[&str]) -> Model {
        Model {
            id: id.to_owned(),
            name: String::new(),
            context: None,
            max_output: None,
            price: super::super::Price::default(),
            price_tiers: Vec::new(),
            reasoning: None,
            tools: None,
            input: Vec::new(),
            output: Vec::new(),
            released: released.map(str::to_owned),
            retires: None,
            status: "active".to_owned(),
            parameters_b: None,
            open_weights: None,
            sources: sources.iter().map(|source| (*source).to_owned()).collect(),
        }
    }

    #[test]
    fn a_model_without_a_day_stands_after_its_older_relatives() {
        let all = [
            model("a-1", Some("2025-01-01"), &["x@2026-02"]),
            model("a-2", Some("2026-01-01"), &["x@2026-02"]),
            model("a-3", None, &["x@2026-02"]),
            model("a-sol-4", None, &["x@2026-02"]),
            model("b-9", None, &["x@2026-11"]),
            model("c-9", None, &["x@2026-02"]),
            model("a-1.5", None, &["x@2026-02"]),
        ];
        let standings = standings(&all);
        let mut order: Vec<usize> = (0..all.len()).collect();
        order.sort_by_key(|&at| std::cmp::Reverse(standings[at].clone()));
        let ids: Vec<&str> = order.iter().map(|&at| all[at].id.as_str()).collect();
        assert_eq!(ids, ["b-9", "a-sol-4", "a-3", "a-2", "a-1.5", "a-1", "c-9"]);
    }
}
