//! What a secret looks like where no schema says: by its own form, and by what stands before it in a
//! URL or a command line. What names secrets have is in [`super::names`]. Errs on the side of hiding:
//! what is hidden can be read in the file itself.

use openclaw_core::secret::{HIDDEN, mask};

use super::names::{is_scheme, is_secret_name, is_secret_text_name, takes_secret};
use super::substitute::reference;

/// How credentials of well-known services begin.
const HEADS: [&str; 43] = [
    "sk-",
    "sk_",
    "pk_live_",
    "rk_live_",
    "rk_test_",
    "whsec_",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "gldt-",
    "xoxb-",
    "xoxp-",
    "xoxa-",
    "xoxr-",
    "xoxs-",
    "xapp-",
    "AIza",
    "ya29.",
    "AKIA",
    "ASIA",
    "SG.",
    "hf_",
    "gsk_",
    "xai-",
    "r8_",
    "npm_",
    "pypi-",
    "dop_v1_",
    "tvly-",
    "pplx-",
    "nvapi-",
    "fw_",
    "lin_api_",
    "ntn_",
    "secret_",
    "shpat_",
    "sq0",
    "key-",
    "-----BEGIN",
];

/// Fewest characters of a credential that is known by how it begins.
pub(super) const LEAST: usize = 16;
/// Fewest characters of a text of random characters that is taken for a credential.
const RANDOM: usize = 32;

/// Returns a text with what looks like a secret in it hidden; `None` if nothing does.
pub(crate) fn hidden(text: &str) -> Option<String> {
    if is_credential(text.trim()) {
        return Some(mask(text.trim()));
    }
    let mut shown = String::with_capacity(text.len());
    let mut before: Option<&str> = None;
    let mut changed = false;
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        let after = &piece[word.len()..];
        let follows = before.is_some_and(|before| {
            takes_secret(before.trim_matches(['"', '\'']), word)
                || before.strip_suffix(':').is_some_and(is_secret_name)
        });
        let hidden = if follows && !word.is_empty() && !is_scheme(word) {
            (!is_reference(word)).then(|| HIDDEN.to_owned())
        } else {
            self::word(word)
        };
        if !word.is_empty() {
            before = Some(word);
        }
        changed |= hidden.is_some();
        shown.push_str(hidden.as_deref().unwrap_or(word));
        shown.push_str(after);
    }
    changed.then_some(shown)
}

/// Hides what is secret in one word: all of it, the value behind a name, parts of a URL.
fn word(word: &str) -> Option<String> {
    let bare = word.trim_matches(['"', '\'', '`', ',', ';']);
    if is_credential(bare) {
        return Some(word.replace(bare, &mask(bare)));
    }
    if bare.contains("://") {
        return url(word);
    }
    let (name, value) = word.split_once(['=', ':'])?;
    let is_value = !value.is_empty() && !value.starts_with('/') && !is_reference(value);
    (is_secret_text_name(name) && is_value).then(|| format!("{}{HIDDEN}", &word[..=name.len()]))
}

