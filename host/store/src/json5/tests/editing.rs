use crate::json5::{Editor, KeyPath};
use serde_json::{Value as Json, json};

fn path(path: &str) -> KeyPath {
    if path.is_empty() {
        KeyPath::default()
    } else {
        KeyPath::parse(path).expect("a path")
    }
}

#[track_caller]
fn set(text: &str, at: &str, value: Json, expected: &str) {
    let mut editor = Editor::new(text).expect("valid");
    editor.set(&path(at).0, &value).expect("fits");
    assert_eq!(editor.text(), expected);
}

#[track_caller]
fn remove(text: &str, at: &str, expected: &str) {
    let mut editor = Editor::new(text).expect("valid");
    editor.remove(&path(at).0).expect("fits");
    assert_eq!(editor.text(), expected);
}

#[track_caller]
fn refuse(text: &str, at: &str, expected: &str) {
    let mut editor = Editor::new(text).expect("valid");
    let error = editor
        .set(&path(at).0, &json!(1))
        .expect_err("does not fit");
    assert_eq!(error.to_string(), expected);
    assert_eq!(editor.text(), text);
}

#[test]
fn a_value_is_replaced_in_its_place() {
    set(
        "{ /* mine */ a : 'old' , }// end",
        "a",
        json!("new"),
        "{ /* mine */ a : 'new' , }// end",
    );
    set("{a: {b: [1, 2]}}", "a.b", json!(null), "{a: {b: null}}");
    set(
        "{\n\ta: 1,\n}\n",
        "a",
        json!({"b": [1]}),
        "{\n\ta: {\n\t\tb: [1]\n\t},\n}\n",
    );
}

#[test]
fn a_member_is_added_in_the_style_of_the_file() {
    set(
        "{}\n",
        "agents.defaults.model.primary",
        json!("x/y"),
        "{\n  \"agents\": {\n    \"defaults\": {\n      \"model\": {\n        \"primary\": \"x/y\"\n      }\n    }\n  }\n}\n",
    );
    set(
        "{\r\n    a: 'x', // first\r\n    // last words\r\n}\r\n",
        "b-c",
        json!("it's"),
        "{\r\n    a: 'x', // first\r\n    // last words\r\n    'b-c': 'it\\'s',\r\n}\r\n",
    );
    set(
        "{\n  a: 1 // one\n}",
        "b",
        json!(2),
        "{\n  a: 1, // one\n  b: 2\n}",
    );
    set(
        "\u{feff}{'a':1,'b':2}",
        "c",
        json!(3),
        "\u{feff}{'a':1,'b':2,'c':3}",
    );
    set(
        "{ a: 1, }",
        "b",
        json!({"c": []}),
        "{ a: 1, b: { c: [] }, }",
    );
    set(
        "{ a: {}, b: { /* none */ } }",
        "b.x",
        json!(1),
        "{ a: {}, b: { /* none */ x: 1 } }",
    );
    set(
        "{\n  // nothing yet\n}\n",
        "a",
        json!(true),
        "{\n  // nothing yet\n  \"a\": true\n}\n",
    );
}

#[test]
fn what_is_on_one_line_stays_on_one_line() {
    let long = "x".repeat(90);
    set(
        "{\n  model: { primary: 'a/b', fallbacks: ['c/d'] },\n}\n",
        "model.fallbacks[1]",
        json!(long),
        &format!("{{\n  model: {{ primary: 'a/b', fallbacks: ['c/d', '{long}'] }},\n}}\n"),
    );
    set(
        "{ a: 1 }\n",
        "b",
        json!(long),
        &format!("{{ a: 1, b: \"{long}\" }}\n"),
    );
    set(
        "{\"l\":[{\"id\":\"main\"}]}",
        "l[1]",
        json!({"id": "work", "dir": long}),
        &format!("{{\"l\":[{{\"id\":\"main\"}}, {{\"id\": \"work\", \"dir\": \"{long}\"}}]}}"),
    );
    // Many parts are easier to read on lines of their own.
    set(
        "{ a: 1 }\n",
        "b",
        json!({"c": long}),
        &format!("{{ a: 1,\n  b: {{\n    c: \"{long}\"\n  }}\n}}\n"),
    );
}

#[test]
fn what_is_added_looks_like_what_is_beside_it() {
    set(
        "{\n  models: {\n    'a/b': { alias: 'x' },\n    'c/d': {},\n  },\n}\n",
        "models[\"c/d\"].alias",
        json!("y"),
        "{\n  models: {\n    'a/b': { alias: 'x' },\n    'c/d': { alias: 'y' },\n  },\n}\n",
    );
    set(
        "{\n  list: [\n    {id: 'main'},\n  ],\n}\n",
        "list[1]",
        json!({"id": "work", "name": "Work"}),
        "{\n  list: [\n    {id: 'main'},\n    {id: 'work', name: 'Work'},\n  ],\n}\n",
    );
    set(
        "{\n  list: [\n    {\n      id: 'main',\n    },\n  ],\n}\n",
        "list[1]",
        json!({"id": "work"}),
        "{\n  list: [\n    {\n      id: 'main',\n    },\n    {\n      id: 'work'\n    },\n  ],\n}\n",
    );
    // A file that has its lists over several lines gets its new ones so.
    set(
        "{\n  \"a\": [\n    1\n  ]\n}\n",
        "b",
        json!(["x"]),
        "{\n  \"a\": [\n    1\n  ],\n  \"b\": [\n    \"x\"\n  ]\n}\n",
    );
}

