//! The kinds of question: a choice, a line, yes or no, and a line that is not shown.

use crossterm::event::Event;
use openclaw_core::secret::Secret;

use super::editor::{Editor, Pressed};
use super::screen::{Frame, Piece, Screen, columns, discard_typed_ahead};
use super::{confirmation, left};
use crate::render::style::{Label, Style, clip, visible};
use openclaw_router::Failure;

/// Most choices shown at once.
const PAGE: usize = 12;

/// How a question stands.
#[derive(Clone, Copy)]
enum Stage {
    Open,
    Answered,
    Refused,
    Left,
}

/// The first line of a question.
#[derive(Clone)]
struct Question {
    style: Style,
    text: String,
}

impl Question {
    fn new(style: Style, text: &str) -> Self {
        Self {
            style,
            text: visible(text),
        }
    }

    /// Returns the line up to where the answer is.
    fn line(&self, stage: Stage) -> Piece {
        let (mark, label) = match stage {
            Stage::Open => ("?", Label::Name),
            Stage::Answered => ("✓", Label::Good),
            Stage::Refused | Stage::Left => ("✗", Label::Warning),
        };
        let rest = format!(" {} ", self.text);
        Piece::new(mark, self.style.paint(label, mark)).and(&Piece::new(&*rest, &*rest))
    }

    fn piece(&self, label: Label, text: &str) -> Piece {
        Piece::new(text, self.style.paint(label, text))
    }

    /// Returns the line with its answer.
    fn answered(&self, answer: &str) -> Piece {
        self.line(Stage::Answered)
            .and(&self.piece(Label::Name, answer))
    }

    /// Ends a question that was left.
    fn leave(&self, screen: Screen) -> Failure {
        let line = self.line(Stage::Left);
        let line = line.and(&self.piece(Label::Dim, "(cancelled)"));
        match screen.end(vec![line]) {
            Ok(()) => left(),
            Err(gone) => gone,
        }
    }

    fn problem(&self, why: &str) -> Piece {
        let why = visible(why);
        self.piece(Label::Bad, "✗")
            .and(&Piece::new(" ", " "))
            .and(&self.piece(Label::Bad, &why))
    }

    fn help(&self, text: &str) -> Piece {
        let text = clip(&format!("[{text}]"), columns().saturating_sub(1));
        self.piece(Label::Dim, &text)
    }
}

/// Does what happened at the terminal to what was typed.
fn edit(editor: &mut Editor, event: &Event) -> Pressed {
    match event {
        Event::Key(key) => editor.press(*key),
        Event::Paste(text) => {
            editor.insert(text);
            Pressed::Edited
        }
        _ => Pressed::Ignored,
    }
}

/// A choice among several.
pub(super) struct Choose {
    question: Question,
    choices: Vec<String>,
    /// What stays on the screen of each.
    answers: Vec<String>,
    filter: Editor,
    /// Index among the choices that match.
    at: usize,
    /// The first of those that are shown.
    top: usize,
    unmatched: bool,
}

impl Choose {
    pub(super) fn new(
        style: Style,
        question: &str,
        (choices, answers): (Vec<String>, Vec<String>),
        at: usize,
    ) -> Self {
        Self {
            question: Question::new(style, question),
            choices,
            answers,
            filter: Editor::default(),
            at,
            top: 0,
            unmatched: false,
        }
    }

    pub(super) fn ask(mut self) -> Result<usize, Failure> {
        let mut screen = Screen::take()?;
        loop {
            let frame = self.frame();
            screen.draw(frame)?;
            match self.take(&screen.next()?) {
                Pressed::Taken => {
                    let Some(&chosen) = self.matching().get(self.at) else {
                        continue;
                    };
                    let answer = &self.answers[chosen];
                    screen.end(vec![self.question.answered(answer)])?;
                    return Ok(chosen);
                }
                Pressed::Left => return Err(self.question.leave(screen)),
                _ => {}
            }
        }
    }

    fn take(&mut self, event: &Event) -> Pressed {
        let before = self.filter.text();
        let count = self.matching().len();
        let pressed = edit(&mut self.filter, event);
        match pressed {
            Pressed::Up => self.at = self.at.checked_sub(1).unwrap_or(count - 1),
            Pressed::Down => self.at = (self.at + 1) % count,
            Pressed::Edited => {
                // What is in no choice is not taken: it may be a key, and would be seen.
                self.unmatched = self.matching().is_empty();
                if self.unmatched {
                    self.filter.clear();
                    self.filter.insert(&before);
                    let _rest = discard_typed_ahead();
                } else if self.filter.text() != before {
                    self.at = 0;
                }
            }
            _ => {}
        }
        pressed
    }

    /// Returns the indices of the choices that hold what was typed.
    fn matching(&self) -> Vec<usize> {
        let wanted = self.filter.text().to_lowercase();
        let choices = self.choices.iter().enumerate();
        choices
            .filter(|(_, choice)| choice.to_lowercase().contains(&wanted))
            .map(|(index, _)| index)
            .collect()
    }

