//! The resource `aws_cloudwatch_composite_alarm`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Map, Num, One, Set, Str};

construct! {
    resource CloudwatchCompositeAlarm = "aws_cloudwatch_composite_alarm";
    new CloudwatchCompositeAlarmArgs (alarm_name: Str, alarm_rule: Str);
    required {
        alarm_name: Str,
        alarm_rule: Str,
    }
    optional {
        actions_enabled: Bool,
        alarm_actions: Set<Str>,
        alarm_description: Str,
        insufficient_data_actions: Set<Str>,
        ok_actions: Set<Str>,
        tags: Map<Str>,
    }
    settable {
        region: Str,
    }
    computed {
        arn: Str,
        id: Str,
        tags_all: Map<Str>,
    }
    blocks {
        actions_suppressor: One<ActionsSuppressor> = List 0 1,
    }
}

tagged!(CloudwatchCompositeAlarm);

block! {
    ActionsSuppressor;
    new ActionsSuppressorArgs (alarm: Str, extension_period: Num, wait_period: Num);
    required {
        alarm: Str,
        extension_period: Num,
        wait_period: Num,
    }
}
