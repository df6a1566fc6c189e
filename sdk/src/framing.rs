//! Cutting a body into frames: server-sent events, lines, or the whole.

use crate::{Failure, FailureKind, errors};

/// Cuts bytes into frames, however they arrive in chunks. [`Framer`] does for bodies of text; a wire
/// with frames of its own brings its own.
pub trait Cut: 'static {
    /// Takes the next bytes and appends the frames they complete to `out`.
    ///
    /// # Errors
    /// When what came is no frame, or one that is too long.
    fn push(&mut self, bytes: &[u8], out: &mut Vec<Frame>) -> Result<(), Failure>;

    /// Takes the end of the body, and appends what it completes. A frame that is cut off is none: the
    /// answer that lacks it counts as truncated.
    fn end(&mut self, out: &mut Vec<Frame>);
}

impl Cut for Framer {
    fn push(&mut self, bytes: &[u8], out: &mut Vec<Frame>) -> Result<(), Failure> {
        Self::push(self, bytes, out).map_err(|FrameTooLong| too_long())
    }

    fn end(&mut self, out: &mut Vec<Frame>) {
        Self::end(self, out);
    }
}

/// Returns the failure of a frame that does not end in time.
#[must_use]
pub fn too_long() -> Failure {
    errors::failure(
        FailureKind::Server,
        "the reply holds an event of more than 16 MiB",
    )
}

/// How a body is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// Server-sent events (WHATWG HTML §9.2): a frame is an event with data.
    Sse,
    /// One JSON text a line: a frame is a line that is not blank.
    Lines,
    /// A frame is the whole body.
    Whole,
}

/// One frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// Event name, for server-sent events that have one.
    pub event: Option<String>,
    /// The data.
    pub data: String,
}

/// A frame is longer than [`FRAME_BYTES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameTooLong;

/// Longest frame accepted, in bytes.
pub const FRAME_BYTES: usize = 16 << 20;

/// Cuts bytes into frames, however they arrive in chunks. Bytes that are not UTF-8 are replaced.
///
/// The time it takes grows with the length of the body alone, however long a frame is.
#[derive(Debug)]
pub struct Framer {
    framing: Framing,
    /// What has come since the last line's end.
    rest: Vec<u8>,
    /// How much of it has no line's end, as was seen already.
    searched: usize,
    event: Option<String>,
    data: Option<String>,
    started: bool,
}

impl Framer {
    /// Returns a framer at the beginning of a body.
    #[must_use]
    pub fn new(framing: Framing) -> Self {
        Self {
            framing,
            rest: Vec::new(),
            searched: 0,
            event: None,
            data: None,
            started: false,
        }
    }

    /// Takes the next bytes and appends the frames they complete to `out`.
    ///
    /// # Errors
    /// [`FrameTooLong`] when a frame does not end in time.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<Frame>) -> Result<(), FrameTooLong> {
        self.rest.extend_from_slice(bytes);
        if self.framing != Framing::Whole {
            let mut rest = std::mem::take(&mut self.rest);
            let (mut consumed, mut searched) = (0, self.searched);
            while let Some((length, next)) = next_line(&rest[consumed..], searched) {
                let line = String::from_utf8_lossy(&rest[consumed..consumed + length]);
                self.line(&line, out);
                (consumed, searched) = (consumed + next, 0);
            }
            if consumed == rest.len() {
                // A long line's place is given back, rather than kept for short ones.
                rest = Vec::new();
            } else {
                rest.drain(..consumed);
            }
            // A carriage return at the end may be the first half of a line's end.
            self.searched = rest.len().saturating_sub(1);
            self.rest = rest;
        }
        let pending = self.data.as_ref().map_or(0, String::len);
        if self.rest.len() + pending > FRAME_BYTES {
            Err(FrameTooLong)
        } else {
            Ok(())
        }
    }

    /// Takes the end of the body: a last line or event without its terminator counts.
    pub fn end(&mut self, out: &mut Vec<Frame>) {
        let rest = std::mem::take(&mut self.rest);
        if self.framing == Framing::Whole {
            let data = String::from_utf8(rest)
                .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
            out.push(Frame { event: None, data });
            return;
        }
        let text = String::from_utf8_lossy(&rest);
        let text = text.strip_suffix('\r').unwrap_or(&text);
        if !text.is_empty() {
            self.line(text, out);
        }
        if self.framing == Framing::Sse {
            self.line("", out);
        }
    }

    fn line(&mut self, line: &str, out: &mut Vec<Frame>) {
        let line = if self.started {
            line
        } else {
            line.trim_start_matches('\u{feff}')
        };
        self.started = true;
        if self.framing == Framing::Lines {
            if !line.trim().is_empty() {
                out.push(Frame {
                    event: None,
                    data: line.to_owned(),
                });
            }
            return;
        }
        if line.is_empty() {
            let event = self.event.take();
            if let Some(data) = self.data.take() {
                out.push(Frame { event, data });
            }
            return;
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => self.event = Some(value.to_owned()),
            "data" => match &mut self.data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                None => self.data = Some(value.to_owned()),
            },
            _ => {}
        }
    }
}

