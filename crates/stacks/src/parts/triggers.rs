//! The triggers of the functions other than the API: the queue and the schedules. EventBridge's shortest interval is
//! one minute (docs/spec/aws-facts.md). A sentinel lives longer than that and ends when it sees its successor.

use crate::blocks::policy;
use crate::context::RegionStack;
use crate::parts::functions::Functions;
use crate::parts::queues::Queues;
use leeward_construct::aws::lambda_event_source_mapping::ScalingConfig;
use leeward_construct::aws::scheduler_schedule as schedule;
use leeward_construct::{Value, aws, json};
use leeward_model::FunctionRole;

const BATCH: i64 = 100;
const WINDOW_S: i64 = 1;

/// The schedules: the role, its rate, and its purpose.
const CLOCK: [(FunctionRole, &str, &str); 3] = [
    (FunctionRole::Sentinel, "rate(1 minute)", "Starts the next sentinel"),
    (FunctionRole::Sweeper, "rate(1 minute)", "Books accounts whose hint was lost"),
    (FunctionRole::Readiness, "rate(1 hour)", "Checks whether a move would succeed"),
];

pub(crate) fn add(place: &RegionStack, functions: &Functions, queues: Option<&Queues>) {
    let place = &place.below("triggers");
    if let (Some(queues), true) = (queues, functions.has(FunctionRole::Processor)) {
        hints(place, functions, queues);
    }
    let called: Vec<_> = CLOCK.iter().filter(|(role, ..)| functions.has(*role)).collect();
    let arns: Vec<Value<_>> =
        called.iter().map(|(role, ..)| functions.get(*role).arn().into()).collect();
    let invoke = vec![policy::allow(&["lambda:InvokeFunction"], arns), policy::use_key(place)];
    let role_of_clock = policy::role(place, "clock", "scheduler.amazonaws.com", invoke);
    let group = aws::SchedulerScheduleGroup::new().name(place.name("platform", "schedules"));
    let group = place.scope.add("platform", group);
    for (role, every, what) in called {
        once(place, functions, *role);
        // A late invocation is useless, because the next one follows within a minute.
        let retry = schedule::TargetRetryPolicy::new()
            .maximum_event_age_in_seconds(60)
            .maximum_retry_attempts(2);
        let target = schedule::Target::new(schedule::TargetArgs {
            arn: functions.get(*role).arn(),
            role_arn: role_of_clock.arn(),
        })
        .input(json!({ "cause": "schedule" }))
        .retry_policy(retry);
        place.scope.add(
            role.as_str(),
            aws::SchedulerSchedule::new(aws::SchedulerScheduleArgs {
                schedule_expression: *every,
                flexible_time_window: schedule::FlexibleTimeWindow::new("OFF"),
                target,
            })
            .name(place.name(role.as_str(), "schedule"))
            .description(*what)
            .group_name(group.name())
            .kms_key_arn(place.key.arn()),
        );
    }
}

/// Disables retries of asynchronous invocations. A failure is counted (REQ-M1), and the schedule invokes the function
/// again a minute later.
fn once(place: &RegionStack, functions: &Functions, role: FunctionRole) {
    let config = aws::LambdaFunctionEventInvokeConfig::new(functions.get(role).function_name());
    let config = config.maximum_event_age_in_seconds(60).maximum_retry_attempts(0);
    place.scope.add(role.as_str(), config);
}

/// Delivers hints to the processor in batches. The processor reports which hints of a batch failed (REQ-O2).
fn hints(place: &RegionStack, functions: &Functions, queues: &Queues) {
    let most = place.blueprint.functions.processor_concurrency;
    place.scope.add(
        "hints",
        aws::LambdaEventSourceMapping::new(functions.get(FunctionRole::Processor).arn())
            .event_source_arn(queues.orders.arn())
            .batch_size(BATCH)
            .maximum_batching_window_in_seconds(WINDOW_S)
            .function_response_types(["ReportBatchItemFailures"])
            .scaling_config(ScalingConfig::new().maximum_concurrency(most)),
    );
}
