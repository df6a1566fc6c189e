//! Files by the names that the format has for their kinds, and documents' own names: plain, and each
//! once in a conversation.

use crate::question::media_type;

/// The kinds of file that the format takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Image,
    Document,
    Video,
    Audio,
}

impl Kind {
    /// Returns the name of its block.
    pub(super) fn block(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Document => "document",
            Self::Video => "video",
            Self::Audio => "audio",
        }
    }
}

/// Media types, and what the format calls them.
const FORMATS: &[(&str, Kind, &str)] = &[
    ("image/png", Kind::Image, "png"),
    ("image/jpeg", Kind::Image, "jpeg"),
    ("image/gif", Kind::Image, "gif"),
    ("image/webp", Kind::Image, "webp"),
    ("application/pdf", Kind::Document, "pdf"),
    ("text/csv", Kind::Document, "csv"),
    ("application/msword", Kind::Document, "doc"),
    (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Kind::Document,
        "docx",
    ),
    ("application/vnd.ms-excel", Kind::Document, "xls"),
    (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Kind::Document,
        "xlsx",
    ),
    ("text/html", Kind::Document, "html"),
    ("text/markdown", Kind::Document, "md"),
    ("text/plain", Kind::Document, "txt"),
    ("application/json", Kind::Document, "txt"),
    ("video/x-matroska", Kind::Video, "mkv"),
    ("video/matroska", Kind::Video, "mkv"),
    ("video/quicktime", Kind::Video, "mov"),
    ("video/mp4", Kind::Video, "mp4"),
    ("video/webm", Kind::Video, "webm"),
    ("video/x-flv", Kind::Video, "flv"),
    ("video/mpeg", Kind::Video, "mpeg"),
    ("video/x-ms-wmv", Kind::Video, "wmv"),
    ("video/3gpp", Kind::Video, "three_gp"),
    ("audio/mpeg", Kind::Audio, "mp3"),
    ("audio/opus", Kind::Audio, "opus"),
    ("audio/wav", Kind::Audio, "wav"),
    ("audio/aac", Kind::Audio, "aac"),
    ("audio/flac", Kind::Audio, "flac"),
    ("audio/mp4", Kind::Audio, "mp4"),
    ("audio/ogg", Kind::Audio, "ogg"),
    ("audio/x-matroska", Kind::Audio, "mka"),
    ("audio/matroska", Kind::Audio, "mka"),
    ("audio/x-aac", Kind::Audio, "x-aac"),
    ("audio/x-m4a", Kind::Audio, "m4a"),
    ("audio/l16", Kind::Audio, "pcm"),
    ("audio/webm", Kind::Audio, "webm"),
];

/// Returns what the format calls a media type; nothing for one that it does not take.
pub(super) fn format(name: &str) -> Option<(Kind, &'static str)> {
    let plain = name.split(';').next().unwrap_or_default().trim();
    let plain = plain.to_ascii_lowercase();
    let plain = media_type(&plain);
    let known = FORMATS.iter().find(|(known, ..)| *known == plain);
    known.map(|(_, kind, format)| (*kind, *format)).or_else(|| {
        // Source code and the like is text.
        plain
            .starts_with("text/")
            .then_some((Kind::Document, "txt"))
    })
}

/// The names that documents have had so far.
#[derive(Default)]
pub(super) struct Names(Vec<String>);

impl Names {
    /// Returns a name that the format takes and no other document has: letters and digits of ASCII,
    /// hyphens, brackets, single blanks.
    pub(super) fn unique(&mut self, name: Option<&str>) -> String {
        const LONGEST: usize = 180;
        let mut plain = String::new();
        for c in name.unwrap_or_default().chars().take(LONGEST) {
            if c.is_ascii_alphanumeric() || "-()[]".contains(c) {
                plain.push(c);
            } else if !plain.is_empty() && !plain.ends_with(' ') {
                plain.push(' ');
            }
        }
        let plain = plain.trim_end();
        let plain = if plain.is_empty() { "document" } else { plain };
        let mut unique = plain.to_owned();
        let mut number = 1;
        while self.0.contains(&unique) {
            number += 1;
            unique = format!("{plain} {number}");
        }
        self.0.push(unique.clone());
        unique
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_each_is_used_once() {
        let mut names = Names::default();
        for (name, want) in [
            (Some("Q3 report.pdf"), "Q3 report pdf"),
            (Some("Q3  report_pdf"), "Q3 report pdf 2"),
            (Some("../../etc/passwd"), "etc passwd"),
            (Some("日本語.pdf"), "pdf"),
            (Some("日本語"), "document"),
            (None, "document 2"),
            (Some("a (1) [b]-c"), "a (1) [b]-c"),
        ] {
            assert_eq!(names.unique(name), want);
        }
    }

    #[test]
    fn media_types_have_the_names_of_the_format() {
        for (name, want) in [
            ("image/jpg", Some((Kind::Image, "jpeg"))),
            ("IMAGE/PNG", Some((Kind::Image, "png"))),
            ("text/plain; charset=utf-8", Some((Kind::Document, "txt"))),
            ("text/x-rust", Some((Kind::Document, "txt"))),
            ("audio/mp3", Some((Kind::Audio, "mp3"))),
            ("image/tiff", None),
            ("application/zip", None),
        ] {
            assert_eq!(format(name), want, "{name}");
        }
    }
}
