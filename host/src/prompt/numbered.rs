//! Choosing by number from a list that is on the screen already. The list stays where it is; below
//! the question one line shows what Enter would take.

use std::io::{self, Write as _};

use crossterm::cursor::MoveToColumn;
use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::queue;
use crossterm::style::Print;
use crossterm::terminal::{self, Clear, ClearType};

use super::{Prompt, left, plain, unasked};
use crate::render::style::{Label, clip, length, visible};
use openclaw_router::Failure;

/// Says how to answer.
const HELP: &str = "↑↓ or a number, Enter to take it, Esc to leave";

impl Prompt {
    /// Lets the person choose one of `names` by its number, from 1, or with the arrows. Enter alone
    /// chooses none of them, which `none` names. Returns the index.
    ///
    /// # Errors
    /// When it was interrupted, or the terminal is gone.
    pub(crate) fn number(
        &self,
        question: &str,
        names: &[String],
        none: &str,
    ) -> Result<Option<usize>, Failure> {
        if self.terminal.dumb {
            return plain::number(&self.terminal, question, names, none);
        }
        // Before the question is seen: a quick answer must not be echoed, nor wait for a line's end.
        let _raw = Raw::on()?;
        let mut err = io::stderr();
        write!(err, "{}\r\n", visible(question)).map_err(|error| unasked(&error))?;
        let mut answer = Answer {
            names,
            none,
            typed: String::new(),
            at: None,
        };
        let end = loop {
            self.draw(&answer, true).map_err(|error| unasked(&error))?;
            let Event::Key(key) = event::read().map_err(|error| unasked(&error))? else {
                continue;
            };
            match answer.press(key) {
                Pressed::Going => {}
                Pressed::Taken => break Ok(answer.at),
                Pressed::Left => break Err(left()),
            }
        };
        self.draw(&answer, false).map_err(|error| unasked(&error))?;
        let gone = if end.is_err() { " (cancelled)" } else { "" };
        write!(err, "{gone}\r\n").map_err(|error| unasked(&error))?;
        end
    }

    /// Draws the line that shows the answer, over the one that was there.
    fn draw(&self, answer: &Answer<'_>, open: bool) -> io::Result<()> {
        let (columns, _) = terminal::size()?;
        // A line that fills the window would be two.
        let room = usize::from(columns).saturating_sub(3).max(1);
        let (label, shown) = answer.shown();
        let shown = clip(&visible(shown), room);
        let left_over = room.saturating_sub(length(&shown) + 3);
        let help = if open && left_over >= length(HELP) {
            format!("   {}", self.style.paint(Label::Dim, HELP))
        } else {
            String::new()
        };
        let mut err = io::stderr();
        queue!(
            err,
            MoveToColumn(0),
            Clear(ClearType::CurrentLine),
            Print(self.style.paint(Label::Name, ">")),
            Print(" "),
            Print(self.style.paint(label, &shown)),
            Print(help),
            MoveToColumn(u16::try_from(2 + length(&shown)).unwrap_or(u16::MAX)),
        )?;
        err.flush()
    }
}

/// What Enter would take.
struct Answer<'a> {
    names: &'a [String],
    none: &'a str,
    /// A number that was typed and is none of the list's.
    typed: String,
    at: Option<usize>,
}

/// What a key did.
#[derive(Debug, PartialEq, Eq)]
enum Pressed {
    Going,
    Taken,
    Left,
}

