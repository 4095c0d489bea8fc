//! The resource `aws_security_group`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, List, Map, Num, One, Set, Str};

construct! {
    resource SecurityGroup = "aws_security_group";
    new ();
    optional {
        description: Str,
        revoke_rules_on_delete: Bool,
        tags: Map<Str>,
    }
    settable {
        egress: Set<Egress>,
        ingress: Set<Ingress>,
        name: Str,
        name_prefix: Str,
        region: Str,
        vpc_id: Str,
    }
    computed {
        arn: Str,
        id: Str,
        owner_id: Str,
        tags_all: Map<Str>,
    }
    blocks {
        timeouts: One<Timeouts> = Single 0 1,
    }
}

tagged!(SecurityGroup);

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

block! {
    Timeouts;
    new ();
    optional {
        create: Str,
        delete: Str,
    }
}
