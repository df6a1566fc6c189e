//! Random JSON5 documents: comments, quotes, escapes, commas and line ends wherever they may be.

/// A small generator; proptest gives the seed.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % sides
    }

    pub(super) fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.roll(choices.len())]
    }
}

/// How a random document is laid out.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Layout {
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

/// Returns a random document, and the dice to go on with.
pub(super) fn document(seed: u64, layout: Layout) -> (String, Dice) {
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
