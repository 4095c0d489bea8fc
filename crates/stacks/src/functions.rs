//! The functions (REQ-C1): one package, byte for byte the same in every Region, in one role each. What a
//! role may do is next to what it is for.
//!
//! Both profiles have the sentinel, the steps of a run, the operator's verbs and readiness as functions,
//! since they must not share the fate of a fleet. Orders, health, processor and sweeper are functions in the
//! `serverless` profile; in `instances` the agent does that work.

use crate::database::Cluster;
use crate::network::Network;
use crate::place::{Place, Side};
use crate::queues::Queues;
use crate::{credentials, logs, operators, parameters, policy, readiness};
use leeward_blueprint::deploy::Shape;
use leeward_blueprint::services::Routing;
use leeward_construct::aws::lambda_function::{
    DeadLetterConfig, Environment, LoggingConfig, TracingConfig, VpcConfig, VpcConfigArgs,
};
use leeward_construct::ty::Str;
use leeward_construct::{Handle, Json, Ref, Value, aws, text};

pub(crate) use leeward_model::FunctionRole as Role;

/// Which roles are functions here.
pub(crate) fn roles(side: Side, shape: Shape) -> Vec<Role> {
    use Role::*;
    match (side, shape) {
        (Side::Witness, _) => vec![Sentinel, Operator],
        (_, Shape::Serverless) => Role::ALL.to_vec(),
        (_, Shape::Instances) => vec![Sentinel, Run, Operator, Readiness],
    }
}

/// Longest time at work. A sentinel lives until its successor has ticked (docs/spec/moves.md).
fn timeout_s(role: Role) -> u32 {
    match role {
        Role::Orders | Role::Health => 15,
        Role::Processor => 30,
        Role::Sentinel => 150,
        Role::Run => 120,
        Role::Sweeper | Role::Operator | Role::Readiness => 300,
    }
}

/// Whether it speaks to the database, which is only reached from inside the network.
fn in_network(role: Role) -> bool {
    !matches!(role, Role::Sentinel | Role::Operator)
}

/// Sends a canary order through a Region's own name, or asks what has no way in; or, where both Regions take
/// orders all the time, hints to the other one's queue.
fn leaves_the_network(role: Role, routing: Routing) -> bool {
    match role {
        Role::Run | Role::Readiness | Role::Health => true,
        Role::Orders | Role::Sweeper => routing == Routing::Latency,
        _ => false,
    }
}

/// Sends canary orders itself.
fn sends_canaries(role: Role) -> bool {
    matches!(role, Role::Orders | Role::Health | Role::Sentinel | Role::Run)
}

/// Reads or writes the Region's own cluster.
fn has_database(role: Role) -> bool {
    matches!(role, Role::Orders | Role::Processor | Role::Sweeper)
}

/// What the Region has that its functions are told about.
pub(crate) struct Surroundings<'a> {
    pub(crate) network: &'a Network,
    pub(crate) queues: &'a Queues,
    pub(crate) database: &'a Cluster,
    pub(crate) bus: Ref<Str>,
}

pub(crate) struct Functions {
    made: Vec<(Role, Handle<aws::LambdaFunction>, String)>,
}

impl Functions {
    /// Panics when the role is no function here: which ones are is the stacks' own decision.
    pub(crate) fn get(&self, role: Role) -> &Handle<aws::LambdaFunction> {
        let found = self.made.iter().find(|(of, ..)| *of == role);
        found.map(|(_, function, _)| function).expect("a function of this role")
    }

    pub(crate) fn has(&self, role: Role) -> bool {
        self.made.iter().any(|(of, ..)| *of == role)
    }

    /// Roles and the names of their functions.
    pub(crate) fn names(&self) -> impl Iterator<Item = (Role, &str)> {
        self.made.iter().map(|(role, _, name)| (*role, name.as_str()))
    }
}

