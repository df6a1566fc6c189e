//! The upstream over a plain socket.

mod client;
mod server;
mod vendors;
