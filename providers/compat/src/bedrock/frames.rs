//! Frames of `application/vnd.amazon.eventstream`: lengths, two checksums, headers, a payload.
//!
//! Source: AWS, "Amazon event stream encoding" (Smithy 2.0). Whatever is not a frame is a failure at
//! once: after a length that is wrong nothing can be found again.

use openclaw_sdk::framing::{Cut, FRAME_BYTES, Frame, too_long};
use openclaw_sdk::{Failure, FailureKind, errors};
use serde_json::json;

/// Total length, headers' length, and their checksum.
const PRELUDE: usize = 12;
/// The checksum at the end.
const TRAILER: usize = 4;

/// The name of a frame that reports a failure; its data is an object with `__type` and `message`.
pub const EXCEPTION: &str = "exception";

/// Cuts a body into frames: the event's type, and its payload.
#[derive(Default)]
pub struct EventStream {
    rest: Vec<u8>,
}

impl Cut for EventStream {
    fn push(&mut self, bytes: &[u8], out: &mut Vec<Frame>) -> Result<(), Failure> {
        self.rest.extend_from_slice(bytes);
        let mut at = 0;
        while let Some(length) = length(&self.rest[at..])? {
            let Some(message) = self.rest.get(at..at + length) else {
                break;
            };
            out.extend(frame(message)?);
            at += length;
        }
        // What is pending stays where it is, however many chunks a frame comes in.
        if at > 0 {
            self.rest.drain(..at);
        }
        Ok(())
    }

    fn end(&mut self, _: &mut Vec<Frame>) {
        self.rest.clear();
    }
}

/// Returns how long the first frame is, once its prelude is there.
fn length(bytes: &[u8]) -> Result<Option<usize>, Failure> {
    let Some(prelude) = bytes.get(..PRELUDE) else {
        return Ok(None);
    };
    if number(&prelude[8..]) != crc32(&prelude[..8]) {
        return Err(broken("the checksum of a frame's lengths is wrong"));
    }
    let (total, headers) = (size(prelude), size(&prelude[4..]));
    if total > FRAME_BYTES {
        return Err(too_long());
    }
    if total < PRELUDE + TRAILER || headers > total - PRELUDE - TRAILER {
        return Err(broken("the lengths of a frame do not fit together"));
    }
    Ok(Some(total))
}

/// Reads a whole frame; nothing of one that says nothing.
fn frame(message: &[u8]) -> Result<Option<Frame>, Failure> {
    let (checked, checksum) = message.split_at(message.len() - TRAILER);
    if number(checksum) != crc32(checked) {
        return Err(broken("the checksum of a frame is wrong"));
    }
    let (headers, payload) = checked[PRELUDE..].split_at(size(&message[4..]));
    let headers = Headers::read(headers).ok_or_else(|| broken("a frame's headers are cut off"))?;
    let payload = String::from_utf8_lossy(payload);
    let named = |name: &str, data: String| {
        Some(Frame {
            event: Some(name.to_owned()),
            data,
        })
    };
    Ok(match headers.get(":message-type") {
        Some("exception") => {
            let kind = headers.get(":exception-type").unwrap_or_default();
            let told = serde_json::from_str(&payload).unwrap_or_else(|_| json!({}));
            named(EXCEPTION, exception(kind, told))
        }
        Some("error") => {
            let kind = headers.get(":error-code").unwrap_or_default();
            let message = headers.get(":error-message").unwrap_or_default();
            named(EXCEPTION, exception(kind, json!({ "message": message })))
        }
        _ => headers
            .get(":event-type")
            .and_then(|kind| named(kind, payload.into_owned())),
    })
}

/// Returns an exception in the form that a refusal has.
fn exception(kind: &str, told: serde_json::Value) -> String {
    let mut told = told;
    if let Some(members) = told.as_object_mut() {
        members.insert("__type".to_owned(), kind.into());
    }
    told.to_string()
}

