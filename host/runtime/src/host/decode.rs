//! Replies that a server compressed although it was asked not to: decoded as they come.
//!
//! Invariants: what a piece of the reply holds is handed on before the next piece is waited for;
//! each step writes a bounded amount, so that a reply of a few bytes that stands for gigabytes is
//! found out by the bound on what was decoded.

use std::io::{self, Write as _};

use flate2::write::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

/// Decodes one reply.
pub(super) enum Decoder {
    /// `gzip` (RFC 1952), of one or more members.
    Gzip(MultiGzDecoder<Vec<u8>>),
    /// `deflate`, before its first two bytes said in which of its two forms.
    Deflate(Vec<u8>),
    /// `deflate` as RFC 9110 has it: in a zlib wrapper (RFC 1950).
    Zlib(ZlibDecoder<Vec<u8>>),
    /// `deflate` as some servers send it: bare (RFC 1951).
    Bare(DeflateDecoder<Vec<u8>>),
}

/// How a reply is to be read.
pub(super) enum Coding {
    /// As it is.
    Identity,
    /// Through this.
    Decoded(Box<Decoder>),
    /// Not at all: it has this coding.
    Unknown(String),
}

/// Reads the values of `content-encoding`.
pub(super) fn coding<'a>(values: impl Iterator<Item = &'a [u8]>) -> Coding {
    let values: Vec<String> = values
        .flat_map(|value| value.split(|byte| *byte == b','))
        .map(|word| String::from_utf8_lossy(word).trim().to_ascii_lowercase())
        .filter(|word| !word.is_empty() && word != "identity")
        .collect();
    match values.as_slice() {
        [] => Coding::Identity,
        [one] if one == "gzip" || one == "x-gzip" => {
            Coding::Decoded(Box::new(Decoder::Gzip(MultiGzDecoder::new(Vec::new()))))
        }
        [one] if one == "deflate" => Coding::Decoded(Box::new(Decoder::Deflate(Vec::new()))),
        several => {
            let shown = several.join(", ");
            let plain = |c: char| c.is_ascii_alphanumeric() || "-, ".contains(c);
            Coding::Unknown(shown.chars().filter(|c| plain(*c)).take(40).collect())
        }
    }
}

impl Decoder {
    /// Takes some of `input` and returns what is decoded by then: some tens of kilobytes at most,
    /// possibly nothing. Returns how much it took; all of it once nothing is held back.
    ///
    /// # Errors
    /// The bytes are not in the coding.
    pub(super) fn step(&mut self, input: &[u8]) -> io::Result<(usize, Vec<u8>)> {
        if let Self::Deflate(head) = self {
            let before = head.len();
            head.extend(input.iter().take(2 - before.min(2)));
            let took = head.len() - before;
            let &mut [first, second] = head.as_mut_slice() else {
                return Ok((took, Vec::new()));
            };
            let is_zlib =
                first & 0x0f == 8 && u16::from_be_bytes([first, second]).is_multiple_of(31);
            *self = if is_zlib {
                Self::Zlib(ZlibDecoder::new(Vec::new()))
            } else {
                Self::Bare(DeflateDecoder::new(Vec::new()))
            };
            self.write(&[first, second])?;
            return Ok((took, self.take()));
        }
        let mut took = self.write(input)?;
        if took == input.len() {
            // Only now: it decodes to the end what was taken, whose size the last step bounds.
            self.flush()?;
        }
        let out = self.take();
        if took == 0 && out.is_empty() {
            // What was coded is over; what follows it belongs to nothing.
            took = input.len();
        }
        Ok((took, out))
    }

    /// Takes the end of the reply, and returns what was left.
    ///
    /// # Errors
    /// The reply ended before what it holds did.
    pub(super) fn end(&mut self) -> io::Result<Vec<u8>> {
        match self {
            Self::Gzip(decoder) => decoder.try_finish()?,
            Self::Zlib(decoder) => decoder.try_finish()?,
            Self::Bare(decoder) => decoder.try_finish()?,
            Self::Deflate(head) if head.is_empty() => {}
            Self::Deflate(_) => return Err(io::ErrorKind::UnexpectedEof.into()),
        }
        Ok(self.take())
    }

    fn write(&mut self, input: &[u8]) -> io::Result<usize> {
        match self {
            Self::Gzip(decoder) => decoder.write(input),
            Self::Zlib(decoder) => decoder.write(input),
            Self::Bare(decoder) => decoder.write(input),
            Self::Deflate(_) => Ok(0),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Gzip(decoder) => decoder.flush(),
            Self::Zlib(decoder) => decoder.flush(),
            Self::Bare(decoder) => decoder.flush(),
            Self::Deflate(_) => Ok(()),
        }
    }

