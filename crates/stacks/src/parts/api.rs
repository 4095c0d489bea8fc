//! The API of the `serverless` profile (REQ-A1, O1): a regional REST API with the public name and the Region's own
//! name, in front of the order function and the health function. The functions implement the API contract; this module
//! adds the request limits, the firewall and the log.

use crate::blocks::logs;
use crate::blocks::policy;
use crate::context::RegionStack;
use crate::global::Globals;
use crate::parts::firewall;
use crate::parts::front::Front;
use crate::parts::functions::{Functions, live};
use leeward_construct::aws::api_gateway_domain_name as domain;
use leeward_construct::aws::api_gateway_method_settings::Settings;
use leeward_construct::aws::api_gateway_rest_api as rest;
use leeward_construct::aws::api_gateway_stage::{AccessLogSettings, AccessLogSettingsArgs};
use leeward_construct::ty::Str;
use leeward_construct::{Handle, Lifecycle, Ref, Value, aws, json, text};
use leeward_model::FunctionRole;

/// The timeout of an integration, which is shorter than the customers' own timeouts (API Gateway allows up to 29 s:
/// docs/spec/aws-facts.md).
const TIMEOUT_MS: i64 = 15_000;
const STAGE: &str = "v1";

/// The routes: id, path and the function's role.
const ROUTES: [(&str, &str, FunctionRole); 4] = [
    ("all", "{proxy+}", FunctionRole::Orders),
    ("health", "health", FunctionRole::Health),
    ("traffic", "traffic", FunctionRole::Health),
    ("accepting", "accepting", FunctionRole::Health),
];

pub(crate) fn add(place: &RegionStack, globals: &Globals, functions: &Functions) -> Front {
    let place = &place.below("api");
    let scope = &place.scope;
    let name = place.names.orders_api();
    let api = scope.add(
        "orders",
        aws::ApiGatewayRestApi::new(name)
            .description("Orders, sessions and health")
            .disable_execute_api_endpoint(true)
            .endpoint_configuration(rest::EndpointConfiguration::new(["REGIONAL"]))
            .lifecycle(Lifecycle::new().create_before_destroy()),
    );
    let mut parts: Vec<Value<Str>> = Vec::new();
    let mut health = None;
    for (id, path, role) in ROUTES {
        let parent = match id {
            "traffic" | "accepting" => health.clone().expect("health is before what is below it"),
            _ => api.root_resource_id(),
        };
        let resource = aws::ApiGatewayResource::new(aws::ApiGatewayResourceArgs {
            parent_id: parent,
            path_part: path,
            rest_api_id: api.id(),
        });
        let resource = scope.add(id, resource).id();
        if id == "health" {
            health = Some(resource.clone());
        }
        parts.push(route(place, &api, id, &resource, functions, role));
    }
    for role in [FunctionRole::Orders, FunctionRole::Health] {
        permit(place, &api, functions, role);
    }
    let stage = stage(place, &api, parts);
    let [public, own] = [("public", place.blueprint.public_name.clone()), ("own", place.host())]
        .map(|(id, host)| {
            let tls = domain::EndpointConfiguration::new(["REGIONAL"]);
            let domain = aws::ApiGatewayDomainName::new(host)
                .regional_certificate_arn(globals.certificate(&place.region))
                .security_policy("TLS_1_2")
                .endpoint_configuration(tls);
            scope.add(id, domain)
        });
    for (id, domain) in [("public", &public), ("own", &own)] {
        let mapping = aws::ApiGatewayBasePathMapping::new(aws::ApiGatewayBasePathMappingArgs {
            api_id: api.id(),
            domain_name: domain.domain_name(),
        });
        scope.add(id, mapping.stage_name(stage.stage_name()));
    }
    Front {
        name: public.regional_domain_name(),
        zone_id: own.regional_zone_id(),
        own_name: own.regional_domain_name(),
    }
}

/// Adds a method and its integration. Returns the ids that the deployment depends on.
fn route(
    place: &RegionStack,
    api: &Handle<aws::ApiGatewayRestApi>,
    id: &str,
    resource: &Ref<Str>,
    functions: &Functions,
    role: FunctionRole,
) -> Value<Str> {
    let method = place.scope.add(
        id,
        // The function authenticates callers. Both profiles accept the same tokens (docs/spec/order-path.md).
        aws::ApiGatewayMethod::new(aws::ApiGatewayMethodArgs {
            authorization: "NONE",
            http_method: if role == FunctionRole::Health { "GET" } else { "ANY" },
            resource_id: resource,
            rest_api_id: api.id(),
        }),
    );
    let integration = aws::ApiGatewayIntegration::new(aws::ApiGatewayIntegrationArgs {
        http_method: method.http_method(),
        resource_id: resource,
        rest_api_id: api.id(),
        type_: "AWS_PROXY",
    });
    let invocation = text!(
        "arn:{}:apigateway:{}:lambda:path/2015-03-31/functions/{}/invocations",
        place.partition(),
        place.region.as_str(),
        target(place, functions, role)
    );
    let integration = place.scope.add(
        id,
        integration
            .integration_http_method("POST")
            .uri(invocation)
            .timeout_milliseconds(TIMEOUT_MS),
    );
    text!("{}{}", method.id(), integration.id())
}

