//! A guest's request, checked and put together: header fields, body, secrets, signature.

use base64::Engine as _;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use openclaw_core::capability::{Allowed, Denial, DenialRule, Origin};
use openclaw_core::conversation::Blob;
use openclaw_core::header_field::is_reserved;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use wasmtime::component::Resource;

use crate::bindings::openclaw::provider::http::{
    BlobValue, BodyPart, Denial as WireDenial, Encoding, HeaderValue as Wanted, HttpError, Request,
    SecretValue, Sigv4,
};
use crate::credentials;
use crate::host::payload::Payload;
use crate::host::sigv4;
use crate::instance::Ctx;
use crate::limits::{HEADER_BYTES, HEADERS, REQUEST_BYTES, SECRET_IN_BODY, SECRET_IN_HEADER};
use crate::redact::SecretId;
use crate::secret::Handle;

/// A request ready to be sent.
pub(super) struct Outgoing {
    pub(super) headers: HeaderMap,
    pub(super) body: Payload,
    /// Where secrets were written.
    pub(super) secrets_in: Vec<String>,
    /// Which.
    pub(super) secrets: Vec<SecretId>,
}

/// Why a request is not sent.
pub(super) enum Refusal {
    /// A rule of the gate.
    Denied(Denial),
    /// It cannot be sent as it is.
    Invalid(String),
    /// A bound.
    TooLarge(String),
    /// A handle that the guest does not hold.
    Trap(wasmtime::Error),
}

impl From<Refusal> for wasmtime::Result<HttpError> {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Denied(denial) => Ok(HttpError::Denied(wire_denial(&denial))),
            Refusal::Invalid(problem) => Ok(HttpError::Invalid(problem)),
            Refusal::TooLarge(bound) => Ok(HttpError::TooLarge(bound)),
            Refusal::Trap(error) => Err(error),
        }
    }
}

/// Puts a request together for the target that the gate allowed.
pub(super) fn build(
    ctx: &Ctx,
    request: &Request,
    allowed: &Allowed<'_>,
) -> Result<Outgoing, Refusal> {
    let places = &ctx.rights.rights[allowed.index].secret_in;
    let mut outgoing = Outgoing {
        headers: HeaderMap::new(),
        body: Payload::default(),
        secrets_in: Vec::new(),
        secrets: Vec::new(),
    };
    let origin = allowed.target.origin();
    if credentials::is_in_url(&allowed.target) {
        return Err(denied(
            DenialRule::SecretPlace,
            format!("a credential may not be written into the URL of requests to {origin}"),
        ));
    }
    // Before anything is collected: the map of headers itself panics beyond 32,768 of them.
    check_count(request.headers.len())?;
    let mut bytes = 0;
    for (name, value) in &request.headers {
        let name = field_name(name)?;
        let place = format!("header:{name}");
        bytes += name.as_str().len();
        let value = match value {
            Wanted::Text(text) => {
                if ctx.rights.is_reserved(&place) {
                    return Err(denied(
                        DenialRule::SecretPlace,
                        format!(
                            "header `{name}` is reserved for secrets; text may not be written to it"
                        ),
                    ));
                }
                bytes += text.len();
                field_value(name.as_str(), text, false)?
            }
            Wanted::Secret(secret) => {
                check_place(places, &place, origin)?;
                if outgoing.secrets_in.contains(&place) {
                    return Err(denied(
                        DenialRule::SecretPlace,
                        format!("one secret may be written to `{place}`, not several"),
                    ));
                }
                bytes += secret.prefix.len() + secret.suffix.len() + SECRET_IN_HEADER;
                check_bytes(bytes)?;
                let text = written(ctx, secret, &mut outgoing.secrets)?;
                outgoing.secrets_in.push(place);
                field_value(name.as_str(), &text, true)?
            }
        };
        check_bytes(bytes)?;
        outgoing.headers.append(name, value);
    }
    outgoing.body = body(ctx, &request.body, places, origin, &mut outgoing)?;
    add_configured(ctx, origin, &mut outgoing.headers)?;
    if let Some(keys) = &request.sign {
        check_place(places, "sigv4", origin)?;
        add_signature(ctx, keys, allowed, &mut outgoing)?;
        outgoing.secrets_in.push("sigv4".to_owned());
    }
    outgoing
        .headers
        .insert("accept-encoding", HeaderValue::from_static("identity"));
    if !outgoing.headers.contains_key("accept") {
        let any = HeaderValue::from_static("*/*");
        outgoing.headers.insert("accept", any);
    }
    if !outgoing.headers.contains_key("user-agent") {
        let agent = HeaderValue::from_static(concat!("openclaw/", env!("CARGO_PKG_VERSION")));
        outgoing.headers.insert("user-agent", agent);
    }
    Ok(outgoing)
}

