//! The components that ship inside the program, and what their catalogs answered when they were
//! built.
//!
//! A component's `list` is pure, so its answer is kept beside it (`cargo xtask components` writes
//! both, and a test proves them equal). Reading either starts no engine.

use std::sync::Arc;

use openclaw_core::catalog::{Model, Price, PriceTier};
use serde::{Deserialize, Serialize};

use crate::plugin::{LoadError, Plugin};

/// A bundled component.
#[derive(Clone, Copy, Debug)]
pub struct Bundled {
    /// Provider id.
    pub id: &'static str,
    component: &'static [u8],
    memo: &'static str,
}

macro_rules! bundled {
    ($($id:literal),+ $(,)?) => {
        /// Every bundled component, by id.
        pub const ALL: &[Bundled] = &[$(Bundled {
            id: $id,
            component: include_bytes!(concat!("../../../providers/bundle/", $id, ".wasm")),
            memo: include_str!(concat!("../../../providers/bundle/", $id, ".catalog.json")),
        }),+];
    };
}

bundled!("anthropic", "google", "minimax", "ollama", "openai");

/// Returns the bundled component with this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Bundled> {
    ALL.iter().find(|bundled| bundled.id == id)
}

impl Bundled {
    /// Reads the component's manifest.
    ///
    /// # Errors
    /// None for a program whose tests pass; the same as for any other file otherwise.
    pub fn plugin(&self) -> Result<Arc<Plugin>, LoadError> {
        Plugin::read_pinned(self.component, self.memo().digest).map(Arc::new)
    }

    /// Returns the component's bytes.
    #[must_use]
    pub fn component(&self) -> &'static [u8] {
        self.component
    }

    /// Returns the catalog as the component answered it when it was built.
    #[must_use]
    pub fn models(&self) -> Vec<Model> {
        self.memo()
            .models
            .into_iter()
            .map(Shape::into_model)
            .collect()
    }

    /// Returns the digest that the memo was made for.
    #[must_use]
    pub fn digest(&self) -> String {
        self.memo().digest
    }

    fn memo(&self) -> Memo {
        serde_json::from_str(self.memo).expect("the memo was written by `to_memo`")
    }
}

/// Returns the text of a memo: the digest of a component and what its catalog answered.
///
/// One model a line, so that a change of the data reads well in a diff.
#[must_use]
pub fn to_memo(digest: &str, models: &[Model]) -> String {
    let lines: Vec<String> = models
        .iter()
        .map(|model| serde_json::to_string(&Shape::from_model(model)).expect("plain data"))
        .collect();
    let digest = serde_json::Value::from(digest);
    format!(
        "{{\"digest\":{digest},\"models\":[\n{}\n]}}\n",
        lines.join(",\n")
    )
}

#[derive(Deserialize)]
struct Memo {
    digest: String,
    models: Vec<Shape>,
}

/// A model as the memo has it. What is unknown or empty is left out.
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
