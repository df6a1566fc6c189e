//! The candidates as a numbered list.

use openclaw_core::catalog::Price;
use openclaw_core::scan::Candidate;
use openclaw_core::selection::Purpose;

use crate::commands::models::scan::report::Scan;
use crate::render::Layout;
use crate::render::models::list;
use crate::render::style::{Label, length, visible};

/// Returns the best candidates for a purpose as a numbered list.
#[must_use]
pub fn table(scan: &Scan, purpose: Purpose, page: &Layout) -> String {
    let shown: Vec<&Candidate> = scan
        .candidates_for(purpose)
        .take(scan.wanted.shown)
        .collect();
    let current = scan.current_for(purpose);
    let rows: Vec<[String; 4]> = shown
        .iter()
        .map(|candidate| {
            [
                visible(candidate.model.key()),
                format!("{},", size(candidate)),
                format!("{},", day(candidate)),
                price(candidate.facts.price),
            ]
        })
        .collect();
    let widest = |column: usize| {
        let cells = rows.iter().map(|row| length(&row[column]));
        cells.max().unwrap_or(0)
    };
    let [name, size, day] = [widest(0), widest(1), widest(2)];
    let digits = shown.len().to_string().len().max(2);
    let whole = digits + 2 + name + 4 + 1 + size + 1 + day + 1 + widest(3) + 1;
    let beside = page.width.is_none_or(|width| whole <= width);

    let mut text = match purpose {
        Purpose::Text => "Top candidates:\n".to_owned(),
        Purpose::Image => "Top candidates for images:\n".to_owned(),
    };
    for (at, (row, candidate)) in rows.iter().zip(&shown).enumerate() {
        let number = at + 1;
        let key = page.style.paint(Label::Name, &row[0]);
        let facts = format!("({:size$} {:day$} {})", row[1], row[2], row[3]);
        let mark = if current == Some(&candidate.model) {
            page.style.paint(Label::Dim, "  current")
        } else {
            String::new()
        };
        if beside {
            let gap = " ".repeat(name + 4 - length(&row[0]));
            text += &format!("{number:>digits$}. {key}{gap}{facts}{mark}\n");
        } else {
            let indent = " ".repeat(digits + 2);
            text += &format!("{number:>digits$}. {key}{mark}\n{indent}{facts}\n");
        }
    }
    text
}

fn size(candidate: &Candidate) -> String {
    match candidate.size {
        None if candidate.counts_as_large() => "large".to_owned(),
        None => "size unknown".to_owned(),
        Some(size) => format!("{}B", (size.billions * 100.0).round() / 100.0),
    }
}

fn day(candidate: &Candidate) -> String {
    let released = candidate.facts.released.as_ref();
    released.map_or_else(|| "date unknown".to_owned(), visible)
}

fn price(price: Price) -> String {
    let text = list::price_text(price.input, price.output);
    match text.as_str() {
        "-" => "price unknown".to_owned(),
        "free" => text,
        _ => format!("{text}/M"),
    }
}