fn field_name(name: &str) -> Result<HeaderName, Refusal> {
    let lower = name.to_ascii_lowercase();
    if is_reserved(&lower) {
        return Err(Refusal::Invalid(format!(
            "header `{lower}` is the host's to set"
        )));
    }
    HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
        Refusal::Invalid("a header name holds characters that are not allowed".to_owned())
    })
}

fn field_value(name: &str, text: &str, secret: bool) -> Result<HeaderValue, Refusal> {
    // RFC 9110 §5.5: a field value holds no control characters; CR and LF would split the request.
    let mut value = HeaderValue::from_str(text).map_err(|_| {
        Refusal::Invalid(format!(
            "header `{name}` holds a line break or another character that is not allowed"
        ))
    })?;
    value.set_sensitive(secret);
    Ok(value)
}

fn check_count(headers: usize) -> Result<(), Refusal> {
    if headers > HEADERS {
        return Err(Refusal::TooLarge(format!(
            "a request has at most {HEADERS} headers"
        )));
    }
    Ok(())
}

/// Bounds what the guest wrote; each secret counts the same, or the bound would tell its length.
fn check_bytes(bytes: usize) -> Result<(), Refusal> {
    if bytes > HEADER_BYTES {
        return Err(Refusal::TooLarge(format!(
            "a request's headers have at most {HEADER_BYTES} bytes"
        )));
    }
    Ok(())
}

fn body(
    ctx: &Ctx,
    parts: &[BodyPart],
    places: &[String],
    origin: &Origin,
    outgoing: &mut Outgoing,
) -> Result<Payload, Refusal> {
    let (mut body, mut bytes) = (Payload::default(), 0_usize);
    for part in parts {
        bytes += match part {
            BodyPart::Text(text) => text.len(),
            BodyPart::Bytes(bytes) => bytes.len(),
            BodyPart::Secret(secret) => secret.prefix.len() + secret.suffix.len() + SECRET_IN_BODY,
            BodyPart::Blob(value) => blob(ctx, value)?.len() / 3 * 4 + 4,
        };
        if bytes > REQUEST_BYTES {
            return Err(Refusal::TooLarge(format!(
                "a request's body has at most {REQUEST_BYTES} bytes"
            )));
        }
        match part {
            BodyPart::Text(text) => body.push(text.as_bytes()),
            BodyPart::Bytes(bytes) => body.push(bytes),
            BodyPart::Secret(secret) => {
                check_place(places, "body", origin)?;
                body.push(written(ctx, secret, &mut outgoing.secrets)?.as_bytes());
                outgoing.secrets_in.push("body".to_owned());
            }
            BodyPart::Blob(value) => write_blob(ctx, value, &mut body)?,
        }
    }
    Ok(body)
}

/// Returns the blob that a guest names; only those of its own call have a name.
fn blob<'c>(ctx: &'c Ctx, value: &BlobValue) -> Result<&'c Blob, Refusal> {
    ctx.media
        .find(&value.id)
        .ok_or_else(|| Refusal::Invalid("the body names a blob that there is not".to_owned()))
}

fn write_blob(ctx: &Ctx, value: &BlobValue, body: &mut Payload) -> Result<(), Refusal> {
    let blob = blob(ctx, value)?;
    let text = || {
        std::str::from_utf8(blob.bytes()).map_err(|_| {
            Refusal::Invalid("a blob that is no text is to be written as text".to_owned())
        })
    };
    match value.encoding {
        Encoding::Raw => body.push_raw(blob.clone()),
        Encoding::Base64 => body.push_base64(blob.clone()),
        Encoding::Percent => {
            for piece in utf8_percent_encode(text()?, NON_ALPHANUMERIC) {
                body.push(piece.as_bytes());
            }
        }
        Encoding::Json => {
            let quoted = serde_json::Value::from(text()?).to_string();
            body.push(&quoted.as_bytes()[1..quoted.len() - 1]);
        }
    }
    Ok(())
}

/// The manifest names, for each grant, the places that a secret may be written to. A grant without
/// places is not part of any secret's audience.
fn check_place(places: &[String], place: &str, origin: &Origin) -> Result<(), Refusal> {
    if places.iter().any(|known| known == place) {
        return Ok(());
    }
    let (rule, message) = if places.is_empty() {
        (
            DenialRule::SecretAudience,
            format!("{origin} is not in the secret's audience"),
        )
    } else {
        (
            DenialRule::SecretPlace,
            format!("a secret may not be written to `{place}` of requests to {origin}"),
        )
    };
    Err(denied(rule, message))
}

