//! The resource `aws_autoscaling_group`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, List, Many, Num, One, Set, Str};

construct! {
    resource AutoscalingGroup = "aws_autoscaling_group";
    new AutoscalingGroupArgs (max_size: Num, min_size: Num);
    required {
        max_size: Num,
        min_size: Num,
    }
    optional {
        capacity_rebalance: Bool,
        context: Str,
        default_instance_warmup: Num,
        desired_capacity_type: Str,
        enabled_metrics: Set<Str>,
        force_delete: Bool,
        force_delete_warm_pool: Bool,
        health_check_grace_period: Num,
        ignore_failed_scaling_activities: Bool,
        launch_configuration: Str,
        max_instance_lifetime: Num,
        metrics_granularity: Str,
        min_elb_capacity: Num,
        placement_group: Str,
        protect_from_scale_in: Bool,
        suspended_processes: Set<Str>,
        termination_policies: List<Str>,
        wait_for_capacity_timeout: Str,
        wait_for_elb_capacity: Num,
    }
    settable {
        availability_zones: Set<Str>,
        default_cooldown: Num,
        desired_capacity: Num,
        health_check_type: Str,
        load_balancers: Set<Str>,
        name: Str,
        name_prefix: Str,
        region: Str,
        service_linked_role_arn: Str,
        target_group_arns: Set<Str>,
        vpc_zone_identifier: Set<Str>,
    }
    computed {
        arn: Str,
        id: Str,
        predicted_capacity: Num,
        warm_pool_size: Num,
    }
    blocks {
        availability_zone_distribution: One<AvailabilityZoneDistribution> = List 0 1,
        capacity_reservation_specification: One<CapacityReservationSpecification> = List 0 1,
        initial_lifecycle_hook: Many<InitialLifecycleHook> = Set 0 0,
        instance_lifecycle_policy: One<InstanceLifecyclePolicy> = List 0 1,
        instance_maintenance_policy: One<InstanceMaintenancePolicy> = List 0 1,
        instance_refresh: One<InstanceRefresh> = List 0 1,
        launch_template: One<LaunchTemplate> = List 0 1,
        mixed_instances_policy: One<MixedInstancesPolicy> = List 0 1,
        tag: Many<Tag> = Set 0 0,
        timeouts: One<Timeouts> = Single 0 1,
        traffic_source: Many<TrafficSource> = Set 0 0,
        warm_pool: One<WarmPool> = List 0 1,
    }
}

block! {
    AvailabilityZoneDistribution;
    new ();
    optional {
        capacity_distribution_strategy: Str,
    }
}

block! {
    CapacityReservationSpecification;
    new ();
    settable {
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
        capacity_reservation_ids: List<Str>,
        capacity_reservation_resource_group_arns: List<Str>,
    }
}

block! {
    InitialLifecycleHook;
    new InitialLifecycleHookArgs (lifecycle_transition: Str, name: Str);
    required {
        lifecycle_transition: Str,
        name: Str,
    }
    optional {
        heartbeat_timeout: Num,
        notification_metadata: Str,
        notification_target_arn: Str,
        role_arn: Str,
    }
    settable {
        default_result: Str,
    }
}

block! {
    InstanceLifecyclePolicy;
    new ();
    blocks {
        retention_triggers: One<InstanceLifecyclePolicyRetentionTriggers> = List 0 1,
    }
}

block! {
    InstanceLifecyclePolicyRetentionTriggers;
    new ();
    settable {
        terminate_hook_abandon: Str,
    }
}

block! {
    InstanceMaintenancePolicy;
    new InstanceMaintenancePolicyArgs (max_healthy_percentage: Num, min_healthy_percentage: Num);
    required {
        max_healthy_percentage: Num,
        min_healthy_percentage: Num,
    }
}

block! {
    InstanceRefresh;
    new (strategy: Str);
    required {
        strategy: Str,
    }
    optional {
        triggers: Set<Str>,
    }
    blocks {
        preferences: One<InstanceRefreshPreferences> = List 0 1,
    }
}

block! {
    InstanceRefreshPreferences;
    new ();
    optional {
        auto_rollback: Bool,
        checkpoint_delay: Str,
        checkpoint_percentages: List<Num>,
        instance_warmup: Str,
        max_healthy_percentage: Num,
        min_healthy_percentage: Num,
        scale_in_protected_instances: Str,
        skip_matching: Bool,
        standby_instances: Str,
    }
    blocks {
        alarm_specification: One<InstanceRefreshPreferencesAlarmSpecification> = List 0 1,
    }
}

block! {
    InstanceRefreshPreferencesAlarmSpecification;
    new ();
    optional {
        alarms: List<Str>,
    }
}

block! {
    LaunchTemplate;
    new ();
    settable {
        id: Str,
        name: Str,
        version: Str,
    }
}

block! {
    MixedInstancesPolicy;
    new (launch_template: One<MixedInstancesPolicyLaunchTemplate>);
    required_blocks {
        launch_template: One<MixedInstancesPolicyLaunchTemplate> = List 1 1,
    }
    blocks {
        instances_distribution: One<MixedInstancesPolicyInstancesDistribution> = List 0 1,
    }
}

block! {
    MixedInstancesPolicyInstancesDistribution;
    new ();
    optional {
        spot_max_price: Str,
    }
    settable {
        on_demand_allocation_strategy: Str,
        on_demand_base_capacity: Num,
        on_demand_percentage_above_base_capacity: Num,
        spot_allocation_strategy: Str,
        spot_instance_pools: Num,
    }
}

