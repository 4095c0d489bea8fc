//! The resource `aws_route53_health_check`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Map, Num, Set, Str};

construct! {
    resource Route53HealthCheck = "aws_route53_health_check";
    new (type_: Str);
    required {
        type_: Str,
    }
    optional {
        child_health_threshold: Num,
        child_healthchecks: Set<Str>,
        cloudwatch_alarm_name: Str,
        cloudwatch_alarm_region: Str,
        disabled: Bool,
        fqdn: Str,
        insufficient_data_health_status: Str,
        invert_healthcheck: Bool,
        ip_address: Str,
        measure_latency: Bool,
        port: Num,
        reference_name: Str,
        request_interval: Num,
        resource_path: Str,
        routing_control_arn: Str,
        search_string: Str,
        tags: Map<Str>,
    }
    settable {
        enable_sni: Bool,
        failure_threshold: Num,
        regions: Set<Str>,
        triggers: Map<Str>,
    }
    computed {
        arn: Str,
        id: Str,
        tags_all: Map<Str>,
    }
}

tagged!(Route53HealthCheck);
