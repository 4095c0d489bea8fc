//! Events (REQ-X3): a bus in each Region with an archive for replays, forwarding to the other Region's bus, and rules
//! that start runs and report them. A Region forwards only its own events, and a forwarded event keeps its original
//! Region, so that no event circulates.

use crate::blocks::logs;
use crate::blocks::policy;
use crate::context::RegionStack;
use crate::parts::alarms::metric::composite_name;
use leeward_construct::aws::cloudwatch_event_bus::DeadLetterConfig;
use leeward_construct::aws::cloudwatch_event_target as target;
use leeward_construct::ty::Str;
use leeward_construct::{Handle, Json, Ref, Value, aws, json, text};
use leeward_model::Region;

const ARCHIVE_DAYS: i64 = 30;
/// The prefix that all event sources of the platform share.
const SOURCE: &str = "leeward";

pub(crate) fn bus(
    place: &RegionStack,
    dead: &Handle<aws::SqsQueue>,
) -> Handle<aws::CloudwatchEventBus> {
    let place = &place.below("events");
    let bus = aws::CloudwatchEventBus::new(place.names.platform_bus())
        .kms_key_identifier(place.key.arn())
        .dead_letter_config(DeadLetterConfig::new().arn(dead.arn()));
    let bus = place.scope.add("platform", bus);
    let archive = aws::CloudwatchEventArchive::new(aws::CloudwatchEventArchiveArgs {
        event_source_arn: bus.arn(),
        name: place.name("platform", "archive"),
    })
    .description("The archive that replays read")
    .kms_key_identifier(place.key.arn())
    .retention_days(ARCHIVE_DAYS);
    place.scope.add("platform", archive);
    bus
}

/// Returns the pattern that excludes replayed events. A replay starts no run and sends no notice (REQ-X3).
fn not_replayed() -> Json {
    json!([{ "exists": false }])
}

/// A rule, and the target that receives the events that match it.
struct Rule<'a> {
    id: &'a str,
    what: &'a str,
    bus: Option<Ref<Str>>,
    pattern: Json,
    to: Value<Str>,
    role: Option<Ref<Str>>,
    dead: Option<Ref<Str>>,
    input_path: Option<&'a str>,
}

fn rule(place: &RegionStack, rule: Rule<'_>) {
    let name = place.name(rule.id, "rule");
    let mut made = aws::CloudwatchEventRule::new()
        .name(name)
        .description(rule.what)
        .event_pattern(rule.pattern);
    if let Some(bus) = &rule.bus {
        made = made.event_bus_name(bus);
    }
    let made = place.scope.add(rule.id, made);
    let mut target = aws::CloudwatchEventTarget::new(aws::CloudwatchEventTargetArgs {
        arn: rule.to,
        rule: made.name(),
    })
    .target_id(rule.id);
    if let Some(bus) = &rule.bus {
        target = target.event_bus_name(bus);
    }
    if let Some(role) = &rule.role {
        target = target.role_arn(role);
    }
    if let Some(dead) = &rule.dead {
        target = target.dead_letter_config(target::DeadLetterConfig::new().arn(dead));
    }
    if let Some(path) = rule.input_path {
        target = target.input_path(path);
    }
    place.scope.add(rule.id, target);
}

pub(crate) struct Listeners<'a> {
    pub(crate) bus: &'a Handle<aws::CloudwatchEventBus>,
    pub(crate) machine: &'a Handle<aws::SfnStateMachine>,
    pub(crate) topic: &'a Handle<aws::SnsTopic>,
    pub(crate) dead: &'a Handle<aws::SqsQueue>,
}

pub(crate) fn rules(place: &RegionStack, l: &Listeners<'_>) {
    let place = &place.below("events");
    let name = || Some(l.bus.name());
    let here = || json!([{ "prefix": SOURCE }]);
    let start = vec![
        policy::allow(&["states:StartExecution"], vec![l.machine.arn().into()]),
        policy::use_key(place),
    ];
    let start = policy::role(place, "start-runs", "events.amazonaws.com", start);
    rule(
        place,
        Rule {
            id: "runs",
            what: "A run whose target is this Region is carried out here",
            bus: name(),
            pattern: json!({
                "source": here(),
                "detail-type": ["RunOpened"],
                "replay-name": not_replayed(),
                "detail": { "target": [place.region.as_str()] },
            }),
            to: l.machine.arn().into(),
            role: Some(start.arn()),
            dead: Some(l.dead.arn()),
            input_path: Some("$.detail"),
        },
    );
    rule(
        place,
        Rule {
            id: "notices",
            what: "Notices to operators, from either Region",
            bus: name(),
            pattern: json!({
                "source": here(),
                "detail-type": ["Notice"],
                "replay-name": not_replayed(),
            }),
            to: l.topic.arn().into(),
            role: None,
            dead: Some(l.dead.arn()),
            input_path: Some("$.detail"),
        },
    );
    audit(place, l);
    forward(place, l);
}

