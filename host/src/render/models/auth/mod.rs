//! The replies of `openclaw models auth`.

pub mod intake;
pub mod order;
