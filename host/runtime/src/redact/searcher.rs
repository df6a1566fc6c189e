//! The search of a text for secrets, however they are written.

use std::fmt;
use std::ops::Range;

use super::MARK;
use super::automaton::{Automaton, Piece};
use super::filter::Filter;
use super::view::{View, is_escape, without_line_end};

/// Shortest piece of a secret that is taken out. A shorter one cannot be told from text; whoever
/// wants to guess one has to guess this much at once.
pub(super) const PIECE: usize = 12;

/// Shortest secret that is searched for, as a whole.
pub(super) const SHORTEST: usize = 6;

/// Longest that a mark grows beyond what was found, on each side.
const NEIGHBORS: usize = 64;

/// How often one encoding may hold another: base64 of a form with a key in hex, say.
const DEPTH: usize = 3;

/// What is searched for. Cheap to search with, whatever the number of secrets.
#[derive(Clone)]
pub struct Searcher {
    /// None where there is nothing to search for.
    pieces: Option<(Automaton, Filter)>,
    /// Whether there are secrets of fewer than [`PIECE`] bytes.
    has_short: bool,
}

/// Without what is searched for.
impl fmt::Debug for Searcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Searcher").finish_non_exhaustive()
    }
}

/// A secret as it is searched for.
pub(super) struct Wanted<'s> {
    /// All of it.
    pub(super) value: &'s str,
    /// How many bytes at its beginning are public.
    pub(super) public: usize,
}

