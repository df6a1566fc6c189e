//! The one egress to the network.
//!
//! Order: the gate's predicate over method and URL, then header fields, body and secrets, then the
//! name's addresses, then the connection. A denial at any step means that no byte was sent. What
//! comes back is cleared, before the guest sees it, of every secret that has been at that origin, and
//! of those that its grant says are minted there.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use openclaw_core::capability::{Denial, Origin, Target, allows};
use openclaw_core::proxy::Proxy;
use wasmtime::component::Resource;

use super::captures::Asked;
use super::connection::{Body, Reply};
use super::decode::{Coding, coding};
use super::outgoing::{self, Refusal};
use super::record::RequestRecord;
use super::target::url_of;
use super::unreached::{NoAddress, place, unanswered, unreached, wants_login};
use crate::bindings::openclaw::provider::http::{
    Host, HostIncomingBody, HttpError, Request, Response,
};
use crate::instance::Ctx;
use crate::limits::{HEADER_BYTES, HEADERS, REPLY_BYTES};
use crate::observe::Denied;
use crate::redact::Redactor;

/// Fields of a reply that are not passed on: cookies, and what describes the connection.
const WITHHELD: [&str; 5] = [
    "set-cookie",
    "set-cookie2",
    "connection",
    "transfer-encoding",
    "trailer",
];

/// Bytes of a reply that are searched before others have their turn.
pub(super) const AT_ONCE: usize = 64 << 10;

impl Host for Ctx {
    async fn send(&mut self, request: Request) -> wasmtime::Result<Result<Response, HttpError>> {
        self.count_use()?;
        let mut record = RequestRecord::begin(self, &request);
        match self.exchange(&request, &mut record).await {
            Ok(response) => Ok(Ok(response)),
            Err(Refused::Gate(refusal)) => {
                record.secrets_in.clear();
                if let Refusal::Denied(denial) = &refusal {
                    record.denied = Some(denied_of(denial));
                }
                let error: wasmtime::Result<HttpError> = refusal.into();
                error.map(Err)
            }
            Err(Refused::Transport(error)) => {
                if matches!(error, HttpError::Connect(_)) {
                    record.secrets_in.clear();
                }
                Ok(Err(error))
            }
        }
    }
}

/// Why a request has no reply.
enum Failed {
    Denied(Denial),
    Client(reqwest::Error),
}

pub(super) enum Refused {
    Gate(Refusal),
    Transport(HttpError),
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self::Gate(refusal)
    }
}

impl From<HttpError> for Refused {
    fn from(error: HttpError) -> Self {
        Self::Transport(error)
    }
}

impl Ctx {
    async fn exchange(
        &mut self,
        request: &Request,
        record: &mut RequestRecord,
    ) -> Result<Response, Refused> {
        let rights = Arc::clone(&self.rights);
        let allowed =
            allows(&rights.grants, &request.method, &request.url).map_err(Refusal::Denied)?;
        let right = &rights.rights[allowed.index];
        for pointer in &request.captures {
            if !right.captures.contains(pointer) {
                return Err(Refusal::Invalid(format!(
                    "the manifest does not name the capture `{pointer}`"
                ))
                .into());
            }
        }
        let outgoing = outgoing::build(self, request, &allowed)?;
        record.secrets_in.clone_from(&outgoing.secrets_in);
        for secret in &outgoing.secrets {
            self.known.was_at(*secret, allowed.target.origin());
        }
        let proxy = self.egress.dialler.proxy_for(&allowed.target).cloned();
        let prepared = prepare(&allowed.target, &allowed.method, outgoing)?;
        let client = self
            .egress
            .dialler
            .client(allowed.index, allowed.grant, proxy.as_ref())
            .map_err(|problem| {
                HttpError::Connect(format!("the client cannot be set up: {problem}"))
            })?;
        if request.timeout_ms == Some(0) {
            return Err(HttpError::Timeout.into());
        }
        let wait = request.timeout_ms.map_or(self.time_left(), |ms| {
            Duration::from_millis(ms).min(self.time_left())
        });
        let sent = async {
            if proxy.is_some() {
                let dialler = &self.egress.dialler;
                let checked = dialler.check_behind_proxy(&allowed.target, allowed.grant);
                checked.await.map_err(Failed::Denied)?;
            }
            client.execute(prepared).await.map_err(Failed::Client)
        };
        let reply = match tokio::time::timeout(wait, sent).await {
            Err(_) => return Err(HttpError::Timeout.into()),
            Ok(Err(Failed::Denied(denial))) => return Err(Refusal::Denied(denial).into()),
            Ok(Err(Failed::Client(error))) => {
                return Err(self.transport(&error, &allowed.target, proxy.as_ref()));
            }
            Ok(Ok(reply)) => reply,
        };
        if let (Some(proxy), 407) = (&proxy, reply.status().as_u16()) {
            return Err(HttpError::Connect(wants_login(proxy)).into());
        }
        record.status = Some(reply.status().as_u16());
        let asked = Asked {
            origin: allowed.target.origin(),
            captures: &right.captures,
            wanted: &request.captures,
        };
        self.receive(reply, place(&allowed.target), &asked).await
    }

