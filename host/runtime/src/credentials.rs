//! What looks like a credential, by the forms that the bundled manifests give.
//!
//! A plugin gets credentials as handles only. This is a net below that: for a key that the user
//! pasted into a plain variable, and for one that a guest knows as text and wants to send.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use openclaw_core::capability::Target;
use percent_encoding::percent_decode_str;
use regex_lite::Regex;

use crate::bundle;

/// Shortest text that is compared with the forms. Shorter ones are words.
const SHORTEST: usize = 16;

/// Endings of the names of variables that hold secrets.
const SECRET_ENDINGS: [&str; 7] = [
    "KEY",
    "TOKEN",
    "SECRET",
    "PASSWORD",
    "PASSWD",
    "CREDENTIAL",
    "CREDENTIALS",
];

/// Variables that say which code is loaded or run.
const LOADERS: [&str; 16] = [
    "BASH_ENV",
    "ENV",
    "GCONV_PATH",
    "GLIBC_TUNABLES",
    "IFS",
    "JAVA_TOOL_OPTIONS",
    "LIBPATH",
    "NODE_OPTIONS",
    "NODE_PATH",
    "PERL5LIB",
    "PERL5OPT",
    "PROMPT_COMMAND",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "RUBYOPT",
    "SHLIB_PATH",
];

/// The forms of the credentials of every bundled plugin's vendor.
static FORMS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let manifests = bundle::ALL.iter().map(bundle::Bundled::manifest);
    let methods = manifests.flat_map(|manifest| manifest.auth);
    let patterns: BTreeSet<String> = methods.filter_map(|method| method.pattern).collect();
    let read = patterns.iter().map(|pattern| Regex::new(pattern));
    read.filter_map(Result::ok).collect()
});

/// The variables that bundled manifests call secret.
static SECRET_NAMES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let manifests = bundle::ALL.iter().map(bundle::Bundled::manifest);
    let variables = manifests.flat_map(|manifest| manifest.env);
    let secret = variables.filter(|variable| variable.secret);
    secret.map(|variable| variable.name).collect()
});

/// Whether a variable of this name holds a secret, so that no plugin may have it as text.
pub(crate) fn is_secret_name(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    SECRET_ENDINGS.iter().any(|ending| upper.ends_with(ending)) || SECRET_NAMES.contains(&upper)
}

/// Whether a variable of this name says which code is loaded, so that no plugin may have it at all.
pub(crate) fn is_loader_name(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    upper.starts_with("LD_") || upper.starts_with("DYLD_") || LOADERS.contains(&upper.as_str())
}

/// Whether a text is a credential, or holds one: a key of a known form, or a password in a URL.
pub(crate) fn is_in_text(text: &str) -> bool {
    let authority = text.split_once("://").map(|(_, rest)| {
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        &rest[..end]
    });
    authority.is_some_and(|authority| authority.contains('@'))
        || text
            .split(|c: char| c.is_whitespace() || "/?&=:;,\\\"'`".contains(c))
            .any(is_credential)
}

/// Whether a part of a URL, read as it stands or decoded, has the form of a credential.
pub(crate) fn is_in_url(target: &Target) -> bool {
    let text = target.path_and_query();
    let decoded = percent_decode_str(&text).decode_utf8_lossy();
    is_in_text(&text) || (decoded != text && is_in_text(&decoded))
}

fn is_credential(text: &str) -> bool {
    text.len() >= SHORTEST && FORMS.iter().any(|form| form.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_and_of_loaders_are_known() {
        for name in [
            "ANTHROPIC_API_KEY",
            "ACME_TOKEN",
            "acme_secret",
            "DB_PASSWORD",
            "GOOGLE_APPLICATION_CREDENTIALS",
            "APIKEY",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in [
            "AWS_REGION",
            "HOSTILE_PLAIN",
            "KEYBOARD",
            "OLLAMA_HOST",
            "PATH",
        ] {
            assert!(!is_secret_name(name) && !is_loader_name(name), "{name}");
        }
        for name in [
            "LD_PRELOAD",
            "ld_library_path",
            "DYLD_INSERT_LIBRARIES",
            "NODE_OPTIONS",
        ] {
            assert!(is_loader_name(name), "{name}");
        }
    }

    #[test]
    fn keys_and_passwords_are_seen_in_texts_and_urls() {
        let key = format!("sk-ant-api03-{}", "a".repeat(80));
        for text in [
            key.as_str(),
            "https://user:pass@proxy.test/",
            &format!("key={key}; x"),
            "AIzaSyA0123456789abcdefghijklmnopqrstuv",
        ] {
            assert!(is_in_text(text), "{text}");
        }
        for text in [
            "us-east-1",
            "https://proxy.test/a@b",
            "sk-ant-",
            "a mail@to.test",
        ] {
            assert!(!is_in_text(text), "{text}");
        }
        let url = |text: &str| Target::parse(text).expect("a URL");
        for text in [
            format!("https://a.test/v1?key={key}"),
            format!("https://a.test/v1/{key}/x"),
            format!("https://a.test/v1?key={}", key.replace('-', "%2D")),
        ] {
            assert!(is_in_url(&url(&text)), "{text}");
        }
        assert!(!is_in_url(&url(
            "https://a.test/v1/models?page=CAESBghTEMzw"
        )));
    }
}
