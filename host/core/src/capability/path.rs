//! Paths: which text is one, its canonical form, and the patterns of grants. Everything works on
//! the percent-encoded text; nothing is decoded except to see whether decoding would mislead.

use super::url::UrlError;

/// How many times an escape may hide another escape before a path is refused unread.
const MAX_DECODINGS: usize = 8;

/// Checks that a path or query holds only what RFC 3986 allows there.
///
/// An escaped control character is refused in a path: it is never part of a name, and more than one
/// server stops reading there. In a query it is ordinary data.
pub(super) fn check_text(text: &str, is_query: bool) -> Result<(), UrlError> {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let value = match (bytes.next().and_then(hex), bytes.next().and_then(hex)) {
                (Some(high), Some(low)) => high << 4 | low,
                _ => {
                    return Err(UrlError::BadEscape(
                        "a `%` is not followed by two hex digits",
                    ));
                }
            };
            if !is_query && value.is_ascii_control() {
                return Err(UrlError::BadEscape("the path escapes a control character"));
            }
        } else if !(byte.is_ascii_alphanumeric()
            || b"-._~!$&'()*+,;=:@/".contains(&byte)
            || is_query && byte == b'?')
        {
            return Err(UrlError::NotCanonical(
                "a character that must be percent-encoded",
            ));
        }
    }
    Ok(())
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

/// Removes `.` and `..` segments as RFC 3986 §5.2.4 does; the path starts with `/`.
pub(super) fn remove_dot_segments(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = segments(path).peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    kept.pop();
                }
                if is_last {
                    kept.push("");
                }
            }
            _ => kept.push(segment),
        }
    }
    format!("/{}", kept.join("/"))
}

/// Splits a path that starts with `/`; `/a/` has the segments `a` and the empty one.
fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.strip_prefix('/').unwrap_or(path).split('/')
}

/// Whether a segment is `.` or `..` once its escapes are undone. The URL standard reads it as that
/// (WHATWG URL §4.4), so no client sends it as it stands.
pub(super) fn has_escaped_dot_segment(path: &str) -> bool {
    segments(path).any(|segment| {
        let plain = segment.to_ascii_lowercase().replace("%2e", ".");
        plain != segment && (plain == "." || plain == "..")
    })
}

/// Returns what in a canonical path a server may read as another path than the gate does, if
/// anything: escaped separators or dots, at any depth of encoding, or dots with parameters.
pub(super) fn ambiguity(path: &str) -> Option<&'static str> {
    let mut text = path.as_bytes().to_vec();
    for _ in 0..MAX_DECODINGS {
        // Some servers drop `;parameters` before they resolve `..`.
        if text
            .split(|byte| *byte == b'/')
            .any(|segment| segment.starts_with(b".;") || segment.starts_with(b"..;"))
        {
            return Some("a dot segment with parameters");
        }
        let mut decoded = Vec::with_capacity(text.len());
        let mut rest = text.as_slice();
        while let [byte, tail @ ..] = rest {
            let escape = match rest {
                [b'%', high, low, tail @ ..] => hex(*high)
                    .zip(hex(*low))
                    .map(|(high, low)| (high << 4 | low, tail)),
                _ => None,
            };
            let Some((value, tail)) = escape else {
                decoded.push(*byte);
                rest = tail;
                continue;
            };
            match value {
                b'/' | b'\\' => return Some("an encoded separator"),
                b'.' => return Some("an encoded dot"),
                _ if value.is_ascii_control() => return Some("an encoded control character"),
                _ => decoded.push(value),
            }
            rest = tail;
        }
        // Overlong forms of `/` and `.` are not UTF-8.
        if std::str::from_utf8(&decoded).is_err() {
            return Some("an escape that is not UTF-8");
        }
        if decoded.len() == text.len() {
            return None;
        }
        text = decoded;
    }
    Some("an escape encoded too many times")
}

/// The path part of a grant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct PathPattern {
    text: String,
    segments: Vec<Segment>,
    /// Whether the pattern ends in `/**`.
    open: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Segment {
    Exact(String),
    /// `*`: any one segment that is not empty.
    One,
}