    /// Names what went wrong on the way, in words that are cleared of secrets.
    fn transport(
        &mut self,
        error: &reqwest::Error,
        target: &Target,
        proxy: Option<&Proxy>,
    ) -> Refused {
        let searcher = self.known.at(target.origin());
        let error = match NoAddress::within(error) {
            Some(NoAddress::Denied(denial)) => return Refusal::Denied(denial.clone()).into(),
            Some(NoAddress::NotFound(why)) => HttpError::Connect(searcher.redact(why)),
            None if error.is_connect() => {
                HttpError::Connect(searcher.redact(&unreached(error, target, proxy)))
            }
            None => HttpError::Interrupted(searcher.redact(&unanswered(error, target))),
        };
        error.into()
    }

    async fn receive(
        &mut self,
        reply: reqwest::Response,
        at: String,
        asked: &Asked<'_>,
    ) -> Result<Response, Refused> {
        let (status, mut received) = (reply.status().as_u16(), reply.headers().clone());
        if reply.status().is_informational() {
            return Err(HttpError::Interrupted(format!(
                "the server wants to speak another protocol (status {status}), which was not asked for"
            ))
            .into());
        }
        let codings = received.get_all("content-encoding").into_iter();
        let reply = match coding(codings.map(http::HeaderValue::as_bytes)) {
            Coding::Identity => Reply::new(reply, None, at),
            Coding::Decoded(decoder) => {
                // They are of what came, not of what is handed on.
                received.remove("content-encoding");
                received.remove("content-length");
                Reply::new(reply, Some(*decoder), at)
            }
            Coding::Unknown(name) => {
                let why = format!(
                    "{at} sent a reply compressed with `{name}`, which was not asked for: only gzip and deflate are understood"
                );
                Reply::unreadable(reply, at, why)
            }
        };
        let mut body = Body {
            reply: Some(reply),
            ready: Vec::new(),
            redactor: Redactor::default(),
            origin: asked.origin.clone(),
            taken: 0,
        };
        let mut captured = Vec::new();
        if !asked.captures.is_empty() {
            captured = self.capture(&mut body, status, asked).await?;
        }
        // After the captures: a header may repeat a secret that has only now become one.
        let headers = self.reply_headers(&received, asked.origin)?;
        let body = self.push(body).map_err(Refusal::Trap)?;
        Ok(Response {
            status,
            headers,
            body,
            captured,
        })
    }

