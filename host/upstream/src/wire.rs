//! One connection: bytes in and out, and requests read from them.
//!
//! Strict where leniency would hide a fault of the client under test: line ends, header names,
//! control characters, contradicting lengths. What is refused is journaled with the reason.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::journal::{Outcome, Received};
use crate::server::locked;

/// How often a blocked read or write looks whether the server is to stop. Only a safety net: when
/// it stops, the server shuts the sockets down.
const LOOK_UP: Duration = Duration::from_millis(250);
const HEAD_LIMIT: usize = 256 * 1024;
const BODY_LIMIT: usize = 256 * 1024 * 1024;

/// Set once, when the server is to stop.
#[derive(Debug, Default)]
pub(crate) struct Stop {
    stopped: Mutex<bool>,
    changed: Condvar,
}

impl Stop {
    pub(crate) fn set(&self) {
        *locked(&self.stopped) = true;
        self.changed.notify_all();
    }

    pub(crate) fn is_set(&self) -> bool {
        *locked(&self.stopped)
    }

    /// Waits, and returns whether the server is to stop.
    fn wait(&self, duration: Duration) -> bool {
        let stopped = locked(&self.stopped);
        let (stopped, _) = self
            .changed
            .wait_timeout_while(stopped, duration, |stopped| !*stopped)
            .unwrap_or_else(PoisonError::into_inner);
        *stopped
    }
}

/// Why a connection cannot go on.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Broken {
    ClientLeft,
    Stopped,
}

impl From<Broken> for Outcome {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::ClientLeft => Self::ClientLeft,
            Broken::Stopped => Self::Stopped,
        }
    }
}

/// A connection, with what has been read from it and not been used yet.
pub(crate) struct Line<'a> {
    stream: TcpStream,
    stop: &'a Stop,
    number: usize,
    unread: Vec<u8>,
}

/// What came next on a connection.
pub(crate) enum Incoming {
    Request(Received, Manner),
    /// Not to be understood as HTTP: what was made out of it, and the status to refuse it with.
    Bad(Received, u16),
    /// The client is done, or gone.
    End,
}

/// What a request asks of the reply's form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner {
    /// No body, as after `HEAD`.
    pub(crate) head_only: bool,
    /// HTTP/1.0, which has no chunked encoding.
    pub(crate) old: bool,
    pub(crate) keep_alive: bool,
}

impl<'a> Line<'a> {
    pub(crate) fn new(stream: TcpStream, stop: &'a Stop, number: usize) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(LOOK_UP))?;
        stream.set_write_timeout(Some(LOOK_UP))?;
        Ok(Self {
            stream,
            stop,
            number,
            unread: Vec::new(),
        })
    }

    /// Writes all of it now.
    pub(crate) fn write(&mut self, mut bytes: &[u8]) -> Result<(), Broken> {
        while !bytes.is_empty() {
            if self.stop.is_set() {
                return Err(Broken::Stopped);
            }
            match self.stream.write(bytes) {
                Ok(0) => return Err(self.broken()),
                Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
                Err(error) if is_pause(&error) => {}
                Err(_) => return Err(self.broken()),
            }
        }
        Ok(())
    }

    pub(crate) fn wait(&self, duration: Duration) -> Result<(), Broken> {
        if !duration.is_zero() && self.stop.wait(duration) {
            return Err(Broken::Stopped);
        }
        Ok(())
    }

    /// Does nothing until the client leaves or the server stops.
    pub(crate) fn be_silent(&mut self) -> Broken {
        loop {
            self.unread.clear();
            match self.fill() {
                Ok(0) => return Broken::ClientLeft,
                Ok(_) => {}
                Err(broken) => return broken,
            }
        }
    }

    /// Says that nothing more will come and gives the client a moment to read what did: closing
    /// while bytes of its own are unread would take them away from it.
    pub(crate) fn close_gently(&mut self) {
        if self.stream.shutdown(Shutdown::Write).is_err() {
            return;
        }
        let deadline = Instant::now() + Duration::from_secs(2);
        while Instant::now() < deadline {
            self.unread.clear();
            if !matches!(self.fill_until(Some(deadline)), Ok(1..)) {
                return;
            }
        }
    }

