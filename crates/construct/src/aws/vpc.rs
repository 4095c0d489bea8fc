//! The resource `aws_vpc`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Map, Num, Str};

construct! {
    resource Vpc = "aws_vpc";
    new ();
    optional {
        assign_generated_ipv6_cidr_block: Bool,
        enable_dns_support: Bool,
        instance_tenancy: Str,
        ipv4_ipam_pool_id: Str,
        ipv4_netmask_length: Num,
        ipv6_ipam_pool_id: Str,
        ipv6_netmask_length: Num,
        tags: Map<Str>,
    }
    settable {
        cidr_block: Str,
        enable_dns_hostnames: Bool,
        enable_network_address_usage_metrics: Bool,
        ipv6_cidr_block: Str,
        ipv6_cidr_block_network_border_group: Str,
        region: Str,
    }
    computed {
        arn: Str,
        default_network_acl_id: Str,
        default_route_table_id: Str,
        default_security_group_id: Str,
        dhcp_options_id: Str,
        id: Str,
        ipv6_association_id: Str,
        main_route_table_id: Str,
        owner_id: Str,
        tags_all: Map<Str>,
    }
}

tagged!(Vpc);
