//! Models of a catalog.

use openclaw_core::catalog;

use crate::bindings::openclaw::provider::types as wire;

pub(crate) fn model(from: wire::Model) -> catalog::Model {
    let ability = |name: &str| {
        let mut known = from.abilities.iter();
        known.find(|(known, _)| known == name).map(|(_, can)| *can)
    };
    catalog::Model {
        reasoning: ability("reasoning"),
        tools: ability("tools"),
        id: from.id,
        name: from.name,
        context: from.context,
        max_output: from.max_output,
        price: price(from.price),
        price_tiers: from
            .price_tiers
            .into_iter()
            .map(|tier| catalog::PriceTier {
                above_input_tokens: tier.above_input_tokens,
                price: price(tier.price),
            })
            .collect(),
        input: from.input,
        output: from.output,
        released: from.released,
        retires: from.retires,
        status: from.status,
        parameters_b: from.parameters_b,
        open_weights: from.open_weights,
        sources: from.sources,
    }
}

fn price(from: wire::Price) -> catalog::Price {
    // Negative prices stand for unknown ones in many lists.
    let known = |price: Option<f64>| price.filter(|dollars| *dollars >= 0.0);
    catalog::Price {
        input: known(from.input),
        output: known(from.output),
        cache_read: known(from.cache_read),
        cache_write: known(from.cache_write),
    }
}
