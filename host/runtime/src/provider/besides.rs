//! What a component may offer besides answers: counting tokens, vectors, what is left of an account,
//! and passing a request on.

use std::sync::Arc;

use openclaw_core::conversation::{Blob, Request};
use openclaw_core::embedding;
use openclaw_core::failure::{Failure, FailureKind};
use openclaw_core::quota::Report;
use openclaw_core::tokens::Count;
use wasmtime::component::Resource;

use super::Provider;
use super::call::{Call, borrow, bounded};
use crate::bindings::exports::openclaw::provider::{embeddings, quota, relay, tokens};
use crate::bindings::openclaw::provider::http::HostIncomingBody as _;
use crate::convert;
use crate::host::connection::Body;
use crate::limits::{ANSWER_BYTES, BLOBS, CallError, Fault, VECTORS};
use crate::secret::StoredSecret;

/// A request that is in a vendor's wire format already.
#[derive(Clone, Debug)]
pub struct Relay {
    /// The format, such as `openai-completions`.
    pub dialect: String,
    /// What of it: `chat`, `count-tokens`, `embeddings`.
    pub operation: String,
    /// Model id as the vendor knows it.
    pub model: String,
    /// The body.
    pub body: Blob,
    /// Headers of the client; those that the manifest does not name are left out.
    pub headers: Vec<(String, String)>,
    /// Whether the answer is streamed.
    pub stream: bool,
}

/// The answer to a request that was passed on. The guest sees none of it; dropping it closes the
/// connection.
pub struct Relayed {
    call: Call,
    guest: relay::Guest,
    body: Resource<Body>,
    limit: std::time::Duration,
    /// HTTP status.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
}

impl Provider {
    /// Whether the component exports an interface, by its name in the contract.
    #[must_use]
    pub fn offers(&self, interface: &str) -> bool {
        self.loaded.plugin.offers(interface)
    }

    /// Counts the input of a request.
    ///
    /// # Errors
    /// As [`discover`](Self::discover); [`Fault::Missing`] where the component does not count.
    pub async fn count(
        &self,
        credential: Option<&Arc<StoredSecret>>,
        request: &Request,
    ) -> Result<Count, CallError> {
        let (mut call, guest) = self.open::<tokens::GuestIndices>().await?;
        let handle = call.issue_handles(credential)?;
        let config = self.config();
        let asked = convert::request(request, &mut call.store.data_mut().media);
        let request = asked.map_err(|_| too_many_files())?;
        let asked =
            guest.call_count_input(&mut call.store, &config, borrow(handle.as_ref()), &request);
        let answer = bounded(self.call_limit, asked)
            .await
            .map_err(|e| call.broke(e))?;
        let count = answer.map_err(|failure| call.failed(failure))?;
        // No request is that long: what it says is no count.
        if count.input > u64::from(u32::MAX) {
            return Err(self.fault(Fault::Answer(format!("a count of {} tokens", count.input))));
        }
        Ok(convert::count(count))
    }

    /// Makes vectors, in as many calls as the vendor's bound on the inputs of one wants.
    ///
    /// # Errors
    /// As [`discover`](Self::discover); [`Fault::Missing`] where the component makes none.
    pub async fn embed(
        &self,
        credential: Option<&Arc<StoredSecret>>,
        request: &embedding::Request,
    ) -> Result<embedding::Reply, CallError> {
        let most = self.most_inputs(&request.model).await?;
        let mut whole: Option<embedding::Reply> = None;
        for inputs in request.inputs.chunks(most) {
            let part = embedding::Request {
                inputs: inputs.to_vec(),
                ..request.clone()
            };
            let reply = self.embed_once(credential, &part).await?;
            match &mut whole {
                None => whole = Some(reply),
                Some(whole) => whole.append(reply),
            }
        }
        Ok(whole.unwrap_or_default())
    }

    async fn most_inputs(&self, model: &str) -> Result<usize, CallError> {
        let (mut call, guest) = self.open::<embeddings::GuestIndices>().await?;
        let asked = guest.call_most_inputs(&mut call.store, model);
        let most = bounded(self.call_limit, asked)
            .await
            .map_err(|e| call.broke(e))?;
        Ok((most as usize).clamp(1, VECTORS))
    }

    async fn embed_once(
        &self,
        credential: Option<&Arc<StoredSecret>>,
        request: &embedding::Request,
    ) -> Result<embedding::Reply, CallError> {
        let (mut call, guest) = self.open::<embeddings::GuestIndices>().await?;
        let handle = call.issue_handles(credential)?;
        let config = self.config();
        let asked = convert::embed(request, &mut call.store.data_mut().media);
        let wanted = request.inputs.len();
        let request = asked.map_err(|_| too_many_files())?;
        let asked = guest.call_embed(&mut call.store, &config, borrow(handle.as_ref()), &request);
        let answer = bounded(self.call_limit, asked)
            .await
            .map_err(|e| call.broke(e))?;
        let reply = answer.map_err(|failure| call.failed(failure))?;
        if reply.vectors.len() != wanted {
            let what = format!("{} vectors for {wanted} inputs", reply.vectors.len());
            return Err(self.fault(Fault::Answer(what)));
        }
        let everything = call.store.data_mut().known.everywhere();
        Ok(convert::embedded(reply, |text| everything.redact(text)))
    }