    fn broken(&self) -> Broken {
        if self.stop.is_set() {
            Broken::Stopped
        } else {
            Broken::ClientLeft
        }
    }

    /// Reads some more; 0 is the end.
    fn fill(&mut self) -> Result<usize, Broken> {
        self.fill_until(None)
    }

    fn fill_until(&mut self, deadline: Option<Instant>) -> Result<usize, Broken> {
        let mut block = [0; 16 * 1024];
        loop {
            if self.stop.is_set() {
                return Err(Broken::Stopped);
            }
            match self.stream.read(&mut block) {
                // Also the mark of a socket that was shut down from this side.
                Ok(0) if self.stop.is_set() => return Err(Broken::Stopped),
                Ok(read) => {
                    self.unread.extend(block.iter().take(read));
                    return Ok(read);
                }
                Err(error) if is_pause(&error) => {
                    if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                        return Ok(0);
                    }
                }
                Err(_) => return Err(self.broken()),
            }
        }
    }

    /// Reads up to and with `end`, which is left out of what is returned.
    fn read_until(&mut self, end: &[u8], limit: usize) -> Result<Vec<u8>, Unread> {
        let mut searched = 0;
        loop {
            let from = searched.min(self.unread.len());
            let found = self.unread[from..]
                .windows(end.len())
                .position(|window| window == end)
                .map(|at| at + from);
            if let Some(at) = found {
                let rest = self.unread.split_off(at + end.len());
                let mut part = std::mem::replace(&mut self.unread, rest);
                part.truncate(at);
                return Ok(part);
            }
            if self.unread.len() > limit {
                return Err(Unread::TooLong);
            }
            searched = self.unread.len().saturating_sub(end.len());
            self.more()?;
        }
    }

    fn read_exactly(&mut self, length: usize, into: &mut Vec<u8>) -> Result<(), Unread> {
        let mut left = length;
        loop {
            let taken = left.min(self.unread.len());
            into.extend(self.unread.drain(..taken));
            left -= taken;
            if left == 0 {
                return Ok(());
            }
            self.more()?;
        }
    }

    fn more(&mut self) -> Result<(), Unread> {
        match self.fill() {
            Ok(1..) => Ok(()),
            Ok(0) | Err(_) => Err(Unread::Ended),
        }
    }

    /// Reads the next request.
    pub(crate) fn read_request(&mut self) -> Incoming {
        let mut received = Received {
            connection: self.number,
            method: String::new(),
            target: String::new(),
            headers: Vec::new(),
            body: Vec::new(),
            at: Instant::now(),
            rule: None,
            problem: None,
            outcome: Outcome::Underway,
        };
        let result = self.read_parts(&mut received);
        received.at = Instant::now();
        let (status, problem) = match result {
            Ok(manner) => return Incoming::Request(received, manner),
            // Nothing was begun: the ordinary end of a connection.
            Err(Unread::Ended) if received.method.is_empty() && self.unread.is_empty() => {
                return Incoming::End;
            }
            Err(Unread::Ended) => (400, "the request ends in the middle".to_owned()),
            Err(Unread::TooLong) => (413, "the request is too long".to_owned()),
            Err(Unread::Malformed(problem)) => (400, problem),
        };
        received.problem = Some(problem);
        Incoming::Bad(received, status)
    }

    fn read_parts(&mut self, received: &mut Received) -> Result<Manner, Unread> {
        let head = self.read_until(b"\r\n\r\n", HEAD_LIMIT)?;
        let head = String::from_utf8_lossy(&head).into_owned();
        // A blank line before a request is to be ignored.
        let head = head.trim_start_matches("\r\n");
        let mut lines = head.split("\r\n");

        let first = lines.next().unwrap_or_default();
        let words: Vec<&str> = first.split(' ').collect();
        let [method, target, version] = words[..] else {
            return malformed(format!("no request line: {first:?}"));
        };
        received.method = method.to_owned();
        received.target = target.to_owned();
        let old = match version {
            "HTTP/1.1" => false,
            "HTTP/1.0" => true,
            _ => return malformed(format!("unknown version {version:?}")),
        };
        if !is_token(method) || target.is_empty() || target.contains(char::is_control) {
            return malformed(format!("no request line: {first:?}"));
        }
        for line in lines {
            let Some((name, value)) = line.split_once(':') else {
                return malformed(format!("a header without a colon: {line:?}"));
            };
            let value = value.trim_matches([' ', '\t']);
            if !is_token(name) || value.contains(|c: char| c.is_ascii_control() && c != '\t') {
                return malformed(format!("a header with a forbidden character: {line:?}"));
            }
            received
                .headers
                .push((name.to_ascii_lowercase(), value.to_owned()));
        }
        if !old && all(received, "host").count() != 1 {
            return malformed("not exactly one `host` header".to_owned());
        }

        let framing = body_framing(received)?;
        let expects =
            all(received, "expect").any(|value| value.eq_ignore_ascii_case("100-continue"));
        if expects && !matches!(framing, Length::Known(0)) {
            self.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                .map_err(|_| Unread::Ended)?;
        }
        match framing {
            Length::Known(length) if length > BODY_LIMIT => return Err(Unread::TooLong),
            Length::Known(length) => self.read_exactly(length, &mut received.body)?,
            Length::Chunked => self.read_chunks(&mut received.body)?,
        }
        let close = all(received, "connection")
            .flat_map(|value| value.split(','))
            .any(|token| token.trim().eq_ignore_ascii_case("close"));
        Ok(Manner {
            head_only: received.method == "HEAD",
            old,
            keep_alive: !old && !close,
        })
    }

    fn read_chunks(&mut self, body: &mut Vec<u8>) -> Result<(), Unread> {
        loop {
            let line = self.read_until(b"\r\n", 1024)?;
            let line = String::from_utf8_lossy(&line).into_owned();
            let digits = line.split(';').next().unwrap_or_default().trim_end();
            let well_formed = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            let size = match usize::from_str_radix(digits, 16) {
                Ok(size) if well_formed => size,
                _ => return malformed(format!("no chunk size: {line:?}")),
            };
            if size > BODY_LIMIT.saturating_sub(body.len()) {
                return Err(Unread::TooLong);
            }
            if size == 0 {
                break;
            }
            self.read_exactly(size, body)?;
            if !self.read_until(b"\r\n", 2)?.is_empty() {
                return malformed("a chunk longer than its size".to_owned());
            }
        }
        // Trailers are read and forgotten.
        while !self.read_until(b"\r\n", HEAD_LIMIT)?.is_empty() {}
        Ok(())
    }
}

