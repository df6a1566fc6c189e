//! The replies of `openclaw models auth`.

pub mod cooldown;
pub mod intake;
pub mod list;
pub mod order;
pub mod remove;
