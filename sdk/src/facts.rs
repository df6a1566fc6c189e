//! Catalog facts as text: a provider's built-in list, a model a line, looked up without reading the
//! rest.
//!
//! ```text
//! # Sources, by letter:
//! # a = litellm@2026-11: PyPI …
//! claude-haiku-4-5⇥Claude Haiku 4.5⇥200000⇥64000⇥1/5/0.1/1.25⇥⇥++-⇥text,image⇥⇥2025-10-15⇥⇥⇥⇥a
//! ```
//!
//! Lines that begin with `#` stand at the top; `# <letter> = <source>@<date>`, up to a colon, gives a
//! source its letter. Every other line is a model. They are sorted by id, byte by byte, and have these
//! columns, with a tab between two:
//!
//! | column | content |
//! |---|---|
//! | 1 | id as sent to the vendor |
//! | 2 | name for a person; empty when it is the id |
//! | 3, 4 | longest input and output in tokens |
//! | 5 | price of input, output, cache read and cache write, with `/` between: `3/15/0.3/3.75`, `0.1/0.4//` |
//! | 6 | other prices above an input length: `200000:6/22.5/0.6/7.5`, with `;` between |
//! | 7 | reasoning, tools, open weights, a sign each: `+`, `-` or `?` |
//! | 8 | modalities accepted, with `,` between; empty is `text` |
//! | 9 | modalities produced, likewise |
//! | 10, 11 | release day; day the vendor stops or stopped serving it |
//! | 12 | status; empty is `active` |
//! | 13 | total parameters in billions |
//! | 14 | sources, a letter each |
//! | 15 | words for how much to think, weakest first, with `,` between |
//! | 16 | what it is for, with `,` between; empty is `chat` |
//! | 17 | further abilities, each a sign and a word: `+structured-output,-temperature` |
//!
//! Empty is unknown unless said otherwise, and columns missing at the end are empty. Numbers are
//! decimal digits with at most one point. There are no escapes: no field holds a tab, a line break or
//! the sign that parts it, and no id begins with `#`. What cannot be read is unknown; a test of the
//! package ([`crate::testing::check_catalog`]) says that everything can.

use crate::errors::decimal;
use crate::{Model, Price, PriceTier, Usage};

/// The models known when a component was built.
#[derive(Clone, Copy, Debug)]
pub struct Catalog {
    head: &'static str,
    lines: &'static str,
}

impl Catalog {
    /// No models.
    pub const EMPTY: Self = Self::new("");

    /// Takes a text of this module's form. Made for constants: the head is found while compiling.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() && bytes[at] == b'#' {
            while at < bytes.len() && bytes[at] != b'\n' {
                at += 1;
            }
            if at < bytes.len() {
                at += 1;
            }
        }
        let (head, lines) = text.split_at(at);
        Self { head, lines }
    }

    /// Returns every model, in the order of the text.
    #[must_use]
    pub fn list(&self) -> Vec<Model> {
        let sources = Sources::read(self.head);
        // A guess from above: memory that is not used is given back at once.
        let mut models = Vec::with_capacity(self.lines.len() / LINE_BYTES + 1);
        let mut rest = Fields::lines(self.lines);
        while rest.next_line() {
            models.push(model(&mut rest, &sources));
        }
        models
    }

    /// Returns every model's line.
    pub fn entries(&self) -> impl Iterator<Item = Entry> {
        let head = self.head;
        let lines = self.lines.split('\n').filter(|line| !line.is_empty());
        lines.map(move |line| Entry { head, line })
    }

    /// Returns the line of a model, found by halving.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<Entry> {
        let (mut rest, id) = (self.lines, id.as_bytes());
        while !rest.is_empty() {
            let middle = rest.len() / 2;
            let bytes = rest.as_bytes();
            let start = bytes[..middle].iter().rposition(|byte| *byte == b'\n');
            let start = start.map_or(0, |at| at + 1);
            let length = bytes[start..].iter().position(|byte| *byte == b'\n');
            let end = length.map_or(rest.len(), |length| start + length);
            let line = &rest[start..end];
            let own = Fields::lines(line).field();
            match own.as_bytes().cmp(id) {
                std::cmp::Ordering::Equal if !line.is_empty() => {
                    return Some(Entry {
                        head: self.head,
                        line,
                    });
                }
                std::cmp::Ordering::Less | std::cmp::Ordering::Equal => {
                    rest = rest.get(end + 1..).unwrap_or_default();
                }
                std::cmp::Ordering::Greater => rest = &rest[..start],
            }
        }
        None
    }

    /// Returns a model of which the vendor told only the id and a name; what is known of the same id
    /// is filled in.
    #[must_use]
    pub fn discovered(&self, id: &str, name: Option<&str>) -> Model {
        match self.find(id) {
            Some(entry) => entry.model(),
            None => discovered(id, name),
        }
    }
}

