//! The whole translation against wire samples. Each sample under `tests/wire/` is used: a file
//! that no table names fails a test.

mod decoding;
mod encoding;
mod failures;

use std::path::{Path, PathBuf};

use openclaw_sdk::facts::Catalog;

use super::Habits;
use crate::vendor::Vendor;
use crate::{openai_chat, openai_responses};

/// A vendor with OpenAI's habits and some of its models.
pub(super) static OPENAI: Vendor = Vendor {
    name: "OpenAI",
    base: "https://api.openai.com/v1",
    wires: &[&openai_responses::WIRE, &openai_chat::WIRE],
    models: Catalog::new(
        "gpt-4-turbo\t\t128000\t\t\t\t\t\t\t\t\tretired\n\
         gpt-4o\t\t\t16384\n\
         gpt-5.2\t\t400000\t\t\t\t+\n",
    ),
    openai: Habits {
        takes_all: true,
        stores_answers: true,
        max_completion_tokens: true,
        ..Habits::COMPATIBLE
    },
    realm: "openai",
    ..Vendor::DEFAULT
};

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
