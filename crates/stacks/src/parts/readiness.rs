//! The document that lists what a Region's readiness function checks (REQ-T1). The names in the document are those of
//! the synthesized resources, so that readiness compares exactly these resources.

use crate::context::RegionStack;
use crate::global::Globals;
use crate::global::credentials;
use crate::parts::alarms::metric::lag_metric;
use crate::parts::balancer::Balancer;
use crate::parts::files;
use crate::parts::orchestrator;
use crate::parts::queues::Queues;
use crate::parts::roles::roles;
use crate::parts::traffic;
use leeward_construct::{Json, Value, aws, json};
use leeward_model::FunctionRole;
use leeward_model::Region;

/// The unreserved concurrency below which a move could fail. AWS does not let the last hundred be reserved.
const SPARE_CONCURRENCY: i64 = 200;
const WAITING_MESSAGES: i64 = 10_000;
const CERTIFICATE_DAYS: i64 = 30;

pub(crate) fn add(
    place: &RegionStack,
    globals: &Globals,
    queues: &Queues,
    balancer: Option<&Balancer>,
) {
    let place = &place.below("readiness");
    let value: Value<_> = scope(place, globals, queues, balancer).into();
    place.scope.add(
        "scope",
        aws::SsmParameter::new(aws::SsmParameterArgs {
            name: place.names.readiness_parameter(),
            type_: "SecureString",
        })
        .description("The scope of readiness")
        .key_id(place.key.arn())
        .value(value),
    );
}

/// Returns the document that the function parses as a `leeward_model::readiness::Scope`.
fn scope(
    place: &RegionStack,
    globals: &Globals,
    queues: &Queues,
    balancer: Option<&Balancer>,
) -> Json {
    let b = &place.blueprint;
    let functions = roles(place.region_role, b.profile)
        .into_iter()
        .map(|role| (role.as_str().to_owned(), place.names.function(role).into()));
    let records = traffic::expected(b);
    let records = records.iter().map(|record| {
        let check = record.check.as_ref().map(|check| {
            json!({
                "host": check.host.as_str(),
                "path": check.path.as_str(),
                "interval_s": check.interval_s as i64,
                "threshold": check.threshold as i64,
            })
        });
        json!({
            "set": record.set.as_str(),
            "policy": record.policy.as_str(),
            "ttl_s": record.ttl_s as i64,
            "check": check.expect("both are checked"),
        })
    });
    let mut fields: Vec<(&str, Json)> = vec![
        ("region", place.region.as_str().into()),
        ("cluster", place.names.cluster(&place.region).into()),
        ("parameter_group", place.name("database", "parameters").into()),
        ("lag_metric", lag_metric(b.database.engine(b.profile)).into()),
        ("functions", Json::object(functions)),
        ("parameters", vec![place.names.platform_parameter()].into()),
        ("secrets", credentials::names(&place.names).into()),
        ("key", place.key.arn().into()),
        ("queue_url", queues.orders.url().into()),
        ("dead_letters_url", queues.dead.url().into()),
        ("certificate", globals.certificate(&place.region).into()),
        ("zone", (&globals.zone).into()),
        ("public_name", b.public_name.as_str().into()),
        ("records", records.collect::<Vec<Json>>().into()),
        ("audit_bucket", files::bucket_name(place, "audit").into()),
        (
            "limits",
            json!({
                "replication_lag_ms": i64::from(b.alarms.replication_lag_ms),
                "waiting_messages": WAITING_MESSAGES,
                "certificate_days": CERTIFICATE_DAYS,
                "spare_concurrency": SPARE_CONCURRENCY,
            }),
        ),
        ("peer", peer(place, place.peer())),
    ];
    if let Some(balancer) = balancer {
        let fleet = json!({
            "group": place.name("agents", "asg"),
            "targets": balancer.targets.arn(),
        });
        fields.push(("fleet", fleet));
    }
    Json::object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)))
}

fn peer(place: &RegionStack, region: &Region) -> Json {
    json!({
        "region": region.as_str(),
        "function": place.names.function(FunctionRole::Readiness),
        "role": orchestrator::arn(place),
    })
}
