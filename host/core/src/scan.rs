//! Which of the models that can be used now is the best: candidates, the filters of a scan, and
//! their order.
//!
//! What is not known is not guessed: it counts as neutral in the order, and does not pass a filter
//! that asks for it. Two things are known though no number is published: that a vendor's flagship is
//! large ([`Tier`]), and that a model which only newer lists have was released since. The order is
//! stable: the same facts give the same order, whatever came first.

mod score;
mod size;
mod tier;

pub use score::{Availability, Part, Score};
pub use size::{Size, size_of};
pub use tier::{Tier, tier_of};

use std::cmp::Ordering;

use crate::catalog::{
    ListingStatus, Model, Standing, Version, day_number, lay_over, standings, undated,
};
use crate::credential::ProviderId;
use crate::model_ref::ModelRef;

/// Words by which models for other work call themselves, whose vendors list them among the others.
const OTHER_KINDS: [&str; 9] = [
    "audio",
    "embed",
    "embedding",
    "moderation",
    "realtime",
    "rerank",
    "robotics",
    "transcribe",
    "tts",
];

/// What a scan is narrowed to. The default lets everything pass.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Criteria {
    /// Fewest parameters, in billions.
    pub min_params_b: Option<f64>,
    /// Most days since the release.
    pub max_age_days: Option<f64>,
}

/// Why a model is no candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Excluded {
    /// Its provider was asked and does not list it.
    NotListed,
    /// It takes no text, or answers in more than text.
    NotText,
    /// Deprecated or retired.
    NotCurrent,
    /// Announced for a later day, and not listed by its provider.
    NotYet,
    /// The same as another candidate, under an id with a date.
    Copy,
    /// A size was asked for, and its vendor does not publish it.
    SizeUnknown,
    /// Smaller than was asked for.
    TooSmall,
    /// An age was asked for, and its release day is not known.
    DateUnknown,
    /// Released earlier than was asked for.
    TooOld,
}

impl Excluded {
    /// Every reason, in the order in which they are checked.
    pub const ALL: [Self; 9] = [
        Self::NotListed,
        Self::NotText,
        Self::NotCurrent,
        Self::NotYet,
        Self::Copy,
        Self::SizeUnknown,
        Self::TooSmall,
        Self::DateUnknown,
        Self::TooOld,
    ];

    /// Returns the stable snake-case name used in `--json`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotListed => "not_listed",
            Self::NotText => "not_text",
            Self::NotCurrent => "not_current",
            Self::NotYet => "not_yet",
            Self::Copy => "copy",
            Self::SizeUnknown => "size_unknown",
            Self::TooSmall => "too_small",
            Self::DateUnknown => "date_unknown",
            Self::TooOld => "too_old",
        }
    }
}

/// The models of a provider that can be used now, and the others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Offer {
    /// Current text models, each once.
    pub models: Vec<Model>,
    /// Ids of the others.
    pub left_out: Vec<(String, Excluded)>,
}

/// Returns what a provider offers: of what it lists now, where it was asked, else of what is known.
#[must_use]
pub fn offer(known: &[Model], live: Option<&[Model]>, today: &str) -> Offer {
    let rows = match live {
        Some(live) => lay_over(known, live, today)
            .into_iter()
            .map(|(model, standing)| (completed(model, live), standing))
            .collect(),
        None => known
            .iter()
            .map(|model| (model.clone(), ListingStatus::Listed))
            .collect::<Vec<_>>(),
    };
    let mut offer = Offer::default();
    for (model, standing) in rows {
        let why = if matches!(standing, ListingStatus::Gone | ListingStatus::Retired) {
            Some(Excluded::NotListed)
        } else if !is_for_text(&model) {
            Some(Excluded::NotText)
        } else if !model.is_current_on(today) {
            Some(Excluded::NotCurrent)
        } else if live.is_none() && age_days(&model, today).is_some_and(|age| age < 0.0) {
            Some(Excluded::NotYet)
        } else {
            None
        };
        match why {
            Some(why) => offer.left_out.push((model.id, why)),
            None => offer.models.push(model),
        }
    }
    let ids: Vec<String> = offer.models.iter().map(|model| model.id.clone()).collect();
    let is_copy = |model: &mut Model| {
        undated(&model.id).is_some_and(|plain| ids.iter().any(|id| id == plain))
    };
    let copies = offer.models.extract_if(.., is_copy);
    offer
        .left_out
        .extend(copies.map(|model| (model.id, Excluded::Copy)));
    offer
}

/// Fills what the user's own entry does not say of a model with what its provider says.
fn completed(mut model: Model, live: &[Model]) -> Model {
    if let Some(now) = live.iter().find(|now| now.id == model.id) {
        model.released = model.released.or_else(|| now.released.clone());
        model.parameters_b = model.parameters_b.or(now.parameters_b);
    }
    model
}

/// Whether a model is for conversations in text: takes it, answers in nothing else, and does not
/// call itself something else.
fn is_for_text(model: &Model) -> bool {
    let takes = model.input.is_empty() || model.accepts("text");
    let answers = model.output.iter().all(|modality| modality == "text");
    takes && answers && !size::has_word(&model.id, &OTHER_KINDS)
}

