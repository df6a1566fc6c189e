//! What a browser came back with, or a person pasted.

use super::fields;
use crate::secret::Secret;

/// Longest answer that is looked at, in bytes.
const LONGEST: usize = 8 << 10;
/// Longest text of the server's that is passed on, in characters.
const WORDS: usize = 300;

/// Why an answer gives no code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// Nothing, or only spaces.
    #[error("nothing was pasted")]
    Empty,
    /// Longer than any code.
    #[error("that is longer than a code or an address with one")]
    TooLong,
    /// An address or a query without a code.
    #[error("there is no code in it")]
    NoCode,
    /// Several words, or something else that cannot be a code.
    #[error("that is neither a code nor an address with one")]
    NotACode,
    /// The code of another sign-in.
    #[error("it belongs to another sign-in: the state is not the one of this one")]
    OtherSignIn,
    /// The server refused, with its code and its words.
    #[error("the provider refused the sign-in: {0}")]
    Refused(String),
}

/// What came to the address that a browser is sent back to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Not the sign-in's path.
    Elsewhere,
    /// The sign-in's, without what makes an answer of this one; whoever sent it, the sign-in goes on.
    Unusable(AnswerError),
    /// The end of the sign-in.
    Ended(Result<Secret<String>, AnswerError>),
}

/// Reads the target of a request (`/path?query`) that came to the redirect address. Only what carries
/// the state ends a sign-in, also as a refusal.
#[must_use]
pub fn read_request(target: &str, path: &str, state: &str) -> Answer {
    let (asked, query) = target.split_once('?').unwrap_or((target, ""));
    if asked != path {
        return Answer::Elsewhere;
    }
    if target.len() > LONGEST {
        return Answer::Unusable(AnswerError::TooLong);
    }
    let found = Fields::read(query);
    match &found.state {
        Some(told) if is_same(told, state) => Answer::Ended(found.code()),
        Some(_) => Answer::Unusable(AnswerError::OtherSignIn),
        None if found.code.is_none() && found.error.is_none() => {
            Answer::Unusable(AnswerError::NoCode)
        }
        None => Answer::Unusable(AnswerError::OtherSignIn),
    }
}

/// Reads what a person pasted: the address that the browser ended at, its query, `code#state`, or the
/// code alone. A state that is there must be this sign-in's.
///
/// # Errors
/// [`AnswerError`].
pub fn read_answer(pasted: &str, state: &str) -> Result<Secret<String>, AnswerError> {
    let text = pasted.trim().trim_matches(['"', '\'']);
    if text.is_empty() {
        return Err(AnswerError::Empty);
    }
    if text.len() > LONGEST {
        return Err(AnswerError::TooLong);
    }
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(AnswerError::NotACode);
    }
    let is_address = text.contains("://") || text.starts_with("localhost");
    let is_query = text.contains("code=") || text.contains("error=");
    let found = if is_address || is_query {
        let query = text.split_once('?').map_or(text, |(_, query)| query);
        let (query, fragment) = query.split_once('#').unwrap_or((query, ""));
        let found = Fields::read(query);
        if found.code.is_some() || found.error.is_some() {
            found
        } else {
            Fields::read(fragment)
        }
    } else {
        let (code, state) = match text.split_once('#') {
            Some((code, state)) => (code, Some(state.to_owned())),
            None => (text, None),
        };
        Fields {
            code: Some(code.to_owned()).filter(|code| !code.is_empty()),
            state,
            error: None,
        }
    };
    match &found.state {
        Some(told) if !is_same(told, state) => Err(AnswerError::OtherSignIn),
        _ => found.code(),
    }
}

struct Fields {
    code: Option<String>,
    state: Option<String>,
    /// The server's refusal, for a person.
    error: Option<String>,
}