/// The headers of a frame that are text.
struct Headers<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Headers<'a> {
    /// Reads them; nothing if one does not end where they do.
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let (mut found, mut left) = (Vec::new(), bytes);
        while !left.is_empty() {
            let name = take_counted::<1>(&mut left)?;
            let kind = take(&mut left, 1)?[0];
            let value = match kind {
                // True, false.
                0 | 1 => &[][..],
                2 => take(&mut left, 1)?,
                3 => take(&mut left, 2)?,
                4 => take(&mut left, 4)?,
                // A long, and a time.
                5 | 8 => take(&mut left, 8)?,
                // Bytes, and text.
                6 | 7 => take_counted::<2>(&mut left)?,
                9 => take(&mut left, 16)?,
                _ => return None,
            };
            if let (7, Ok(name), Ok(value)) =
                (kind, std::str::from_utf8(name), std::str::from_utf8(value))
            {
                found.push((name, value));
            }
        }
        Some(Self(found))
    }

    fn get(&self, name: &str) -> Option<&'a str> {
        let found = self.0.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| *value)
    }
}

fn take<'a>(bytes: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, left) = bytes.split_at_checked(count)?;
    *bytes = left;
    Some(taken)
}

/// Takes what a length of `N` bytes stands before.
fn take_counted<'a, const N: usize>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = take(bytes, N)?;
    let length = length
        .iter()
        .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
    take(bytes, length)
}

/// Reads the first four bytes; what is shorter is zero.
fn number(bytes: &[u8]) -> u32 {
    let first = bytes.first_chunk::<4>();
    first.map_or(0, |bytes| u32::from_be_bytes(*bytes))
}

fn size(bytes: &[u8]) -> usize {
    usize::try_from(number(bytes)).unwrap_or(usize::MAX)
}

/// CRC-32 of ISO 3309, as in gzip; a table of half bytes, since frames are small.
fn crc32(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 16] = table();
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        sum = TABLE[(sum & 15) as usize] ^ (sum >> 4);
        sum = TABLE[(sum & 15) as usize] ^ (sum >> 4);
    }
    !sum
}

const fn table() -> [u32; 16] {
    let mut table = [0; 16];
    let mut at = 0;
    while at < 16 {
        let (mut sum, mut bit) = (at as u32, 0);
        while bit < 4 {
            sum = if sum & 1 == 1 {
                0xedb8_8320 ^ (sum >> 1)
            } else {
                sum >> 1
            };
            bit += 1;
        }
        table[at] = sum;
        at += 1;
    }
    table
}

fn broken(what: &str) -> Failure {
    let mut failure = errors::failure(FailureKind::Server, what);
    failure.code = Some("event_stream_broken".to_owned());
    failure
}

/// Returns a frame of these headers and this payload, as a server writes it.
#[cfg(test)]
pub(super) fn written(headers: &[(&str, &str)], payload: &[u8]) -> Vec<u8> {
    let mut fields = Vec::new();
    for (name, value) in headers {
        fields.push(u8::try_from(name.len()).expect("short"));
        fields.extend(name.as_bytes());
        fields.push(7);
        fields.extend(u16::try_from(value.len()).expect("short").to_be_bytes());
        fields.extend(value.as_bytes());
    }
    let length = |count: usize| u32::try_from(count).expect("short").to_be_bytes();
    let mut out = Vec::new();
    out.extend(length(PRELUDE + fields.len() + payload.len() + TRAILER));
    out.extend(length(fields.len()));
    out.extend(crc32(&out).to_be_bytes());
    out.extend(fields);
    out.extend(payload);
    out.extend(crc32(&out).to_be_bytes());
    out
}

#[cfg(test)]
mod tests {
    use openclaw_sdk::testing::chunkings;

    use super::*;

    fn event(kind: &str, payload: &str) -> Vec<u8> {
        let headers = [
            (":message-type", "event"),
            (":event-type", kind),
            (":content-type", "application/json"),
        ];
        written(&headers, payload.as_bytes())
    }

    fn cut(bytes: &[u8]) -> Result<Vec<(String, String)>, Failure> {
        let mut all = chunkings(bytes).into_iter().map(|chunks| {
            let (mut stream, mut out) = (EventStream::default(), Vec::new());
            for chunk in chunks {
                stream.push(&chunk, &mut out)?;
            }
            stream.end(&mut out);
            let named = |frame: Frame| (frame.event.unwrap_or_default(), frame.data);
            Ok(out.into_iter().map(named).collect())
        });
        let first: Result<Vec<_>, Failure> = all.next().expect("at least one chunking");
        for other in all {
            match (&first, other) {
                (Ok(first), Ok(other)) => assert_eq!(*first, other),
                (Err(first), Err(other)) => assert_eq!(first.message, other.message),
                _ => panic!("chunks decide"),
            }
        }
        first
    }

