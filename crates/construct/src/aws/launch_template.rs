//! The resource `aws_launch_template`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Many, Map, Num, One, Set, Str};

construct! {
    resource LaunchTemplate = "aws_launch_template";
    new ();
    optional {
        description: Str,
        disable_api_stop: Bool,
        disable_api_termination: Bool,
        ebs_optimized: Str,
        image_id: Str,
        instance_initiated_shutdown_behavior: Str,
        instance_type: Str,
        kernel_id: Str,
        key_name: Str,
        ram_disk_id: Str,
        security_group_names: Set<Str>,
        tags: Map<Str>,
        update_default_version: Bool,
        user_data: Str,
        vpc_security_group_ids: Set<Str>,
    }
    settable {
        default_version: Num,
        name: Str,
        name_prefix: Str,
        region: Str,
    }
    computed {
        arn: Str,
        id: Str,
        latest_version: Num,
        tags_all: Map<Str>,
    }
    blocks {
        block_device_mappings: Many<BlockDeviceMappings> = List 0 0,
        capacity_reservation_specification: One<CapacityReservationSpecification> = List 0 1,
        cpu_options: One<CpuOptions> = List 0 1,
        credit_specification: One<CreditSpecification> = List 0 1,
        enclave_options: One<EnclaveOptions> = List 0 1,
        hibernation_options: One<HibernationOptions> = List 0 1,
        iam_instance_profile: One<IamInstanceProfile> = List 0 1,
        instance_market_options: One<InstanceMarketOptions> = List 0 1,
        instance_requirements: One<InstanceRequirements> = List 0 1,
        license_specification: Many<LicenseSpecification> = Set 0 0,
        maintenance_options: One<MaintenanceOptions> = List 0 1,
        metadata_options: One<MetadataOptions> = List 0 1,
        monitoring: One<Monitoring> = List 0 1,
        network_interfaces: Many<NetworkInterfaces> = List 0 0,
        network_performance_options: One<NetworkPerformanceOptions> = List 0 1,
        placement: One<Placement> = List 0 1,
        private_dns_name_options: One<PrivateDnsNameOptions> = List 0 1,
        secondary_interfaces: Many<SecondaryInterfaces> = List 0 0,
        tag_specifications: Many<TagSpecifications> = List 0 0,
    }
}

tagged!(LaunchTemplate);

block! {
    BlockDeviceMappings;
    new ();
    optional {
        device_name: Str,
        no_device: Str,
        virtual_name: Str,
    }
    blocks {
        ebs: One<BlockDeviceMappingsEbs> = List 0 1,
    }
}

block! {
    BlockDeviceMappingsEbs;
    new ();
    optional {
        delete_on_termination: Str,
        encrypted: Str,
        kms_key_id: Str,
        snapshot_id: Str,
    }
    settable {
        iops: Num,
        throughput: Num,
        volume_initialization_rate: Num,
        volume_size: Num,
        volume_type: Str,
    }
}

block! {
    CapacityReservationSpecification;
    new ();
    optional {
        capacity_reservation_preference: Str,
    }
    blocks {
        capacity_reservation_target: One<CapacityReservationSpecificationCapacityReservationTarget> = List 0 1,
    }
}

block! {
    CapacityReservationSpecificationCapacityReservationTarget;
    new ();
    optional {
        capacity_reservation_id: Str,
        capacity_reservation_resource_group_arn: Str,
    }
}

block! {
    CpuOptions;
    new ();
    optional {
        amd_sev_snp: Str,
        core_count: Num,
        nested_virtualization: Str,
        threads_per_core: Num,
    }
}

block! {
    CreditSpecification;
    new ();
    optional {
        cpu_credits: Str,
    }
}

block! {
    EnclaveOptions;
    new ();
    optional {
        enabled: Bool,
    }
}

block! {
    HibernationOptions;
    new (configured: Bool);
    required {
        configured: Bool,
    }
}

block! {
    IamInstanceProfile;
    new ();
    optional {
        arn: Str,
        name: Str,
    }
}

block! {
    InstanceMarketOptions;
    new ();
    optional {
        market_type: Str,
    }
    blocks {
        spot_options: One<InstanceMarketOptionsSpotOptions> = List 0 1,
    }
}

block! {
    InstanceMarketOptionsSpotOptions;
    new ();
    optional {
        block_duration_minutes: Num,
        instance_interruption_behavior: Str,
        max_price: Str,
        spot_instance_type: Str,
    }
    settable {
        valid_until: Str,
    }
}

block! {
    InstanceRequirements;
    new InstanceRequirementsArgs (memory_mib: One<InstanceRequirementsMemoryMib>, vcpu_count: One<InstanceRequirementsVcpuCount>);
    optional {
        accelerator_manufacturers: Set<Str>,
        accelerator_names: Set<Str>,
        accelerator_types: Set<Str>,
        allowed_instance_types: Set<Str>,
        bare_metal: Str,
        burstable_performance: Str,
        cpu_manufacturers: Set<Str>,
        excluded_instance_types: Set<Str>,
        instance_generations: Set<Str>,
        local_storage: Str,
        local_storage_types: Set<Str>,
        max_spot_price_as_percentage_of_optimal_on_demand_price: Num,
        on_demand_max_price_percentage_over_lowest_price: Num,
        require_hibernate_support: Bool,
        spot_max_price_percentage_over_lowest_price: Num,
    }
    required_blocks {
        memory_mib: One<InstanceRequirementsMemoryMib> = List 1 1,
        vcpu_count: One<InstanceRequirementsVcpuCount> = List 1 1,
    }
    blocks {
        accelerator_count: One<InstanceRequirementsAcceleratorCount> = List 0 1,
        accelerator_total_memory_mib: One<InstanceRequirementsAcceleratorTotalMemoryMib> = List 0 1,
        baseline_ebs_bandwidth_mbps: One<InstanceRequirementsBaselineEbsBandwidthMbps> = List 0 1,
        memory_gib_per_vcpu: One<InstanceRequirementsMemoryGibPerVcpu> = List 0 1,
        network_bandwidth_gbps: One<InstanceRequirementsNetworkBandwidthGbps> = List 0 1,
        network_interface_count: One<InstanceRequirementsNetworkInterfaceCount> = List 0 1,
        total_local_storage_gb: One<InstanceRequirementsTotalLocalStorageGb> = List 0 1,
    }
}

