//! The cloud of one platform: the model, disks, listeners, DNS, links and health checkers.

use crate::addresses::Addresses;
use crate::layout::Layout;
use leeward_blueprint::names::Names;
use leeward_blueprint::schema::{self, Table};
use leeward_blueprint::services::Consistency;
use leeward_blueprint::{Blueprint, RegionRole, Timing, TimingProfile};
use leeward_cloud::aurora::{AuroraEvent, AuroraTiming};
use leeward_cloud::dynamodb::{DynamoTiming, KeySchema, TableKind, TableSpec};
use leeward_cloud::route53::{HealthCheckSpec, Record, Role};
use leeward_cloud::sqs::Attributes;
use leeward_cloud::{Cloud, Config, Place, RegionIx};
use leeward_wire::{CloudServer, Disk, DiskError, run_prober, serve, serve_dns, serve_link};
use std::net::SocketAddr;
use std::sync::mpsc::Receiver;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::net::{TcpListener, UdpSocket};

pub(crate) const ENGINE: &str = "aurora-postgresql";

#[derive(Debug, thiserror::Error)]
pub enum CloudError {
    #[error("LW-L001: cannot listen on {address}: {source}; another platform? try --port")]
    Listen { address: SocketAddr, source: std::io::Error },
    #[error("LW-L002: {0}")]
    Disk(#[from] DiskError),
}

pub(crate) struct Platform {
    pub(crate) engine: CloudServer,
    pub(crate) disks: Vec<Disk>,
    pub(crate) aurora: Receiver<AuroraEvent>,
}

fn region_names(blueprint: &Blueprint) -> Vec<String> {
    blueprint.regions.all().map(|region| region.as_str().to_owned()).to_vec()
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

/// Creates the tables, the queues, the topics and the cluster. Queues and topics are only in memory, so the directory
/// of an older version, which named them differently, needs no migration.
fn create_resources(cloud: &mut Cloud, names: &Names) {
    // In local mode sessions are always strongly consistent, because the model replicates no other kind.
    for table in schema::tables(Consistency::Strong) {
        cloud.create_table(table_spec(&table, names)).expect("the model is new");
    }
    let pair = [RegionRole::Primary, RegionRole::Secondary].map(region_ix);
    let (orders, dead_letters) = (names.orders_queue(), names.dead_letters_queue());
    for region in pair {
        cloud.create_queue(region, &dead_letters, Attributes::default());
        let attributes = Attributes {
            visibility_timeout_s: schema::hint_visibility_s(TimingProfile::Local),
            redrive: Some((dead_letters.clone(), schema::MAX_RECEIVES)),
        };
        cloud.create_queue(region, &orders, attributes);
        cloud.create_topic(region, &names.notices_topic());
        cloud.create_topic(region, &names.events_topic());
    }
    cloud.create_cluster(&names.global_cluster(), ENGINE, pair[0], &pair);
}

/// Returns the index of a Region in the cloud model. [`region_names`] lists the Regions in the same order.
fn region_ix(role: RegionRole) -> RegionIx {
    match role {
        RegionRole::Primary => RegionIx(0),
        RegionRole::Secondary => RegionIx(1),
        RegionRole::Witness => RegionIx(2),
    }
}

fn table_spec(table: &Table, names: &Names) -> TableSpec {
    let schema = KeySchema {
        partition: table.partition_key.into(),
        partition_type: schema::KEY_TYPE,
        sort: Some((table.sort_key.into(), schema::KEY_TYPE)),
    };
    let replicas = table.replicas.iter().map(|role| region_ix(*role)).collect();
    TableSpec {
        name: table.role.table_name(names).into(),
        schema,
        kind: TableKind::Strong { replicas, witness: table.witness.map(region_ix) },
        ttl: table.time_to_live.map(Into::into),
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, CloudError> {
    TcpListener::bind(address).await.map_err(|source| CloudError::Listen { address, source })
}

/// Opens the disks, loads their contents, and starts all listeners.
pub(crate) async fn start(
    layout: &Layout,
    blueprint: &Blueprint,
    timing: &Timing,
    addresses: Addresses,
) -> Result<Platform, CloudError> {
    let names = Names::of(blueprint);
    let mut cloud = model(blueprint, timing);
    create_resources(&mut cloud, &names);
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
    let engine = CloudServer::start(cloud, disks.clone(), probes_send, aurora_send);
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

/// Restores the contents of each Region's empty disk. A directory that is empty while others are not was destroyed.
fn repair(engine: &CloudServer, found: &[usize]) {
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

/// Creates the health checks and the records of the public name.
pub(crate) fn publish(engine: &CloudServer, blueprint: &Blueprint, timing: &Timing, at: Addresses) {
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
