//! Known models and what is known of them: facts, the filters of listings, and suggestions.

mod changes;
mod dates;
mod doubts;
mod filter;
mod live;
mod suggest;
mod version;

pub use changes::{Change, Changes, changes};
pub use dates::day_number;
pub use doubts::{Doubt, alternatives, doubts};
pub(crate) use filter::undated;
pub use filter::{Filter, is_local_url, recommended};
pub use live::{ListingStatus, lay_over};
pub use suggest::{Known, Spelled, nearest, slip_of, suggest};
pub use version::{Standing, Version, standings};

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

    /// Whether the provider has stopped serving it by `today`, given as `YYYY-MM-DD`.
    ///
    /// The day of retirement decides where it is known; otherwise the status does.
    #[must_use]
    pub fn is_retired_on(&self, today: &str) -> bool {
        let days = self
            .retires
            .as_deref()
            .and_then(day_number)
            .zip(day_number(today));
        match days {
            Some((retires, today)) => retires <= today,
            None => self.status == "retired",
        }
    }

    /// Whether it is served on `today` and its vendor still recommends it.
    #[must_use]
    pub fn is_current_on(&self, today: &str) -> bool {
        let withdrawn = matches!(&*self.status, "deprecated" | "retired" | "delisted");
        !withdrawn && !self.is_retired_on(today)
    }

    /// Whether all that is known of it was written by the user in the config.
    #[must_use]
    pub fn is_configured(&self) -> bool {
        self.sources == ["config"]
    }
}
