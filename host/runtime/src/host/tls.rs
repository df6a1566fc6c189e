//! Which certificates are trusted, and what is said of those that are not.
//!
//! The authorities are those built into the program, and those of the file that the configuration
//! names. A certificate of that file is also trusted as a server's own: what most servers that signed
//! for themselves have is nothing else. Nothing of the environment takes part.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError,
    RootCertStore, SignatureScheme,
};

/// Certificates that are trusted beside the built-in authorities.
#[derive(Clone, Debug, Default)]
pub struct ExtraRoots(Arc<[CertificateDer<'static>]>);

/// A file of certificates that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RootsError {
    /// No certificate is in it.
    #[error("it holds no certificate: a PEM file with `-----BEGIN CERTIFICATE-----` is expected")]
    Empty,
    /// A certificate is broken.
    #[error("its certificate number {0} cannot be read")]
    Broken(usize),
}

impl ExtraRoots {
    /// Reads certificates: PEM, or one as DER.
    ///
    /// # Errors
    /// There is none, or one that cannot be read.
    pub fn read(bytes: &[u8]) -> Result<Self, RootsError> {
        let mut found = Vec::new();
        for (index, certificate) in CertificateDer::pem_slice_iter(bytes).enumerate() {
            found.push(certificate.map_err(|_| RootsError::Broken(index + 1))?);
        }
        if found.is_empty() && bytes.first() == Some(&0x30) {
            found.push(CertificateDer::from(bytes.to_vec()));
        }
        if found.is_empty() {
            return Err(RootsError::Empty);
        }
        let mut roots = RootCertStore::empty();
        for (index, certificate) in found.iter().enumerate() {
            let added = roots.add(certificate.clone());
            added.map_err(|_| RootsError::Broken(index + 1))?;
        }
        Ok(Self(found.into()))
    }
}

/// Returns how connections are encrypted.
///
/// # Errors
/// The library cannot be set up.
pub(super) fn config(extra: &ExtraRoots) -> Result<ClientConfig, String> {
    let mut roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    roots.add_parsable_certificates(extra.0.iter().cloned());
    let provider = Arc::new(ring::default_provider());
    let inner = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
        .build()
        .map_err(|error| error.to_string())?;
    let verifier = Verifier {
        inner,
        own: extra.clone(),
        provider: Arc::clone(&provider),
    };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// The library's verifier, which is asked first, and what it has no words for.
#[derive(Debug)]
struct Verifier {
    inner: Arc<WebPkiServerVerifier>,
    own: ExtraRoots,
    provider: Arc<CryptoProvider>,
}

/// A certificate that is signed with its own key, by nobody else.
#[derive(Debug, thiserror::Error)]
#[error("self-signed")]
struct SelfSigned;

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self.inner.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        let unknown = match &verified {
            Err(Error::InvalidCertificate(error)) => is_unknown(error),
            _ => false,
        };
        if !unknown {
            return verified;
        }
        let Ok(certificate) = webpki::EndEntityCert::try_from(end_entity) else {
            return verified;
        };
        if self.own.0.iter().any(|own| own == end_entity) {
            // Named itself, so neither issuer nor dates have to vouch for it; its name does.
            let named = certificate.verify_is_valid_for_subject_name(server_name);
            return match named {
                Ok(()) => Ok(ServerCertVerified::assertion()),
                Err(_) => Err(CertificateError::NotValidForName.into()),
            };
        }
        if certificate.issuer() == certificate.subject() {
            let error = OtherError(Arc::new(SelfSigned));
            return Err(CertificateError::Other(error).into());
        }
        verified
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// Whether a certificate is refused because nobody who is trusted signed it.
fn is_unknown(error: &CertificateError) -> bool {
    match error {
        CertificateError::UnknownIssuer => true,
        // What signed for itself is often marked as an authority.
        CertificateError::Other(OtherError(other)) => {
            let other = other.downcast_ref::<webpki::Error>();
            other == Some(&webpki::Error::CaUsedAsEndEntity)
        }
        _ => false,
    }
}

/// Says why a handshake with `at` failed, in plain words.
pub(super) fn words(error: &Error, at: &str) -> String {
    let untrusted = |why: &str| format!("the certificate of {at} is not trusted: {why}");
    match error {
        Error::InvalidCertificate(error) => match error {
            CertificateError::UnknownIssuer => untrusted("its issuer is not known"),
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                untrusted("it has expired")
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                untrusted("it is not valid yet (is the clock right?)")
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                untrusted("it is for another name")
            }
            CertificateError::Revoked => untrusted("it was revoked"),
            CertificateError::BadSignature => untrusted("its signature is wrong"),
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
                untrusted("it is not for servers")
            }
            CertificateError::BadEncoding => untrusted("it cannot be read"),
            CertificateError::Other(OtherError(other)) => {
                match other.downcast_ref::<SelfSigned>() {
                    Some(_) => untrusted("it is self-signed"),
                    None => untrusted(&other.to_string()),
                }
            }
            other => untrusted(&other.to_string()),
        },
        Error::NoApplicationProtocol
        | Error::AlertReceived(AlertDescription::NoApplicationProtocol) => only_http2(at),
        Error::AlertReceived(AlertDescription::ProtocolVersion) | Error::PeerIncompatible(_) => {
            format!("{at} speaks only versions of TLS that are not safe any more")
        }
        Error::AlertReceived(AlertDescription::UnrecognisedName) => {
            format!("{at} serves no site of that name")
        }
        Error::AlertReceived(
            AlertDescription::CertificateRequired | AlertDescription::BadCertificate,
        ) => format!("{at} asks for a certificate of the client, which is not supported"),
        Error::AlertReceived(alert) => format!("{at} ended the TLS handshake: {alert:?}"),
        Error::InvalidMessage(_) => no_tls(at),
        other => format!("the TLS handshake with {at} failed: {other}"),
    }
}

fn no_tls(at: &str) -> String {
    format!(
        "{at} does not speak TLS: the address begins with `https://`, and `http://` may be meant"
    )
}

/// What is said of a server that only speaks HTTP/2.
pub(super) fn only_http2(at: &str) -> String {
    format!("{at} speaks HTTP/2 only, and HTTP/1.1 is what is spoken here")
}
