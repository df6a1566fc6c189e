//! Random documents, random edits: the tree changes as asked, the text nowhere else.

use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

use crate::store::json5::{Editor, Node, Segment, Value, parse};

/// A small generator; proptest gives the seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % sides
    }

    fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.roll(choices.len())]
    }
}

struct Writer {
    dice: Dice,
    text: String,
    newline: &'static str,
    comments: usize,
}

impl Writer {
    fn trivia(&mut self) {
        for _ in 0..self.dice.roll(3) {
            match self.dice.roll(7) {
                0 => {
                    self.comments += 1;
                    self.text.push_str(&format!(
                        "// <{}> , ] }} ' \"{}",
                        self.comments, self.newline
                    ));
                }
                1 => {
                    self.comments += 1;
                    self.text
                        .push_str(&format!("/* <{}> ,{} */", self.comments, self.newline));
                }
                2 => {
                    self.comments += 1;
                    self.text.push_str(&format!("/*<{}>*/", self.comments));
                }
                3 => self.text.push_str(self.newline),
                4 => self
                    .text
                    .push_str(self.dice.pick(&["\t", "\u{a0}", "\u{2028}", "    "])),
                _ => self.text.push(' '),
            }
        }
    }

    fn value(&mut self, depth: usize) {
        match self.dice.roll(if depth > 3 { 3 } else { 6 }) {
            0 => self.text.push_str(self.dice.pick(&[
                "null",
                "true",
                "false",
                "0",
                "-1",
                "0x1F",
                ".5",
                "5.",
                "1e3",
                "+Infinity",
                "NaN",
            ])),
            1 | 2 => self.text.push_str(self.dice.pick(&[
                "'it\\'s'",
                "\"a\"",
                "''",
                "'\"'",
                "'a\\\nb'",
                "\"\\u0041${X}\"",
                "'é😀'",
            ])),
            3 => self.container('[', ']', depth),
            _ => self.container('{', '}', depth),
        }
    }

    fn container(&mut self, open: char, close: char, depth: usize) {
        self.text.push(open);
        let count = self.dice.roll(5);
        for place in 0..count {
            self.trivia();
            if open == '{' {
                self.text.push_str(self.dice.pick(&[
                    "a", "'a'", "b", "\"b\"", "c", "$d", "'e f'", "\"0\"", "\\u0067",
                ]));
                self.trivia();
                self.text.push(':');
                self.trivia();
            }
            self.value(depth + 1);
            self.trivia();
            if place + 1 < count || self.dice.roll(3) == 0 {
                self.text.push(',');
            }
        }
        self.trivia();
        self.text.push(close);
    }
}

fn document(seed: u64) -> (String, Dice) {
    let mut dice = Dice(seed | 1);
    dice.roll(2);
    let newline = ["\n", "\r\n"][dice.roll(2)];
    let mut writer = Writer {
        dice,
        text: String::new(),
        newline,
        comments: 0,
    };
    if writer.dice.roll(8) == 0 {
        writer.text.push('\u{feff}');
    }
    writer.trivia();
    writer.container('{', '}', 0);
    writer.trivia();
    (writer.text, writer.dice)
}

/// Walks down at random, and sometimes one or two steps further than there is.
fn place(root: &Node, dice: &mut Dice) -> Vec<Segment> {
    let mut path = Vec::new();
    let mut node = root;
    loop {
        let step = match &node.value {
            Value::Object(_) => Segment::Key(
                dice.pick(&["a", "b", "c", "e f", "0", "new", "x-y"])
                    .to_owned(),
            ),
            Value::Array(elements) => Segment::Index(dice.roll(elements.len() + 1)),
            _ => return path,
        };
        if path.len() > 1 && dice.roll(4) == 0 {
            return path;
        }
        path.push(step);
        match node.at(&path[path.len() - 1..]) {
            Some(next) => node = next,
            None => {
                if dice.roll(2) == 0 {
                    path.push(Segment::Key("deep".to_owned()));
                }
                return path;
            }
        }
    }
}

fn fresh(dice: &mut Dice) -> Json {
    [
        json!("new"),
        json!(1),
        json!(null),
        json!([]),
        json!({}),
        json!(["a", 1]),
        json!([1, 2, 3, 4, 5]),
        json!({"a": 1, "z": {"y": ["it's", "\"q\"\n"]}}),
        json!({"b": {}, "a": "x".repeat(80)}),
    ][dice.roll(9)]
    .clone()
}

