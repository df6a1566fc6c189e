//! `openclaw models list`

use std::borrow::Cow;

use openclaw_core::catalog::{ListingStatus, Model, Price};
use openclaw_core::model_ref::ModelRef;
use serde::Serialize;
use serde_json::{Value, json};

use crate::commands::models::list::{Listing, Row};
use crate::render::style::{Label, clip, columns, length, visible};
use crate::render::{Layout, Reply, pretty_of_about};

/// Headings of the columns, in their order.
const HEADINGS: [&str; 10] = [
    "Model",
    "Name",
    "Context",
    "Out",
    "$/M in/out",
    "Cache r/w",
    "Reasoning",
    "Input",
    "Auth",
    "Tags",
];
const MODEL: usize = 0;
/// About how many bytes of JSON a row has.
const ROW_BYTES: usize = 850;
/// Columns that hold numbers.
const NUMBERS: [usize; 4] = [2, 3, 4, 5];
const INPUT: usize = 7;
const AUTH: usize = 8;
const TAGS: usize = 9;

/// What a narrow page does without, the first of these first.
const SPARE: [Spare; 9] = [
    Spare::Column(1),
    Spare::Column(5),
    Spare::InputWords,
    Spare::Column(6),
    Spare::Column(3),
    Spare::Column(INPUT),
    Spare::Column(2),
    Spare::Column(4),
    Spare::Column(AUTH),
];

/// Something to do without.
#[derive(Clone, Copy)]
enum Spare {
    /// A column.
    Column(usize),
    /// The words for what a model takes: letters do.
    InputWords,
}

/// Letters for what a model takes, and the words.
const LETTERS: [(&str, &str); 5] = [
    ("T", "text"),
    ("I", "image"),
    ("A", "audio"),
    ("V", "video"),
    ("F", "file"),
];

/// Columns that tags get before another column is left out for them.
const TAGS_WIDTH: usize = 19;
/// Columns that tags get when no other column is left.
const TAGS_LEAST: usize = 8;

impl Reply for Listing {
    fn human(&self, page: &Layout) -> String {
        if self.rows.is_empty() {
            let text = format!("No models found.\n{}", self.empty);
            return format!("{}\n", text.trim_end());
        }
        let mut cells: Vec<[String; 10]> = vec![HEADINGS.map(str::to_owned)];
        cells.extend(self.rows.iter().map(row_cells));
        for column in NUMBERS {
            align(&mut cells, column);
        }
        let mut kept: Vec<usize> = (0..HEADINGS.len()).collect();
        // Without any credential the column says nothing.
        if self.rows.iter().all(|row| row.available != Some(true)) {
            kept.retain(|column| *column != AUTH);
        }
        let width = page.width.unwrap_or(usize::MAX);
        let mut lettered = false;
        for spare in SPARE {
            if total(&cells, &kept) <= width {
                break;
            }
            match spare {
                Spare::Column(spare) => kept.retain(|column| *column != spare),
                Spare::InputWords => {
                    for (cells, row) in cells.iter_mut().skip(1).zip(&self.rows) {
                        cells[INPUT] = letters(row);
                    }
                    lettered = true;
                }
            }
        }
        let longest = width.saturating_sub(TAGS_LEAST + 2).max(TAGS_LEAST);
        for cells in &mut cells {
            cells[MODEL] = clip(&cells[MODEL], longest);
        }
        let before = total(&cells, &kept[..kept.len() - 1]) + 2;
        for (cells, row) in cells.iter_mut().skip(1).zip(&self.rows) {
            cells[TAGS] = fitting(&tags(row), width.saturating_sub(before).max(TAGS_LEAST));
        }
        let rows: Vec<Vec<String>> = cells
            .iter()
            .map(|cells| kept.iter().map(|column| cells[*column].clone()).collect())
            .collect();
        let mut table = columns(&rows, page.width, |at, place, text| {
            let column = kept[place];
            let row = at.checked_sub(1).and_then(|at| self.rows.get(at));
            match row {
                None => page.style.paint(Label::Heading, text),
                Some(row) => label(row, column)
                    .map_or_else(|| text.to_owned(), |label| page.style.paint(label, text)),
            }
        });
        if lettered && kept.contains(&INPUT) {
            let legend = LETTERS.map(|(letter, word)| format!("{letter} {word}"));
            let legend = format!("Input: {}", legend.join(", "));
            table.push_str(&format!("\n{}\n", page.style.paint(Label::Dim, &legend)));
        }
        table
    }