/// Returns a model of which nothing is known but its id and perhaps a name.
#[must_use]
pub fn discovered(id: &str, name: Option<&str>) -> Model {
    Model {
        id: id.to_owned(),
        name: name.unwrap_or(id).to_owned(),
        context: None,
        max_output: None,
        price: price(""),
        price_tiers: Vec::new(),
        operations: vec!["chat".to_owned()],
        abilities: Vec::new(),
        efforts: Vec::new(),
        input: vec!["text".to_owned()],
        output: vec!["text".to_owned()],
        released: None,
        retires: None,
        status: "active".to_owned(),
        parameters_b: None,
        open_weights: None,
        sources: vec!["live".to_owned()],
        extensions: Vec::new(),
    }
}

/// Notes whether a model has an ability, whatever was known.
pub fn set(model: &mut Model, ability: &str, can: bool) {
    model.abilities.retain(|(known, _)| known != ability);
    model.abilities.push((ability.to_owned(), can));
}

/// Notes whether a model has an ability, where that was not known.
pub fn learn(model: &mut Model, ability: &str, can: bool) {
    if model.abilities.iter().all(|(known, _)| known != ability) {
        model.abilities.push((ability.to_owned(), can));
    }
}

/// Returns a usage of which nothing is known.
#[must_use]
pub const fn unknown_usage() -> Usage {
    Usage {
        input: None,
        output: None,
        cache_read: None,
        cache_write: None,
        reasoning: None,
        details: Vec::new(),
        cost_usd: None,
    }
}

/// Shortest line that is common; for a guess at how many there are.
const LINE_BYTES: usize = 48;
/// How many columns a line has at least.
pub(crate) const LEAST_COLUMNS: usize = 14;
/// How many columns a line has at most.
pub(crate) const COLUMNS: usize = 17;
const CONTEXT: usize = 2;
const MAX_OUTPUT: usize = 3;
const CAN: usize = 6;
const INPUT: usize = 7;
const EFFORTS: usize = 14;
const ABILITIES: usize = 16;

/// One model's line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    head: &'static str,
    line: &'static str,
}

impl Entry {
    /// Returns its id.
    #[must_use]
    pub fn id(&self) -> &'static str {
        self.column(0)
    }

    /// Returns its longest input in tokens.
    #[must_use]
    pub fn context(&self) -> Option<u64> {
        count(self.column(CONTEXT))
    }

    /// Returns its longest output in tokens.
    #[must_use]
    pub fn max_output(&self) -> Option<u64> {
        count(self.column(MAX_OUTPUT))
    }

    /// Returns whether it can reason.
    #[must_use]
    pub fn reasoning(&self) -> Option<bool> {
        sign(self.column(CAN), 0)
    }

    /// Returns whether it accepts a modality such as `image`.
    #[must_use]
    pub fn accepts(&self, modality: &str) -> bool {
        let list = self.column(INPUT);
        let list = if list.is_empty() { "text" } else { list };
        list.split(',').any(|word| word == modality)
    }

    /// Returns the words for how much it is to think, weakest first; none where nothing is known.
    pub fn efforts(&self) -> impl Iterator<Item = &'static str> {
        let words = self.column(EFFORTS).split(',');
        words.filter(|word| !word.is_empty())
    }

    /// Returns whether it has a further ability, such as `temperature`, where that is known.
    #[must_use]
    pub fn ability(&self, name: &str) -> Option<bool> {
        let mut known = self.column(ABILITIES).split(',');
        known.find_map(|word| match word.split_at_checked(1)? {
            ("+", ability) => (ability == name).then_some(true),
            ("-", ability) => (ability == name).then_some(false),
            _ => None,
        })
    }

    /// Returns everything that the line says.
    #[must_use]
    pub fn model(&self) -> Model {
        model(&mut Fields::lines(self.line), &Sources::read(self.head))
    }

    /// Returns how many columns the line has.
    pub(crate) fn columns(&self) -> usize {
        self.line.split('\t').count()
    }

    fn column(&self, index: usize) -> &'static str {
        let mut fields = Fields::lines(self.line);
        for _ in 0..index {
            fields.field();
        }
        fields.field()
    }
}

