//! `openclaw models list`

use openclaw_core::catalog::{Model, Price};
use serde_json::{Value, json};

use crate::commands::models::list::{Listing, Row};
use crate::render::style::{Label, columns, length, visible};
use crate::render::{Page, Reply};

const HEADINGS: [&str; 8] = [
    "Model",
    "Name",
    "Context",
    "Output",
    "$/M in/out",
    "Reasoning",
    "Input",
    "Tags",
];
/// Columns that a narrow page does without, the first of these first.
const SPARE: [&str; 6] = [
    "Name",
    "Output",
    "Input",
    "Reasoning",
    "$/M in/out",
    "Context",
];

/// Columns that tags get before another column is left out for them.
const TAGS: usize = 18;

impl Reply for Listing {
    fn human(&self, page: &Page) -> String {
        if self.rows.is_empty() {
            return "No models found.\n".to_owned();
        }
        let mut rows = vec![HEADINGS.map(str::to_owned).to_vec()];
        rows.extend(self.rows.iter().map(|row| cells(row).to_vec()));
        let mut headings = HEADINGS.to_vec();
        for spare in SPARE {
            if page.width.is_none_or(|width| total(&rows) <= width) {
                break;
            }
            if let Some(place) = headings.iter().position(|heading| *heading == spare) {
                headings.remove(place);
                rows.iter_mut().for_each(|row| drop(row.remove(place)));
            }
        }
        let last = headings.len() - 1;
        columns(&rows, page.width, |row, column, text| {
            let gone = || {
                self.rows
                    .get(row - 1)
                    .is_some_and(|row| row.facts.is_none() && row.local.is_none() || row.retired)
            };
            let label = match column {
                _ if row == 0 => Label::Heading,
                0 => Label::Name,
                _ if column == last && gone() => Label::Warning,
                _ => Label::Dim,
            };
            if row == 0 || column == 0 || column == last {
                page.style.paint(label, text)
            } else {
                text.to_owned()
            }
        })
    }

    fn plain(&self) -> String {
        self.rows
            .iter()
            .map(|row| format!("{}\n", visible(row.model.key())))
            .collect()
    }

    fn json(&self) -> Value {
        self.rows.iter().map(shape).collect()
    }

    fn notes(&self) -> Vec<String> {
        self.warnings.clone()
    }

    fn remarks(&self) -> Vec<String> {
        self.remarks.clone()
    }
}

/// The documented shape of one model.
fn shape(row: &Row) -> Value {
    let facts = row.facts.as_ref();
    let price = facts.map(|facts| facts.price).unwrap_or_default();
    json!({
        "key": row.model.key(),
        "name": facts.map_or_else(|| row.model.key(), |facts| facts.name.clone()),
        "provider": row.model.provider.as_str(),
        "id": row.model.model,
        "contextWindow": facts.and_then(|facts| facts.context),
        "maxOutput": facts.and_then(|facts| facts.max_output),
        "cost": cost(price),
        "reasoning": facts.and_then(|facts| facts.reasoning),
        "input": facts.map(|facts| facts.input.clone()).unwrap_or_default(),
        "local": row.local,
        "available": row.available,
        "tags": row.tags,
        "missing": row.tags.iter().any(|tag| tag == "missing"),
        "status": facts.map(|facts| if row.retired { "retired" } else { facts.status.as_str() }),
        "releaseDate": facts.and_then(|facts| facts.released.clone()),
        "retirementDate": facts.and_then(|facts| facts.retires.clone()),
        "parametersB": facts.and_then(|facts| facts.parameters_b),
        "sources": facts.map(|facts| facts.sources.clone()).unwrap_or_default(),
    })
}

/// Returns the four prices as data.
pub(super) fn cost(price: Price) -> Value {
    json!({
        "input": price.input,
        "output": price.output,
        "cacheRead": price.cache_read,
        "cacheWrite": price.cache_write,
    })
}

fn cells(row: &Row) -> [String; 8] {
    let unknown = || "-".to_owned();
    let key = visible(row.model.key());
    let Some(facts) = &row.facts else {
        return [
            key,
            unknown(),
            unknown(),
            unknown(),
            unknown(),
            unknown(),
            unknown(),
            row.tags.join(", "),
        ];
    };
    let count = |tokens: Option<u64>| tokens.map_or_else(unknown, tokens_text);
    let reasoning = facts
        .reasoning
        .map_or("-", |reasons| if reasons { "yes" } else { "no" });
    [
        key,
        visible(&facts.name),
        count(facts.context),
        count(facts.max_output),
        price_text(facts.price),
        reasoning.to_owned(),
        visible(facts.input.join(" ")),
        tags(row, facts),
    ]
}

/// Returns a model's parts in the config, and what is special about it.
fn tags(row: &Row, facts: &Model) -> String {
    let mut tags: Vec<String> = row.tags.iter().map(visible).collect();
    match &facts.retires {
        Some(day) if row.retired => tags.push(format!("retired {day}")),
        None if row.retired => tags.push("retired".to_owned()),
        retires => {
            if facts.status != "active" {
                tags.push(visible(&facts.status));
            }
            tags.extend(retires.as_ref().map(|day| format!("retires {day}")));
        }
    }
    tags.join(", ")
}

/// Returns a number of tokens in three digits or so: `8k`, `200k`, `1.05M`.
fn tokens_text(tokens: u64) -> String {
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

/// Returns the prices of input and output: `$15/$75`, `free`, `-` when unknown.
pub(super) fn price_text(price: Price) -> String {
    let one =
        |price: Option<f64>| price.map_or_else(|| "?".to_owned(), |dollars| format!("${dollars}"));
    match (price.input, price.output) {
        (None, None) => "-".to_owned(),
        (Some(input), Some(output)) if input == 0.0 && output == 0.0 => "free".to_owned(),
        (input, output) => format!("{}/{}", one(input), one(output)),
    }
}

/// Returns the width that a table needs, two spaces between columns; the last may be cut.
fn total(rows: &[Vec<String>]) -> usize {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |column: usize| {
        let widest = rows
            .iter()
            .map(|row| row.get(column).map_or(0, |cell| length(cell)))
            .max()
            .unwrap_or(0);
        if column + 1 == count {
            widest.min(TAGS)
        } else {
            widest
        }
    };
    (0..count).map(widest).sum::<usize>() + 2 * count.saturating_sub(1)
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
    fn prices_say_what_is_known() {
        let price = |input, output| {
            price_text(Price {
                input,
                output,
                ..Price::default()
            })
        };
        assert_eq!(price(Some(15.0), Some(75.0)), "$15/$75");
        assert_eq!(price(Some(0.25), None), "$0.25/?");
        assert_eq!(
            (price(Some(0.0), Some(0.0)), price(None, None)),
            ("free".to_owned(), "-".to_owned())
        );
    }
}