    fn plain(&self) -> String {
        self.rows
            .iter()
            .map(|row| format!("{}\n", visible(row.model.key())))
            .collect()
    }

    fn json(&self) -> Value {
        json!(Shapes(&self.rows))
    }

    fn json_text(&self) -> String {
        pretty_of_about(&Shapes(&self.rows), self.rows.len() * ROW_BYTES)
    }

    fn is_fixed(&self) -> bool {
        true
    }

    fn notes(&self) -> Vec<String> {
        self.warnings.clone()
    }

    fn remarks(&self) -> Vec<String> {
        self.remarks.clone()
    }
}

/// All rows as data, one after the other.
struct Shapes<'r>(&'r [Row]);

impl Serialize for Shapes<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(shape))
    }
}

/// Returns how a cell is shown; the word in it says the same.
fn label(row: &Row, column: usize) -> Option<Label> {
    let gone = row.missing || row.retired || row.standing == Some(ListingStatus::Gone);
    match column {
        MODEL => Some(Label::Name),
        AUTH => match row.available {
            Some(true) => Some(Label::Good),
            _ => Some(Label::Dim),
        },
        TAGS if gone => Some(Label::Bad),
        TAGS if row.facts.as_ref().is_some_and(|facts| !stays(facts)) => Some(Label::Warning),
        TAGS => Some(Label::Dim),
        _ => None,
    }
}

/// Whether nothing is said of an end of the model.
fn stays(facts: &Model) -> bool {
    facts.retires.is_none() && facts.status == "active"
}

/// A row as data. Borrowed and written straight to text: there are hundreds of rows.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shape<'r> {
    model: Key<'r>,
    key: Key<'r>,
    name: Cow<'r, str>,
    provider: &'r str,
    model_id: &'r str,
    context_window: Option<u64>,
    max_output: Option<u64>,
    cost: Cost,
    reasoning: Option<bool>,
    input: &'r [String],
    local: Option<bool>,
    available: Option<bool>,
    tags: &'r [String],
    alias: Option<&'r str>,
    missing: bool,
    suggestions: Vec<String>,
    live: Option<bool>,
    status: Option<&'r str>,
    released: Option<&'r str>,
    retires: Option<&'r str>,
    #[serde(rename = "parametersB")]
    parameters_b: Option<f64>,
    sources: &'r [String],
}

/// A model's reference, written where it goes.
struct Key<'r>(&'r ModelRef);

impl Serialize for Key<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self.0)
    }
}

/// The four prices as data.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Cost {
    input: Option<f64>,
    output: Option<f64>,
    cache_read: Option<f64>,
    cache_write: Option<f64>,
}

impl From<Price> for Cost {
    fn from(price: Price) -> Self {
        Self {
            input: price.input,
            output: price.output,
            cache_read: price.cache_read,
            cache_write: price.cache_write,
        }
    }
}

/// The documented shape of one model.
pub(super) fn shape(row: &Row) -> Shape<'_> {
    let facts = row.facts.as_ref();
    let is_live = |status| matches!(status, ListingStatus::Listed | ListingStatus::New);
    Shape {
        model: Key(&row.model),
        key: Key(&row.model),
        name: facts.map_or_else(|| row.model.key().into(), |facts| (&facts.name).into()),
        provider: row.model.provider.as_str(),
        model_id: &row.model.model,
        context_window: facts.and_then(|facts| facts.context),
        max_output: facts.and_then(|facts| facts.max_output),
        cost: facts.map(|facts| facts.price).unwrap_or_default().into(),
        reasoning: facts.and_then(|facts| facts.reasoning),
        input: facts.map_or(&[], |facts| facts.input.as_slice()),
        local: row.local,
        available: row.available,
        tags: &row.tags,
        alias: row.alias.as_deref(),
        missing: row.missing,
        suggestions: row.suggestions.iter().map(ToString::to_string).collect(),
        live: row.standing.map(is_live),
        status: facts.map(|facts| {
            if row.retired {
                "retired"
            } else {
                facts.status.as_str()
            }
        }),
        released: facts.and_then(|facts| facts.released.as_deref()),
        retires: facts.and_then(|facts| facts.retires.as_deref()),
        parameters_b: facts.and_then(|facts| facts.parameters_b),
        sources: facts.map_or(&[], |facts| facts.sources.as_slice()),
    }
}

