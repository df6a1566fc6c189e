//! How much a component may say of one reply.

/// Most parts of all answers together.
pub const MAX_PARTS: u32 = 4_096;
/// Most answers.
pub const MAX_ANSWERS: u32 = 128;
/// Most bytes of text, arguments, transcripts, states and values together.
pub const MAX_TEXT: usize = 32 << 20;
/// Most bytes of files together.
pub const MAX_FILES: usize = 64 << 20;
/// Most bytes of an id, a name or another word.
pub const MAX_WORD: usize = 4_096;
/// Most bytes of one extension.
pub const MAX_EXTENSION: usize = 256 << 10;
/// Most entries of a list: notices, limits, citations of a part, names in `details`, extensions.
pub const MAX_ENTRIES: usize = 4_096;
/// Most tokens of a part whose likelihood is told, and alternatives to one.
pub const MAX_LOGPROBS: usize = 1 << 20;
/// The largest count of tokens or requests.
pub const MAX_COUNT: u64 = 1 << 40;
