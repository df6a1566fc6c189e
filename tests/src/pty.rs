//! The program in a pseudo-terminal: keys go in, and its screen is read as a person would see it.
//!
//! Nothing here waits for a time. A test waits until the screen shows something, and fails with the
//! screen if it never does.

use std::io::{Read as _, Write};
use std::num::NonZeroU16;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::Sandbox;
use crate::hints::Ran;

/// Longest wait for the screen or the end; reached only by a test that fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// Lines that have left the screen at its top and are kept.
const SCROLLBACK: usize = 1000;

/// Keys by their names.
pub mod key {
    /// Arrow up.
    pub const UP: &str = "\x1b[A";
    /// Arrow down.
    pub const DOWN: &str = "\x1b[B";
    /// Enter.
    pub const ENTER: &str = "\r";
    /// Esc.
    pub const ESC: &str = "\x1b";
    /// Ctrl-C.
    pub const CTRL_C: &str = "\x03";
    /// Ctrl-D.
    pub const CTRL_D: &str = "\x04";
    /// Backspace.
    pub const BACKSPACE: &str = "\x7f";
}

/// A pseudo-terminal with the program in it.
pub struct Pty {
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    shown: Arc<Shown>,
    reader: Option<JoinHandle<()>>,
    ran: Ran,
}

/// What the program wrote so far.
struct Shown {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    screen: vt100::Parser,
    raw: Vec<u8>,
    ended: bool,
}

/// What was left when the program had ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Exit code.
    pub code: u32,
    /// All lines that the terminal shows and has shown, without the home's path.
    pub screen: String,
    /// Every byte that the program wrote.
    pub raw: Vec<u8>,
}

impl Sandbox {
    /// Starts the program in a pseudo-terminal of 100 columns and 40 rows.
    #[must_use]
    pub fn pty(&self, arguments: &[&str]) -> Pty {
        self.pty_of(arguments, 100, 40)
    }

    /// Starts the program in a pseudo-terminal of this many columns and rows.
    ///
    /// # Panics
    /// If the system gives none.
    #[must_use]
    pub fn pty_of(&self, arguments: &[&str], columns: u16, rows: u16) -> Pty {
        let program = self.command();
        let name = program.get_program().to_string_lossy().into_owned();
        self.pty_running(&name, arguments, columns, rows)
    }

    /// Starts another program in a pseudo-terminal, in the same surroundings.
    ///
    /// # Panics
    /// If the system gives none.
    #[must_use]
    pub fn pty_running(&self, name: &str, arguments: &[&str], columns: u16, rows: u16) -> Pty {
        let program = self.command();
        let mut command = CommandBuilder::new(name);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        for (name, value) in program.get_envs() {
            // The terminal knows its own width.
            if let Some(value) = value.filter(|_| name != "COLUMNS") {
                command.env(name, value);
            }
        }
        command.cwd(self.home());
        command.args(arguments);
        let pair = native_pty_system()
            .openpty(size(columns, rows))
            .expect("a pseudo-terminal");
        let child = pair
            .slave
            .spawn_command(command)
            .expect("the program starts");
        // Only the program holds the other end now, so that its end is seen.
        drop(pair.slave);
        let shown = Arc::new(Shown {
            state: Mutex::new(State {
                screen: vt100::Parser::new(cells(rows), cells(columns), SCROLLBACK),
                raw: Vec::new(),
                ended: false,
            }),
            changed: Condvar::new(),
        });
        let mut output = pair.master.try_clone_reader().expect("its output is read");
        let reader = std::thread::spawn({
            let shown = Arc::clone(&shown);
            move || {
                let mut bytes = [0; 4096];
                loop {
                    let read = output.read(&mut bytes).unwrap_or(0);
                    let mut state = shown.lock();
                    state.screen.process(&bytes[..read]);
                    state.raw.extend(&bytes[..read]);
                    state.ended = read == 0;
                    shown.changed.notify_all();
                    if read == 0 {
                        return;
                    }
                }
            }
        });
        Pty {
            keys: pair.master.take_writer().expect("keys can be sent"),
            master: pair.master,
            child,
            shown,
            reader: Some(reader),
            ran: Ran::new(self.home().to_path_buf(), &program).with(arguments),
        }
    }
}

impl Pty {
    /// Presses keys, one after the other; see [`key`].
    ///
    /// # Panics
    /// If the program has ended.
    pub fn press(&mut self, keys: &[&str]) -> &mut Self {
        for key in keys {
            self.send(key.as_bytes());
        }
        self
    }

    /// Types text, and nothing after it.
    pub fn write(&mut self, text: &str) -> &mut Self {
        self.send(text.as_bytes());
        self
    }

    /// Pastes text as a terminal does for a program that asked to be told, or else as if it were typed.
    pub fn paste(&mut self, text: &str) -> &mut Self {
        let bracketed = self.shown.lock().screen.screen().bracketed_paste();
        if bracketed {
            self.send(format!("\x1b[200~{text}\x1b[201~").as_bytes());
        } else {
            self.send(text.replace('\n', "\r").as_bytes());
        }
        self
    }

    /// Waits until the screen shows this text and is drawn whole. A text that the window broke into
    /// lines is found too.
    ///
    /// # Panics
    /// With the screen, if it never does.
    #[track_caller]
    pub fn wait_for(&mut self, text: &str) -> &mut Self {
        self.wait_for_times(text, 1)
    }

