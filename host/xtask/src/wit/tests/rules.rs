//! The rules of versioning: what stays as it was released.

use super::{RELEASED, are, compared, lines, package};
use crate::wit::compare::Comparison;

#[test]
fn fields_stay() {
    are(
        false,
        &[
            (
                "kind: string, status",
                "kind: string, code: string, status",
                &["Break types.failure.code: field added"],
            ),
            (
                "detail: json }",
                "detail: json, more: option<string> }",
                &["Break types.failure.more: field added"],
            ),
            (
                "kind: string, status: option<u16>",
                "kind: string",
                &["Break types.failure.status: field removed"],
            ),
            (
                "status: option<u16>",
                "status: option<u32>",
                &["Break types.failure.status: field was `option<u16>`, is `option<u32>`"],
            ),
            (
                "detail: json",
                "detail: list<json>",
                &["Break types.failure.detail: field was `types.json`, is `list<types.json>`"],
            ),
            (
                "flags rights { read, write }",
                "flags rights { read, write, admin }",
                &["Break types.rights.admin: flag added"],
            ),
        ],
    );
}

#[test]
fn cases_stay() {
    are(
        false,
        &[
            (
                "nothing }",
                "nothing, other(json) }",
                &["Break types.content.other: case added"],
            ),
            (
                "text(string), ",
                "",
                &["Break types.content.text: case removed"],
            ),
            (
                "nothing }",
                "nothing(u8) }",
                &["Break types.content.nothing: case was nothing, is `u8`"],
            ),
            (
                "text(string)",
                "text",
                &["Break types.content.text: case was `string`, is nothing"],
            ),
            (
                "failed(failure)",
                "failed(result<_, failure>)",
                &[
                    "Break types.content.failed: case was `types.failure`, is `result<_, types.failure>`",
                ],
            ),
            (
                "enum encoding { raw, base64 }",
                "enum encoding { raw, base64, hex }",
                &["Break types.encoding.hex: case added"],
            ),
            (
                "enum encoding { raw, base64 }",
                "enum encoding { raw }",
                &["Break types.encoding.base64: case removed"],
            ),
        ],
    );
}

#[test]
fn parameters_and_results_stay_on_either_side() {
    are(
        false,
        &[
            (
                "seed: u64)",
                "seed: u64, top: f32)",
                &["Break chat.start.top: parameter added"],
            ),
            (
                "url: string, how: encoding",
                "url: string",
                &["Break http.send.how: parameter removed"],
            ),
            (
                "seed: u64",
                "seed: option<u64>",
                &["Break chat.start.seed: parameter was `u64`, is `option<u64>`"],
            ),
            (
                "max: u32",
                "max: u64",
                &["Break http.body.read.max: parameter was `u32`, is `u64`"],
            ),
            (
                "of: borrow<opened>",
                "of: opened",
                &["Break chat.stop.of: parameter was `borrow<http.body>`, is `http.body`"],
            ),
            (
                "result<body, failure>",
                "result<body>",
                &[
                    "Break http.send: result was `result<http.body, types.failure>`, \
                   is `result<http.body, _>`",
                ],
            ),
            (
                "next: func() -> option<list<content>>",
                "next: func() -> option<content>",
                &[
                    "Break chat.chat.next: result was `option<list<types.content>>`, \
                   is `option<types.content>`",
                ],
            ),
            (
                "of: borrow<opened>)",
                "of: borrow<opened>) -> bool",
                &["Break chat.stop: result was nothing, is `bool`"],
            ),
            (
                "read: func(max: u32)",
                "read: static func(max: u32)",
                &["Break http.body.read: was of kind method, is of kind static function"],
            ),
            (
                "start: func(",
                "start: async func(",
                &["Break chat.start: was of kind function, is of kind async function"],
            ),
        ],
    );
}

#[test]
fn order_stays() {
    are(
        false,
        &[
            (
                "kind: string, status: option<u16>",
                "status: option<u16>, kind: string",
                &["Break types.failure: order of the fields changed"],
            ),
            (
                "enum encoding { raw, base64 }",
                "enum encoding { base64, raw }",
                &["Break types.encoding: order of the cases changed"],
            ),
            (
                "text(string), failed(failure), nothing",
                "text(string), nothing, failed(failure)",
                &["Break types.content: order of the cases changed"],
            ),
            (
                "rights { read, write }",
                "rights { write, read }",
                &["Break types.rights: order of the flags changed"],
            ),
            (
                "url: string, how: encoding",
                "how: encoding, url: string",
                &["Break http.send: order of the parameters changed"],
            ),
        ],
    );
}

#[test]
fn names_stay() {
    are(
        false,
        &[
            (
                "detail: json",
                "details: json",
                &[
                    "Break types.failure.detail: field removed",
                    "Break types.failure.details: field added",
                ],
            ),
            (
                "start: func(model",
                "start: func(name",
                &[
                    "Break chat.start.model: parameter removed",
                    "Break chat.start.name: parameter added",
                ],
            ),
            (
                "flags rights",
                "flags permissions",
                &[
                    "Date types.permissions: new flags, since 0.1.0, which is not after 0.1.0",
                    "Break types.rights: type removed",
                ],
            ),
            (
                "send: func",
                "fetch: func",
                &[
                    "Date http.fetch: new function in a host interface, since 0.1.0, which is not \
                     after 0.1.0",
                    "Break http.send: function removed",
                ],
            ),
            (
                "type json = string",
                "type json = list<u8>",
                &["Break types.json: was `string`, is `list<u8>`"],
            ),
            (
                "enum encoding { raw, base64 }",
                "variant encoding { raw, base64 }",
                &["Break types.encoding: was of kind enum, is of kind variant"],
            ),
        ],
    );
}

#[test]
fn interfaces_stay_and_keep_their_side() {
    let lost = |from, to| lines(&compared(from, to));
    assert_eq!(
        lost("    @since(version = 0.1.0)\n    export chat;\n", ""),
        ["Break chat: exported by no world any more"]
    );
    assert_eq!(
        lost("export chat;", "import chat;"),
        [
            "Addition chat: imported by a world now",
            "Break chat: exported by no world any more"
        ]
    );
    // Nobody can tell a renamed interface from another one.
    let renamed = RELEASED
        .replace("interface chat {", "interface talk {")
        .replace("export chat;", "export talk;");
    let comparison = Comparison::of(&package(RELEASED), &package(&renamed)).expect("comparable");
    assert_eq!(
        lines(&comparison),
        [
            "Break chat: interface removed",
            "Date talk: new guest interface, since 0.1.0, which is not after 0.1.0"
        ]
    );
}
