//! A copy of a home in which a command can do what it likes.

use std::fs;
use std::io;
use std::os::unix::fs::FileTypeExt as _;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// Most bytes of a home that are copied.
const LARGEST: u64 = 4 << 20;

/// A port at which nobody listens: systems choose larger ones.
const REFUSING: &str = "20001";

/// A copy of a home.
pub(super) struct Copy {
    home: TempDir,
    original: String,
}

impl Copy {
    /// Copies a home; nothing if it is too large.
    pub(super) fn of(home: &Path) -> io::Result<Option<Self>> {
        let copy = Self {
            home: tempfile::Builder::new()
                .prefix("openclaw-hint-")
                .tempdir()?,
            original: home.display().to_string(),
        };
        let mut left = LARGEST;
        let whole = copy.folder(home, copy.home.path(), &mut left)?;
        Ok(whole.then_some(copy))
    }

    /// Returns where it is.
    pub(super) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Returns text with the names of this home, and with servers at a port that refuses.
    pub(super) fn text(&self, text: &str) -> String {
        let text = text.replace(&self.original, &self.home.path().display().to_string());
        ["127.0.0.1:", "localhost:", "[::1]:"]
            .into_iter()
            .fold(text, |text, host| refusing(&text, host))
    }

    /// Copies what is in a folder. What goes away meanwhile is left out, and so is what is a
    /// device. Returns whether all of it fitted.
    fn folder(&self, from: &Path, to: &Path, left: &mut u64) -> io::Result<bool> {
        let mut entries: Vec<PathBuf> = Vec::new();
        match fs::read_dir(from) {
            Ok(found) => {
                for entry in found {
                    entries.push(entry?.path());
                }
            }
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {}
            Err(error) => return Err(error),
        }
        for path in entries {
            let target = to.join(path.file_name().unwrap_or_default());
            match self.entry(&path, &target, left) {
                Ok(true) => {}
                Ok(false) => return Ok(false),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    fn entry(&self, path: &Path, target: &Path, left: &mut u64) -> io::Result<bool> {
        let metadata = fs::symlink_metadata(path)?;
        if metadata.is_symlink() {
            let to = fs::read_link(path)?;
            let to = self.text(&to.display().to_string());
            std::os::unix::fs::symlink(to, target)?;
        } else if metadata.is_dir() {
            fs::create_dir(target)?;
            if !self.folder(path, target, left)? {
                return Ok(false);
            }
            fs::set_permissions(target, metadata.permissions())?;
        } else if metadata.is_file() {
            let Some(rest) = left.checked_sub(metadata.len()) else {
                return Ok(false);
            };
            *left = rest;
            let bytes = match fs::read(path) {
                // Nobody reads the copy either.
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Vec::new(),
                read => read?,
            };
            // The lines of a log hold hashes of each other.
            let is_log = path.extension().is_some_and(|ending| ending == "jsonl");
            let bytes = match String::from_utf8(bytes) {
                Ok(text) if !is_log => self.text(&text).into_bytes(),
                Ok(text) => text.into_bytes(),
                Err(error) => error.into_bytes(),
            };
            fs::write(target, bytes)?;
            fs::set_permissions(target, metadata.permissions())?;
        } else if metadata.file_type().is_fifo() {
            Command::new("mkfifo").arg(target).status()?;
        } else if metadata.file_type().is_socket() {
            drop(UnixListener::bind(target)?);
        }
        Ok(true)
    }
}

/// Returns text in which each port that the system chose for a host is another.
fn refusing(text: &str, host: &str) -> String {
    let mut parts = text.split(host);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(host);
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let chosen = part[..digits].parse().is_ok_and(|port: u32| port >= 20_000);
        out.push_str(if chosen { REFUSING } else { &part[..digits] });
        out.push_str(&part[digits..]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_names_itself_and_a_port_that_refuses() {
        let world = crate::Sandbox::new();
        let home = world.home().display().to_string();
        world.write(
            "a/b",
            format!("{home}/a http://127.0.0.1:43210/v1 localhost:11434\n"),
        );
        world.write("a/b.jsonl", &home);
        let copy = Copy::of(world.home()).expect("copied").expect("small");
        let read = |name| fs::read_to_string(copy.home().join(name)).expect("read");
        let here = copy.home().display();
        let expected = format!("{here}/a http://127.0.0.1:20001/v1 localhost:11434\n");
        assert_eq!(read("a/b"), expected);
        assert_eq!(read("a/b.jsonl"), home);
    }
}
