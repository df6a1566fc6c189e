//! An error reply, taken apart. The shapes in use: `{error: {…}}`, also nested and in a list;
//! `{error: "…"}`; `{message, type, code}`; `{detail: "…" | [{msg}]}`; OAuth's `{error,
//! error_description}`; Google's `details`; AWS's header; MiniMax' `base_resp`; any of them as JSON
//! inside a message, or as an event of a stream.

use openclaw_sdk::framing::{Framer, Framing};
use serde_json::Value;

use super::{Rules, wait};
use crate::vendor::{Headers, Vendor};

/// How much is read of a page for a browser, in characters.
const PAGE: usize = 2_000;
/// How deep an error is looked for inside an error.
const NESTING: usize = 4;

/// What an error reply says.
#[derive(Debug, Default)]
pub struct ErrorBody {
    /// The vendor's own code, as it writes it: the most specific word.
    pub code: Option<String>,
    /// The message, or a text that is no JSON.
    pub message: String,
    /// The message in lower case.
    pub text: String,
    /// Whether it is a page for a browser.
    pub is_page: bool,
    /// What a reply that is no JSON says, in lower case: the beginning of a page too.
    pub page: String,
    /// The status that the body itself names.
    pub status: Option<u16>,
    /// Codes, types, reasons and the like in lower case, and fields as `name=value`.
    words: Vec<String>,
}

impl ErrorBody {
    /// Takes a reply apart, of which [`parse`] made this value.
    #[must_use]
    pub fn read(
        text: &str,
        value: &Value,
        headers: &Headers,
        rules: &Rules,
        vendor: &Vendor,
    ) -> Self {
        let mut body = Self::of(value, rules, vendor);
        if value.is_null() {
            let text = text.trim();
            body.is_page = text.starts_with('<');
            body.page = text
                .chars()
                .take(PAGE)
                .collect::<String>()
                .to_ascii_lowercase();
            if !body.is_page && text.len() <= rules.plain_bytes {
                body.say(text);
            }
        }
        // `UnrecognizedClientException:http://internal.amazon.com/…`
        if let Some(name) = wait::header(headers, "x-amzn-errortype") {
            body.word(name.split(':').next().unwrap_or_default());
        }
        body
    }

    /// Takes an error's JSON apart.
    #[must_use]
    pub fn of(value: &Value, rules: &Rules, vendor: &Vendor) -> Self {
        let mut body = Self::default();
        let mut ranked = Ranked::default();
        body.dig(value, rules, &mut ranked, NESTING);
        let Ranked {
            reason,
            code,
            class,
            number,
        } = ranked;
        body.code = reason.or(code).or(class);
        if rules.numbers_are_codes {
            // As a code it goes before a type, which is more general.
            body.code = number.map(|number| number.to_string()).or(body.code);
        }
        body.status = number
            .and_then(|number| u16::try_from(number).ok())
            .filter(|status| (400..600).contains(status));
        if let Some((code, told)) = base_code(value) {
            let told = if told.is_empty() {
                "no explanation"
            } else {
                told
            };
            body.say(&[told, " (", &code.to_string(), ")"].concat());
        }
        let in_brackets = vendor.codes_in_brackets.then(|| bracketed(&body.text));
        let base = base_code(value).map(|(code, _)| code.to_string());
        if let Some(code) = base.or(in_brackets.flatten()) {
            body.word(&code);
            body.code = Some(code);
        }
        body
    }

    /// Whether it names a word, or has a field with a value.
    #[must_use]
    pub fn names(&self, word: &str) -> bool {
        self.words.iter().any(|own| own == word)
    }

    /// Sets the message.
    pub fn say(&mut self, message: &str) {
        self.message = message.trim().to_owned();
        self.text = self.message.to_ascii_lowercase();
    }

    /// Adds what was found out about it as a field: `name=value`.
    pub fn note(&mut self, field: &str) {
        self.words.push(field.to_owned());
    }

    fn word(&mut self, word: &str) {
        // `com.amazon.coral.service#ThrottlingException`
        let word = word.rsplit('#').next().unwrap_or_default().trim();
        if !word.is_empty() {
            self.words.push(word.to_ascii_lowercase().replace('-', "_"));
        }
    }

