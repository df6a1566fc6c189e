//! The replies of `openclaw models auth`.

pub mod order;
pub mod paste_token;
