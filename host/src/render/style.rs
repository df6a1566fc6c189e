//! Labels and their colors, and text set in columns.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

pub use super::escape::visible;

/// What a piece of text is; the table below gives each its color.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// A heading.
    Heading,
    /// Works.
    Good,
    /// Will need attention.
    Warning,
    /// Does not work.
    Bad,
    /// Of less interest.
    Dim,
    /// A reference or id to be read as one.
    Name,
    /// What begins a hint or a note.
    Hint,
}

/// How labels are shown.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    color: bool,
}

impl Style {
    /// Returns a style with or without color.
    #[must_use]
    pub fn new(color: bool) -> Self {
        Self { color }
    }

    /// Whether labels have colors.
    #[must_use]
    pub fn has_color(self) -> bool {
        self.color
    }

    /// Returns text as its label is shown.
    #[must_use]
    pub fn paint(self, label: Label, text: &str) -> String {
        if !self.color || text.is_empty() {
            return text.to_owned();
        }
        // Colors that can be read on white and on black: no yellow, no cyan.
        let code = match label {
            Label::Heading => "1",
            Label::Good => "32",
            Label::Warning => "35",
            Label::Bad => "31",
            Label::Dim => "2",
            Label::Name => "1",
            Label::Hint => "1;34",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

/// Returns rows set in columns, two spaces apart, without trailing spaces. `width` cuts the last
/// column; cells may be painted afterwards by `paint`, which is given row, column and padded text.
#[must_use]
pub fn columns(
    rows: &[Vec<String>],
    width: Option<usize>,
    paint: impl Fn(usize, usize, &str) -> String,
) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    // Nothing follows the last cell of a row, so it may be longer than its column.
    let followed =
        |row: &Vec<String>, column: usize| (column + 1 < row.len()).then(|| length(&row[column]));
    let widths: Vec<usize> = (0..count)
        .map(|column| {
            rows.iter()
                .filter_map(|row| followed(row, column))
                .max()
                .unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    for (at, row) in rows.iter().enumerate() {
        let mut line = String::new();
        let mut used = 0;
        for (column, cell) in row.iter().enumerate() {
            let last = column + 1 == row.len();
            let shown = match width {
                Some(width) if last => clip(cell, width.saturating_sub(used).max(8)),
                _ => cell.clone(),
            };
            let padding = if last {
                0
            } else {
                widths[column] - length(&shown) + 2
            };
            used += length(&shown) + padding;
            line.push_str(&paint(at, column, &shown));
            line.push_str(&" ".repeat(padding));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Returns how many columns a text takes: two for most characters of East Asia and pictures, none for
/// accents that join the one before.
#[must_use]
pub fn length(text: &str) -> usize {
    text.width()
}

/// Returns a text of at most `width` columns, with an ellipsis where it was cut.
#[must_use]
pub fn clip(text: &str, width: usize) -> String {
    if length(text) <= width {
        return text.to_owned();
    }
    let mut cut = String::new();
    let mut used = 0;
    for character in text.chars() {
        used += character.width().unwrap_or(0);
        if used + 1 > width {
            break;
        }
        cut.push(character);
    }
    cut.push('…');
    cut
}

/// Returns a text followed by spaces up to `width` columns.
#[must_use]
pub fn padded(text: &str, width: usize) -> String {
    let gap = width.saturating_sub(length(text));
    format!("{text}{}", " ".repeat(gap))
}

/// Returns a count with its thousands apart: `12,345`.
#[must_use]
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Returns `1 model`, `2 models`.
#[must_use]
pub fn plural(count: usize, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_the_last_is_cut_to_the_width() {
        let rows = vec![
            vec!["a".to_owned(), "opus".to_owned()],
            vec!["long".to_owned(), "a very long text indeed".to_owned()],
        ];
        let plain = |_: usize, _: usize, text: &str| text.to_owned();
        assert_eq!(
            columns(&rows, None, plain),
            "a     opus\nlong  a very long text indeed\n"
        );
        let headed = [
            vec!["a heading alone".to_owned()],
            vec!["a".to_owned(), "b".to_owned()],
        ];
        assert_eq!(columns(&headed, None, plain), "a heading alone\na  b\n");
        assert_eq!(
            columns(&rows, Some(16), plain),
            "a     opus\nlong  a very lo…\n"
        );
    }

    #[test]
    fn wide_characters_take_two_columns() {
        let rows = vec![
            vec!["日本語モデル".to_owned(), "x".to_owned()],
            vec!["abcdefghijkl".to_owned(), "y".to_owned()],
        ];
        assert_eq!(
            columns(&rows, None, |_, _, text| text.to_owned()),
            "日本語モデル  x\nabcdefghijkl  y\n"
        );
        assert_eq!(clip("日本語", 5), "日本…");
        assert_eq!(clip("日本語", 4), "日…");
        assert_eq!(length("e\u{301}"), 1);
        assert_eq!(padded("日", 4), "日  ");
    }
}