impl Answer<'_> {
    fn shown(&self) -> (Label, String) {
        match self.at {
            _ if !self.typed.is_empty() && self.at.is_none() => (
                Label::Warning,
                format!("{}: there are 1-{}", self.typed, self.names.len()),
            ),
            Some(at) => (
                Label::Name,
                format!(
                    "{}. {}",
                    at + 1,
                    self.names.get(at).map_or("", String::as_str)
                ),
            ),
            None => (Label::Dim, self.none.to_owned()),
        }
    }

    fn press(&mut self, key: KeyEvent) -> Pressed {
        if key.kind == KeyEventKind::Release {
            return Pressed::Going;
        }
        let last = self.names.len().checked_sub(1);
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Esc => return Pressed::Left,
            KeyCode::Char('c' | 'd') if control => return Pressed::Left,
            KeyCode::Char('u' | 'w') if control => {
                self.typed.clear();
                self.read();
            }
            KeyCode::Char('h') if control => {
                self.typed.pop();
                self.read();
            }
            KeyCode::Char('j' | 'm') if control && (self.typed.is_empty() || self.at.is_some()) => {
                return Pressed::Taken;
            }
            KeyCode::Char(_) if control => {}
            KeyCode::Enter if self.typed.is_empty() || self.at.is_some() => return Pressed::Taken,
            KeyCode::Up => self.go(match self.at {
                None => last,
                Some(at) => at.checked_sub(1),
            }),
            KeyCode::Down => self.go(match self.at {
                None => last.map(|_| 0),
                Some(at) => Some(at + 1).filter(|next| Some(*next) <= last),
            }),
            KeyCode::Char(digit) if digit.is_ascii_digit() && self.typed.len() < 4 => {
                self.typed.push(digit);
                self.read();
            }
            KeyCode::Backspace => {
                self.typed.pop();
                self.read();
            }
            _ => {}
        }
        Pressed::Going
    }

    fn go(&mut self, at: Option<usize>) {
        self.typed.clear();
        self.at = at;
    }

    fn read(&mut self) {
        let number = self.typed.parse::<usize>().ok();
        self.at = number
            .and_then(|number| number.checked_sub(1))
            .filter(|at| *at < self.names.len());
    }
}

/// Keys come one by one as long as this lives; a line's end alone does not go back to the first
/// column.
struct Raw;

impl Raw {
    fn on() -> Result<Self, Failure> {
        terminal::enable_raw_mode().map_err(|error| unasked(&error))?;
        Ok(Self)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        let _restored = terminal::disable_raw_mode();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Presses keys, `^` and `v` for the arrows, `<` for Backspace, and returns what is shown.
    fn shown(keys: &str) -> String {
        let names = ["a", "b", "c"].map(str::to_owned);
        let mut answer = Answer {
            names: &names,
            none: "keep x",
            typed: String::new(),
            at: None,
        };
        let mut text = String::new();
        for key in keys.chars() {
            let code = match key {
                '^' => KeyCode::Up,
                'v' => KeyCode::Down,
                '<' => KeyCode::Backspace,
                '\n' => KeyCode::Enter,
                key => KeyCode::Char(key),
            };
            let pressed = answer.press(KeyEvent::new(code, KeyModifiers::NONE));
            text = format!("{} {pressed:?}", answer.shown().1);
        }
        text
    }

    #[test]
    fn arrows_go_round_the_list_and_the_choice_of_none() {
        assert_eq!(shown("v"), "1. a Going");
        assert_eq!(shown("vvv"), "3. c Going");
        assert_eq!(shown("vvvv"), "keep x Going");
        assert_eq!(shown("^"), "3. c Going");
        assert_eq!(shown("^^^^"), "keep x Going");
    }

    #[test]
    fn a_number_is_taken_only_if_it_is_one_of_the_list() {
        assert_eq!(shown("2"), "2. b Going");
        assert_eq!(shown("2\n"), "2. b Taken");
        assert_eq!(shown("\n"), "keep x Taken");
        assert_eq!(shown("9\n"), "9: there are 1-3 Going");
        assert_eq!(shown("0\n"), "0: there are 1-3 Going");
        assert_eq!(shown("25<\n"), "2. b Taken");
        assert_eq!(shown("2<\n"), "keep x Taken");
        assert_eq!(shown("9v"), "1. a Going");
        assert_eq!(shown("x"), "keep x Going");
    }
}
