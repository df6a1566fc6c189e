//! The whole translation against wire samples. Each sample under `tests/wire/` is used: a file
//! that no table names fails a test.

mod decoding;
mod encoding;
mod failures;
mod manifest;

use std::path::{Path, PathBuf};

/// Returns the names of the samples in a folder, sorted.
fn samples(folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(wire(folder)).expect("the folder is in the package");
    let mut names: Vec<_> = entries
        .map(|entry| {
            entry
                .expect("readable")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

/// Returns the text of a sample.
fn sample(name: &str) -> String {
    std::fs::read_to_string(wire(name)).expect("the sample is in the package")
}

fn wire(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/wire")
        .join(name)
}
