//! AWS Signature Version 4, done by the host so that the keys stay with it.
//!
//! Source: AWS General Reference, "Create a signed AWS API request". The path is encoded once more
//! for the canonical request, as every service but S3 wants it.

use std::borrow::Cow;

use hmac::{Hmac, Mac as _};
use openclaw_core::time::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest as _, Sha256};

use crate::plugin::hex;

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
const PATH: &AsciiSet = &UNRESERVED.remove(b'/');

/// The keys and the scope of a signature.
pub struct Keys<'a> {
    /// Access key id.
    pub access_key_id: &'a str,
    /// Secret access key.
    pub secret_access_key: &'a str,
    /// Session token of temporary credentials.
    pub session_token: Option<&'a str>,
    /// Region, such as `us-east-1`.
    pub region: &'a str,
    /// Service, such as `bedrock`.
    pub service: &'a str,
}

/// The request to be signed, in its canonical form.
pub struct Unsigned<'a> {
    /// Method in upper case.
    pub method: &'a str,
    /// `Host` header as it will be sent.
    pub authority: &'a str,
    /// Path as it will be sent.
    pub path: &'a str,
    /// Query as it will be sent.
    pub query: Option<&'a str>,
    /// Value of `content-type`, if it is sent.
    pub content_type: Option<&'a str>,
    /// SHA-256 of the whole body, in hex; see [`digest`].
    pub body: &'a str,
}

/// Returns the header fields to add: `x-amz-date`, `x-amz-security-token` for temporary
/// credentials, and `authorization`. `now_ms` is the time since the epoch in milliseconds.
#[must_use]
pub fn sign(keys: &Keys<'_>, request: &Unsigned<'_>, now_ms: u64) -> Vec<(&'static str, String)> {
    let stamp = stamp(now_ms);
    let day = &stamp[..8];
    let mut signed: Vec<(&'static str, &str)> = Vec::new();
    if let Some(content_type) = request.content_type {
        signed.push(("content-type", content_type));
    }
    signed.push(("host", request.authority));
    signed.push(("x-amz-date", &stamp));
    if let Some(token) = keys.session_token {
        signed.push(("x-amz-security-token", token));
    }
    let names = signed
        .iter()
        .map(|(name, _)| *name)
        .collect::<Vec<_>>()
        .join(";");
    let fields: String = signed
        .iter()
        .map(|(name, value)| format!("{name}:{}\n", squeeze(value)))
        .collect();
    let canonical = [
        request.method,
        &utf8_percent_encode(&normal(request.path), PATH).to_string(),
        &canonical_query(request.query.unwrap_or_default()),
        &fields,
        &names,
        request.body,
    ]
    .join("\n");
    let scope = format!("{day}/{}/{}/aws4_request", keys.region, keys.service);
    let to_sign = [
        "AWS4-HMAC-SHA256",
        &stamp,
        &scope,
        &hex(&Sha256::digest(canonical.as_bytes())),
    ]
    .join("\n");
    let mut key = hmac(format!("AWS4{}", keys.secret_access_key).as_bytes(), day);
    for part in [keys.region, keys.service, "aws4_request"] {
        key = hmac(&key, part);
    }
    let signature = hex(&hmac(&key, &to_sign));
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={names}, Signature={signature}",
        keys.access_key_id
    );
    let mut fields = vec![("x-amz-date", stamp.clone())];
    if let Some(token) = keys.session_token {
        fields.push(("x-amz-security-token", token.to_owned()));
    }
    fields.push(("authorization", authorization));
    fields
}

/// Returns the digest of a body that comes in pieces.
pub fn digest(each: impl FnOnce(&mut dyn FnMut(&[u8]))) -> String {
    let mut hash = Sha256::new();
    each(&mut |piece| hash.update(piece));
    hex(&hash.finalize())
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any key length fits HMAC");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn squeeze(value: &str) -> String {
    value
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Returns a path without empty segments and those of dots.
fn normal(path: &str) -> Cow<'_, str> {
    if !path.contains("//") && !path.contains("/.") {
        return Cow::Borrowed(path);
    }
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            segment => kept.push(segment),
        }
    }
    let end = if path.ends_with('/') && !kept.is_empty() {
        "/"
    } else {
        ""
    };
    Cow::Owned(format!("/{}{end}", kept.join("/")))
}

/// Sorts the pairs; they are already encoded, so only what must be is encoded again.
fn canonical_query(query: &str) -> String {
    let recode = |text: &str| {
        let plain = percent_encoding::percent_decode_str(text).collect::<Vec<u8>>();
        percent_encoding::percent_encode(&plain, UNRESERVED).to_string()
    };
    let mut pairs: Vec<(String, String)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (recode(name), recode(value)))
        .collect();
    pairs.sort();
    pairs
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect::<Vec<_>>()
        .join("&")
}

/// Returns a time as `YYYYMMDDTHHMMSSZ`.
fn stamp(now_ms: u64) -> String {
    Timestamp(now_ms).iso().replace(['-', ':'], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: Keys<'static> = Keys {
        access_key_id: "AKIDEXAMPLE",
        secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        session_token: None,
        region: "us-east-1",
        service: "service",
    };

    /// 2015-08-30T12:36:00Z, the time of the published test suite.
    const NOW: u64 = 1_440_938_160_000;

    fn signature(method: &str, path: &str, query: Option<&str>) -> String {
        let request = Unsigned {
            method,
            authority: "example.amazonaws.com",
            path,
            query,
            content_type: None,
            body: &digest(|_| {}),
        };
        let fields = sign(&KEYS, &request, NOW);
        assert_eq!(fields[0], ("x-amz-date", "20150830T123600Z".to_owned()));
        fields[1]
            .1
            .rsplit('=')
            .next()
            .unwrap_or_default()
            .to_owned()
    }

    // The expected values are those of the AWS Signature Version 4 test suite.
    #[test]
    fn the_published_vectors_hold() {
        assert_eq!(
            signature("GET", "/", None),
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
        );
        assert_eq!(
            signature("POST", "/", None),
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
        );
        assert_eq!(
            signature("GET", "/", Some("Param2=value2&Param1=value1")),
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
        );
    }

    #[test]
    fn a_session_token_is_signed_and_sent() {
        let keys = Keys {
            session_token: Some("token"),
            ..KEYS
        };
        let request = Unsigned {
            method: "GET",
            authority: "example.amazonaws.com",
            path: "/model/a%3A0/converse",
            query: None,
            content_type: Some("application/json"),
            body: &digest(|take| take(b"{}")),
        };
        let fields = sign(&keys, &request, NOW);
        assert_eq!(fields[1], ("x-amz-security-token", "token".to_owned()));
        assert!(
            fields[2]
                .1
                .contains("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token,")
        );
    }
}
