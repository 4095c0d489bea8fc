//! The DNS records of the public name, and the health checks attached to these records.
//!
//! <https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListResourceRecordSets.html>. Route 53 has one
//! control plane for all Regions; no recovery depends on it (REQ-A3).

use crate::config::AwsConfig;
use crate::signed::{RestService, Service, domain};
use leeward_model::Region;
use leeward_model::readiness::{Check, Record, Scope};
use leeward_ports::Outcome;
use serde::Deserialize;

const API: &str = "2013-04-01";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    resource_record_sets: Sets,
}

#[derive(Deserialize, Default)]
struct Sets {
    #[serde(rename = "ResourceRecordSet", default)]
    list: Vec<Set>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Set {
    name: String,
    set_identifier: Option<String>,
    failover: Option<String>,
    region: Option<String>,
    #[serde(rename = "TTL", default)]
    ttl_s: u64,
    health_check_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GotCheck {
    health_check: HealthCheck,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct HealthCheck {
    health_check_config: CheckConfig,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CheckConfig {
    #[serde(default)]
    fully_qualified_domain_name: String,
    #[serde(default)]
    resource_path: String,
    #[serde(default)]
    request_interval: u64,
    #[serde(default)]
    failure_threshold: u64,
    #[serde(default)]
    inverted: bool,
    #[serde(default)]
    disabled: bool,
}

pub(super) async fn facts(config: &AwsConfig, scope: &Scope) -> Outcome<Vec<Record>> {
    // Requests are signed for us-east-1 from every Region (docs: "Route 53 endpoints").
    let signs = Region::new("us-east-1").expect("a name");
    let url = format!("https://route53.{}/", domain(scope.region.as_str()));
    let service = RestService(Service::at(config, &signs, "route53", url));
    let (zone, name) = (scope.zone.trim_start_matches("/hostedzone/"), &scope.public_name);
    let path = format!("{API}/hostedzone/{zone}/rrset?name={name}&type=CNAME");
    let listed = match service.xml::<Listed>(&path, config.call_timeout).await {
        Outcome::Done(listed) => listed,
        other => return other.map(|_| Vec::new()),
    };
    let mut out = Vec::new();
    // Route 53 also lists the names that sort after the requested one.
    let has_our_name = |set: &Set| set.name.trim_end_matches('.') == name;
    for set in listed.resource_record_sets.list.into_iter().filter(has_our_name) {
        let check = match &set.health_check_id {
            None => None,
            Some(id) => {
                let path = format!("{API}/healthcheck/{id}");
                match service.xml::<GotCheck>(&path, config.call_timeout).await {
                    Outcome::Done(got) => Some(check(got.health_check.health_check_config)),
                    other => return other.map(|_| Vec::new()),
                }
            }
        };
        out.push(Record {
            set: set.set_identifier.unwrap_or_default(),
            policy: set.failover.or(set.region).unwrap_or_default(),
            ttl_s: set.ttl_s,
            check,
        });
    }
    out.sort();
    Outcome::Done(out)
}

fn check(config: CheckConfig) -> Check {
    Check {
        host: config.fully_qualified_domain_name,
        path: config.resource_path,
        interval_s: config.request_interval,
        threshold: config.failure_threshold,
        overridden: config.inverted || config.disabled,
    }
}
