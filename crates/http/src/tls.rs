//! The TLS set-up of every process: ring, TLS 1.2 and 1.3, the system's authorities, no client
//! certificates.

use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ClientConfig, RootCertStore, ServerConfig};

/// The reason why TLS cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The system has no certificate authorities that can be read; the text has its reasons.
    #[error("{0}")]
    NoAuthorities(String),
    /// No key pair could be made.
    #[error(transparent)]
    KeyPair(#[from] rcgen::Error),
    /// The certificate and its key do not fit.
    #[error(transparent)]
    Certificate(#[from] rustls::Error),
}

/// Returns a client's set-up that trusts the system's authorities.
///
/// Reading them takes longer than the rest of a process's start, so that a process which calls plain HTTP
/// only should use [`trusting_none`].
pub fn trusting_system() -> Result<ClientConfig, TlsError> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    // An authority that rustls cannot parse is not trusted; one of them must not stop the others.
    let (added, _) = roots.add_parsable_certificates(found.certs);
    if added == 0 {
        let reasons: Vec<String> = found.errors.iter().map(ToString::to_string).collect();
        let reasons = match reasons.is_empty() {
            true => "none are installed".to_owned(),
            false => reasons.join("; "),
        };
        return Err(TlsError::NoAuthorities(reasons));
    }
    Ok(client(roots))
}

/// Returns a client's set-up that trusts no server: every handshake fails.
pub fn trusting_none() -> ClientConfig {
    client(RootCertStore::empty())
}

fn client(roots: RootCertStore) -> ClientConfig {
    ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .expect("ring supports TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// Returns a server's set-up with a key pair that lives and ends with this process, for a peer that
/// encrypts and does not verify names.
pub fn self_signed(name: &str) -> Result<ServerConfig, TlsError> {
    let pair = rcgen::generate_simple_self_signed([name.to_owned()])?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(pair.signing_key.serialize_der()));
    let provider = rustls::crypto::ring::default_provider().into();
    Ok(ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![pair.cert.der().clone()], key)?)
}
