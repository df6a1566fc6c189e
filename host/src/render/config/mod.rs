//! The replies of `openclaw config`.

pub mod get;
pub mod list;
pub mod path;
pub mod schema;
pub mod set;
pub mod unset;
pub mod validate;

use openclaw_store::json5::KeyPath;

/// Returns the remark that something was masked.
fn masked(paths: &[KeyPath]) -> Option<String> {
    let names: Vec<String> = paths
        .iter()
        .map(|path| format!("`{}`", path.written()))
        .collect();
    match names.as_slice() {
        [] => None,
        [one] => Some(format!("{one} is a secret and was masked")),
        several => Some(format!(
            "{} secrets were masked: {}",
            several.len(),
            several.join(", ")
        )),
    }
}