pub(crate) fn add(place: &Place, around: Option<&Surroundings<'_>>) -> Functions {
    let place = &place.below("functions");
    let package = place.scope.asset_of("package", "package.zip", place.package.to_vec());
    let dead = around.map(|a| a.queues.dead.arn());
    let made = roles(place.side, place.blueprint.shape).into_iter().map(|role| {
        let name = place.name(role.as_str(), "function");
        let log = logs::group(place, role.as_str(), format!("/aws/lambda/{name}"));
        let service = "lambda.amazonaws.com";
        let permissions = permissions(place, role, around, &log);
        let iam = policy::role(place, role.as_str(), service, permissions);
        let b = &place.blueprint;
        let mut function = aws::LambdaFunction::new(aws::LambdaFunctionArgs {
            function_name: name.as_str(),
            role: iam.arn(),
        })
        .description(format!("Leeward's {}", role.as_str()))
        .filename(package.relative_path())
        .source_code_hash(package.sha256_base64())
        .handler("bootstrap")
        .runtime("provided.al2023")
        .architectures(["x86_64"])
        .memory_size(b.functions.memory_mb)
        .timeout(timeout_s(role))
        .publish(true)
        .kms_key_arn(place.key.arn())
        .reserved_concurrent_executions(concurrency(place, role))
        .environment(Environment::new().variables(environment(place, role, around)))
        .logging_config(LoggingConfig::new("JSON").log_group(log.name()))
        .tracing_config(TracingConfig::new("Active"));
        if let Some(dead) = &dead {
            function = function.dead_letter_config(DeadLetterConfig::new(dead));
        }
        if let (Some(around), true) = (around, in_network(role)) {
            let groups = &around.network.groups;
            let outward =
                leaves_the_network(role, place.blueprint.dns.routing).then_some(&groups.outward);
            let groups: Vec<&Ref<Str>> =
                std::iter::once(&groups.functions).chain(outward).collect();
            function = function.vpc_config(VpcConfig::new(VpcConfigArgs {
                security_group_ids: groups,
                subnet_ids: &around.network.private,
            }));
        }
        (role, place.scope.add(role.as_str(), function), name)
    });
    let functions = Functions { made: made.collect() };
    warm(place, &functions);
    functions
}

/// Kept from the account's pool, so that a flood in one role leaves the others theirs.
fn concurrency(place: &Place, role: Role) -> u32 {
    let settings = &place.blueprint.functions;
    match role {
        Role::Orders => settings.orders_concurrency,
        Role::Health => settings.health_concurrency,
        Role::Processor => settings.processor_concurrency,
        // A successor starts while its predecessor still ticks.
        Role::Sentinel => 3,
        Role::Sweeper | Role::Run | Role::Operator | Role::Readiness => 5,
    }
}

/// REQ-A3: the standby answers the first request after a move without starting anything.
fn warm(place: &Place, functions: &Functions) {
    let warm = place.blueprint.functions.warm;
    for role in [Role::Orders, Role::Health] {
        if warm == 0 || !functions.has(role) {
            continue;
        }
        let function = functions.get(role);
        let alias = aws::LambdaAlias::new(aws::LambdaAliasArgs {
            name: live(place),
            function_name: function.function_name(),
            function_version: function.version(),
        });
        let alias = place.scope.add(role.as_str(), alias);
        place.scope.add(
            role.as_str(),
            aws::LambdaProvisionedConcurrencyConfig::new(
                aws::LambdaProvisionedConcurrencyConfigArgs {
                    function_name: function.function_name(),
                    provisioned_concurrent_executions: warm,
                    qualifier: alias.name(),
                },
            ),
        );
    }
}

/// The version that the API calls.
pub(crate) fn live(place: &Place) -> String {
    place.name("live", "alias")
}

fn environment(
    place: &Place,
    role: Role,
    around: Option<&Surroundings<'_>>,
) -> Vec<(&'static str, Value<Str>)> {
    let b = &place.blueprint;
    let mut variables: Vec<(&str, Value<Str>)> = vec![
        ("LEEWARD_ROLE", role.as_str().into()),
        ("LEEWARD_PARAMETER", parameters::platform(place).into()),
    ];
    if sends_canaries(role) {
        variables.push(("LEEWARD_CANARY_SECRET", place.name("canary", "secret").into()));
    }
    if role == Role::Orders {
        variables.push(("LEEWARD_GRANTS_SECRET", place.name("grants", "secret").into()));
    }
    if role == Role::Readiness {
        variables.push(("LEEWARD_READINESS_PARAMETER", readiness::name(place).into()));
    }
    if let (Some(around), true) = (around, has_database(role)) {
        variables.extend([
            ("LEEWARD_ENGINE", b.database.engine(b.shape).as_str().into()),
            ("LEEWARD_DATABASE_HOST", around.database.cluster.endpoint().into()),
            // What a Region that does not write reads from: its writer's endpoint sleeps until then.
            ("LEEWARD_DATABASE_READER", around.database.cluster.reader_endpoint().into()),
            ("LEEWARD_DATABASE_SECRET", credentials::name(&place.names).into()),
        ]);
    }
    variables
}

