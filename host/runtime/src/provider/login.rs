//! A sign-in: like a chat, it keeps its instance from one step to the next, because what the first
//! step made up (a verifier, a device code) proves the last one.

use wasmtime::component::ResourceAny;

use super::call::{Call, bounded};
use super::{Found, Provider};
use crate::bindings::exports::openclaw::provider::auth;
use crate::convert;
use crate::limits::{ANSWER_BYTES, CallError};

/// Longest address that is shown to a person, in bytes.
const ADDRESS: usize = 4096;

/// What the person signing in has to do next.
#[derive(Clone, Debug)]
pub enum LoginStep {
    /// Open this address in a browser, and answer with the code or the address that it ends at.
    OpenUrl(String),
    /// Open the address, type the code, and wait.
    DeviceCode(DeviceCode),
    /// Signed in.
    Done(Found),
}

/// A device authorization in progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceCode {
    /// Address for the person.
    pub verification_url: String,
    /// Code for the person.
    pub user_code: String,
    /// How long to wait before the next step, in milliseconds.
    pub interval_ms: u64,
    /// When the code stops working, in milliseconds since the epoch.
    pub expires_at: u64,
}

/// A sign-in in progress. Dropping it ends it.
pub struct Login {
    call: Call,
    guest: auth::Guest,
    resource: ResourceAny,
}

impl Provider {
    /// Begins to sign in with a flow that the manifest names.
    ///
    /// # Errors
    /// [`CallError::Provider`] with what the provider or its vendor said, [`CallError::Plugin`] when
    /// the guest misbehaves.
    pub async fn login(&self, flow: &str) -> Result<Login, CallError> {
        let (mut call, guest) = self.open::<auth::GuestIndices>().await?;
        let config = self.config();
        let started = guest.call_start_login(&mut call.store, &config, flow);
        let answer = bounded(self.call_limit, started)
            .await
            .map_err(|e| call.broke(e))?;
        let resource = answer.map_err(|failure| call.failed(failure))?;
        Ok(Login {
            call,
            guest,
            resource,
        })
    }
}

impl Login {
    /// Goes one step on, with what the person answered to the last one.
    ///
    /// # Errors
    /// As [`Provider::login`].
    pub async fn proceed(&mut self, answer: Option<&str>) -> Result<LoginStep, CallError> {
        let call = &mut self.call;
        call.store.data_mut().begin_call(call.limit);
        call.store.set_hostcall_fuel(ANSWER_BYTES);
        let methods = self.guest.login();
        let asked = methods.call_proceed(&mut call.store, self.resource, answer);
        let answer = bounded(call.limit, asked)
            .await
            .map_err(|e| call.broke(e))?;
        let step = answer.map_err(|failure| call.failed(failure))?;
        Ok(match step {
            auth::LoginStep::OpenUrl(url) => {
                LoginStep::OpenUrl(convert::line(&call.redact(&url), ADDRESS))
            }
            auth::LoginStep::DeviceCode(code) => LoginStep::DeviceCode(DeviceCode {
                verification_url: convert::line(&call.redact(&code.verification_url), ADDRESS),
                user_code: convert::line(&call.redact(&code.user_code), 100),
                interval_ms: code.interval_ms,
                expires_at: code.expires_at,
            }),
            auth::LoginStep::Done(credential) => LoginStep::Done(call.found(credential)?),
        })
    }
}
