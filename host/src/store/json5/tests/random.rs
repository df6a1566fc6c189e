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

/// How a random document is laid out.
#[derive(Clone, Copy, PartialEq)]
enum Layout {
    /// Anything between any two words.
    Wild,
    /// As a person writes: an item a line with its comments, or a container on one line.
    Tidy,
}

struct Writer {
    dice: Dice,
    text: String,
    newline: &'static str,
    unit: &'static str,
    layout: Layout,
    comments: usize,
}

impl Writer {
    fn trivia(&mut self) {
        if self.layout == Layout::Tidy {
            return;
        }
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
            1 | 2 => {
                let string = self.dice.pick(&[
                    "'it\\'s'",
                    "\"a\"",
                    "''",
                    "'\"'",
                    "'a\\\nb'",
                    "\"\\u0041${X}\"",
                    "'\\x41\\u00e9\\\n\\0'",
                    "'é😀'",
                    "'<x> // no comment /* nor this */'",
                ]);
                self.text.push_str(&string.replace('\n', self.newline));
            }
            3 => self.container('[', ']', depth),
            _ => self.container('{', '}', depth),
        }
    }

    fn key(&mut self) {
        self.text.push_str(self.dice.pick(&[
            "a",
            "'a'",
            "b",
            "\"b\"",
            "c",
            "$d",
            "'e f'",
            "\"0\"",
            "\\u0067",
            "'x\\u002dy'",
            "\"p/m-1.5\"",
        ]));
    }

    fn container(&mut self, open: char, close: char, depth: usize) {
        self.text.push(open);
        let count = self.dice.roll(5);
        if self.layout == Layout::Tidy {
            self.tidy(open, count, depth);
        } else {
            self.wild(open, count, depth);
        }
        self.text.push(close);
    }

    fn wild(&mut self, open: char, count: usize, depth: usize) {
        for place in 0..count {
            self.trivia();
            if open == '{' {
                self.key();
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
    }

    fn tidy(&mut self, open: char, count: usize, depth: usize) {
        let one_line = depth > 1 || self.dice.roll(3) == 0;
        let line = |depth: usize| format!("{}{}", self.newline, self.unit.repeat(depth));
        let (inner, outer) = (line(depth + 1), line(depth));
        for place in 0..count {
            if !one_line && self.dice.roll(4) == 0 {
                self.comments += 1;
                self.text
                    .push_str(&format!("{inner}// <{}>", self.comments));
            }
            match (one_line, place, open) {
                (false, ..) => self.text.push_str(&inner),
                (true, 0, '[') => {}
                _ => self.text.push(' '),
            }
            if open == '{' {
                self.key();
                self.text.push_str(": ");
            }
            // What is in a container on one line is on that line.
            self.value(if one_line {
                depth.max(1) + 1
            } else {
                depth + 1
            });
            if place + 1 < count || !one_line && self.dice.roll(2) == 0 {
                self.text.push(',');
            }
            if !one_line && self.dice.roll(4) == 0 {
                self.comments += 1;
                self.text.push_str(&format!(" // <{}> , ]", self.comments));
            }
        }
        match (one_line, count, open) {
            (_, 0, _) | (true, _, '[') => {}
            (true, ..) => self.text.push(' '),
            (false, ..) => self.text.push_str(&outer),
        }
    }
}

fn document(seed: u64, layout: Layout) -> (String, Dice) {
    let mut dice = Dice(seed | 1);
    dice.roll(2);
    let newline = ["\n", "\r\n"][dice.roll(2)];
    let unit = ["  ", "    ", "\t"][dice.roll(3)];
    let mut writer = Writer {
        dice,
        text: String::new(),
        newline,
        unit,
        layout,
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
                dice.pick(&["a", "b", "c", "g", "e f", "0", "new", "x-y", "p/m-1.5"])
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

/// The comments of a text, those within strings left out: everything that is not a token.
fn comments(text: &str) -> Vec<String> {
    let root = parse(text).expect(text);
    let mut tokens = Vec::new();
    tokens_of(&root, &mut tokens);
    let mut outside = String::new();
    let mut from = 0;
    for (start, end) in tokens {
        outside.push_str(&text[from..start]);
        from = end;
    }
    outside.push_str(&text[from..]);
    let ids = outside.split('<').skip(1);
    ids.filter_map(|rest| Some(rest.split_once('>')?.0.to_owned()))
        .collect()
}

/// The places of keys and of values without parts, in order.
fn tokens_of(node: &Node, into: &mut Vec<(usize, usize)>) {
    match &node.value {
        Value::Object(members) => {
            for member in members {
                into.push((member.key_span.start, member.key_span.end));
                tokens_of(&member.value, into);
            }
        }
        Value::Array(elements) => elements.iter().for_each(|one| tokens_of(&one.value, into)),
        _ => into.push((node.span.start, node.span.end)),
    }
}

/// Whether `short` is what is left of `long` after cutting bytes.
fn is_cut_from(short: &str, long: &str) -> bool {
    let mut long = long.chars();
    short.chars().all(|wanted| long.any(|have| have == wanted))
}

/// Whether both texts are the same, byte for byte, outside a part of `before`.
fn same_outside(part: std::ops::Range<usize>, before: &str, after: &str) -> bool {
    let (head, tail) = (&before[..part.start], &before[part.end..]);
    after.len() >= head.len() + tail.len() && after.starts_with(head) && after.ends_with(tail)
}

/// Where an item added at the end of a container may change the text: behind the last item.
fn room(container: &Node) -> std::ops::Range<usize> {
    let last = match &container.value {
        Value::Array(elements) => elements.last().map(|one| one.value.span.end),
        Value::Object(members) => members.last().map(|one| one.value.span.end),
        _ => None,
    };
    last.unwrap_or(container.span.start + 1)..container.span.end - 1
}

/// Every comment of `before` but those in `gone` is in `after`, in the same order.
fn keeps_comments(before: &str, after: &str, gone: &[String]) -> bool {
    let mut kept = comments(before);
    kept.retain(|comment| !gone.contains(comment));
    kept == comments(after)
}

/// Every key and value that `value` does not replace stands as it was written.
fn keeps_spelling(before: (&str, &Node), after: (&str, &Node)) -> bool {
    match (&before.1.value, &after.1.value) {
        (Value::Object(_), Value::Object(_)) => before.1.entries().iter().all(|old| {
            let now = after.1.entries();
            now.iter().find(|now| now.key == old.key).is_none_or(|now| {
                before.0[old.key_span.start..old.key_span.end]
                    == after.0[now.key_span.start..now.key_span.end]
                    && keeps_spelling((before.0, &old.value), (after.0, &now.value))
            })
        }),
        _ if before.1.to_json() == after.1.to_json() => {
            before.0[before.1.span.start..before.1.span.end]
                == after.0[after.1.span.start..after.1.span.end]
        }
        _ => true,
    }
}

/// Sets, and compares with the same on the plain value. Returns the expected value.
fn check_set(editor: &mut Editor, path: &[Segment], value: &Json) -> Result<(), TestCaseError> {
    let (text, root) = (editor.text().to_owned(), editor.root().clone());
    let changed = match editor.set(path, value) {
        Ok(changed) => changed,
        Err(_) => {
            prop_assert_eq!(editor.text(), text.as_str());
            return Ok(());
        }
    };
    let mut expected = root.to_json();
    set_plain(&mut expected, path, value);
    let said = || format!("{path:?} = {value}\n{text}\n=>\n{}", editor.text());
    prop_assert_eq!(editor.root().to_json(), expected, "{}", said());
    prop_assert_eq!(
        &parse(editor.text()).expect("valid"),
        editor.root(),
        "{}",
        said()
    );
    prop_assert_eq!(changed, editor.text() != text, "{}", said());
    let within = |room| same_outside(room, &text, editor.text());
    match root.at(path) {
        Some(old) if old.to_json() == *value => prop_assert!(!changed, "{}", said()),
        // Inside the old value only what differs changes; outside, nothing.
        Some(old) => {
            prop_assert!(within(old.span.start..old.span.end), "{}", said());
            let now = editor.root().at(path).expect("it was set");
            prop_assert!(
                keeps_spelling((&text, old), (editor.text(), now)),
                "{}",
                said()
            );
        }
        None => {
            let deepest = (0..path.len())
                .rev()
                .find_map(|steps| root.at(&path[..steps]))
                .expect("the root");
            if deepest.value == Value::Null {
                prop_assert!(within(deepest.span.start..deepest.span.end), "{}", said());
            } else {
                prop_assert!(within(room(deepest)), "{}", said());
            }
            prop_assert!(keeps_comments(&text, editor.text(), &[]), "{}", said());
        }
    }
    Ok(())
}

fn check_remove(editor: &mut Editor, path: &[Segment]) -> Result<(), TestCaseError> {
    let Some((last, above)) = path.split_last() else {
        return Ok(());
    };
    let (text, root) = (editor.text().to_owned(), editor.root().clone());
    let changed = editor.remove(path).expect("removal fits everywhere");
    let said = || format!("{path:?}\n{text}\n=>\n{}", editor.text());
    prop_assert_eq!(changed, root.at(path).is_some(), "{}", said());
    let mut expected = root.to_json();
    remove_plain(&mut expected, path);
    prop_assert_eq!(editor.root().to_json(), expected, "{}", said());
    prop_assert_eq!(
        &parse(editor.text()).expect("valid"),
        editor.root(),
        "{}",
        said()
    );
    prop_assert!(is_cut_from(editor.text(), &text), "{}", said());
    let Some(container) = root.at(above).filter(|_| changed) else {
        prop_assert_eq!(editor.text(), text.as_str());
        return Ok(());
    };
    // The items that go, and the gaps between the neighbours that stay.
    let spans: Vec<(usize, usize, bool)> = match &container.value {
        Value::Object(members) => members
            .iter()
            .map(|one| {
                (
                    one.key_span.start,
                    one.value.span.end,
                    one.key == last.key(),
                )
            })
            .collect(),
        Value::Array(elements) => elements
            .iter()
            .enumerate()
            .map(|(index, one)| {
                let span = one.value.span;
                (span.start, span.end, last.index() == Some(index))
            })
            .collect(),
        _ => Vec::new(),
    };
    let first = spans.iter().position(|one| one.2).expect("it was there");
    let end = spans.iter().rposition(|one| one.2).expect("it was there");
    let start = first
        .checked_sub(1)
        .map_or(container.span.start + 1, |before| spans[before].1);
    let end = spans
        .get(end + 1)
        .map_or(container.span.end - 1, |after| after.0);
    prop_assert!(same_outside(start..end, &text, editor.text()), "{}", said());
    let gone: Vec<String> = spans
        .iter()
        .filter(|one| one.2)
        .flat_map(|one| comments_within(&text, &root, one.0..one.1))
        .collect();
    prop_assert!(keeps_comments(&text, editor.text(), &gone), "{}", said());
    Ok(())
}

/// The comments in a part of a text.
fn comments_within(text: &str, root: &Node, part: std::ops::Range<usize>) -> Vec<String> {
    let mut tokens = Vec::new();
    tokens_of(root, &mut tokens);
    let mut inside = String::new();
    let mut from = part.start;
    for (start, end) in tokens {
        if start >= part.start && end <= part.end {
            inside.push_str(&text[from..start]);
            from = end;
        }
    }
    inside.push_str(&text[from..part.end]);
    let ids = inside.split('<').skip(1);
    ids.filter_map(|rest| Some(rest.split_once('>')?.0.to_owned()))
        .collect()
}

/// One random edit: a set, a push or a removal.
fn edit(editor: &mut Editor, dice: &mut Dice) -> Result<(), TestCaseError> {
    let path = place(editor.root(), dice);
    match dice.roll(3) {
        0 => check_remove(editor, &path),
        1 => check_push(editor, &path, &fresh(dice)),
        _ => check_set(editor, &path, &fresh(dice)),
    }
}

fn check_push(editor: &mut Editor, path: &[Segment], value: &Json) -> Result<(), TestCaseError> {
    let array = (0..=path.len())
        .rev()
        .find_map(|steps| Some((steps, editor.root().at(&path[..steps])?)));
    let length = match array {
        Some((steps, node)) => match &node.value {
            Value::Array(elements) => Some((steps, elements.len())),
            _ => None,
        },
        None => None,
    };
    let Some((steps, length)) = length else {
        return Ok(());
    };
    let mut beside = editor.clone();
    let end = [&path[..steps], &[Segment::Index(length)]].concat();
    check_set(&mut beside, &end, value)?;
    editor.push(&path[..steps], value).expect("an array grows");
    prop_assert_eq!(editor.text(), beside.text());
    Ok(())
}

fn untidy(text: &str) -> (usize, usize) {
    let blank = text.lines().filter(|line| line.trim().is_empty()).count();
    let trailing = text
        .lines()
        .filter(|line| line.ends_with([' ', '\t']))
        .count();
    (blank, trailing)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn edits_change_the_tree_as_asked_and_the_text_nowhere_else(seed: u64) {
        let (text, mut dice) = document(seed, Layout::Wild);
        let mut editor = Editor::new(text.as_str()).expect(&text);
        for _ in 0..=dice.roll(6) {
            edit(&mut editor, &mut dice)?;
        }
    }

    #[test]
    fn a_tidy_document_stays_tidy(seed: u64) {
        let (text, mut dice) = document(seed, Layout::Tidy);
        let mut editor = Editor::new(text.as_str()).expect(&text);
        for _ in 0..=dice.roll(6) {
            let before = editor.text().to_owned();
            edit(&mut editor, &mut dice)?;
            let ((blank, trailing), now) = (untidy(&before), untidy(editor.text()));
            prop_assert!(now.0 <= blank && now.1 <= trailing, "{}\n=>\n{}", before, editor.text());
            let (now, crlf) = (editor.text().replace("\r\n", ""), before.contains("\r\n"));
            prop_assert!(!crlf || !now.contains('\n'), "{:?}", editor.text());
            prop_assert!(crlf || !now.contains('\r') && now == editor.text());
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "[\\[\\]{}a:'\"\\\\,/*0x.eE+\n\r\u{2028}é -]{0,40}") {
        if let Ok(root) = parse(&text) {
            prop_assert!(root.span.end <= text.len());
        }
    }
}
