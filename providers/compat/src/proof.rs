//! What a probe proves.

use openclaw_sdk::probe::Report;

/// Returns the report of a call that generated nothing.
pub(crate) fn free(proven: &str) -> Report {
    Report {
        proven: proven.to_owned(),
        generated: false,
        tokens_spent: 0,
        account: None,
        extensions: Vec::new(),
    }
}

/// Returns the report of a call in which a model generated, which took so many tokens.
pub(crate) fn generated(proven: &str, tokens_spent: u64) -> Report {
    Report {
        generated: true,
        tokens_spent,
        ..free(proven)
    }
}
