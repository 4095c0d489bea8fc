//! Tests of the readiness document, which lists what readiness checks (REQ-T1).

use super::rows::{SIDES, View, document};
use leeward_blueprint::deploy::Profile;
use leeward_model::readiness::Scope;
use serde_json::{Value, json};

/// The readiness function can read the document, and the document's DNS records are those that the stacks create.
#[test]
fn t_readiness() {
    for view in View::both() {
        for stack in SIDES {
            let body = view.one(stack, "ssm_parameter", "readiness_scope");
            let scope: Scope = serde_json::from_value(document(body, "value")).expect("a scope");
            assert_eq!(scope.region.as_str(), region_of(&view, stack));
            assert_eq!(scope.fleet.is_some(), view.blueprint.profile == Profile::Instances);
            assert!(scope.functions.contains_key("readiness"), "{:?}", scope.functions);
            for record in &scope.records {
                let made = view.all("links", "route53_record", "traffic_public");
                let made = made.iter().find(|made| made["set_identifier"] == json!(record.set));
                let made = made.expect("a record of the name");
                assert_eq!(made["ttl"], json!(record.ttl_s));
                assert_eq!(made["failover_routing_policy"]["type"], json!(record.policy));
                let check = record.check.as_ref().expect("checked");
                let checks = view.all("links", "route53_health_check", "traffic_api");
                let alike = |made: &&&Value| {
                    made["fqdn"] == json!(check.host)
                        && made["resource_path"] == json!(check.path)
                        && made["request_interval"] == json!(check.interval_s)
                        && made["failure_threshold"] == json!(check.threshold)
                };
                assert_eq!(checks.iter().filter(alike).count(), 1, "{check:?}");
            }
        }
    }
}

fn region_of(view: &View, stack: &str) -> String {
    let regions = &view.blueprint.regions;
    let region = if stack == "primary" { &regions.primary } else { &regions.secondary };
    region.to_string()
}