    fn dig(&mut self, value: &Value, rules: &Rules, ranked: &mut Ranked, depth: usize) {
        let value = value.get(0).unwrap_or(value);
        if let Some(text) = value.as_str() {
            self.sentence(text, rules, ranked, depth);
            return;
        }
        let text = |key: &str| {
            value
                .get(key)?
                .as_str()
                .filter(|text| !text.trim().is_empty())
        };
        let class = text("type").filter(|class| *class != "error");
        for key in ["code", "status", "error_type", "__type", "title"] {
            self.word(text(key).unwrap_or_default());
        }
        self.word(class.unwrap_or_default());
        if let Some(param) = text("param") {
            self.words.push(["param=", param].concat());
        }
        if let Some(metadata) = value.get("metadata") {
            self.word(metadata["error_type"].as_str().unwrap_or_default());
            if metadata.get("flagged_input").is_some() || metadata.get("reasons").is_some() {
                self.words.push("flagged".to_owned());
            }
        }
        self.word(value["innererror"]["code"].as_str().unwrap_or_default());
        self.details(&value["details"], ranked);
        let own = |word: Option<&str>| word.map(|word| word.trim().to_owned());
        // In an older shape of Google's the status word stands beside the number.
        ranked.code = own(text("code").or(text("status"))).or(ranked.code.take());
        ranked.class = own(class).or(ranked.class.take());
        ranked.number = value["code"].as_i64().or(ranked.number);
        let inner = value.get("error").or_else(|| value.get("message"));
        if let Some(inner) =
            inner.filter(|inner| (inner.is_object() || inner.is_array()) && depth > 0)
        {
            self.dig(inner, rules, ranked, depth - 1);
            return;
        }
        let keys = ["message", "error_description", "error", "detail", "msg"];
        let found = keys.into_iter().find_map(|key| {
            let told = value.get(key)?;
            let told = told.get(0).unwrap_or(told);
            let told = told.as_str().or_else(|| told.get("msg")?.as_str())?;
            Some(told.trim()).filter(|told| !told.is_empty())
        });
        // OAuth's `error` is a word.
        if let Some(error) = text("error").filter(|error| !error.contains(' ')) {
            self.word(error);
            if text("error_description").is_some() {
                ranked.class = ranked.class.take().or_else(|| Some(error.to_owned()));
            }
        }
        match found {
            Some(told) => self.sentence(told, rules, ranked, depth),
            None => self.say(text("title").unwrap_or_default()),
        }
    }

    /// Takes a message, which may hold another error as JSON or begin with exceptions' names.
    fn sentence(&mut self, told: &str, rules: &Rules, ranked: &mut Ranked, depth: usize) {
        let inner = serde_json::from_str::<Value>(told).ok();
        if let Some(inner) = inner.filter(|inner| inner.get("error").is_some() && depth > 0) {
            self.dig(&inner, rules, ranked, depth - 1);
            return;
        }
        self.say(told);
        let mut rest = told;
        while let Some((name, after)) = rest
            .split_once(": ")
            .filter(|(name, _)| !name.contains(' '))
        {
            self.word(name.rsplit('.').next().unwrap_or_default());
            rest = after;
        }
    }

    /// Takes Google's list of details, or Anthropic's object.
    fn details(&mut self, details: &Value, ranked: &mut Ranked) {
        let code = details["error_code"]
            .as_str()
            .filter(|code| !code.is_empty());
        let list = details.as_array().map_or(&[][..], Vec::as_slice);
        let reasons = list.iter().filter_map(|detail| detail["reason"].as_str());
        for word in reasons.filter(|reason| !reason.is_empty()).chain(code) {
            self.word(word);
            ranked.reason = ranked.reason.take().or_else(|| Some(word.to_owned()));
        }
    }
}

/// Words that may stand for the code, the most specific first.
#[derive(Default)]
struct Ranked {
    reason: Option<String>,
    code: Option<String>,
    class: Option<String>,
    number: Option<i64>,
}

/// Parses a reply, also one that is written as an event of a stream; null if it is neither.
#[must_use]
pub fn parse(text: &str) -> Value {
    let text = text.trim();
    let is_stream = ["data:", "event:", ":"]
        .iter()
        .any(|start| text.starts_with(start));
    if !is_stream {
        return serde_json::from_str(text).unwrap_or_default();
    }
    let (mut framer, mut frames) = (Framer::new(Framing::Sse), Vec::new());
    if framer.push(text.as_bytes(), &mut frames).is_ok() {
        framer.end(&mut frames);
    }
    let values = frames
        .iter()
        .filter_map(|frame| serde_json::from_str(&frame.data).ok());
    values.into_iter().find(super::is_error).unwrap_or_default()
}

/// Returns MiniMax' code and message, if the reply is a refusal in its own shape.
pub(super) fn base_code(value: &Value) -> Option<(i64, &str)> {
    let base = value.get("base_resp")?;
    let code = base
        .get("status_code")?
        .as_i64()
        .filter(|code| *code != 0)?;
    Some((code, base["status_msg"].as_str().unwrap_or_default()))
}

/// Returns a code of four digits in brackets at the end of a message.
fn bracketed(message: &str) -> Option<String> {
    let (_, code) = message.trim_end().strip_suffix(')')?.rsplit_once('(')?;
    let is_code = code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_digit());
    is_code.then(|| code.to_owned())
}
