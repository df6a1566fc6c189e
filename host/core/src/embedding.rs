//! Vectors for texts and files: what is asked, and what comes back.

use crate::conversation::{File, Usage};

/// A piece of what one vector stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// Text.
    Text(String),
    /// Token ids of the model's own tokenizer.
    Tokens(Vec<u32>),
    /// A file.
    File(File),
}

/// What a model is asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// Model id as the vendor knows it.
    pub model: String,
    /// What to embed; each list gives one vector.
    pub inputs: Vec<Vec<Item>>,
    /// What the vectors are for, such as `query` or `document`.
    pub purpose: Option<String>,
    /// Length of the vectors; the model's own when absent.
    pub dimensions: Option<u32>,
    /// What to do with inputs that are too long: `error`, `end` or `start`.
    pub truncate: Option<String>,
    /// Who the end user is, as an opaque word.
    pub user: Option<String>,
}

/// A vector.
#[derive(Clone, Debug, PartialEq)]
pub enum Vector {
    /// Numbers.
    Floats(Vec<f32>),
    /// Small numbers, or bits in bytes; the reply's format says which.
    Bytes(Vec<u8>),
    /// Places and numbers.
    Sparse(Vec<(u32, f32)>),
}

impl Vector {
    /// Returns how many numbers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Floats(numbers) => numbers.len(),
            Self::Bytes(bytes) => bytes.len(),
            Self::Sparse(places) => places.len(),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What comes back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reply {
    /// One for each input, in order.
    pub vectors: Vec<Vector>,
    /// The format that they have, such as `f32`.
    pub format: String,
    /// The model that made them, as the vendor names it.
    pub model: Option<String>,
    /// What was used.
    pub usage: Usage,
    /// What was done other than asked: the wish, and what became of it.
    pub notices: Vec<(String, String)>,
}

impl Reply {
    /// Appends what another call returned for further inputs.
    pub fn append(&mut self, more: Self) {
        let added = |one: Option<u64>, other: Option<u64>| match (one, other) {
            (None, None) => None,
            (one, other) => Some(one.unwrap_or(0).saturating_add(other.unwrap_or(0))),
        };
        self.vectors.extend(more.vectors);
        self.usage.input = added(self.usage.input, more.usage.input);
        self.model = self.model.take().or(more.model);
        for notice in more.notices {
            if !self.notices.contains(&notice) {
                self.notices.push(notice);
            }
        }
    }
}
