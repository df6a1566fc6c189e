//! A credential as it was pasted, stored or set as a variable: brought into shape, and compared with
//! the forms that a provider documents.

use crate::credential::Mode;
use crate::secret::Secret;

/// Why a pasted text cannot be a credential. Quotes nothing of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasteError {
    /// Nothing, or nothing but spaces and quotes.
    #[error("no token was given")]
    Empty,
    /// A space or a line end between other characters.
    #[error(
        "the pasted text has a space or line break after its first {0} characters; a token has none"
    )]
    Space(usize),
    /// A reference to a secret kept elsewhere, by what it begins with.
    #[error(
        "this is a reference to a secret that is kept elsewhere (it begins with `{0}`), not the secret itself"
    )]
    Reference(&'static str),
    /// A character that no token has.
    #[error(
        "character {0} of the pasted text is not one that a token can have (only visible ASCII is)"
    )]
    Character(usize),
}

/// What a reference to a secret begins with, in password managers, shells and configs.
const REFERENCES: [&str; 9] = [
    "op://",
    "vault:",
    "keychain:",
    "bw://",
    "env:",
    "file:",
    "exec:",
    "$",
    "!",
];

/// Returns a pasted text without what is around it: spaces, quotes and `NAME=`.
///
/// # Errors
/// [`PasteError`] for what cannot be a credential.
pub fn clean(raw: &str) -> Result<Secret<String>, PasteError> {
    let text = bare(
        raw,
        |next| next.is_whitespace() || next == '\u{feff}',
        false,
    );
    if let Some(begins) = REFERENCES.iter().find(|begins| text.starts_with(**begins)) {
        return Err(PasteError::Reference(begins));
    }
    let before = text.chars().take_while(char::is_ascii_graphic).count();
    match text.chars().nth(before) {
        _ if text.is_empty() => Err(PasteError::Empty),
        None => Ok(Secret::new(text.to_owned())),
        Some(next) if next.is_whitespace() => Err(PasteError::Space(before)),
        Some(_) => Err(PasteError::Character(before + 1)),
    }
}

/// Returns a stored credential or the value of a variable without what is around it: spaces and
/// characters that nobody sees, quotes, `NAME=` and `Bearer`.
#[must_use]
pub fn tidy(raw: &str) -> &str {
    bare(raw, |next| next.is_whitespace() || is_invisible(next), true)
}

fn bare(raw: &str, outer: fn(char) -> bool, with_scheme: bool) -> &str {
    let mut text = raw.trim_matches(outer);
    loop {
        let before = text;
        for quote in ['"', '\'', '`'] {
            let inner = text
                .strip_prefix(quote)
                .and_then(|inner| inner.strip_suffix(quote));
            text = inner.unwrap_or(text).trim_matches(outer);
        }
        text = without_name(text).trim_matches(outer);
        if with_scheme {
            text = without_scheme(text).trim_matches(outer);
        }
        if text == before {
            return text;
        }
    }
}

/// Takes off `NAME=`, as in a line of a `.env` file or a shell that was copied whole.
fn without_name(text: &str) -> &str {
    let line = text.strip_prefix("export ").unwrap_or(text).trim_start();
    let Some((name, value)) = line.split_once('=') else {
        return text;
    };
    let mut bytes = name.trim_end().bytes();
    let is_name = name.contains('_')
        && bytes.next().is_some_and(|first| first.is_ascii_uppercase())
        && bytes.all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    if is_name && !value.trim().is_empty() {
        value
    } else {
        text
    }
}

/// Takes off the name of the header and the scheme, which requests get anyway.
fn without_scheme(text: &str) -> &str {
    let after = |text: &'_ str, word: &str| -> Option<usize> {
        let head = text.get(..word.len())?;
        head.eq_ignore_ascii_case(word).then_some(word.len())
    };
    let start = after(text, "authorization:").unwrap_or(0);
    let value = text[start..].trim_start();
    match after(value, "bearer ") {
        Some(scheme) => &value[scheme..],
        None => value,
    }
}

