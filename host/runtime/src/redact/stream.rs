//! Taking secrets out of a stream, without telling anything by how it is held up.
//!
//! What has arrived is passed on up to the last place that nothing crosses: a line end, or the end.
//! Where there is none, a fixed number of bytes is kept back. Neither depends on what is searched
//! for. Events and rows end in line ends, so answers arrive as they come.

use std::ops::Range;

use super::MARK;
use super::searcher::Searcher;

/// Bytes that are kept back within a line. The least piece that is searched for, written at its
/// longest (each character in thirteen), and its neighbors take less.
pub const KEPT: usize = 512;

/// Bytes that are passed on at once within a line, so that none is searched often.
const STEP: usize = 512;

/// Bytes of the same line that have been passed on and are searched again for what began in them.
const BEHIND: usize = 512;

/// Characters of base64 at the end of a line that make it one of several.
const WRAPPED: usize = 16;

/// Replaces secrets in a stream of chunks.
#[derive(Debug, Default)]
pub struct Redactor {
    /// The current line, with some of what was passed on already.
    line: Vec<u8>,
    /// How much of it that is.
    passed: usize,
    /// How far there is no end of it.
    looked: usize,
    /// Whether the last byte that was passed on is part of a mark.
    marking: bool,
}

impl Redactor {
    /// Takes the next bytes and returns those that are safe to pass on.
    pub fn push(&mut self, searcher: &Searcher, bytes: &[u8]) -> Vec<u8> {
        if searcher.is_empty() && self.passed == self.line.len() {
            self.next_line();
            return bytes.to_vec();
        }
        self.line.extend_from_slice(bytes);
        let mut out = Vec::with_capacity(bytes.len());
        let mut start = 0;
        while let Some(end) = self.line_end(start) {
            self.pass(searcher, start..end, end, &mut out);
            start = end;
            (self.passed, self.looked, self.marking) = (start, start, false);
        }
        self.line.drain(..start);
        self.passed -= start;
        self.looked = self.line.len();
        if self.line.len() - self.passed >= KEPT + STEP {
            let end = self.line.len() - KEPT;
            self.pass(searcher, 0..self.line.len(), end, &mut out);
            let behind = end.saturating_sub(BEHIND);
            self.line.drain(..behind);
            self.passed = end - behind;
            self.looked = self.line.len();
        }
        out
    }

    /// Takes the end of the stream and returns what was kept back.
    pub fn end(&mut self, searcher: &Searcher) -> Vec<u8> {
        let mut out = Vec::new();
        self.pass(searcher, 0..self.line.len(), self.line.len(), &mut out);
        self.next_line();
        out
    }

    fn next_line(&mut self) {
        *self = Self::default();
    }

    /// Passes on what is not passed on yet before `end`, having searched `within`.
    fn pass(&mut self, searcher: &Searcher, within: Range<usize>, end: usize, out: &mut Vec<u8>) {
        let mut at = self.passed.max(within.start);
        for mark in searcher.marks(&self.line[within.clone()]) {
            let mark = within.start + mark.start..(within.start + mark.end).min(end);
            if mark.end <= at {
                continue;
            }
            if mark.start >= end {
                break;
            }
            out.extend_from_slice(&self.line[at..mark.start.max(at)]);
            // A mark that began in what was passed on before is there already.
            if mark.start >= at || !self.marking {
                out.extend_from_slice(MARK);
            }
            at = mark.end;
            self.marking = true;
        }
        if at < end {
            out.extend_from_slice(&self.line[at..end]);
            self.marking = false;
        }
    }

    /// Returns the end of the line that begins at `start`, if it is there.
    fn line_end(&self, start: usize) -> Option<usize> {
        let from = self.looked.max(start);
        let mut ends = self.line[from..].iter().enumerate();
        ends.find_map(|(at, byte)| {
            let end = from + at;
            (*byte == b'\n' && !is_wrapped(&self.line[start..end])).then_some(end + 1)
        })
    }
}

/// Whether the text that a line holds goes on in the next one: base64 and quoted-printable text is
/// cut into lines.
fn is_wrapped(line: &[u8]) -> bool {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let is_base64 = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(byte);
    let run = line
        .iter()
        .rev()
        .take(WRAPPED)
        .take_while(is_base64)
        .count();
    run == WRAPPED || line.ends_with(b"=")
}
