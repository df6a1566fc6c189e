//! What a reply is: head, body, pace, and the faults it is sent with.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use crate::encode;

/// A reply, built step by step. Head first; then the body; then how it goes wrong.
///
/// Changes to the bytes ([`truncated`](Self::truncated), [`gzip`](Self::gzip),
/// [`split`](Self::split)) happen in the order they are called; pace and faults apply to the
/// result, whenever they are called.
#[derive(Clone, Debug)]
pub struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Body,
    pub(crate) framing: Framing,
    pub(crate) wait: Duration,
    pub(crate) head_drip: Option<Duration>,
    /// Pauses between chunks, taken in turn; empty for none.
    pub(crate) pace: Vec<Duration>,
    /// Pauses before single chunks, beside the pace.
    pub(crate) pauses: BTreeMap<usize, Duration>,
    pub(crate) fault: Fault,
}

#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// `answer` is how many bytes come before the vendor's completion mark.
    Chunks { chunks: Vec<Vec<u8>>, answer: usize },
    /// As many bytes `x`, made while sending.
    Filler { length: u64, block: usize },
    /// Bytes for the socket in place of head and body.
    Raw(Vec<u8>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    Length,
    Chunked,
    UntilClose,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// Close without a byte.
    NoReply,
    /// Keep silent without a byte.
    Silence,
    /// Close in the middle, after so many bytes of the body.
    Cut(u64),
    /// Keep silent after so many bytes of the body.
    Stall(u64),
}

