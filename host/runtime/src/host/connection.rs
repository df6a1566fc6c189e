//! The connections of a plugin, and a reply on its way to the guest. What is sent and what comes back
//! is decided in [`super::http`].

use std::io;
use std::sync::Arc;

use bytes::{Buf as _, Bytes};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use openclaw_core::capability::Origin;

use super::connector::{Noticed, find, lost_words};
use super::decode::Decoder;
use super::dial::{Dialler, Lookup, Network};
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
    incoming: Incoming,
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
    pub(super) fn new(incoming: Incoming, decoder: Option<Decoder>, at: String) -> Self {
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
    pub(super) fn unreadable(incoming: Incoming, at: String, why: String) -> Self {
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
            let frame = match self.incoming.frame().await {
                Some(Ok(frame)) => frame,
                Some(Err(error)) => return Err(broken(&error, &self.at)),
                None => return self.end(),
            };
            // Trailers say nothing that is asked for.
            let Ok(data) = frame.into_data() else {
                continue;
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

/// Says how a connection that stood was lost.
pub(super) fn broken(error: &hyper::Error, at: &str) -> String {
    if let Some(told) = find(error, |error| error.downcast_ref::<Noticed>()) {
        return told.0.clone();
    }
    if let Some(error) = find(error, |error| error.downcast_ref::<io::Error>()) {
        return lost_words(error, at);
    }
    if error.is_parse() && error.to_string().contains("too large") {
        format!("the head of the reply of {at} is too long")
    } else if error.is_parse() {
        format!("{at} does not answer in HTTP/1.1")
    } else if error.is_incomplete_message() {
        format!("{at} closed the connection before the reply was complete")
    } else {
        format!("the connection to {at} was lost")
    }
}
