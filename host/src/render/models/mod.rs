//! The replies of `openclaw models`.

pub mod aliases;
mod allowed;
pub mod auth;
pub mod explain;
pub mod fallbacks;
pub mod list;
mod profile;
pub mod run;
pub(in crate::render) mod saved;
pub mod scan;
pub mod set;
pub mod status;
pub mod trail;
