//! A client over a plain socket that takes nothing for granted and keeps what it read as it came.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// How long a server may say nothing before a test fails.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Client {
    stream: TcpStream,
    unread: Vec<u8>,
}

/// A reply, with its body both as sent and in pieces.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    /// The whole chunks of chunked encoding.
    pub(crate) chunks: Vec<Vec<u8>>,
    /// Whether the message ended as its framing says it should.
    pub(crate) complete: bool,
}

impl Reply {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("a body in UTF-8")
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (known, value) = line.split_once(": ")?;
            known.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

impl Client {
    pub(crate) fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("a server on loopback");
        let client = Self {
            stream,
            unread: Vec::new(),
        };
        client.set_patience(PATIENCE);
        client
    }

    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream
            .write_all(bytes.as_ref())
            .expect("a socket that takes bytes");
    }

    pub(crate) fn get(&mut self, target: &str) -> Reply {
        self.send(format!("GET {target} HTTP/1.1\r\nHost: h\r\n\r\n"));
        self.read()
    }

    pub(crate) fn post(&mut self, target: &str, headers: &str, body: &str) -> Reply {
        self.send(format!(
            "POST {target} HTTP/1.1\r\nHost: h\r\n{headers}Content-Length: {}\r\n\r\n{body}",
            body.len()
        ));
        self.read()
    }

    /// Reads a reply that must have a head.
    pub(crate) fn read(&mut self) -> Reply {
        self.read_reply(false).expect("a reply")
    }

    /// Reads a reply; `None` if the connection ended without a whole head.
    pub(crate) fn try_read(&mut self) -> Option<Reply> {
        self.read_reply(false)
    }

    pub(crate) fn read_head(&mut self) -> Reply {
        self.read_reply(true).expect("a head")
    }

    /// Everything up to the end of the connection.
    pub(crate) fn rest(&mut self) -> Vec<u8> {
        while self.fill() {}
        std::mem::take(&mut self.unread)
    }

    fn read_reply(&mut self, head_only: bool) -> Option<Reply> {
        let head = self.until(b"\r\n\r\n")?;
        let head = String::from_utf8(head).expect("a head in UTF-8");
        let status = head.split(' ').nth(1)?.parse().expect("a status");
        let mut reply = Reply {
            status,
            head,
            body: Vec::new(),
            chunks: Vec::new(),
            complete: true,
        };
        if head_only {
            return Some(reply);
        }
        if reply.header("transfer-encoding") == Some("chunked") {
            reply.complete = self.read_chunks(&mut reply);
        } else if let Some(length) = reply.header("content-length") {
            let length: usize = length.parse().expect("a length");
            while self.unread.len() < length && self.fill() {}
            reply.complete = self.unread.len() >= length;
            let rest = self.unread.split_off(length.min(self.unread.len()));
            reply.body = std::mem::replace(&mut self.unread, rest);
        } else if status != 204 {
            reply.body = self.rest();
        }
        Some(reply)
    }

    fn read_chunks(&mut self, reply: &mut Reply) -> bool {
        loop {
            let Some(line) = self.until(b"\r\n") else {
                return false;
            };
            let line = String::from_utf8(line).expect("a chunk size");
            let size = usize::from_str_radix(&line, 16).expect("a chunk size");
            while self.unread.len() < size + 2 && self.fill() {}
            let whole = self.unread.len() >= size + 2;
            let rest = self.unread.split_off((size + 2).min(self.unread.len()));
            let mut chunk = std::mem::replace(&mut self.unread, rest);
            chunk.truncate(size);
            reply.body.extend(&chunk);
            if !whole {
                return false;
            }
            if size == 0 {
                return true;
            }
            reply.chunks.push(chunk);
        }
    }

    fn until(&mut self, end: &[u8]) -> Option<Vec<u8>> {
        loop {
            let found = self
                .unread
                .windows(end.len())
                .position(|window| window == end);
            if let Some(at) = found {
                let rest = self.unread.split_off(at + end.len());
                let mut part = std::mem::replace(&mut self.unread, rest);
                part.truncate(at);
                return Some(part);
            }
            if !self.fill() {
                return None;
            }
        }
    }

    fn fill(&mut self) -> bool {
        let mut block = [0; 4096];
        match self.stream.read(&mut block) {
            Ok(read) => {
                self.unread.extend(&block[..read]);
                read > 0
            }
            Err(error) => {
                let timed_out = matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut);
                assert!(!timed_out, "the server says nothing");
                false
            }
        }
    }

    /// Reads up to this text, at which nothing more must have come.
    pub(crate) fn read_up_to(&mut self, text: &str) {
        self.until(text.as_bytes()).expect("this text");
        assert!(matches!(self.unread[..], [] | [b'\r', b'\n']));
        self.unread.clear();
    }

    /// Whether nothing comes for this long.
    pub(crate) fn hears_nothing_for(&mut self, time: Duration) -> bool {
        self.set_patience(time);
        let mut block = [0; 2];
        let silent = match self.stream.read(&mut block) {
            Err(error) => matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
            Ok(_) => false,
        };
        self.set_patience(PATIENCE);
        silent
    }

    fn set_patience(&self, patience: Duration) {
        self.stream
            .set_read_timeout(Some(patience))
            .expect("a timeout");
    }
}
