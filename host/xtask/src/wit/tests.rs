//! A small package, and what is said of changes to it.

mod contract;
mod folders;
mod growth;
mod rules;
mod versions;

use wit_parser::Resolve;

use super::compare::Comparison;
use super::describe::Package;

/// One interface of each role, with one type of each kind.
const RELEASED: &str = include_str!("tests/released.wit");

/// Describes a package that is written in one text.
fn package(text: &str) -> Package {
    let mut contract = Resolve::default();
    let id = contract
        .push_str("test.wit", text)
        .unwrap_or_else(|error| panic!("{error:#}\n{text}"));
    Package::describe(&contract, id).expect("a package with a version")
}

/// Replaces what is there once.
fn replaced(text: &str, from: &str, to: &str) -> String {
    assert_eq!(text.matches(from).count(), 1, "once: {from}");
    text.replace(from, to)
}

/// Compares the released package with version 0.1.1 of it, in which `from` is `to`.
fn compared(from: &str, to: &str) -> Comparison {
    let new = replaced(RELEASED, "acme:tool@0.1.0", "acme:tool@0.1.1");
    let new = replaced(&new, from, to);
    Comparison::of(&package(RELEASED), &package(&new)).expect("the same package")
}

/// Returns the changes as lines: class, path, what.
fn lines(comparison: &Comparison) -> Vec<String> {
    let changes = comparison.changes.iter();
    changes
        .map(|change| format!("{:?} {}: {}", change.class, change.path, change.what))
        .collect()
}

/// Asserts that each change is exactly these differences, and whether it may be released.
#[track_caller]
fn are(allowed: bool, cases: &[(&str, &str, &[&str])]) {
    for (from, to, expected) in cases {
        let comparison = compared(from, to);
        assert_eq!(lines(&comparison), *expected, "{from} -> {to}");
        let problems = comparison.problems();
        assert_eq!(problems.is_empty(), allowed, "{from} -> {to}: {problems:?}");
    }
}
