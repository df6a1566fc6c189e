//! What kind of file bytes are, by what they begin with, whatever the file's name.

/// Beginnings of files, at an offset.
const MAGIC: [(usize, &[u8], &str); 19] = [
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\xff\xf2", "audio/mpeg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"OggS", "audio/ogg"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1a\x45\xdf\xa3", "video/webm"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"PK\x03\x04", "application/zip"),
];

/// Extensions of the Office formats, which are all the same kind of archive.
const ARCHIVES: [(&str, &str); 3] = [
    (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    (
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
];

/// Extensions of texts that models are told the kind of.
const TEXTS: [(&str, &str); 7] = [
    ("md", "text/markdown"),
    ("html", "text/html"),
    ("htm", "text/html"),
    ("csv", "text/csv"),
    ("json", "application/json"),
    ("xml", "text/xml"),
    ("css", "text/css"),
];

/// Extensions of what is never text.
const NO_TEXTS: [(&str, &str); 9] = [
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("pdf", "application/pdf"),
    ("mp3", "audio/mpeg"),
    ("wav", "audio/wav"),
    ("mp4", "video/mp4"),
];

/// Returns what a file is by its name alone, where that is never text.
#[must_use]
pub fn by_extension(name: &str) -> Option<&'static str> {
    let (_, extension) = name.rsplit_once('.')?;
    let mut known = NO_TEXTS.iter();
    known
        .find(|(ending, _)| ending.eq_ignore_ascii_case(extension))
        .map(|(_, media_type)| *media_type)
}

/// Returns the IANA media type of a file, by its bytes; of archives and texts the name says more.
/// `None` where it is neither known nor text.
#[must_use]
pub fn of(bytes: &[u8], name: &str) -> Option<&'static str> {
    let extension = name.rsplit_once('.').map_or("", |(_, rest)| rest);
    let extension = extension.to_ascii_lowercase();
    let by_name = |known: &[(&str, &'static str)]| {
        let mut known = known.iter();
        known
            .find(|(ending, _)| *ending == extension)
            .map(|(_, media_type)| *media_type)
    };
    if bytes.starts_with(b"RIFF") {
        return match bytes.get(8..12) {
            Some(b"WEBP") => Some("image/webp"),
            Some(b"WAVE") => Some("audio/wav"),
            Some(b"AVI ") => Some("video/x-msvideo"),
            _ => None,
        };
    }
    let begins = |at: usize, magic: &[u8]| bytes.get(at..at + magic.len()) == Some(magic);
    let found = MAGIC.iter().find(|(at, magic, _)| begins(*at, magic));
    match found.map(|(.., media_type)| *media_type) {
        Some("application/zip") => by_name(&ARCHIVES).or(Some("application/zip")),
        Some(media_type) => Some(media_type),
        None if is_text(bytes) => Some(by_name(&TEXTS).unwrap_or("text/plain")),
        None => None,
    }
}

/// Whether bytes are text that a person may have written: UTF-8 without control characters other
/// than tabs and line breaks.
fn is_text(bytes: &[u8]) -> bool {
    let strange = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}');
    std::str::from_utf8(bytes).is_ok_and(|text| !text.chars().any(strange))
}

/// Whether bytes are an image of a kind that is known.
#[must_use]
pub fn is_image(bytes: &[u8]) -> bool {
    of(bytes, "").is_some_and(|media_type| media_type.starts_with("image/"))
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn the_bytes_decide_and_the_name_only_where_they_do_not() {
        for (bytes, name, want) in [
            (
                &b"\x89PNG\r\n\x1a\nrest"[..],
                "photo.jpg",
                Some("image/png"),
            ),
            (b"\xff\xd8\xff\xe0", "", Some("image/jpeg")),
            (b"RIFF\0\0\0\0WEBPVP8 ", "a.png", Some("image/webp")),
            (b"RIFF\0\0\0\0WAVEfmt ", "", Some("audio/wav")),
            (b"%PDF-1.7", "paper", Some("application/pdf")),
            (b"ID3\x04", "song.mp3", Some("audio/mpeg")),
            (b"\0\0\0\x20ftypisom", "clip.mp4", Some("video/mp4")),
            (
                b"PK\x03\x04",
                "table.XLSX",
                Some("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            ),
            (b"PK\x03\x04", "code.zip", Some("application/zip")),
            (b"# Title\n", "README.md", Some("text/markdown")),
            (b"a,b\n1,2\n", "data.csv", Some("text/csv")),
            ("Grüße\n".as_bytes(), "notes", Some("text/plain")),
            (b"", "empty.txt", Some("text/plain")),
            (b"\x7fELF\x02\x01\x01\0", "program", None),
            (b"\xff\xfe\0\0", "odd.txt", None),
        ] {
            assert_eq!(of(bytes, name), want, "{name}");
        }
    }
}
