//! The replies of `openclaw agents`.

pub mod add;
pub mod list;
pub mod remove;
