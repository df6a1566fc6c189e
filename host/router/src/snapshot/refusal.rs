//! Why a model that was asked for may not be used, with the way out that works.

use openclaw_core::catalog::nearest;
use openclaw_core::selection::{Origin, SelectionError};
use openclaw_core::shell::pasteable;

use super::Snapshot;
use crate::failure::Failure;

impl Snapshot {
    /// Returns the failure of a selection. `asked` is the model as it was typed, and `today` decides
    /// what is retired.
    #[must_use]
    pub fn not_selected(&self, error: SelectionError, asked: Option<&str>, today: &str) -> Failure {
        let SelectionError::NotAllowed { model, origin } = &error else {
            return error.into();
        };
        let (model, requested) = (model.clone(), *origin == Origin::Requested);
        let mut failure = Failure::from(error);
        if let Some(typed) = asked.filter(|typed| requested && !typed.contains('/')) {
            let aliases = self.settings.aliases();
            let names = aliases.iter().map(|alias| &*alias.name);
            if let Some(alias) = nearest(typed, names).and_then(|near| aliases.get(near)) {
                failure.hints = vec![format!(
                    "did you mean the alias `{}`, which is `{}`? see them with `openclaw models aliases list`",
                    alias.name, alias.model
                )];
                return failure;
            }
        }
        let catalog = self.catalog().on(today);
        if catalog.get(&model).is_some() || self.accepts_unlisted(&model) {
            return failure;
        }
        // What nobody knows cannot be allowed either.
        let unknown = catalog.unknown(&model);
        failure.message = unknown.message;
        failure.details.splice(0..0, unknown.details);
        failure.hints = match self.catalog().on(today).near(&model).first() {
            Some(near) if self.settings.allows(near) => unknown.hints,
            // A resemblance to a model of another vendor is a chance.
            Some(near) if self.knows_provider(&model.provider) => vec![format!(
                "did you mean `{near}`? allow it with `openclaw models allow {}`",
                pasteable(&near.key())
            )],
            _ => vec!["see what may be used with `openclaw models allowed`".to_owned()],
        };
        failure
    }
}
