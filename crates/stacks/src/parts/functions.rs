//! The functions (REQ-C1). They share one package, which is byte for byte the same in every Region, and each function
//! has one role. The permissions of a role stand beside its purpose.
//!
//! In both profiles the sentinel, the steps of a run, the operator's verbs and readiness are functions, because they
//! must keep working when the fleet fails. Orders, health, processor and sweeper are functions in the `serverless`
//! profile; in the `instances` profile the agent does that work.

use crate::blocks::{logs, policy};
use crate::context::RegionStack;
use crate::parts::inputs::RegionInputs;
use crate::parts::permissions::permissions;
use crate::parts::roles::{
    has_database, in_network, leaves_the_network, roles, sends_canaries, timeout_s,
};
use leeward_construct::aws::lambda_function::{
    DeadLetterConfig, Environment, LoggingConfig, TracingConfig, VpcConfig, VpcConfigArgs,
};
use leeward_construct::ty::Str;
use leeward_construct::{Handle, Ref, Value, aws};
use leeward_model::FunctionRole;

pub(crate) struct Functions {
    made: Vec<(FunctionRole, Handle<aws::LambdaFunction>, String)>,
}

impl Functions {
    /// Returns the function of a role. Panics if the role has no function in this Region.
    pub(crate) fn get(&self, role: FunctionRole) -> &Handle<aws::LambdaFunction> {
        let found = self.made.iter().find(|(of, ..)| *of == role);
        found.map(|(_, function, _)| function).expect("a function of this role")
    }

    pub(crate) fn has(&self, role: FunctionRole) -> bool {
        self.made.iter().any(|(of, ..)| *of == role)
    }

    /// Returns the roles with the names of their functions.
    pub(crate) fn names(&self) -> impl Iterator<Item = (FunctionRole, &str)> {
        self.made.iter().map(|(role, _, name)| (*role, name.as_str()))
    }
}

pub(crate) fn add(place: &RegionStack, around: Option<&RegionInputs<'_>>) -> Functions {
    let place = &place.below("functions");
    let package = place.scope.asset_of("package", "package.zip", place.package.to_vec());
    let dead = around.map(|a| a.queues.dead.arn());
    let made = roles(place.region_role, place.blueprint.profile).into_iter().map(|role| {
        let name = place.names.function(role);
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

/// Returns the concurrency that is reserved for a role, so that a flood of calls to one role leaves capacity for the
/// others.
fn concurrency(place: &RegionStack, role: FunctionRole) -> u32 {
    let settings = &place.blueprint.functions;
    match role {
        FunctionRole::Orders => settings.orders_concurrency,
        FunctionRole::Health => settings.health_concurrency,
        FunctionRole::Processor => settings.processor_concurrency,
        // The successor of a sentinel starts while the sentinel still ticks.
        FunctionRole::Sentinel => 3,
        FunctionRole::Sweeper
        | FunctionRole::Run
        | FunctionRole::Operator
        | FunctionRole::Readiness => 5,
    }
}

/// Keeps function instances initialized, so that the standby Region responds to the first request after a move without
/// a cold start (REQ-A3).
fn warm(place: &RegionStack, functions: &Functions) {
    let warm = place.blueprint.functions.warm;
    for role in [FunctionRole::Orders, FunctionRole::Health] {
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

/// Returns the name of the alias for the version that the API calls.
pub(crate) fn live(place: &RegionStack) -> String {
    place.name("live", "alias")
}

fn environment(
    place: &RegionStack,
    role: FunctionRole,
    around: Option<&RegionInputs<'_>>,
) -> Vec<(&'static str, Value<Str>)> {
    let b = &place.blueprint;
    let mut variables: Vec<(&str, Value<Str>)> = vec![
        ("LEEWARD_ROLE", role.as_str().into()),
        ("LEEWARD_PARAMETER", place.names.platform_parameter().into()),
    ];
    if sends_canaries(role) {
        variables.push(("LEEWARD_CANARY_SECRET", place.names.canary_secret().into()));
    }
    if role == FunctionRole::Orders {
        variables.push(("LEEWARD_GRANTS_SECRET", place.names.grants_secret().into()));
    }
    if role == FunctionRole::Readiness {
        variables.push(("LEEWARD_READINESS_PARAMETER", place.names.readiness_parameter().into()));
    }
    if let (Some(around), true) = (around, has_database(role)) {
        variables.extend([
            ("LEEWARD_ENGINE", b.database.engine(b.profile).as_str().into()),
            ("LEEWARD_DATABASE_HOST", around.database.cluster.endpoint().into()),
            // The function reads from this endpoint while its Region is not the writer, because the Region's writer
            // endpoint is then inactive.
            ("LEEWARD_DATABASE_READER", around.database.cluster.reader_endpoint().into()),
            ("LEEWARD_DATABASE_SECRET", place.names.database_secret().into()),
        ]);
    }
    variables
}