/// REQ-C3: what each role may do, by resource wherever the service has resources.
fn permissions(
    place: &Place,
    role: Role,
    around: Option<&Surroundings<'_>>,
    log: &Handle<aws::CloudwatchLogGroup>,
) -> Vec<Json> {
    use crate::tables::{control, ledger, sessions};
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
        Role::Orders => {
            vec![ledger::append(place), sessions::write(place), policy::use_keys(place, &["sqs"])]
        }
        Role::Health => vec![ledger::append(place), policy::use_keys(place, &["sqs"])],
        Role::Processor => vec![ledger::read(place)],
        // What a run is told of the book is an item of the control table.
        Role::Sweeper => vec![
            ledger::read(place),
            control::say(place),
            sessions::write(place),
            sessions::sweep(place),
            policy::use_keys(place, &["sqs"]),
        ],
        Role::Sentinel => vec![
            control::write(place),
            runs(place),
            rds_read(),
            publish_notice(place),
            policy::use_keys(place, &["sns", "states"]),
        ],
        Role::Run => vec![
            control::write(place),
            ledger::read(place),
            rds_read(),
            rds_move(place),
            publish_notice(place),
            policy::use_keys(place, &["sns", "sqs"]),
        ],
        Role::Operator => vec![
            control::write(place),
            runs(place),
            rds_read(),
            policy::use_keys(place, &["states"]),
        ],
        Role::Readiness => {
            let mut looks = inspect_ours(place);
            looks.extend([
                control::report(place),
                rds_read(),
                inspect(),
                readiness::keeps(place),
                policy::allow(&["sts:AssumeRole"], vec![operators::orchestrator_arn(place)]),
            ]);
            looks
        }
    });
    out
}

fn reads_tokens(place: &Place, role: Role) -> Option<Json> {
    let mut tokens = Vec::new();
    if sends_canaries(role) {
        tokens.push(credentials::token(place, "canary"));
    }
    if role == Role::Orders {
        tokens.push(credentials::token(place, "grants"));
    }
    let read = || policy::allow(&["secretsmanager:GetSecretValue"], tokens.clone());
    (!tokens.is_empty()).then(read)
}

/// What a role does with things of its own Region.
fn of_the_region(place: &Place, role: Role, around: &Surroundings<'_>) -> Vec<Json> {
    let secret =
        || policy::allow(&["secretsmanager:GetSecretValue"], vec![credentials::arn(place)]);
    let bus = || policy::allow(&["events:PutEvents"], vec![Value::from(&around.bus)]);
    // A hint goes to the queue of the Region that authority names, which may be the other one.
    let hint = || {
        let queues = [&place.region, place.peer()]
            .map(|region| place.arn_in(region.as_str(), "sqs", place.name("orders", "queue")));
        policy::allow(&["sqs:SendMessage"], queues.to_vec())
    };
    let take = [
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
    ];
    match role {
        Role::Orders => vec![secret(), hint()],
        Role::Health => vec![hint()],
        Role::Processor => {
            let queue = vec![around.queues.orders.arn().into()];
            vec![secret(), policy::allow(&take, queue)]
        }
        Role::Sweeper => vec![secret(), hint(), bus()],
        Role::Sentinel => vec![bus()],
        Role::Run => vec![bus(), hint()],
        Role::Operator | Role::Readiness => Vec::new(),
    }
}

/// Each sentinel may start a run's machine in either Region; which one, authority decides.
fn runs(place: &Place) -> Json {
    let r = &place.blueprint.regions;
    let machines = [&r.primary, &r.secondary].map(|region| {
        let name = format!("stateMachine:{}", place.name("runs", "machine"));
        place.arn_in(region.as_str(), "states", name)
    });
    policy::allow(&["states:StartExecution"], machines.to_vec())
}

fn publish_notice(place: &Place) -> Json {
    let r = &place.blueprint.regions;
    let topics = [&r.primary, &r.secondary, &r.witness]
        .map(|region| place.arn_in(region.as_str(), "sns", place.name("notices", "topic")));
    policy::allow(&["sns:Publish"], topics.to_vec())
}

/// RDS has no finer resource for a description.
fn rds_read() -> Json {
    policy::allow_unscoped(&["rds:DescribeDBClusters", "rds:DescribeGlobalClusters"])
}

fn clusters(place: &Place) -> Vec<Value<Str>> {
    let r = &place.blueprint.regions;
    let global = format!("global-cluster:{}", place.name("orders", "global"));
    let mut arns = vec![text!("arn:{}:rds::{}:{}", place.partition(), place.account(), global)];
    arns.extend([&r.primary, &r.secondary].map(|region| {
        let cluster = format!("cluster:{}", place.name(region.as_str(), "cluster"));
        place.arn_in(region.as_str(), "rds", cluster)
    }));
    arns
}

/// REQ-D5: called in the target's Region only, for the Region that is lost cannot be asked.
fn rds_move(place: &Place) -> Json {
    policy::allow(&["rds:FailoverGlobalCluster", "rds:SwitchoverGlobalCluster"], clusters(place))
}

/// What readiness looks at (REQ-T1), all of it read-only: what AWS offers on everything alone.
fn inspect() -> Json {
    policy::allow_unscoped(&[
        "autoscaling:DescribeAutoScalingGroups",
        "cloudwatch:GetMetricData",
        "elasticloadbalancing:DescribeTargetHealth",
        "lambda:GetAccountSettings",
        "rds:DescribeDBClusterParameters",
    ])
}

/// And what it looks at by name.
fn inspect_ours(place: &Place) -> Vec<Json> {
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
