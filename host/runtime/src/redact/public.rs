//! How secrets begin where that is no secret: `sk-ant-api03-`, or the header of a signed token.
//!
//! A text that holds no more of a secret than this holds nothing of it, and to treat it as if it did
//! would tell whether a guess of the next characters is right.

use openclaw_manifest::AuthMethod;

/// Most alternatives of a pattern that are looked at.
const ALTERNATIVES: usize = 32;

/// Returns how many bytes at the beginning of a secret are known to everybody.
pub(super) fn beginning(value: &str, methods: &[AuthMethod]) -> usize {
    let patterns = methods
        .iter()
        .filter_map(|method| method.pattern.as_deref());
    let fixed = patterns.flat_map(literals);
    let fixed = fixed.filter(|literal| value.starts_with(literal.as_str()));
    let fixed = fixed.map(|literal| literal.len()).max().unwrap_or(0);
    header(value).unwrap_or(0).max(fixed)
}

/// Returns where the signature of a signed token (RFC 7515 §7.1) begins.
pub(super) fn before_signature(value: &str) -> Option<usize> {
    header(value)?;
    value.rfind('.').map(|at| at + 1)
}

/// Returns the length of the header of a signed or encrypted token: which algorithm, which key.
fn header(value: &str) -> Option<usize> {
    let parts = value.split('.').count();
    let is_token = value.starts_with("eyJ") && matches!(parts, 3 | 5);
    is_token.then(|| value.find('.').map_or(0, |at| at + 1))
}

/// Returns the texts that a match of a pattern begins with, one for each alternative of groups at
/// the beginning; none where the pattern fixes nothing.
fn literals(pattern: &str) -> Vec<String> {
    let Some(rest) = pattern.strip_prefix('^') else {
        return Vec::new();
    };
    let mut found = Vec::new();
    spell(rest, String::new(), &mut found);
    found
}

/// Follows a pattern as long as it spells single characters.
fn spell(pattern: &str, mut so_far: String, found: &mut Vec<String>) {
    if found.len() >= ALTERNATIVES {
        return;
    }
    let mut rest = pattern.chars();
    loop {
        let next = match rest.next() {
            Some('(') => {
                if let Some((alternatives, after)) = group(rest.as_str()) {
                    for alternative in alternatives {
                        spell(&format!("{alternative}{after}"), so_far.clone(), found);
                    }
                    return;
                }
                break;
            }
            Some('\\') => match rest.next() {
                Some(escaped) if !escaped.is_ascii_alphanumeric() => escaped,
                _ => break,
            },
            Some('[' | ')' | '.' | '$' | '^' | '|' | '*' | '+' | '?' | '{') | None => break,
            Some(plain) => plain,
        };
        let is_repeated = rest.as_str().starts_with(['*', '?', '{']);
        if is_repeated {
            break;
        }
        so_far.push(next);
        if rest.as_str().starts_with('+') {
            break;
        }
    }
    if !so_far.is_empty() {
        found.push(so_far);
    }
}

/// Splits what follows an opening parenthesis into the alternatives of the group and the rest.
fn group(text: &str) -> Option<(Vec<&str>, &str)> {
    let text = text.strip_prefix("?:").unwrap_or(text);
    let (mut depth, mut start, mut in_class, mut escaped) = (0, 0, false, false);
    let mut alternatives = Vec::new();
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => {}
            '[' => in_class = true,
            ']' => in_class = false,
            _ if in_class => {}
            '(' => depth += 1,
            '|' if depth == 0 => {
                alternatives.push(&text[start..at]);
                start = at + 1;
            }
            ')' if depth > 0 => depth -= 1,
            ')' => {
                alternatives.push(&text[start..at]);
                let after = &text[at + 1..];
                let is_once = !after.starts_with(['*', '?', '{', '+']);
                return is_once.then_some((alternatives, after));
            }
            _ => {}
        }
        escaped = character == '\\' && !escaped;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fixed_beginning_of_a_pattern_is_spelled_out() {
        let check = |pattern: &str, want: &[&str]| assert_eq!(literals(pattern), want, "{pattern}");
        check("^sk-ant-api03-[A-Za-z0-9_-]+$", &["sk-ant-api03-"]);
        check("^AQ\\.[0-9A-Za-z_.-]{20,}$", &["AQ."]);
        check(
            "^sk-((proj|svcacct|None)-[A-Za-z0-9_-]{32,}|[A-Za-z0-9]{32,})$",
            &["sk-proj-", "sk-svcacct-", "sk-None-", "sk-"],
        );
        check("^(sk-api-[A-Z]+|eyJ[a-z]+)$", &["sk-api-", "eyJ"]);
        check("^abc?d", &["ab"]);
        check("^ab+c", &["ab"]);
        check("^(ab)*c", &[]);
        check("sk-", &[]);
        check("^.x", &[]);
        check("^(((((", &[]);
    }

    #[test]
    fn the_header_of_a_token_is_public_and_the_rest_is_not() {
        let token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";
        assert_eq!(beginning(token, &[]), 21);
        assert_eq!(before_signature(token), Some(37));
        assert_eq!(beginning("eyJhbGciOiJSUzI1NiJ9", &[]), 0);
        assert_eq!(before_signature("sk-a.b.c"), None);
    }
}
