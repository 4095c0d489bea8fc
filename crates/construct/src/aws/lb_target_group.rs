//! The resource `aws_lb_target_group`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Many, Map, Num, One, Set, Str};

construct! {
    resource LbTargetGroup = "aws_lb_target_group";
    new ();
    optional {
        deregistration_delay: Str,
        lambda_multi_value_headers_enabled: Bool,
        port: Num,
        protocol: Str,
        proxy_protocol_v2: Bool,
        slow_start: Num,
        tags: Map<Str>,
        target_control_port: Num,
        target_type: Str,
        vpc_id: Str,
    }
    settable {
        connection_termination: Bool,
        ip_address_type: Str,
        load_balancing_algorithm_type: Str,
        load_balancing_anomaly_mitigation: Str,
        load_balancing_cross_zone_enabled: Str,
        name: Str,
        name_prefix: Str,
        preserve_client_ip: Str,
        protocol_version: Str,
        region: Str,
    }
    computed {
        arn: Str,
        arn_suffix: Str,
        id: Str,
        load_balancer_arns: Set<Str>,
        tags_all: Map<Str>,
    }
    blocks {
        health_check: One<HealthCheck> = List 0 1,
        stickiness: One<Stickiness> = List 0 1,
        target_failover: Many<TargetFailover> = List 0 0,
        target_group_health: One<TargetGroupHealth> = List 0 1,
        target_health_state: Many<TargetHealthState> = List 0 0,
    }
}

tagged!(LbTargetGroup);

block! {
    HealthCheck;
    new ();
    optional {
        enabled: Bool,
        healthy_threshold: Num,
        interval: Num,
        port: Str,
        protocol: Str,
        unhealthy_threshold: Num,
    }
    settable {
        matcher: Str,
        path: Str,
        timeout: Num,
    }
}

block! {
    Stickiness;
    new (type_: Str);
    required {
        type_: Str,
    }
    optional {
        cookie_duration: Num,
        cookie_name: Str,
        enabled: Bool,
    }
}

block! {
    TargetFailover;
    new TargetFailoverArgs (on_deregistration: Str, on_unhealthy: Str);
    required {
        on_deregistration: Str,
        on_unhealthy: Str,
    }
}

block! {
    TargetGroupHealth;
    new ();
    blocks {
        dns_failover: One<TargetGroupHealthDnsFailover> = List 0 1,
        unhealthy_state_routing: One<TargetGroupHealthUnhealthyStateRouting> = List 0 1,
    }
}

block! {
    TargetGroupHealthDnsFailover;
    new ();
    optional {
        minimum_healthy_targets_count: Str,
        minimum_healthy_targets_percentage: Str,
    }
}

block! {
    TargetGroupHealthUnhealthyStateRouting;
    new ();
    optional {
        minimum_healthy_targets_count: Num,
        minimum_healthy_targets_percentage: Str,
    }
}

block! {
    TargetHealthState;
    new (enable_unhealthy_connection_termination: Bool);
    required {
        enable_unhealthy_connection_termination: Bool,
    }
    optional {
        unhealthy_draining_interval: Num,
    }
}
