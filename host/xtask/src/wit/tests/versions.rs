//! The rules of versioning: dates, and which version a difference needs.

use super::{RELEASED, are, lines, package, replaced};
use crate::wit::compare::Comparison;
use crate::wit::report;

#[test]
fn what_is_new_is_dated_after_the_release() {
    are(
        false,
        &[
            (
                "    /// How it is written.\n",
                "@since(version = 0.1.0)\nrecord old { one: u8 }\n",
                &["Date types.old: new record, since 0.1.0, which is not after 0.1.0"],
            ),
            (
                "    /// How it is written.\n",
                "record undated { one: u8 }\n",
                &["Date types.undated: new record, without `@since`"],
            ),
            // A method is as old as its resource unless it says otherwise.
            (
                "        /// Reads.\n",
                "size: func() -> u64;\n",
                &[
                    "Date http.body.size: new method in a host interface, since 0.1.0, \
                   which is not after 0.1.0",
                ],
            ),
            (
                "    /// Sends.\n",
                "@since(version = 0.1.1)\nresource form {\n@since(version = 0.1.0)\nadd: func();\n}\n",
                &[
                    "Addition http.form: new resource",
                    "Date http.form.add: new, since 0.1.0, which is not after 0.1.0",
                ],
            ),
            (
                "/// All of it.\n",
                "@since(version = 0.1.1)\ninterface more {\ntype id = string;\n}\n",
                &[
                    "Addition more: new interface of types",
                    "Date more.id: new, without `@since`",
                ],
            ),
            // What was released keeps its date.
            (
                "    @since(version = 0.1.0)\n    enum",
                "    @since(version = 0.1.1)\n    enum",
                &["Date types.encoding: `@since` was `0.1.0`, is `0.1.1`"],
            ),
        ],
    );
}

#[test]
fn a_break_is_announced_by_a_later_track_only() {
    let text = |version: &str| {
        let text = replaced(RELEASED, "@0.1.0;", &format!("@{version};"));
        replaced(&text, "enum encoding { raw, ", "enum encoding { ")
    };
    let compare = |old: &str, version: &str| {
        Comparison::of(&package(old), &package(&text(version))).expect("comparable")
    };
    for version in ["0.1.0", "0.1.1", "0.1.99"] {
        let problems = compare(RELEASED, version).problems();
        assert_eq!(
            problems,
            [format!(
                "what 0.1.0 promised is broken in 1 place, and version {version} does not announce \
                 it: undo that, or release it as 0.2.0"
            )]
        );
    }
    for version in ["0.2.0", "0.7.3", "1.0.0"] {
        let comparison = compare(RELEASED, version);
        assert!(comparison.problems().is_empty(), "{version}");
        assert_eq!(
            report::text(&comparison),
            format!(
                "acme:tool 0.1.0 -> {version}\n  break     types.encoding.raw  case removed\n\
                 1 break, announced by version {version}"
            )
        );
    }
    // Going back announces nothing, and from 1.0 on another minor version does not either.
    let later = replaced(RELEASED, "@0.1.0;", "@0.2.0;");
    assert_eq!(compare(&later, "0.1.5").problems().len(), 1);
    let stable = replaced(RELEASED, "@0.1.0;", "@1.0.0;");
    assert_eq!(compare(&stable, "1.1.0").problems().len(), 1);
    assert!(compare(&stable, "2.0.0").problems().is_empty());
}

#[test]
fn a_difference_needs_another_version() {
    let new = replaced(
        RELEASED,
        "    export chat;",
        "    export chat;\n    export http;",
    );
    let comparison = Comparison::of(&package(RELEASED), &package(&new)).expect("comparable");
    assert_eq!(
        lines(&comparison),
        ["Addition http: exported by a world now"]
    );
    assert_eq!(
        comparison.problems(),
        ["0.1.0 is released and never changes, so 0.1.0 cannot be the version of this package"]
    );
    let same = Comparison::of(&package(RELEASED), &package(RELEASED)).expect("comparable");
    assert!(same.problems().is_empty() && same.changes.is_empty());
    let other = replaced(RELEASED, "acme:tool", "acme:other");
    assert!(Comparison::of(&package(RELEASED), &package(&other)).is_err());
}
