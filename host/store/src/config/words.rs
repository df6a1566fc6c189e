//! What a secret looks like where no schema says: by the name of its key, by its own form, and by what
//! stands before it in a URL or a command line.
//!
//! Names are compared in lower case and without punctuation, so that `api_key`, `x-api-key` and
//! `apiKey` are one. Errs on the side of hiding: what is hidden can be read in the file itself.

use openclaw_core::secret::{HIDDEN, mask};

use super::substitute::reference;

/// Ends of names of secrets, and of objects and lists that hold them; also with an `s`.
const NAMES: [&str; 21] = [
    "apikey",
    "token",
    "secret",
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "privatekey",
    "secretkey",
    "accesskey",
    "signingkey",
    "encryptionkey",
    "sharedkey",
    "accountkey",
    "authkey",
    "clientkey",
    "authorization",
    "cookie",
    "credential",
    "bearer",
    "mnemonic",
];

/// Ends of names of texts that are secrets, while objects and lists of that name hold settings.
const TEXTS: [&str; 13] = [
    "auth",
    "jwt",
    "webhook",
    "webhookurl",
    "dsn",
    "connectionstring",
    "databaseurl",
    "sessionid",
    "otp",
    "pat",
    "passcode",
    "pin",
    "signature",
];

/// Names that end like a secret and are none.
const HARMLESS: [&str; 4] = ["maxtokens", "contexttokens", "pintokens", "totaltokens"];

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

/// Whether a key of this name holds secrets, whatever its value is.
pub(super) fn is_secret_name(name: &str) -> bool {
    let plain = plain(name);
    let ends = |text: &str| NAMES.iter().any(|name| text.ends_with(name));
    !HARMLESS.contains(&plain.as_str())
        && (ends(&plain) || plain.strip_suffix('s').is_some_and(ends))
}

/// Whether a text under this name is a secret.
pub(super) fn is_secret_text_name(name: &str) -> bool {
    let plain = plain(name);
    // Short words are the end of many others.
    let ends = |end: &&str| plain == *end || (end.len() > 3 && plain.ends_with(*end));
    is_secret_name(name) || TEXTS.iter().any(ends)
}

fn plain(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|next| next.to_ascii_lowercase())
        .collect()
}

/// Whether an element of a list of arguments says that the next one is a secret, as `--token` does.
pub(super) fn takes_secret(argument: &str) -> bool {
    argument.starts_with('-') && !argument.contains('=') && is_secret_text_name(argument)
        || is_scheme(argument)
}

/// Returns a text with what looks like a secret in it hidden; `None` if nothing does.
pub(super) fn hidden(text: &str) -> Option<String> {
    if is_credential(text.trim()) {
        return Some(mask(text.trim()));
    }
    let mut shown = String::with_capacity(text.len());
    let mut follows = false;
    let mut changed = false;
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        let after = &piece[word.len()..];
        let hidden = if follows && !word.is_empty() && !is_scheme(word) {
            (!is_reference(word)).then(|| HIDDEN.to_owned())
        } else {
            self::word(word)
        };
        if !word.is_empty() {
            follows = takes_secret(word.trim_matches(['"', '\'']))
                || word.strip_suffix(':').is_some_and(is_secret_name);
        }
        changed |= hidden.is_some();
        shown.push_str(hidden.as_deref().unwrap_or(word));
        shown.push_str(after);
    }
    changed.then_some(shown)
}

fn is_scheme(word: &str) -> bool {
    ["bearer", "basic"].contains(&word.to_ascii_lowercase().as_str())
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
pub(super) fn is_credential(text: &str) -> bool {
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
    fn names_are_compared_without_punctuation() {
        for name in [
            "api_key",
            "API-KEY",
            "x-api-key",
            "private_key",
            "secret_key",
            "passwd",
            "db_pwd",
            "credentials",
            "bearer",
            "auth_token",
            "Cookie",
            "refresh-tokens",
            "client_secret",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["auth", "jwt", "webhook", "basic_auth", "webhook_url", "pin"] {
            assert!(is_secret_text_name(name), "{name}");
            assert!(!is_secret_name(name), "{name}");
        }
        for name in [
            "maxTokens",
            "name",
            "compass",
            "mode",
            "author",
            "spin",
            "keyboard",
            "path",
        ] {
            assert!(!is_secret_text_name(name), "{name}");
        }
    }

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
        ] {
            assert_eq!(hidden(text), None, "{text}");
        }
    }
}
