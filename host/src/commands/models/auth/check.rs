//! A live call with a credential before it is stored.

use std::time::Duration;

use openclaw_core::credential::{Credential, ProviderId};
use openclaw_core::failure::{Failure as ProviderFailure, FailureKind};
use openclaw_router::probe::ProbeOptions;

use crate::app::App;
use crate::commands::block_on;
use crate::commands::until_interrupted;
use openclaw_router::Failure;
use openclaw_router::Plugins;
use openclaw_router::Snapshot;
use openclaw_router::probe::Prober;

/// Longest that the call may take.
const LIMIT: Duration = Duration::from_secs(20);

/// What a call with a credential showed.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What was proven, or why nothing was.
    pub result: Result<String, ProviderFailure>,
    /// How long it took.
    pub elapsed: Duration,
    /// What there is to say of the audit log.
    pub warning: Option<String>,
    /// Whether the person was told already.
    pub told: bool,
}

/// What a call may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cost {
    /// Nothing.
    Free,
    /// A message of one token, for a vendor that has no free call.
    OneToken,
}

impl Checked {
    /// Returns why the provider refuses the credential, if it does. What is only busy, far away or
    /// without credit may work tomorrow.
    pub(super) fn refusal(&self) -> Option<&ProviderFailure> {
        let failure = self.result.as_ref().err()?;
        (failure.kind == FailureKind::Auth).then_some(failure)
    }

    /// Whether nothing was asked, because the vendor has no call that costs nothing.
    pub(super) fn would_cost(&self) -> bool {
        let failure = self.result.as_ref().err();
        failure.is_some_and(ProviderFailure::is_unsupported)
    }
}

/// Makes the cheapest call that proves a credential.
pub(super) fn check(
    app: &App,
    snapshot: &Snapshot,
    provider: &ProviderId,
    credential: &Credential,
    cost: Cost,
) -> Result<Checked, Failure> {
    let plugins = Plugins::new(app);
    let prober = Prober {
        surroundings: app,
        snapshot,
        plugins: &plugins,
        limit: LIMIT,
    };
    let options = ProbeOptions {
        model: None,
        max_tokens: 1,
        may_spend: cost == Cost::OneToken,
    };
    let asked = prober.probe_unstored(provider, credential, &options);
    let asked = until_interrupted(app, &plugins, "nothing was stored", asked);
    let (verdict, warning) = block_on(asked)?;
    Ok(Checked {
        result: verdict.result.map(|proof| proof.proven),
        elapsed: verdict.elapsed,
        warning,
        told: false,
    })
}
