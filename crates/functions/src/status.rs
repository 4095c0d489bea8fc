//! What an operator sees of a deployed platform, in the words of `leeward status`: put together from the control
//! table, the database's control plane and what each Region says of itself.

use crate::platform::{NotReady, Parts};
use http::Method;
use leeward_http::Client;
use leeward_model::{Authority, DatabaseView, Observation, Region};
use leeward_ports::Outcome;
use serde_json::{Value, json};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(4);

pub(crate) async fn status(parts: &Parts) -> Result<Value, NotReady> {
    let (assembly, config) = (&parts.assembly, &parts.assembly.config);
    let client = Client::for_urls(PATIENCE, config.apis.values());
    let [home, away] = config.pair();
    let (authority, seen, database, at_home, away_from_home) = tokio::join!(
        assembly.control.authority(),
        assembly.control.observations(),
        describe(parts),
        health(&client, config.apis.get(&home)),
        health(&client, config.apis.get(&away)),
    );
    let authority = match authority {
        Outcome::Done(Some(authority)) => authority,
        Outcome::Done(None) => {
            return Ok(json!({ "status": 404, "detail": "there is no authority yet" }));
        }
        other => return Ok(json!({ "status": 503, "detail": other.why() })),
    };
    let known = seen.done();
    let seen = known.as_deref().unwrap_or_default();
    let regions = [(&home, at_home), (&away, away_from_home)].map(|(region, said)| {
        let api = config.apis.get(region);
        json!({
            "name": region,
            "role": if authority.active == *region { "active" } else { "standby" },
            "api": api,
            "pid": null,
            "healthy": said[0],
            "accepting": said[1],
            "traffic": said[2],
            "diagnosis": diagnosis(seen, region),
            "database": { "role": role(database.as_ref(), region), "lag_ms": null, "behind": null },
        })
    });
    Ok(told(&authority, regions.to_vec(), known.as_deref()))
}

fn told(authority: &Authority, regions: Vec<Value>, seen: Option<&[Observation]>) -> Value {
    let shown = |o: &Observation| json!({ "region": o.sentinel, "pid": null, "counter": o.counter, "sees": o.regions });
    // Not known is not none.
    let sentinels = seen.map(|seen| seen.iter().map(shown).collect::<Vec<Value>>());
    json!({
        "status": 200,
        "active": authority.active,
        "epoch": authority.epoch,
        "version": authority.version,
        "mode": authority.mode,
        "run": authority.run,
        "last_run": authority.marks.last_run,
        "regions": regions,
        "sentinels": sentinels,
    })
}

/// By this Region's own control plane, else by one that has the database.
async fn describe(parts: &Parts) -> Option<DatabaseView> {
    let config = &parts.assembly.config;
    let mut at = config.pair().to_vec();
    at.sort_by_key(|region| *region != config.region);
    for region in &at {
        if let Outcome::Done(view) = parts.assembly.database.describe(region).await {
            return Some(view);
        }
    }
    None
}

/// Alive, accepting, taking the public name's traffic; what does not say so does not.
async fn health(client: &Client, api: Option<&String>) -> [bool; 3] {
    let ask = async |path: &str| {
        let Some(base) = api else { return false };
        let url = format!("{base}{path}");
        let answer = client.send(Method::GET, &url, None, Vec::new(), PATIENCE).await;
        answer.is_ok_and(|answer| answer.status == 200)
    };
    tokio::join!(ask("/health"), ask("/health/accepting"), ask("/health/traffic")).into()
}

/// Somebody else's view of the Region, else its own.
fn diagnosis(seen: &[Observation], region: &Region) -> Value {
    let view = |own: bool| {
        let by =
            seen.iter().find(|o| (o.sentinel == *region) == own && o.regions.contains_key(region));
        by.map(|o| json!(o.regions[region].diagnosis))
    };
    view(false).or_else(|| view(true)).unwrap_or_default()
}

fn role(view: Option<&DatabaseView>, region: &Region) -> Option<&'static str> {
    let view = view?;
    Some(match (view.writer.as_ref() == Some(region), view.members.contains(region)) {
        (true, _) => "writer",
        (false, true) => "reader",
        (false, false) => "orphan",
    })
}
