//! Reading a file of catalog facts, as it is published: strictly, each refusal with its place.
//!
//! Only facts of models are taken out of it. A key that means nothing here is told to the caller and
//! has no effect: nothing in such a file can say where a request goes or what it carries.

use std::collections::BTreeSet;
use std::fmt;

use openclaw_core::catalog::{Model, Price, PriceTier, day_number};
use openclaw_core::credential::ProviderId;
use openclaw_core::model_ref::normalize_provider;
use openclaw_core::time::{Timestamp, parse_iso};

use crate::json5::{Element, Member, Node, Number, Position, Value, parse, position};

/// What `format` has to say.
pub const FORMAT: &str = "openclaw-catalog";
/// The version of the format that is read.
pub const VERSION: u64 = 1;
/// Largest file that is read, in bytes.
pub const LARGEST: usize = 16 << 20;

/// Most models of a provider: as many as a plugin may list.
const MODELS: usize = 20_000;
/// Most providers.
const PROVIDERS: usize = 1_000;
/// Most entries of a list of a model.
const ENTRIES: usize = 32;
/// Longest text, in bytes.
const TEXT: usize = 512;
/// Most tokens that a window can have.
const TOKENS: f64 = 1e12;
/// Highest price: dollars for a million tokens.
const DOLLARS: f64 = 1e6;
/// Most parameters, in billions.
const PARAMETERS: f64 = 1e9;
/// Keys that mean nothing and are named one by one; the others are counted.
const NAMED: usize = 20;

/// The facts of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The day or time that it describes, as it says.
    pub date: String,
    /// By id.
    pub providers: Vec<ProviderFacts>,
    /// Keys that mean nothing here, with their place.
    pub unknown: Vec<String>,
}

/// What is known of one provider: all of its models.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderFacts {
    /// The provider.
    pub id: ProviderId,
    /// The day or time of these facts.
    pub date: String,
    /// By id.
    pub models: Vec<Model>,
}

/// Why a file of facts is refused, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Where; the whole file if nothing.
    pub position: Option<Position>,
    /// What is wrong.
    pub why: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            Some(position) => write!(f, "{position}: {}", self.why),
            None => f.write_str(&self.why),
        }
    }
}

impl std::error::Error for Refused {}

/// Reads a file of facts.
///
/// # Errors
/// At the first thing that is wrong with it.
pub fn read(bytes: &[u8]) -> Result<Document, Refused> {
    let whole = |why: String| Refused {
        position: None,
        why,
    };
    if bytes.len() > LARGEST {
        return Err(whole(format!("larger than {} MiB", LARGEST >> 20)));
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|error| whole(format!("not UTF-8 text (byte {})", error.valid_up_to())))?;
    // The tree takes more than JSON; this is strict.
    serde_json::from_str::<serde::de::IgnoredAny>(text).map_err(|error| {
        let words = error.to_string();
        let why = words.split(" at line ").next().unwrap_or(&words);
        Refused {
            position: Some(Position {
                line: error.line(),
                column: error.column(),
            }),
            why: format!("not JSON: {why}"),
        }
    })?;
    let root = parse(text).map_err(|error| Refused {
        position: Some(error.position),
        why: format!("expected {}, found {}", error.expected, error.found),
    })?;
    let mut reader = Reader {
        text,
        unknown: Vec::new(),
        more: 0,
    };
    let mut document = reader.document(&root)?;
    document.unknown = reader.unknown;
    if reader.more > 0 {
        document.unknown.push(format!("{} more", reader.more));
    }
    Ok(document)
}

struct Reader<'t> {
    text: &'t str,
    unknown: Vec<String>,
    more: usize,
}

