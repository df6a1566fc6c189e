//! Following a request to its end: events to whoever prints them, Ctrl-C, and a reader that closes.

use std::pin::pin;

use futures_util::StreamExt as _;
use openclaw_core::cascade::Failed;
use openclaw_core::conversation::Answer;
use openclaw_router::{
    Event, Failure, Kind, Plugins, Request, Response, Router, RunError, Surroundings,
};

use super::block_on;

/// Nobody reads the output any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReaderClosed;

/// Prints what happens during a run.
pub trait RunPrinter {
    /// Prints an event; never the last one.
    ///
    /// # Errors
    /// [`ReaderClosed`] to stop quietly.
    fn print(&mut self, event: Event) -> Result<(), ReaderClosed>;
}

/// How a run ended for the person who began it.
pub enum Ended {
    /// A model answered.
    Answered(Box<Response>),
    /// Nothing was left to try. With the part of an answer that was shown, if there is one.
    Failed(Box<Failed>, Option<Box<Answer>>),
    /// The reader closed stdout.
    ReaderClosed,
    /// Ctrl-C was pressed.
    Interrupted,
}

/// Asks, and prints what happens, until a model answers, nothing is left to try, the reader is gone
/// or Ctrl-C is pressed. A login being renewed is waited for in every case: it could be lost.
///
/// # Errors
/// When the request cannot be asked at all.
pub fn follow(
    router: &Router,
    request: Request,
    printer: &mut dyn RunPrinter,
) -> Result<Ended, Failure> {
    block_on(async {
        let mut answering = router.ask(request);
        let mut interrupted = pin!(tokio::signal::ctrl_c());
        let ended = loop {
            let event = tokio::select! {
                biased;
                _ = &mut interrupted => break Ok(Ended::Interrupted),
                event = answering.next() => event,
            };
            match event {
                Some(Event::Ended(Ok(response))) => break Ok(Ended::Answered(response)),
                Some(Event::Ended(Err(RunError::Failed { failed, partial }))) => {
                    break Ok(Ended::Failed(failed, partial));
                }
                Some(Event::Ended(Err(RunError::Refused(failure)))) => break Err(*failure),
                Some(event) => {
                    if printer.print(event) == Err(ReaderClosed) {
                        break Ok(Ended::ReaderClosed);
                    }
                }
                None => unreachable!("a run ends with its last event"),
            }
        };
        // Closes the connection.
        drop(answering);
        router.settle().await;
        ended
    })
}

/// Runs live questions to their end, or to Ctrl-C. Returns what came of them, and what there is to
/// say of the audit log.
///
/// # Errors
/// [`Kind::Interrupted`] after Ctrl-C, with `unchanged` as its detail.
pub async fn until_interrupted<T>(
    surroundings: &Surroundings,
    plugins: &Plugins,
    unchanged: &str,
    work: impl Future<Output = T>,
) -> Result<(T, Option<String>), Failure> {
    let ended = tokio::select! {
        biased;
        _ = tokio::signal::ctrl_c() => {
            Err(Failure::new(Kind::Interrupted, "interrupted").detail(unchanged))
        }
        value = work => Ok(value),
    };
    let warning = plugins.write_audit(surroundings.now());
    Ok((ended?, warning))
}
