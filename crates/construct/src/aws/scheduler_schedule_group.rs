//! The resource `aws_scheduler_schedule_group`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Map, One, Str};

construct! {
    resource SchedulerScheduleGroup = "aws_scheduler_schedule_group";
    new ();
    optional {
        tags: Map<Str>,
    }
    settable {
        name: Str,
        name_prefix: Str,
        region: Str,
    }
    computed {
        arn: Str,
        creation_date: Str,
        id: Str,
        last_modification_date: Str,
        state: Str,
        tags_all: Map<Str>,
    }
    blocks {
        timeouts: One<Timeouts> = Single 0 1,
    }
}

tagged!(SchedulerScheduleGroup);

block! {
    Timeouts;
    new ();
    optional {
        create: Str,
        delete: Str,
    }
}
