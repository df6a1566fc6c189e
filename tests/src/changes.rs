//! Every file of a home, and what became of each.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use crate::Sandbox;

/// Every file of a home by name, with its bytes and, on Unix, its mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents(BTreeMap<String, (Vec<u8>, u32)>);

impl Sandbox {
    /// Returns every file of the home as it is now.
    #[must_use]
    pub fn contents(&self) -> Contents {
        let entry = |name: String| {
            let path = self.path(&name);
            let mode = mode(&fs::metadata(&path).expect("a file's metadata is read"));
            let bytes = fs::read(&path).expect("a file is read");
            (name, (bytes, mode))
        };
        Contents(self.files().into_iter().map(entry).collect())
    }
}

#[cfg(unix)]
fn mode(metadata: &fs::Metadata) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777
}

#[cfg(not(unix))]
fn mode(_: &fs::Metadata) -> u32 {
    0
}

impl Contents {
    /// Returns what is different in `now`, file by file: its changed lines, `-` before and `+` after.
    /// Bytes that another file had before are not printed again, and of a file that only grew, as a
    /// log does, only the name is.
    #[must_use]
    pub fn changes(&self, now: &Self) -> String {
        let mut text = String::new();
        for (name, (before, before_mode)) in &self.0 {
            match now.0.get(name) {
                None => writeln!(text, "gone {name}"),
                Some((after, _)) if before == after => Ok(()),
                Some((after, _)) if self.known(after).is_some() => {
                    writeln!(
                        text,
                        "{name}: what {} was",
                        self.known(after).unwrap_or_default()
                    )
                }
                Some((after, _)) if after.starts_with(before) && name.ends_with(".jsonl") => {
                    writeln!(text, "grown {name}")
                }
                Some((after, _)) => {
                    let (before, after) = (lossy(before), lossy(after));
                    let lines = diff(&before, &after);
                    // Line ends and the like: lines are equal, bytes are not.
                    let lines = if lines.is_empty() {
                        "  (other bytes)\n"
                    } else {
                        &lines
                    };
                    write!(text, "{name}\n{lines}")
                }
            }
            .expect("text takes everything");
            if let Some((_, mode)) = now.0.get(name).filter(|(_, mode)| mode != before_mode) {
                writeln!(text, "mode of {name}: {before_mode:o}, now {mode:o}")
                    .expect("text takes everything");
            }
        }
        for (name, (bytes, mode)) in now.0.iter().filter(|(name, _)| !self.0.contains_key(*name)) {
            match self.known(bytes) {
                Some(other) => writeln!(text, "new {name}: what {other} was"),
                None if bytes.is_empty() => writeln!(text, "new {name}: empty"),
                None if name.ends_with(".jsonl") => writeln!(text, "new {name}"),
                None => write!(text, "new {name} ({mode:o})\n{}", diff("", &lossy(bytes))),
            }
            .expect("text takes everything");
        }
        text
    }

    /// Returns the file that had these bytes.
    fn known(&self, bytes: &[u8]) -> Option<&str> {
        let mut files = self.0.iter();
        let found = files.find(|(_, (known, _))| known == bytes && !known.is_empty());
        found.map(|(name, _)| name.as_str())
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Returns the lines that differ: those common at both ends are left out, and common runs within
/// are kept unmarked only where the texts have the same number of lines.
pub(crate) fn diff(before: &str, now: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), now.lines().collect());
    let lengths = common(&old, &new);
    let (mut i, mut j) = (0, 0);
    let mut text = String::new();
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && lengths[i + 1][j] >= lengths[i][j + 1]) {
            text.push_str(&format!("-{}\n", old[i]));
            i += 1;
        } else {
            text.push_str(&format!("+{}\n", new[j]));
            j += 1;
        }
    }
    text
}

/// Returns for each pair of positions how many lines the rests have in common.
fn common(old: &[&str], new: &[&str]) -> Vec<Vec<usize>> {
    let mut lengths = vec![vec![0; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            lengths[i][j] = if old[i] == new[j] {
                lengths[i + 1][j + 1] + 1
            } else {
                lengths[i + 1][j].max(lengths[i][j + 1])
            };
        }
    }
    lengths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_holds_the_changed_lines_alone() {
        assert_eq!(diff("a\nb\nc\n", "a\nB\nc\nd\n"), "-b\n+B\n+d\n");
        assert_eq!(diff("a\n", "a\n"), "");
        assert_eq!(diff("", "a\n"), "+a\n");
    }

    #[test]
    fn every_kind_of_change_is_told() {
        let world = Sandbox::new();
        world.write("kept", "a\n");
        world.write("changed", "a\nb\n");
        world.write("gone", "c\n");
        world.write("log.jsonl", "{}\n");
        let before = world.contents();
        assert_eq!(before.changes(&world.contents()), "");
        world.write("changed", "a\nB\n");
        world.write("changed.bak", "a\nb\n");
        world.write("log.jsonl", "{}\n{}\n");
        world.write("x.lock", "");
        fs::remove_file(world.path("gone")).expect("removed");
        assert_eq!(
            before.changes(&world.contents()),
            "changed\n-b\n+B\ngone gone\ngrown log.jsonl\nnew changed.bak: what changed was\nnew x.lock: empty\n"
        );
    }
}
