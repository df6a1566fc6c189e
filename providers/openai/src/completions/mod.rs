//! Chat Completions, the dialect that compatible servers share.

pub(crate) mod decode;
pub(crate) mod encode;
