//! Files that are refused, each with its place, and nothing changed.

use serde_json::json;

use super::{INDEX, Signer, facts, home, opus};

#[test]
fn a_file_is_taken_only_from_whom_you_trust() {
    let world = home();
    let (signer, other) = (Signer::new(), Signer::new());
    let text = facts("2026-12-01", "anthropic", json!([opus(1.0)])).to_string();
    world.write("plain.json", &text);
    signer.write(&world, "c.json", &text);
    let refused = |arguments: &str, why: &str| {
        let output = world.openclaw(arguments);
        assert!(output.failed().contains(why), "{arguments}: {output}");
        assert!(
            world.files().iter().all(|name| !name.contains("/catalog/")),
            "{:?}",
            world.files()
        );
    };
    refused(
        "models update --from plain.json",
        "plain.json is not signed",
    );
    refused("models update --from c.json", "which you do not trust");
    let theirs = other.key();
    refused(
        &format!("models update --from c.json --key {theirs} --yes"),
        "signed with the key",
    );
    refused(
        &format!("models update --from plain.json --key {theirs}"),
        "is not signed",
    );
    refused("models update --from none.json", "there is no such file");
    refused(
        "models update --from c.json --signature none.minisig",
        "there is no such file",
    );
    refused(
        "models update --from http://192.0.2.1/c.json",
        "only https is taken",
    );
    refused("models update", "no facts are named");
    // The file was changed after it was signed; then its signature.
    world.write("c.json", text.replace("25", "26"));
    let key = signer.key();
    refused(
        &format!("models update --from c.json --key {key}"),
        "the signature does not fit",
    );
    signer.write(&world, "c.json", &text);
    let signature = world.read("c.json.minisig").unwrap();
    world.write("c.json.minisig", signature.replace("made for", "made of"));
    refused(
        &format!("models update --from c.json --key {key}"),
        "the signature does not fit",
    );
    world.write("c.json.minisig", &signature[..signature.len() / 2]);
    refused(
        &format!("models update --from c.json --key {key}"),
        "not a signature of minisign",
    );
    world.write("c.json.minisig", &signature);
    let once = world.openclaw(&format!("models update --from c.json --key {key}"));
    assert!(once.stderr.contains("was used this once"), "{once}");
    assert!(world.read(INDEX).is_some());
}

#[test]
fn a_malformed_file_is_refused_with_its_place() {
    let world = home();
    let of = |models: &str| {
        format!(
            "{{\"format\":\"openclaw-catalog\",\"version\":1,\"date\":\"2026-12-01\",\n\"providers\":{{\"anthropic\":{{\"models\":[\n{models}\n]}}}}}}"
        )
    };
    let good = of(r#"{"id":"a"}"#);
    let long = format!(r#"{{"id":"{}"}}"#, "a".repeat(600));
    let cases = [
        (String::new(), "c.json:1:0: not JSON"),
        ("[]".to_owned(), "c.json:1:1: the file is an array"),
        (good[..good.len() - 3].to_owned(), "not JSON: EOF"),
        (
            good.replace("openclaw-catalog", "other"),
            "c.json:1:11: `format`",
        ),
        (
            good.replace("\"version\":1", "\"version\":2"),
            "a newer release",
        ),
        (good.replace("\"version\":1,", ""), "`version` is missing"),
        (
            good.replace("2026-12-01", "2026-13-01"),
            "`date` is a string",
        ),
        (good.replace("2026-12-01", "2027-12-01"), "dated 2027-12-01"),
        (
            good.replace("\"anthropic\"", "\"Anthropic\""),
            "is no id of a provider",
        ),
        (
            good.replace(
                "\"providers\":{",
                "\"providers\":{\"anthropic\":{\"models\":[]},",
            ),
            "\"anthropic\" is there twice",
        ),
        (
            of(r#"{"id":"a"},{"id":"a"}"#),
            "c.json:3:12: `a` of `anthropic` is there twice",
        ),
        (
            of(r#"{"id":"a","id":"b"}"#),
            "c.json:3:11: \"id\" is there twice",
        ),
        (
            of(r#"{"name":"a"}"#),
            "`id` is missing in `providers.anthropic.models[0]`",
        ),
        (
            of(r#"{"id":"a","cost":{"input":-1}}"#),
            "c.json:3:27: `providers.anthropic.models[0].cost.input` is -1",
        ),
        (
            of(r#"{"id":"a","cost":{"input":NaN}}"#),
            "c.json:3:27: not JSON",
        ),
        (of(r#"{"id":"a","cost":{"input":1e999}}"#), "c.json:3:"),
        (
            of(r#"{"id":"a","cost":{"input":1e7}}"#),
            "from 0 to 1000000",
        ),
        (
            of(r#"{"id":"a","cost":{"input":"1"}}"#),
            "is a string, where a number",
        ),
        (
            of(r#"{"id":"a","contextWindow":0}"#),
            "a whole number above 0",
        ),
        (
            of(r#"{"id":"a","contextWindow":1.5}"#),
            "a whole number above 0",
        ),
        (of(r#"{"id":"a","retires":"soon"}"#), "a day such as"),
        (of("{\"id\":\"a\\u001b[31m\"}"), "control characters"),
        (of(&long), "longer than 512 bytes"),
        (of(r#"{"id":" "}"#), "is blank"),
        (
            of(r#"{"id":"a","cost":{"tiers":[{"aboveInputTokens":5},{"aboveInputTokens":5}]}}"#),
            "not above the one before",
        ),
        (
            format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)),
            "levels of nesting",
        ),
    ];
    for (text, why) in cases {
        world.write("c.json", &text);
        let output = world.openclaw("models update --from c.json --allow-unsigned");
        assert!(output.failed().contains(why), "{why}: {output}");
        assert_eq!(world.read(INDEX), None, "{why}");
    }
    let bytes = [b"{\"format\":\"".as_slice(), b"\xff\xfe\"}"].concat();
    world.write("c.json", bytes);
    let output = world.openclaw("models update --from c.json --allow-unsigned");
    assert!(output.failed().contains("not UTF-8"), "{output}");
    world.write("c.json", vec![b' '; (16 << 20) + 1]);
    let output = world.openclaw("models update --from c.json --allow-unsigned");
    assert!(
        output.failed().contains("more than 16777216 bytes"),
        "{output}"
    );
}

#[test]
fn older_facts_are_refused_unless_they_are_wanted() {
    let world = home();
    for (name, date) in [("new.json", "2026-12-10"), ("old.json", "2026-12-01")] {
        world.write(
            name,
            facts(date, "anthropic", json!([{ "id": date }])).to_string(),
        );
    }
    world
        .openclaw("models update --from new.json --allow-unsigned")
        .done();
    let before = world.read(INDEX);
    let refused = world.openclaw("models update --from old.json --allow-unsigned");
    assert!(
        refused
            .failed()
            .contains("old.json is of 2026-12-01, and the facts in use are of 2026-12-10"),
        "{refused}"
    );
    assert_eq!(world.read(INDEX), before);
    world
        .openclaw("models update --from old.json --allow-unsigned --allow-older")
        .done();
    assert_eq!(super::ids(&world, "anthropic"), ["2026-12-01"]);
    // The same facts again are not their own predecessor.
    world
        .openclaw("models update --from old.json --allow-unsigned")
        .done();
    world.openclaw("models update --rollback").done();
    assert_eq!(super::ids(&world, "anthropic"), ["2026-12-10"]);
}