    fn take(&mut self) -> Vec<u8> {
        match self {
            Self::Gzip(decoder) => std::mem::take(decoder.get_mut()),
            Self::Zlib(decoder) => std::mem::take(decoder.get_mut()),
            Self::Bare(decoder) => std::mem::take(decoder.get_mut()),
            Self::Deflate(_) => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    fn decoder(name: &str) -> Decoder {
        match coding([name.as_bytes()].into_iter()) {
            Coding::Decoded(decoder) => *decoder,
            _ => panic!("{name} is decoded"),
        }
    }

    /// Decodes pieces; returns what each gave, and what the end did.
    fn decode(name: &str, pieces: &[&[u8]]) -> io::Result<Vec<Vec<u8>>> {
        let mut decoder = decoder(name);
        let mut out = Vec::new();
        for piece in pieces {
            let (mut rest, mut got) = (*piece, Vec::new());
            while !rest.is_empty() {
                let (took, some) = decoder.step(rest)?;
                assert!(some.len() <= 256 << 10, "{} bytes in one step", some.len());
                rest = &rest[took..];
                got.extend(some);
            }
            out.push(got);
        }
        out.push(decoder.end()?);
        Ok(out)
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).expect("to memory");
        encoder.finish().expect("to memory")
    }

    fn zlib(text: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).expect("to memory");
        encoder.finish().expect("to memory")
    }

    fn bare(text: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).expect("to memory");
        encoder.finish().expect("to memory")
    }

    #[test]
    fn every_coding_is_decoded_in_every_chunking() {
        let text = "data: {\"x\":1}\n\n".repeat(300);
        let members = [gzip(b"first, "), gzip(text.as_bytes())].concat();
        let both = format!("first, {text}");
        for (name, coded, plain) in [
            ("gzip", gzip(text.as_bytes()), text.as_str()),
            ("x-gzip", gzip(text.as_bytes()), &text),
            (" GZIP ", members, &both),
            ("deflate", zlib(text.as_bytes()), &text),
            ("deflate", bare(text.as_bytes()), &text),
            ("gzip", gzip(b""), ""),
        ] {
            for size in [1, 2, 3, 7, 1_000_000] {
                let pieces: Vec<&[u8]> = coded.chunks(size).collect();
                let got = decode(name, &pieces).expect("it is well formed").concat();
                assert_eq!(String::from_utf8_lossy(&got), plain, "{name} by {size}");
            }
        }
        assert_eq!(decode("deflate", &[]).expect("nothing").concat(), b"");
    }

    #[test]
    fn an_event_is_handed_on_before_the_next_one_comes() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        let mut pieces = Vec::new();
        for event in ["data: 1\n\n", "data: 2\n\n", "data: 3\n\n"] {
            encoder.write_all(event.as_bytes()).expect("to memory");
            encoder.flush().expect("to memory");
            pieces.push(std::mem::take(encoder.get_mut()));
        }
        pieces.push(encoder.finish().expect("to memory"));
        let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
        let got = decode("gzip", &pieces).expect("it is well formed");
        assert_eq!(got[..3], [b"data: 1\n\n", b"data: 2\n\n", b"data: 3\n\n"]);
    }

    #[test]
    fn what_is_cut_or_wrong_is_told_and_each_step_is_bounded() {
        let coded = gzip(&vec![b'x'; 1 << 20]);
        let whole = decode("gzip", &[&coded])
            .expect("it is well formed")
            .concat();
        assert_eq!(whole.len(), 1 << 20);
        for cut in [1, 11, coded.len() / 2, coded.len() - 1] {
            assert!(decode("gzip", &[&coded[..cut]]).is_err(), "cut at {cut}");
        }
        let coded = zlib(b"hello, hello, hello");
        assert!(decode("deflate", &[&coded[..1]]).is_err());
        assert!(decode("deflate", &[&coded[..coded.len() / 2]]).is_err());
        assert!(decode("gzip", &[b"<html>not compressed</html>"]).is_err());
        let followed = [coded.as_slice(), b"and more"].concat();
        let got = decode("deflate", &[&followed]).expect("it is well formed");
        assert_eq!(got.concat(), b"hello, hello, hello");
    }

    #[test]
    fn what_is_not_decoded_is_named() {
        let named = |values: &[&str]| match coding(values.iter().map(|value| value.as_bytes())) {
            Coding::Identity => "identity".to_owned(),
            Coding::Decoded(_) => "decoded".to_owned(),
            Coding::Unknown(name) => name,
        };
        assert_eq!(named(&[]), "identity");
        assert_eq!(named(&["identity"]), "identity");
        assert_eq!(named(&["identity, gzip"]), "decoded");
        assert_eq!(named(&["br"]), "br");
        assert_eq!(named(&["gzip", "br"]), "gzip, br");
        assert_eq!(named(&["zstd\u{1b}[2J"]), "zstd2j");
    }
}