/// Returns the four prices as data.
pub(super) fn cost(price: Price) -> Value {
    json!(Cost::from(price))
}

fn row_cells(row: &Row) -> [String; 10] {
    let unknown = || "-".to_owned();
    let facts = row.facts.as_ref();
    let count = |tokens: Option<u64>| tokens.map_or_else(unknown, tokens_text);
    let price = facts.map(|facts| facts.price).unwrap_or_default();
    let yes_no = |flag: Option<bool>| match flag {
        None => unknown(),
        Some(true) => "yes".to_owned(),
        Some(false) => "no".to_owned(),
    };
    [
        visible(row.model.key()),
        facts.map_or_else(unknown, |facts| visible(&facts.name)),
        count(facts.and_then(|facts| facts.context)),
        count(facts.and_then(|facts| facts.max_output)),
        prices(price.input, price.output),
        prices(price.cache_read, price.cache_write),
        yes_no(facts.and_then(|facts| facts.reasoning)),
        facts
            .filter(|facts| !facts.input.is_empty())
            .map_or_else(unknown, |facts| visible(facts.input.join(" "))),
        match row.available {
            Some(true) => "yes".to_owned(),
            _ => String::new(),
        },
        tags(row).join(", "),
    ]
}

/// Returns what a model takes in letters; a word that has none is written out.
fn letters(row: &Row) -> String {
    let takes = row.facts.iter().flat_map(|facts| &facts.input);
    let short = takes.map(|word| {
        let known = LETTERS.iter().find(|(_, known)| known == word);
        known.map_or_else(
            || format!(" {}", visible(word)),
            |(letter, _)| (*letter).to_owned(),
        )
    });
    let text: String = short.collect();
    if text.is_empty() {
        "-".to_owned()
    } else {
        text
    }
}

/// Returns as many tags as fit into a width, whole ones, and a sign that there are more.
fn fitting(tags: &[String], width: usize) -> String {
    let all = tags.join(", ");
    if length(&all) <= width {
        return all;
    }
    let fit = (1..tags.len())
        .rev()
        .map(|count| format!("{}…", tags[..count].join(", ")))
        .find(|text| length(text) <= width);
    fit.unwrap_or_else(|| clip(&all, width))
}

/// Returns what is special about a model, and then its parts in the config: where some have to go,
/// the first stay.
pub(super) fn tags(row: &Row) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    if let Some(facts) = &row.facts {
        let day = facts.retires.as_deref().map(visible);
        match day {
            Some(day) if row.retired => tags.push(format!("removed {day}")),
            None if row.retired => tags.push("removed".to_owned()),
            day => {
                if facts.status != "active" {
                    tags.push(visible(&facts.status));
                }
                tags.extend(day.map(|day| format!("deprecated (until {day})")));
            }
        }
    }
    // To be configured goes without saying for what plays another part.
    let parts = row.tags.iter().filter(|tag| !tag.starts_with("alias:"));
    let several = parts.count() > 1;
    let said = row
        .tags
        .iter()
        .filter(|tag| *tag != "configured" || !several);
    tags.extend(said.map(visible));
    tags
}

/// Returns a number of tokens in three digits or so: `8k`, `200k`, `1.05M`.
pub(super) fn tokens_text(tokens: u64) -> String {
    match tokens {
        0..1_000 => tokens.to_string(),
        1_000..999_500 => format!("{}k", (tokens + 500) / 1_000),
        _ => {
            let hundredths = (tokens + 5_000) / 10_000;
            let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
            format!("{}M", text.trim_end_matches('0').trim_end_matches('.'))
        }
    }
}

