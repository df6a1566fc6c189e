//! A sign-in: like a chat, it keeps its instance from one step to the next.
//!
//! What proves a sign-in is made up here and handed to the guest as handles; the state and the
//! challenge, which are public, it sees. Where a person is sent is held against the manifest's pages,
//! and must carry both.

use std::sync::Arc;

use openclaw_core::secret::Secret;
use openclaw_core::sign_in::{PageError, Pages, Proof, RANDOM_BYTES};
use openclaw_manifest::AuthMethod;
use wasmtime::component::ResourceAny;

use super::call::{Call, bounded};
use super::{Found, Provider};
use crate::bindings::exports::openclaw::provider::auth;
use crate::cache::random;
use crate::convert;
use crate::limits::{ANSWER_BYTES, CallError, Fault};
use crate::secret::{CODE, StoredSecret};

/// Longest address that is shown to a person, in bytes.
const ADDRESS: usize = 4096;

/// What the person signing in has to do next.
#[derive(Clone, Debug)]
pub enum LoginStep {
    /// Open this address in a browser, and answer with the code that comes back.
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
    pages: Pages,
    proof: Proof,
}

impl Provider {
    /// Begins to sign in with a flow of the manifest's; `redirect` is where the browser comes back to,
    /// for a flow that has a place for it.
    ///
    /// # Errors
    /// [`CallError::Provider`] with what the provider or its vendor said, [`CallError::Plugin`] when
    /// the guest misbehaves.
    pub async fn login(
        &self,
        method: &AuthMethod,
        redirect: Option<String>,
    ) -> Result<Login, CallError> {
        let (mut call, guest) = self.open::<auth::GuestIndices>().await?;
        let pages = self.pages(method).map_err(|error| call.strayed(&error))?;
        let mut bytes = [0; RANDOM_BYTES];
        random(&mut bytes).map_err(|error| call.fault(error.into()))?;
        let proof = Proof::new(&bytes);
        let verifier = sealed(proof.verifier.clone());
        let handle = call.store.data_mut().issue_sealed(verifier);
        let request = auth::LoginRequest {
            flow: method.login.clone().unwrap_or_default(),
            redirect_uri: redirect,
            state: proof.state.clone(),
            code_challenge: proof.challenge.clone(),
            code_verifier: handle.map_err(|error| call.fault(error))?,
            extensions: Vec::new(),
        };
        let config = self.config();
        let started = guest.call_start_login(&mut call.store, &config, &request);
        let answer = bounded(self.call_limit, started)
            .await
            .map_err(|e| call.broke(e))?;
        let resource = answer.map_err(|failure| call.failed(failure))?;
        Ok(Login {
            call,
            guest,
            resource,
            pages,
            proof,
        })
    }

    /// Returns the pages of a flow: the manifest's, and where the configured base stands for the
    /// vendor, the same paths below it.
    fn pages(&self, method: &AuthMethod) -> Result<Pages, PageError> {
        let mut pages = method.pages.clone();
        if let Some(base) = self.setup.rights.vendor_on_this_machine() {
            pages.extend(method.pages.iter().filter_map(|page| base.of(page)));
        }
        Ok(Pages::new(&pages)?)
    }
}

impl Login {
    /// Returns what has to come back with the code.
    #[must_use]
    pub fn state(&self) -> &str {
        &self.proof.state
    }

    /// Goes one step on, with the code that came back after the last one.
    ///
    /// # Errors
    /// As [`Provider::login`].
    pub async fn proceed(&mut self, code: Option<Secret<String>>) -> Result<LoginStep, CallError> {
        let call = &mut self.call;
        call.store.data_mut().begin_call(call.limit);
        call.store.set_hostcall_fuel(ANSWER_BYTES);
        let handle = code
            .map(|code| call.store.data_mut().issue_sealed(sealed(code)))
            .transpose();
        let handle = handle.map_err(|error| call.fault(error))?;
        let methods = self.guest.login();
        let asked = methods.call_proceed(&mut call.store, self.resource, handle);
        let answer = bounded(call.limit, asked)
            .await
            .map_err(|e| call.broke(e))?;
        let step = answer.map_err(|failure| call.failed(failure))?;
        Ok(match step {
            auth::LoginStep::OpenUrl(url) => {
                let url = convert::line(&url, ADDRESS);
                self.pages
                    .check_authorization(&url, &self.proof)
                    .map_err(|error| call.strayed(&error))?;
                LoginStep::OpenUrl(call.redact(&url))
            }
            auth::LoginStep::DeviceCode(code) => {
                let url = convert::line(&code.verification_url, ADDRESS);
                self.pages
                    .check(&url)
                    .map_err(|error| call.strayed(&error))?;
                LoginStep::DeviceCode(DeviceCode {
                    verification_url: call.redact(&url),
                    user_code: convert::line(&call.redact(&code.user_code), 100),
                    interval_ms: code.interval_ms,
                    expires_at: code.expires_at,
                })
            }
            auth::LoginStep::Done(credential) => LoginStep::Done(call.found(credential)?),
        })
    }
}

impl Call {
    /// Returns the error of a guest that would send a person elsewhere.
    fn strayed(&mut self, error: &PageError) -> CallError {
        let plugin = self.store.data().plugin.manifest.id.clone();
        let told = convert::line(&self.redact(&error.to_string()), ADDRESS);
        CallError::Plugin {
            plugin,
            fault: Fault::SignIn(told),
        }
    }
}

/// Holds what proves a sign-in: written into a token request, and told to nobody.
fn sealed(value: Secret<String>) -> Arc<StoredSecret> {
    Arc::new(StoredSecret::new(value, CODE, None))
}