    fn frame(&mut self) -> Frame {
        let matching = self.matching();
        if self.at < self.top {
            self.top = self.at;
        } else if self.at >= self.top + PAGE {
            self.top = self.at + 1 - PAGE;
        }
        self.top = self.top.min(matching.len().saturating_sub(PAGE));
        let question = self.question.line(Stage::Open);
        let cursor = (0, question.width() + self.filter.before().chars().count());
        let typed = self.filter.text();
        let mut lines = vec![question.and(&Piece::new(&*typed, &*typed))];
        let room = columns().saturating_sub(3);
        let end = (self.top + PAGE).min(matching.len());
        for (row, &index) in matching[self.top..end].iter().enumerate() {
            let place = self.top + row;
            let (mark, label) = match place {
                at if at == self.at => (">", Some(Label::Name)),
                at if at == self.top && at > 0 => ("↑", None),
                at if at + 1 == end && end < matching.len() => ("↓", None),
                _ => (" ", None),
            };
            let text = clip(&format!("{mark} {}", self.choices[index]), room + 2);
            lines.push(match label {
                Some(label) => self.question.piece(label, &text),
                None => Piece::new(&*text, &*text),
            });
        }
        let help = "↑↓ then Enter, or type to filter";
        lines.push(if self.unmatched {
            self.question.problem("nothing here matches that")
        } else {
            self.question.help(help)
        });
        Frame { lines, cursor }
    }
}

/// A line of text.
pub(super) struct Line<'a> {
    question: Question,
    default: Option<&'a str>,
    typed: Editor,
}

impl<'a> Line<'a> {
    pub(super) fn new(style: Style, question: &str, default: Option<&'a str>) -> Self {
        Self {
            question: Question::new(style, question),
            default,
            typed: Editor::default(),
        }
    }

    pub(super) fn ask(
        mut self,
        check: impl Fn(&str) -> Result<(), String>,
        shown: impl Fn(&str) -> String,
    ) -> Result<String, Failure> {
        let mut screen = Screen::take()?;
        let mut problem = None;
        loop {
            screen.draw(self.frame(problem.as_deref()))?;
            match edit(&mut self.typed, &screen.next()?) {
                Pressed::Taken => {
                    let typed = self.typed.text();
                    let answer = match self.default {
                        Some(default) if typed.trim().is_empty() => default,
                        _ => typed.trim(),
                    };
                    match check(answer) {
                        Ok(()) => {
                            let shown = visible(shown(answer));
                            screen.end(vec![self.question.answered(&shown)])?;
                            return Ok(answer.to_owned());
                        }
                        Err(why) => problem = Some(why),
                    }
                }
                Pressed::Left => return Err(self.question.leave(screen)),
                _ => {}
            }
        }
    }

    fn frame(&self, problem: Option<&str>) -> Frame {
        let mut question = self.question.line(Stage::Open);
        if let Some(default) = self.default {
            let default = format!("({}) ", visible(default));
            question = question.and(&self.question.piece(Label::Dim, &default));
        }
        let typed = self.typed.text();
        let column = question.width() + self.typed.before().chars().count();
        let mut lines: Vec<Piece> = problem
            .map(|why| self.question.problem(why))
            .into_iter()
            .collect();
        let cursor = (lines.len(), column);
        lines.push(question.and(&Piece::new(&*typed, &*typed)));
        Frame { lines, cursor }
    }
}

/// Yes or no.
pub(super) struct Confirm {
    question: Question,
    default: bool,
    typed: Editor,
}

impl Confirm {
    pub(super) fn new(style: Style, question: &str, default: bool) -> Self {
        Self {
            question: Question::new(style, question),
            default,
            typed: Editor::default(),
        }
    }

    pub(super) fn ask(mut self) -> Result<bool, Failure> {
        let mut screen = Screen::take()?;
        let mut wrong = false;
        loop {
            screen.draw(self.frame(wrong))?;
            match edit(&mut self.typed, &screen.next()?) {
                Pressed::Taken => {
                    let answer = match self.typed.text().to_lowercase().chars().next() {
                        Some(first) => first == 'y',
                        None => self.default,
                    };
                    let shown = if answer { "Yes" } else { "No" };
                    screen.end(vec![self.question.answered(shown)])?;
                    return Ok(answer);
                }
                Pressed::Left => return Err(self.question.leave(screen)),
                Pressed::Edited => {
                    wrong = !is_answer(&self.typed.text());
                    if wrong {
                        // What is no answer may be a key that was pasted here: none of it is shown.
                        self.typed.clear();
                        let _rest = discard_typed_ahead();
                    }
                }
                _ => {}
            }
        }
    }

