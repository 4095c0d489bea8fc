//! The TLS settings of every process: the ring provider, TLS 1.2 and 1.3, the system's certificate authorities, and no
//! client certificates.

use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ClientConfig, RootCertStore, ServerConfig};

/// The reasons why TLS cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The system has no readable certificate authorities. The text holds the reasons.
    #[error("{0}")]
    NoAuthorities(String),
    /// The key pair could not be created.
    #[error(transparent)]
    KeyPair(#[from] rcgen::Error),
    /// The certificate and its key do not match.
    #[error(transparent)]
    Certificate(#[from] rustls::Error),
}

/// Returns client settings that trust the system's certificate authorities.
///
/// Reading the authorities takes longer than the rest of a process's start. A process that calls only plain HTTP should
/// therefore use [`trusting_none`].
pub fn trusting_system() -> Result<ClientConfig, TlsError> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    // An authority that rustls cannot parse is skipped, because it must not prevent the use of the others.
    let (added, _) = roots.add_parsable_certificates(found.certs);
    if added == 0 {
        let reasons: Vec<String> = found.errors.iter().map(ToString::to_string).collect();
        let reasons = match reasons.is_empty() {
            true => "none are installed".to_owned(),
            false => reasons.join("; "),
        };
        return Err(TlsError::NoAuthorities(reasons));
    }
    Ok(client_config(roots))
}

/// Returns client settings that trust no server, so that every handshake fails.
pub fn trusting_none() -> ClientConfig {
    client_config(RootCertStore::empty())
}

fn client_config(roots: RootCertStore) -> ClientConfig {
    ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .expect("ring supports TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// Returns server settings with a key pair that exists only in this process, for clients that encrypt but do not verify
/// names.
pub fn self_signed(name: &str) -> Result<ServerConfig, TlsError> {
    let pair = rcgen::generate_simple_self_signed([name.to_owned()])?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(pair.signing_key.serialize_der()));
    let provider = rustls::crypto::ring::default_provider().into();
    Ok(ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![pair.cert.der().clone()], key)?)
}
