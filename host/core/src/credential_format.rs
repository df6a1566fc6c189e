//! A credential that a person pasted: brought into shape, and compared with the forms that a
//! provider documents.

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
    /// A character that no token has.
    #[error(
        "character {0} of the pasted text is not one that a token can have (only visible ASCII is)"
    )]
    Character(usize),
}

/// Returns a pasted text without spaces and quotes around it.
///
/// # Errors
/// [`PasteError`] for what cannot be a credential.
pub fn clean(raw: &str) -> Result<Secret<String>, PasteError> {
    let mut text = raw.trim_matches(|next: char| next.is_whitespace() || next == '\u{feff}');
    for quote in ['"', '\'', '`'] {
        let inner = text
            .strip_prefix(quote)
            .and_then(|inner| inner.strip_suffix(quote));
        text = inner.unwrap_or(text).trim();
    }
    let before = text.chars().take_while(char::is_ascii_graphic).count();
    match text.chars().nth(before) {
        _ if text.is_empty() => Err(PasteError::Empty),
        None => Ok(Secret::new(text.to_owned())),
        Some(next) if next.is_whitespace() => Err(PasteError::Space(before)),
        Some(_) => Err(PasteError::Character(before + 1)),
    }
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

/// Returns the form of another vendor that a text has, if its own vendor knows nothing of it: the
/// vendor's name and the form's. `others` are the other vendors and their forms.
#[must_use]
pub fn elsewhere<'a>(
    own: &[Form<'_>],
    others: &[(&'a str, Vec<Form<'a>>)],
) -> Option<(&'a str, &'a str)> {
    let has = |form: &Form<'_>| form.matches == Some(true);
    if own.iter().any(has) {
        return None;
    }
    others.iter().find_map(|(vendor, forms)| {
        let form = forms
            .iter()
            .find(|form| has(form) && form.refuse.is_none())?;
        Some((*vendor, form.label))
    })
}
