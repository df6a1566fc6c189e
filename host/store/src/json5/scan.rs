//! The words of JSON5: white space, comments, identifiers, strings and numbers.

use super::parse::Parser;
use super::tree::Number;

/// Whether JSON5 treats the character as white space, line ends included.
pub(super) fn is_space(character: char) -> bool {
    matches!(
        character,
        '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}'
                | '\u{2028}'
                | '\u{2029}'
                | '\u{202f}'
                | '\u{205f}'
                | '\u{3000}'
                | '\u{feff}'
    )
}

fn is_line_end(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

fn starts_identifier(character: char) -> bool {
    character.is_alphabetic() || matches!(character, '$' | '_')
}

/// Unicode's combining marks are told by their common blocks: the standard library has no table
/// of them.
fn continues_identifier(character: char) -> bool {
    starts_identifier(character)
        || character.is_numeric()
        || matches!(character, '\u{200c}' | '\u{200d}' | '\u{203f}' | '\u{2040}' | '\u{2054}'
            | '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}' | '\u{fe33}' | '\u{fe34}'
            | '\u{fe4d}'..='\u{fe4f}' | '\u{ff3f}')
}

/// Whether a key can be written without quotes by everyone who reads the file.
pub(super) fn is_plain_identifier(key: &str) -> bool {
    let mut bytes = key.bytes();
    bytes
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || matches!(first, b'_' | b'$'))
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$'))
}

type Scan<T> = Result<T, super::SyntaxError>;