impl Reply {
    fn new(status: u16, body: Body, framing: Framing) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body,
            framing,
            wait: Duration::ZERO,
            head_drip: None,
            pace: Vec::new(),
            pauses: BTreeMap::new(),
            fault: Fault::None,
        }
    }

    /// Answers with a status and a body of known length.
    #[must_use]
    pub fn full(status: u16, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        let answer = body.len() / 2;
        let chunks = vec![body];
        Self::new(status, Body::Chunks { chunks, answer }, Framing::Length)
    }

    /// Answers with a status and JSON.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        Self::full(status, body.to_string()).header("content-type", "application/json")
    }

    /// Answers with a status and a stream in chunked encoding; each chunk is sent on its own.
    #[must_use]
    pub fn stream<C: Into<Vec<u8>>>(status: u16, chunks: impl IntoIterator<Item = C>) -> Self {
        let chunks: Vec<Vec<u8>> = chunks.into_iter().map(Into::into).collect();
        let answer = chunks.iter().map(Vec::len).sum();
        Self::new(status, Body::Chunks { chunks, answer }, Framing::Chunked)
    }

    /// Answers 200 with a stream whose end, in the vendor's eyes, are the `completion` chunks.
    pub(crate) fn vendor_stream<C: AsRef<[u8]> + Into<Vec<u8>>>(
        media_type: &str,
        mut answer: Vec<C>,
        completion: Vec<C>,
    ) -> Self {
        let before = answer.iter().map(|chunk| chunk.as_ref().len()).sum();
        answer.extend(completion);
        let mut reply = Self::stream(200, answer).header("content-type", media_type);
        if let Body::Chunks { answer, .. } = &mut reply.body {
            *answer = before;
        }
        reply
    }

    /// Answers 200 with `length` bytes, which are made while sending.
    #[must_use]
    pub fn huge(length: u64) -> Self {
        let block = 16 * 1024;
        Self::new(200, Body::Filler { length, block }, Framing::Length)
            .header("content-type", "text/plain")
    }

    /// Sends the client elsewhere.
    #[must_use]
    pub fn redirect(status: u16, to: &str) -> Self {
        Self::full(status, "").header("location", to)
    }

    /// Puts these bytes on the socket, instead of anything like HTTP, and closes.
    #[must_use]
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(0, Body::Raw(bytes.into()), Framing::UntilClose)
    }

    /// Closes the connection without a byte.
    #[must_use]
    pub fn disconnect() -> Self {
        Self::full(0, "").fault(Fault::NoReply)
    }

    /// Keeps the connection open without a byte, until the client leaves or the server stops.
    #[must_use]
    pub fn silence() -> Self {
        Self::full(0, "").fault(Fault::Silence)
    }

    fn fault(mut self, fault: Fault) -> Self {
        self.fault = fault;
        self
    }

    /// Sets the status.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Adds a header. Control characters become blanks: use [`raw`](Self::raw) to break HTTP.
    /// Headers that describe the framing are the server's own and are not taken from here.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let name: String = name.into();
        let own = ["content-length", "transfer-encoding", "connection"];
        if !own.iter().any(|own| name.eq_ignore_ascii_case(own)) {
            self.headers.push((name, value.into()));
        }
        self
    }

    /// Adds `retry-after`, in seconds.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        self.header("retry-after", seconds.to_string())
    }

    /// Sends the body in chunked encoding.
    #[must_use]
    pub fn chunked(mut self) -> Self {
        self.framing = Framing::Chunked;
        self
    }

    /// Sends the body without saying its length; closing the connection ends it.
    #[must_use]
    pub fn until_close(mut self) -> Self {
        self.framing = Framing::UntilClose;
        self
    }

    /// Wraps the body as gzip and says so. The bytes are stored, not shrunk.
    #[must_use]
    pub fn gzip(mut self) -> Self {
        if let Body::Chunks { chunks, answer } = &mut self.body {
            let zipped = encode::gzip(&chunks.concat());
            *answer = zipped.len() / 2;
            *chunks = vec![zipped];
            self.headers
                .push(("content-encoding".to_owned(), "gzip".to_owned()));
        }
        self
    }

    /// Ends the body, properly as far as HTTP goes, before the vendor's mark of completion. A body
    /// that is no stream loses its second half.
    #[must_use]
    pub fn truncated(self) -> Self {
        match self.body {
            Body::Chunks { answer, .. } => self.shortened(answer),
            _ => self,
        }
    }

    /// Ends the body, properly as far as HTTP goes, after `length` bytes.
    #[must_use]
    pub fn shortened(mut self, length: usize) -> Self {
        match &mut self.body {
            Body::Chunks { chunks, answer } => {
                let mut left = length;
                chunks.retain_mut(|chunk| {
                    chunk.truncate(left);
                    left -= chunk.len();
                    !chunk.is_empty()
                });
                *answer = (*answer).min(length);
            }
            Body::Filler { length: now, .. } => *now = (*now).min(length as u64),
            Body::Raw(bytes) => bytes.truncate(length),
        }
        self
    }

    /// Cuts the body anew into chunks of `size` bytes, each sent on its own, and sends it in chunked
    /// encoding; characters and events are cut wherever the size falls.
    #[must_use]
    pub fn split(mut self, size: usize) -> Self {
        let size = size.max(1);
        match &mut self.body {
            Body::Chunks { chunks, .. } => {
                *chunks = chunks.concat().chunks(size).map(<[u8]>::to_vec).collect();
            }
            Body::Filler { block, .. } => *block = size,
            Body::Raw(_) => return self,
        }
        self.pauses.clear();
        self.chunked()
    }

    /// Waits before the first byte of the head.
    #[must_use]
    pub fn after(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    /// Sends the head one byte at a time, with this pause before each.
    #[must_use]
    pub fn slow_head(mut self, pause: Duration) -> Self {
        self.head_drip = Some(pause);
        self
    }

    /// Waits this long between chunks.
    #[must_use]
    pub fn every(self, pause: Duration) -> Self {
        self.paced(&[pause])
    }

    /// Waits between chunks: each of these in turn, over and over.
    #[must_use]
    pub fn paced(mut self, pauses: &[Duration]) -> Self {
        self.pace = pauses.to_vec();
        self
    }

    /// Waits before one chunk, counted from 0, beside any pace.
    #[must_use]
    pub fn pause_before(mut self, chunk: usize, pause: Duration) -> Self {
        self.pauses.insert(chunk, pause);
        self
    }

    /// Sends the body one byte at a time, with this pause between them.
    #[must_use]
    pub fn drip(self, pause: Duration) -> Self {
        self.split(1).every(pause)
    }

    /// Closes the connection after so many bytes of the body, in the middle of the HTTP message.
    /// At or past its end this drops what would close it: the last chunk, or nothing if the length
    /// was said.
    #[must_use]
    pub fn cut_after(self, bytes: u64) -> Self {
        self.fault(Fault::Cut(bytes))
    }

    /// Falls silent after so many bytes of the body, or at its end before what would close it, until
    /// the client leaves or the server stops.
    #[must_use]
    pub fn stall_after(self, bytes: u64) -> Self {
        self.fault(Fault::Stall(bytes))
    }
}

/// Counts what the vendors' replies report as output tokens: words, and at least one.
pub(crate) fn words(text: &str) -> u64 {
    (text.split_whitespace().count() as u64).max(1)
}
