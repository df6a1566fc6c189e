//! Looks for a secret in every form that it may have been written in. Shares no code with the
//! program, which has its own search: a form that one forgets the other may know.

use openclaw_upstream::Form;

/// Returns the forms of a secret: as it is, percent-encoded, JSON-escaped, and base64 at each of the
/// three places at which it can stand in what is encoded.
#[must_use]
pub fn forms(secret: &str) -> Vec<String> {
    let mut forms = vec![
        secret.to_owned(),
        Form::Percent.apply(secret),
        Form::PercentAll.apply(secret),
        Form::PercentAll.apply(secret).to_uppercase(),
        Form::Json.apply(secret),
        Form::JsonAll.apply(secret),
        secret.replace('/', "\\/"),
    ];
    for form in [Form::Base64, Form::Base64Url] {
        for (before, lead) in [("", 0), ("x", 2), ("xx", 3)] {
            let text = form.apply(&format!("{before}{secret}"));
            let text = text.trim_end_matches('=');
            // The last character may depend on what follows.
            forms.push(text[lead..text.len() - 1].to_owned());
        }
    }
    forms.sort();
    forms.dedup();
    forms
}

/// Returns the forms of a secret that occur in `bytes`.
#[must_use]
pub fn traces(secret: &str, bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let mut found = forms(secret);
    found.retain(|form| text.contains(form.as_str()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "sk-Canary/+\"\\7zQ-0123";

    #[test]
    fn a_secret_is_found_in_every_form_and_at_every_place() {
        for form in Form::ALL {
            for before in ["", "a", "ab", "abc"] {
                for after in ["", "z", "zz"] {
                    let text = form.apply(&format!("{before}{SECRET}{after}"));
                    let found = traces(SECRET, format!("…{text}…").as_bytes());
                    assert!(!found.is_empty(), "{form:?} of {before}{SECRET}{after}");
                }
            }
        }
    }

    #[test]
    fn other_text_holds_no_trace() {
        let text = "sk-Canary/ sk-canary 7zQ-0123 ".repeat(100);
        for form in Form::ALL {
            assert_eq!(traces(SECRET, form.apply(&text).as_bytes()), [""; 0]);
        }
    }
}