/// Adds a log group that records every event, so that operators can search for it (REQ-M4).
fn audit(place: &RegionStack, l: &Listeners<'_>) {
    let log = logs::group(place, "audit", format!("/aws/events/{}", place.name("audit", "logs")));
    let write = policy::document(vec![json!({
        "Effect": "Allow",
        "Principal": { "Service": ["delivery.logs.amazonaws.com", "events.amazonaws.com"] },
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": text!("{}:*", log.arn()),
    })]);
    place.scope.add(
        "audit",
        aws::CloudwatchLogResourcePolicy::new(write).policy_name(place.name("audit", "policy")),
    );
    rule(
        place,
        Rule {
            id: "audit",
            what: "Every event of the platform, for the log",
            bus: Some(l.bus.name()),
            pattern: json!({ "source": [{ "prefix": SOURCE }] }),
            to: log.arn().into(),
            role: None,
            dead: None,
            input_path: None,
        },
    );
}

/// Returns the buses of the given Regions, and a role that may put events on them.
fn peer_buses(place: &RegionStack, to: &[&Region]) -> (Vec<Value<Str>>, Ref<Str>) {
    let bus = format!("event-bus/{}", place.names.platform_bus());
    let buses: Vec<Value<Str>> =
        to.iter().map(|region| place.arn_in(region.as_str(), "events", bus.clone())).collect();
    let put = vec![
        policy::allow(&["events:PutEvents"], buses.clone()),
        policy::use_keys(place, &["events"]),
    ];
    let role = policy::role(place, "forward", "events.amazonaws.com", put);
    (buses, role.arn())
}

/// Returns the pattern that matches CloudWatch's events about the Region's composite alarm.
fn alarm(place: &RegionStack) -> Json {
    json!({
        "source": ["aws.cloudwatch"],
        "detail-type": ["CloudWatch Alarm State Change"],
        "detail": { "alarmName": [composite_name(place)] },
    })
}

/// Forwards this Region's events, and the changes of its composite alarm, to the other Region (REQ-M2).
fn forward(place: &RegionStack, l: &Listeners<'_>) {
    let (buses, role) = peer_buses(place, &[place.peer()]);
    let forward = |id, what, bus, pattern| Rule {
        id,
        what,
        bus,
        pattern,
        to: buses[0].clone(),
        role: Some(role.clone()),
        dead: Some(l.dead.arn()),
        input_path: None,
    };
    let own = json!({
        "source": [{ "prefix": SOURCE }],
        "region": [place.region.as_str()],
        "replay-name": not_replayed(),
    });
    rule(
        place,
        forward("forward", "This Region's events, for the other Region", Some(l.bus.name()), own),
    );
    rule(place, forward("alarms", "This Region's alarm, for the other Region", None, alarm(place)));
    let pattern = json!({ "source": ["aws.cloudwatch"], "replay-name": not_replayed() });
    rule(
        place,
        Rule {
            id: "peer-alarms",
            what: "Another Region's alarm changed",
            bus: Some(l.bus.name()),
            pattern,
            to: l.topic.arn().into(),
            role: None,
            dead: Some(l.dead.arn()),
            input_path: None,
        },
    );
}

/// Forwards the witness Region's alarm to the buses of the other two Regions, because the witness Region has no
/// platform bus.
pub(crate) fn forward_from_witness(place: &RegionStack) {
    let place = &place.below("events");
    let regions = &place.blueprint.regions;
    let (buses, role) = peer_buses(place, &[&regions.primary, &regions.secondary]);
    for (id, to) in ["alarms-primary", "alarms-secondary"].into_iter().zip(buses) {
        let what = "The witness Region's alarm";
        let (role, pattern) = (Some(role.clone()), alarm(place));
        let (bus, dead, input_path) = (None, None, None);
        rule(place, Rule { id, what, bus, pattern, to, role, dead, input_path });
    }
}