    /// Waits until the program has written this text, on a line that moves as well.
    ///
    /// # Panics
    /// With the screen, if it never does.
    #[track_caller]
    pub fn wait_for_text(&mut self, text: &str) -> &mut Self {
        let wanted = squeezed(text);
        let mut state = self.shown.lock();
        let patience = Instant::now() + PATIENCE;
        while !squeezed(&String::from_utf8_lossy(&state.raw)).contains(&wanted) {
            let left = patience.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero() && !state.ended,
                "`{text}` was never written:\n{}",
                state.screen.screen().contents()
            );
            state = self.shown.wait(state, left);
        }
        drop(state);
        self
    }

    /// Waits until the screen shows this text so many times, as when a question is asked again.
    ///
    /// # Panics
    /// With the screen, if it never does.
    #[track_caller]
    pub fn wait_for_times(&mut self, text: &str, times: usize) -> &mut Self {
        let wanted = squeezed(text);
        let mut state = self.shown.lock();
        let patience = Instant::now() + PATIENCE;
        let found = |state: &State| {
            let screen = state.screen.screen();
            // While it draws, the program hides the cursor.
            !screen.hide_cursor() && squeezed(&screen.contents()).matches(&wanted).count() >= times
        };
        while !found(&state) {
            let left = patience.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero() && !state.ended,
                "the screen never showed `{text}` (times: {times}):\n{}",
                state.screen.screen().contents()
            );
            state = self.shown.wait(state, left);
        }
        drop(state);
        self
    }

    /// Changes the window's size.
    ///
    /// # Panics
    /// If the system refuses.
    pub fn resize(&mut self, columns: u16, rows: u16) -> &mut Self {
        self.master
            .resize(size(columns, rows))
            .expect("the window is resized");
        let mut state = self.shown.lock();
        state.screen.set_size(cells(rows), cells(columns));
        drop(state);
        self
    }

    /// Returns what the screen shows now.
    #[must_use]
    pub fn screen(&self) -> String {
        trimmed(&self.shown.lock().screen.screen().contents())
    }

    /// Waits for the program's end.
    ///
    /// # Panics
    /// With the screen, if it does not end, or left the terminal in another state than it found it.
    #[track_caller]
    pub fn end(mut self) -> Ended {
        let mut state = self.shown.lock();
        let patience = Instant::now() + PATIENCE;
        while !state.ended {
            let left = patience.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero(),
                "the program never ended:\n{}",
                state.screen.screen().contents()
            );
            state = self.shown.wait(state, left);
        }
        let screen = state.screen.screen();
        assert!(!screen.hide_cursor(), "the cursor was left hidden");
        assert!(!screen.bracketed_paste(), "paste was left bracketed");
        assert!(!screen.alternate_screen(), "another screen was left on");
        let (screen, raw) = (
            everything(&mut state.screen),
            std::mem::take(&mut state.raw),
        );
        drop(state);
        let status = self.child.wait().expect("the program has ended");
        if let Some(reader) = self.reader.take() {
            reader.join().expect("the reader has ended");
        }
        self.ran.follow_hints("", &screen);
        Ended {
            code: status.exit_code(),
            screen,
            raw,
        }
    }

    fn send(&mut self, bytes: &[u8]) {
        self.keys
            .write_all(bytes)
            .and_then(|()| self.keys.flush())
            .expect("the program takes keys");
    }
}

impl Ended {
    /// Checks the exit code.
    ///
    /// # Panics
    /// With the screen, if it is another.
    #[track_caller]
    pub fn assert_code(&self, code: u32) {
        assert_eq!(self.code, code, "{}", self.screen);
    }

    /// Checks that the screen shows a text.
    ///
    /// # Panics
    /// With the screen, if it does not.
    #[track_caller]
    pub fn assert_shows(&self, text: &str) {
        assert!(self.screen.contains(text), "{}", self.screen);
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        let _ended = self.child.kill();
    }
}

impl Shown {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A test that failed while it looked must not hide its reason.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>, left: Duration) -> MutexGuard<'a, State> {
        self.changed
            .wait_timeout(state, left)
            .unwrap_or_else(PoisonError::into_inner)
            .0
    }
}

/// Returns what the terminal shows, after all that it has shown before.
fn everything(screen: &mut vt100::Parser) -> String {
    let mut pages = Vec::new();
    let rows = usize::from(screen.screen().size().0.get());
    screen.screen_mut().set_scrollback(usize::MAX);
    let mut above = screen.screen().scrollback();
    while above > 0 {
        screen.screen_mut().set_scrollback(above);
        let page = screen.screen().contents();
        let fresh = above.min(rows);
        pages.extend(page.lines().take(fresh).map(str::to_owned));
        above -= fresh;
    }
    screen.screen_mut().set_scrollback(0);
    pages.extend(screen.screen().contents().lines().map(str::to_owned));
    trimmed(&pages.join("\n"))
}

/// Returns text without spaces at the ends of its lines and empty lines at its end.
fn trimmed(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let mut text = lines.join("\n").trim_end().to_owned();
    text.push('\n');
    text
}

/// Returns text without any space.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize {
        rows,
        cols: columns,
        pixel_width: 0,
        pixel_height: 0,
    }
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).expect("a window has a row and a column")
}
