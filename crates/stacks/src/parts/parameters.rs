//! Settings of a Region where its agents and functions find them (REQ-C4): in that Region, so that reading
//! them asks nobody else.

use crate::blocks::policy;
use crate::context::Place;
use leeward_blueprint::Profile;
use leeward_blueprint::services::Routing;
use leeward_construct::ty::Str;
use leeward_construct::{Json, Value, aws, json, text};
use leeward_model::Region;

/// One document: it is read whole, and changes whole.
pub(crate) fn add(place: &Place) {
    let place = &place.below("parameters");
    let value: Value<Str> = whole(place).into();
    place.scope.add(
        PLATFORM,
        aws::SsmParameter::new(aws::SsmParameterArgs {
            name: place.names.platform_parameter(),
            type_: "SecureString",
        })
        .description("What every process of the platform is told")
        .key_id(place.key.arn())
        .value(value),
    );
}

const PLATFORM: &str = "platform";

/// The document that `leeward_agent::PlatformConfig` reads.
fn whole(place: &Place) -> Json {
    let b = &place.blueprint;
    let (r, t) = (&b.regions, b.timing(Profile::Aws));
    let pair = [&r.primary, &r.secondary];
    let all = [&r.primary, &r.secondary, &r.witness];
    let each = |regions: &[&Region], of: &dyn Fn(&str) -> Value<Str>| -> Json {
        Json::object(regions.iter().map(|region| (region.to_string(), of(region.as_str()).into())))
    };
    json!({
        "region": place.region.as_str(),
        "suffix": b.suffix.as_str(),
        "primary": r.primary.as_str(),
        "secondary": r.secondary.as_str(),
        "failover_routing": b.dns.routing == Routing::Failover,
        "apis": each(&pair, &|region| format!("https://{region}.{}", b.public_name).into()),
        "account_ceiling": b.orders.account_ceiling,
        "ledger_table": place.names.ledger_table(),
        "control_table": place.names.control_table(),
        "sessions_table": place.names.sessions_table(),
        "queue_urls": each(&pair, &|region| {
            let host = format!("https://sqs.{region}.amazonaws.com");
            text!("{}/{}/{}", host, place.account(), place.names.orders_queue())
        }),
        "notice_topics": each(&all, &|region| place.arn_in(region, "sns", place.names.notices_topic())),
        "events": { "bus": place.names.platform_bus() },
        "global_cluster": place.names.global_cluster(),
        "cluster_arns": each(&pair, &|region| {
            place.arn_in(region, "rds", format!("cluster:{region}-cluster-{}", b.suffix))
        }),
        "state_machines": each(&pair, &|region| {
            place.arn_in(region, "states", format!("stateMachine:{}", place.names.runs_machine()))
        }),
        "timing": {
            "tick_ms": t.tick_ms,
            "misses": t.misses,
            "probe_timeout_ms": t.probe_timeout_ms,
            "cooldown_ticks": t.cooldown_ticks,
            "day_ticks": t.day_ticks,
            "moves_per_day": t.moves_per_day,
            "takeover_ticks": t.takeover_ticks,
            "failback_ticks": t.failback_ticks,
            "deadline_ms": t.deadline_ms,
            "put_timeout_ms": t.put_timeout_ms,
            "call_timeout_ms": t.call_timeout_ms,
            "hint_delay_ms": t.hint_delay_ms,
            "sweep_ms": t.sweep_ms,
            "expiry_ms": t.expiry_ms,
            "poll_ms": t.poll_ms,
            "promote_wait_ms": t.promote_wait_ms,
        },
    })
}

/// By name; the key is the Region's.
pub(crate) fn read(place: &Place) -> Json {
    let names = format!("parameter/leeward/{}", place.name("*", "parameter"));
    policy::allow(&["ssm:GetParameter"], vec![place.arn("ssm", names)])
}
