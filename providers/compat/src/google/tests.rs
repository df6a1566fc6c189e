//! A vendor for the tests of this folder.

use openclaw_sdk::facts::Catalog;

use crate::vendor::Vendor;

pub(super) const BASE: &str = "https://generativelanguage.googleapis.com/v1beta";

/// A vendor with some of Gemini's models, whose day ends twenty hours after noon.
pub(super) static GEMINI: Vendor = Vendor {
    name: "Google Gemini",
    base: BASE,
    wires: &[&super::WIRE],
    models: Catalog::new(
        "# a = pi@2026-11\n\
         gemini-2.0-flash\t\t1048576\t\t\t\t\t\t\t\t\tretired\t\ta\n\
         gemini-2.5-flash\t\t1048576\t65536\t0.3/2.5//\t\t\t\t\t\t\t\t\ta\n\
         gemini-2.5-flash-image\t\t32768\t32768\n",
    ),
    until_daily_refill: Some(|now_ms| {
        let end = super::failure::tests::NOON + 20 * 3_600_000;
        end.saturating_sub(now_ms)
    }),
    ..Vendor::DEFAULT
};
