//! Words of a command: written so that they can be pasted into a shell, and read as a shell reads them.

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

/// What becomes of a letter that means something to a shell alone: `$`, `|` and the like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Special {
    /// The line is refused: whoever wrote it counts on a shell.
    Refused,
    /// It is a letter like the others.
    Plain,
}

/// Why a line is no command of plain words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotWords {
    /// Something that is begun and not ended.
    #[error("a `{0}` in it has no end")]
    Unclosed(char),
    /// What only a shell understands.
    #[error("`{0}` outside of single quotes is for a shell, and no shell is run")]
    Shell(char),
}

/// Splits a line into words as a shell does, without running or expanding anything: spaces separate,
/// quotes and backslashes keep them. Where special letters are plain, so is a backslash on Windows.
///
/// # Errors
/// When a quote is not closed, or the line needs a shell.
pub fn split(line: &str, special: Special) -> Result<Vec<String>, NotWords> {
    let refuses = special == Special::Refused;
    let is_blank = |c: char| match special {
        Special::Refused => matches!(c, ' ' | '\t' | '\n'),
        Special::Plain => c.is_whitespace(),
    };
    // These mean something between double quotes too.
    let expands = |c: char| refuses && matches!(c, '$' | '`');
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut rest = line.chars();
    while let Some(next) = rest.next() {
        match next {
            blank if is_blank(blank) => words.extend(word.take()),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match rest.next().ok_or(NotWords::Unclosed('\''))? {
                        '\'' => break,
                        inner => word.push(inner),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match rest.next().ok_or(NotWords::Unclosed('"'))? {
                        '"' => break,
                        '\\' => match rest.next().ok_or(NotWords::Unclosed('"'))? {
                            inner if matches!(inner, '"' | '\\') || expands(inner) => {
                                word.push(inner);
                            }
                            inner => word.extend(['\\', inner]),
                        },
                        inner if expands(inner) => return Err(NotWords::Shell(inner)),
                        inner => word.push(inner),
                    }
                }
            }
            '\\' if refuses || cfg!(unix) => {
                let escaped = rest.next().ok_or(NotWords::Unclosed('\\'))?;
                word.get_or_insert_default().push(escaped);
            }
            '|' | '&' | ';' | '<' | '>' | '(' | ')' | '$' | '`' if refuses => {
                return Err(NotWords::Shell(next));
            }
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_split_as_a_shell_does_and_nothing_is_run() {
        let words = |line| split(line, Special::Refused);
        let split = |line| words(line).expect("words");
        assert_eq!(split("pass show openai"), ["pass", "show", "openai"]);
        assert_eq!(
            split(r#"op read  'op://My Vault/key' "a\"b" c\ d '' "#),
            ["op", "read", "op://My Vault/key", "a\"b", "c d", ""]
        );
        assert_eq!(words("op 'x"), Err(NotWords::Unclosed('\'')));
        for line in [
            "op | head",
            "op $HOME",
            "op \"$(x)\"",
            "a; b",
            "a > b",
            "`a`",
        ] {
            assert!(matches!(words(line), Err(NotWords::Shell(_))), "{line}");
        }
        assert_eq!(split("op '$HOME'"), ["op", "$HOME"]);
    }

    #[test]
    fn a_line_is_cut_as_a_shell_would() {
        for (line, want) in [
            ("a  b\tc", &["a", "b", "c"][..]),
            (
                r#""/opt/my tool" --x='$HOME "y"' """#,
                &["/opt/my tool", r#"--x=$HOME "y""#, ""],
            ),
            (r#""a\"b\\c\d""#, &[r#"a"b\c\d"#]),
            ("", &[]),
        ] {
            assert_eq!(split(line, Special::Plain).expect("whole"), want, "{line}");
        }
        assert!(split("a 'b", Special::Plain).is_err() && split("\"a", Special::Plain).is_err());
    }
}
