//! JSON that is carried as text.

/// JSON text (RFC 8259). Keys keep their order and numbers their digits: whoever hands it on hands
/// on the same bytes. Nothing checks it when it is made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Json(String);

impl Json {
    /// Wraps `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the text itself.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}
