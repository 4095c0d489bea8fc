//! The resource `aws_lb`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Many, Map, Num, One, Set, Str};

construct! {
    resource Lb = "aws_lb";
    new ();
    optional {
        client_keep_alive: Num,
        customer_owned_ipv4_pool: Str,
        desync_mitigation_mode: Str,
        dns_record_client_routing_policy: Str,
        drop_invalid_header_fields: Bool,
        enable_cross_zone_load_balancing: Bool,
        enable_deletion_protection: Bool,
        enable_http2: Bool,
        enable_tls_version_and_cipher_suite_headers: Bool,
        enable_waf_fail_open: Bool,
        enable_xff_client_port: Bool,
        enable_zonal_shift: Bool,
        idle_timeout: Num,
        load_balancer_type: Str,
        preserve_host_header: Bool,
        tags: Map<Str>,
        xff_header_processing_mode: Str,
    }
    settable {
        enable_prefix_for_ipv6_source_nat: Str,
        enforce_security_group_inbound_rules_on_private_link_traffic: Str,
        internal: Bool,
        ip_address_type: Str,
        name: Str,
        name_prefix: Str,
        region: Str,
        secondary_ips_auto_assigned_per_subnet: Num,
        security_groups: Set<Str>,
        subnets: Set<Str>,
    }
    computed {
        arn: Str,
        arn_suffix: Str,
        dns_name: Str,
        id: Str,
        tags_all: Map<Str>,
        vpc_id: Str,
        zone_id: Str,
    }
    blocks {
        access_logs: One<AccessLogs> = List 0 1,
        connection_logs: One<ConnectionLogs> = List 0 1,
        health_check_logs: One<HealthCheckLogs> = List 0 1,
        ipam_pools: One<IpamPools> = List 0 1,
        minimum_load_balancer_capacity: One<MinimumLoadBalancerCapacity> = List 0 1,
        subnet_mapping: Many<SubnetMapping> = Set 0 0,
        timeouts: One<Timeouts> = Single 0 1,
    }
    block_references {
        subnet_mapping: Set<SubnetMapping>,
    }
}

tagged!(Lb);

block! {
    AccessLogs;
    new (bucket: Str);
    required {
        bucket: Str,
    }
    optional {
        enabled: Bool,
        prefix: Str,
    }
}

block! {
    ConnectionLogs;
    new (bucket: Str);
    required {
        bucket: Str,
    }
    optional {
        enabled: Bool,
        prefix: Str,
    }
}

block! {
    HealthCheckLogs;
    new (bucket: Str);
    required {
        bucket: Str,
    }
    optional {
        enabled: Bool,
        prefix: Str,
    }
}

block! {
    IpamPools;
    new (ipv4_ipam_pool_id: Str);
    required {
        ipv4_ipam_pool_id: Str,
    }
}

block! {
    MinimumLoadBalancerCapacity;
    new (capacity_units: Num);
    required {
        capacity_units: Num,
    }
}

block! {
    SubnetMapping;
    new (subnet_id: Str);
    required {
        subnet_id: Str,
    }
    optional {
        allocation_id: Str,
        ipv6_address: Str,
        private_ipv4_address: Str,
    }
    computed {
        outpost_id: Str,
    }
}

block! {
    Timeouts;
    new ();
    optional {
        create: Str,
        delete: Str,
        update: Str,
    }
}
