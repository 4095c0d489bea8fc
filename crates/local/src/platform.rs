//! The cloud of one platform: model, disks, listeners, DNS, links, checkers.

use crate::addresses::Addresses;
use crate::layout::Layout;
use leeward_blueprint::{Blueprint, Timing};
use leeward_cloud::aurora::{AuroraEvent, AuroraTiming};
use leeward_cloud::dynamodb::{DynamoTiming, KeySchema, TableKind, TableSpec};
use leeward_cloud::route53::{HealthCheckSpec, Record, Role};
use leeward_cloud::sqs::Attributes;
use leeward_cloud::{Cloud, Config, Place, RegionIx};
use leeward_wire::{Disk, DiskError, Engine, run_prober, serve, serve_dns, serve_link};
use std::net::SocketAddr;
use std::sync::mpsc::Receiver;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::net::{TcpListener, UdpSocket};

pub(crate) const CLUSTER: &str = "leeward";
pub(crate) const ENGINE: &str = "aurora-postgresql";

/// Names of what the platform is made of, by its blueprint's suffix.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    pub(crate) ledger: String,
    pub(crate) control: String,
    pub(crate) sessions: String,
    pub(crate) queue: String,
    pub(crate) dead_letters: String,
    pub(crate) notices: String,
    pub(crate) events: String,
    pub(crate) cluster: String,
}

