//! The router in one process: many requests at once, dropped requests, exchanged snapshots; and what
//! its package may depend on.

mod many;
mod packages;
mod setup;
mod vendors;
