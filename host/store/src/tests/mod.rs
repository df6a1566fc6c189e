//! Tests of the store against real files.

mod auth;
mod changing;
mod crash;
mod examining;
mod paths;
mod reading;
mod schema;
mod secrets;

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::config::{Config, ConfigFile, Edit, Written};
use super::json5::KeyPath;
use super::{Environment, Paths, StoreError};

/// A home folder of its own, with nothing in it.
struct Sandbox {
    home: TempDir,
    environment: Environment,
}

impl Sandbox {
    fn new() -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let environment = Environment {
            home: Some(home.path().to_path_buf()),
            cwd: home.path().join("work"),
            ..Environment::default()
        };
        Self { home, environment }
    }

    fn with(text: &str) -> Self {
        let world = Self::new();
        world.write(".openclaw/openclaw.json", text);
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("it has one")).expect("created");
        std::fs::write(path, text).expect("written");
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect(name)
    }

    fn var(mut self, name: &str, value: &str) -> Self {
        self.environment.vars.insert(name.into(), value.into());
        self
    }

    fn config(&self) -> ConfigFile {
        ConfigFile::new(&Paths::resolve(&self.environment).expect("there is a home"))
    }

    fn load(&self) -> Result<Config, StoreError> {
        self.config().load(&self.environment)
    }

    fn set(&self, path: &str, value: serde_json::Value) -> Result<Written, StoreError> {
        self.config().apply(&[set(path, value)])
    }

    /// Messages with the home folder written `~`.
    fn said(&self, message: impl ToString) -> String {
        message
            .to_string()
            .replace(&self.home.path().display().to_string(), "~")
    }
}

fn set(path: &str, value: serde_json::Value) -> Edit {
    Edit::Set {
        path: KeyPath::parse(path).expect("a path").0,
        value,
    }
}

fn append(path: &str, value: serde_json::Value) -> Edit {
    Edit::Append {
        path: KeyPath::parse(path).expect("a path").0,
        value,
    }
}

fn remove(path: &str) -> Edit {
    Edit::Remove {
        path: KeyPath::parse(path).expect("a path").0,
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry"));
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path)
        .expect("it exists")
        .permissions()
        .mode()
        & 0o777
}
