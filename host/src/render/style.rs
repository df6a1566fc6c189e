//! Labels and their colors, and text set in columns.

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
        let code = match label {
            Label::Heading => "1",
            Label::Good => "32",
            Label::Warning => "33",
            Label::Bad => "31",
            Label::Dim => "2",
            Label::Name => "36",
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

/// Returns how many characters a text has; everything we print is one column a character.
#[must_use]
pub fn length(text: &str) -> usize {
    text.chars().count()
}

/// Returns a text of at most `width` characters, with an ellipsis where it was cut.
#[must_use]
pub fn clip(text: &str, width: usize) -> String {
    if length(text) <= width {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(width.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// Returns somebody else's text in one line, what a terminal would obey written as an escape.
#[must_use]
pub fn visible(text: impl AsRef<str>) -> String {
    let mut shown = String::new();
    for character in text.as_ref().chars() {
        // Marks that turn the reading direction make a text say what it does not.
        let turns = matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if character.is_control() || turns {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
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
}
