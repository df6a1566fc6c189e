//! What an attempt teaches: told to the cascade, and kept in the profile's store.

use openclaw_core::auth_order::CredentialSource;
use openclaw_core::cascade::{Attempt, Outcome};
use openclaw_core::cooldown::{after_failure, after_success};
use openclaw_core::failure::Failure as ProviderFailure;

use super::{Listener, Run};
use crate::store::StoreError;
use crate::store::auth::AuthDocument;

impl Run<'_> {
    /// Tells the cascade what came of a step, and keeps what that taught about the profile.
    pub(super) fn report(
        &mut self,
        attempt: &Attempt,
        outcome: Outcome,
        listener: &mut dyn Listener,
    ) {
        let failure = match &outcome {
            Outcome::Success | Outcome::Refreshed | Outcome::CutOff(_) => None,
            // The provider's refusal, not a network hiccup of the renewal, is what counts.
            Outcome::RefreshFailed(failure) => {
                Some(self.refused.take().unwrap_or_else(|| failure.clone()))
            }
            Outcome::Failure { failure, .. } => Some(failure.clone()),
        };
        let learnt = !matches!(outcome, Outcome::Refreshed | Outcome::CutOff(_));
        self.cascade.report(outcome, self.app.now());
        if self.cascade.is_renewing() {
            self.refused = failure;
        } else if learnt {
            self.remember(attempt, failure.as_ref(), listener);
        }
    }

    /// Writes what an attempt taught about its profile, and tells the cascade what stands there now.
    fn remember(
        &mut self,
        attempt: &Attempt,
        failure: Option<&ProviderFailure>,
        listener: &mut dyn Listener,
    ) {
        let CredentialSource::Profile(id) = &attempt.option.source else {
            return;
        };
        let (provider, model, now) = (
            &attempt.model.provider,
            attempt.model.model.as_str(),
            self.app.now(),
        );
        let policy = self.state.policy(provider);
        let inherited = self
            .state
            .main_auth
            .as_ref()
            .map(|main| main.load().document);
        let written = self.state.auth_file.update(|document: &mut AuthDocument| {
            let before = match &inherited {
                Some(inherited) => document.over(inherited).usage(id),
                None => document.usage(id),
            };
            let after = match failure {
                Some(failure) => after_failure(&before, model, failure, now, &policy),
                None => after_success(&before, model, now),
            };
            if after != before {
                document.set_usage(id, &after);
            }
            if failure.is_none() {
                document.set_last_good(provider, id);
            }
            Ok::<_, StoreError>(after)
        });
        match written {
            Ok(updated) => self
                .cascade
                .observe(provider, &attempt.option.source, updated.value),
            Err(error) => listener.warning(&format!(
                "what was learnt about `{id}` is not kept: {error}"
            )),
        }
    }
}
