//! Known models and what is known of them.

/// US dollars for one million tokens. `None` means unknown or not offered, not free.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Price {
    /// Fresh input.
    pub input: Option<f64>,
    /// Output.
    pub output: Option<f64>,
    /// Input read from a cache.
    pub cache_read: Option<f64>,
    /// Input written to a cache.
    pub cache_write: Option<f64>,
}

/// A price that applies above an input length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PriceTier {
    /// Applies to requests with more input tokens than this.
    pub above_input_tokens: u64,
    /// The price then.
    pub price: Price,
}

/// One model of one provider.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Id as sent to the provider, case-sensitive, without the provider's name.
    pub id: String,
    /// Name for a person.
    pub name: String,
    /// Longest input in tokens; `None` when unknown.
    pub context: Option<u64>,
    /// Longest output in tokens; `None` when unknown.
    pub max_output: Option<u64>,
    /// Base price.
    pub price: Price,
    /// Prices above given input lengths, ascending.
    pub price_tiers: Vec<PriceTier>,
    /// Whether it can reason before it answers; `None` when unknown.
    pub reasoning: Option<bool>,
    /// Whether it can call tools; `None` when unknown.
    pub tools: Option<bool>,
    /// Modalities accepted: `text`, `image`, `audio`, `video`, `file`, and what vendors add.
    pub input: Vec<String>,
    /// Modalities produced.
    pub output: Vec<String>,
    /// Release day as `YYYY-MM-DD` or `YYYY-MM`.
    pub released: Option<String>,
    /// Day the provider stops or stopped serving it, as `YYYY-MM-DD`.
    pub retires: Option<String>,
    /// `active`, `beta`, `alpha`, `deprecated`, `retired`, `delisted`, and what vendors add.
    pub status: String,
    /// Total parameters in billions, where published.
    pub parameters_b: Option<f64>,
    /// Whether the weights are public; `None` when unknown.
    pub open_weights: Option<bool>,
    /// Where the facts come from, as `source@date` tags.
    pub sources: Vec<String>,
}

impl Model {
    /// Whether the model takes this modality as input.
    #[must_use]
    pub fn accepts(&self, modality: &str) -> bool {
        self.input.iter().any(|known| known == modality)
    }
}