/// Hides user and password, values of the query, and parts of the path that are credentials.
fn url(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    let (rest, fragment) = match rest.find('#') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let (rest, query) = match rest.find('?') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let (authority, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let authority = match authority.rsplit_once('@') {
        Some((user, host)) if !is_reference(user) => format!("{HIDDEN}@{host}"),
        _ => authority.to_owned(),
    };
    let hooks = ["hooks.", "webhook"]
        .iter()
        .any(|word| authority.contains(word))
        || path.contains("/webhooks/");
    let path = path.split('/').map(|part| {
        let is_random = hooks && part.len() >= 8 && part.bytes().any(|byte| byte.is_ascii_digit());
        let secret = is_credential(part) || is_telegram(part) || is_random;
        if secret { HIDDEN } else { part }
    });
    let path = path.collect::<Vec<_>>().join("/");
    let query = pairs(query);
    let fragment = pairs(fragment);
    let shown = format!("{scheme}://{authority}{path}{query}{fragment}");
    (shown != text).then_some(shown)
}

/// Hides the values of `name=value` pairs, in a query or a fragment.
fn pairs(text: &str) -> String {
    let pairs = text.split('&').map(|pair| match pair.split_once('=') {
        Some((_, value)) if value.is_empty() || is_reference(value) => pair.to_owned(),
        Some((name, _)) => format!("{name}={HIDDEN}"),
        None => pair.to_owned(),
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// Whether a text is a reference to a variable and nothing else.
fn is_reference(text: &str) -> bool {
    let name = text.strip_prefix('$').and_then(reference);
    name.is_some_and(|name| name.len() + "${}".len() == text.len())
}

/// Whether a text has the form of a credential.
pub(crate) fn is_credential(text: &str) -> bool {
    let one_word = !text.contains(char::is_whitespace);
    if HEADS.iter().any(|head| text.starts_with(head)) {
        let is_block = text.starts_with("-----BEGIN") && text.contains("PRIVATE KEY");
        return is_block || (one_word && text.len() >= LEAST && !text.contains('/'));
    }
    one_word && (is_web_token(text) || is_telegram(text) || is_random(text))
}

/// Whether a text is a JSON Web Token.
fn is_web_token(text: &str) -> bool {
    text.starts_with("eyJ") && text.len() >= LEAST && text.contains('.')
}

/// Whether a text is a token of a Telegram bot, in a URL also behind `bot`.
fn is_telegram(text: &str) -> bool {
    let token = text.strip_prefix("bot").unwrap_or(text);
    token.split_once(':').is_some_and(|(id, key)| {
        id.len() >= 6
            && id.bytes().all(|byte| byte.is_ascii_digit())
            && key.len() >= 30
            && key.bytes().all(is_token_byte)
    })
}

fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_".contains(&byte)
}

/// Whether a text is long, and made of letters of both cases and digits as no word and no id is.
fn is_random(text: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| text.as_bytes().iter().any(kind);
    text.len() >= RANDOM
        && text
            .bytes()
            .all(|byte| is_token_byte(byte) || b"+/=.".contains(&byte))
        && !text.contains("//")
        && text.matches('/').count() < 3
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && text.bytes().filter(u8::is_ascii_digit).count() >= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_whatever_their_name() {
        for (text, expected) in [
            ("sk-0123456789abcdefghijkl", "sk-01234…ijkl"),
            (
                "curl -H 'Authorization: Bearer abc123'",
                "curl -H 'Authorization: Bearer …",
            ),
            ("tool --token abc --name x", "tool --token … --name x"),
            ("tool --token=abc -v", "tool --token=… -v"),
            ("mysql -p hunter2 -P 3306", "mysql -p … -P 3306"),
            ("curl -u me:pw https://h.test", "curl -u … https://h.test"),
            ("OPENAI_KEY=abc tool", "OPENAI_KEY=… tool"),
            ("API_KEY=abc tool", "API_KEY=… tool"),
            ("https://h.test/v1?key=abc&x=", "https://h.test/v1?key=…&x="),
            ("https://me:pw@h.test/v1", "https://…@h.test/v1"),
            (
                "wss://h.test/#access_token=abc",
                "wss://h.test/#access_token=…",
            ),
            (
                "https://hooks.slack.com/services/T00000001/B00000001/abcdefgh12345678",
                "https://hooks.slack.com/services/…/…/…",
            ),
            (
                "https://api.telegram.org/bot123456789:AAF0123456789012345678901234567890123/x",
                "https://api.telegram.org/…/x",
            ),
            ("Ab3Ab3Ab3Ab3Ab3Ab3Ab3Ab3Ab3Ab3Ab3", "Ab3Ab3Ab…bAb3"),
        ] {
            let shown = hidden(text).unwrap_or_else(|| text.to_owned());
            let ends = expected.replace("bAb3", &text[text.len() - 4..]);
            assert_eq!(shown, ends, "{text}");
        }
    }

    #[test]
    fn what_is_no_secret_stays() {
        for text in [
            "anthropic/claude-opus-4-5",
            "https://${USER_PART}@h.test/v1",
            "http://127.0.0.1:8080/v1?key=${KEY}",
            "~/Documents/Projects/My-Company-2026/Repository1",
            "Europe/Berlin",
            "${TOKEN}",
            "a sentence: with a colon",
            "12:30",
            "docker run -p 8080:80 -u 1000:1000 image",
            "ssh -p 22 host",
            "mkdir -p ./folder",
            "docker --user nobody",
        ] {
            assert_eq!(hidden(text), None, "{text}");
        }
    }
}
