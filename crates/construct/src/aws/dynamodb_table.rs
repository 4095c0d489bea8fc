//! The resource `aws_dynamodb_table`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, List, Many, Map, Num, One, Set, Str};

construct! {
    resource DynamodbTable = "aws_dynamodb_table";
    new (name: Str);
    required {
        name: Str,
    }
    optional {
        billing_mode: Str,
        deletion_protection_enabled: Bool,
        range_key: Str,
        restore_backup_arn: Str,
        restore_date_time: Str,
        restore_source_name: Str,
        restore_source_table_arn: Str,
        restore_to_latest_time: Bool,
        stream_enabled: Bool,
        table_class: Str,
        tags: Map<Str>,
    }
    settable {
        hash_key: Str,
        read_capacity: Num,
        region: Str,
        stream_view_type: Str,
        write_capacity: Num,
    }
    computed {
        arn: Str,
        id: Str,
        stream_arn: Str,
        stream_label: Str,
        tags_all: Map<Str>,
    }
    blocks {
        attribute: Many<Attribute> = Set 0 0,
        global_secondary_index: Many<GlobalSecondaryIndex> = Set 0 0,
        global_table_witness: One<GlobalTableWitness> = List 0 1,
        import_table: One<ImportTable> = List 0 1,
        local_secondary_index: Many<LocalSecondaryIndex> = Set 0 0,
        on_demand_throughput: One<OnDemandThroughput> = List 0 1,
        point_in_time_recovery: One<PointInTimeRecovery> = List 0 1,
        replica: Many<Replica> = Set 0 0,
        server_side_encryption: One<ServerSideEncryption> = List 0 1,
        timeouts: One<Timeouts> = Single 0 1,
        ttl: One<Ttl> = List 0 1,
        warm_throughput: One<WarmThroughput> = List 0 1,
    }
    block_references {
        replica: Set<Replica>,
    }
}

tagged!(DynamodbTable);

block! {
    Attribute;
    new AttributeArgs (name: Str, type_: Str);
    required {
        name: Str,
        type_: Str,
    }
}

block! {
    GlobalSecondaryIndex;
    new GlobalSecondaryIndexArgs (name: Str, projection_type: Str);
    required {
        name: Str,
        projection_type: Str,
    }
    optional {
        non_key_attributes: Set<Str>,
        range_key: Str,
    }
    settable {
        hash_key: Str,
        read_capacity: Num,
        write_capacity: Num,
    }
    blocks {
        key_schema: Many<GlobalSecondaryIndexKeySchema> = List 0 0,
        on_demand_throughput: One<GlobalSecondaryIndexOnDemandThroughput> = List 0 1,
        warm_throughput: One<GlobalSecondaryIndexWarmThroughput> = List 0 1,
    }
}

block! {
    GlobalSecondaryIndexKeySchema;
    new GlobalSecondaryIndexKeySchemaArgs (attribute_name: Str, key_type: Str);
    required {
        attribute_name: Str,
        key_type: Str,
    }
}

block! {
    GlobalSecondaryIndexOnDemandThroughput;
    new ();
    settable {
        max_read_request_units: Num,
        max_write_request_units: Num,
    }
}

block! {
    GlobalSecondaryIndexWarmThroughput;
    new ();
    settable {
        read_units_per_second: Num,
        write_units_per_second: Num,
    }
}

block! {
    GlobalTableWitness;
    new ();
    settable {
        region_name: Str,
    }
}

block! {
    ImportTable;
    new ImportTableArgs (input_format: Str, s3_bucket_source: One<ImportTableS3BucketSource>);
    required {
        input_format: Str,
    }
    optional {
        input_compression_type: Str,
    }
    required_blocks {
        s3_bucket_source: One<ImportTableS3BucketSource> = List 1 1,
    }
    blocks {
        input_format_options: One<ImportTableInputFormatOptions> = List 0 1,
    }
}

block! {
    ImportTableInputFormatOptions;
    new ();
    blocks {
        csv: One<ImportTableInputFormatOptionsCsv> = List 0 1,
    }
}

block! {
    ImportTableInputFormatOptionsCsv;
    new ();
    optional {
        delimiter: Str,
        header_list: Set<Str>,
    }
}

block! {
    ImportTableS3BucketSource;
    new (bucket: Str);
    required {
        bucket: Str,
    }
    optional {
        bucket_owner: Str,
        key_prefix: Str,
    }
}

block! {
    LocalSecondaryIndex;
    new LocalSecondaryIndexArgs (name: Str, projection_type: Str, range_key: Str);
    required {
        name: Str,
        projection_type: Str,
        range_key: Str,
    }
    optional {
        non_key_attributes: List<Str>,
    }
}

block! {
    OnDemandThroughput;
    new ();
    settable {
        max_read_request_units: Num,
        max_write_request_units: Num,
    }
}

block! {
    PointInTimeRecovery;
    new (enabled: Bool);
    required {
        enabled: Bool,
    }
    settable {
        recovery_period_in_days: Num,
    }
}

block! {
    Replica;
    new (region_name: Str);
    required {
        region_name: Str,
    }
    optional {
        consistency_mode: Str,
        point_in_time_recovery: Bool,
        propagate_tags: Bool,
    }
    settable {
        deletion_protection_enabled: Bool,
        kms_key_arn: Str,
    }
    computed {
        arn: Str,
        stream_arn: Str,
        stream_label: Str,
    }
}

block! {
    ServerSideEncryption;
    new (enabled: Bool);
    required {
        enabled: Bool,
    }
    settable {
        kms_key_arn: Str,
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

block! {
    Ttl;
    new ();
    optional {
        attribute_name: Str,
        enabled: Bool,
    }
}

block! {
    WarmThroughput;
    new ();
    settable {
        read_units_per_second: Num,
        write_units_per_second: Num,
    }
}