/// Whether a character shows nothing, not even a space: what web pages and chats leave in a text.
pub(crate) fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// Why no request can carry a credential. Quotes nothing of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsendable {
    /// A line break or another control character.
    #[error("it has a line break or another control character after its first {0} characters")]
    Control(usize),
    /// A character that shows nothing.
    #[error("it has an invisible character (U+{code:04X}) after its first {before} characters")]
    Invisible {
        /// How many characters are before it.
        before: usize,
        /// Its number.
        code: u32,
    },
    /// A character that no header can carry.
    #[error("character {0} of it is not ASCII")]
    NotAscii(usize),
}

/// Returns why no request can carry a credential; nothing if one can.
#[must_use]
pub fn unsendable(text: &str) -> Option<Unsendable> {
    let sendable = |next: &char| next.is_ascii_graphic() || *next == ' ';
    let before = text.chars().take_while(sendable).count();
    let next = text.chars().nth(before)?;
    Some(if next.is_control() {
        Unsendable::Control(before)
    } else if is_invisible(next) {
        let code = u32::from(next);
        Unsendable::Invisible { before, code }
    } else {
        Unsendable::NotAscii(before + 1)
    })
}

/// One form of credential that a provider documents, and whether a text has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form<'a> {
    /// How a credential of this form signs.
    pub mode: Mode,
    /// Its name for a person.
    pub label: &'a str,
    /// Whether the text matches its pattern; `None` when it has none.
    pub matches: Option<bool>,
    /// Fewest characters it has.
    pub min_length: Option<usize>,
    /// What to say when a text of this form is refused.
    pub refuse: Option<&'a str>,
}

/// What the forms of a provider say of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// It cannot be used; why not, and what to use instead.
    Refused(&'a str),
    /// It may be used.
    Taken {
        /// How it signs.
        mode: Mode,
        /// The name of its form, where it has one.
        form: Option<&'a str>,
        /// What is doubtful about it.
        doubt: Option<Doubt<'a>>,
    },
}

/// Why a credential may turn out not to work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt<'a> {
    /// It begins like this form but is shorter than any of it.
    Short {
        /// The form's name.
        form: &'a str,
        /// Fewest characters of that form.
        least: usize,
    },
    /// It has none of these forms.
    Unlike(Vec<&'a str>),
}

/// Compares a text of `length` characters with the forms of a provider.
///
/// Without a form that fits it counts as a token, unless the provider takes none.
#[must_use]
pub fn judge<'a>(length: usize, forms: &[Form<'a>]) -> Verdict<'a> {
    let matching = |form: &&Form<'a>| form.matches == Some(true);
    if let Some(refused) = forms.iter().filter(matching).find_map(|form| form.refuse) {
        return Verdict::Refused(refused);
    }
    // A login is more than a text; one cannot be pasted.
    let takes =
        |form: &&Form<'a>| form.refuse.is_none() && matches!(form.mode, Mode::ApiKey | Mode::Token);
    let forms: Vec<&Form<'a>> = forms.iter().filter(takes).collect();
    let by_pattern = forms.iter().find(|form| form.matches == Some(true));
    if let Some(form) = by_pattern.or(forms.iter().find(|form| form.matches.is_none())) {
        let least = form.min_length.filter(|least| length < *least);
        let doubt = least.map(|least| Doubt::Short {
            form: form.label,
            least,
        });
        return Verdict::Taken {
            mode: form.mode,
            form: Some(form.label),
            doubt,
        };
    }
    let takes_tokens = forms.is_empty() || forms.iter().any(|form| form.mode == Mode::Token);
    let mode = if takes_tokens {
        Mode::Token
    } else {
        Mode::ApiKey
    };
    let labels: Vec<&str> = forms.iter().map(|form| form.label).collect();
    let doubt = (!labels.is_empty()).then_some(Doubt::Unlike(labels));
    Verdict::Taken {
        mode,
        form: None,
        doubt,
    }
}

