//! What an answer cost: as its vendor says, else by the catalog's prices.

use crate::catalog::{Model, Price};
use crate::conversation::Usage;

/// An amount in US dollars.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// The amount.
    pub usd: f64,
    /// Whether the vendor told it; else it is computed from prices and counts.
    pub told: bool,
}

/// Returns what an answer cost. Nothing, where a count came without a price: a part of the amount would
/// say too little.
///
/// The price tier is that of the whole input, what was read from and written to a cache included. What
/// was read from or written to a cache costs as fresh input where the catalog has no price for it.
#[must_use]
pub fn of(model: Option<&Model>, usage: &Usage) -> Option<Cost> {
    if let Some(usd) = usage.cost_usd.filter(|usd| usd.is_finite()) {
        return Some(Cost { usd, told: true });
    }
    let model = model?;
    let count = |count: Option<u64>| count.unwrap_or(0);
    let fresh = count(usage.input);
    let (read, written) = (count(usage.cache_read), count(usage.cache_write));
    if usage.input.is_none() && usage.output.is_none() {
        return None;
    }
    let price = price_for(model, fresh.saturating_add(read).saturating_add(written));
    let parts = [
        (fresh, price.input),
        (read, price.cache_read.or(price.input)),
        (written, price.cache_write.or(price.input)),
        (count(usage.output), price.output),
    ];
    let mut usd = 0.0;
    for (tokens, price) in parts {
        if tokens > 0 {
            #[expect(clippy::cast_precision_loss, reason = "no count is beyond 2^53")]
            let millions = tokens as f64 / 1e6;
            usd += millions * price?;
        }
    }
    Some(Cost { usd, told: false })
}

/// Returns the prices for an input of this length: those of the highest tier that it exceeds, with the
/// base price where a tier has none.
fn price_for(model: &Model, input: u64) -> Price {
    let base = model.price;
    let tiers = model.price_tiers.iter();
    let tier = tiers
        .filter(|tier| input > tier.above_input_tokens)
        .max_by_key(|tier| tier.above_input_tokens);
    match tier {
        None => base,
        Some(tier) => Price {
            input: tier.price.input.or(base.input),
            output: tier.price.output.or(base.output),
            cache_read: tier.price.cache_read.or(base.cache_read),
            cache_write: tier.price.cache_write.or(base.cache_write),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::PriceTier;

    fn unpriced() -> Model {
        Model {
            id: "m".to_owned(),
            name: String::new(),
            context: None,
            max_output: None,
            price: Price::default(),
            price_tiers: Vec::new(),
            reasoning: None,
            tools: None,
            input: Vec::new(),
            output: Vec::new(),
            released: None,
            retires: None,
            status: "active".to_owned(),
            parameters_b: None,
            open_weights: None,
            sources: Vec::new(),
        }
    }

    fn priced() -> Model {
        let price = |input: f64, output: f64| Price {
            input: Some(input),
            output: Some(output),
            cache_read: Some(input / 10.0),
            cache_write: None,
        };
        Model {
            price: price(2.0, 10.0),
            price_tiers: vec![PriceTier {
                above_input_tokens: 200_000,
                price: price(4.0, 15.0),
            }],
            ..unpriced()
        }
    }

    fn used(input: u64, read: u64, written: u64, output: u64) -> Usage {
        Usage {
            input: Some(input),
            output: Some(output),
            cache_read: Some(read),
            cache_write: Some(written),
            ..Usage::default()
        }
    }

    #[test]
    fn each_count_has_its_price_and_the_whole_input_decides_the_tier() {
        for (usage, usd) in [
            (used(1_000_000, 0, 0, 0), 4.0),
            (used(100_000, 0, 0, 100_000), 1.2),
            (used(0, 100_000, 100_000, 0), 0.22),
            (used(100_000, 100_000, 1, 0), 0.44 + 0.000_004),
            (used(0, 0, 0, 0), 0.0),
        ] {
            let cost = of(Some(&priced()), &usage).expect("priced");
            assert!((cost.usd - usd).abs() < 1e-9, "{cost:?} {usd}");
            assert!(!cost.told);
        }
    }

    #[test]
    fn what_the_vendor_says_goes_first_and_a_missing_price_makes_no_amount() {
        let told = Usage {
            cost_usd: Some(0.5),
            ..Usage::default()
        };
        assert_eq!(
            of(None, &told),
            Some(Cost {
                usd: 0.5,
                told: true
            })
        );
        assert_eq!(of(Some(&priced()), &Usage::default()), None);
        assert_eq!(of(Some(&unpriced()), &used(1, 0, 0, 1)), None);
        assert_eq!(of(None, &used(1, 0, 0, 1)), None);
    }
}
