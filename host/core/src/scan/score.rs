//! What a candidate is worth: a sum of four parts, each from 0 to 1, by their weights.
//!
//! | part | weight | 0 | 1 | not known |
//! |---|---|---|---|---|
//! | capability | 0.45 | the smallest | a vendor's best | by its size, 0.5, or 0.25 where the name says a small one |
//! | recency | 0.3 | long ago; half is lost every year | today | 0.5 |
//! | cost | 0.05 | far above $20/M | free | 0.5 |
//! | availability | 0.2 | failed | proven live | 0.5: there is a credential |
//!
//! Capability is the curated tier of the model's family (`defaults::CAPABILITY`). Where there is none,
//! published parameters count by their logarithm: 10 B is 0.33, 100 B is 0.67, and more is 0.8 at most:
//! a large model is not yet a good one. Cost looks at the mean of a
//! token, three of input for one of output: the ordinary prices are near to each other, and what
//! only few would pay is far from them. It weighs little, because the best model is asked for and
//! not the cheapest; it decides between models that are otherwise alike.

use super::Age;
use super::size::{self, Size};
use super::tier::Tier;
use crate::catalog::{Model, Price};

/// Days after which a model is worth half as much for being recent.
const HALF_LIFE_DAYS: f64 = 365.0;
/// US dollars for a million tokens, blended, that are worth half.
const HALF_PRICE: f64 = 20.0;
/// What is not known says neither that a model is good nor that it is bad.
const NEUTRAL: f64 = 0.5;
/// A vendor that keeps the size to itself but calls the model small.
const SMALL: f64 = 0.25;

/// The most that a size alone is worth.
const SIZE_ALONE: f64 = 0.8;

const CAPABILITY: f64 = 0.45;
const RECENCY: f64 = 0.3;
const COST: f64 = 0.05;
const AVAILABILITY: f64 = 0.2;

/// Whether a candidate is proven to answer. What failed is no candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability {
    /// Its provider lists it for this credential.
    Live,
    /// There is a credential, and nobody has asked whether it works.
    Unproven,
}

impl Availability {
    /// Returns the stable snake-case name used in `--json`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Unproven => "unproven",
        }
    }
}

/// A part of a score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// From 0 to 1.
    pub value: f64,
    /// Whether it rests on a fact.
    pub known: bool,
}

impl Part {
    fn known(value: f64) -> Self {
        Self {
            value: value.clamp(0.0, 1.0),
            known: true,
        }
    }

    fn unknown(value: f64) -> Self {
        Self {
            value,
            known: false,
        }
    }
}

/// What a candidate is worth, part by part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// By its tier, or else by its size.
    pub capability: Part,
    /// By its release day.
    pub recency: Part,
    /// By its price.
    pub cost: Part,
    /// By what is proven of it.
    pub availability: Part,
}

impl Score {
    /// Judges a model of this size and age in days.
    pub(super) fn of(
        model: &Model,
        size: Option<Size>,
        tier: Option<Tier>,
        age: Age,
        availability: Availability,
    ) -> Self {
        let capability = match (tier, size) {
            (Some(tier), _) => Part::known(tier.worth()),
            (None, Some(size)) => Part::known((size.billions.log10() / 3.0).min(SIZE_ALONE)),
            (None, None) if size::is_called_small(&model.id) => Part::unknown(SMALL),
            (None, None) => Part::unknown(NEUTRAL),
        };
        let recency = age.days.map_or(Part::unknown(NEUTRAL), |days| Part {
            known: age.told,
            ..Part::known(0.5_f64.powf(days / HALF_LIFE_DAYS))
        });
        let cost = blend(model.price).map_or(Part::unknown(NEUTRAL), |dollars| {
            Part::known(1.0 / (1.0 + (dollars / HALF_PRICE).powi(2)))
        });
        let availability = match availability {
            Availability::Live => Part::known(1.0),
            Availability::Unproven => Part::unknown(NEUTRAL),
        };
        Self {
            capability,
            recency,
            cost,
            availability,
        }
    }

    /// Returns the parts with their names and weights; the weights sum to 1.
    #[must_use]
    pub fn parts(&self) -> [(&'static str, Part, f64); 4] {
        [
            ("capability", self.capability, CAPABILITY),
            ("recency", self.recency, RECENCY),
            ("cost", self.cost, COST),
            ("availability", self.availability, AVAILABILITY),
        ]
    }

    /// Returns the sum, from 0 to 1, with four decimals: what is shown is what decides.
    #[must_use]
    pub fn total(&self) -> f64 {
        let sum: f64 = self
            .parts()
            .iter()
            .map(|(_, part, weight)| part.value * weight)
            .sum();
        (sum * 10_000.0).round() / 10_000.0
    }
}

/// Returns the price of a million tokens, three of input for one of output. `None` when either is
/// unknown.
pub(super) fn blend(price: Price) -> Option<f64> {
    let dollars = (3.0 * price.input? + price.output?) / 4.0;
    (dollars.is_finite() && dollars >= 0.0).then_some(dollars)
}
