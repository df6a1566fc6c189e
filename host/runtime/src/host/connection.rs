//! The connections of a plugin, and a reply on its way to the guest. What is sent and what comes back
//! is decided in [`super::http`].

use std::io;
use std::sync::Arc;

use bytes::{Buf as _, Bytes};
use openclaw_core::capability::Origin;

use super::decode::Decoder;
use super::dial::{Dialler, Lookup, Network};
use super::unreached::broken;
use crate::redact::Redactor;

/// The connections of one plugin.
pub struct Egress {
    pub(super) dialler: Dialler,
}

impl Egress {
    /// Returns an egress that resolves names with `lookup`.
    pub fn new(lookup: Arc<dyn Lookup>, network: Network) -> Self {
        Self {
            dialler: Dialler::new(lookup, network),
        }
    }
}

/// A reply's body on its way to the guest.
pub struct Body {
    pub(super) reply: Option<Reply>,
    pub(super) ready: Vec<u8>,
    pub(super) redactor: Redactor,
    /// Where it comes from.
    pub(super) origin: Origin,
    pub(super) taken: usize,
}

/// A reply's body as it comes from the server.
pub(super) struct Reply {
    incoming: reqwest::Response,
    decoder: Option<Decoder>,
    /// What has come and is not decoded yet.
    coded: Bytes,
    /// How many bytes have come.
    pub(super) came: usize,
    /// Host and port of the server.
    at: String,
    /// Why it cannot be read, if it cannot.
    unreadable: Option<String>,
}

impl Reply {
    pub(super) fn new(incoming: reqwest::Response, decoder: Option<Decoder>, at: String) -> Self {
        Self {
            incoming,
            decoder,
            coded: Bytes::new(),
            came: 0,
            at,
            unreadable: None,
        }
    }

    /// A reply whose body cannot be read.
    pub(super) fn unreadable(incoming: reqwest::Response, at: String, why: String) -> Self {
        let mut reply = Self::new(incoming, None, at);
        reply.unreadable = Some(why);
        reply
    }

    /// Waits for the next bytes, decoded; `None` at the end.
    ///
    /// # Errors
    /// What broke, in words.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, String> {
        if let Some(why) = &self.unreadable {
            return Err(why.clone());
        }
        loop {
            while let (Some(decoder), false) = (&mut self.decoder, self.coded.is_empty()) {
                let (took, out) = match decoder.step(&self.coded) {
                    Ok(step) => step,
                    Err(error) => return Err(self.undecodable(&error)),
                };
                self.coded.advance(took);
                if !out.is_empty() {
                    return Ok(Some(out.into()));
                }
            }
            let data = match self.incoming.chunk().await {
                Ok(Some(data)) => data,
                Ok(None) => return self.end(),
                Err(error) => return Err(broken(&error, &self.at)),
            };
            self.came += data.len();
            if self.decoder.is_none() {
                return Ok(Some(data));
            }
            self.coded = data;
        }
    }

    fn end(&mut self) -> Result<Option<Bytes>, String> {
        let Some(mut decoder) = self.decoder.take() else {
            return Ok(None);
        };
        if self.came == 0 {
            return Ok(None);
        }
        match decoder.end() {
            Ok(rest) => Ok(Some(rest.into()).filter(|rest: &Bytes| !rest.is_empty())),
            Err(error) => Err(self.undecodable(&error)),
        }
    }

    fn undecodable(&self, error: &io::Error) -> String {
        let at = &self.at;
        if error.kind() == io::ErrorKind::UnexpectedEof {
            format!("the compressed reply of {at} ends in the middle")
        } else {
            format!("the compressed reply of {at} cannot be decoded")
        }
    }
}