/// Returns a price in dollars: two decimals, and more for what is cheaper than a cent.
pub(super) fn dollars(price: f64) -> String {
    let cents = price * 100.0;
    if (cents - cents.round()).abs() < 1e-6 {
        format!("${price:.2}")
    } else {
        let text = format!("{price:.4}");
        format!("${}", text.trim_end_matches('0'))
    }
}

/// Returns two prices for a column: `$15.00/$75.00`, `free`, `-` when both are unknown.
fn prices(first: Option<f64>, second: Option<f64>) -> String {
    let one = |price: Option<f64>| price.map_or_else(|| "?".to_owned(), dollars);
    match (first, second) {
        (None, None) => "-".to_owned(),
        (Some(first), Some(second)) if first == 0.0 && second == 0.0 => "free".to_owned(),
        (first, second) => format!("{}/{}", one(first), one(second)),
    }
}

/// Puts the numbers of a column below each other.
fn align(cells: &mut [[String; 10]], column: usize) {
    // What stands before the slash, and what behind it, each to the right.
    let halves = |text: &str| match text.split_once('/') {
        Some((before, after)) => (length(before), length(after)),
        None => (0, 0),
    };
    let rows = || cells.iter().skip(1).map(|row| row[column].as_str());
    let second = rows().map(|text| halves(text).1).max().unwrap_or(0);
    let spread: Vec<String> = cells
        .iter()
        .enumerate()
        .map(|(at, row)| match row[column].split_once('/') {
            Some((before, after)) if at > 0 => {
                let gap = " ".repeat(second - length(after));
                format!("{before}/{gap}{after}")
            }
            _ => row[column].clone(),
        })
        .collect();
    let width = spread.iter().map(|text| length(text)).max().unwrap_or(0);
    for (row, text) in cells.iter_mut().zip(spread) {
        row[column] = format!("{}{text}", " ".repeat(width - length(&text)));
    }
}

/// Returns two prices: `$15/$75`, `free`, `-` when both are unknown.
pub(super) fn price_text(first: Option<f64>, second: Option<f64>) -> String {
    let one =
        |price: Option<f64>| price.map_or_else(|| "?".to_owned(), |dollars| format!("${dollars}"));
    match (first, second) {
        (None, None) => "-".to_owned(),
        (Some(first), Some(second)) if first == 0.0 && second == 0.0 => "free".to_owned(),
        (first, second) => format!("{}/{}", one(first), one(second)),
    }
}

/// Returns the width that the kept columns need, two spaces between them; the tags may be cut.
fn total(cells: &[[String; 10]], kept: &[usize]) -> usize {
    let width = |column: &usize| {
        let widest = cells.iter().map(|row| length(&row[*column])).max();
        match *column {
            TAGS => widest.unwrap_or(0).min(TAGS_WIDTH),
            _ => widest.unwrap_or(0),
        }
    };
    kept.iter().map(width).sum::<usize>() + 2 * kept.len().saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_tokens_are_short() {
        let text = [
            0, 512, 8_192, 128_000, 999_499, 999_500, 1_000_000, 1_048_576, 2_000_000,
        ]
        .map(tokens_text);
        assert_eq!(
            text,
            ["0", "512", "8k", "128k", "999k", "1M", "1M", "1.05M", "2M"]
        );
    }

    #[test]
    fn a_column_of_prices_has_two_decimals() {
        assert_eq!(prices(Some(15.0), Some(75.0)), "$15.00/$75.00");
        assert_eq!(prices(Some(0.25), None), "$0.25/?");
        assert_eq!(dollars(0.0375), "$0.0375");
        assert_eq!(dollars(1.1), "$1.10");
    }

    #[test]
    fn prices_say_what_is_known() {
        let price = price_text;
        assert_eq!(price(Some(15.0), Some(75.0)), "$15/$75");
        assert_eq!(price(Some(0.25), None), "$0.25/?");
        assert_eq!(
            (price(Some(0.0), Some(0.0)), price(None, None)),
            ("free".to_owned(), "-".to_owned())
        );
    }
}
