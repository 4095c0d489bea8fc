//! The permissions of each function role (REQ-C3), restricted to resources wherever the service supports it.

use crate::blocks::policy;
use crate::context::RegionStack;
use crate::global::credentials;
use crate::global::tables::{control, ledger, sessions};
use crate::parts::inputs::RegionInputs;
use crate::parts::roles::{in_network, sends_canaries};
use crate::parts::{files, orchestrator, parameters};
use leeward_construct::ty::Str;
use leeward_construct::{Handle, Json, Value, aws, text};
use leeward_model::FunctionRole;

/// Returns the policy statements of a role (REQ-C3).
pub(crate) fn permissions(
    place: &RegionStack,
    role: FunctionRole,
    around: Option<&RegionInputs<'_>>,
    log: &Handle<aws::CloudwatchLogGroup>,
) -> Vec<Json> {
    let mut out = vec![
        policy::use_key(place),
        policy::allow(
            &["logs:CreateLogStream", "logs:PutLogEvents"],
            vec![text!("{}:*", log.arn())],
        ),
        policy::allow_unscoped(&["xray:PutTelemetryRecords", "xray:PutTraceSegments"]),
        control::read(place),
        parameters::read(place),
    ];
    out.extend(reads_tokens(place, role));
    if let Some(around) = around {
        let dead = around.queues.dead.arn();
        out.push(policy::allow(&["sqs:SendMessage"], vec![dead.into()]));
        if in_network(role) {
            out.push(policy::in_network());
        }
        out.extend(of_the_region(place, role, around));
    }
    out.extend(match role {
        FunctionRole::Orders => {
            vec![ledger::append(place), sessions::write(place), policy::use_keys(place, &["sqs"])]
        }
        FunctionRole::Health => vec![ledger::append(place), policy::use_keys(place, &["sqs"])],
        FunctionRole::Processor => vec![ledger::read(place)],
        // Runs read booking progress from an item of the control table.
        FunctionRole::Sweeper => vec![
            ledger::read(place),
            control::say(place),
            sessions::write(place),
            sessions::sweep(place),
            policy::use_keys(place, &["sqs"]),
        ],
        // A sentinel carries out a run itself if Step Functions does not (LIVE-2), so it may do what a run does.
        FunctionRole::Sentinel => vec![
            control::read_elsewhere(place),
            control::write(place),
            runs(place),
            rds_read(),
            rds_move(place),
            publish_notice(place),
            policy::use_keys(place, &["dynamodb", "sns", "states"]),
        ],
        FunctionRole::Run => vec![
            control::write(place),
            ledger::read(place),
            rds_read(),
            rds_move(place),
            publish_notice(place),
            policy::use_keys(place, &["sns", "sqs"]),
        ],
        FunctionRole::Operator => vec![
            control::write(place),
            runs(place),
            rds_read(),
            policy::use_keys(place, &["states"]),
        ],
        FunctionRole::Readiness => {
            let mut looks = inspect_ours(place);
            looks.extend([
                control::report(place),
                rds_read(),
                inspect(),
                files::write_reports(place),
                policy::allow(&["sts:AssumeRole"], vec![orchestrator::arn(place)]),
            ]);
            looks
        }
    });
    out
}

fn reads_tokens(place: &RegionStack, role: FunctionRole) -> Option<Json> {
    let mut tokens = Vec::new();
    if sends_canaries(role) {
        tokens.push(credentials::token(place, "canary"));
    }
    if role == FunctionRole::Orders {
        tokens.push(credentials::token(place, "grants"));
    }
    let read = || policy::allow(&["secretsmanager:GetSecretValue"], tokens.clone());
    (!tokens.is_empty()).then(read)
}