    /// The check value of the algorithm's catalogue entry, and the example of AWS's description.
    #[test]
    fn the_checksum_is_the_common_one() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
        let empty = written(&[], b"");
        assert_eq!(
            empty,
            [
                0, 0, 0, 16, 0, 0, 0, 0, 5, 0xc2, 0x48, 0xeb, 0x7d, 0x98, 0xc8, 0xff
            ]
        );
    }

    #[test]
    fn frames_are_cut_out_whatever_the_chunks() {
        let mut body = event("messageStart", r#"{"role":"assistant"}"#);
        body.extend(written(&[], b""));
        body.extend(event("contentBlockDelta", r#"{"delta":{"text":"é"}}"#));
        body.extend(written(
            &[
                (":message-type", "exception"),
                (":exception-type", "throttlingException"),
            ],
            br#"{"message":"Too many requests"}"#,
        ));
        body.extend(written(
            &[
                (":message-type", "error"),
                (":error-code", "InternalError"),
                (":error-message", "An internal error"),
            ],
            b"",
        ));
        let frames = cut(&body).expect("frames");
        let read = |data: &str| serde_json::from_str::<serde_json::Value>(data).expect("JSON");
        let frames: Vec<_> = frames
            .iter()
            .map(|(kind, data)| (kind.as_str(), read(data)))
            .collect();
        let exception =
            |kind: &str, message: &str| (EXCEPTION, json!({ "__type": kind, "message": message }));
        assert_eq!(
            frames,
            [
                ("messageStart", json!({ "role": "assistant" })),
                ("contentBlockDelta", json!({ "delta": { "text": "é" } })),
                exception("throttlingException", "Too many requests"),
                exception("InternalError", "An internal error"),
            ]
        );
    }

    #[test]
    fn headers_of_every_kind_are_passed_over() {
        let mut fields = Vec::new();
        for (kind, value) in [
            (0, &[][..]),
            (1, &[]),
            (2, &[1]),
            (3, &[1; 2]),
            (4, &[1; 4]),
            (5, &[1; 8]),
            (6, &[0, 2, 9, 9]),
            (8, &[1; 8]),
            (9, &[1; 16]),
            (7, &[0, 1, b'v']),
        ] {
            fields.extend([1, b'n', kind]);
            fields.extend(value);
        }
        assert_eq!(Headers::read(&fields).expect("headers").get("n"), Some("v"));
        fields.extend([1, b'n', 10]);
        assert!(Headers::read(&fields).is_none(), "an unknown kind");
    }

    /// Each byte of a frame is under one of the checksums.
    #[test]
    fn a_flipped_bit_anywhere_is_noticed() {
        let good = event("messageStop", r#"{"stopReason":"end_turn"}"#);
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1;
            bad.extend(event("metadata", "{}"));
            let failure = cut(&bad).expect_err("a wrong checksum");
            assert_eq!(failure.code.as_deref(), Some("event_stream_broken"), "{at}");
        }
    }

    #[test]
    fn lengths_that_cannot_be_are_refused_before_anything_is_kept() {
        let prelude = |total: u32, headers: u32| {
            let mut bytes = [total.to_be_bytes(), headers.to_be_bytes()].concat();
            bytes.extend(crc32(&bytes).to_be_bytes());
            bytes
        };
        for (total, headers) in [(0, 0), (15, 0), (16, 1), (100, 85), (u32::MAX, 0)] {
            assert!(cut(&prelude(total, headers)).is_err(), "{total} {headers}");
        }
        assert!(cut(&prelude(16 << 20, 0)).expect("it may go on").is_empty());
        assert!(cut(b"<html>This is a page for a browser</html>").is_err());
    }

    #[test]
    fn a_frame_that_is_cut_off_is_none() {
        let good = event("messageStop", r#"{"stopReason":"end_turn"}"#);
        for at in 0..good.len() {
            assert!(cut(&good[..at]).expect("cut off").is_empty(), "{at}");
        }
    }
}
