//! Facts about the facts of models that were installed.

use openclaw_core::doctor::{Finding, changed_facts, unsigned_facts, unusable_facts};
use openclaw_store::move_broken;

use crate::app::App;

/// Looks at whether they are whole, and signed.
pub(super) fn look(app: &App, findings: &mut Vec<Finding>) {
    let data = &app.catalog_data;
    let place = app.paths.shorten(data.folder());
    let versions = match data.versions() {
        Ok(versions) => versions,
        Err(why) => {
            let advice = format!("move it away: {}", move_broken(&data.index()));
            findings.push(unusable_facts(why, &place, &advice));
            return;
        }
    };
    let Some(current) = &versions.current else {
        return;
    };
    if let Err(why) = data.check(current) {
        findings.push(changed_facts(&why, &place));
    }
    if current.signer.is_none() {
        findings.push(unsigned_facts(&current.source, &place));
    }
}