fn denied(rule: DenialRule, message: String) -> Refusal {
    Refusal::Denied(Denial {
        rule,
        message,
        smallest_grant: None,
    })
}

fn written(ctx: &Ctx, value: &SecretValue, secrets: &mut Vec<SecretId>) -> Result<String, Refusal> {
    let handle = handle(ctx, &value.secret)?;
    if handle.stored.aws.is_some() {
        return Err(denied(
            DenialRule::SecretPlace,
            "AWS keys sign requests; they are written nowhere".to_owned(),
        ));
    }
    let secret = expose(handle, secrets);
    let (prefix, suffix) = (&value.prefix, &value.suffix);
    Ok(match value.encoding {
        Encoding::Raw => format!("{prefix}{secret}{suffix}"),
        Encoding::Base64 => {
            base64::engine::general_purpose::STANDARD.encode(format!("{prefix}{secret}{suffix}"))
        }
        Encoding::Percent => {
            format!(
                "{prefix}{}{suffix}",
                utf8_percent_encode(secret, NON_ALPHANUMERIC)
            )
        }
        Encoding::Json => {
            let quoted = serde_json::Value::from(secret).to_string();
            format!("{prefix}{}{suffix}", &quoted[1..quoted.len() - 1])
        }
    })
}

/// Returns what a guest's handle stands for.
fn handle<'c>(ctx: &'c Ctx, handle: &Resource<Handle>) -> Result<&'c Handle, Refusal> {
    let found = ctx.table.get(handle);
    found.map_err(|error| Refusal::Trap(error.into()))
}

/// Returns a secret for a request, and notes that it is part of one.
fn expose<'c>(handle: &'c Handle, secrets: &mut Vec<SecretId>) -> &'c str {
    secrets.push(handle.id);
    handle.stored.expose()
}

/// Adds the header fields of the user's own configuration; they win over the guest's.
fn add_configured(ctx: &Ctx, origin: &Origin, headers: &mut HeaderMap) -> Result<(), Refusal> {
    let Some((to, fields)) = &ctx.rights.config_headers else {
        return Ok(());
    };
    if to != origin {
        return Ok(());
    }
    for (name, value) in fields {
        let name = field_name(name)?;
        let value = field_value(name.as_str(), value.expose(), true)?;
        headers.insert(name, value);
    }
    Ok(())
}

fn add_signature(
    ctx: &Ctx,
    keys: &Sigv4,
    allowed: &Allowed<'_>,
    outgoing: &mut Outgoing,
) -> Result<(), Refusal> {
    let secrets = &mut outgoing.secrets;
    let secret = handle(ctx, &keys.secret_access_key)?;
    let secret_access_key = expose(secret, secrets);
    let (access_key_id, session_token) = if let Some(aws) = &secret.stored.aws {
        // One handle is all of the keys.
        for part in secret.stored.parts() {
            secrets.extend(ctx.known.find(part.expose()));
        }
        let token = aws.session_token.as_ref();
        (
            aws.access_key_id.expose(),
            token.map(|token| token.expose()),
        )
    } else {
        let id = handle(ctx, &keys.access_key_id)?;
        let token = keys.session_token.as_ref();
        let token = token.map(|token| handle(ctx, token)).transpose()?;
        (
            expose(id, secrets),
            token.map(|token| expose(token, secrets)),
        )
    };
    let keys = sigv4::Keys {
        access_key_id,
        secret_access_key,
        session_token,
        region: &keys.region,
        service: &keys.service,
    };
    let authority = allowed.target.authority();
    let digest = sigv4::digest(|take| outgoing.body.each(take));
    let unsigned = sigv4::Unsigned {
        method: &allowed.method,
        authority: &authority,
        path: allowed.target.path(),
        query: allowed.target.query(),
        content_type: outgoing
            .headers
            .get("content-type")
            .and_then(|value| value.to_str().ok()),
        body: &digest,
    };
    for (name, value) in sigv4::sign(&keys, &unsigned, ctx.clock.now_ms()) {
        let value = field_value(name, &value, true)?;
        outgoing.headers.insert(name, value);
    }
    Ok(())
}

/// Returns a denial as the contract carries it.
fn wire_denial(denial: &Denial) -> WireDenial {
    WireDenial {
        rule: denial.rule.name().to_owned(),
        message: denial.message.clone(),
        smallest_grant: denial.smallest_grant.clone(),
    }
}