    /// Asks what is left of an account.
    ///
    /// # Errors
    /// As [`discover`](Self::discover); [`Fault::Missing`] where the component cannot tell.
    pub async fn quota(&self, credential: Option<&Arc<StoredSecret>>) -> Result<Report, CallError> {
        let (mut call, guest) = self.open::<quota::GuestIndices>().await?;
        let handle = call.issue_handles(credential)?;
        let config = self.config();
        let asked = guest.call_read(&mut call.store, &config, borrow(handle.as_ref()));
        let answer = bounded(self.call_limit, asked)
            .await
            .map_err(|e| call.broke(e))?;
        let report = answer.map_err(|failure| call.failed(failure))?;
        let everything = call.store.data_mut().known.everywhere();
        Ok(convert::quota(report, |text| everything.redact(text)))
    }

    /// Returns the wire formats whose requests the component passes on.
    ///
    /// # Errors
    /// [`CallError::Plugin`] when the guest misbehaves or passes nothing on.
    pub async fn dialects(&self) -> Result<Vec<String>, CallError> {
        let (mut call, guest) = self.open::<relay::GuestIndices>().await?;
        let asked = guest.call_dialects(&mut call.store);
        let dialects = bounded(self.call_limit, asked)
            .await
            .map_err(|e| call.broke(e))?;
        Ok(dialects
            .iter()
            .take(16)
            .map(|word| convert::line(word, 100))
            .collect())
    }

    /// Passes a request on and waits until the vendor accepted it. The guest names the address and what
    /// signs; it gets the body as a name, and the answer's bytes are read here.
    ///
    /// # Errors
    /// As [`discover`](Self::discover); kind `unsupported` for a format that the component does not pass
    /// on.
    pub async fn relay(
        &self,
        credential: Option<&Arc<StoredSecret>>,
        request: &Relay,
    ) -> Result<Relayed, CallError> {
        let (mut call, guest) = self.open::<relay::GuestIndices>().await?;
        let handle = call.issue_handles(credential)?;
        let config = self.config();
        let kept = call.store.data_mut().media.keep(request.body.clone());
        let body = kept.ok_or_else(too_many_files)?;
        let named = &self.loaded.plugin.manifest.relay_headers;
        let headers = request.headers.iter();
        let headers = headers.filter(|(name, _)| named.iter().any(|known| known == name));
        let request = relay::Request {
            dialect: request.dialect.clone(),
            operation: request.operation.clone(),
            model: request.model.clone(),
            body,
            headers: headers.cloned().collect(),
            stream: request.stream,
        };
        let asked = guest.call_send(&mut call.store, &config, borrow(handle.as_ref()), &request);
        let answer = bounded(self.call_limit, asked)
            .await
            .map_err(|e| call.broke(e))?;
        let reply = answer.map_err(|failure| call.failed(failure))?;
        Ok(Relayed {
            call,
            guest,
            body: reply.body,
            limit: self.call_limit,
            status: reply.status,
            headers: reply.headers,
        })
    }
}

impl Relayed {
    /// Waits for the next bytes of the body; `None` at the end. They are redacted as a guest would get
    /// them.
    ///
    /// # Errors
    /// [`CallError::Provider`] when the connection broke or nothing came in time.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, CallError> {
        const MOST: u32 = 64 << 10;
        let data = self.call.store.data_mut();
        data.begin_call(self.limit);
        let body = Resource::new_borrow(self.body.rep());
        match data.read(body, MOST).await {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(error)) => Err(CallError::Provider(Failure::new(
                FailureKind::Network,
                format!("the stream ended early: {error}"),
            ))),
            Err(error) => Err(self.call.fault(error)),
        }
    }

    /// Tells what an error means that came inside the answer.
    ///
    /// # Errors
    /// [`CallError::Plugin`] when the guest misbehaves.
    pub async fn classify(&mut self, dialect: &str, body: &str) -> Result<Failure, CallError> {
        let call = &mut self.call;
        call.store.data_mut().begin_call(self.limit);
        call.store.set_hostcall_fuel(ANSWER_BYTES);
        let asked =
            self.guest
                .call_classify(&mut call.store, dialect, self.status, &self.headers, body);
        let failure = bounded(self.limit, asked)
            .await
            .map_err(|e| call.broke(e))?;
        match call.failed(failure) {
            CallError::Provider(failure) => Ok(failure),
            other => Err(other),
        }
    }
}

fn too_many_files() -> CallError {
    CallError::Provider(Failure::new(
        FailureKind::Unsupported,
        format!("a request has at most {BLOBS} files"),
    ))
}