enum Unread {
    Ended,
    TooLong,
    Malformed(String),
}

fn malformed<T>(problem: String) -> Result<T, Unread> {
    Err(Unread::Malformed(problem))
}

enum Length {
    Known(usize),
    Chunked,
}

fn body_framing(received: &Received) -> Result<Length, Unread> {
    let mut lengths: Vec<&str> = all(received, "content-length").collect();
    lengths.dedup();
    let encodings: Vec<&str> = all(received, "transfer-encoding").collect();
    match (&lengths[..], &encodings[..]) {
        ([], []) => Ok(Length::Known(0)),
        ([], [encoding]) if encoding.eq_ignore_ascii_case("chunked") => Ok(Length::Chunked),
        ([length], []) if length.bytes().all(|byte| byte.is_ascii_digit()) => {
            match length.parse() {
                Ok(length) => Ok(Length::Known(length)),
                Err(_) => malformed(format!("no length: {length:?}")),
            }
        }
        _ => malformed(format!(
            "no clear body length: content-length {lengths:?}, transfer-encoding {encodings:?}"
        )),
    }
}

fn all<'a>(received: &'a Received, name: &'a str) -> impl Iterator<Item = &'a str> {
    received
        .headers
        .iter()
        .filter(move |(known, _)| known == name)
        .map(|(_, value)| value.as_str())
}

fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// Whether to try again: the timeout of the socket, or a signal.
fn is_pause(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
    )
}
