//! What names secrets have, where no schema says.
//!
//! Names are compared in lower case and without punctuation, so that `api_key`, `x-api-key` and
//! `apiKey` are one. Errs on the side of hiding.

/// Ends of names of secrets, and of objects and lists that hold them; also with an `s`.
const NAMES: [&str; 22] = [
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
    "accesskeyid",
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
const TEXTS: [&str; 14] = [
    "key",
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

/// What a word ends in, or is, that says that a name is that of a secret.
const ENDS: [&str; 3] = ["key", "pass", "pw"];

/// What stands before such an end where it means no secret: another word of the name, as in
/// `publicKey`, or the beginning of the same one, as in `monkey`.
const HARMLESS_BEFORE: [&str; 63] = [
    "main",
    "public",
    "pub",
    "primary",
    "foreign",
    "sort",
    "partition",
    "range",
    "cache",
    "session",
    "routing",
    "object",
    "row",
    "column",
    "field",
    "index",
    "lookup",
    "map",
    "group",
    "thread",
    "topic",
    "channel",
    "project",
    "issue",
    "translation",
    "idempotency",
    "dedupe",
    "dedup",
    "metric",
    "label",
    "config",
    "setting",
    "storage",
    "store",
    "state",
    "hot",
    "short",
    "shortcut",
    "modifier",
    "meta",
    "alt",
    "ctrl",
    "control",
    "shift",
    "leader",
    "arrow",
    "menu",
    "mon",
    "don",
    "tur",
    "hoc",
    "joc",
    "whis",
    "lac",
    "by",
    "com",
    "tres",
    "over",
    "under",
    "sur",
    "encom",
    "first",
    "second",
];

/// Whether a key of this name holds secrets, whatever its value is.
pub(super) fn is_secret_name(name: &str) -> bool {
    let plain = plain(name);
    let numbered = plain.trim_end_matches(|next: char| next.is_ascii_digit());
    let ends = |text: &str| NAMES.iter().any(|name| text.ends_with(name));
    !HARMLESS.contains(&plain.as_str())
        && (ends(numbered) || numbered.strip_suffix('s').is_some_and(ends) || ends_in_key(name))
}

/// Whether the last word of a name says that it is a key or a password, and the one before it does
/// not say that it is one of another kind. `key` alone is too little.
fn ends_in_key(name: &str) -> bool {
    let words = words(name);
    let Some((last, before)) = words.split_last() else {
        return false;
    };
    let one = last.strip_suffix('s').filter(|one| one.ends_with("key"));
    let last = one.unwrap_or(last);
    ENDS.iter().any(|end| {
        let Some(head) = last.strip_suffix(end) else {
            return false;
        };
        let before = if head.is_empty() {
            before.last().map_or("", String::as_str)
        } else {
            head
        };
        let is_short = *end == "pw" && !head.is_empty();
        let is_bare = before.is_empty() && *end == "key";
        !(is_short || is_bare || HARMLESS_BEFORE.contains(&before))
    })
}

/// Returns the words of a name in lower case, without the number at its end: they are set apart by
/// punctuation, or by a capital letter.
fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| letters[at]);
        let after = letters.get(at + 1);
        let begins = letter.is_ascii_uppercase()
            && before.is_some_and(|before| {
                !before.is_ascii_uppercase() || after.is_some_and(char::is_ascii_lowercase)
            });
        if begins || !letter.is_ascii_alphanumeric() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut()
            && letter.is_ascii_alphanumeric()
        {
            word.push(letter.to_ascii_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    while let Some(last) = words.pop() {
        let bare = last.trim_end_matches(|next: char| next.is_ascii_digit());
        if !bare.is_empty() {
            words.push(bare.to_owned());
            break;
        }
    }
    words
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
/// `-p` is a password for some programs and a port or a folder for others, `-u` has a password or
/// has none.
pub(super) fn takes_secret(argument: &str, next: &str) -> bool {
    let is_flag = argument.starts_with('-') && !argument.contains('=');
    let is_number = |text: &str| {
        let digits = |next: char| next.is_ascii_digit() || ".:/-".contains(next);
        text.chars().all(digits)
    };
    let is_place = next.starts_with(['/', '.', '~', '-']) || next.contains("://");
    match argument {
        "-p" | "-P" => !is_number(next) && !is_place,
        "-u" | "-U" | "--user" => next.contains(':') && !is_number(next) && !is_place,
        _ => is_flag && is_secret_text_name(argument) || is_scheme(argument),
    }
}

pub(super) fn is_scheme(word: &str) -> bool {
    ["bearer", "basic"].contains(&word.to_ascii_lowercase().as_str())
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
        for name in [
            "MY_KEY",
            "OPENAI_KEY",
            "deploy_key",
            "sshKey",
            "SSHKey",
            "masterKey",
            "licenseKey",
            "licensekey",
            "access_key_id",
            "db_pass",
            "dbpass",
            "PASS",
            "smtpPass",
            "root_pw",
            "OPENAI_KEY_2",
            "token1",
            "signingKeys",
            "hmac-key",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in [
            "auth",
            "jwt",
            "webhook",
            "basic_auth",
            "webhook_url",
            "pin",
            "key",
        ] {
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
            "publicKey",
            "SSH_PUBLIC_KEY",
            "primary_key",
            "sessionKey",
            "mainKey",
            "defaultSessionKey",
            "keys",
            "keyId",
            "keyword",
            "monkey",
            "Turkey",
            "hotkey",
            "bypass",
            "passThrough",
            "passes",
            "npw",
        ] {
            assert!(!is_secret_text_name(name), "{name}");
        }
    }
}
