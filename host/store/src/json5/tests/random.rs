//! Random documents, random edits: the tree changes as asked, the text nowhere else.

use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

use super::document::{Dice, Layout, document};
use crate::json5::{Editor, Node, Segment, Value, parse};

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
