//! What a service account asks for tokens with: claims that its private key signed.
//!
//! Source: RFC 7515 and 7523, and Google's "Using OAuth 2.0 for server to server applications".

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use openclaw_core::secret::Secret;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};

/// Signs claims by RS256.
///
/// # Errors
/// Why the key cannot sign, without quoting it.
pub(super) fn sign(
    key: &Secret<String>,
    key_id: Option<&str>,
    claims: &Value,
) -> Result<Secret<String>, &'static str> {
    let pair = pair(key.expose())?;
    let mut header = json!({ "alg": "RS256", "typ": "JWT" });
    if let Some(id) = key_id {
        header["kid"] = id.into();
    }
    let encoded = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let mut token = [encoded(&header), encoded(claims)].join(".");
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        token.as_bytes(),
        &mut signature,
    )
    .map_err(|_| "the private key cannot sign")?;
    token.push('.');
    token.push_str(&URL_SAFE_NO_PAD.encode(signature));
    Ok(Secret::new(token))
}

/// Reads a key in PEM: PKCS #8 as Google hands them out, or PKCS #1.
fn pair(pem: &str) -> Result<RsaKeyPair, &'static str> {
    const NO_KEY: &str = "`private_key` is no RSA key in PEM (`-----BEGIN PRIVATE KEY-----`)";
    let body = |label: &str| {
        let (_, rest) = pem.split_once(&format!("-----BEGIN {label}-----"))?;
        let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
        let text: String = body.split_whitespace().collect();
        STANDARD.decode(text).ok()
    };
    if let Some(der) = body("PRIVATE KEY") {
        return RsaKeyPair::from_pkcs8(&der).map_err(|_| NO_KEY);
    }
    let der = body("RSA PRIVATE KEY").ok_or(NO_KEY)?;
    RsaKeyPair::from_der(&der).map_err(|_| NO_KEY)
}