/// Returns the permissions of a role on resources of its own Region.
fn of_the_region(place: &RegionStack, role: FunctionRole, around: &RegionInputs<'_>) -> Vec<Json> {
    let secret =
        || policy::allow(&["secretsmanager:GetSecretValue"], vec![credentials::arn(place)]);
    let bus = || policy::allow(&["events:PutEvents"], vec![Value::from(&around.bus)]);
    // A hint goes to the queue of the Region that the authority names, which may be the other Region.
    let hint = || {
        let queues = [&place.region, place.peer()]
            .map(|region| place.arn_in(region.as_str(), "sqs", place.names.orders_queue()));
        policy::allow(&["sqs:SendMessage"], queues.to_vec())
    };
    let take = [
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
    ];
    match role {
        FunctionRole::Orders => vec![secret(), hint()],
        FunctionRole::Health => vec![hint()],
        FunctionRole::Processor => {
            let queue = vec![around.queues.orders.arn().into()];
            vec![secret(), policy::allow(&take, queue)]
        }
        FunctionRole::Sweeper => vec![secret(), hint(), bus()],
        FunctionRole::Sentinel => vec![bus()],
        FunctionRole::Run => vec![bus(), hint()],
        FunctionRole::Operator | FunctionRole::Readiness => Vec::new(),
    }
}

/// Allows starting a run's state machine in either Region, because the authority decides in which Region a run starts.
fn runs(place: &RegionStack) -> Json {
    let r = &place.blueprint.regions;
    let machines = [&r.primary, &r.secondary].map(|region| {
        let name = format!("stateMachine:{}", place.names.runs_machine());
        place.arn_in(region.as_str(), "states", name)
    });
    policy::allow(&["states:StartExecution"], machines.to_vec())
}

fn publish_notice(place: &RegionStack) -> Json {
    let r = &place.blueprint.regions;
    let topics = [&r.primary, &r.secondary, &r.witness]
        .map(|region| place.arn_in(region.as_str(), "sns", place.names.notices_topic()));
    policy::allow(&["sns:Publish"], topics.to_vec())
}

/// Allows the read-only calls that describe database clusters and global clusters. The statement covers all clusters of
/// the AWS account.
fn rds_read() -> Json {
    policy::allow_unscoped(&["rds:DescribeDBClusters", "rds:DescribeGlobalClusters"])
}

fn clusters(place: &RegionStack) -> Vec<Value<Str>> {
    let r = &place.blueprint.regions;
    let global = format!("global-cluster:{}", place.names.global_cluster());
    let mut arns = vec![text!("arn:{}:rds::{}:{}", place.partition(), place.account(), global)];
    arns.extend([&r.primary, &r.secondary].map(|region| {
        let cluster = format!("cluster:{}", place.names.cluster(region));
        place.arn_in(region.as_str(), "rds", cluster)
    }));
    arns
}

/// Allows failover and switchover (REQ-D5). The caller makes both calls in the target Region, because the lost Region
/// may not respond.
fn rds_move(place: &RegionStack) -> Json {
    policy::allow(&["rds:FailoverGlobalCluster", "rds:SwitchoverGlobalCluster"], clusters(place))
}

/// Allows the read-only actions that readiness needs and that AWS cannot restrict to a resource (REQ-T1).
fn inspect() -> Json {
    policy::allow_unscoped(&[
        "autoscaling:DescribeAutoScalingGroups",
        "cloudwatch:GetMetricData",
        "elasticloadbalancing:DescribeTargetHealth",
        "lambda:GetAccountSettings",
        "rds:DescribeDBClusterParameters",
    ])
}

/// Returns the read-only permissions of readiness on named resources (REQ-T1).
fn inspect_ours(place: &RegionStack) -> Vec<Json> {
    let every = |service: &str, kind: &str| {
        let names = place.name("*", kind);
        let before = if service == "lambda" { "function:" } else { "" };
        vec![place.arn(service, format!("{before}{names}"))]
    };
    let secrets =
        place.arn("secretsmanager", format!("secret:{}-??????", place.name("*", "secret")));
    let zone = text!("arn:{}:route53:::hostedzone/*", place.partition());
    let check = text!("arn:{}:route53:::healthcheck/*", place.partition());
    vec![
        policy::allow(&["acm:DescribeCertificate"], vec![place.arn("acm", "certificate/*")]),
        policy::allow(&["lambda:GetFunctionConfiguration"], every("lambda", "function")),
        policy::allow(&["secretsmanager:DescribeSecret"], vec![secrets]),
        policy::allow(&["sqs:GetQueueAttributes"], every("sqs", "queue")),
        policy::allow(&["route53:ListResourceRecordSets"], vec![zone]),
        policy::allow(&["route53:GetHealthCheck"], vec![check]),
    ]
}