impl Fields {
    fn read(query: &str) -> Self {
        let mut found = Self {
            code: None,
            state: None,
            error: None,
        };
        let (mut error, mut words) = (None, None);
        for (name, value) in fields(query) {
            let place = match name.as_str() {
                "code" => &mut found.code,
                "state" => &mut found.state,
                "error" => &mut error,
                "error_description" => &mut words,
                _ => continue,
            };
            // The first of each counts, and an empty one is none.
            if place.is_none() && !value.is_empty() {
                *place = Some(value);
            }
        }
        found.error = error.map(|error| {
            let said = words.map_or_else(|| error.clone(), |words| format!("{words} ({error})"));
            let said = said.chars().filter(|c| !c.is_control());
            said.take(WORDS).collect()
        });
        found
    }

    fn code(self) -> Result<Secret<String>, AnswerError> {
        if let Some(error) = self.error {
            return Err(AnswerError::Refused(error));
        }
        let code = self.code.ok_or(AnswerError::NoCode)?;
        if code.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(AnswerError::NotACode);
        }
        Ok(Secret::new(code))
    }
}

/// Compares in a time that does not tell where two texts differ.
fn is_same(told: &str, state: &str) -> bool {
    let different = told.bytes().zip(state.bytes());
    let different = different.fold(0, |found, (a, b)| found | (a ^ b));
    told.len() == state.len() && different == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATE: &str = "a1b2c3";

    fn pasted(text: &str) -> Result<String, AnswerError> {
        read_answer(text, STATE).map(|code| code.expose().clone())
    }

    #[test]
    fn a_code_is_read_in_each_form_that_people_paste() {
        for text in [
            "http://localhost:1455/auth/callback?code=4%2F0Ab&state=a1b2c3",
            " 'http://localhost:1455/cb?state=a1b2c3&code=4%2F0Ab&scope=a+b' \n",
            "https://vendor.example/cb#code=4%2F0Ab&state=a1b2c3",
            "code=4%2F0Ab&state=a1b2c3",
            "?code=4%2F0Ab",
            "4/0Ab#a1b2c3",
            "4/0Ab",
        ] {
            assert_eq!(pasted(text).as_deref(), Ok("4/0Ab"), "{text}");
        }
    }

    #[test]
    fn what_is_none_is_told_from_what_is_of_another_sign_in() {
        for (text, error) in [
            ("  ", AnswerError::Empty),
            ("two words", AnswerError::NotACode),
            ("http://localhost:1455/cb", AnswerError::NoCode),
            (
                "http://localhost:1455/cb?code=&state=a1b2c3",
                AnswerError::NoCode,
            ),
            (
                "http://localhost:1455/cb?code=x&state=a1b2c",
                AnswerError::OtherSignIn,
            ),
            (
                "http://localhost:1455/cb?code=x&state=a1b2c4",
                AnswerError::OtherSignIn,
            ),
            ("x#other", AnswerError::OtherSignIn),
            ("http://localhost/cb?code=a%20b", AnswerError::NotACode),
            (
                "http://localhost/cb?error=access_denied&error_description=Not+you&state=a1b2c3",
                AnswerError::Refused("Not you (access_denied)".to_owned()),
            ),
        ] {
            assert_eq!(pasted(text), Err(error), "{text}");
        }
        assert_eq!(pasted(&"x".repeat(9_000)), Err(AnswerError::TooLong));
    }

    #[test]
    fn only_the_state_ends_a_sign_in_at_the_listener() {
        let read = |target: &str| read_request(target, "/cb", STATE);
        assert_eq!(read("/favicon.ico"), Answer::Elsewhere);
        assert_eq!(read("/cb/?code=x&state=a1b2c3"), Answer::Elsewhere);
        assert_eq!(read("/cb"), Answer::Unusable(AnswerError::NoCode));
        for forged in [
            "/cb?code=x",
            "/cb?code=x&state=",
            "/cb?error=x",
            "/cb?code=x&state=b",
        ] {
            assert_eq!(
                read(forged),
                Answer::Unusable(AnswerError::OtherSignIn),
                "{forged}"
            );
        }
        let code = Secret::new("x".to_owned());
        assert_eq!(read("/cb?code=x&state=a1b2c3"), Answer::Ended(Ok(code)));
        let refused = AnswerError::Refused("access_denied".to_owned());
        assert_eq!(
            read("/cb?error=access_denied&state=a1b2c3"),
            Answer::Ended(Err(refused))
        );
    }
}
