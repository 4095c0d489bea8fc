//! The platform's own certificate authority, which is new at each start, and the single certificate that it signs. Both
//! servers and the relays to them use this certificate. The authority's key is discarded immediately.

use super::super::{DatabaseError, Done};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType,
};
use std::net::IpAddr;

pub(super) struct Certificates {
    pub(super) authority: String,
    pub(super) server: String,
    pub(super) key: String,
}

fn with_name(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

pub(super) fn make(hosts: &[IpAddr]) -> Done<Certificates> {
    let failed = |error: rcgen::Error| DatabaseError::Certificates(error.to_string());
    let mut authority = with_name("Leeward, local databases");
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let authority_key = KeyPair::generate().map_err(failed)?;
    let own = authority.self_signed(&authority_key).map_err(failed)?;
    let issuer = Issuer::new(authority, authority_key);
    let mut server = with_name("database");
    server.subject_alt_names = hosts.iter().map(|host| SanType::IpAddress(*host)).collect();
    let key = KeyPair::generate().map_err(failed)?;
    let signed = server.signed_by(&key, &issuer).map_err(failed)?;
    Ok(Certificates { authority: own.pem(), server: signed.pem(), key: key.serialize_pem() })
}
