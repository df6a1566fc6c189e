//! A request's body: what the guest wrote, and the bytes of blobs, which are encoded while they are
//! sent.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::{Bytes, BytesMut};
use http_body::{Body, Frame, SizeHint};
use openclaw_core::conversation::Blob;

/// Bytes of a blob that are encoded at once: a multiple of three, so that base64 needs no padding
/// between two.
const AT_ONCE: usize = 48 << 10;

/// A body that is put together, and knows its length.
#[derive(Clone, Debug, Default)]
pub(super) struct Payload {
    chunks: VecDeque<Chunk>,
    length: u64,
}

#[derive(Clone, Debug)]
enum Chunk {
    Bytes(BytesMut),
    Blob { blob: Blob, at: usize, base64: bool },
}

impl Payload {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        if let Some(Chunk::Bytes(last)) = self.chunks.back_mut() {
            last.extend_from_slice(bytes);
        } else {
            self.chunks.push_back(Chunk::Bytes(BytesMut::from(bytes)));
        }
    }

    /// Adds a blob as it is.
    pub(super) fn push_raw(&mut self, blob: Blob) {
        self.length += blob.len() as u64;
        self.push_blob(blob, false);
    }

    /// Adds a blob as base64 with padding.
    pub(super) fn push_base64(&mut self, blob: Blob) {
        self.length += base64_length(blob.len());
        self.push_blob(blob, true);
    }

    fn push_blob(&mut self, blob: Blob, base64: bool) {
        self.chunks.push_back(Chunk::Blob {
            blob,
            at: 0,
            base64,
        });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Hands over everything in order, a piece at a time.
    pub(super) fn each(&self, mut take: impl FnMut(&[u8])) {
        let mut rest = self.clone();
        while let Some(bytes) = rest.next() {
            take(&bytes);
        }
    }

    fn next(&mut self) -> Option<Bytes> {
        loop {
            match self.chunks.pop_front()? {
                Chunk::Bytes(bytes) if bytes.is_empty() => {}
                Chunk::Bytes(bytes) => return Some(bytes.freeze()),
                Chunk::Blob { blob, at, base64 } => {
                    let end = blob.len().min(at + AT_ONCE);
                    if at == end {
                        continue;
                    }
                    let raw = &blob.bytes()[at..end];
                    let piece = if base64 {
                        Bytes::from(STANDARD.encode(raw))
                    } else {
                        Bytes::copy_from_slice(raw)
                    };
                    let at = end;
                    self.chunks.push_front(Chunk::Blob { blob, at, base64 });
                    return Some(piece);
                }
            }
        }
    }
}

/// Returns how long the base64 of so many bytes is.
pub(super) fn base64_length(bytes: usize) -> u64 {
    (bytes as u64).div_ceil(3) * 4
}

impl Body for Payload {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let piece = self.next();
        if let Some(piece) = &piece {
            self.length -= piece.len() as u64;
        }
        Poll::Ready(piece.map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.length == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(payload: &Payload) -> Vec<u8> {
        let mut all = Vec::new();
        payload.each(|piece| all.extend_from_slice(piece));
        assert_eq!(all.len() as u64, payload.length);
        all
    }

    #[test]
    fn blobs_are_written_where_they_stand_whatever_their_length() {
        for length in [
            0,
            1,
            2,
            3,
            AT_ONCE - 1,
            AT_ONCE,
            AT_ONCE + 1,
            3 * AT_ONCE + 2,
        ] {
            let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let mut payload = Payload::default();
            payload.push(b"a");
            payload.push_base64(Blob::new(bytes.clone()));
            payload.push(b"b");
            payload.push(b"c");
            payload.push_raw(Blob::new(bytes.clone()));
            let mut want = b"a".to_vec();
            want.extend(STANDARD.encode(&bytes).into_bytes());
            want.extend(b"bc");
            want.extend(&bytes);
            assert!(whole(&payload) == want, "{length}");
        }
        assert!(Payload::default().is_empty());
    }
}
