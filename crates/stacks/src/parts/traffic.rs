//! The public name (REQ-A2, A3): two records with a short TTL, each with a health check that reads its Region's own
//! report. Moving traffic never requires editing a record (docs/spec/moves.md).

use crate::context::{self, RegionStack};
use crate::global::Globals;
use crate::parts::front::Front;
use leeward_blueprint::RegionRole;
use leeward_blueprint::services::Routing;
use leeward_blueprint::{Blueprint, TimingProfile};
use leeward_construct::aws::route53_record::{
    Alias, AliasArgs, FailoverRoutingPolicy, LatencyRoutingPolicy, Route53RecordArgs,
};
use leeward_construct::ty::Str;
use leeward_construct::{Handle, Ref, aws};
use leeward_model::Region;
use leeward_model::readiness::{Check, Record};

pub(crate) fn add(place: &RegionStack, globals: &Globals, front: &Front) -> Ref<Str> {
    let place = &place.below("traffic");
    let scope = &place.scope;
    // The Region's own name has no health check, because sentinels must reach the Region even when it is unhealthy.
    scope.add(
        "own",
        aws::Route53Record::new(Route53RecordArgs {
            name: place.host(),
            type_: "A",
            zone_id: &globals.zone,
        })
        .alias(Alias::new(AliasArgs {
            evaluate_target_health: false,
            name: &front.own_name,
            zone_id: &front.zone_id,
        })),
    );
    let check = check(place);
    let b = &place.blueprint;
    // The record is a CNAME, because resolvers cache an alias to a load balancer for a minute (docs/spec/aws-facts.md).
    let record = aws::Route53Record::new(Route53RecordArgs {
        name: b.public_name.as_str(),
        type_: "CNAME",
        zone_id: &globals.zone,
    })
    .ttl(b.timing(TimingProfile::Aws).ttl_s)
    .records([&front.name])
    .set_identifier(place.region.as_str())
    .health_check_id(check.id());
    let record = match (b.dns.routing, place.region_role) {
        (Routing::Latency, _) => {
            record.latency_routing_policy(LatencyRoutingPolicy::new(place.region.as_str()))
        }
        (Routing::Failover, RegionRole::Primary) => {
            record.failover_routing_policy(FailoverRoutingPolicy::new("PRIMARY"))
        }
        (Routing::Failover, _) => {
            record.failover_routing_policy(FailoverRoutingPolicy::new("SECONDARY"))
        }
    };
    scope.add("public", record);
    check.id()
}

/// Adds the health check of a record (docs/spec/moves.md). The primary's health check tests whether the Region is
/// active and accepts orders; the secondary's tests only whether it accepts orders.
fn check(place: &RegionStack) -> Handle<aws::Route53HealthCheck> {
    let b = &place.blueprint;
    let timing = b.timing(TimingProfile::Aws);
    let path = path(b.dns.routing, place.region_role == RegionRole::Primary);
    let check = aws::Route53HealthCheck::new("HTTPS")
        .fqdn(place.host())
        .port(443)
        .resource_path(path)
        .enable_sni(true)
        .measure_latency(true)
        .request_interval(timing.check_interval_ms / 1_000)
        .failure_threshold(timing.check_threshold)
        .tag("Name", place.name_here("api", "check"));
    place.scope.add("api", check)
}

fn path(routing: Routing, primary: bool) -> &'static str {
    if primary && routing == Routing::Failover { "/health/traffic" } else { "/health/accepting" }
}

/// Returns the records that [`add`] creates, in the form that readiness rule LW-R010 compares.
pub(crate) fn expected(blueprint: &Blueprint) -> Vec<Record> {
    let timing = blueprint.timing(TimingProfile::Aws);
    let r = &blueprint.regions;
    let record = |(region, failover, primary): (&Region, &str, bool)| Record {
        set: region.to_string(),
        policy: match blueprint.dns.routing {
            Routing::Latency => region.to_string(),
            Routing::Failover => failover.to_owned(),
        },
        ttl_s: u64::from(timing.ttl_s),
        check: Some(Check {
            host: context::host(blueprint, region),
            path: path(blueprint.dns.routing, primary).to_owned(),
            interval_s: timing.check_interval_ms / 1_000,
            threshold: u64::from(timing.check_threshold),
            overridden: false,
        }),
    };
    [(&r.primary, "PRIMARY", true), (&r.secondary, "SECONDARY", false)].map(record).to_vec()
}
