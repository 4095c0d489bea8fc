//! The resource `aws_backup_plan`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Many, Map, Num, One, Set, Str};

construct! {
    resource BackupPlan = "aws_backup_plan";
    new BackupPlanArgs (name: Str, rule: Many<Rule>);
    required {
        name: Str,
    }
    optional {
        tags: Map<Str>,
    }
    settable {
        region: Str,
    }
    computed {
        arn: Str,
        id: Str,
        tags_all: Map<Str>,
        version: Str,
    }
    required_blocks {
        rule: Many<Rule> = Set 1 0,
    }
    blocks {
        advanced_backup_setting: Many<AdvancedBackupSetting> = Set 0 0,
        scan_setting: Many<ScanSetting> = Set 0 0,
    }
}

tagged!(BackupPlan);

block! {
    AdvancedBackupSetting;
    new AdvancedBackupSettingArgs (backup_options: Map<Str>, resource_type: Str);
    required {
        backup_options: Map<Str>,
        resource_type: Str,
    }
}

block! {
    Rule;
    new RuleArgs (rule_name: Str, target_vault_name: Str);
    required {
        rule_name: Str,
        target_vault_name: Str,
    }
    optional {
        completion_window: Num,
        enable_continuous_backup: Bool,
        recovery_point_tags: Map<Str>,
        schedule: Str,
        schedule_expression_timezone: Str,
        start_window: Num,
        target_logically_air_gapped_backup_vault_arn: Str,
    }
    blocks {
        copy_action: Many<RuleCopyAction> = Set 0 0,
        lifecycle_: One<RuleLifecycle> = List 0 1,
        scan_action: Many<RuleScanAction> = Set 0 0,
    }
}

block! {
    RuleCopyAction;
    new (destination_vault_arn: Str);
    required {
        destination_vault_arn: Str,
    }
    blocks {
        lifecycle_: One<RuleCopyActionLifecycle> = List 0 1,
    }
}

block! {
    RuleCopyActionLifecycle;
    new ();
    optional {
        cold_storage_after: Num,
        delete_after: Num,
    }
    settable {
        opt_in_to_archive_for_supported_resources: Bool,
    }
}

block! {
    RuleLifecycle;
    new ();
    optional {
        cold_storage_after: Num,
        delete_after: Num,
    }
    settable {
        opt_in_to_archive_for_supported_resources: Bool,
    }
}

block! {
    RuleScanAction;
    new RuleScanActionArgs (malware_scanner: Str, scan_mode: Str);
    required {
        malware_scanner: Str,
        scan_mode: Str,
    }
}

block! {
    ScanSetting;
    new ScanSettingArgs (malware_scanner: Str, resource_types: Set<Str>, scanner_role_arn: Str);
    required {
        malware_scanner: Str,
        resource_types: Set<Str>,
        scanner_role_arn: Str,
    }
}