impl Parser<'_> {
    /// Skips white space and comments.
    pub(super) fn trivia(&mut self) -> Scan<()> {
        loop {
            match self.peek() {
                Some(space) if is_space(space) => self.advance(space),
                Some('/') => {
                    let start = self.at;
                    match self.rest()[1..].chars().next() {
                        Some('/') => {
                            let length = self.rest().find(is_line_end);
                            self.at += length.unwrap_or(self.rest().len());
                        }
                        Some('*') => match self.rest()[2..].find("*/") {
                            Some(length) => self.at += length + 4,
                            None => {
                                self.at = self.text.len();
                                let opened = super::position(self.text, start).line;
                                return Err(self.expected(format!(
                                    "`*/` to end the comment that starts on line {opened}"
                                )));
                            }
                        },
                        _ => {
                            self.at += 1;
                            return Err(self.expected("`/` or `*` to start a comment"));
                        }
                    }
                }
                _ => return Ok(()),
            }
        }
    }

    /// Reads an identifier; the caller has seen that one starts here.
    pub(super) fn identifier(&mut self) -> Scan<String> {
        let mut word = String::new();
        while let Some(next) = self.peek() {
            let start = self.at;
            let character = if next == '\\' {
                self.at += 1;
                if self.peek() != Some('u') {
                    return Err(self.expected("`u` and four hexadecimal digits"));
                }
                self.at += 1;
                char::from_u32(self.hex(4)?).unwrap_or('\u{fffd}')
            } else {
                next
            };
            let fits = if word.is_empty() {
                starts_identifier(character)
            } else {
                continues_identifier(character)
            };
            if next == '\\' && !fits {
                self.at = start;
                return Err(self.expected("a character that a key may have without quotes"));
            }
            if !fits {
                break;
            }
            if next != '\\' {
                self.advance(next);
            }
            word.push(character);
        }
        Ok(word)
    }

    /// Whether an identifier starts here.
    pub(super) fn at_identifier(&self) -> bool {
        self.peek()
            .is_some_and(|next| next == '\\' || starts_identifier(next))
    }

    fn hex(&mut self, digits: usize) -> Scan<u32> {
        let mut value = 0;
        for _ in 0..digits {
            let digit = self.peek().and_then(|next| next.to_digit(16));
            let Some(digit) = digit else {
                return Err(self.expected("a hexadecimal digit"));
            };
            value = value * 16 + digit;
            self.at += 1;
        }
        Ok(value)
    }

    /// Reads a string; the caller has seen the quote.
    pub(super) fn string(&mut self, quote: char) -> Scan<String> {
        self.at += 1;
        let mut text = String::new();
        loop {
            match self.peek() {
                Some(end) if end == quote => {
                    self.at += 1;
                    return Ok(text);
                }
                Some('\\') => {
                    self.at += 1;
                    self.escape(&mut text)?;
                }
                Some('\n' | '\r') | None => {
                    return Err(self.expected(format!("`{quote}` to end the string")));
                }
                Some(other) => {
                    self.advance(other);
                    text.push(other);
                }
            }
        }
    }

    fn escape(&mut self, text: &mut String) -> Scan<()> {
        let Some(next) = self.peek() else {
            return Err(self.expected("a character to escape"));
        };
        if next.is_ascii_digit() {
            let octal = self.rest()[1..].starts_with(|after: char| after.is_ascii_digit());
            if next != '0' || octal {
                return Err(self.expected("an escape other than an octal one"));
            }
        }
        self.advance(next);
        match next {
            'b' => text.push('\u{8}'),
            'f' => text.push('\u{c}'),
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            't' => text.push('\t'),
            'v' => text.push('\u{b}'),
            '0' => text.push('\0'),
            'x' => text.push(char::from_u32(self.hex(2)?).unwrap_or('\u{fffd}')),
            'u' => {
                let unit = self.hex(4)?;
                text.push(self.code_point(unit)?);
            }
            '\r' => {
                if self.peek() == Some('\n') {
                    self.at += 1;
                }
            }
            '\n' | '\u{2028}' | '\u{2029}' => {}
            other => text.push(other),
        }
        Ok(())
    }

    /// Joins a surrogate pair. A lone half has no place in UTF-8 and reads as U+FFFD.
    fn code_point(&mut self, unit: u32) -> Scan<char> {
        if (0xd800..0xdc00).contains(&unit) && self.rest().starts_with("\\u") {
            let back = self.at;
            self.at += 2;
            let low = self.hex(4)?;
            if (0xdc00..0xe000).contains(&low) {
                let joined = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                return Ok(char::from_u32(joined).unwrap_or('\u{fffd}'));
            }
            self.at = back;
        }
        Ok(char::from_u32(unit).unwrap_or('\u{fffd}'))
    }

    /// Reads a number; the caller has seen that one starts here.
    pub(super) fn number(&mut self) -> Scan<Number> {
        let start = self.at;
        if matches!(self.peek(), Some('+' | '-')) {
            self.at += 1;
        }
        if let Some(word) = ["Infinity", "NaN"]
            .into_iter()
            .find(|word| self.rest().starts_with(word))
        {
            self.at += word.len();
        } else if self.rest().starts_with("0x") || self.rest().starts_with("0X") {
            self.at += 2;
            self.hex(1)?;
            self.digits(16);
        } else {
            let whole = self.digits(10);
            if whole > 1 && self.text[self.at - whole..].starts_with('0') {
                self.at -= whole - 1;
                return Err(self.expected("no digit after a leading zero"));
            }
            let mut fraction = 0;
            if self.peek() == Some('.') {
                self.at += 1;
                fraction = self.digits(10);
            }
            if whole + fraction == 0 {
                return Err(self.expected("a digit"));
            }
            if matches!(self.peek(), Some('e' | 'E')) {
                self.at += 1;
                if matches!(self.peek(), Some('+' | '-')) {
                    self.at += 1;
                }
                if self.digits(10) == 0 {
                    return Err(self.expected("a digit of the exponent"));
                }
            }
        }
        if self
            .peek()
            .is_some_and(|next| continues_identifier(next) || next == '\\')
        {
            return Err(self.expected("the end of the number"));
        }
        Ok(Number(self.text[start..self.at].to_owned()))
    }

    fn digits(&mut self, radix: u32) -> usize {
        let end = self.rest().find(|next: char| !next.is_digit(radix));
        let count = end.unwrap_or(self.rest().len());
        self.at += count;
        count
    }
}
