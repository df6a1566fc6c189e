//! The few lines that a question takes at the terminal, drawn again whenever something changes.

use std::io::{self, Write as _};
use std::time::Duration;

use crossterm::cursor::{Hide, MoveDown, MoveToColumn, MoveUp, Show};
use crossterm::event::{self, Event, KeyCode};
use crossterm::queue;
use crossterm::style::Print;
use crossterm::terminal::{self, Clear, ClearType};

use super::unasked;
use crate::render::style::length;
use openclaw_router::Failure;

/// How long the rest of a paste may take to arrive.
const REST: Duration = Duration::from_millis(30);

/// A piece of text as it is counted, and as it is written.
#[derive(Clone, Debug, Default)]
pub(super) struct Piece {
    plain: String,
    painted: String,
}

impl Piece {
    /// Returns a piece of text; `painted` is the same with colors.
    pub(super) fn new(plain: impl Into<String>, painted: impl Into<String>) -> Self {
        Self {
            plain: plain.into(),
            painted: painted.into(),
        }
    }

    /// Adds a piece behind this one.
    #[must_use]
    pub(super) fn and(mut self, other: &Self) -> Self {
        self.plain.push_str(&other.plain);
        self.painted.push_str(&other.painted);
        self
    }

    /// Returns how many columns it takes.
    pub(super) fn width(&self) -> usize {
        length(&self.plain)
    }
}

/// What a question shows: its lines, and where the cursor is in which of them.
#[derive(Debug, Default)]
pub(super) struct Frame {
    pub(super) lines: Vec<Piece>,
    /// Line and column.
    pub(super) cursor: (usize, usize),
}

/// The terminal while a question is asked. Keys come one by one as long as this lives.
pub(super) struct Screen {
    shown: Frame,
}

impl Screen {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// When it is gone.
    pub(super) fn take() -> Result<Self, Failure> {
        terminal::enable_raw_mode().map_err(|error| unasked(&error))?;
        Ok(Self {
            shown: Frame::default(),
        })
    }

    /// Draws lines over those that were there.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) fn draw(&mut self, frame: Frame) -> Result<(), Failure> {
        self.over(frame).map_err(|error| unasked(&error))
    }

    /// Draws the lines that stay, and leaves the cursor below them.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) fn end(mut self, lines: Vec<Piece>) -> Result<(), Failure> {
        let below = (lines.len(), 0);
        let mut lines = lines;
        lines.push(Piece::default());
        self.draw(Frame {
            lines,
            cursor: below,
        })
    }

    /// Returns what happens next at the terminal.
    ///
    /// # Errors
    /// When it is gone.
    pub(super) fn next(&self) -> Result<Event, Failure> {
        event::read().map_err(|error| unasked(&error))
    }

    fn over(&mut self, frame: Frame) -> io::Result<()> {
        let columns = columns();
        let mut err = io::stderr();
        queue!(err, Hide)?;
        // The terminal has set the old lines anew if its width has changed.
        up(&mut err, row_of(&self.shown, columns))?;
        queue!(err, MoveToColumn(0), Clear(ClearType::FromCursorDown))?;
        let last = frame.lines.len().saturating_sub(1);
        for (at, line) in frame.lines.iter().enumerate() {
            queue!(err, Print(&line.painted))?;
            if at < last {
                queue!(err, Print("\r\n"))?;
            }
        }
        let all: usize = frame.lines.iter().map(|line| rows(line, columns)).sum();
        let row = row_of(&frame, columns);
        up(&mut err, all.saturating_sub(1).saturating_sub(row))?;
        if row >= all {
            queue!(err, MoveDown(1))?;
        }
        let column = u16::try_from(frame.cursor.1 % columns).unwrap_or(u16::MAX);
        queue!(err, MoveToColumn(column), Show)?;
        err.flush()?;
        self.shown = frame;
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _restored = terminal::disable_raw_mode();
    }
}

/// Returns how many columns the terminal has.
pub(super) fn columns() -> usize {
    terminal::size().map_or(80, |(columns, _)| usize::from(columns).max(1))
}

/// Whether a line was typed and not read, while the terminal gives whole lines.
pub(super) fn is_line_typed() -> bool {
    #[cfg(unix)]
    {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let stdin = io::stdin();
        let mut waiting = [PollFd::new(&stdin, PollFlags::IN)];
        let now = Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        poll(&mut waiting, Some(&now)).is_ok_and(|ready| ready > 0)
    }
    #[cfg(not(unix))]
    {
        false
    }
}

/// Throws away what was typed but not read. Returns whether it was more than line ends.
pub(super) fn discard_typed_ahead() -> bool {
    let mut more = false;
    while event::poll(REST).unwrap_or(false) {
        match event::read() {
            Ok(Event::Key(key)) => more |= !matches!(key.code, KeyCode::Enter),
            Ok(Event::Paste(text)) => more |= !text.trim().is_empty(),
            Ok(_) => {}
            Err(_) => break,
        }
    }
    more
}

/// Returns how many rows a line takes.
fn rows(line: &Piece, columns: usize) -> usize {
    line.width().div_ceil(columns).max(1)
}

/// Returns the row of the cursor, from the first row of a frame.
fn row_of(frame: &Frame, columns: usize) -> usize {
    let before = frame.lines.iter().take(frame.cursor.0);
    let before: usize = before.map(|line| rows(line, columns)).sum();
    before + frame.cursor.1 / columns
}

fn up(err: &mut io::Stderr, rows: usize) -> io::Result<()> {
    match u16::try_from(rows) {
        Ok(rows) if rows > 0 => queue!(err, MoveUp(rows)),
        _ => Ok(()),
    }
}
