//! The Responses API, the vendor's own dialect.

pub(crate) mod decode;
pub(crate) mod encode;
