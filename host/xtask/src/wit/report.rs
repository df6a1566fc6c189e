//! A comparison for a person, and for a program.

use std::fmt::Write;

use anyhow::{Context, Result};
use serde_json::json;

use super::compare::{Class, Comparison};

/// Returns a comparison as lines: a change each, then what they amount to.
pub(super) fn text(comparison: &Comparison) -> String {
    let changes = &comparison.changes;
    let width = changes.iter().map(|change| change.path.len()).max();
    let width = width.unwrap_or_default();
    let mut text = format!(
        "{} {} -> {}\n",
        comparison.package, comparison.old, comparison.new
    );
    for change in changes {
        let class = match change.class {
            Class::Break => "break",
            Class::Addition => "addition",
            Class::Date => "date",
        };
        let (path, what) = (&change.path, &change.what);
        writeln!(text, "  {class:8}  {path:width$}  {what}").expect("a string takes any text");
    }
    text.push_str(&summary(comparison));
    text
}

fn summary(comparison: &Comparison) -> String {
    if comparison.changes.is_empty() {
        return "no difference of structure".to_owned();
    }
    let counted = [
        (Class::Break, "break"),
        (Class::Addition, "addition"),
        (Class::Date, "wrong date"),
    ]
    .into_iter()
    .map(|(class, word)| (comparison.count(class), word))
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{count} {word}{}", if count == 1 { "" } else { "s" }));
    let mut text = counted.collect::<Vec<_>>().join(", ");
    if comparison.announces() && comparison.count(Class::Break) > 0 {
        write!(text, ", announced by version {}", comparison.new).expect("a string takes any text");
    }
    text
}

/// Returns a comparison as JSON.
///
/// # Errors
/// None that is known of: what is written is text and numbers.
pub(super) fn json(comparison: &Comparison) -> Result<String> {
    let value = json!({
        "package": comparison.package,
        "old": comparison.old.to_string(),
        "new": comparison.new.to_string(),
        "announced": comparison.announces(),
        "breaks": comparison.count(Class::Break),
        "changes": comparison.changes,
        "problems": comparison.problems(),
    });
    serde_json::to_string_pretty(&value).context("cannot write the comparison as JSON")
}
