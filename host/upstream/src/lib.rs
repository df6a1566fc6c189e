//! A scripted model provider on loopback.
//!
//! It serves the `demo` command and the end-to-end tests: real sockets and the vendors' real wire
//! formats, but no key, no network and no chance. A [`Script`] says which [`Reply`] each request
//! gets, faults included; the journal says what arrived. [`Simulator`] is the ready-made script of
//! the demo.
//!
//! What is not here: TLS, HTTP/2, and any judgement of whether a request body makes sense; a test
//! looks at the journal for that.
//!
//! Invariants: it listens on loopback only; nothing a client sends makes it panic; stopping never
//! waits for a client. It uses threads and blocking sockets, so it runs beside any async runtime.
//!
//! ```
//! use openclaw_upstream::{Script, Upstream, When, anthropic};
//!
//! # fn main() -> std::io::Result<()> {
//! let script = Script::new()
//!     .on(When::post("/v1/messages").nth(1), anthropic::error(529, "overloaded_error", "Overloaded"))
//!     .on(When::post("/v1/messages"), anthropic::stream(&["Hello", ", world"]));
//! let upstream = Upstream::start(script)?;
//! // … point a client at upstream.url() …
//! assert!(upstream.requests().is_empty());
//! # Ok(())
//! # }
//! ```

mod echo;
mod encode;
mod journal;
mod reply;
mod script;
mod send;
mod server;
mod simulator;
mod wire;

pub mod anthropic;
pub mod bedrock;
pub mod google;
pub mod ollama;
pub mod openai;

pub use echo::Echo;
pub use encode::Form;
pub use journal::{Outcome, Received};
pub use reply::Reply;
pub use script::{Respond, Script, When};
pub use server::Upstream;
pub use simulator::{Keys, Simulator};