/// Reads a line.
fn model(line: &mut Fields<'_>, sources: &Sources) -> Model {
    let (id, name) = (line.field(), line.field());
    let (context, max_output) = (count(line.field()), count(line.field()));
    let (base, tiers, can) = (price(line.field()), line.field(), line.field());
    let (input, output) = (words(line.field()), words(line.field()));
    let (released, retires) = (text(line.field()), text(line.field()));
    let (status, parameters_b) = (line.field(), decimal(line.field()));
    let letters = line.field();
    let (efforts, operations, further) = (line.field(), line.field(), line.field());
    let mut abilities = Vec::new();
    for (index, name) in ["reasoning", "tools"].into_iter().enumerate() {
        abilities.extend(sign(can, index).map(|can| (name.to_owned(), can)));
    }
    for word in further.split(',') {
        if let Some((can, name)) = word.split_at_checked(1) {
            abilities.extend(sign(can, 0).map(|can| (name.to_owned(), can)));
        }
    }
    Model {
        id: id.to_owned(),
        name: if name.is_empty() { id } else { name }.to_owned(),
        context,
        max_output,
        price: base,
        price_tiers: if tiers.is_empty() {
            Vec::new()
        } else {
            tiers.split(';').filter_map(tier).collect()
        },
        operations: if operations.is_empty() {
            vec!["chat".to_owned()]
        } else {
            words(operations)
        },
        abilities,
        efforts: if efforts.is_empty() {
            Vec::new()
        } else {
            words(efforts)
        },
        input,
        output,
        released,
        retires,
        status: if status.is_empty() { "active" } else { status }.to_owned(),
        parameters_b,
        open_weights: sign(can, 2),
        sources: sources.named(letters),
        extensions: Vec::new(),
    }
}

/// A walk over fields, each byte looked at once: `str::split` would cost more than all the rest of
/// reading a line.
struct Fields<'a> {
    text: &'a str,
    separator: u8,
    at: usize,
    begun: bool,
}

impl<'a> Fields<'a> {
    /// Begins at the first column of the first line.
    fn lines(text: &'a str) -> Self {
        Self::new(text, b'\t')
    }

    fn new(text: &'a str, separator: u8) -> Self {
        Self {
            text,
            separator,
            at: 0,
            begun: false,
        }
    }

    /// Returns the next field of the line; an empty one after the last.
    fn field(&mut self) -> &'a str {
        let (bytes, start) = (self.text.as_bytes(), self.at);
        let mut end = start;
        while let Some(byte) = bytes.get(end).copied() {
            if byte == self.separator {
                self.at = end + 1;
                return self.text.get(start..end).unwrap_or_default();
            }
            if byte == b'\n' {
                break;
            }
            end += 1;
        }
        self.at = end;
        self.text.get(start..end).unwrap_or_default()
    }

    /// Goes to the next line that is not empty, whether or not the present one was read to its end.
    fn next_line(&mut self) -> bool {
        let bytes = self.text.as_bytes();
        if self.begun {
            while bytes.get(self.at).is_some_and(|byte| *byte != b'\n') {
                self.at += 1;
            }
        }
        self.begun = true;
        while bytes.get(self.at) == Some(&b'\n') {
            self.at += 1;
        }
        self.at < bytes.len()
    }
}

/// What the letters of the last column stand for.
struct Sources(Vec<(u8, &'static str)>);

impl Sources {
    fn read(head: &'static str) -> Self {
        let named = head.lines().filter_map(|line| {
            let (letter, source) = line.strip_prefix("# ")?.split_once(" = ")?;
            let source = source.split(':').next()?;
            match letter.as_bytes() {
                [letter] => Some((*letter, source)),
                _ => None,
            }
        });
        Self(named.collect())
    }

    fn named(&self, letters: &str) -> Vec<String> {
        let mut names = Vec::with_capacity(letters.len());
        for letter in letters.bytes() {
            if let Some((_, name)) = self.0.iter().find(|(known, _)| *known == letter) {
                names.push((*name).to_owned());
            }
        }
        names
    }
}

/// Reads a number of tokens.
fn count(digits: &str) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.bytes().try_fold(0_u64, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

fn price(text: &str) -> Price {
    let mut numbers = Fields::new(text, b'/');
    let mut next = || decimal(numbers.field());
    Price {
        input: next(),
        output: next(),
        cache_read: next(),
        cache_write: next(),
        details: Vec::new(),
    }
}

fn tier(text: &str) -> Option<PriceTier> {
    let (above, at) = text.split_once(':')?;
    Some(PriceTier {
        above_input_tokens: count(above)?,
        price: price(at),
    })
}

fn sign(can: &str, index: usize) -> Option<bool> {
    match can.as_bytes().get(index)? {
        b'+' => Some(true),
        b'-' => Some(false),
        _ => None,
    }
}

fn words(list: &str) -> Vec<String> {
    let list = if list.is_empty() { "text" } else { list };
    let count = list.bytes().filter(|byte| *byte == b',').count() + 1;
    let mut words = Vec::with_capacity(count);
    let mut fields = Fields::new(list, b',');
    for _ in 0..count {
        words.push(fields.field().to_owned());
    }
    words
}

fn text(field: &str) -> Option<String> {
    (!field.is_empty()).then(|| field.to_owned())
}

#[cfg(test)]
mod tests;
