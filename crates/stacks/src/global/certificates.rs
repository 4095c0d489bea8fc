//! The hosted zone, and a certificate in each Region (REQ-A1, A2). Each certificate covers the public name and a
//! wildcard below it. AWS requires the same validation record for both names and both Regions (docs/spec/aws-facts.md),
//! so one record is enough to issue and renew all certificates.

use crate::context::{scopes, stack as add_stack};
use leeward_blueprint::Blueprint;
use leeward_construct::aws::route53_record::Route53RecordArgs;
use leeward_construct::ty::Str;
use leeward_construct::{App, Lifecycle, Ref, Scope, aws};
use leeward_model::Region;
use std::collections::BTreeMap;

const VALIDATION_TTL_S: i64 = 300;

/// Returns the id of the hosted zone. A new zone has its own stack, which is deployed first: the zone's name servers
/// are an output of that stack, and AWS issues no certificate until the parent zone delegates to those servers.
pub(crate) fn zone(app: &App, scope: &Scope, blueprint: &Blueprint) -> Ref<Str> {
    let name = blueprint.dns.zone_name(&blueprint.public_name);
    if let Some(id) = &blueprint.dns.zone_id {
        return scope.add("zone", aws::data::Route53Zone::new().zone_id(id.as_str())).zone_id();
    }
    let stack = add_stack(app, blueprint, "zone");
    let [scope] = scopes(&stack, blueprint, [&blueprint.regions.primary]);
    let comment = format!("Leeward {}", blueprint.suffix);
    let zone = aws::Route53Zone::new(name).comment(comment).force_destroy(true);
    let zone = scope.add("zone", zone);
    stack.output("name_servers", zone.name_servers());
    zone.zone_id()
}

pub(crate) fn add(
    sides: [(&Region, &Scope); 2],
    blueprint: &Blueprint,
    zone: &Ref<Str>,
) -> BTreeMap<Region, Ref<Str>> {
    let name = blueprint.public_name.as_str();
    let certificates = sides.map(|(_, scope)| {
        scope.add(
            "api",
            aws::AcmCertificate::new()
                .domain_name(name)
                .subject_alternative_names([format!("*.{name}")])
                .validation_method("DNS")
                .lifecycle(Lifecycle::new().create_before_destroy()),
        )
    });
    // Both names have the same validation record, so any element of the set suffices.
    let record = certificates[0].domain_validation_options().list().at(0);
    let proof = sides[0].1.add(
        "certificates",
        aws::Route53Record::new(Route53RecordArgs {
            name: record.resource_record_name(),
            type_: record.resource_record_type(),
            zone_id: zone,
        })
        .ttl(VALIDATION_TTL_S)
        .records([record.resource_record_value()])
        .allow_overwrite(true),
    );
    let issued = sides.iter().zip(&certificates).map(|((region, scope), certificate)| {
        let issued = aws::AcmCertificateValidation::new(certificate.arn())
            .validation_record_fqdns([proof.fqdn()]);
        ((*region).clone(), scope.add("api", issued).certificate_arn())
    });
    issued.collect()
}
