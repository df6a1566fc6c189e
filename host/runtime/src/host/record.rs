//! What is kept of a request for whoever keeps the record: where it went, never what it said.

use std::mem::take;
use std::sync::Arc;
use std::time::Instant;

use openclaw_core::activity::Query;
use openclaw_core::capability::Target;
use sha2::{Digest as _, Sha256};

use crate::bindings::openclaw::provider::http::Request;
use crate::instance::Ctx;
use crate::observe::{Denied, Event, Observer, Use};
use crate::plugin::hex;

/// A request on its way. It is recorded when it is over, and also when its call is given up in the
/// middle: a secret may have left by then.
pub(super) struct RequestRecord {
    observer: Arc<dyn Observer>,
    plugin: String,
    digest: String,
    method: String,
    url: String,
    query: Option<Query>,
    begun: Instant,
    pub(super) secrets_in: Vec<String>,
    pub(super) status: Option<u16>,
    pub(super) denied: Option<Denied>,
}

impl RequestRecord {
    pub(super) fn begin(ctx: &mut Ctx, request: &Request) -> Self {
        let escaped = |text: &str, longest| -> String {
            let characters = text.chars().take(longest);
            characters.flat_map(char::escape_default).collect()
        };
        let (url, query) = match Target::parse(&request.url) {
            Ok(target) => (
                format!("{}{}", target.origin(), target.path()),
                target.query().map(digest_of),
            ),
            Err(_) => {
                let (url, query) = without_query(&request.url);
                (escaped(&url, 200), query.map(digest_of))
            }
        };
        Self {
            observer: Arc::clone(&ctx.observer),
            plugin: ctx.plugin.manifest.id.clone(),
            digest: ctx.plugin.digest.clone(),
            method: escaped(&request.method, 20),
            url: ctx.known.everywhere().redact(&url),
            query,
            begun: Instant::now(),
            secrets_in: Vec::new(),
            status: None,
            denied: None,
        }
    }
}

impl Drop for RequestRecord {
    fn drop(&mut self) {
        self.observer.used(Event {
            plugin: take(&mut self.plugin),
            digest: take(&mut self.digest),
            use_of: Use::Http {
                method: take(&mut self.method),
                url: take(&mut self.url),
                query: self.query.take(),
                secrets_in: take(&mut self.secrets_in),
                status: self.status,
                elapsed: self.begun.elapsed(),
            },
            denied: self.denied.take(),
        });
    }
}

/// Returns what is kept of a query.
fn digest_of(query: &str) -> Query {
    Query {
        sha256: hex(&Sha256::digest(query.as_bytes())),
        bytes: query.len(),
    }
}

/// Splits a URL that has no canonical form: what may be kept of it, and what stands in its query or
/// fragment. A user and a password are not kept either.
fn without_query(url: &str) -> (String, Option<&str>) {
    let (head, query) = match url.find(['?', '#']) {
        Some(at) => (&url[..at], Some(&url[at + 1..])),
        None => (url, None),
    };
    let authority = head.find("//").map_or(0, |at| at + 2);
    let end = head[authority..]
        .find(['/', '\\'])
        .map_or(head.len(), |at| authority + at);
    let head = match head[authority..end].rfind('@') {
        Some(at) => format!("{}…{}", &head[..authority], &head[authority + at..]),
        None => head.to_owned(),
    };
    (head, query)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_url_without_a_canonical_form_neither_query_nor_user_is_kept() {
        for (url, kept, query) in [
            (
                "https://a.test/v1?key=abc",
                "https://a.test/v1",
                Some("key=abc"),
            ),
            (
                "https://a.test/v1#key=abc?x",
                "https://a.test/v1",
                Some("key=abc?x"),
            ),
            ("https://me:hunter2@a.test/v1", "https://…@a.test/v1", None),
            ("https://me@x@a.test", "https://…@a.test", None),
            ("https://me@a.test?q=a@b", "https://…@a.test", Some("q=a@b")),
            ("me:hunter2@a.test\\x", "…@a.test\\x", None),
            ("https://a.test/@me", "https://a.test/@me", None),
            ("", "", None),
            ("//", "//", None),
        ] {
            assert_eq!(without_query(url), (kept.to_owned(), query), "{url}");
        }
    }

    #[test]
    fn a_query_is_told_by_its_digest() {
        let one = digest_of("q=abc");
        assert_eq!(one.bytes, 5);
        assert_eq!(one.sha256.len(), 64);
        assert_ne!(one.sha256, digest_of("q=abd").sha256);
    }
}
