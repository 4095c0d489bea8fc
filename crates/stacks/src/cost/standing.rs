//! Fixed costs per hour or month, counted from the resources in the stacks.

use crate::cost::bill::{Bill, HOURS};
use crate::synthesized::{Resource, Stacks, resources};
use leeward_blueprint::Blueprint;
use leeward_blueprint::deploy::Profile;

/// The priced resource types. Each row has the type, the service, the price's name and unit, and the units that one
/// resource uses in a month.
const BY_TYPE: [(&str, &str, &str, &str, f64); 14] = [
    ("aws_nat_gateway", "VPC", "nat_hour", "h", HOURS),
    ("aws_eip", "VPC", "address_hour", "h", HOURS),
    ("aws_lb", "Load balancing", "balancer_hour", "h", HOURS),
    ("aws_wafv2_web_acl", "WAF", "firewall_month", "month", 1.0),
    ("aws_wafv2_web_acl", "WAF", "firewall_rule_month", "rule", 4.0),
    ("aws_kms_key", "KMS", "key_month", "month", 1.0),
    ("aws_secretsmanager_secret", "Secrets Manager", "secret_month", "month", 2.0),
    ("aws_route53_zone", "Route 53", "zone_month", "month", 1.0),
    ("aws_route53_health_check", "Route 53", "check_month", "month", 1.0),
    ("aws_cloudwatch_metric_alarm", "CloudWatch", "alarm_month", "month", 1.0),
    ("aws_cloudwatch_composite_alarm", "CloudWatch", "composite_month", "month", 1.0),
    ("aws_cloudwatch_dashboard", "CloudWatch", "dashboard_month", "month", 1.0),
    ("aws_lambda_function", "CloudWatch", "metric_month", "metric", 3.0),
    ("aws_rds_cluster_instance", "Aurora", "database_large_hour", "h", HOURS),
];
const ZONES: f64 = 3.0;

pub(crate) fn add(bill: &mut Bill<'_>, blueprint: &Blueprint, stacks: &Stacks) {
    let all = resources(stacks);
    for (kind, service, price, unit, units) in BY_TYPE {
        let scale = if kind == "aws_rds_cluster_instance" {
            size(&blueprint.database.instance_class)
        } else {
            1.0
        };
        each_region(&all, kind, |region, count| {
            let what = format!("{} × {}", count, kind.trim_start_matches("aws_"));
            bill.add(region, service, what, (count as f64 * units * scale, unit), price);
        });
    }
    let interfaces: Vec<&Resource<'_>> = all
        .iter()
        .filter(|r| r.kind == "aws_vpc_endpoint" && r.body["vpc_endpoint_type"] == "Interface")
        .collect();
    for region in regions(blueprint) {
        let count = interfaces.iter().filter(|r| r.name.starts_with(region)).count();
        let what = format!("{count} × interface endpoint in three zones");
        bill.add(region, "VPC", what, (count as f64 * ZONES * HOURS, "h"), "endpoint_zone_hour");
    }
    match blueprint.profile {
        Profile::Serverless => warm(bill, blueprint),
        Profile::Instances => fleet(bill, blueprint),
    }
}

fn regions(blueprint: &Blueprint) -> [&str; 2] {
    [blueprint.regions.primary.as_str(), blueprint.regions.secondary.as_str()]
}

/// Counts the resources of a type in each Region. A resource's id begins with its Region.
fn each_region(all: &[Resource<'_>], kind: &str, mut tell: impl FnMut(&str, usize)) {
    let mut counts = std::collections::BTreeMap::<&str, usize>::new();
    for resource in all.iter().filter(|resource| resource.kind == kind) {
        let region = resource.name.split('_').next().unwrap_or_default();
        *counts.entry(region).or_default() += 1;
    }
    counts.into_iter().for_each(|(region, count)| tell(region, count));
}

/// Returns an instance size as a multiple of `large`, which is half of an `xlarge`. Each size is twice the previous
/// one.
pub(crate) fn size(class: &str) -> f64 {
    match class.rsplit('.').next().unwrap_or(class) {
        "large" => 1.0,
        "xlarge" => 2.0,
        times => times
            .strip_suffix("xlarge")
            .and_then(|n| n.parse::<f64>().ok())
            .map_or(1.0, |n| 2.0 * n),
    }
}

fn warm(bill: &mut Bill<'_>, blueprint: &Blueprint) {
    let settings = &blueprint.functions;
    // The blueprint keeps instances of the order function and the health function warm.
    let gb = f64::from(2 * settings.warm) * f64::from(settings.memory_mb) / 1_024.0;
    for region in regions(blueprint) {
        let seconds = (gb * HOURS * 3_600.0, "GB-s");
        bill.add(region, "Lambda", "kept warm", seconds, "function_warm_gb_second");
    }
}

fn fleet(bill: &mut Bill<'_>, blueprint: &Blueprint) {
    let settings = &blueprint.instances;
    let first = settings.types.first().map_or("", String::as_str);
    let price = if first == "t3.large" { "instance_t3_large_hour" } else { "instance_other_hour" };
    for region in regions(blueprint) {
        let count = f64::from(settings.desired);
        let what = format!("{} × {first}", settings.desired);
        bill.add(region, "EC2", what, (count * HOURS, "h"), price);
        let disks = (count * f64::from(settings.volume_gib), "GB");
        bill.add(region, "EC2", "volumes", disks, "volume_gb");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_double() {
        let check = |class: &str, expect: f64| assert_eq!(size(class), expect);
        check("db.r6g.large", 1.0);
        check("db.r6g.xlarge", 2.0);
        check("db.r6g.4xlarge", 8.0);
    }
}
