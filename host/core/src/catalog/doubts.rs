//! What speaks against a model that is to be configured, and what to take instead.

use super::{Model, recommended};

/// At most this many models are named instead.
const MOST: usize = 3;

/// Something that speaks against a model, by what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Its provider no longer serves it.
    Retired {
        /// Since when, where it is known.
        since: Option<String>,
    },
    /// Its vendor advises against it: deprecated, delisted.
    Withdrawn {
        /// How the vendor calls that.
        status: String,
        /// The day it ends, where it is known.
        until: Option<String>,
    },
    /// It does not take the input that it is wanted for.
    NoInput {
        /// What it takes.
        takes: Vec<String>,
    },
}

/// Returns what speaks against a model on `today`. `needed` is the modality that it has to take.
#[must_use]
pub fn doubts(model: &Model, needed: Option<&str>, today: &str) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    if model.is_retired_on(today) {
        let since = model.retires.clone();
        doubts.push(Doubt::Retired { since });
    } else if !model.is_current_on(today) {
        doubts.push(Doubt::Withdrawn {
            status: model.status.clone(),
            until: model.retires.clone(),
        });
    }
    // Nothing said of the input says nothing against it.
    if needed.is_some_and(|needed| !model.input.is_empty() && !model.accepts(needed)) {
        let takes = model.input.clone();
        doubts.push(Doubt::NoInput { takes });
    }
    doubts
}

/// Returns the few models of one provider to take instead, for an input: the newest of those that
/// are recommended.
#[must_use]
pub fn alternatives<'a>(models: &'a [Model], needed: &str, today: &str) -> Vec<&'a Model> {
    let mut fit = recommended(models, today);
    fit.retain(|model| model.accepts(needed));
    fit.sort_by(|a, b| b.released.cmp(&a.released).then_with(|| a.id.cmp(&b.id)));
    fit.truncate(MOST);
    fit
}
