//! The resource `aws_flow_log`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, List, Many, Map, Num, One, Str};

construct! {
    resource FlowLog = "aws_flow_log";
    new ();
    optional {
        deliver_cross_account_role: Str,
        eni_id: Str,
        iam_role_arn: Str,
        log_destination_type: Str,
        max_aggregation_interval: Num,
        regional_nat_gateway_id: Str,
        subnet_id: Str,
        tags: Map<Str>,
        traffic_type: Str,
        transit_gateway_attachment_id: Str,
        transit_gateway_id: Str,
        vpc_id: Str,
    }
    settable {
        log_destination: Str,
        log_format: Str,
        region: Str,
    }
    computed {
        arn: Str,
        id: Str,
        tags_all: Map<Str>,
    }
    blocks {
        destination_options: One<DestinationOptions> = List 0 1,
        tag_field_specification: Many<TagFieldSpecification> = Set 0 0,
    }
}

tagged!(FlowLog);

block! {
    DestinationOptions;
    new ();
    optional {
        file_format: Str,
        hive_compatible_partitions: Bool,
        per_hour_partition: Bool,
    }
}

block! {
    TagFieldSpecification;
    new TagFieldSpecificationArgs (resource_type: Str, tag_keys: List<Str>);
    required {
        resource_type: Str,
        tag_keys: List<Str>,
    }
}