#[test]
fn an_emptied_container_closes_up() {
    remove("{\n  a: {\n    b: 1,\n  },\n}\n", "a.b", "{\n  a: {},\n}\n");
    remove(
        "{\r\n\ta: [\r\n\t\t1\r\n\t]\r\n}",
        "a[0]",
        "{\r\n\ta: []\r\n}",
    );
    remove("{ a: 1 }", "a", "{}");
    remove(
        "{\n  a: {\n    b: 1, // why\n  },\n}\n",
        "a.b",
        "{\n  a: {\n    // why\n  },\n}\n",
    );
    set(
        "{\n  a: [\n    1,\n    2,\n  ],\n}\n",
        "a",
        json!([]),
        "{\n  a: [],\n}\n",
    );
}

#[test]
fn arrays_grow_and_shrink() {
    set(
        "{f: ['a', 'b']}",
        "f[2]",
        json!("c"),
        "{f: ['a', 'b', 'c']}",
    );
    set(
        "{\n  f: [\n    'a',\n  ],\n}",
        "f[1]",
        json!("b"),
        "{\n  f: [\n    'a',\n    'b',\n  ],\n}",
    );
    set("{\n  f: [],\n}", "f", json!(["b"]), "{\n  f: [\"b\"],\n}");
    set(
        "{\n  f: ['a', /* keep */ 'b', 'c'], // three\n}",
        "f",
        json!(["a", "c"]),
        "{\n  f: ['a', /* keep */ 'c'], // three\n}",
    );
    set("[1, 2, 3]", "", json!([3, 1, 2, 4]), "[3, 1, 2, 4]");
    remove(
        "[\n  'a', // first\n  'b' // second\n]",
        "[1]",
        "[\n  'a' // first\n  // second\n]",
    );
    remove("[1, 2]", "[0]", "[2]");
    remove("[1, 2]", "[1]", "[1]");
    remove("[1, 2]", "[2]", "[1, 2]");
    let mut editor = Editor::new("{f: null}").expect("valid");
    editor.push(&path("f").0, &json!(1)).expect("fits");
    assert_eq!(editor.text(), "{f: [1]}");
}

#[test]
fn a_removed_member_takes_its_line_but_no_comment() {
    remove(
        "{\n  // about a\n  a: 1,\n  b: 2,\n}\n",
        "a",
        "{\n  // about a\n  b: 2,\n}\n",
    );
    remove("{\r\n  a: 1,\r\n  b: 2\r\n}", "b", "{\r\n  a: 1\r\n}");
    remove("{ a: 1, b: 2 }", "b", "{ a: 1 }");
    remove("{ a: 1 /* c */, b: 2 }", "a", "{ /* c */ b: 2 }");
    remove("{a: 1, b: 2, a: 3}", "a", "{b: 2}");
    remove("{a: {b: 1}}", "x.y", "{a: {b: 1}}");
}

#[test]
fn setting_an_object_keeps_the_members_that_stay() {
    set(
        "{\n  m: {\n    // the good one\n    a: {x: 1},\n    b: {}, // the other\n  },\n}",
        "m",
        json!({"a": {"x": 2}, "c": 3}),
        "{\n  m: {\n    // the good one\n    a: {x: 2},\n    // the other\n    c: 3,\n  },\n}",
    );
}

#[test]
fn what_does_not_fit_is_refused_and_changes_nothing() {
    refuse(
        "{model: 'opus'}",
        "model.primary",
        "`model` is a string, so it has no `primary`",
    );
    refuse(
        "{list: [1]}",
        "list[3]",
        "`list` has 1 elements, so index 3 would leave a hole; the next is 1",
    );
    refuse(
        "{}",
        "list[1].id",
        "`list` has 0 elements, so index 1 would leave a hole; the next is 0",
    );
    refuse(
        "{list: []}",
        "list.id",
        "`list` is an array: expected an index, got `id`",
    );
}

#[test]
fn what_is_so_already_is_left_alone() {
    let mut editor = Editor::new("{a: 0x10, 'b': [1,]}").expect("valid");
    assert_eq!(
        editor.set(&path("").0, &json!({"b": [1], "a": 16})),
        Ok(false)
    );
    assert_eq!(editor.remove(&path("c").0), Ok(false));
}

/// A document of one line, as programs write them, is edited like another: what is looked at for each
/// part is what is around it, and not the whole line.
#[test]
fn a_long_document_of_one_line_is_edited() {
    let many: String = (0..4_000)
        .map(|at| format!("\"p{at}\":{{\"a\":[1,2],\"b\":{{\"c\":\"d\"}}}},"))
        .collect();
    let before = format!("{{{many}\"last\":1}}");
    let after = before.replace("\"last\":1", "\"last\":2");
    set(&before, "last", json!(2), &after);
}
