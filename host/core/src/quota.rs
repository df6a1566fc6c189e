//! What is left of an account, as its vendor tells.

use crate::conversation::Limit;

/// What a vendor says of an account.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Name of the plan.
    pub plan: Option<String>,
    /// The account or key that it is about, where the vendor tells.
    pub account: Option<String>,
    /// Windows and other limits, the tightest first.
    pub limits: Vec<Limit>,
    /// Money and credit.
    pub balances: Vec<Balance>,
    /// When the vendor made it, in milliseconds since the epoch.
    pub as_of: Option<u64>,
}

/// Money or credit.
#[derive(Clone, Debug, PartialEq)]
pub struct Balance {
    /// The vendor's name for it, or a plain one: `credit`, `granted`, `extra-usage`.
    pub name: String,
    /// What is left, in `unit`.
    pub left: Option<f64>,
    /// What was used of it, in `unit`.
    pub used: Option<f64>,
    /// What there was, or the cap.
    pub most: Option<f64>,
    /// ISO 4217 code, or `credits`, `requests`, or another word.
    pub unit: String,
    /// Whether there is no end to it.
    pub unlimited: bool,
    /// When it lapses, in milliseconds since the epoch.
    pub expires_at: Option<u64>,
}
