//! The data source `aws_rds_engine_version`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, List, Many, Set, Str};

construct! {
    data RdsEngineVersion = "aws_rds_engine_version";
    new (engine: Str);
    required {
        engine: Str,
    }
    optional {
        default_only: Bool,
        has_major_target: Bool,
        has_minor_target: Bool,
        include_all: Bool,
        latest: Bool,
        preferred_major_targets: List<Str>,
        preferred_upgrade_targets: List<Str>,
        preferred_versions: List<Str>,
    }
    settable {
        id: Str,
        parameter_group_family: Str,
        region: Str,
        version: Str,
    }
    computed {
        default_character_set: Str,
        engine_description: Str,
        exportable_log_types: Set<Str>,
        status: Str,
        supported_character_sets: Set<Str>,
        supported_feature_names: Set<Str>,
        supported_modes: Set<Str>,
        supported_timezones: Set<Str>,
        supports_certificate_rotation_without_restart: Bool,
        supports_global_databases: Bool,
        supports_integrations: Bool,
        supports_limitless_database: Bool,
        supports_local_write_forwarding: Bool,
        supports_log_exports_to_cloudwatch: Bool,
        supports_parallel_query: Bool,
        supports_read_replica: Bool,
        valid_major_targets: Set<Str>,
        valid_minor_targets: Set<Str>,
        valid_upgrade_targets: Set<Str>,
        version_actual: Str,
        version_description: Str,
    }
    blocks {
        filter: Many<Filter> = Set 0 0,
    }
}

block! {
    Filter;
    new FilterArgs (name: Str, values: Set<Str>);
    required {
        name: Str,
        values: Set<Str>,
    }
}
