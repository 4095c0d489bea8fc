//! The resource `aws_vpc_endpoint`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, List, Many, Map, One, Set, Str};

construct! {
    resource VpcEndpoint = "aws_vpc_endpoint";
    new (vpc_id: Str);
    required {
        vpc_id: Str,
    }
    optional {
        auto_accept: Bool,
        resource_configuration_arn: Str,
        service_name: Str,
        service_network_arn: Str,
        tags: Map<Str>,
        vpc_endpoint_type: Str,
    }
    settable {
        ip_address_type: Str,
        policy: Str,
        private_dns_enabled: Bool,
        region: Str,
        route_table_ids: Set<Str>,
        security_group_ids: Set<Str>,
        service_region: Str,
        subnet_ids: Set<Str>,
    }
    computed {
        arn: Str,
        cidr_blocks: List<Str>,
        dns_entry: List<DnsEntry>,
        id: Str,
        network_interface_ids: Set<Str>,
        owner_id: Str,
        prefix_list_id: Str,
        requester_managed: Bool,
        state: Str,
        tags_all: Map<Str>,
    }
    blocks {
        dns_options: One<DnsOptions> = List 0 1,
        subnet_configuration: Many<SubnetConfiguration> = Set 0 0,
        timeouts: One<Timeouts> = Single 0 1,
    }
}

tagged!(VpcEndpoint);

object! {
    DnsEntry {
        dns_name: Str,
        hosted_zone_id: Str,
    }
}

block! {
    DnsOptions;
    new ();
    optional {
        private_dns_only_for_inbound_resolver_endpoint: Bool,
    }
    settable {
        dns_record_ip_type: Str,
        private_dns_preference: Str,
        private_dns_specified_domains: Set<Str>,
    }
}

block! {
    SubnetConfiguration;
    new ();
    optional {
        ipv4: Str,
        ipv6: Str,
        subnet_id: Str,
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
