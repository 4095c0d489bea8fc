//! The resource `aws_db_subnet_group`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Map, Set, Str};

construct! {
    resource DbSubnetGroup = "aws_db_subnet_group";
    new (subnet_ids: Set<Str>);
    required {
        subnet_ids: Set<Str>,
    }
    optional {
        description: Str,
        tags: Map<Str>,
    }
    settable {
        name: Str,
        name_prefix: Str,
        region: Str,
    }
    computed {
        arn: Str,
        id: Str,
        supported_network_types: Set<Str>,
        tags_all: Map<Str>,
        vpc_id: Str,
    }
}

tagged!(DbSubnetGroup);
