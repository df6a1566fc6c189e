//! What every vendor's package is tested for: its table, its manifest and its samples agree.

use std::path::Path;

use openclaw_sdk::FailureKind;
use serde_json::Value;

use crate::testing::summary;
use crate::vendor::{Headers, Vendor};

/// `2026-11-22T12:00:00Z`, when every sample was received.
const NOW_MS: u64 = 1_795_348_800_000;

/// Tests a vendor's table against its manifest (`OPENCLAW_MANIFEST`) and its samples in
/// `tests/wire/errors/`.
///
/// ```ignore
/// openclaw_provider_compat::vendor_tests!(VENDOR);
/// ```
#[macro_export]
macro_rules! vendor_tests {
    ($vendor:ident) => {
        #[cfg(test)]
        mod vendor_tests {
            use super::{OPENCLAW_MANIFEST, $vendor};

            #[test]
            fn the_manifest_says_what_the_table_says() {
                $crate::testing::vendor::check_manifest(&$vendor, OPENCLAW_MANIFEST);
            }

            #[test]
            fn the_built_in_models_are_fit_to_show() {
                $crate::testing::vendor::check_models(&$vendor);
            }
        }

        $crate::refusal_tests!($vendor);
    };
}

/// Tests a vendor's samples in `tests/wire/errors/`, where its package tests the rest by itself.
///
/// ```ignore
/// openclaw_provider_compat::refusal_tests!(VENDOR);
/// ```
#[macro_export]
macro_rules! refusal_tests {
    ($vendor:ident) => {
        #[cfg(test)]
        mod refusal_tests {
            use super::$vendor;

            #[test]
            fn each_recorded_refusal_means_what_it_says() {
                $crate::testing::vendor::check_refusals(&$vendor, env!("CARGO_MANIFEST_DIR"));
            }
        }
    };
}

/// Checks that a manifest says the same as the table, and grants the requests of its wires.
///
/// # Panics
/// If it does not.
pub fn check_manifest(vendor: &Vendor, manifest: &str) {
    let manifest: Value = serde_json::from_str(manifest).expect("canonical JSON");
    assert_eq!(manifest["name"], vendor.name);
    let base = manifest["base_url"].as_str().unwrap_or_default();
    assert_eq!(base, vendor.base);
    assert!(!base.is_empty() || vendor.locate.is_some(), "no address");
    let list = |key: &str| manifest[key].as_array().cloned().unwrap_or_default();
    let variables: Vec<Value> = list("env")
        .into_iter()
        .filter(|variable| variable["secret"] == true)
        .map(|variable| variable["name"].clone())
        .collect();
    assert_eq!(variables, vendor.variables, "secret variables");
    for wire in vendor.wires {
        let namespace = Value::from(wire.api);
        assert!(list("namespaces").contains(&namespace), "{}", wire.api);
    }
    if !vendor.realm.is_empty() {
        assert_eq!(list("realms"), [vendor.realm]);
    }
    for grant in list("http") {
        assert!(grant["reason"] != "", "{grant}");
        let signs = !list_of(&grant, "secret_in").is_empty();
        assert!(signs || !list_of(&grant, "captures").is_empty(), "{grant}");
    }
}

fn list_of(value: &Value, key: &str) -> Vec<Value> {
    value[key].as_array().cloned().unwrap_or_default()
}

/// Checks the built-in models, and that the one to probe with is among them.
///
/// # Panics
/// If something is wrong with them.
pub fn check_models(vendor: &Vendor) {
    openclaw_sdk::testing::check_catalog(&vendor.models);
    if let Some(id) = vendor.probe_model {
        assert!(vendor.model(id).is_some(), "{id} is not in the catalog");
    }
}

/// Checks what each sample of a refusal is taken for. A sample begins with `want:`, the kinds that
/// are right with `|` between them, and the wait in milliseconds where the reply states one; then
/// `source:`, `status:`, headers a line each, a blank line, and the body.
///
/// # Panics
/// If there is no sample, one is written otherwise, or one is taken for something else.
pub fn check_refusals(vendor: &Vendor, package: &str) {
    let folder = Path::new(package).join("tests/wire/errors");
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("readable").path())
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "{folder:?} has no sample");
    let mut wrong = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let text = std::fs::read_to_string(&path).expect("UTF-8");
        if let Err(problem) = check_refusal(vendor, &text) {
            wrong.push(format!("{name}: {problem}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn check_refusal(vendor: &Vendor, text: &str) -> Result<(), String> {
    let (head, body) = text.split_once("\n\n").ok_or("no blank line")?;
    let mut lines = head.lines().map(|line| line.split_once(": "));
    let mut next = |name: &str| match lines.next() {
        Some(Some((found, value))) if found == name => Ok(value),
        _ => Err(format!("no `{name}:` where it belongs")),
    };
    let want = next("want")?;
    next("source")?;
    let status: u16 = next("status")?.parse().map_err(|_| "no status")?;
    let headers: Vec<(String, String)> = lines
        .map(|line| line.map(|(name, value)| (name.to_owned(), value.to_owned())))
        .collect::<Option<_>>()
        .ok_or("no header")?;
    let headers: &Headers = &headers;
    let failure = (vendor.wires[0].classify)(vendor, status, headers, body, NOW_MS);
    let (kind, _, _, wait) = summary(&failure);
    let (kinds, wanted) = want.split_once(' ').map_or((want, None), |(kinds, wait)| {
        (kinds, Some(wait.parse::<u64>().expect("milliseconds")))
    });
    assert!(kinds.split('|').all(is_kind), "{kinds}");
    if !kinds.split('|').any(|wanted| wanted == kind) {
        return Err(format!("{kind}, not {kinds}: {}", failure.message));
    }
    if wanted.is_some() && wait != wanted {
        return Err(format!("a wait of {wait:?}, not {wanted:?}"));
    }
    Ok(())
}

/// Whether a name is that of a kind.
fn is_kind(name: &str) -> bool {
    const KINDS: [FailureKind; 16] = [
        FailureKind::Auth,
        FailureKind::Permission,
        FailureKind::Billing,
        FailureKind::RateLimit,
        FailureKind::Overloaded,
        FailureKind::Timeout,
        FailureKind::Network,
        FailureKind::Server,
        FailureKind::ContextOverflow,
        FailureKind::ModelNotFound,
        FailureKind::BadRequest,
        FailureKind::ContentFilter,
        FailureKind::Format,
        FailureKind::Replay,
        FailureKind::Unsupported,
        FailureKind::Other,
    ];
    KINDS.iter().any(|kind| format!("{kind:?}") == name)
}
