//! The replies of `openclaw models`.

pub mod aliases;
mod allowed;
pub mod auth;
mod count;
mod embed;
pub mod explain;
pub mod fallbacks;
pub mod list;
mod profile;
pub(in crate::render) use profile::cooldown;
pub mod run;
pub mod run_lines;
pub(in crate::render) mod saved;
pub mod scan;
pub mod set;
pub mod show;
pub mod status;
pub mod trail;
mod update;
