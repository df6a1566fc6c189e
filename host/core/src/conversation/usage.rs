//! What a call used, and the limits that a vendor keeps.

/// What one call used, in tokens. Counts do not overlap: `input` excludes what was read from or
/// written to a cache. An absent count was not told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Usage {
    /// Fresh input tokens.
    pub input: Option<u64>,
    /// Output tokens, reasoning included.
    pub output: Option<u64>,
    /// Input tokens read from the vendor's cache.
    pub cache_read: Option<u64>,
    /// Input tokens written to the vendor's cache.
    pub cache_write: Option<u64>,
    /// Output tokens spent on reasoning.
    pub reasoning: Option<u64>,
    /// Finer counts by name, each a share of one above unless it counts requests: `input.audio`,
    /// `cache-write.5m`, `requests.web-search`, or another name.
    pub details: Vec<(String, u64)>,
    /// What the vendor says it cost, in US dollars.
    pub cost_usd: Option<f64>,
}

/// A limit that a vendor keeps for an account, a key or a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// The vendor's name for it, or a plain one: `5h`, `weekly`, `requests`, `tokens`.
    pub name: String,
    /// The model or family that it covers; all when absent.
    pub scope: Option<String>,
    /// What it counts: `requests`, `tokens`, `input-tokens`, `output-tokens`, `usd`, `credits`,
    /// `percent`, or another word.
    pub unit: String,
    /// Share used, 0 to 100 and above where the vendor lets one overdraw.
    pub used_percent: Option<f64>,
    /// Used, in `unit`.
    pub used: Option<f64>,
    /// The most, in `unit`.
    pub most: Option<f64>,
    /// Length of the window, in milliseconds.
    pub window_ms: Option<u64>,
    /// When it refills, in milliseconds since the epoch.
    pub resets_at: Option<u64>,
    /// `free`, `close`, `reached`, or another word of the vendor's.
    pub status: Option<String>,
}
