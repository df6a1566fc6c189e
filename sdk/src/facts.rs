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
//!
//! Empty is unknown unless said otherwise, and columns missing at the end are empty. Numbers are
//! decimal digits with at most one point. There are no escapes: no field holds a tab, a line break or
//! the sign that parts it, and no id begins with `#`. What cannot be read is unknown; a test of the
//! package ([`crate::testing::check_catalog`]) says that everything can.

use crate::errors::decimal;
use crate::{Model, Price, PriceTier};

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
        reasoning: None,
        tools: None,
        input: vec!["text".to_owned()],
        output: vec!["text".to_owned()],
        released: None,
        retires: None,
        status: "active".to_owned(),
        parameters_b: None,
        open_weights: None,
        sources: vec!["live".to_owned()],
    }
}

/// Shortest line that is common; for a guess at how many there are.
const LINE_BYTES: usize = 48;
/// How many columns a line has.
pub(crate) const COLUMNS: usize = 14;
const CONTEXT: usize = 2;
const MAX_OUTPUT: usize = 3;
const CAN: usize = 6;

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
        reasoning: sign(can, 0),
        tools: sign(can, 1),
        input,
        output,
        released,
        retires,
        status: if status.is_empty() { "active" } else { status }.to_owned(),
        parameters_b,
        open_weights: sign(can, 2),
        sources: sources.named(letters),
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
mod tests {
    use super::*;

    const TEXT: &str = "# Generated.\n# Sources, by letter:\n# a = litellm@2026-11: PyPI x: 1 (MIT)\n\
        # b = pi@2026-11\n\
        Beta\n\
        alpha\tAlpha One\t200000\t64000\t1/5/0.1/1.25\t200000:2/10//;400000:4/20/0.4/5\t+-?\ttext,image\ttext,image\t2025-10\t2026-11-01\tretired\t0.137\tba\n\
        alpha:free\t\t\t\t0/0//\t\t???\t\t\t\t\t\t70\tazb\n\
        zeta\t\t99999999999999999999\t1x\t1//2\tx;:1;5:1\n";
    const CATALOG: Catalog = Catalog::new(TEXT);

    #[test]
    fn every_column_is_read() {
        let model = CATALOG.find("alpha").expect("listed").model();
        assert_eq!(
            (model.name.as_str(), model.context, model.max_output),
            ("Alpha One", Some(200_000), Some(64_000))
        );
        let dollars = |price: &Price| {
            [
                price.input,
                price.output,
                price.cache_read,
                price.cache_write,
            ]
        };
        assert_eq!(
            dollars(&model.price),
            [Some(1.0), Some(5.0), Some(0.1), Some(1.25)]
        );
        let tiers: Vec<_> = model
            .price_tiers
            .iter()
            .map(|tier| (tier.above_input_tokens, dollars(&tier.price)))
            .collect();
        assert_eq!(
            tiers,
            [
                (200_000, [Some(2.0), Some(10.0), None, None]),
                (400_000, [Some(4.0), Some(20.0), Some(0.4), Some(5.0)]),
            ]
        );
        assert_eq!(
            (model.reasoning, model.tools, model.open_weights),
            (Some(true), Some(false), None)
        );
        assert_eq!(model.input, ["text", "image"]);
        assert_eq!(model.output, ["text", "image"]);
        assert_eq!(
            (model.released.as_deref(), model.retires.as_deref()),
            (Some("2025-10"), Some("2026-11-01"))
        );
        assert_eq!(
            (model.status.as_str(), model.parameters_b),
            ("retired", Some(0.137))
        );
        assert_eq!(model.sources, ["pi@2026-11", "litellm@2026-11"]);
    }

    #[test]
    fn what_is_empty_missing_or_unreadable_is_unknown() {
        let model = CATALOG.find("Beta").expect("listed").model();
        assert_eq!((model.name.as_str(), model.context), ("Beta", None));
        assert_eq!(
            (model.status.as_str(), model.input.as_slice()),
            ("active", ["text".to_owned()].as_slice())
        );
        assert_eq!((model.price.input, model.sources.len()), (None, 0));
        let model = CATALOG.find("zeta").expect("listed").model();
        assert_eq!((model.context, model.max_output), (None, None));
        assert_eq!(
            (model.price.output, model.price.cache_read),
            (None, Some(2.0))
        );
        assert_eq!(model.price_tiers.len(), 1);
        let free = CATALOG.find("alpha:free").expect("listed").model();
        assert_eq!((free.price.input, free.sources.len()), (Some(0.0), 2));
    }

    #[test]
    fn a_line_is_found_by_its_whole_id_only() {
        for entry in CATALOG.entries() {
            assert_eq!(CATALOG.find(entry.id()), Some(entry), "{}", entry.id());
        }
        for id in [
            "",
            "A",
            "Bet",
            "Beta\t",
            "alph",
            "alpha:",
            "alpha:fre",
            "b",
            "zeta0",
            "zz",
            "#",
            "é",
        ] {
            assert_eq!(CATALOG.find(id), None, "{id}");
        }
        assert_eq!(Catalog::EMPTY.find("x"), None);
        assert_eq!(Catalog::EMPTY.list().len(), 0);
        assert_eq!(Catalog::new("# only a head").find("x"), None);
        assert!(Catalog::new("x").find("x").is_some());
    }

    #[test]
    fn the_list_has_every_line_in_order() {
        let ids: Vec<_> = CATALOG.list().into_iter().map(|model| model.id).collect();
        assert_eq!(ids, ["Beta", "alpha", "alpha:free", "zeta"]);
    }

    #[test]
    fn an_unknown_id_is_kept_with_what_was_told() {
        let model = CATALOG.discovered("new", Some("New"));
        assert_eq!(
            (model.name.as_str(), model.sources.as_slice()),
            ("New", ["live".to_owned()].as_slice())
        );
        assert_eq!(CATALOG.discovered("alpha", Some("x")).name, "Alpha One");
    }
}