/// The edit on the plain tree. Whether keys are in the same order is not compared.
fn set_plain(target: &mut Json, path: &[Segment], value: &Json) {
    let Some((step, below)) = path.split_first() else {
        *target = value.clone();
        return;
    };
    if target.is_null() {
        *target = if matches!(step, Segment::Index(_)) {
            json!([])
        } else {
            Json::Object(Map::new())
        };
    }
    let next = match (target, step) {
        (Json::Object(map), _) => map.entry(step.key()).or_insert(Json::Null),
        (Json::Array(items), Segment::Index(index)) => {
            if *index == items.len() {
                items.push(Json::Null);
            }
            &mut items[*index]
        }
        _ => panic!("the editor refuses this"),
    };
    set_plain(next, below, value);
}

fn remove_plain(target: &mut Json, path: &[Segment]) {
    let (last, above) = path.split_last().expect("not the root");
    let mut node = target;
    for step in above {
        let next = match node {
            Json::Object(map) => map.get_mut(&step.key()),
            Json::Array(items) => step.index().and_then(|index| items.get_mut(index)),
            _ => None,
        };
        let Some(next) = next else { return };
        node = next;
    }
    match (node, last) {
        (Json::Object(map), _) => {
            map.shift_remove(&last.key());
        }
        (Json::Array(items), Segment::Index(index)) if *index < items.len() => {
            items.remove(*index);
        }
        _ => {}
    }
}

fn comments(text: &str) -> Vec<&str> {
    text.split('<')
        .skip(1)
        .filter_map(|rest| rest.split_once('>'))
        .map(|(id, _)| id)
        .collect()
}

/// Whether `short` is what is left of `long` after cutting bytes.
fn is_cut_from(short: &str, long: &str) -> bool {
    let mut long = long.chars();
    short.chars().all(|wanted| long.any(|have| have == wanted))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_set_changes_the_tree_as_asked_and_the_text_nowhere_else(seed: u64) {
        let (text, mut dice) = document(seed);
        let root = parse(&text).expect(&text);
        let path = place(&root, &mut dice);
        let value = fresh(&mut dice);
        let mut editor = Editor::new(text.as_str()).expect("parsed once");
        let changed = match editor.set(&path, &value) {
            Ok(changed) => changed,
            Err(_) => {
                prop_assert_eq!(editor.text(), text.as_str());
                return Ok(());
            }
        };
        let mut expected = root.to_json();
        set_plain(&mut expected, &path, &value);
        prop_assert_eq!(editor.root().to_json(), expected, "{}\n=>\n{}", &text, editor.text());
        prop_assert_eq!(&parse(editor.text()).expect("valid"), editor.root());
        match root.at(&path) {
            Some(old) if old.to_json() == value => {
                prop_assert!(!changed && editor.text() == text);
            }
            // Inside the old value anything may change; outside, nothing.
            Some(old) => {
                prop_assert!(editor.text().starts_with(&text[..old.span.start]));
                prop_assert!(editor.text().ends_with(&text[old.span.end..]));
            }
            None if (0..path.len()).rev().find_map(|steps| root.at(&path[..steps])).is_some_and(|node| node.value == Value::Null) => {}
            None => {
                let blank = |text: &str| text.replace([' ', '\t', '\r', '\n'], "");
                prop_assert!(is_cut_from(&blank(&text), &blank(editor.text())));
                prop_assert_eq!(comments(&text), comments(editor.text()));
            }
        }
    }

    #[test]
    fn a_removal_only_cuts_and_keeps_the_comments_around(seed: u64) {
        let (text, mut dice) = document(seed);
        let root = parse(&text).expect(&text);
        let path = place(&root, &mut dice);
        if path.is_empty() {
            return Ok(());
        }
        let mut editor = Editor::new(text.as_str()).expect("parsed once");
        let changed = editor.remove(&path).expect("removal fits everywhere");
        prop_assert_eq!(changed, root.at(&path).is_some());
        let mut expected = root.to_json();
        remove_plain(&mut expected, &path);
        prop_assert_eq!(editor.root().to_json(), expected, "{}\n=>\n{}", &text, editor.text());
        prop_assert!(is_cut_from(editor.text(), &text));
        let left = comments(editor.text());
        let above = root.at(&path[..path.len() - 1]);
        let lost = match above.map(|node| &node.value) {
            Some(Value::Object(members)) => members
                .iter()
                .filter(|member| path.last().is_some_and(|last| last.key() == member.key))
                .flat_map(|member| comments(&text[member.key_span.start..member.value.span.end]))
                .collect(),
            _ => root.at(&path).map(|node| comments(&text[node.span.start..node.span.end])).unwrap_or_default(),
        };
        for comment in comments(&text) {
            prop_assert!(left.contains(&comment) != lost.contains(&comment));
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "[\\[\\]{}a:'\"\\\\,/*0x.eE+\n\r\u{2028}é -]{0,40}") {
        if let Ok(root) = parse(&text) {
            prop_assert!(root.span.end <= text.len());
        }
    }
}
