//! One call into a component: the instance, what it was handle, and how the call ended.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use openclaw_core::failure::Failure;
use wasmtime::component::{Instance, Resource};
use wasmtime::{Store, Trap};

use super::Found;
use crate::bindings::exports::openclaw::provider::auth;
use crate::bindings::openclaw::provider::types;
use crate::convert;
use crate::engine::Ticking;
use crate::instance::Ctx;
use crate::limits::{ANSWER_BYTES, CallError, Fault};
use crate::secret::{Handle, StoredSecret};

/// A live instance.
pub(super) struct Call {
    pub(super) store: Store<Ctx>,
    pub(super) instance: Instance,
    pub(super) limit: Duration,
    pub(super) _ticking: Ticking,
}

impl Call {
    pub(super) fn issue_handles(
        &mut self,
        credential: Option<&Arc<StoredSecret>>,
    ) -> Result<Option<Resource<Handle>>, CallError> {
        credential
            .map(|stored| self.issue_handle(stored))
            .transpose()
    }

    /// Lends a handle: the host keeps the resource, the guest borrows it for the call.
    pub(super) fn issue_handle(
        &mut self,
        stored: &Arc<StoredSecret>,
    ) -> Result<Resource<Handle>, CallError> {
        let owned = self
            .store
            .data_mut()
            .issue_handle(Arc::clone(stored))
            .map_err(|e| self.fault(e))?;
        Ok(Resource::new_borrow(owned.rep()))
    }

    pub(super) fn found(&mut self, credential: auth::Credential) -> Result<Found, CallError> {
        let mut take = |handle: &Resource<Handle>| {
            self.store
                .data_mut()
                .table
                .get(handle)
                .map(|handle| Arc::clone(&handle.stored))
        };
        let secret = take(&credential.secret).map_err(wasmtime::Error::from);
        let refresh = credential
            .refresh
            .as_ref()
            .map(take)
            .transpose()
            .map_err(wasmtime::Error::from);
        match (secret, refresh) {
            (Ok(secret), Ok(refresh)) => Ok(Found {
                secret,
                refresh,
                mode: convert::line(&credential.mode, 20),
                source: convert::line(&self.redact(&credential.source), 200),
                expires_at: credential.expires_at,
            }),
            (Err(error), _) | (_, Err(error)) => Err(self.fault(error)),
        }
    }

    /// Takes every secret of the guest out of a text that a person will read.
    pub(super) fn redact(&mut self, text: &str) -> String {
        self.store.data_mut().known.everywhere().redact(text)
    }

    pub(super) fn failed(&mut self, failure: types::Failure) -> CallError {
        let everything = self.store.data_mut().known.everywhere();
        let failure: Failure = convert::failure(failure, |text| everything.redact(text));
        CallError::Provider(failure)
    }

    pub(super) fn fault(&mut self, error: wasmtime::Error) -> CallError {
        self.broke(Broke::Error(error))
    }

    pub(super) fn broke(&mut self, broke: Broke) -> CallError {
        let fault = fault_of(&mut self.store, broke, self.limit);
        let plugin = self.store.data().plugin.manifest.id.clone();
        CallError::Plugin { plugin, fault }
    }
}

pub(super) fn borrow(handle: Option<&Resource<Handle>>) -> Option<Resource<Handle>> {
    handle.map(|handle| Resource::new_borrow(handle.rep()))
}

/// How a call ended without an answer.
pub(super) enum Broke {
    Time,
    Error(wasmtime::Error),
}

pub(super) async fn bounded<T>(
    limit: Duration,
    call: impl Future<Output = wasmtime::Result<T>>,
) -> Result<T, Broke> {
    match tokio::time::timeout(limit, call).await {
        Err(_) => Err(Broke::Time),
        Ok(result) => result.map_err(Broke::Error),
    }
}

pub(super) fn fault_of(store: &mut Store<Ctx>, broke: Broke, limit: Duration) -> Fault {
    let error = match broke {
        Broke::Time => return Fault::Time(limit),
        Broke::Error(error) => error,
    };
    if let Some(hit) = store.data_mut().bounds.hit.take() {
        return hit;
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::StackOverflow) => Fault::Stack,
        Some(Trap::Interrupt) => Fault::Time(limit),
        Some(trap) => Fault::Trap(trap.to_string()),
        None => {
            let text = error.root_cause().to_string();
            if text.contains("fuel") {
                Fault::Answer(format!("values of more than {} MiB", ANSWER_BYTES >> 20))
            } else {
                let everything = store.data_mut().known.everywhere();
                Fault::Trap(convert::line(&everything.redact(&text), 300))
            }
        }
    }
}