    fn reply_headers(
        &mut self,
        received: &http::HeaderMap,
        origin: &Origin,
    ) -> Result<Vec<(String, String)>, Refused> {
        let searcher = self.known.at(origin);
        let mut bytes = 0;
        let mut headers = Vec::new();
        for (name, value) in received {
            if WITHHELD.contains(&name.as_str()) {
                continue;
            }
            bytes += name.as_str().len() + value.len();
            if headers.len() >= HEADERS * 2 || bytes > HEADER_BYTES * 2 {
                return Err(HttpError::TooLarge(
                    "the reply has too many or too long headers".to_owned(),
                )
                .into());
            }
            if let Ok(text) = value.to_str() {
                headers.push((searcher.redact(name.as_str()), searcher.redact(text)));
            }
        }
        Ok(headers)
    }
}

/// Rebuilds the request from the parsed target; the guest's text is not passed on.
fn prepare(
    target: &Target,
    method: &str,
    outgoing: outgoing::Outgoing,
) -> Result<reqwest::Request, Refusal> {
    let url = url_of(target).map_err(|problem| Refusal::Invalid(problem.to_owned()))?;
    let method = reqwest::Method::from_bytes(method.as_bytes())
        .map_err(|_| Refusal::Invalid("the method cannot be sent".to_owned()))?;
    let mut request = reqwest::Request::new(method, url);
    *request.headers_mut() = outgoing.headers;
    if !outgoing.body.is_empty() {
        *request.body_mut() = Some(reqwest::Body::wrap(outgoing.body));
    }
    Ok(request)
}

impl HostIncomingBody for Ctx {
    async fn read(
        &mut self,
        body: Resource<Body>,
        max: u32,
    ) -> wasmtime::Result<Result<Option<Vec<u8>>, HttpError>> {
        let wait = self.time_left();
        let Self { table, known, .. } = self;
        let body = table.get_mut(&body)?;
        let searcher = known.at(&body.origin);
        let max = (max as usize).clamp(1, 1 << 20);
        while body.ready.is_empty() {
            match next_chunk(body, wait).await {
                Ok(Some(chunk)) => {
                    for part in chunk.chunks(AT_ONCE) {
                        body.ready.extend(body.redactor.push(&searcher, part));
                        tokio::task::yield_now().await;
                    }
                }
                Ok(None) => {
                    body.ready = body.redactor.end(&searcher);
                    break;
                }
                Err(HttpError::Interrupted(text)) => {
                    return Ok(Err(HttpError::Interrupted(searcher.redact(&text))));
                }
                Err(error) => return Ok(Err(error)),
            }
        }
        if body.ready.is_empty() {
            return Ok(Ok(None));
        }
        let rest = body.ready.split_off(max.min(body.ready.len()));
        Ok(Ok(Some(std::mem::replace(&mut body.ready, rest))))
    }

    fn drop(&mut self, body: Resource<Body>) -> wasmtime::Result<()> {
        self.table.delete(body)?;
        Ok(())
    }
}

pub(super) async fn next_chunk(
    body: &mut Body,
    wait: Duration,
) -> Result<Option<Bytes>, HttpError> {
    let Some(reply) = &mut body.reply else {
        return Ok(None);
    };
    let chunk = match tokio::time::timeout(wait, reply.next()).await {
        Err(_) => return Err(HttpError::Timeout),
        Ok(Err(why)) => return Err(HttpError::Interrupted(why)),
        Ok(Ok(chunk)) => chunk,
    };
    let came = reply.came;
    match &chunk {
        Some(bytes) => body.taken += bytes.len(),
        None => body.reply = None,
    }
    if body.taken.max(came) > REPLY_BYTES {
        body.reply = None;
        return Err(HttpError::TooLarge(format!(
            "a reply's body has at most {REPLY_BYTES} bytes"
        )));
    }
    Ok(chunk)
}

fn denied_of(denial: &Denial) -> Denied {
    Denied {
        rule: denial.rule.name().to_owned(),
        message: denial.message.clone(),
        smallest_grant: denial.smallest_grant.clone(),
    }
}
