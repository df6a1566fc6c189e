//! Live proof: whether a credential works, and which models it may use.
//!
//! Every question goes through the provider's component, like a prompt does. Invariants: nothing is
//! asked longer than its limit, however slowly a server answers, and no more is asked at once than
//! was allowed; no state changes, so a login that has expired is not renewed and no use or cooldown
//! is remembered. What plugins did reaches the audit log all the same.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use openclaw_runtime::provider::{ProbeOptions, Proof};

use futures_util::StreamExt as _;
use futures_util::stream;
use openclaw_core::auth_order::CredentialSource;
use openclaw_core::catalog::Model;
use openclaw_core::credential::{Credential, ProviderId};
use openclaw_core::failure::{Failure as ProviderFailure, FailureKind};
use openclaw_core::status::expiry_phrase;
use openclaw_runtime::{CallError, Provider, StoredSecret};

use crate::credentials;
use crate::failure::as_provider_failure;
use crate::plugins::Plugins;
use crate::snapshot::Snapshot;
use crate::surroundings::Surroundings;

/// A credential to ask about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The provider.
    pub provider: ProviderId,
    /// Which of its credentials.
    pub source: CredentialSource,
}

/// What came of one question.
#[derive(Clone, Debug)]
pub struct Verdict<T> {
    /// What was proven, or why nothing was.
    pub result: Result<T, ProviderFailure>,
    /// How long it took.
    pub elapsed: Duration,
}

/// Asks questions with the user's credentials.
#[derive(Clone, Copy)]
pub struct Prober<'a> {
    /// The program's surroundings.
    pub surroundings: &'a Surroundings,
    /// The user's files.
    pub snapshot: &'a Snapshot,
    /// The components; [`Plugins::prepare`] compiles several at once.
    pub plugins: &'a Plugins,
    /// Longest that one question may take, from looking for the credential to the answer's end.
    pub limit: Duration,
}

