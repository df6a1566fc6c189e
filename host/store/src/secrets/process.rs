//! Listening to a program for a bounded time, and ending it with all that it started.

use std::io::{self, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use openclaw_core::secret::Secret;

/// How long the output of a program that has ended may still be on its way. Something that it left
/// running may hold the pipe open for ever.
const REST: Duration = Duration::from_millis(200);
const PAUSE: Duration = Duration::from_millis(2);

/// Most bytes that are kept of what a program says on stderr: its last words.
const SAID: usize = 4096;

/// A program that has ended.
pub struct Ended {
    /// How.
    pub status: ExitStatus,
    /// What it wrote on stdout.
    pub output: Secret<Vec<u8>>,
}

/// What became of a program.
pub struct Report {
    /// How it ended, or why it did not.
    pub ended: Result<Ended, NotRun>,
    /// The end of what it wrote on stderr, if that is a pipe.
    pub said: Secret<Vec<u8>>,
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

/// What a program writes to a pipe, read on a thread of its own.
struct Reader {
    heard: Arc<Mutex<Heard>>,
    thread: JoinHandle<()>,
}

struct Heard {
    bytes: Vec<u8>,
    at: Instant,
}

impl Reader {
    /// Reads a pipe to its end; `keep` says what stays of what was read, and whether to go on.
    fn of(
        mut pipe: impl io::Read + Send + 'static,
        keep: impl Fn(&mut Vec<u8>) -> bool + Send + 'static,
    ) -> Self {
        let heard = Arc::new(Mutex::new(Heard {
            bytes: Vec::new(),
            at: Instant::now(),
        }));
        let shared = Arc::clone(&heard);
        let thread = std::thread::spawn(move || {
            let mut piece = [0; 8192];
            while let Ok(read @ 1..) = pipe.read(&mut piece) {
                let mut heard = lock(&shared);
                heard.bytes.extend_from_slice(&piece[..read]);
                heard.at = Instant::now();
                if !keep(&mut heard.bytes) {
                    break;
                }
            }
        });
        Self { heard, thread }
    }

    fn take(&self) -> Secret<Vec<u8>> {
        Secret::new(std::mem::take(&mut lock(&self.heard).bytes))
    }
}

/// Starts a program, writes `input` to it, and returns what it writes on stdout before it ends. What
/// takes too long is ended, with everything that it started.
pub fn listen(mut command: Command, input: &[u8], bounds: Bounds, listening: &Listening) -> Report {
    command.stdout(Stdio::piped()).stdin(if input.is_empty() {
        Stdio::null()
    } else {
        Stdio::piped()
    });
    // A group of its own, so that what it starts can be ended with it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            return Report {
                ended: Err(NotRun::NotStarted(error)),
                said: Secret::new(Vec::new()),
            };
        }
    };
    if let Some(mut pipe) = child.stdin.take() {
        // It fits into the pipe. One that does not read it may end all the same.
        pipe.write_all(input).ok();
    }
    let errors = child.stderr.take().map(|pipe| {
        Reader::of(pipe, |said| {
            said.drain(..said.len().saturating_sub(SAID));
            true
        })
    });
    let most = bounds.output;
    let output = child
        .stdout
        .take()
        .map(|pipe| Reader::of(pipe, move |heard| heard.len() as u64 <= most));
    let status = until_ended(&mut child, output.as_ref(), bounds, listening);
    if status.is_err() {
        end(&mut child);
    }
    let ended = Instant::now();
    let open = |reader: &Option<Reader>| {
        let thread = reader.as_ref().map(|reader| &reader.thread);
        thread.is_some_and(|thread| !thread.is_finished())
    };
    while (open(&output) || open(&errors)) && ended.elapsed() < REST {
        std::thread::sleep(PAUSE);
    }
    let taken = |reader: Option<Reader>| {
        let taken = reader.map(|reader| reader.take());
        taken.unwrap_or_else(|| Secret::new(Vec::new()))
    };
    let (output, said) = (taken(output), taken(errors));
    let is_too_much = output.expose().len() as u64 > most;
    let ended = match status {
        Ok(_) if is_too_much => Err(NotRun::TooMuch(most)),
        Ok(status) => Ok(Ended { status, output }),
        Err(error) => Err(error),
    };
    Report { ended, said }
}

fn until_ended(
    child: &mut Child,
    output: Option<&Reader>,
    bounds: Bounds,
    listening: &Listening,
) -> Result<ExitStatus, NotRun> {
    let begun = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) => {}
            Err(error) => return Err(NotRun::Lost(error)),
        }
        let (length, last) = output.map_or((0, begun), |reader| {
            let heard = lock(&reader.heard);
            (heard.bytes.len() as u64, heard.at)
        });
        if length > bounds.output {
            return Err(NotRun::TooMuch(bounds.output));
        }
        if begun.elapsed() >= bounds.time {
            return Err(NotRun::TookTooLong(bounds.time));
        }
        if last.elapsed() >= bounds.silence {
            return Err(NotRun::Silent(bounds.silence));
        }
        if listening.is_given_up() {
            return Err(NotRun::GivenUp);
        }
        std::thread::sleep(PAUSE);
    }
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
