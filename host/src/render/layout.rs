//! Listings that fit the window: cells in columns with details behind them, or below them where the
//! window is too narrow for both. Nothing is cut off.

use super::style::{Label, Style, length};

/// Fewest columns that details are set in beside the cells.
const LEAST_BESIDE: usize = 30;
/// Columns that details are comfortable in.
const COMFORTABLE: usize = 48;
/// Most characters of a line that a piece too long for any line goes on behind.
const FEW: usize = 12;
/// Fewest columns that first cells are set in; a longer one has a line of its own.
const LEAST_FIRST: usize = 16;

/// A text and what it is.
pub type Piece = (Label, String);

/// A line of a listing.
pub struct Entry {
    /// What is set in columns.
    pub cells: Vec<Piece>,
    /// What is said besides.
    pub details: Vec<Piece>,
}

/// Where the details of a listing go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Behind the cells.
    Beside,
    /// In lines of their own.
    Below,
    /// Below, with all cells but the first.
    Stacked,
}

/// The columns that a listing is set in, which its parts have in common.
pub struct Columns {
    indent: usize,
    widths: Vec<usize>,
    window: Option<usize>,
    place: Place,
}

impl Columns {
    /// Finds the columns for these entries, indented by so many.
    #[must_use]
    pub fn of<'a>(
        entries: impl IntoIterator<Item = &'a Entry>,
        indent: usize,
        window: Option<usize>,
    ) -> Self {
        let mut firsts: Vec<usize> = Vec::new();
        let mut widths: Vec<usize> = Vec::new();
        for entry in entries {
            for (column, (_, cell)) in entry.cells.iter().enumerate() {
                if column == widths.len() {
                    widths.push(0);
                }
                widths[column] = widths[column].max(length(cell));
                if column == 0 {
                    firsts.push(length(cell));
                }
            }
        }
        let others: usize = widths.iter().skip(1).map(|width| width + 2).sum();
        let widest = widths.first().copied().unwrap_or(0);
        // Room for the first column where all stand beside each other, and where details do not.
        let room = |details: usize| {
            let Some(window) = window else {
                return Some(widest);
            };
            let room = window.checked_sub(indent + others + details)?;
            (room >= widest.min(LEAST_FIRST)).then_some(room)
        };
        let (place, most) = match (room(LEAST_BESIDE + 2), room(0)) {
            (Some(room), _) => (Place::Beside, room),
            (None, Some(room)) => (Place::Below, room),
            (None, None) => (Place::Stacked, widest),
        };
        // A few long ones must not push the details of all others to the edge.
        let fit = |room: usize| firsts.iter().copied().filter(move |first| *first <= room);
        let comfortable = room(COMFORTABLE + 2).filter(|_| place == Place::Beside);
        let room = match comfortable {
            Some(comfortable) if fit(comfortable).count() * 2 > firsts.len() => comfortable,
            _ => most,
        };
        if let Some(first) = widths.first_mut() {
            *first = fit(room).max().unwrap_or(LEAST_FIRST);
        }
        Self {
            indent,
            widths,
            window,
            place,
        }
    }

    /// Returns an entry in its lines.
    #[must_use]
    pub fn entry(&self, entry: &Entry, style: Style) -> String {
        let mut lines = vec![" ".repeat(self.indent)];
        let add = |lines: &mut Vec<String>, text: &str| {
            if let Some(line) = lines.last_mut() {
                line.push_str(text);
            }
        };
        for (column, (label, cell)) in entry.cells.iter().enumerate() {
            let width = self.widths[column];
            add(&mut lines, &style.paint(*label, cell));
            if self.place == Place::Stacked {
                let next = if column == 0 {
                    lines.push(" ".repeat(self.indent + 4));
                    ""
                } else {
                    "  "
                };
                add(&mut lines, next);
            } else if length(cell) > width {
                lines.push(" ".repeat(self.indent + width + 2));
            } else {
                add(&mut lines, &" ".repeat(width - length(cell) + 2));
            }
        }
        let behind = self.indent + self.widths.iter().map(|width| width + 2).sum::<usize>();
        let (beside, start) = if self.place == Place::Beside {
            let given = entry.cells.len().min(self.widths.len());
            let missing = self.widths[given..].iter().map(|width| width + 2).sum();
            add(&mut lines, &" ".repeat(missing));
            (true, behind)
        } else {
            (false, self.indent + 4)
        };
        let width = self.window.map(|window| window.saturating_sub(start));
        let details = wrapped(&entry.details, "; ", width, style);
        for (at, line) in details.iter().enumerate() {
            if !(beside && at == 0) {
                lines.push(" ".repeat(start));
            }
            add(&mut lines, &line.text);
        }
        lines
            .iter()
            .map(|line| line.trim_end())
            .filter(|line| !line.is_empty())
            .map(|line| format!("{line}\n"))
            .collect()
    }
}

/// A line as it is printed.
pub struct Line {
    /// Its columns.
    pub width: usize,
    /// Its text, colors included.
    pub text: String,
}