impl PathPattern {
    /// Parses a pattern; the error says why it could never match what its author meant.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        if !text.starts_with('/') {
            return Err("it must start with `/`; `/**` is every path");
        }
        check_text(text, false).map_err(|error| match error {
            UrlError::BadEscape(why) | UrlError::NotCanonical(why) => why,
            _ => "it is not a path",
        })?;
        if ambiguity(text).is_some() {
            return Err("it holds an escape that no request may hold");
        }
        let mut all: Vec<&str> = segments(text).collect();
        let open = all.last() == Some(&"**");
        if open {
            all.pop();
        }
        let segments = all
            .into_iter()
            .map(|segment| match segment {
                "*" => Ok(Segment::One),
                "." | ".." => Err("it holds a dot segment"),
                _ if segment.contains('*') => {
                    Err("`*` stands for a whole segment, and `**` only at the end")
                }
                _ => Ok(Segment::Exact(segment.to_owned())),
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            text: text.to_owned(),
            segments,
            open,
        })
    }

    /// Returns the pattern as it was written.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the narrowest pattern that covers a canonical path: the path itself where the
    /// language of patterns can say it.
    pub(super) fn narrowest(path: &str) -> String {
        if ambiguity(path).is_some() {
            return "/**".to_owned();
        }
        let segments: Vec<&str> = segments(path)
            .map(|segment| if segment.contains('*') { "*" } else { segment })
            .collect();
        format!("/{}", segments.join("/"))
    }

    /// Whether the pattern covers less than every path of its host.
    pub(super) fn is_scoped(&self) -> bool {
        !(self.open && self.segments.is_empty())
    }

    /// Whether a canonical path is covered. `/v1/**` covers `/v1/` and all below it, not `/v1`.
    pub(super) fn matches(&self, path: &str) -> bool {
        let mut rest = segments(path);
        let prefix = self.segments.iter().all(|pattern| {
            rest.next().is_some_and(|segment| match pattern {
                Segment::Exact(text) => text == segment,
                Segment::One => !segment.is_empty(),
            })
        });
        prefix && rest.next().is_some() == self.open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dot_segments_are_removed_as_the_standard_does() {
        for (path, expected) in [
            ("/", "/"),
            ("/a/b/c/./../../g", "/a/g"),
            ("/a/b/..", "/a/"),
            ("/a/b/.", "/a/b/"),
            ("/..", "/"),
            ("/../../x", "/x"),
            ("/a//../b", "/a/b"),
            ("/..//x", "//x"),
            ("/a/.../..b/c..", "/a/.../..b/c.."),
        ] {
            assert_eq!(remove_dot_segments(path), expected, "{path}");
        }
    }

    #[test]
    fn patterns_cover_exactly_what_they_say() {
        for (pattern, path, expected) in [
            ("/**", "/", true),
            ("/**", "/a/b", true),
            ("/*", "/a", true),
            ("/*", "/", false),
            ("/*", "/a/b", false),
            ("/*", "/a/", false),
            ("/v1/**", "/v1/", true),
            ("/v1/**", "/v1", false),
            ("/v1/**", "/v1x/a", false),
            ("/v1/**", "/v1/a//b", true),
            ("/v1/**", "//v1/a", false),
            ("/v1", "/v1/", false),
            ("/v1/", "/v1/", true),
            ("/a/*/c", "/a/b/c", true),
            ("/a/*/c", "/a//c", false),
            ("/a/*/**", "/a/b", false),
            ("/a/*/**", "/a/b/", true),
        ] {
            assert_eq!(
                PathPattern::parse(pattern).unwrap().matches(path),
                expected,
                "{pattern} {path}"
            );
        }
    }

    #[test]
    fn ambiguity_is_seen_through_every_layer() {
        let mut nested = "/a/%2e".to_owned();
        for _ in 0..40 {
            assert!(ambiguity(&nested).is_some(), "{nested}");
            nested = nested.replace('%', "%25");
        }
        for plain in [
            "/a%20b",
            "/100%25",
            "/caf%C3%A9",
            "/a;b=c",
            "/a..b",
            "/%2541",
            "/...",
        ] {
            assert_eq!(ambiguity(plain), None, "{plain}");
        }
    }
}
