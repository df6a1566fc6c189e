//! Token counts.

use openclaw_sdk::{Usage, facts};
use serde_json::Value;

/// Reads a `usage` object; what is not told stays unknown. The input is told without what came from a
/// cache or went into one.
#[must_use]
pub fn usage(told: &Value) -> Usage {
    let count = |name: &str| told[name].as_u64();
    let details = told["cacheDetails"].as_array();
    let details = details.into_iter().flatten().filter_map(|detail| {
        let ttl = detail["ttl"].as_str()?;
        let count = detail["inputTokens"].as_u64().filter(|count| *count > 0)?;
        Some((["cache-write.", ttl].concat(), count))
    });
    Usage {
        input: count("inputTokens"),
        output: count("outputTokens"),
        cache_read: count("cacheReadInputTokens"),
        cache_write: count("cacheWriteInputTokens"),
        details: details.collect(),
        ..facts::unknown_usage()
    }
}