impl Names {
    pub(crate) fn of(blueprint: &Blueprint) -> Names {
        let suffix = &blueprint.suffix;
        Names {
            ledger: format!("ledger-table-{suffix}"),
            control: format!("control-table-{suffix}"),
            sessions: format!("sessions-table-{suffix}"),
            queue: format!("orders-queue-{suffix}"),
            dead_letters: format!("orders-dlq-{suffix}"),
            notices: format!("notices-topic-{suffix}"),
            events: format!("events-topic-{suffix}"),
            cluster: format!("{CLUSTER}-{suffix}"),
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum CloudError {
    #[error("LW-L001: cannot listen on {address}: {source}; another platform? try --port")]
    Listen { address: SocketAddr, source: std::io::Error },
    #[error("LW-L002: {0}")]
    Disk(#[from] DiskError),
}

pub(crate) struct Platform {
    pub(crate) engine: Engine,
    pub(crate) disks: Vec<Disk>,
    pub(crate) aurora: Receiver<AuroraEvent>,
}

fn region_names(blueprint: &Blueprint) -> Vec<String> {
    let r = &blueprint.regions;
    [&r.primary, &r.secondary, &r.witness].map(|r| r.as_str().to_owned()).to_vec()
}

fn model(blueprint: &Blueprint, timing: &Timing) -> Cloud {
    let ms = |ms: u64| ms * 1_000;
    let epoch_s = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    Cloud::new(Config {
        regions: region_names(blueprint),
        one_way_us: 0,
        dynamo: DynamoTiming::of(ms(timing.requorum_ms), ms(timing.catch_up_ms)),
        aurora: AuroraTiming::of(ms(timing.database_failover_ms), ms(timing.database_rebuild_ms)),
        disk_us: None,
        epoch_s,
        seed: 1,
    })
}

/// Tables, queues, topics, the cluster.
fn furnish(cloud: &mut Cloud, names: &Names) {
    let [a, b, w] = [RegionIx(0), RegionIx(1), RegionIx(2)];
    let schema =
        KeySchema { partition: "pk".into(), partition_type: 'S', sort: Some(("sk".into(), 'S')) };
    let table = |name: &str, replicas: Vec<RegionIx>, witness| TableSpec {
        name: name.into(),
        schema: schema.clone(),
        kind: TableKind::Strong { replicas, witness },
        ttl: None,
    };
    let tables = [
        table(&names.ledger, vec![a, b], Some(w)),
        table(&names.control, vec![a, b, w], None),
        table(&names.sessions, vec![a, b], Some(w)),
    ];
    for spec in tables {
        cloud.create_table(spec).expect("the model is new");
    }
    for region in [a, b] {
        cloud.create_queue(region, &names.dead_letters, Attributes::default());
        let redrive = Some((names.dead_letters.clone(), 20));
        let attributes = Attributes { visibility_timeout_s: 5, redrive };
        cloud.create_queue(region, &names.queue, attributes);
        cloud.create_topic(region, &names.notices);
        cloud.create_topic(region, &names.events);
    }
    cloud.create_cluster(&names.cluster, ENGINE, a, &[a, b]);
}

async fn listen(address: SocketAddr) -> Result<TcpListener, CloudError> {
    TcpListener::bind(address).await.map_err(|source| CloudError::Listen { address, source })
}

/// Opens the disks, loads what is on them, and starts everything that answers.
pub(crate) async fn start(
    layout: &Layout,
    blueprint: &Blueprint,
    timing: &Timing,
    addresses: Addresses,
) -> Result<Platform, CloudError> {
    let names = Names::of(blueprint);
    let mut cloud = model(blueprint, timing);
    furnish(&mut cloud, &names);
    let mut disks = Vec::new();
    let mut counts = Vec::new();
    for (i, region) in region_names(blueprint).iter().enumerate() {
        let (disk, found) = Disk::open(&layout.replica(region), RegionIx(i as u8))?;
        counts.push(found.len());
        for persist in found {
            cloud.load(persist);
        }
        disks.push(disk);
    }
    let (probes_send, probes) = tokio::sync::mpsc::unbounded_channel();
    let (aurora_send, aurora) = std::sync::mpsc::channel();
    let engine = Engine::start(cloud, disks.clone(), probes_send, aurora_send);
    repair(&engine, &counts);
    tokio::spawn(run_prober(
        engine.clone(),
        probes,
        Duration::from_millis(timing.check_timeout_ms),
    ));
    for place in 0..4usize {
        let from = if place == 3 { Place::Internet } else { Place::Region(RegionIx(place as u8)) };
        tokio::spawn(serve(engine.clone(), listen(addresses.cloud(place)).await?, from));
    }
    for from in 0..3usize {
        for to in 0..2usize {
            let (link, target) = (listen(addresses.link(from, to)).await?, addresses.api(to));
            let (from, to) = (RegionIx(from as u8), RegionIx(to as u8));
            tokio::spawn(serve_link(engine.clone(), link, from, to, target));
        }
    }
    let address = addresses.dns();
    let udp =
        UdpSocket::bind(address).await.map_err(|source| CloudError::Listen { address, source })?;
    tokio::spawn(serve_dns(engine.clone(), udp, listen(address).await?));
    Ok(Platform { engine, disks, aurora })
}

/// A directory that is empty while others are not was destroyed, and one that was not acknowledged
/// to may lack the last writes: each Region's disk gets what it should hold.
fn repair(engine: &Engine, found: &[usize]) {
    if found.iter().all(|n| *n == 0) {
        return;
    }
    engine.with(|cloud, now_us| {
        for region in [RegionIx(0), RegionIx(1)] {
            if found[region.0 as usize] == 0 {
                cloud.backfill(now_us, region);
            }
        }
    });
}

/// Health checks and records of the public name.
pub(crate) fn publish(engine: &Engine, blueprint: &Blueprint, timing: &Timing, at: Addresses) {
    let check = |id: &str, region: usize, path: &str| HealthCheckSpec {
        id: id.to_owned(),
        target: format!("http://{}{path}", at.api(region)),
        interval_us: timing.check_interval_ms * 1_000,
        threshold: timing.check_threshold,
        checkers: timing.checkers,
        propagation_us: timing.propagation_ms * 1_000,
    };
    let record = |region: usize, role, health_check: &str| Record {
        name: blueprint.public_name.clone(),
        address: at.api(region).ip().to_string(),
        role,
        health_check: health_check.to_owned(),
        ttl_s: timing.ttl_s,
    };
    engine.with(|cloud, now_us| {
        cloud.add_health_check(now_us, check("primary", 0, "/health/traffic"));
        cloud.add_health_check(now_us, check("secondary", 1, "/health/accepting"));
        cloud.add_record(record(0, Role::Primary, "primary"));
        cloud.add_record(record(1, Role::Secondary, "secondary"));
    });
}
