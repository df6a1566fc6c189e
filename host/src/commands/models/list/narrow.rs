//! Which of the listed models are shown, and in which order.

use std::cmp::Ordering;

use super::Row;

/// The flags that narrow a list.
#[derive(Debug, clap::Args)]
pub(super) struct NarrowArgs {
    /// Only models whose id, name or alias contains this text; all words of it
    #[arg(value_name = "SEARCH")]
    text: Option<String>,
    /// The same as the argument
    #[arg(long, value_name = "TEXT", conflicts_with = "text")]
    search: Option<String>,
    /// Only models that reason
    #[arg(long)]
    reasoning: bool,
    /// Only models that take images
    #[arg(long)]
    image: bool,
    /// Order by a column: the cheapest, the largest or the newest first
    #[arg(long, value_name = "COLUMN")]
    sort: Option<Column>,
}

/// A column to sort by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Column {
    /// By `provider/model`
    Model,
    /// By name
    Name,
    /// By context length
    Context,
    /// By longest output
    Output,
    /// By price of output, then of input
    Price,
    /// By release date
    Released,
}

impl NarrowArgs {
    /// Whether a text is looked for.
    pub(super) fn is_search(&self) -> bool {
        self.wanted().is_some()
    }

    /// Takes out what was not asked for, and sorts what stays.
    pub(super) fn apply(&self, rows: &mut Vec<Row>) {
        rows.retain(|row| self.accepts(row));
        if let Some(column) = self.sort {
            rows.sort_by(|a, b| compare(column, a, b).then_with(|| a.model.cmp(&b.model)));
        }
    }

    /// Says why nothing is left.
    pub(super) fn nothing(&self) -> String {
        let mut why = Vec::new();
        if let Some(text) = self.wanted() {
            why.push(format!("contains `{text}`"));
        }
        if self.reasoning {
            why.push("reasons".to_owned());
        }
        if self.image {
            why.push("takes images".to_owned());
        }
        format!("No listed model {}.", why.join(" and "))
    }

    fn wanted(&self) -> Option<&str> {
        let text = self.search.as_deref().or(self.text.as_deref())?;
        Some(text.trim()).filter(|text| !text.is_empty())
    }

    fn accepts(&self, row: &Row) -> bool {
        let facts = row.facts.as_ref();
        let found = self.wanted().is_none_or(|text| {
            let name = facts.map(|facts| facts.name.as_str()).unwrap_or_default();
            let alias = row.alias.as_deref().unwrap_or_default();
            let all = format!("{} {name} {alias}", row.model.key()).to_lowercase();
            text.to_lowercase()
                .split_whitespace()
                .all(|word| all.contains(word))
        });
        found
            && (!self.reasoning || facts.is_some_and(|facts| facts.reasoning == Some(true)))
            && (!self.image || facts.is_some_and(|facts| facts.accepts("image")))
    }
}

/// Compares two rows by a column; what is not known comes last.
fn compare(column: Column, a: &Row, b: &Row) -> Ordering {
    let (left, right) = (a.facts.as_ref(), b.facts.as_ref());
    let known_first = |a: bool, b: bool| b.cmp(&a);
    match column {
        Column::Model => a.model.cmp(&b.model),
        Column::Name => {
            let name = |row: &Row| {
                let name = row.facts.as_ref().map(|facts| facts.name.to_lowercase());
                name.unwrap_or_else(|| row.model.key().to_lowercase())
            };
            name(a).cmp(&name(b))
        }
        Column::Context => {
            let of = |row: &Row| row.facts.as_ref().and_then(|facts| facts.context);
            of(b).cmp(&of(a))
        }
        Column::Output => {
            let of = |row: &Row| row.facts.as_ref().and_then(|facts| facts.max_output);
            of(b).cmp(&of(a))
        }
        Column::Released => {
            let of = |row: &Row| row.facts.as_ref().and_then(|facts| facts.released.clone());
            of(b).cmp(&of(a))
        }
        Column::Price => {
            let price = |facts: Option<&openclaw_core::catalog::Model>| {
                facts.and_then(|facts| Some((facts.price.output?, facts.price.input?)))
            };
            match (price(left), price(right)) {
                (Some(a), Some(b)) => a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)),
                (a, b) => known_first(a.is_some(), b.is_some()),
            }
        }
    }
}