impl Reader<'_> {
    fn document(&mut self, root: &Node) -> Result<Document, Refused> {
        // What is of a later format is said before anything else: the rest may be of another form.
        let members = self.members(root, "")?;
        let format = self.needed(root, members, "", "format")?;
        if self.text_of(format, "format")? != FORMAT {
            return Err(self.refused(format, format!("`format` is not `{FORMAT}`")));
        }
        let version = self.needed(root, members, "", "version")?;
        let number = self.number(version, "version", 1e9)?;
        if number > VERSION as f64 {
            let why = format!(
                "written in version {number} of the format; this program reads version {VERSION}: a newer release of it may read this"
            );
            return Err(self.refused(version, why));
        }
        if number != VERSION as f64 {
            return Err(self.refused(version, format!("`version` is not {VERSION}")));
        }
        self.note_unknown(members, "", &["format", "version", "date", "providers"]);
        let date = self.needed(root, members, "", "date")?;
        let date = self.date(date, "date")?;
        let providers = self.needed(root, members, "", "providers")?;
        let entries = self.members(providers, "providers")?;
        if entries.len() > PROVIDERS {
            let why = format!("{} providers; at most {PROVIDERS} are taken", entries.len());
            return Err(self.refused(providers, why));
        }
        let mut found: Vec<ProviderFacts> = Vec::new();
        for entry in entries {
            found.push(self.provider(entry, &date)?);
        }
        found.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(Document {
            date,
            providers: found,
            unknown: Vec::new(),
        })
    }

    fn provider(&mut self, entry: &Member, of_all: &str) -> Result<ProviderFacts, Refused> {
        let id = normalize_provider(&entry.key);
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        if id.as_str() != entry.key
            || id.as_str().is_empty()
            || id.as_str().len() > 64
            || !id.as_str().bytes().all(plain)
        {
            let why = format!("{:?} is no id of a provider", entry.key);
            return Err(self.refused_at(entry.key_span.start, why));
        }
        let place = format!("providers.{id}");
        let members = self.members(&entry.value, &place)?;
        self.note_unknown(members, &place, &["date", "models"]);
        let date = match get(members, "date") {
            Some(date) => self.date(date, &format!("{place}.date"))?,
            None => of_all.to_owned(),
        };
        let list = self.needed(&entry.value, members, &place, "models")?;
        let place = format!("{place}.models");
        let elements = self.elements(list, &place, MODELS)?;
        let mut models: Vec<Model> = Vec::with_capacity(elements.len());
        let mut ids = BTreeSet::new();
        for (at, element) in elements.iter().enumerate() {
            let model = self.model(&element.value, &format!("{place}[{at}]"))?;
            if !ids.insert(model.id.clone()) {
                let why = format!("`{}` of `{id}` is there twice", model.id);
                return Err(self.refused(&element.value, why));
            }
            models.push(model);
        }
        models.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(ProviderFacts { id, date, models })
    }

    fn model(&mut self, node: &Node, place: &str) -> Result<Model, Refused> {
        const KNOWN: [&str; 15] = [
            "id",
            "name",
            "contextWindow",
            "maxOutput",
            "cost",
            "reasoning",
            "tools",
            "input",
            "output",
            "released",
            "retires",
            "status",
            "parametersB",
            "openWeights",
            "sources",
        ];
        let members = self.members(node, place)?;
        self.note_unknown(members, place, &KNOWN);
        let id = self.needed(node, members, place, "id")?;
        let id = self.filled(id, &format!("{place}.id"))?;
        let at = |key: &str| get(members, key).map(|found| (found, format!("{place}.{key}")));
        let text = |reader: &Self, key: &str| {
            let found = at(key).map(|(node, place)| reader.filled(node, &place));
            found.transpose()
        };
        let flag = |reader: &Self, key: &str| {
            let found = at(key).map(|(node, place)| reader.flag(node, &place));
            found.transpose()
        };
        let tokens = |reader: &Self, key: &str| {
            let found = at(key).map(|(node, place)| reader.count(node, &place));
            found.transpose()
        };
        let day = |reader: &Self, key: &str| match at(key) {
            Some((node, place)) => reader.day(node, &place).map(Some),
            None => Ok(None),
        };
        let words = |reader: &Self, key: &str| match at(key) {
            Some((node, place)) => reader.words(node, &place).map(Some),
            None => Ok(None),
        };
        let (price, price_tiers) = match at("cost") {
            Some((node, place)) => self.cost(node, &place)?,
            None => (Price::default(), Vec::new()),
        };
        let plain = || vec!["text".to_owned()];
        let parameters_b = match at("parametersB") {
            Some((node, place)) => Some(self.number(node, &place, PARAMETERS)?),
            None => None,
        };
        Ok(Model {
            name: text(self, "name")?.unwrap_or_else(|| id.clone()),
            context: tokens(self, "contextWindow")?,
            max_output: tokens(self, "maxOutput")?,
            price,
            price_tiers,
            reasoning: flag(self, "reasoning")?,
            tools: flag(self, "tools")?,
            input: words(self, "input")?.unwrap_or_else(plain),
            output: words(self, "output")?.unwrap_or_else(plain),
            released: day(self, "released")?,
            retires: day(self, "retires")?,
            status: text(self, "status")?.unwrap_or_else(|| "active".to_owned()),
            parameters_b,
            open_weights: flag(self, "openWeights")?,
            sources: words(self, "sources")?.unwrap_or_default(),
            id,
        })
    }

    fn cost(&mut self, node: &Node, place: &str) -> Result<(Price, Vec<PriceTier>), Refused> {
        const PRICES: [&str; 4] = ["input", "output", "cacheRead", "cacheWrite"];
        let members = self.members(node, place)?;
        self.note_unknown(
            members,
            place,
            &["input", "output", "cacheRead", "cacheWrite", "tiers"],
        );
        let price = self.price(members, place)?;
        let mut tiers: Vec<PriceTier> = Vec::new();
        let list = get(members, "tiers");
        let place = format!("{place}.tiers");
        let elements = match list {
            Some(list) => self.elements(list, &place, ENTRIES)?,
            None => &[],
        };
        for (at, element) in elements.iter().enumerate() {
            let place = format!("{place}[{at}]");
            let members = self.members(&element.value, &place)?;
            let known: Vec<&str> = PRICES.into_iter().chain(["aboveInputTokens"]).collect();
            self.note_unknown(members, &place, &known);
            let above = self.needed(&element.value, members, &place, "aboveInputTokens")?;
            let above_input_tokens = self.count(above, &format!("{place}.aboveInputTokens"))?;
            let before = tiers.last().map(|tier| tier.above_input_tokens);
            if before.is_some_and(|before| before >= above_input_tokens) {
                let why = format!("`{place}.aboveInputTokens` is not above the one before it");
                return Err(self.refused(above, why));
            }
            tiers.push(PriceTier {
                above_input_tokens,
                price: self.price(members, &place)?,
            });
        }
        Ok((price, tiers))
    }

    fn price(&self, members: &[Member], place: &str) -> Result<Price, Refused> {
        let of = |key: &str| match get(members, key) {
            Some(node) => self
                .number(node, &format!("{place}.{key}"), DOLLARS)
                .map(Some),
            None => Ok(None),
        };
        Ok(Price {
            input: of("input")?,
            output: of("output")?,
            cache_read: of("cacheRead")?,
            cache_write: of("cacheWrite")?,
        })
    }

    /// Returns the members of an object, none of which may be there twice.
    fn members<'n>(&self, node: &'n Node, place: &str) -> Result<&'n [Member], Refused> {
        let Value::Object(members) = &node.value else {
            return Err(self.wrong(node, place, "an object"));
        };
        let mut seen = BTreeSet::new();
        for member in members {
            if !seen.insert(member.key.as_str()) {
                let why = format!("{:?} is there twice", member.key);
                return Err(self.refused_at(member.key_span.start, why));
            }
        }
        Ok(members)
    }

    fn elements<'n>(
        &self,
        node: &'n Node,
        place: &str,
        most: usize,
    ) -> Result<&'n [Element], Refused> {
        let Value::Array(elements) = &node.value else {
            return Err(self.wrong(node, place, "a list"));
        };
        if elements.len() > most {
            let why = format!(
                "`{place}` has {} entries; at most {most} are taken",
                elements.len()
            );
            return Err(self.refused(node, why));
        }
        Ok(elements)
    }

    fn needed<'n>(
        &self,
        node: &Node,
        members: &'n [Member],
        place: &str,
        key: &str,
    ) -> Result<&'n Node, Refused> {
        get(members, key).ok_or_else(|| {
            let of = match place {
                "" => String::new(),
                place => format!(" in `{place}`"),
            };
            self.refused(node, format!("`{key}` is missing{of}"))
        })
    }

    fn text_of<'n>(&self, node: &'n Node, place: &str) -> Result<&'n str, Refused> {
        let text = node.as_str();
        text.ok_or_else(|| self.wrong(node, place, "a string"))
    }

    /// Reads a text that says something and can be shown.
    fn filled(&self, node: &Node, place: &str) -> Result<String, Refused> {
        let text = self.text_of(node, place)?;
        if text.trim().is_empty() || text.trim() != text {
            let why = format!("`{place}` is blank, or has blanks around it");
            return Err(self.refused(node, why));
        }
        if text.len() > TEXT {
            let why = format!("`{place}` is longer than {TEXT} bytes");
            return Err(self.refused(node, why));
        }
        if text.chars().any(char::is_control) {
            let why = format!("`{place}` has control characters");
            return Err(self.refused(node, why));
        }
        Ok(text.to_owned())
    }

    fn words(&self, node: &Node, place: &str) -> Result<Vec<String>, Refused> {
        let elements = self.elements(node, place, ENTRIES)?.iter();
        let each = elements.enumerate();
        each.map(|(at, element)| self.filled(&element.value, &format!("{place}[{at}]")))
            .collect()
    }

    fn flag(&self, node: &Node, place: &str) -> Result<bool, Refused> {
        match node.value {
            Value::Bool(flag) => Ok(flag),
            _ => Err(self.wrong(node, place, "true or false")),
        }
    }

    fn number(&self, node: &Node, place: &str, most: f64) -> Result<f64, Refused> {
        let Value::Number(number) = &node.value else {
            return Err(self.wrong(node, place, "a number"));
        };
        let value = Number::to_f64(number);
        if !value.is_finite() || value.is_sign_negative() && value != 0.0 || value > most {
            let why = format!(
                "`{place}` is {}, where a number from 0 to {most} is expected",
                number.text()
            );
            return Err(self.refused(node, why));
        }
        Ok(value.abs())
    }

    /// Reads a number of tokens.
    fn count(&self, node: &Node, place: &str) -> Result<u64, Refused> {
        let value = self.number(node, place, TOKENS)?;
        if value < 1.0 || value.fract() != 0.0 {
            return Err(self.wrong(node, place, "a whole number above 0"));
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole, above 0 and bounded"
        )]
        Ok(value as u64)
    }

    fn day(&self, node: &Node, place: &str) -> Result<String, Refused> {
        let text = self.text_of(node, place)?;
        match day_number(text) {
            Some(_) => Ok(text.to_owned()),
            None => Err(self.wrong(node, place, "a day such as 2026-12-01, or a month")),
        }
    }

    fn date(&self, node: &Node, place: &str) -> Result<String, Refused> {
        let text = self.text_of(node, place)?;
        match text.trim() == text && parse_iso(text).is_some() {
            true => Ok(text.to_owned()),
            false => Err(self.wrong(
                node,
                place,
                "a day such as 2026-12-01, or a time such as 2026-12-01T08:00:00Z",
            )),
        }
    }

    fn note_unknown(&mut self, members: &[Member], place: &str, known: &[&str]) {
        for member in members {
            if known.contains(&member.key.as_str()) {
                continue;
            }
            if self.unknown.len() == NAMED {
                self.more += 1;
                continue;
            }
            let name: String = member.key.chars().take(TEXT / 8).collect();
            let name = match place {
                "" => name,
                place => format!("{place}.{name}"),
            };
            let position = position(self.text, member.key_span.start);
            self.unknown.push(format!("`{name}` ({position})"));
        }
    }

    fn wrong(&self, node: &Node, place: &str, expected: &str) -> Refused {
        let what = match place {
            "" => "the file".to_owned(),
            place => format!("`{place}`"),
        };
        self.refused(
            node,
            format!("{what} is {}, where {expected} is expected", node.kind()),
        )
    }

    fn refused(&self, node: &Node, why: String) -> Refused {
        self.refused_at(node.span.start, why)
    }

    fn refused_at(&self, offset: usize, why: String) -> Refused {
        Refused {
            position: Some(position(self.text, offset)),
            why,
        }
    }
}

fn get<'n>(members: &'n [Member], key: &str) -> Option<&'n Node> {
    let found = members.iter().find(|member| member.key == key)?;
    Some(&found.value).filter(|node| node.value != Value::Null)
}

/// Returns when facts are from.
#[must_use]
pub fn at(date: &str) -> Option<Timestamp> {
    parse_iso(date)
}
