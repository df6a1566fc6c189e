//! Putting a reply on a connection, with its pace and its faults.

use std::time::Duration;

use crate::reply::{Body, Fault, Framing, Reply};
use crate::wire::{Broken, Line, Manner};

/// Sends a reply, and returns whether another request may follow on the connection.
pub(crate) fn send(line: &mut Line<'_>, reply: &Reply, manner: Manner) -> Result<bool, Broken> {
    line.wait(reply.wait)?;
    match reply.fault {
        Fault::NoReply => return Ok(false),
        Fault::Silence => return Err(line.be_silent()),
        Fault::None | Fault::Cut(_) | Fault::Stall(_) => {}
    }
    let bodiless = manner.head_only || matches!(reply.status, 100..=199 | 204 | 304);
    let framing = match reply.framing {
        Framing::Chunked if manner.old => Framing::UntilClose,
        framing => framing,
    };
    let keep_alive = manner.keep_alive && (bodiless || framing != Framing::UntilClose);
    if !matches!(reply.body, Body::Raw(_)) {
        send_head(line, reply, framing, keep_alive)?;
    }
    if bodiless {
        return Ok(keep_alive);
    }

    let mut sender = Sender {
        line,
        reply,
        framing,
        sent: 0,
        index: 0,
    };
    let mut whole = sender.goes_on();
    if whole {
        whole = match &reply.body {
            Body::Raw(bytes) => sender.send(bytes)?,
            Body::Chunks { chunks, .. } => {
                let mut chunks = chunks.iter().filter(|chunk| !chunk.is_empty());
                loop {
                    let Some(chunk) = chunks.next() else {
                        break true;
                    };
                    if !sender.send(chunk)? {
                        break false;
                    }
                }
            }
            Body::Filler { length, block } => sender.send_filler(*length, *block)?,
        };
    }
    match reply.fault {
        Fault::Stall(_) => return Err(line.be_silent()),
        Fault::Cut(_) => return Ok(false),
        Fault::None | Fault::NoReply | Fault::Silence => {}
    }
    if whole && framing == Framing::Chunked {
        line.write(b"0\r\n\r\n")?;
    }
    Ok(whole && keep_alive)
}

fn send_head(
    line: &mut Line<'_>,
    reply: &Reply,
    framing: Framing,
    keep_alive: bool,
) -> Result<(), Broken> {
    let mut head = format!("HTTP/1.1 {} {}\r\n", reply.status, reason(reply.status));
    for (name, value) in &reply.headers {
        let name = name.replace(|c: char| !c.is_ascii_graphic() || c == ':', "-");
        let value = value.replace(|c: char| c.is_ascii_control(), " ");
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    match framing {
        _ if matches!(reply.status, 100..=199 | 204 | 304) => {}
        Framing::Length => head.push_str(&format!("content-length: {}\r\n", reply.body.length())),
        Framing::Chunked => head.push_str("transfer-encoding: chunked\r\n"),
        Framing::UntilClose => {}
    }
    if !keep_alive {
        head.push_str("connection: close\r\n");
    }
    head.push_str("\r\n");
    let Some(pause) = reply.head_drip else {
        return line.write(head.as_bytes());
    };
    for byte in head.bytes() {
        line.wait(pause)?;
        line.write(&[byte])?;
    }
    Ok(())
}

struct Sender<'a, 'b> {
    line: &'a mut Line<'b>,
    reply: &'a Reply,
    framing: Framing,
    /// Bytes of the body so far, without framing.
    sent: u64,
    /// Which chunk is next.
    index: usize,
}

impl Sender<'_, '_> {
    /// Whether the body may go on; otherwise a fault is due.
    fn goes_on(&self) -> bool {
        match self.reply.fault {
            Fault::Cut(after) | Fault::Stall(after) => self.sent < after,
            Fault::None | Fault::NoReply | Fault::Silence => true,
        }
    }

    /// Sends one chunk, in one write. Returns false once the fault is due.
    fn send(&mut self, bytes: &[u8]) -> Result<bool, Broken> {
        self.line.wait(self.pause())?;
        self.index += 1;

        let length = bytes.len() as u64;
        let allowed = match self.reply.fault {
            Fault::Cut(after) | Fault::Stall(after) => length.min(after - self.sent.min(after)),
            Fault::None | Fault::NoReply | Fault::Silence => length,
        };
        // No more than the chunk's length, so it fits.
        let part = &bytes[..allowed as usize];
        self.sent += allowed;
        if self.framing == Framing::Chunked {
            let mut framed = format!("{length:x}\r\n").into_bytes();
            framed.extend(part);
            if allowed == length {
                framed.extend(b"\r\n");
            }
            self.line.write(&framed)?;
        } else {
            self.line.write(part)?;
        }
        Ok(self.goes_on())
    }

    fn send_filler(&mut self, length: u64, block: usize) -> Result<bool, Broken> {
        let filler = vec![b'x'; block];
        let mut left = length;
        while left > 0 {
            let size = left.min(block as u64);
            if !self.send(&filler[..size as usize])? {
                return Ok(false);
            }
            left -= size;
        }
        Ok(true)
    }

    fn pause(&self) -> Duration {
        let extra = self.reply.pauses.get(&self.index).copied();
        let pace = &self.reply.pace;
        let regular = match self.index.checked_sub(1) {
            Some(gap) if !pace.is_empty() => pace[gap % pace.len()],
            _ => Duration::ZERO,
        };
        regular + extra.unwrap_or_default()
    }
}

impl Body {
    fn length(&self) -> u64 {
        match self {
            Self::Chunks { chunks, .. } => chunks.iter().map(|chunk| chunk.len() as u64).sum(),
            Self::Filler { length, .. } => *length,
            Self::Raw(bytes) => bytes.len() as u64,
        }
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        408 => "Request Timeout",
        409 => "Conflict",
        413 => "Content Too Large",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        529 => "Overloaded",
        _ => "Status",
    }
}
