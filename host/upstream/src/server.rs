//! The listening socket, its threads, and how they end.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::journal::{Outcome, Received};
use crate::reply::Reply;
use crate::script::Script;
use crate::send::send;
use crate::wire::{Incoming, Line, Manner, Stop};

/// A running server. Dropping it stops it.
pub struct Upstream {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Default)]
struct Shared {
    script: Mutex<Arc<Script>>,
    journal: Mutex<Vec<Received>>,
    journal_changed: Condvar,
    stop: Stop,
    /// The open connections by number, to be shut down when the server stops.
    open: Mutex<BTreeMap<usize, TcpStream>>,
    /// How many connections there have been.
    connections: Mutex<usize>,
}

impl Upstream {
    /// Starts a server on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// If no port can be bound or no thread started.
    pub fn start(script: Script) -> io::Result<Self> {
        Self::start_on(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), script)
    }

    /// Starts a server on this loopback address; port 0 stands for a free one.
    ///
    /// # Errors
    /// If the address is not a loopback address or cannot be bound, or no thread can be started.
    pub fn start_on(address: SocketAddr, script: Script) -> io::Result<Self> {
        if !address.ip().is_loopback() {
            let message = format!("{address} is not a loopback address");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            script: Mutex::new(Arc::new(script)),
            ..Shared::default()
        });
        let accepting = thread::Builder::new().name("upstream".to_owned()).spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, &shared)
        })?;
        Ok(Self {
            address,
            shared,
            accepting: Mutex::new(Some(accepting)),
        })
    }

    /// Returns where it listens, as `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the address it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns every request so far in the order of arrival, also those refused or broken. It can
    /// still be asked after stopping.
    #[must_use]
    pub fn requests(&self) -> Vec<Received> {
        locked(&self.shared.journal).clone()
    }

    /// Returns how many connections there have been, also those without a request.
    #[must_use]
    pub fn connections(&self) -> usize {
        *locked(&self.shared.connections)
    }

    /// Waits until the journal satisfies `enough`, which is asked at once and after each change.
    /// Returns false if `timeout` passes first.
    pub fn wait_until(&self, timeout: Duration, enough: impl Fn(&[Received]) -> bool) -> bool {
        let journal = locked(&self.shared.journal);
        let (journal, _) = self
            .shared
            .journal_changed
            .wait_timeout_while(journal, timeout, |journal| !enough(journal))
            .unwrap_or_else(PoisonError::into_inner);
        enough(&journal)
    }

    /// Replaces the script, for requests from now on. The journal goes on.
    pub fn follow(&self, script: Script) {
        *locked(&self.shared.script) = Arc::new(script);
    }

    /// Stops listening, breaks off what is being sent, and joins all threads. It does not wait for
    /// clients; stopping again does nothing.
    pub fn stop(&self) {
        self.shared.stop.set();
        let Some(accepting) = locked(&self.accepting).take() else {
            return;
        };
        self.shared.shut_all();
        // Wakes the thread that accepts. If it cannot be reached it is left behind: it holds
        // nothing but the socket.
        if TcpStream::connect_timeout(&self.address, Duration::from_secs(2)).is_ok()
            || accepting.is_finished()
        {
            accepting.join().ok();
        }
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.stop();
    }
}

impl fmt::Debug for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upstream")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl Shared {
    fn shut_all(&self) {
        for stream in locked(&self.open).values() {
            stream.shutdown(Shutdown::Both).ok();
        }
    }

    fn note(&self, received: Received) -> usize {
        let mut journal = locked(&self.journal);
        journal.push(received);
        self.journal_changed.notify_all();
        journal.len() - 1
    }

    fn note_outcome(&self, index: usize, outcome: Outcome) {
        if let Some(received) = locked(&self.journal).get_mut(index) {
            received.outcome = outcome;
        }
        self.journal_changed.notify_all();
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    let mut threads: Vec<JoinHandle<()>> = Vec::new();
    while !shared.stop.is_set() {
        let Ok((stream, _)) = listener.accept() else {
            // Out of descriptors, or a client that left at once.
            thread::sleep(Duration::from_millis(5));
            continue;
        };
        if shared.stop.is_set() {
            break;
        }
        let number = {
            let mut connections = locked(&shared.connections);
            *connections += 1;
            *connections
        };
        let spawned = thread::Builder::new()
            .name(format!("upstream-{number}"))
            .spawn({
                let shared = Arc::clone(shared);
                move || serve(stream, number, &shared)
            });
        threads.retain(|thread| !thread.is_finished());
        threads.extend(spawned);
    }
    // Once more, for a connection that was being opened when the others were shut.
    shared.shut_all();
    for thread in threads {
        thread.join().ok();
    }
}

/// Forgets the connection when its thread ends, however it ends.
struct Open<'a> {
    shared: &'a Shared,
    number: usize,
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        if let Some(stream) = locked(&self.shared.open).remove(&self.number) {
            stream.shutdown(Shutdown::Both).ok();
        }
    }
}

fn serve(stream: TcpStream, number: usize, shared: &Shared) {
    let Ok(other) = stream.try_clone() else {
        return;
    };
    locked(&shared.open).insert(number, other);
    let _open = Open { shared, number };
    let Ok(mut line) = Line::new(stream, &shared.stop, number) else {
        return;
    };
    while !shared.stop.is_set() {
        let (mut received, manner, refusal) = match line.read_request() {
            Incoming::End => return,
            Incoming::Request(received, manner) => (received, manner, None),
            Incoming::Bad(received, status) => {
                let problem = received.problem.clone().unwrap_or_default();
                let manner = Manner {
                    head_only: false,
                    old: false,
                    keep_alive: false,
                };
                (received, manner, Some(Reply::full(status, problem)))
            }
        };
        let script = Arc::clone(&locked(&shared.script));
        if refusal.is_none() {
            received.rule = script.choose(&received);
        }
        let index = shared.note(received.clone());
        let reply = refusal.unwrap_or_else(|| script.reply(received.rule, &received));
        match send(&mut line, &reply, manner) {
            Ok(goes_on) => {
                // First the end of the reply, then the journal: who sees `Sent` may rely on it.
                if !goes_on && received.problem.is_some() {
                    line.close_gently();
                }
                shared.note_outcome(index, Outcome::Sent);
                if !goes_on {
                    return;
                }
            }
            Err(broken) => {
                shared.note_outcome(index, broken.into());
                return;
            }
        }
    }
}

/// Locks, also after a panic elsewhere: the values behind these locks are whole at any time.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
