//! Listening to a program for a bounded time, and ending it with all that it started.

use std::io::{self, Read as _, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use openclaw_core::secret::Secret;

/// How long the output of a program that has ended may still be on its way. Something that it left
/// running may hold the pipe open for ever.
const REST: Duration = Duration::from_millis(200);
const PAUSE: Duration = Duration::from_millis(2);

/// A program that has ended.
pub struct Ended {
    /// How.
    pub status: ExitStatus,
    /// What it wrote on stdout.
    pub output: Secret<Vec<u8>>,
}

/// Why nothing was heard of a program.
#[derive(Debug, thiserror::Error)]
pub enum NotRun {
    /// It does not start.
    #[error("does not start: {0}")]
    NotStarted(io::Error),
    /// It did not end.
    #[error("took longer than {} ms", .0.as_millis())]
    TookTooLong(Duration),
    /// It wrote nothing for too long.
    #[error("wrote nothing for {} ms", .0.as_millis())]
    Silent(Duration),
    /// It wrote too much.
    #[error("wrote more than {0} bytes")]
    TooMuch(u64),
    /// Nobody waits for it any longer.
    #[error("was ended")]
    GivenUp,
    /// The system does not say what became of it.
    #[error("cannot be waited for: {0}")]
    Lost(io::Error),
}

/// Whoever listens to a program, for another thread that may end it.
#[derive(Clone, Debug, Default)]
pub struct Listening(Arc<Mutex<bool>>);

impl Listening {
    /// Ends the program, as soon as its listener looks up.
    pub fn give_up(&self) {
        *lock(&self.0) = true;
    }

    fn is_given_up(&self) -> bool {
        *lock(&self.0)
    }
}

/// How much a program may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// How long it may take.
    pub time: Duration,
    /// How long it may be silent.
    pub silence: Duration,
    /// Most bytes that it may write.
    pub output: u64,
}

struct Heard {
    bytes: Vec<u8>,
    at: Instant,
}

/// Starts a program, writes `input` to it, and returns what it writes on stdout before it ends. What
/// takes too long is ended, with everything that it started.
///
/// # Errors
/// [`NotRun`].
pub fn listen(
    mut command: Command,
    input: &[u8],
    bounds: Bounds,
    listening: &Listening,
) -> Result<Ended, NotRun> {
    command.stdout(Stdio::piped()).stdin(if input.is_empty() {
        Stdio::null()
    } else {
        Stdio::piped()
    });
    // A group of its own, so that what it starts can be ended with it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().map_err(NotRun::NotStarted)?;
    if let Some(mut pipe) = child.stdin.take() {
        // It fits into the pipe. One that does not read it may end all the same.
        pipe.write_all(input).ok();
    }
    let ended = until_ended(&mut child, bounds, listening);
    if ended.is_err() {
        end(&mut child);
    }
    ended
}

fn until_ended(child: &mut Child, bounds: Bounds, listening: &Listening) -> Result<Ended, NotRun> {
    let begun = Instant::now();
    let heard = Arc::new(Mutex::new(Heard {
        bytes: Vec::new(),
        at: begun,
    }));
    let reader = child.stdout.take().map(|pipe| {
        let heard = Arc::clone(&heard);
        std::thread::spawn(move || -> io::Result<()> {
            let mut pipe = pipe.take(bounds.output.saturating_add(1));
            let mut piece = [0; 8192];
            loop {
                let read = pipe.read(&mut piece)?;
                if read == 0 {
                    return Ok(());
                }
                let mut heard = lock(&heard);
                heard.bytes.extend_from_slice(&piece[..read]);
                heard.at = Instant::now();
            }
        })
    });
    let too_much = |heard: &Heard| heard.bytes.len() as u64 > bounds.output;
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) => {}
            Err(error) => return Err(NotRun::Lost(error)),
        }
        let heard = lock(&heard);
        if too_much(&heard) {
            return Err(NotRun::TooMuch(bounds.output));
        }
        if begun.elapsed() >= bounds.time {
            return Err(NotRun::TookTooLong(bounds.time));
        }
        if heard.at.elapsed() >= bounds.silence {
            return Err(NotRun::Silent(bounds.silence));
        }
        drop(heard);
        if listening.is_given_up() {
            return Err(NotRun::GivenUp);
        }
        std::thread::sleep(PAUSE);
    };
    let ended = Instant::now();
    while reader.as_ref().is_some_and(|reader| !reader.is_finished()) && ended.elapsed() < REST {
        std::thread::sleep(PAUSE);
    }
    let mut heard = lock(&heard);
    if too_much(&heard) {
        return Err(NotRun::TooMuch(bounds.output));
    }
    let output = Secret::new(std::mem::take(&mut heard.bytes));
    Ok(Ended { status, output })
}

/// Ends a process and everything that it started.
fn end(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id())
        .ok()
        .and_then(rustix::process::Pid::from_raw)
    {
        rustix::process::kill_process_group(group, rustix::process::Signal::KILL).ok();
    }
    child.kill().ok();
    child.wait().ok();
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
