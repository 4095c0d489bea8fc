//! Returns the status of a deployed platform as the document of `leeward status`. It is combined from the control
//! table, the database's control plane and each Region's health.

use crate::platform::Parts;
use http::Method;
use leeward_api as api;
use leeward_api::{
    DatabaseRole, Open, PlatformStatus, RegionRole, RegionView, SentinelView, Unavailable,
};
use leeward_http::Client;
use leeward_model::{Authority, DatabaseView, Diagnosis, Observation, Region};
use leeward_ports::Outcome;
use serde::Serialize;
use serde_json::Value;
use std::time::Duration;

/// The time limit of a health check.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(4);

/// Converts a document to the JSON that a function returns.
pub(crate) fn to_json(document: &impl Serialize) -> Value {
    serde_json::to_value(document).expect("documents are plain data")
}

/// Describes the platform. Fails with 404 if there is no authority yet, and with 503 if the authority cannot be read.
pub(crate) async fn read_status(parts: &Parts) -> Result<PlatformStatus, Unavailable> {
    let (assembly, config) = (&parts.assembly, &parts.assembly.config);
    let client = Client::for_urls(HEALTH_TIMEOUT, config.apis.values());
    let [home, away] = config.pair();
    let (authority, observations, database, home_health, away_health) = tokio::join!(
        assembly.control.authority(),
        assembly.control.observations(),
        describe_database(parts),
        check_health(&client, config.apis.get(&home)),
        check_health(&client, config.apis.get(&away)),
    );
    let authority = match authority {
        Outcome::Done(Some(authority)) => authority,
        Outcome::Done(None) => {
            let detail = Some("there is no authority yet".to_owned());
            return Err(Unavailable { status: 404, detail });
        }
        other => {
            return Err(Unavailable { status: 503, detail: other.why().map(str::to_owned) });
        }
    };
    let observations = observations.done();
    let seen = observations.as_deref().unwrap_or_default();
    let regions = [(home, home_health), (away, away_health)].map(|(name, health)| {
        let is_active = authority.active == name;
        let role = if is_active { RegionRole::Active } else { RegionRole::Standby };
        RegionView {
            role: role.into(),
            api: config.apis.get(&name).cloned(),
            pid: None,
            healthy: health.healthy,
            accepting: health.accepting,
            traffic: health.traffic,
            diagnosis: diagnosis(seen, &name).map(Open::Known),
            dark: None,
            database: api::DatabaseView {
                role: database.as_ref().map(|view| database_role(view, &name).into()),
                ..api::DatabaseView::default()
            },
            name,
        }
    });
    Ok(describe(&authority, regions.to_vec(), observations.as_deref()))
}

fn describe(
    authority: &Authority,
    regions: Vec<RegionView>,
    observations: Option<&[Observation]>,
) -> PlatformStatus {
    let sentinel = |o: &Observation| SentinelView {
        region: o.sentinel.clone(),
        pid: None,
        counter: Some(o.counter),
        sees: Some(o.regions.iter().map(|(region, view)| (region.clone(), view.into())).collect()),
    };
    PlatformStatus {
        status: Some(200),
        active: Some(authority.active.clone()),
        epoch: Some(authority.epoch),
        version: Some(authority.version),
        mode: Some(authority.mode.into()),
        run: authority.run.as_ref().map(Into::into),
        last_run: authority.marks.last_run.as_ref().map(Into::into),
        regions,
        // Sentinels that could not be read are unknown, not absent.
        sentinels: observations.map(|all| all.iter().map(sentinel).collect()),
        ..PlatformStatus::default()
    }
}

/// Describes the global database through this Region's control plane, or through the other Region's if that fails.
async fn describe_database(parts: &Parts) -> Option<DatabaseView> {
    let config = &parts.assembly.config;
    let mut regions = config.pair().to_vec();
    regions.sort_by_key(|region| *region != config.region);
    for region in &regions {
        if let Outcome::Done(view) = parts.assembly.database.describe(region).await {
            return Some(view);
        }
    }
    None
}

struct Health {
    healthy: bool,
    accepting: bool,
    traffic: bool,
}

/// Checks the three health routes of a Region. Only status 200 counts as good.
async fn check_health(client: &Client, api: Option<&String>) -> Health {
    let check = async |path: &str| {
        let Some(base) = api else { return false };
        let url = format!("{base}{path}");
        let answer = client.send(Method::GET, &url, None, Vec::new(), HEALTH_TIMEOUT).await;
        answer.is_ok_and(|answer| answer.status == 200)
    };
    let (healthy, accepting, traffic) =
        tokio::join!(check("/health"), check("/health/accepting"), check("/health/traffic"));
    Health { healthy, accepting, traffic }
}

/// Returns the diagnosis of a Region by another Region's sentinel, or else by its own.
fn diagnosis(seen: &[Observation], region: &Region) -> Option<Diagnosis> {
    let view = |own: bool| {
        let by =
            seen.iter().find(|o| (o.sentinel == *region) == own && o.regions.contains_key(region));
        by.map(|o| o.regions[region].diagnosis)
    };
    view(false).or_else(|| view(true))
}

fn database_role(view: &DatabaseView, region: &Region) -> DatabaseRole {
    match (view.writer.as_ref() == Some(region), view.members.contains(region)) {
        (true, _) => DatabaseRole::Writer,
        (false, true) => DatabaseRole::Reader,
        (false, false) => DatabaseRole::Orphan,
    }
}
