//! The components that ship inside the program, and what can be said of them without reading them.
//!
//! Beside each component is a file of facts (`<id>.facts.jsonl`): its digest and its manifest in the
//! first line, then each model that its catalog answered when it was built, one a line. A manifest
//! and a pure `list` do not change, so the facts stay true; `cargo xtask components` writes them, and
//! a test proves them equal to what the component says. Reading them starts no engine, and one model
//! is found without parsing the others.

use std::sync::Arc;

use openclaw_core::catalog::Model;
use openclaw_manifest::Manifest;
use serde::{Deserialize, Serialize};

use crate::facts;
use crate::plugin::{LoadError, Plugin};

/// A bundled component.
#[derive(Clone, Copy, Debug)]
pub struct Bundled {
    /// Provider id.
    pub id: &'static str,
    component: &'static [u8],
    facts: &'static str,
}

macro_rules! bundled {
    ($($id:literal),+ $(,)?) => {
        /// Every bundled component, by id.
        pub const ALL: &[Bundled] = &[$(Bundled {
            id: $id,
            component: include_bytes!(concat!($id, ".wasm")),
            facts: include_str!(concat!($id, ".facts.jsonl")),
        }),+];
    };
}

// The list of ids, which `cargo xtask components` writes; the files are beside it.
include!("../../../providers/bundle/bundled.rs");

/// Returns the bundled component with this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Bundled> {
    ALL.iter().find(|bundled| bundled.id == id)
}

impl Bundled {
    /// Reads the component.
    ///
    /// # Errors
    /// None for a program whose tests pass; the same as for any other file otherwise.
    pub fn plugin(&self) -> Result<Arc<Plugin>, LoadError> {
        Plugin::read_pinned(self.component, self.digest()).map(Arc::new)
    }

    /// Returns the component's bytes.
    #[must_use]
    pub fn component(&self) -> &'static [u8] {
        self.component
    }

    /// Returns the component's manifest.
    #[must_use]
    pub fn manifest(&self) -> Manifest {
        self.head().manifest
    }

    /// Returns the component's digest.
    #[must_use]
    pub fn digest(&self) -> String {
        self.head().digest
    }

    /// Returns the catalog as the component answered it when it was built.
    #[must_use]
    pub fn models(&self) -> Vec<Model> {
        facts::models(self.lines())
    }

    /// Returns what the catalog says of one model.
    #[must_use]
    pub fn model(&self, id: &str) -> Option<Model> {
        facts::model(self.lines(), id)
    }

    /// Whether the catalog has any model.
    #[must_use]
    pub fn has_models(&self) -> bool {
        !self.lines().is_empty()
    }

    fn head(&self) -> Head {
        let line = self.facts.lines().next().unwrap_or_default();
        serde_json::from_str(line).expect("the facts were written by `to_facts`")
    }

    fn lines(&self) -> &'static str {
        self.facts.split_once('\n').map_or("", |(_, models)| models)
    }
}

/// The day that the built-in catalogs describe, which `cargo xtask catalog` writes.
const DATE: &str = include_str!("../../../providers/catalog.date");

/// Returns the day that the built-in catalogs describe.
#[must_use]
pub fn date() -> &'static str {
    DATE.trim_end()
}

/// Returns the text of the facts of a component: its digest, its manifest, and what its catalog
/// answered.
#[must_use]
pub fn to_facts(digest: &str, manifest: &Manifest, models: &[Model]) -> String {
    let head = Head {
        digest: digest.to_owned(),
        manifest: manifest.clone(),
    };
    let mut text = serde_json::to_string(&head).expect("plain data");
    for model in models {
        text.push('\n');
        text.push_str(&facts::line(model));
    }
    text.push('\n');
    text
}

/// The first line of the facts.
#[derive(Serialize, Deserialize)]
struct Head {
    digest: String,
    manifest: Manifest,
}
