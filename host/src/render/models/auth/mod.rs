//! The replies of `openclaw models auth`.

pub mod cooldown;
pub mod credential_input;
pub mod list;
pub mod migrate;
pub mod order;
pub mod remove;
pub mod token;
