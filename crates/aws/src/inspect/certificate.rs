//! The Region's certificate.
//!
//! <https://docs.aws.amazon.com/acm/latest/APIReference/API_DescribeCertificate.html>

use crate::config::AwsConfig;
use crate::signed::JsonService;
use leeward_model::readiness::{CertificateFacts, Scope};
use leeward_ports::Outcome;
use serde::{Deserialize, Serialize};
use std::time::SystemTime;

const DAY_S: f64 = 86_400.0;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Describe<'a> {
    certificate_arn: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Described {
    certificate: Certificate,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Certificate {
    #[serde(default)]
    status: String,
    /// The expiry in seconds since 1970; absent until the certificate is issued.
    not_after: Option<f64>,
}

pub(super) async fn facts(config: &AwsConfig, scope: &Scope) -> Outcome<CertificateFacts> {
    let service = JsonService::new(config, &scope.region, "acm", "CertificateManager");
    let describe = Describe { certificate_arn: &scope.certificate };
    let described = service.ask("DescribeCertificate", &describe, config.call_timeout).await;
    let now_s = SystemTime::UNIX_EPOCH.elapsed().map_or(0.0, |since| since.as_secs_f64());
    described.map(|described: Described| {
        let left_s = described.certificate.not_after.unwrap_or_default() - now_s;
        let days_left = (left_s / DAY_S).floor() as i64;
        CertificateFacts { status: described.certificate.status, days_left }
    })
}