/// Returns pieces in lines of at most `width`, with `separator` between them. A line ends between
/// pieces where it can, else between words; a word is never broken.
#[must_use]
pub fn wrapped(pieces: &[Piece], separator: &str, width: Option<usize>, style: Style) -> Vec<Line> {
    let width = width.unwrap_or(usize::MAX).max(1);
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (at, (label, piece)) in pieces.iter().enumerate() {
        let end = if at + 1 < pieces.len() {
            separator.trim_end()
        } else {
            ""
        };
        let whole = length(piece) + length(end);
        let fits = |used: usize, more: usize| used + 1 + more <= width;
        match lines.last_mut() {
            Some((used, line)) if fits(*used, whole) => {
                line.push(' ');
                line.push_str(&style.paint(*label, piece));
                line.push_str(end);
                *used += 1 + whole;
            }
            last => {
                // A piece that does not fit begins a line, and is broken between its words. Behind
                // a few characters alone it goes on in their line.
                let mut words = piece.split(' ').peekable();
                let mut part = String::new();
                if let Some((used, line)) = last.filter(|(used, _)| *used <= FEW && whole > width) {
                    while let Some(word) =
                        words.next_if(|word| fits(*used + 1 + length(&part), length(word)))
                    {
                        part.push_str(if part.is_empty() { "" } else { " " });
                        part.push_str(word);
                    }
                    if !part.is_empty() {
                        line.push(' ');
                        line.push_str(&style.paint(*label, &part));
                        *used += 1 + length(&part);
                        part.clear();
                    }
                }
                while let Some(word) = words.next() {
                    let last = words.peek().is_none();
                    let more = length(word) + if last { length(end) } else { 0 };
                    if !part.is_empty() && !fits(length(&part), more) {
                        lines.push((length(&part), style.paint(*label, &part)));
                        part.clear();
                    }
                    if !part.is_empty() {
                        part.push(' ');
                    }
                    part.push_str(word);
                }
                let used = length(&part) + length(end);
                lines.push((used, format!("{}{end}", style.paint(*label, &part))));
            }
        }
    }
    lines
        .into_iter()
        .map(|(width, text)| Line { width, text })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(texts: &[&str]) -> Vec<Piece> {
        texts
            .iter()
            .map(|text| (Label::Dim, (*text).to_owned()))
            .collect()
    }

    fn entry(cells: &[&str], details: &[&str]) -> Entry {
        Entry {
            cells: pieces(cells),
            details: pieces(details),
        }
    }

    #[track_caller]
    fn check(window: Option<usize>, expected: &str) {
        let entries = [
            entry(
                &["anthropic:work", "token", "active"],
                &["expires in 12 d (2026-12-06)", "`opus` resting for 4 min"],
            ),
            entry(&["openai:me", "api-key", "active"], &[]),
        ];
        let columns = Columns::of(&entries, 2, window);
        let text: String = entries
            .iter()
            .map(|entry| columns.entry(entry, Style::new(false)))
            .collect();
        assert_eq!(text, expected);
    }

    #[test]
    fn details_are_beside_the_cells_where_there_is_room() {
        check(
            None,
            "  anthropic:work  token    active  expires in 12 d (2026-12-06); `opus` resting for 4 min\n  openai:me       api-key  active\n",
        );
        check(
            Some(70),
            "  anthropic:work  token    active  expires in 12 d (2026-12-06);\n                                   `opus` resting for 4 min\n  openai:me       api-key  active\n",
        );
    }

    #[test]
    fn a_long_first_cell_has_a_line_of_its_own() {
        let entries = [
            entry(
                &["a-very-long-name-of-a-profile", "token", "active"],
                &["x"],
            ),
            entry(&["openai:default-one", "api-key", "active"], &["y"]),
        ];
        let columns = Columns::of(&entries, 0, Some(70));
        let text: String = entries
            .iter()
            .map(|entry| columns.entry(entry, Style::new(false)))
            .collect();
        assert_eq!(
            text,
            "a-very-long-name-of-a-profile\n                    token    active  x\nopenai:default-one  api-key  active  y\n"
        );
    }

    #[test]
    fn details_are_below_the_cells_where_there_is_none() {
        check(
            Some(50),
            "  anthropic:work  token    active\n      expires in 12 d (2026-12-06);\n      `opus` resting for 4 min\n  openai:me       api-key  active\n",
        );
        check(
            Some(24),
            "  anthropic:work\n      token  active\n      expires in 12 d\n      (2026-12-06);\n      `opus` resting for\n      4 min\n  openai:me\n      api-key  active\n",
        );
    }

    #[test]
    fn a_word_is_never_broken() {
        let lines = |width| {
            let pieces = pieces(&["a-very-long-word", "b"]);
            let lines = wrapped(&pieces, "; ", Some(width), Style::new(false));
            lines.into_iter().map(|line| line.text).collect::<Vec<_>>()
        };
        assert_eq!(lines(4), ["a-very-long-word;", "b"]);
        assert_eq!(lines(0), ["a-very-long-word;", "b"]);
        assert_eq!(lines(40), ["a-very-long-word; b"]);
    }

    #[test]
    fn a_piece_too_long_for_any_line_goes_on_behind_a_short_one() {
        let pieces = pieces(&["11 ms", "nobody was there to answer"]);
        let lines: Vec<String> = wrapped(&pieces, "; ", Some(16), Style::new(false))
            .into_iter()
            .map(|line| line.text)
            .collect();
        assert_eq!(lines, ["11 ms; nobody", "was there to", "answer"]);
    }
}