impl Searcher {
    /// Returns the search for these secrets.
    pub(super) fn of<'s>(secrets: impl Iterator<Item = Wanted<'s>>) -> Self {
        let (mut texts, mut whole) = (Vec::new(), Vec::new());
        for secret in secrets {
            let value = secret.value.as_bytes();
            let hidden = &value[secret.public.min(value.len())..];
            // What is left beside a public beginning may be too little to be found by its pieces.
            let (list, value) = match hidden.len() {
                PIECE.. => (&mut texts, hidden),
                _ if value.len() >= SHORTEST => (&mut whole, value),
                _ => continue,
            };
            let plain = View::of(value).unescaped().bytes;
            let both = [value.to_vec(), plain];
            for mut text in both {
                text = folded(&text).collect();
                let backwards: Vec<u8> = text.iter().rev().copied().collect();
                for text in [text, backwards] {
                    if text.len() >= SHORTEST && !list.contains(&text) {
                        list.push(text);
                    }
                }
            }
        }
        // Undoing escapes may have made one too short for pieces.
        let (texts, short): (Vec<_>, Vec<_>) =
            texts.into_iter().partition(|text| text.len() >= PIECE);
        whole.extend(short);
        let is_empty = texts.is_empty() && whole.is_empty();
        let has_short = !whole.is_empty();
        Self {
            pieces: (!is_empty).then(|| {
                let texts = texts.iter().map(Vec::as_slice);
                let whole = whole.iter().map(Vec::as_slice);
                let filter = Filter::of(texts.clone().chain(whole.clone()), shortest(has_short));
                (Automaton::of(texts, whole), filter)
            }),
            has_short,
        }
    }

    /// The same search without looking first whether there can be anything.
    #[cfg(test)]
    pub(super) fn thorough(mut self) -> Self {
        if let Some((_, filter)) = &mut self.pieces {
            *filter = Filter::none();
        }
        self
    }

    /// Whether there is nothing to search for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pieces.is_none()
    }

    /// Returns `text` with every secret, and every piece of one, replaced by [`MARK`].
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        let marks = self.marks(text.as_bytes());
        if marks.is_empty() {
            return text.to_owned();
        }
        let mut out = Vec::with_capacity(text.len());
        let mut at = 0;
        for mark in marks {
            out.extend_from_slice(&text.as_bytes()[at..mark.start]);
            out.extend_from_slice(MARK);
            at = mark.end;
        }
        out.extend_from_slice(&text.as_bytes()[at..]);
        String::from_utf8_lossy(&out).into_owned()
    }

    /// Whether a piece of at least `least` bytes of a secret stands in `text`, or a short secret.
    #[must_use]
    pub fn finds(&self, text: &str, least: usize) -> bool {
        let mut found = false;
        self.search(View::of(text.as_bytes()), least, 0, &mut |_, _| {
            found = true
        });
        found
    }

    /// Returns the parts of `text` that are not to be seen, in order; no two of them touch.
    pub(super) fn marks(&self, text: &[u8]) -> Vec<Range<usize>> {
        let mut marks: Vec<Range<usize>> = Vec::new();
        if self.has_nothing_in(text) {
            return marks;
        }
        self.search(View::of(text), PIECE, 0, &mut |view, piece| {
            let (start, end) = if piece.whole {
                (piece.start, piece.end)
            } else {
                grown(view, piece)
            };
            let (start, end) = view.place(start, end);
            marks.push(start..end);
        });
        marks.sort_unstable_by_key(|mark| (mark.start, mark.end));
        let mut joined: Vec<Range<usize>> = Vec::new();
        for mark in marks {
            match joined.last_mut() {
                Some(last) if mark.start <= last.end => last.end = last.end.max(mark.end),
                _ => joined.push(mark),
            }
        }
        joined
    }

    /// Whether it is plain that a text holds nothing that is searched for.
    fn has_nothing_in(&self, text: &[u8]) -> bool {
        let Some((automaton, filter)) = &self.pieces else {
            return true;
        };
        let text = without_line_end(text);
        let is_plain = |byte: &u8| *byte != b'=' && !is_escape(*byte);
        if !text.iter().all(is_plain) || filter.may_be_encoded(text) {
            return false;
        }
        let mut found = false;
        automaton.search(folded(text), PIECE, |_| found = true);
        !found
    }

    fn search(&self, view: View, least: usize, depth: usize, found: &mut dyn FnMut(&View, Piece)) {
        let Some((automaton, filter)) = &self.pieces else {
            return;
        };
        if depth == 0
            && let Some(unquoted) = view.unquoted()
        {
            self.search(unquoted, least, 1, found);
        }
        let view = view.unescaped();
        // Pieces that end one after the other are parts of the longest.
        let mut last: Option<Piece> = None;
        automaton.search(folded(&view.bytes), least, |piece| match &mut last {
            Some(known) if known.whole == piece.whole && piece.start <= known.start => {
                *known = piece;
            }
            Some(known)
                if known.whole == piece.whole && piece.start <= known.end && !piece.whole =>
            {
                known.end = piece.end;
            }
            _ => {
                if let Some(known) = last.replace(piece) {
                    found(&view, known);
                }
            }
        });
        if let Some(known) = last {
            found(&view, known);
        }
        if depth >= DEPTH || !filter.may_be_encoded(&view.bytes) {
            return;
        }
        let bytes = shortest(self.has_short);
        let mut inner = |inner| self.search(inner, least, depth + 1, found);
        view.of_base64(bytes * 4 / 3, &mut inner);
        view.of_hex(bytes, &mut inner);
        view.of_numbers(bytes, &mut inner);
    }
}

/// Makes texts equal that some transport does not tell apart: the case of letters, and a space,
/// which forms write as a plus sign.
fn folded(text: &[u8]) -> impl Iterator<Item = u8> + '_ {
    text.iter().map(|byte| match byte {
        b' ' => b'+',
        _ => byte.to_ascii_lowercase(),
    })
}

/// Returns how many bytes the shortest piece has that counts.
const fn shortest(has_short: bool) -> usize {
    if has_short { SHORTEST } else { PIECE }
}

/// Returns a piece with the characters around it that belong to the same word: the rest of a
/// secret that was changed in the middle, or of a longer one that it was made from.
fn grown(view: &View, piece: Piece) -> (usize, usize) {
    let word =
        |at: usize| view.bytes[at].is_ascii_alphanumeric() || b"-_".contains(&view.bytes[at]);
    let (mut start, mut end) = (piece.start, piece.end);
    while start > 0 && piece.start - start < NEIGHBORS && view.adjoins(start) && word(start - 1) {
        start -= 1;
    }
    while end < view.bytes.len() && end - piece.end < NEIGHBORS && view.adjoins(end) && word(end) {
        end += 1;
    }
    (start, end)
}