block! {
    MixedInstancesPolicyLaunchTemplate;
    new (launch_template_specification: One<MixedInstancesPolicyLaunchTemplateLaunchTemplateSpecification>);
    required_blocks {
        launch_template_specification: One<MixedInstancesPolicyLaunchTemplateLaunchTemplateSpecification> = List 1 1,
    }
    blocks {
        override_: Many<MixedInstancesPolicyLaunchTemplateOverride> = List 0 0,
    }
}

block! {
    MixedInstancesPolicyLaunchTemplateLaunchTemplateSpecification;
    new ();
    settable {
        launch_template_id: Str,
        launch_template_name: Str,
        version: Str,
    }
}

block! {
    MixedInstancesPolicyLaunchTemplateOverride;
    new ();
    optional {
        instance_type: Str,
        weighted_capacity: Str,
    }
    blocks {
        instance_requirements: One<MixedInstancesPolicyLaunchTemplateOverrideInstanceRequirements> = List 0 1,
        launch_template_specification: One<MixedInstancesPolicyLaunchTemplateOverrideLaunchTemplateSpecification> = List 0 1,
    }
}

block! {
    MixedInstancesPolicyLaunchTemplateOverrideInstanceRequirements;
    new ();
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
    blocks {
        accelerator_count: One<MixedInstancesPolicyLaunchTemplateOverrideInstanceRequirementsAcceleratorCount> = List 0 1,
        accelerator_total_memory_mib: One<MixedInstancesPolicyLaunchTemplateOverrideInstanceRequirementsAcceleratorTotalMemoryMib> = List 0 1,
        baseline_ebs_bandwidth_mbps: One<MixedInstancesPolicyLaunchTemplateOverrideInstanceRequirementsBaselineEbsBandwidthMbps> = List 0 1,
        memory_gib_per_vcpu: One<MixedInstancesPolicyLaunchTemplateOverrideInstanceRequirementsMemoryGibPerVcpu> = List 0 1,
        memory_mib: One<MixedInstancesPolicyLaunchTemplateOverrideInstanceRequirementsMemoryMib> = List 0 1,
        network_bandwidth_gbps: One<MixedInstancesPolicyLaunchTemplateOverrideInstanceRequirementsNetworkBandwidthGbps> = List 0 1,
        network_interface_count: One<MixedInstancesPolicyLaunchTemplateOverrideInstanceRequirementsNetworkInterfaceCount> = List 0 1,
        total_local_storage_gb: One<MixedInstancesPolicyLaunchTemplateOverrideInstanceRequirementsTotalLocalStorageGb> = List 0 1,
        vcpu_count: One<MixedInstancesPolicyLaunchTemplateOverrideInstanceRequirementsVcpuCount> = List 0 1,
    }
}

block! {
    MixedInstancesPolicyLaunchTemplateOverrideInstanceRequirementsAcceleratorCount;
    new ();
    optional {
        max: Num,
        min: Num,
    }
}

block! {
    MixedInstancesPolicyLaunchTemplateOverrideInstanceRequirementsAcceleratorTotalMemoryMib;
    new ();
    optional {
        max: Num,
        min: Num,
    }
}

block! {
    MixedInstancesPolicyLaunchTemplateOverrideInstanceRequirementsBaselineEbsBandwidthMbps;
    new ();
    optional {
        max: Num,
        min: Num,
    }
}

block! {
    MixedInstancesPolicyLaunchTemplateOverrideInstanceRequirementsMemoryGibPerVcpu;
    new ();
    optional {
        max: Num,
        min: Num,
    }
}

block! {
    MixedInstancesPolicyLaunchTemplateOverrideInstanceRequirementsMemoryMib;
    new ();
    optional {
        max: Num,
        min: Num,
    }
}

block! {
    MixedInstancesPolicyLaunchTemplateOverrideInstanceRequirementsNetworkBandwidthGbps;
    new ();
    optional {
        max: Num,
        min: Num,
    }
}

block! {
    MixedInstancesPolicyLaunchTemplateOverrideInstanceRequirementsNetworkInterfaceCount;
    new ();
    optional {
        max: Num,
        min: Num,
    }
}

block! {
    MixedInstancesPolicyLaunchTemplateOverrideInstanceRequirementsTotalLocalStorageGb;
    new ();
    optional {
        max: Num,
        min: Num,
    }
}

block! {
    MixedInstancesPolicyLaunchTemplateOverrideInstanceRequirementsVcpuCount;
    new ();
    optional {
        max: Num,
        min: Num,
    }
}

block! {
    MixedInstancesPolicyLaunchTemplateOverrideLaunchTemplateSpecification;
    new ();
    settable {
        launch_template_id: Str,
        launch_template_name: Str,
        version: Str,
    }
}

block! {
    Tag;
    new TagArgs (key: Str, propagate_at_launch: Bool, value: Str);
    required {
        key: Str,
        propagate_at_launch: Bool,
        value: Str,
    }
}

block! {
    Timeouts;
    new ();
    optional {
        delete: Str,
        update: Str,
    }
}

block! {
    TrafficSource;
    new (identifier: Str);
    required {
        identifier: Str,
    }
    optional {
        type_: Str,
    }
}

block! {
    WarmPool;
    new ();
    optional {
        max_group_prepared_capacity: Num,
        min_size: Num,
        pool_state: Str,
    }
    blocks {
        instance_reuse_policy: One<WarmPoolInstanceReusePolicy> = List 0 1,
    }
}

block! {
    WarmPoolInstanceReusePolicy;
    new ();
    optional {
        reuse_on_scale_in: Bool,
    }
}
