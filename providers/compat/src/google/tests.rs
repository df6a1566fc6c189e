//! A vendor for the tests of this folder.

use openclaw_sdk::facts::Facts;

use crate::vendor::Vendor;

pub(super) const BASE: &str = "https://generativelanguage.googleapis.com/v1beta";

/// A vendor with some of Gemini's models, whose day ends twenty hours after noon.
pub(super) static GEMINI: Vendor = Vendor {
    name: "Google Gemini",
    base: BASE,
    wires: &[&super::WIRE],
    models: &[
        Facts {
            context: Some(1_048_576),
            status: "retired",
            sources: &["pi@2026-11"],
            ..Facts::new("gemini-2.0-flash")
        },
        Facts {
            context: Some(1_048_576),
            max_output: Some(65_536),
            price: [Some(0.3), Some(2.5), None, None],
            sources: &["pi@2026-11"],
            ..Facts::new("gemini-2.5-flash")
        },
        Facts {
            context: Some(32_768),
            max_output: Some(32_768),
            ..Facts::new("gemini-2.5-flash-image")
        },
    ],
    until_daily_refill: Some(|now_ms| {
        let end = super::failure::tests::NOON + 20 * 3_600_000;
        end.saturating_sub(now_ms)
    }),
    ..Vendor::DEFAULT
};
