//! What is asked of a provider besides answers: how long a request is, vectors, and what is left of an
//! account. As with probes, no state changes: nothing is renewed and no cooldown is remembered.

use openclaw_core::auth_order::CredentialSource;
use openclaw_core::cascade::{Candidate, Reaction, reaction};
use openclaw_core::conversation::{Request, estimate_tokens, normal_form};
use openclaw_core::credential::ProviderId;
use openclaw_core::embedding;
use openclaw_core::failure::Failure as ProviderFailure;
use openclaw_core::model_ref::ModelRef;
use openclaw_core::quota::Report;
use openclaw_core::tokens::Count;
use openclaw_runtime::CallError;

use crate::failure::Failure;
use crate::plan;
use crate::probe::{Prober, Subject, Verdict};
use crate::snapshot::Snapshot;
use crate::surroundings::Surroundings;
use crate::target;

/// A credential that did not do, and why.
pub type Refused = (CredentialSource, ProviderFailure);

impl Prober<'_> {
    /// Counts the tokens of a request as the vendor would get it.
    pub async fn count(
        &self,
        subject: &Subject,
        model: &ModelRef,
        request: &Request,
    ) -> Verdict<Count> {
        let known = self.snapshot.catalog().get(model);
        let mut target = target::target(self.snapshot, model, known.as_ref());
        target.account = Some(target::account(self.snapshot, &subject.source));
        self.ask(subject, async |provider, credential| {
            let normal = normal_form(request, &target)
                .map_err(|why| CallError::Provider(target::unfit(&why)))?;
            provider.count(credential, &normal.request).await
        })
        .await
    }

    /// Makes vectors.
    pub async fn embed(
        &self,
        subject: &Subject,
        request: &embedding::Request,
    ) -> Verdict<embedding::Reply> {
        self.ask(subject, async |provider, credential| {
            provider.embed(credential, request).await
        })
        .await
    }

    /// Asks what is left of an account.
    pub async fn quota(&self, subject: &Subject) -> Verdict<Report> {
        self.ask(subject, async |provider, credential| {
            provider.quota(credential).await
        })
        .await
    }

    /// Whether the component of a provider exports an interface, by its name in the contract. Runs
    /// nothing of it.
    #[must_use]
    pub fn offers(&self, provider: &ProviderId, interface: &str) -> bool {
        let installed = self.snapshot.plugin(provider);
        let plugin = installed.and_then(|installed| installed.plugin().ok());
        plugin.is_some_and(|plugin| plugin.offers(interface))
    }
}

/// Returns a model of any kind with its credentials.
///
/// # Errors
/// When the config says something of its credentials that cannot be.
pub fn candidate(
    surroundings: &Surroundings,
    snapshot: &Snapshot,
    model: &ModelRef,
) -> Result<Candidate, Failure> {
    plan::candidate(surroundings, snapshot, None, model, None)
}

/// Asks with the credentials of a candidate, in their order, until one does or another would not do
/// better. Returns which one it was.
///
/// # Errors
/// What each credential was refused with.
pub async fn first_that_does<T>(
    candidate: &Candidate,
    ask: impl AsyncFn(Subject) -> Verdict<T>,
) -> Result<(T, CredentialSource), Vec<Refused>> {
    let mut refused = Vec::new();
    for option in &candidate.sources {
        let source = option.source.clone();
        let subject = Subject {
            provider: candidate.model.provider.clone(),
            source: source.clone(),
        };
        match ask(subject).await.result {
            Ok(value) => return Ok((value, source)),
            Err(failure) => {
                let next = reaction(failure.kind);
                refused.push((source, failure));
                if !matches!(next, Reaction::Rotate | Reaction::RefreshOrRotate) {
                    break;
                }
            }
        }
    }
    Err(refused)
}

/// Returns a count that was not asked for: an estimate.
#[must_use]
pub fn estimated(request: &Request) -> Count {
    Count {
        input: estimate_tokens(request),
        method: "estimate".to_owned(),
    }
}
