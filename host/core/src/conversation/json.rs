//! JSON that is carried as text, and the little that the rules ask of it: whether it is an object.
//!
//! Nothing here builds a value: what is handed on is always the text that came.

/// How deeply arrays and objects may nest. Readers of JSON that a provider may use have a bound of
/// this size too, so what is deeper would fail there.
const MAX_DEPTH: usize = 127;

/// JSON text (RFC 8259). Keys keep their order and numbers their digits: whoever hands it on hands
/// on the same bytes. Nothing checks it when it is made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Json(String);

impl Json {
    /// Wraps `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the text itself.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }

    /// Whether the text is one JSON value, at most 127 arrays and objects deep.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        Reader::new(&self.0).reads_whole()
    }

    /// Whether the text is one JSON object, at most 127 arrays and objects deep.
    #[must_use]
    pub fn is_object(&self) -> bool {
        is_object(&self.0)
    }
}

/// Whether `text` is one JSON object; as [`Json::is_object`].
pub(super) fn is_object(text: &str) -> bool {
    let mut reader = Reader::new(text);
    reader.space();
    reader.peek() == Some(b'{') && reader.reads_whole()
}

/// Returns `text` as a JSON string, with its quotes.
pub(super) fn quoted(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => json.extend(['\\', character]),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\0'..='\u{1f}' => json.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => json.push(character),
        }
    }
    json.push('"');
    json
}

/// Reads a text from the front; each method returns whether it found what it is named after.
struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text: text.as_bytes(),
            at: 0,
        }
    }

    fn reads_whole(&mut self) -> bool {
        self.space();
        let read = self.value(0);
        self.space();
        read && self.at == self.text.len()
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> bool {
        match self.peek() {
            Some(b'{') => self.list(depth, b'}', |reader, depth| {
                if !reader.string() {
                    return false;
                }
                reader.space();
                if !reader.take(b':') {
                    return false;
                }
                reader.space();
                reader.value(depth)
            }),
            Some(b'[') => self.list(depth, b']', Self::value),
            Some(b'"') => self.string(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.word("true") || self.word("false") || self.word("null"),
        }
    }

    /// Reads an opening bracket, items with commas between them, and the bracket `close`.
    fn list(&mut self, depth: usize, close: u8, item: fn(&mut Self, usize) -> bool) -> bool {
        if depth >= MAX_DEPTH {
            return false;
        }
        self.at += 1;
        self.space();
        if self.take(close) {
            return true;
        }
        loop {
            if !item(self, depth + 1) {
                return false;
            }
            self.space();
            if self.take(close) {
                return true;
            }
            if !self.take(b',') {
                return false;
            }
            self.space();
        }
    }

    fn word(&mut self, word: &str) -> bool {
        let found = self.text[self.at..].starts_with(word.as_bytes());
        self.at += if found { word.len() } else { 0 };
        found
    }

    fn digits(&mut self) -> bool {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at > start
    }

    fn number(&mut self) -> bool {
        self.take(b'-');
        if !self.take(b'0') && !self.digits() {
            return false;
        }
        if self.take(b'.') && !self.digits() {
            return false;
        }
        if self.take(b'e') || self.take(b'E') {
            if !self.take(b'+') {
                self.take(b'-');
            }
            return self.digits();
        }
        true
    }

    fn string(&mut self) -> bool {
        if !self.take(b'"') {
            return false;
        }
        loop {
            let Some(byte) = self.peek() else {
                return false;
            };
            self.at += 1;
            match byte {
                b'"' => return true,
                b'\\' if !self.escape() => return false,
                0..=0x1f => return false,
                _ => {}
            }
        }
    }

    /// Reads what follows a backslash. Half of a surrogate pair names no character: vendors refuse
    /// the whole request for it.
    fn escape(&mut self) -> bool {
        let Some(byte) = self.peek() else {
            return false;
        };
        self.at += 1;
        match byte {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => true,
            b'u' => match self.code_unit() {
                Some(0xd800..=0xdbff) => {
                    self.word("\\u") && matches!(self.code_unit(), Some(0xdc00..=0xdfff))
                }
                Some(0xdc00..=0xdfff) | None => false,
                Some(_) => true,
            },
            _ => false,
        }
    }

    fn code_unit(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        let mut unit = 0;
        for digit in digits {
            unit = unit * 16 + char::from(*digit).to_digit(16)?;
        }
        self.at += 4;
        Some(unit)
    }
}