/// Why a text is no credential of the kind that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormatProblem<'a> {
    /// The provider cannot use it; why not, and what to use instead.
    Refused(&'a str),
    /// It is another kind of credential of the same provider.
    Other {
        /// How that kind signs.
        mode: Mode,
        /// Its name.
        label: &'a str,
    },
    /// It may be one all the same.
    Doubtful(Doubt<'a>),
}

/// Compares a text of `length` characters with those forms of a provider that sign in one way.
/// Returns the name of the form that it has, where the provider documents any.
///
/// # Errors
/// [`FormatProblem`].
pub fn fit<'a>(
    length: usize,
    mode: Mode,
    forms: &[Form<'a>],
) -> Result<Option<&'a str>, FormatProblem<'a>> {
    let matching = |form: &&Form<'a>| form.matches == Some(true);
    if let Some(refused) = forms.iter().filter(matching).find_map(|form| form.refuse) {
        return Err(FormatProblem::Refused(refused));
    }
    let (wanted, others): (Vec<&Form<'a>>, Vec<&Form<'a>>) = forms
        .iter()
        .filter(|form| form.refuse.is_none())
        .partition(|form| form.mode == mode);
    let by_pattern = wanted.iter().find(|form| form.matches == Some(true));
    if by_pattern.is_none()
        && let Some(other) = others.iter().find(|form| form.matches == Some(true))
    {
        return Err(FormatProblem::Other {
            mode: other.mode,
            label: other.label,
        });
    }
    let Some(form) = by_pattern.or(wanted.iter().find(|form| form.matches.is_none())) else {
        let labels: Vec<&str> = wanted.iter().map(|form| form.label).collect();
        return if labels.is_empty() {
            Ok(None)
        } else {
            Err(FormatProblem::Doubtful(Doubt::Unlike(labels)))
        };
    };
    match form.min_length.filter(|least| length < *least) {
        None => Ok(Some(form.label)),
        Some(least) => Err(FormatProblem::Doubtful(Doubt::Short {
            form: form.label,
            least,
        })),
    }
}

/// Returns the forms of other vendors that a text has, if its own vendor knows nothing of it: each
/// vendor's name and the form's. `others` are the other vendors and their forms.
///
/// Several vendors share forms such as `sk-` and letters. Such a text belongs to one of them, but
/// nobody can say to which; where its own vendor documents no form, it may as well be its own, and
/// nothing is returned.
#[must_use]
pub fn elsewhere<'a>(
    own: &[Form<'_>],
    others: &[(&'a str, Vec<Form<'a>>)],
) -> Vec<(&'a str, &'a str)> {
    let has = |form: &Form<'_>| form.matches == Some(true);
    if own.iter().any(has) {
        return Vec::new();
    }
    let owners = others.iter().filter_map(|(vendor, forms)| {
        let mut forms = forms.iter();
        let form = forms.find(|form| has(form) && form.refuse.is_none())?;
        Some((*vendor, form.label))
    });
    let owners: Vec<_> = owners.collect();
    let undocumented = own.iter().any(|form| form.matches.is_none());
    if owners.len() > 1 && undocumented {
        return Vec::new();
    }
    owners
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_around_a_credential_is_no_part_of_it() {
        for raw in [
            "sk-1",
            " sk-1\r\n",
            "\u{200b}sk-1\u{feff}",
            "\"sk-1\"",
            "OPENAI_API_KEY=sk-1",
            "export OPENAI_API_KEY = 'sk-1' ",
            "Bearer sk-1",
            "bearer  sk-1",
            "Authorization: Bearer sk-1",
            "'Bearer sk-1'",
            "OPENAI_API_KEY=\"Bearer sk-1\"",
        ] {
            assert_eq!(tidy(raw), "sk-1", "{raw:?}");
        }
        for kept in [
            "abc=def==",
            "A=b",
            "AIza=x",
            "LONG_NAME=",
            "bearer",
            "sk-a b",
        ] {
            assert_eq!(tidy(kept), kept);
        }
        let pasted = clean("OPENAI_API_KEY=sk-1").map(|key| key.expose().clone());
        assert_eq!(pasted, Ok("sk-1".to_owned()));
        assert_eq!(clean("sk\u{200b}1"), Err(PasteError::Character(3)));
    }

    #[test]
    fn what_no_request_can_carry_is_told_by_its_place() {
        let said = |text| unsendable(text).map(|why| why.to_string());
        assert_eq!(said("sk-1 2"), None);
        for (text, expected) in [
            (
                "sk\n1",
                "a line break or another control character after its first 2",
            ),
            (
                "sk-\u{200b}1",
                "an invisible character (U+200B) after its first 3",
            ),
            ("schlüssel", "character 5 of it is not ASCII"),
        ] {
            let why = said(text).expect(text);
            assert!(why.contains(expected), "{why}");
        }
    }
}
