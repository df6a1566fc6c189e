//! How long a request is.

/// A count of the tokens of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// Input tokens, those in the vendor's cache included.
    pub input: u64,
    /// How it was found: `vendor` (asked), `tokenizer` (with the model's own), `estimate`, or another
    /// word, which counts as `estimate`.
    pub method: String,
}

impl Count {
    /// Whether it is what the vendor counts, rather than a guess.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        matches!(self.method.as_str(), "vendor" | "tokenizer")
    }
}
