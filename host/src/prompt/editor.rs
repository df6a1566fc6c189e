//! A line that is typed: what each key does to it. Keys that mean nothing here are ignored, and none
//! of them ever becomes part of the text but the character that it stands for.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// A line of text and the place in it where the next character goes.
#[derive(Debug, Default)]
pub(super) struct Editor {
    text: Vec<char>,
    at: usize,
}

/// What a key means to a question.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Pressed {
    /// The line may have changed.
    Edited,
    /// The answer is given.
    Taken,
    /// The question is left.
    Left,
    /// The choice above.
    Up,
    /// The choice below.
    Down,
    /// Nothing.
    Ignored,
}

impl Editor {
    /// Returns the text.
    pub(super) fn text(&self) -> String {
        self.text.iter().collect()
    }

    /// Returns the text before the cursor.
    pub(super) fn before(&self) -> String {
        self.text[..self.at].iter().collect()
    }

    /// Forgets what was typed.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.at = 0;
    }

    /// Takes text in at the cursor, without what a terminal would obey.
    pub(super) fn insert(&mut self, text: &str) {
        for character in text.chars().filter(|next| !next.is_control()) {
            self.text.insert(self.at, character);
            self.at += 1;
        }
    }

    /// Takes the character before the cursor away.
    pub(super) fn erase(&mut self) {
        if let Some(before) = self.at.checked_sub(1) {
            self.text.remove(before);
            self.at = before;
        }
    }

    /// Does what a key is for. The keys of line editors work: Ctrl-U forgets the line, Ctrl-W the
    /// word before the cursor, Ctrl-K what follows it; Ctrl-A, Ctrl-E, Ctrl-B and Ctrl-F move.
    pub(super) fn press(&mut self, key: KeyEvent) -> Pressed {
        if key.kind == KeyEventKind::Release {
            return Pressed::Ignored;
        }
        let held = key.modifiers - KeyModifiers::SHIFT;
        // Some keyboards type with both held what others have keys for.
        let types = held.is_empty() || held == (KeyModifiers::CONTROL | KeyModifiers::ALT);
        match (key.code, held) {
            (KeyCode::Esc, _) => return Pressed::Left,
            (KeyCode::Char(letter), KeyModifiers::CONTROL) => return self.control(letter),
            (KeyCode::Char('b'), KeyModifiers::ALT) => self.at = self.word_start(),
            (KeyCode::Backspace, KeyModifiers::ALT | KeyModifiers::CONTROL) => self.erase_word(),
            (KeyCode::Char(character), _) if types && !character.is_control() => {
                self.text.insert(self.at, character);
                self.at += 1;
            }
            (KeyCode::Enter, _) => return Pressed::Taken,
            (KeyCode::Up, _) => return Pressed::Up,
            (KeyCode::Down, _) => return Pressed::Down,
            (KeyCode::Backspace, _) => self.erase(),
            (KeyCode::Delete, _) => self.erase_next(),
            (KeyCode::Left, KeyModifiers::CONTROL) => self.at = self.word_start(),
            (KeyCode::Left, _) => self.at = self.at.saturating_sub(1),
            (KeyCode::Right, _) => self.at = (self.at + 1).min(self.text.len()),
            (KeyCode::Home, _) => self.at = 0,
            (KeyCode::End, _) => self.at = self.text.len(),
            _ => return Pressed::Ignored,
        }
        Pressed::Edited
    }

    fn control(&mut self, letter: char) -> Pressed {
        match letter.to_ascii_lowercase() {
            'c' | 'd' => return Pressed::Left,
            // A line feed is Ctrl-J, and ends a line as Enter does.
            'j' | 'm' => return Pressed::Taken,
            'p' => return Pressed::Up,
            'n' => return Pressed::Down,
            'u' => self.clear(),
            'w' => self.erase_word(),
            'k' => self.text.truncate(self.at),
            'h' => self.erase(),
            'a' => self.at = 0,
            'e' => self.at = self.text.len(),
            'b' => self.at = self.at.saturating_sub(1),
            'f' => self.at = (self.at + 1).min(self.text.len()),
            _ => return Pressed::Ignored,
        }
        Pressed::Edited
    }

    fn erase_next(&mut self) {
        if self.at < self.text.len() {
            self.text.remove(self.at);
        }
    }

    fn erase_word(&mut self) {
        let start = self.word_start();
        self.text.drain(start..self.at);
        self.at = start;
    }

    /// Returns where the word before the cursor begins.
    fn word_start(&self) -> usize {
        let before = &self.text[..self.at];
        let end = before.iter().rposition(|next| !next.is_whitespace());
        end.map_or(0, |end| {
            let space = before[..end].iter().rposition(|next| next.is_whitespace());
            space.map_or(0, |space| space + 1)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Types text in which `^X` is Ctrl-X, and returns what is there with `|` for the cursor.
    fn typed(keys: &str) -> String {
        let mut editor = Editor::default();
        let mut keys = keys.chars();
        while let Some(key) = keys.next() {
            let (code, held) = match key {
                '^' => (keys.next().unwrap_or('^'), KeyModifiers::CONTROL),
                key => (key, KeyModifiers::NONE),
            };
            editor.press(KeyEvent::new(KeyCode::Char(code), held));
        }
        let (text, before) = (editor.text(), editor.before());
        format!("{before}|{}", &text[before.len()..])
    }

    #[test]
    fn control_keys_edit_and_never_become_text() {
        assert_eq!(typed("garbage^usk-1"), "sk-1|");
        assert_eq!(typed("one two ^wthree"), "one three|");
        assert_eq!(typed("one two^w^w^w"), "|");
        assert_eq!(typed("bc^aa^ed"), "abcd|");
        assert_eq!(typed("abc^a^f^k"), "a|");
        assert_eq!(typed("abc^b^b^h"), "|bc");
        for key in 'a'..='z' {
            let text = typed(&format!("12^{key}"));
            assert!(text.bytes().all(|byte| b"12|".contains(&byte)), "{text}");
        }
    }

    #[test]
    fn control_v_and_a_paste_leave_the_paste_alone() {
        assert_eq!(typed("^vsk-proj-1"), "sk-proj-1|");
        let mut editor = Editor::default();
        editor.insert("sk\u{16}-\u{1b}1");
        assert_eq!(editor.text(), "sk-1");
    }

    #[test]
    fn the_question_is_left_by_control_c_and_control_d() {
        let press = |editor: &mut Editor, key: char| {
            editor.press(KeyEvent::new(KeyCode::Char(key), KeyModifiers::CONTROL))
        };
        let mut editor = Editor::default();
        editor.insert("x");
        assert_eq!(press(&mut editor, 'v'), Pressed::Ignored);
        assert_eq!(press(&mut editor, 'd'), Pressed::Left);
        assert_eq!(press(&mut editor, 'c'), Pressed::Left);
    }
}
