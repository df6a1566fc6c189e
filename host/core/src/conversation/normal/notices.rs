//! What a rewriting leaves for the trail.

use crate::conversation::Notice;

/// Notices in the order of the rules.
#[derive(Debug, Default)]
pub(super) struct Notices(Vec<Notice>);

impl Notices {
    pub(super) fn dropped(&mut self, about: impl Into<String>, message: impl Into<String>) {
        self.push("dropped", about, message);
    }

    pub(super) fn changed(&mut self, about: impl Into<String>, message: impl Into<String>) {
        self.push("changed", about, message);
    }

    fn push(&mut self, kind: &str, about: impl Into<String>, message: impl Into<String>) {
        self.0.push(Notice {
            kind: kind.to_owned(),
            about: about.into(),
            message: message.into(),
        });
    }

    pub(super) fn append(&mut self, mut others: Vec<Notice>) {
        self.0.append(&mut others);
    }

    pub(super) fn into_vec(self) -> Vec<Notice> {
        self.0
    }
}
