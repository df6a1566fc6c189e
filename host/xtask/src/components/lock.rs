//! `bundle.lock`: what each component of a bundle is, and what it was made from. JSON.

use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::workspace;

const NAME: &str = "bundle.lock";

/// What a bundle holds, sorted by id.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lock {
    note: String,
    components: Vec<Component>,
}

/// One component of a bundle.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Component {
    /// Id, as in its manifest; the file is `<id>.wasm`.
    pub(super) id: String,
    /// Its version, as in its manifest.
    pub(super) version: String,
    /// SHA-256 of the file.
    pub(super) sha256: String,
    /// Length of the file in bytes.
    pub(super) size: usize,
    /// Digest of what it was made from; see `sources.rs`.
    pub(super) sources: String,
    /// Compiler that made it, as `rustc --version` says.
    pub(super) toolchain: String,
    /// SHA-256 over the libraries of that compiler's target. The same compiler's library, built by
    /// someone else, gives other bytes.
    pub(super) standard_library: String,
}

impl Default for Lock {
    fn default() -> Self {
        let note = "Written by `cargo xtask components`; do not edit.".to_owned();
        Self {
            note,
            components: Vec::new(),
        }
    }
}

impl Lock {
    /// Reads the lock of a bundle; none if there is no such file yet.
    pub(super) fn load(folder: &Path) -> Result<Option<Self>> {
        let path = folder.join(NAME);
        if !path.exists() {
            return Ok(None);
        }
        let lock = serde_json::from_str(&workspace::read_text(&path)?)
            .with_context(|| format!("{} is not a bundle's lock", path.display()))?;
        Ok(Some(lock))
    }

    /// Writes the lock of a bundle.
    pub(super) fn store(&self, folder: &Path) -> Result<()> {
        let mut text =
            serde_json::to_string_pretty(self).expect("a lock holds strings and numbers");
        text.push('\n');
        workspace::write(&folder.join(NAME), text.as_bytes())
    }

    /// Returns what the lock says of a component.
    pub(super) fn get(&self, id: &str) -> Option<&Component> {
        self.components.iter().find(|component| component.id == id)
    }

    /// Returns the ids of all components.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.components
            .iter()
            .map(|component| component.id.as_str())
    }

    /// Adds a component, or replaces it.
    pub(super) fn put(&mut self, component: Component) {
        self.components.retain(|other| other.id != component.id);
        self.components.push(component);
        self.components.sort_by(|a, b| a.id.cmp(&b.id));
    }

    /// Keeps the components whose id `keep` accepts; returns the ids of the others.
    pub(super) fn retain(&mut self, keep: impl Fn(&str) -> bool) -> Vec<String> {
        let (kept, gone) = std::mem::take(&mut self.components)
            .into_iter()
            .partition(|component| keep(&component.id));
        self.components = kept;
        Vec::into_iter(gone).map(|component| component.id).collect()
    }
}