/// A model that may be chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The model.
    pub model: ModelRef,
    /// What is known of it.
    pub facts: Model,
    /// Its size, where it is published.
    pub size: Option<Size>,
    /// How capable it is meant to be, where that is known.
    pub tier: Option<Tier>,
    /// Whether the catalog or the user's config knows it, and not only the provider's own list.
    pub known: bool,
    /// Whether it is proven to answer.
    pub availability: Availability,
    /// What it is worth.
    pub score: Score,
}

impl Candidate {
    /// Returns the numbers of its version.
    fn numbers(&self) -> Vec<u32> {
        Version::of(&self.facts.id).numbers
    }

    /// Whether it counts as large although its size is not published.
    #[must_use]
    pub fn counts_as_large(&self) -> bool {
        self.size.is_none() && self.tier.is_some_and(Tier::is_large)
    }
}

/// Candidates, best first, and the models that a filter left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranking {
    /// Best first.
    pub candidates: Vec<Candidate>,
    /// Left out by the criteria, in the order of the offers.
    pub left_out: Vec<(ModelRef, Excluded)>,
}

/// Puts the models of several offers in order.
#[must_use]
pub fn rank<'a>(
    offers: impl IntoIterator<Item = (&'a ProviderId, Availability, &'a [Model])>,
    criteria: &Criteria,
    today: &str,
) -> Ranking {
    let mut ranking = Ranking::default();
    for (provider, availability, models) in offers {
        let places = standings(models);
        for (facts, place) in models.iter().zip(places) {
            let model = ModelRef::new(provider.as_str(), &facts.id);
            let (size, tier) = (size_of(facts), tier_of(provider, &facts.id));
            let age = Age::of(facts, &place, today);
            match refusal(criteria, size, tier, age) {
                Some(why) => ranking.left_out.push((model, why)),
                None => ranking.candidates.push(Candidate {
                    score: Score::of(facts, size, tier, age, availability),
                    known: facts.sources.is_empty()
                        || facts.sources.iter().any(|source| source != "live"),
                    facts: facts.clone(),
                    model,
                    size,
                    tier,
                    availability,
                }),
            }
        }
    }
    ranking.candidates.sort_by(better);
    ranking
}

/// How many days a model is out.
#[derive(Clone, Copy, Debug)]
struct Age {
    days: Option<f64>,
    /// Whether its vendor says so; else it is out at most so long, as its relatives and the lists that
    /// have it say.
    told: bool,
}

impl Age {
    fn of(facts: &Model, place: &Standing, today: &str) -> Self {
        if let Some(days) = age_days(facts, today) {
            return Self {
                days: Some(days),
                told: true,
            };
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "days between dates are small numbers"
        )]
        let days = place
            .day
            .zip(day_number(today))
            .map(|(day, today)| (today - day) as f64);
        Self {
            days: days.map(|days| days.max(0.0)),
            told: false,
        }
    }
}

fn refusal(
    criteria: &Criteria,
    size: Option<Size>,
    tier: Option<Tier>,
    age: Age,
) -> Option<Excluded> {
    // Every model has at least none.
    if let Some(least) = criteria.min_params_b.filter(|least| *least > 0.0) {
        match size {
            None if tier.is_some_and(Tier::is_large) => {}
            None => return Some(Excluded::SizeUnknown),
            Some(size) if size.billions < least => return Some(Excluded::TooSmall),
            Some(_) => {}
        }
    }
    if let Some(most) = criteria.max_age_days {
        match age.days {
            None => return Some(Excluded::DateUnknown),
            Some(days) if days > most && age.told => return Some(Excluded::TooOld),
            Some(days) if days > most => return Some(Excluded::DateUnknown),
            Some(_) => {}
        }
    }
    None
}

/// Returns the days since a model's release; less than 0 for one that is announced.
#[expect(
    clippy::cast_precision_loss,
    reason = "days between dates are small numbers"
)]
fn age_days(model: &Model, today: &str) -> Option<f64> {
    let released = model.released.as_deref().and_then(day_number)?;
    Some((day_number(today)? - released) as f64)
}

/// That a model is known goes first, then the score decides; then size, release day, price, version, and
/// last the name.
fn better(a: &Candidate, b: &Candidate) -> Ordering {
    let size = |candidate: &Candidate| candidate.size.map_or(0.0, |size| size.billions);
    let price = |candidate: &Candidate| score::blend(candidate.facts.price).unwrap_or(f64::MAX);
    // What no catalog knows stands last, whatever its name promises.
    (b.known.cmp(&a.known))
        .then_with(|| b.score.total().total_cmp(&a.score.total()))
        .then_with(|| size(b).total_cmp(&size(a)))
        .then_with(|| b.facts.released.cmp(&a.facts.released))
        .then_with(|| price(a).total_cmp(&price(b)))
        .then_with(|| b.numbers().cmp(&a.numbers()))
        .then_with(|| a.model.cmp(&b.model))
}
