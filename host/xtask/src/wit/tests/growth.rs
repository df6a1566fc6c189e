//! The rules of versioning: what may be added after a release, what may not, and what is no change.

use super::{RELEASED, are, compared, lines, package, replaced};
use crate::wit::compare::Comparison;

#[test]
fn types_may_be_added_where_there_are_only_types() {
    let before = "    /// How it is written.\n";
    for (item, word) in [
        ("record pair { one: u8, other: failure }", "record"),
        ("variant either { one(u8), other }", "variant"),
        ("enum unit { bytes, pages }", "enum"),
        ("flags marks { bold }", "flags"),
        ("type pairs = list<tuple<string, json>>;", "type"),
    ] {
        let to = format!("/// New.\n@since(version = 0.1.1)\n{item}\n{before}");
        let comparison = compared(before, &to);
        let [line] = &lines(&comparison)[..] else {
            panic!("one change: {:?}", lines(&comparison));
        };
        assert!(line.starts_with("Addition types."), "{line}");
        assert!(line.ends_with(&format!(": new {word}")), "{line}");
        assert!(comparison.problems().is_empty());
    }
    // What somebody has to implement is not only a type.
    are(
        false,
        &[
            (
                before,
                "@since(version = 0.1.1)\nresource handle;\n",
                &[
                    "Break types.handle: new resource in an interface of types; it needs a new interface",
                ],
            ),
            (
                before,
                "@since(version = 0.1.1)\nparse: func(text: json) -> bool;\n",
                &[
                    "Break types.parse: new function in an interface of types; it needs a new interface",
                ],
            ),
        ],
    );
}

#[test]
fn host_interfaces_may_grow() {
    are(
        true,
        &[
            (
                "    /// Sends.\n",
                "@since(version = 0.1.1)\npeek: func(url: string) -> bool;\n",
                &["Addition http.peek: new function in a host interface"],
            ),
            (
                "        /// Reads.\n",
                "@since(version = 0.1.1)\nnext-frame: func() -> option<string>;\n",
                &["Addition http.body.next-frame: new method in a host interface"],
            ),
            (
                "        /// Reads.\n",
                "@since(version = 0.1.1)\nempty: static func() -> body;\n",
                &["Addition http.body.empty: new static function in a host interface"],
            ),
            (
                "        /// Reads.\n",
                "@since(version = 0.1.1)\nconstructor(text: string);\n",
                &["Addition http.body.constructor: new constructor in a host interface"],
            ),
            (
                "        /// Reads.\n",
                "@since(version = 0.1.1)\nconstructor();\n@since(version = 0.1.1)\n%constructor: func();\n",
                &[
                    "Addition http.body.constructor: new constructor in a host interface",
                    "Addition http.body.constructor: new method in a host interface",
                ],
            ),
            (
                "    /// Sends.\n",
                "@since(version = 0.1.1)\nrecord part { name: string }\n",
                &["Addition http.part: new record"],
            ),
            (
                "    /// Sends.\n",
                "@since(version = 0.1.1)\nresource form { add: func(name: string); }\n",
                &["Addition http.form: new resource"],
            ),
        ],
    );
    let grown = format!("{TIME}/// All of it.\n");
    let new = replaced(RELEASED, "acme:tool@0.1.0", "acme:tool@0.1.1");
    let new = replaced(&new, "/// All of it.\n", &grown);
    let new = replaced(
        &new,
        "    export chat;",
        "    import time;\n    export chat;",
    );
    let comparison = Comparison::of(&package(RELEASED), &package(&new)).expect("comparable");
    assert_eq!(lines(&comparison), ["Addition time: new host interface"]);
    assert!(comparison.problems().is_empty());
}

/// An interface that is new.
const TIME: &str = "/// Time.\n@since(version = 0.1.1)\ninterface time {\n\
    @since(version = 0.1.1)\nnow: func() -> u64;\n}\n";

#[test]
fn guest_interfaces_may_not_grow() {
    are(
        false,
        &[
            (
                "    /// Begins.\n",
                "@since(version = 0.1.1)\ncount: func(model: string) -> u64;\n",
                &["Break chat.count: new function in a guest interface; it needs a new interface"],
            ),
            (
                "        /// Waits.\n",
                "@since(version = 0.1.1)\ncancel: func();\n",
                &[
                    "Break chat.chat.cancel: new method in a guest interface; it needs a new interface",
                ],
            ),
            (
                "        /// Waits.\n",
                "@since(version = 0.1.1)\nresume: static func(id: string) -> chat;\n",
                &[
                    "Break chat.chat.resume: new static function in a guest interface; \
                   it needs a new interface",
                ],
            ),
            (
                "    /// Begins.\n",
                "@since(version = 0.1.1)\nrecord about { id: string }\n",
                &["Break chat.about: new record in a guest interface; \
                   it needs an interface of types, or a new one"],
            ),
            (
                "    /// Begins.\n",
                "@since(version = 0.1.1)\nresource batch;\n",
                &["Break chat.batch: new resource in a guest interface; \
                   it needs an interface of types, or a new one"],
            ),
        ],
    );
    // What guests implement from now on is closed already.
    let new = replaced(RELEASED, "acme:tool@0.1.0", "acme:tool@0.1.1");
    let new = replaced(
        &new,
        "    import http;",
        "    import http;\n    export http;",
    );
    let new = replaced(
        &new,
        "    /// Sends.\n",
        "@since(version = 0.1.1)\npeek: func() -> bool;\n",
    );
    let comparison = Comparison::of(&package(RELEASED), &package(&new)).expect("comparable");
    assert_eq!(
        lines(&comparison),
        [
            "Addition http: exported by a world now",
            "Break http.peek: new function in a guest interface; it needs a new interface"
        ]
    );
}

#[test]
fn guest_interfaces_may_be_added() {
    for export in ["    export time;\n    export chat;", "    export chat;"] {
        let new = replaced(RELEASED, "acme:tool@0.1.0", "acme:tool@0.1.1");
        let new = replaced(&new, "/// All of it.\n", &format!("{TIME}/// All of it.\n"));
        let new = replaced(&new, "    export chat;", export);
        let comparison = Comparison::of(&package(RELEASED), &package(&new)).expect("comparable");
        assert_eq!(lines(&comparison), ["Addition time: new guest interface"]);
        assert!(comparison.problems().is_empty());
    }
}

/// New words of a list, keys of a namespace and the meaning of a field are all in documentation:
/// structure tells nothing of them.
#[test]
fn words_are_no_structure() {
    are(
        true,
        &[
            ("`kind` is `busy`, or", "`kind` is `busy`, `gone`, or", &[]),
            (
                "/// Why it failed; ",
                "/// What else there is to say; ",
                &[],
            ),
            ("/// Sends.", "/// Sends, but only on Sundays.", &[]),
        ],
    );
}

#[test]
fn how_it_is_written_is_no_structure() {
    are(
        true,
        &[
            // Worlds are bundles for building, and names of `use` are nobody's.
            ("world tool {", "world other {", &[]),
            (
                "use http.{body as opened};",
                "use http.{body, body as opened};",
                &[],
            ),
            (
                "    export chat;",
                "    export chat;\n}\n/// Less.\n@since(version = 0.1.1)\nworld part {\nexport chat;",
                &[],
            ),
            ("of: borrow<opened>", "%of: borrow<opened>", &[]),
            // What is unstable is not released.
            (
                "    /// Begins.\n",
                "@unstable(feature = more)\ncount: func() -> u64;\n",
                &[],
            ),
        ],
    );
}