    fn frame(&self, wrong: bool) -> Frame {
        let hint = if self.default { "(Y/n) " } else { "(y/N) " };
        let question = self.question.line(Stage::Open);
        let question = question.and(&self.question.piece(Label::Dim, hint));
        let typed = self.typed.text();
        let column = question.width() + self.typed.before().chars().count();
        let mut lines = Vec::new();
        if wrong {
            lines.push(self.question.problem("answer with `y` or `n`"));
        }
        let cursor = (lines.len(), column);
        lines.push(question.and(&Piece::new(&*typed, &*typed)));
        Frame { lines, cursor }
    }
}

/// Whether what was typed is, or may become, yes or no.
fn is_answer(typed: &str) -> bool {
    let typed = typed.to_lowercase();
    "yes".starts_with(&typed) || "no".starts_with(&typed)
}

/// A line that is not shown.
pub(super) struct Hidden {
    question: Question,
    typed: Editor,
}

impl Hidden {
    pub(super) fn new(style: Style, question: &str) -> Self {
        Self {
            question: Question::new(style, question),
            typed: Editor::default(),
        }
    }

    /// Asks, and hands what was typed to `check`, with whether another line followed it.
    pub(super) fn ask<T>(
        mut self,
        check: impl FnOnce(Secret<String>, bool) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut screen = Screen::take()?;
        let mut empty = false;
        loop {
            screen.draw(self.frame(empty))?;
            let event = screen.next()?;
            let several =
                matches!(&event, Event::Paste(text) if text.trim().contains(['\n', '\r']));
            match edit(&mut self.typed, &event) {
                Pressed::Taken if self.typed.text().trim().is_empty() => empty = true,
                Pressed::Taken => return self.taken(screen, check, false),
                Pressed::Left => {
                    let _rest = discard_typed_ahead();
                    return Err(self.question.leave(screen));
                }
                _ if several => return self.taken(screen, check, true),
                Pressed::Edited => empty = false,
                _ => {}
            }
        }
    }

    fn taken<T>(
        self,
        screen: Screen,
        check: impl FnOnce(Secret<String>, bool) -> Result<T, Failure>,
        several: bool,
    ) -> Result<T, Failure> {
        // The rest of a paste of several lines must become neither the answer to the next question
        // nor a command of the shell, where it would be shown.
        let more = discard_typed_ahead() || several;
        let shown = confirmation(&self.typed.text());
        let checked = check(Secret::new(self.typed.text()), more);
        let stage = match &checked {
            Ok(_) => Stage::Answered,
            Err(_) => Stage::Refused,
        };
        let line = self.question.line(stage);
        screen.end(vec![line.and(&self.question.piece(Label::Dim, &shown))])?;
        checked
    }

    fn frame(&self, empty: bool) -> Frame {
        let question = self.question.line(Stage::Open);
        let mut lines = Vec::new();
        if empty {
            lines.push(self.question.problem("paste it, or leave with Esc"));
        }
        let cursor = (lines.len(), question.width());
        lines.push(question);
        let help =
            "it is not shown while you paste it; Enter when done, Ctrl-U to clear, Esc to leave";
        let help = format!("[{help}]");
        lines.push(self.question.piece(Label::Dim, &help));
        Frame { lines, cursor }
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    use super::*;

    fn press(choose: &mut Choose, keys: &str) {
        for key in keys.chars() {
            let (code, held) = match key {
                '^' => (KeyCode::Char('u'), KeyModifiers::CONTROL),
                'V' => (KeyCode::Down, KeyModifiers::NONE),
                key => (KeyCode::Char(key), KeyModifiers::NONE),
            };
            choose.take(&Event::Key(KeyEvent::new(code, held)));
        }
    }

    #[test]
    fn a_filter_takes_only_what_a_choice_holds() {
        let choices = ["anthropic", "openai", "ollama"].map(str::to_owned);
        let mut choose = Choose::new(
            Style::new(false),
            "Provider",
            (choices.to_vec(), choices.to_vec()),
            0,
        );
        press(&mut choose, "ope");
        assert_eq!(
            (choose.filter.text().as_str(), choose.matching().len()),
            ("ope", 1)
        );
        press(&mut choose, "k");
        assert_eq!(
            (choose.filter.text().as_str(), choose.unmatched),
            ("ope", true)
        );
        press(&mut choose, "^");
        assert_eq!(
            (choose.filter.text().as_str(), choose.matching().len()),
            ("", 3)
        );
        press(&mut choose, "VV");
        assert_eq!(choose.at, 2);
        press(&mut choose, "V");
        assert_eq!(choose.at, 0);
    }

    #[test]
    fn yes_and_no_are_all_that_is_taken() {
        for answer in ["", "y", "Y", "ye", "yes", "n", "no", "NO"] {
            assert!(is_answer(answer), "{answer}");
        }
        for answer in ["x", "sk-", "yo", "nope", "y "] {
            assert!(!is_answer(answer), "{answer}");
        }
    }
}
