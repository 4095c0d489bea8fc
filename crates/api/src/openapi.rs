//! Builds the OpenAPI document from the routes and the types, and compares it with the checked-in one.

use crate::{
    Accepted, AcceptingHealth, AccountView, BatchRequest, Body, Caller, LimitsRequest,
    LivenessHealth, Method, OperationDone, OperationRefused, OperationRequest, OrderRequest,
    OrderView, Problem, RegionStatus, Route, SessionParameters, TrafficHealth,
};
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The statuses of the problem documents that every route with a token may return.
const TOKEN_PROBLEMS: [u16; 4] = [401, 403, 429, 503];

fn meaning(status: u16) -> &'static str {
    match status {
        400 => "The body is not valid JSON, or is incomplete",
        401 => "No valid token",
        403 => "The token does not permit this request",
        404 => "There is no such resource",
        408 => "The body took too long to arrive",
        409 => "The id was already used for a different request",
        412 => "The session is at another version",
        413 => "The body is too large",
        422 => "Fields are invalid; each is named",
        429 => "A limit is exceeded; see Retry-After",
        503 => "It is unknown whether the request took effect; retry with the same id only",
        other => panic!("status {other} has no description"),
    }
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

fn content(body: Body) -> Option<Value> {
    match body {
        Body::Empty => None,
        Body::Json(schema) => Some(json!({ "application/json": { "schema": reference(schema) } })),
        Body::Bytes => Some(json!({ "*/*": {} })),
        Body::Text(kind) => Some(json!({ kind: {} })),
    }
}

fn parameters(route: &Route) -> Vec<Value> {
    let names = route.path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    let session = route.path.starts_with("/v1/sessions/");
    let mut out: Vec<Value> = names
        .map(|name| {
            let pattern =
                if session { "^[A-Za-z0-9._-]{1,128}$" } else { "^[A-Za-z0-9._:-]{1,64}$" };
            let schema = json!({ "type": "string", "pattern": pattern });
            json!({ "name": name, "in": "path", "required": true, "schema": schema })
        })
        .collect();
    if session && route.method == Method::Put {
        let schema =
            json!({ "type": "integer", "minimum": 1, "default": SessionParameters::TTL_DEFAULT_S });
        out.push(json!({
            "name": "ttl_s", "in": "query", "schema": schema,
            "description": format!("Lifetime in seconds; at most {}.", SessionParameters::TTL_MAX_S),
        }));
    }
    out
}

fn operation(route: &Route) -> Value {
    let mut responses = Map::new();
    let refused = json!({ Problem::MEDIA_TYPE: { "schema": reference("Problem") } });
    let token: &[u16] = if route.caller == Caller::Anyone { &[] } else { &TOKEN_PROBLEMS };
    for status in token.iter().chain(route.problems) {
        let response = json!({ "description": meaning(*status), "content": refused });
        responses.insert(status.to_string(), response);
    }
    for answer in route.answers {
        let mut response = json!({ "description": answer.meaning });
        if let Some(content) = content(answer.body) {
            response["content"] = content;
        }
        responses.insert(answer.status.to_string(), response);
    }
    let mut out = json!({
        "operationId": route.operation_id, "summary": route.summary, "responses": responses,
    });
    match route.caller {
        Caller::Anyone => out["security"] = json!([]),
        Caller::TokenHolder => {}
        Caller::Operator => out["description"] = json!("Requires an operator's token."),
    }
    if let Some(content) = content(route.request) {
        out["requestBody"] = json!({ "required": true, "content": content });
    }
    let parameters = parameters(route);
    if !parameters.is_empty() {
        out["parameters"] = parameters.into();
    }
    out
}

fn schemas() -> Map<String, Value> {
    let settings = SchemaSettings::draft2020_12().with(|s| {
        s.definitions_path = "/components/schemas".into();
        s.meta_schema = None;
    });
    let mut generator: SchemaGenerator = settings.into_generator();
    macro_rules! add {
        ($($document:ty),+) => { $(generator.subschema_for::<$document>();)+ };
    }
    add!(
        Accepted,
        AcceptingHealth,
        AccountView,
        BatchRequest,
        LimitsRequest,
        LivenessHealth,
        OperationDone,
        OperationRefused,
        OperationRequest,
        OrderRequest,
        OrderView,
        Problem,
        RegionStatus,
        TrafficHealth
    );
    generator.take_definitions(true)
}

fn document() -> Value {
    let mut paths = Map::new();
    for route in &Route::ALL {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method.as_str()] = operation(route);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Leeward",
            "version": "1",
            "description": "Orders of a two-Region trading platform. The contract is the same in each Region and profile.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "security": [{ "bearer": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer" } },
            "schemas": schemas(),
        },
    })
}

#[test]
fn the_checked_in_document_matches_the_routes_and_types() {
    expect_test::expect_file!["../openapi.json"].assert_eq(&format!("{:#}\n", document()));
}

#[test]
fn routes_are_distinct_and_their_schemas_exist() {
    let known = schemas();
    let routes: BTreeSet<_> = Route::ALL.iter().map(|route| (route.path, route.method)).collect();
    assert_eq!(routes.len(), Route::ALL.len());
    let endpoints: BTreeSet<_> = Route::ALL.iter().map(|route| route.endpoint).collect();
    assert_eq!(endpoints.len(), Route::ALL.len());
    for route in &Route::ALL {
        let bodies = route.answers.iter().map(|answer| answer.body).chain([route.request]);
        for body in bodies {
            if let Body::Json(name) = body {
                assert!(known.contains_key(name), "{}: no schema {name}", route.path);
            }
        }
    }
}

#[test]
fn request_schemas_reject_fields_that_the_server_rejects() {
    let known = schemas();
    for name in ["OrderRequest", "BatchRequest", "BatchOrder", "LimitsRequest", "OperationRequest"]
    {
        let schema = &known[name];
        let closed = ["additionalProperties", "unevaluatedProperties"];
        assert!(closed.iter().any(|key| schema[*key] == false), "{name}: {schema:#}");
    }
}
