//! The resource `aws_rds_global_cluster`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Map, One, Set, Str};

construct! {
    resource RdsGlobalCluster = "aws_rds_global_cluster";
    new (global_cluster_identifier: Str);
    required {
        global_cluster_identifier: Str,
    }
    optional {
        deletion_protection: Bool,
        force_destroy: Bool,
        tags: Map<Str>,
    }
    settable {
        database_name: Str,
        engine: Str,
        engine_lifecycle_support: Str,
        engine_version: Str,
        region: Str,
        source_db_cluster_identifier: Str,
        storage_encrypted: Bool,
    }
    computed {
        arn: Str,
        endpoint: Str,
        engine_version_actual: Str,
        global_cluster_members: Set<GlobalClusterMembers>,
        global_cluster_resource_id: Str,
        id: Str,
        tags_all: Map<Str>,
    }
    blocks {
        timeouts: One<Timeouts> = Single 0 1,
    }
}

tagged!(RdsGlobalCluster);

object! {
    GlobalClusterMembers {
        db_cluster_arn: Str,
        is_writer: Bool,
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
