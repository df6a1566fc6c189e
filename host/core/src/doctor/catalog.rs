//! Facts of models that were installed.

use super::{Finding, Severity};

/// What goes back to the facts before.
const ROLL_BACK: &str = "openclaw models update --rollback";

/// Returns the finding of what says which facts are in use and cannot be understood.
#[must_use]
pub fn unusable_facts(why: &str, place: &str, advice: &str) -> Finding {
    let what = format!("the installed facts of models are not used: {why}");
    Finding::new("catalog-unusable", Severity::Warning, what, place).advice(advice)
}

/// Returns the finding of facts that are not what was installed.
#[must_use]
pub fn changed_facts(why: &str, place: &str) -> Finding {
    Finding::new("catalog-changed", Severity::Warning, why, place).command(ROLL_BACK)
}

/// Returns the finding of facts that nobody signed whom the user trusts.
#[must_use]
pub fn unsigned_facts(source: &str, place: &str) -> Finding {
    let what = format!("the facts of models in use, from {source}, are not signed");
    Finding::new("catalog-unsigned", Severity::Note, what, place).command(ROLL_BACK)
}
