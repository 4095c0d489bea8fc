//! The data source `aws_ami`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, List, Many, Map, One, Set, Str};

construct! {
    data Ami = "aws_ami";
    new ();
    optional {
        allow_unsafe_filter: Bool,
        executable_users: List<Str>,
        include_deprecated: Bool,
        most_recent: Bool,
        name_regex: Str,
        owners: List<Str>,
        uefi_data: Str,
    }
    settable {
        id: Str,
        region: Str,
        tags: Map<Str>,
    }
    computed {
        architecture: Str,
        arn: Str,
        block_device_mappings: Set<BlockDeviceMappings>,
        boot_mode: Str,
        creation_date: Str,
        deprecation_time: Str,
        description: Str,
        ena_support: Bool,
        hypervisor: Str,
        image_id: Str,
        image_location: Str,
        image_owner_alias: Str,
        image_type: Str,
        imds_support: Str,
        kernel_id: Str,
        last_launched_time: Str,
        name: Str,
        owner_id: Str,
        platform: Str,
        platform_details: Str,
        product_codes: Set<ProductCodes>,
        public: Bool,
        ramdisk_id: Str,
        root_device_name: Str,
        root_device_type: Str,
        root_snapshot_id: Str,
        sriov_net_support: Str,
        state: Str,
        state_reason: Map<Str>,
        tpm_support: Str,
        usage_operation: Str,
        virtualization_type: Str,
    }
    blocks {
        filter: Many<Filter> = Set 0 0,
        timeouts: One<Timeouts> = Single 0 1,
    }
}

object! {
    BlockDeviceMappings {
        device_name: Str,
        ebs: Map<Str>,
        no_device: Str,
        virtual_name: Str,
    }
}

object! {
    ProductCodes {
        product_code_id: Str,
        product_code_type: Str,
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

block! {
    Timeouts;
    new ();
    optional {
        read: Str,
    }
}