/// Returns the ARN of the function, or of its warm version if the blueprint configures one.
fn target(place: &RegionStack, functions: &Functions, role: FunctionRole) -> Value<Str> {
    let function = functions.get(role);
    match place.blueprint.functions.warm {
        0 => function.arn().into(),
        _ => text!("{}:{}", function.arn(), live(place)),
    }
}

fn permit(
    place: &RegionStack,
    api: &Handle<aws::ApiGatewayRestApi>,
    functions: &Functions,
    role: FunctionRole,
) {
    let mut permission = aws::LambdaPermission::new(aws::LambdaPermissionArgs {
        action: "lambda:InvokeFunction",
        function_name: functions.get(role).function_name(),
        principal: "apigateway.amazonaws.com",
    })
    .statement_id("ApiGateway")
    .source_arn(text!("{}/*/*", api.execution_arn()));
    if place.blueprint.functions.warm > 0 {
        permission = permission.qualifier(live(place));
    }
    place.scope.add(role.as_str(), permission);
}

fn stage(
    place: &RegionStack,
    api: &Handle<aws::ApiGatewayRestApi>,
    parts: Vec<Value<Str>>,
) -> Handle<aws::ApiGatewayStage> {
    let scope = &place.scope;
    // A deployment is a snapshot of the API, so a change of any method creates a new one.
    let picture = Ref::<Str>::call("sha1", [leeward_construct::Json::from(join(parts))]);
    let deployment = aws::ApiGatewayDeployment::new(api.id())
        .triggers([("methods", picture)])
        .lifecycle(Lifecycle::new().create_before_destroy());
    let deployment = scope.add("orders", deployment);
    let log = logs::group(place, "access", place.name("api-access", "logs"));
    let settings = settings(place);
    let format = json!({
        "request": "$context.requestId",
        "time": "$context.requestTimeEpoch",
        "address": "$context.identity.sourceIp",
        "method": "$context.httpMethod",
        "path": "$context.path",
        "status": "$context.status",
        "latency_ms": "$context.responseLatency",
        "bytes": "$context.responseLength",
        "error": "$context.error.message",
    });
    // If this log group did not exist, API Gateway would create it without a key and without an expiry.
    let name = text!("API-Gateway-Execution-Logs_{}/{}", api.id(), STAGE);
    let executions = logs::group(place, "executions", name);
    let stage = aws::ApiGatewayStage::new(aws::ApiGatewayStageArgs {
        deployment_id: deployment.id(),
        rest_api_id: api.id(),
        stage_name: STAGE,
    })
    .xray_tracing_enabled(true)
    .access_log_settings(AccessLogSettings::new(AccessLogSettingsArgs {
        destination_arn: log.arn(),
        format,
    }))
    .depends_on(&settings)
    .depends_on(&executions);
    let stage = scope.add("orders", stage);
    let limits = &place.blueprint.api;
    let limits = Settings::new()
        .metrics_enabled(true)
        .logging_level("ERROR")
        .data_trace_enabled(false)
        .throttling_rate_limit(limits.requests_per_second)
        .throttling_burst_limit(limits.burst);
    scope.add(
        "orders",
        aws::ApiGatewayMethodSettings::new(aws::ApiGatewayMethodSettingsArgs {
            method_path: "*/*",
            rest_api_id: api.id(),
            stage_name: stage.stage_name(),
            settings: limits,
        }),
    );
    firewall::add(place, &stage.arn());
    stage
}

fn join(parts: Vec<Value<Str>>) -> Value<Str> {
    parts.into_iter().reduce(|all, part| text!("{}{}", all, part)).unwrap_or_else(|| "".into())
}

/// Adds the setting that allows API Gateway to write logs. AWS keeps it once for each account and Region.
fn settings(place: &RegionStack) -> Handle<aws::ApiGatewayAccount> {
    let write = [
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:DescribeLogStreams",
        "logs:FilterLogEvents",
        "logs:GetLogEvents",
        "logs:PutLogEvents",
    ];
    let groups = vec![place.arn("logs", "log-group:*")];
    let look = policy::allow_unscoped(&["logs:DescribeLogGroups"]);
    let statements = vec![policy::allow(&write, groups), look];
    let role = policy::role(place, "api-logs", "apigateway.amazonaws.com", statements);
    place.scope.add("settings", aws::ApiGatewayAccount::new().cloudwatch_role_arn(role.arn()))
}
