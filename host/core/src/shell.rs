//! Words of a command that can be pasted into a shell.

/// Returns a word as a shell takes it literally: in quotes where it has to be.
#[must_use]
pub fn pasteable(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-~:@%+=,".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) && !word.starts_with(['-', '~', '=']) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// The same of a path: a `~/` in front of it keeps its meaning.
#[must_use]
pub fn pasteable_path(path: &str) -> String {
    match path.strip_prefix("~/") {
        Some(rest) => format!("~/{}", pasteable(rest)),
        None => pasteable(path),
    }
}