impl Prober<'_> {
    /// Makes the cheapest honest call that proves what `options` ask for.
    pub async fn probe(&self, subject: &Subject, options: &ProbeOptions) -> Verdict<Proof> {
        self.ask(subject, async |provider, credential| {
            provider.probe(credential, options).await
        })
        .await
    }

    /// Asks which models a credential may use. The answer is proof that it works.
    pub async fn discover(&self, subject: &Subject) -> Verdict<Vec<Model>> {
        self.ask(subject, async |provider, credential| {
            provider.discover(credential).await
        })
        .await
    }

    /// Proves that a credential works: by its list of models, which is returned, or where the vendor
    /// has none by the smallest answer of a model.
    pub async fn prove(&self, subject: &Subject) -> Verdict<Option<Vec<Model>>> {
        let listed = self.discover(subject).await;
        match listed.result {
            Err(failure) if failure.is_unsupported() => {
                let smallest = ProbeOptions {
                    model: None,
                    max_tokens: 1,
                    may_spend: true,
                };
                let answered = self.probe(subject, &smallest).await;
                Verdict {
                    result: answered.result.map(|_proof| None),
                    elapsed: listed.elapsed + answered.elapsed,
                }
            }
            result => Verdict {
                result: result.map(Some),
                elapsed: listed.elapsed,
            },
        }
    }

    /// Makes the cheapest honest call with a credential that is stored nowhere yet.
    pub async fn probe_unstored(
        &self,
        provider: &ProviderId,
        credential: &Credential,
        options: &ProbeOptions,
    ) -> Verdict<Proof> {
        let credential = Arc::new(credentials::stored_secret(credential));
        self.timed(async {
            let provider = self.provider(provider)?;
            let proof = provider.probe(Some(&credential), options).await;
            proof.map_err(CallError::into_failure)
        })
        .await
    }

    pub(crate) async fn ask<T>(
        &self,
        subject: &Subject,
        call: impl AsyncFnOnce(&Provider, Option<&Arc<StoredSecret>>) -> Result<T, CallError>,
    ) -> Verdict<T> {
        // Where a secret is kept has its own limit, and is not what is timed.
        if let Err(failure) = self.fetch(subject).await {
            return Verdict {
                result: Err(failure),
                elapsed: Duration::ZERO,
            };
        }
        self.timed(async {
            self.expired(subject)?;
            let provider = self.provider(&subject.provider)?;
            let asked = (&subject.provider, &subject.source);
            let now = self.surroundings.now();
            let credential = credentials::load(self.snapshot, &provider, asked, now).await?;
            call(&provider, credential.as_ref())
                .await
                .map_err(CallError::into_failure)
        })
        .await
    }

    /// Looks up a secret that is kept elsewhere, so that it is there when it is needed.
    async fn fetch(&self, subject: &Subject) -> Result<(), ProviderFailure> {
        let (provider, source) = (&subject.provider, &subject.source);
        credentials::fetch(self.snapshot, provider, source).await
    }

    fn provider(&self, id: &ProviderId) -> Result<Provider, ProviderFailure> {
        let provider = self.plugins.provider(self.surroundings, self.snapshot, id);
        let provider = provider.map_err(|failure| as_provider_failure(&failure))?;
        Ok(provider.within(self.limit))
    }

    async fn timed<T>(&self, work: impl Future<Output = Result<T, ProviderFailure>>) -> Verdict<T> {
        let begun = Instant::now();
        let result = match tokio::time::timeout(self.limit, work).await {
            Ok(result) => result,
            Err(_) => Err(ProviderFailure::new(
                FailureKind::Timeout,
                format!("no whole answer within {} ms", self.limit.as_millis()),
            )),
        };
        Verdict {
            result,
            elapsed: begun.elapsed(),
        }
    }

    /// Fails for a stored credential that has expired: renewing it would change the store, and the
    /// old refresh token might die with it.
    fn expired(&self, subject: &Subject) -> Result<(), ProviderFailure> {
        let CredentialSource::Profile(id) = &subject.source else {
            return Ok(());
        };
        let expires = self
            .snapshot
            .profile(id)
            .and_then(|profile| profile.credential.expires())
            .filter(|expires| expires.0 > 0 && *expires <= self.surroundings.now());
        match expires {
            None => Ok(()),
            Some(expires) => Err(ProviderFailure::new(
                FailureKind::Auth,
                format!(
                    "{}; a probe refreshes no OAuth token",
                    expiry_phrase(self.surroundings.now(), expires)
                ),
            )),
        }
    }
}

/// Does `work` for every item, no more than `at_once` of them at a time. `done` hears of each as it
/// ends; the results are in the order of the items.
pub async fn each<T, R>(
    items: impl IntoIterator<Item = T>,
    at_once: NonZeroUsize,
    work: impl AsyncFn(T) -> R,
    mut done: impl FnMut(&R),
) -> Vec<R> {
    let work = &work;
    let numbered = items
        .into_iter()
        .enumerate()
        .map(|(number, item)| async move { (number, work(item).await) });
    let mut running = std::pin::pin!(stream::iter(numbered).buffer_unordered(at_once.get()));
    let mut results = Vec::new();
    while let Some((number, result)) = running.next().await {
        done(&result);
        results.push((number, result));
    }
    results.sort_by_key(|(number, _)| *number);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn no_more_than_allowed_runs_at_once_and_results_keep_their_order() {
        let (running, most, heard) = (Cell::new(0_usize), Cell::new(0_usize), Cell::new(0_usize));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let results = runtime.block_on(each(
            0..20_usize,
            NonZeroUsize::new(3).unwrap(),
            async |item| {
                running.set(running.get() + 1);
                most.set(most.get().max(running.get()));
                // The later ones end sooner.
                for _ in item..20 {
                    tokio::task::yield_now().await;
                }
                running.set(running.get() - 1);
                item * 2
            },
            |_| heard.set(heard.get() + 1),
        ));
        assert_eq!(results, (0..20).map(|item| item * 2).collect::<Vec<_>>());
        assert_eq!((most.get(), heard.get()), (3, 20));
    }
}
