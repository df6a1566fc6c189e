//! Catalog facts as static data: a provider's built-in list costs no parsing.

use crate::{Model, Price, PriceTier};

/// What is known of one model; the fields are those of [`Model`].
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Id as sent to the vendor.
    pub id: &'static str,
    /// Name for a person.
    pub name: &'static str,
    /// Longest input in tokens.
    pub context: Option<u64>,
    /// Longest output in tokens.
    pub max_output: Option<u64>,
    /// Input, output, cache read and cache write, in US dollars for one million tokens.
    pub price: [Option<f64>; 4],
    /// Input length above which another price applies, and that price.
    pub price_tiers: &'static [(u64, [Option<f64>; 4])],
    /// Whether it can reason.
    pub reasoning: Option<bool>,
    /// Whether it can call tools.
    pub tools: Option<bool>,
    /// Modalities accepted.
    pub input: &'static [&'static str],
    /// Modalities produced.
    pub output: &'static [&'static str],
    /// Release day.
    pub released: Option<&'static str>,
    /// Day the vendor stops or stopped serving it.
    pub retires: Option<&'static str>,
    /// `active`, `deprecated`, `retired` and so on.
    pub status: &'static str,
    /// Total parameters in billions.
    pub parameters_b: Option<f64>,
    /// Whether the weights are public.
    pub open_weights: Option<bool>,
    /// Where the facts come from, as `source@date`.
    pub sources: &'static [&'static str],
}

impl Facts {
    /// Returns a model of which only the id is known: text in, text out, active.
    #[must_use]
    pub const fn new(id: &'static str) -> Self {
        Self {
            id,
            name: id,
            context: None,
            max_output: None,
            price: [None; 4],
            price_tiers: &[],
            reasoning: None,
            tools: None,
            input: &["text"],
            output: &["text"],
            released: None,
            retires: None,
            status: "active",
            parameters_b: None,
            open_weights: None,
            sources: &[],
        }
    }

    /// Returns the facts as the contract carries them.
    #[must_use]
    pub fn to_model(&self) -> Model {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Model {
            id: self.id.to_owned(),
            name: self.name.to_owned(),
            context: self.context,
            max_output: self.max_output,
            price: price(self.price),
            price_tiers: self
                .price_tiers
                .iter()
                .map(|(above, at)| PriceTier {
                    above_input_tokens: *above,
                    price: price(*at),
                })
                .collect(),
            reasoning: self.reasoning,
            tools: self.tools,
            input: owned(self.input),
            output: owned(self.output),
            released: self.released.map(str::to_owned),
            retires: self.retires.map(str::to_owned),
            status: self.status.to_owned(),
            parameters_b: self.parameters_b,
            open_weights: self.open_weights,
            sources: owned(self.sources),
        }
    }
}

/// Returns a model of which the vendor told only the id and a name; what `known` says of the same
/// id is filled in.
#[must_use]
pub fn discovered(id: &str, name: Option<&str>, known: &[Facts]) -> Model {
    if let Some(facts) = known.iter().find(|facts| facts.id == id) {
        return facts.to_model();
    }
    Model {
        id: id.to_owned(),
        name: name.unwrap_or(id).to_owned(),
        context: None,
        max_output: None,
        price: price([None; 4]),
        price_tiers: Vec::new(),
        reasoning: None,
        tools: None,
        input: vec!["text".to_owned()],
        output: vec!["text".to_owned()],
        released: None,
        retires: None,
        status: "active".to_owned(),
        parameters_b: None,
        open_weights: None,
        sources: vec!["live".to_owned()],
    }
}

fn price([input, output, cache_read, cache_write]: [Option<f64>; 4]) -> Price {
    Price {
        input,
        output,
        cache_read,
        cache_write,
    }
}
