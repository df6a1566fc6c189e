//! Keys from the output of a command, which a profile names as `credential_process`.

use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use super::exchange::keys;
use super::{Keys, NoKeys};
use crate::child;

/// How long the command may take.
const LIMIT: Duration = Duration::from_secs(20);

/// Runs the command, without a shell, and reads what it prints. Neither its words nor its output are
/// passed on: they may hold secrets.
pub(super) async fn run(line: &str) -> Result<Keys, NoKeys> {
    let failed = |why: &str| NoKeys::Failed(format!("the command of `credential_process` {why}"));
    let words = words(line).ok_or_else(|| failed("has a quote that does not end"))?;
    let Some((program, arguments)) = words.split_first() else {
        return Err(failed("is empty"));
    };
    let mut command = Command::new(program);
    command.args(arguments);
    let ran = tokio::task::spawn_blocking(move || child::output(command, LIMIT));
    let ran = ran.await.unwrap_or_else(|_| Err("was given up".to_owned()));
    let output = ran.map_err(|why| failed(&why))?;
    let value: Value = serde_json::from_slice(output.expose())
        .map_err(|_| failed("prints something else than JSON"))?;
    if value["Version"] != 1 {
        return Err(failed("prints credentials of another version than 1"));
    }
    let keys = keys(&value, "SessionToken");
    keys.ok_or_else(|| failed("prints no whole credentials"))
}

/// Cuts a line into words as a POSIX shell does, without expanding anything; nothing if a quote does
/// not end.
fn words(line: &str) -> Option<Vec<String>> {
    let (mut words, mut word) = (Vec::new(), None::<String>);
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            c if c.is_whitespace() => words.extend(word.take()),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next()? {
                        '\'' => break,
                        c => word.push(c),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next()? {
                        '"' => break,
                        '\\' => match chars.next()? {
                            c @ ('"' | '\\') => word.push(c),
                            c => word.extend(['\\', c]),
                        },
                        c => word.push(c),
                    }
                }
            }
            '\\' if cfg!(unix) => word.get_or_insert_default().push(chars.next()?),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::words;

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
            assert_eq!(words(line).expect("whole"), want, "{line}");
        }
        assert!(words("a 'b").is_none() && words("\"a").is_none());
    }
}
