//! Programs that are run for their output, bounded in time and length.

use std::io::{self, Read as _};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use openclaw_core::secret::Secret;

/// How long the output of a program that has ended may still be on its way. Something that it
/// left running may hold the pipe open for ever.
const REST: Duration = Duration::from_millis(200);
const PAUSE: Duration = Duration::from_millis(2);
/// Longest output that is read, in bytes.
const LONGEST: u64 = 4 << 20;

/// Runs a program with nothing to read, and returns what it prints; an error completes the sentence
/// that its name begins.
pub(crate) fn output(command: &mut Command, limit: Duration) -> Result<Secret<Vec<u8>>, String> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    // A group of its own, so that what it starts can be ended with it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    let mut child = command
        .spawn()
        .map_err(|error| format!("does not start: {error}"))?;
    let ended = listen(&mut child, limit);
    if ended.is_err() {
        end(&mut child);
    }
    ended
}

/// Returns what a process writes before it ends.
fn listen(child: &mut Child, limit: Duration) -> Result<Secret<Vec<u8>>, String> {
    let begun = Instant::now();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let reader = child.stdout.take().map(|pipe| {
        let heard = Arc::clone(&heard);
        std::thread::spawn(move || -> io::Result<()> {
            let mut pipe = pipe.take(LONGEST);
            let mut piece = [0; 8192];
            loop {
                match pipe.read(&mut piece)? {
                    0 => return Ok(()),
                    read => heard
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .extend_from_slice(&piece[..read]),
                }
            }
        })
    });
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if begun.elapsed() < limit => std::thread::sleep(PAUSE),
            Ok(None) => return Err(format!("took longer than {} ms", limit.as_millis())),
            Err(error) => return Err(format!("cannot be waited for: {error}")),
        }
    };
    if !status.success() {
        return Err(format!("failed ({status})"));
    }
    let ended = Instant::now();
    while reader.as_ref().is_some_and(|reader| !reader.is_finished()) && ended.elapsed() < REST {
        std::thread::sleep(PAUSE);
    }
    let output = std::mem::take(&mut *heard.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(Secret::new(output))
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
