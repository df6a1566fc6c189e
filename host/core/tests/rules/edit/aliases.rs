//! Aliases.

use super::*;

#[test]
fn the_first_alias_forbids_nothing() {
    let change = add_alias(&settings(), "fast", &model("x/y")).unwrap();
    check(&change, &["models * = {}", r#"models x/y alias = "fast""#]);
    assert_eq!(change.notes, []);
}

#[test]
fn an_alias_moves_from_the_model_that_had_it() {
    let settings = Settings {
        models: entries(&[("a/one", Some("Fast")), ("anthropic/claude-opus-4-5", None)]),
        ..settings()
    };
    check(
        &add_alias(&settings, "fast", &model("b/two")).unwrap(),
        &[
            "models a/one alias removed",
            "models b/two = {}",
            r#"models b/two alias = "fast""#,
        ],
    );
    check(
        &add_alias(&settings, "opus", &model("a/one")).unwrap(),
        &[
            r#"models anthropic/claude-opus-4-5 alias = """#,
            r#"models a/one alias = "opus""#,
        ],
    );
    check(&add_alias(&settings, "Fast", &model("a/one")).unwrap(), &[]);
}

#[test]
fn a_removed_built_in_alias_stays_removed() {
    let settings = Settings {
        models: entries(&[("a/one", Some("Fast")), ("anthropic/claude-opus-4-5", None)]),
        ..settings()
    };
    check(
        &remove_alias(&settings, "FAST").unwrap(),
        &["models a/one alias removed"],
    );
    check(
        &remove_alias(&settings, "opus").unwrap(),
        &[r#"models anthropic/claude-opus-4-5 alias = """#],
    );
    assert_eq!(
        remove_alias(&settings, "x").unwrap_err().to_string(),
        "Alias not found: x"
    );
}
