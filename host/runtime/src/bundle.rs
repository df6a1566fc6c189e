//! The components that ship inside the program, and what can be said of them without reading them.
//!
//! Beside each component is a file of facts (`<id>.facts.jsonl`): its digest and its manifest in the
//! first line, then each model that its catalog answered when it was built, one a line. A manifest
//! and a pure `list` do not change, so the facts stay true; `cargo xtask components` writes them, and
//! a test proves them equal to what the component says. Reading them starts no engine, and one model
//! is found without parsing the others.

use std::sync::Arc;

use openclaw_core::catalog::{Model, Price, PriceTier};
use openclaw_manifest::Manifest;
use serde::{Deserialize, Serialize};

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
        self.lines().map(model).collect()
    }

    /// Returns what the catalog says of one model.
    #[must_use]
    pub fn model(&self, id: &str) -> Option<Model> {
        // Each line begins with the id; one that needs escapes is no id of a model.
        let start = format!("{ID}{id}\"");
        self.lines()
            .find(|line| line.starts_with(&start))
            .map(model)
    }

    /// Whether the catalog has any model.
    #[must_use]
    pub fn has_models(&self) -> bool {
        self.lines().next().is_some()
    }

    fn head(&self) -> Head {
        let line = self.facts.lines().next().unwrap_or_default();
        serde_json::from_str(line).expect("the facts were written by `to_facts`")
    }

    fn lines(&self) -> impl Iterator<Item = &'static str> {
        self.facts.lines().skip(1)
    }
}

/// What each line of a model begins with.
const ID: &str = "{\"id\":\"";

fn model(line: &str) -> Model {
    let shape: Shape = serde_json::from_str(line).expect("the facts were written by `to_facts`");
    shape.into_model()
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
        text.push_str(&serde_json::to_string(&Shape::from_model(model)).expect("plain data"));
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

/// A model as the facts have it. What is unknown or empty is left out.
#[derive(Serialize, Deserialize)]
struct Shape {
    id: String,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    context: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_output: Option<u64>,
    price: [Option<f64>; 4],
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tiers: Vec<(u64, [Option<f64>; 4])>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reasoning: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tools: Option<bool>,
    input: Vec<String>,
    output: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    released: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retires: Option<String>,
    status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parameters_b: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    open_weights: Option<bool>,
    sources: Vec<String>,
}

impl Shape {
    fn from_model(model: &Model) -> Self {
        Self {
            id: model.id.clone(),
            name: model.name.clone(),
            context: model.context,
            max_output: model.max_output,
            price: prices(model.price),
            tiers: model
                .price_tiers
                .iter()
                .map(|tier| (tier.above_input_tokens, prices(tier.price)))
                .collect(),
            reasoning: model.reasoning,
            tools: model.tools,
            input: model.input.clone(),
            output: model.output.clone(),
            released: model.released.clone(),
            retires: model.retires.clone(),
            status: model.status.clone(),
            parameters_b: model.parameters_b,
            open_weights: model.open_weights,
            sources: model.sources.clone(),
        }
    }

    fn into_model(self) -> Model {
        Model {
            id: self.id,
            name: self.name,
            context: self.context,
            max_output: self.max_output,
            price: price(self.price),
            price_tiers: self
                .tiers
                .into_iter()
                .map(|(above_input_tokens, at)| PriceTier {
                    above_input_tokens,
                    price: price(at),
                })
                .collect(),
            reasoning: self.reasoning,
            tools: self.tools,
            input: self.input,
            output: self.output,
            released: self.released,
            retires: self.retires,
            status: self.status,
            parameters_b: self.parameters_b,
            open_weights: self.open_weights,
            sources: self.sources,
        }
    }
}

fn prices(price: Price) -> [Option<f64>; 4] {
    [
        price.input,
        price.output,
        price.cache_read,
        price.cache_write,
    ]
}

fn price([input, output, cache_read, cache_write]: [Option<f64>; 4]) -> Price {
    Price {
        input,
        output,
        cache_read,
        cache_write,
    }
}
