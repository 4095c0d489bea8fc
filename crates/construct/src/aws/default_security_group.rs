//! The resource `aws_default_security_group`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, List, Map, Num, Set, Str};

construct! {
    resource DefaultSecurityGroup = "aws_default_security_group";
    new ();
    optional {
        revoke_rules_on_delete: Bool,
        tags: Map<Str>,
    }
    settable {
        egress: Set<Egress>,
        ingress: Set<Ingress>,
        region: Str,
        vpc_id: Str,
    }
    computed {
        arn: Str,
        description: Str,
        id: Str,
        name: Str,
        name_prefix: Str,
        owner_id: Str,
        tags_all: Map<Str>,
    }
}

tagged!(DefaultSecurityGroup);

object! {
    Egress {
        cidr_blocks: List<Str>,
        description: Str,
        from_port: Num,
        ipv6_cidr_blocks: List<Str>,
        prefix_list_ids: List<Str>,
        protocol: Str,
        security_groups: Set<Str>,
        self_: Bool,
        to_port: Num,
    }
}

object! {
    Ingress {
        cidr_blocks: List<Str>,
        description: Str,
        from_port: Num,
        ipv6_cidr_blocks: List<Str>,
        prefix_list_ids: List<Str>,
        protocol: Str,
        security_groups: Set<Str>,
        self_: Bool,
        to_port: Num,
    }
}