block! {
    InstanceRequirementsAcceleratorCount;
    new ();
    optional {
        max: Num,
        min: Num,
    }
}

block! {
    InstanceRequirementsAcceleratorTotalMemoryMib;
    new ();
    optional {
        max: Num,
        min: Num,
    }
}

block! {
    InstanceRequirementsBaselineEbsBandwidthMbps;
    new ();
    optional {
        max: Num,
        min: Num,
    }
}

block! {
    InstanceRequirementsMemoryGibPerVcpu;
    new ();
    optional {
        max: Num,
        min: Num,
    }
}

block! {
    InstanceRequirementsMemoryMib;
    new (min: Num);
    required {
        min: Num,
    }
    optional {
        max: Num,
    }
}

block! {
    InstanceRequirementsNetworkBandwidthGbps;
    new ();
    optional {
        max: Num,
        min: Num,
    }
}

block! {
    InstanceRequirementsNetworkInterfaceCount;
    new ();
    optional {
        max: Num,
        min: Num,
    }
}

block! {
    InstanceRequirementsTotalLocalStorageGb;
    new ();
    optional {
        max: Num,
        min: Num,
    }
}

block! {
    InstanceRequirementsVcpuCount;
    new (min: Num);
    required {
        min: Num,
    }
    optional {
        max: Num,
    }
}

block! {
    LicenseSpecification;
    new (license_configuration_arn: Str);
    required {
        license_configuration_arn: Str,
    }
}

block! {
    MaintenanceOptions;
    new ();
    optional {
        auto_recovery: Str,
    }
}

block! {
    MetadataOptions;
    new ();
    settable {
        http_endpoint: Str,
        http_protocol_ipv6: Str,
        http_put_response_hop_limit: Num,
        http_tokens: Str,
        instance_metadata_tags: Str,
    }
}

block! {
    Monitoring;
    new ();
    optional {
        enabled: Bool,
    }
}

block! {
    NetworkInterfaces;
    new ();
    optional {
        associate_carrier_ip_address: Str,
        associate_public_ip_address: Str,
        delete_on_termination: Str,
        description: Str,
        device_index: Num,
        ena_queue_count: Num,
        interface_type: Str,
        ipv4_address_count: Num,
        ipv4_addresses: Set<Str>,
        ipv4_prefix_count: Num,
        ipv4_prefixes: Set<Str>,
        ipv6_address_count: Num,
        ipv6_addresses: Set<Str>,
        ipv6_prefix_count: Num,
        ipv6_prefixes: Set<Str>,
        network_card_index: Num,
        network_interface_id: Str,
        primary_ipv6: Str,
        private_ip_address: Str,
        security_groups: Set<Str>,
        subnet_id: Str,
    }
    blocks {
        connection_tracking_specification: One<NetworkInterfacesConnectionTrackingSpecification> = List 0 1,
        ena_srd_specification: One<NetworkInterfacesEnaSrdSpecification> = List 0 1,
    }
}

block! {
    NetworkInterfacesConnectionTrackingSpecification;
    new ();
    optional {
        tcp_established_timeout: Num,
        udp_stream_timeout: Num,
        udp_timeout: Num,
    }
}

block! {
    NetworkInterfacesEnaSrdSpecification;
    new ();
    optional {
        ena_srd_enabled: Bool,
    }
    blocks {
        ena_srd_udp_specification: One<NetworkInterfacesEnaSrdSpecificationEnaSrdUdpSpecification> = List 0 1,
    }
}

block! {
    NetworkInterfacesEnaSrdSpecificationEnaSrdUdpSpecification;
    new ();
    optional {
        ena_srd_udp_enabled: Bool,
    }
}

block! {
    NetworkPerformanceOptions;
    new ();
    optional {
        bandwidth_weighting: Str,
    }
}

block! {
    Placement;
    new ();
    optional {
        affinity: Str,
        availability_zone: Str,
        group_id: Str,
        group_name: Str,
        host_id: Str,
        host_resource_group_arn: Str,
        partition_number: Num,
        spread_domain: Str,
        tenancy: Str,
    }
}

block! {
    PrivateDnsNameOptions;
    new ();
    optional {
        enable_resource_name_dns_a_record: Bool,
        enable_resource_name_dns_aaaa_record: Bool,
        hostname_type: Str,
    }
}

block! {
    SecondaryInterfaces;
    new ();
    optional {
        delete_on_termination: Bool,
        device_index: Num,
        interface_type: Str,
        network_card_index: Num,
        private_ip_address_count: Num,
        private_ip_addresses: Set<Str>,
        secondary_subnet_id: Str,
    }
}

block! {
    TagSpecifications;
    new ();
    optional {
        resource_type: Str,
        tags: Map<Str>,
    }
}
