//! Settings of a Region where its agents and functions find them (REQ-C4): in that Region, so that reading
//! them asks nobody else.

use crate::place::Place;
use crate::policy;
use leeward_blueprint::Profile;
use leeward_construct::ty::Str;
use leeward_construct::{Json, Value, aws, json};

pub(crate) fn add(place: &Place) {
    let place = &place.below("parameters");
    let b = &place.blueprint;
    let (r, timing) = (&b.regions, b.timing(Profile::Aws));
    let regions = json!({
        "here": place.region.as_str(),
        "side": place.side.as_str(),
        "primary": r.primary.as_str(),
        "secondary": r.secondary.as_str(),
        "witness": r.witness.as_str(),
    });
    let sentinel = json!({
        "tick_ms": timing.tick_ms,
        "misses": timing.misses,
        "probe_timeout_ms": timing.probe_timeout_ms,
        "cooldown_ticks": timing.cooldown_ticks,
        "moves_per_day": timing.moves_per_day,
    });
    let orders = json!({
        "account_ceiling": b.orders.account_ceiling,
        "deadline_ms": timing.deadline_ms,
        "put_timeout_ms": timing.put_timeout_ms,
        "public_name": b.public_name.as_str(),
        "own_name": place.host(),
    });
    for (name, what, document) in [
        ("regions", "Which Region is what", regions),
        ("sentinel", "When a Region counts as failing", sentinel),
        ("orders", "What the order path lets in", orders),
    ] {
        parameter(place, name, what, document);
    }
}

fn parameter(place: &Place, name: &str, what: &str, document: Json) {
    let value: Value<Str> = document.into();
    place.scope.add(
        name,
        aws::SsmParameter::new(aws::SsmParameterArgs {
            name: format!("/leeward/{}", place.name(name, "parameter")),
            type_: "SecureString",
        })
        .description(what)
        .key_id(place.key.arn())
        .value(value),
    );
}

/// By name; the key is the Region's.
pub(crate) fn read(place: &Place) -> Json {
    let names = format!("parameter/leeward/{}", place.name("*", "parameter"));
    policy::allow(&["ssm:GetParameter"], vec![place.arn("ssm", names)])
}
