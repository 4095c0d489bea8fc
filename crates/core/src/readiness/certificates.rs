//! LW-R009: each Region's certificate is issued and does not expire soon (REQ-A1).

use super::{Gathered, Judged, regions};
use leeward_model::readiness::Facts;

pub(super) fn judge(facts: &Facts) -> Judged {
    let mut found = Gathered::default();
    let days = i64::try_from(facts.limits.certificate_days).unwrap_or(i64::MAX);
    for asked in regions(facts, &mut found) {
        let region = &asked.region;
        let Some(certificate) = found.known(region, &asked.certificate) else { continue };
        found.require(certificate.status == "ISSUED", || {
            format!("{region}'s certificate is {:?}", certificate.status)
        });
        found.require(certificate.days_left >= days, || {
            format!("{region}'s certificate expires in {} days", certificate.days_left)
        });
    }
    found.judged()
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;
    use leeward_model::readiness::CertificateFacts;

    #[test]
    fn each_certificate_is_issued_and_valid_for_long_enough() {
        let of =
            |status: &str, days_left| Ok(CertificateFacts { status: status.into(), days_left });
        let failed = |part: &str| Judged::Failed(part.into());
        check(judge, |_| {}, Judged::Passed);
        check(judge, |r| r.certificate = of("ISSUED", 30), Judged::Passed);
        check(judge, |r| r.certificate = of("ISSUED", 29), failed("expires in 29 days"));
        check(judge, |r| r.certificate = of("ISSUED", -1), failed("expires in -1 days"));
        check(judge, |r| r.certificate = of("EXPIRED", 200), failed("is \"EXPIRED\""));
        check(judge, |r| r.certificate = Err("denied".into()), Judged::Unknown("denied".into()));
    }
}
