//! The resource `aws_cloudtrail`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, List, Many, Map, Set, Str};

construct! {
    resource Cloudtrail = "aws_cloudtrail";
    new CloudtrailArgs (name: Str, s3_bucket_name: Str);
    required {
        name: Str,
        s3_bucket_name: Str,
    }
    optional {
        cloud_watch_logs_group_arn: Str,
        cloud_watch_logs_role_arn: Str,
        enable_log_file_validation: Bool,
        enable_logging: Bool,
        include_global_service_events: Bool,
        is_multi_region_trail: Bool,
        is_organization_trail: Bool,
        kms_key_id: Str,
        s3_key_prefix: Str,
        sns_topic_name: Str,
        tags: Map<Str>,
    }
    settable {
        region: Str,
    }
    computed {
        arn: Str,
        home_region: Str,
        id: Str,
        sns_topic_arn: Str,
        tags_all: Map<Str>,
    }
    blocks {
        advanced_event_selector: Many<AdvancedEventSelector> = List 0 0,
        event_selector: Many<EventSelector> = List 0 0,
        insight_selector: Many<InsightSelector> = Set 0 0,
    }
}

tagged!(Cloudtrail);

block! {
    AdvancedEventSelector;
    new (field_selector: Many<AdvancedEventSelectorFieldSelector>);
    optional {
        name: Str,
    }
    required_blocks {
        field_selector: Many<AdvancedEventSelectorFieldSelector> = Set 1 0,
    }
}

block! {
    AdvancedEventSelectorFieldSelector;
    new (field: Str);
    required {
        field: Str,
    }
    optional {
        ends_with: List<Str>,
        equals: List<Str>,
        not_ends_with: List<Str>,
        not_equals: List<Str>,
        not_starts_with: List<Str>,
        starts_with: List<Str>,
    }
}

block! {
    EventSelector;
    new ();
    optional {
        exclude_management_event_sources: Set<Str>,
        include_management_events: Bool,
        read_write_type: Str,
    }
    blocks {
        data_resource: Many<EventSelectorDataResource> = List 0 0,
    }
}

block! {
    EventSelectorDataResource;
    new EventSelectorDataResourceArgs (type_: Str, values: List<Str>);
    required {
        type_: Str,
        values: List<Str>,
    }
}

block! {
    InsightSelector;
    new (insight_type: Str);
    required {
        insight_type: Str,
    }
}