/// Returns the length of the first complete line, and how many bytes it takes with its end; the
/// first `searched` bytes are known to hold none. A carriage return at the very end is not yet a
/// line end: a line feed may follow.
fn next_line(bytes: &[u8], searched: usize) -> Option<(usize, usize)> {
    let end = bytes[searched..]
        .iter()
        .position(|byte| matches!(byte, b'\n' | b'\r'))?
        + searched;
    match (bytes[end], bytes.get(end + 1)) {
        (b'\n', _) => Some((end, end + 1)),
        (_, Some(b'\n')) => Some((end, end + 2)),
        (_, Some(_)) => Some((end, end + 1)),
        (_, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::chunkings;

    fn check(framing: Framing, body: &str, want: &[(&str, &str)]) {
        for chunks in chunkings(body.as_bytes()) {
            let (mut framer, mut out) = (Framer::new(framing), Vec::new());
            for chunk in &chunks {
                framer.push(chunk, &mut out).expect("short");
            }
            framer.end(&mut out);
            let got: Vec<_> = out
                .iter()
                .map(|f| (f.event.as_deref().unwrap_or(""), f.data.as_str()))
                .collect();
            assert_eq!(got, want, "{chunks:?}");
        }
    }

    #[test]
    fn events_are_cut_at_blank_lines_whatever_the_line_ends() {
        check(
            Framing::Sse,
            "event: a\ndata: 1\n\ndata: 2\ndata:3\n\n",
            &[("a", "1"), ("", "2\n3")],
        );
        check(
            Framing::Sse,
            "event: a\r\ndata: é\r\n\r\ndata: 2\r\n\r\n",
            &[("a", "é"), ("", "2")],
        );
        check(
            Framing::Sse,
            "data: 1\r\rdata: 2\r\r",
            &[("", "1"), ("", "2")],
        );
    }

    #[test]
    fn comments_and_unknown_fields_are_skipped_and_an_event_without_data_is_none() {
        check(
            Framing::Sse,
            ": OPENROUTER PROCESSING\n\nevent: ping\n\nid: 7\ndata: x\n\n",
            &[("", "x")],
        );
    }

    #[test]
    fn the_last_frame_needs_no_terminator() {
        check(Framing::Sse, "data: [DONE]", &[("", "[DONE]")]);
        check(
            Framing::Lines,
            "{\"a\":1}\n\n{\"b\":2}",
            &[("", "{\"a\":1}"), ("", "{\"b\":2}")],
        );
        check(Framing::Whole, "{\n}", &[("", "{\n}")]);
    }

    /// Not timed: were each byte looked at again with each chunk, this would take minutes.
    #[test]
    fn a_long_frame_in_many_chunks_is_looked_through_once() {
        for framing in [Framing::Sse, Framing::Lines] {
            let (mut framer, mut out) = (Framer::new(framing), Vec::new());
            framer.push(b"data:", &mut out).expect("short");
            for _ in 0..(8 << 20) / 16 {
                framer
                    .push(b"0123456789abcdef", &mut out)
                    .expect("short enough");
            }
            framer.push(b"\r\n\r\n", &mut out).expect("short enough");
            framer.end(&mut out);
            assert_eq!(out.len(), 1);
            assert!(out[0].data.len() >= 8 << 20);
        }
    }

    #[test]
    fn a_frame_that_never_ends_is_refused() {
        let mut framer = Framer::new(Framing::Lines);
        let chunk = vec![b'x'; 1 << 20];
        let result = (0..=16).try_for_each(|_| framer.push(&chunk, &mut Vec::new()));
        assert_eq!(result, Err(FrameTooLong));
    }
}
