//! The complete local cloud in this process: model, disks and listeners.

use crate::ports::{AWAY, HOME, Names, Ports, Site, WITNESS, region};
use crate::raw::Raw;
use leeward_cloud::aurora::{AuroraEvent, AuroraTiming};
use leeward_cloud::dynamodb::{DynamoTiming, KeySchema, TableKind, TableSpec};
use leeward_cloud::{Cloud, Config, Fault, Place, RegionIx, Service};
use leeward_wire::{CloudServer, Disk, serve};
use std::path::PathBuf;
use std::sync::mpsc::Receiver;
use std::time::Duration;
use tokio::net::TcpListener;

const REGIONS: [&str; 3] = [HOME, AWAY, WITNESS];
pub(crate) const HOME_IX: RegionIx = RegionIx(0);
pub(crate) const AWAY_IX: RegionIx = RegionIx(1);
pub(crate) const WITNESS_IX: RegionIx = RegionIx(2);
const SERVICES: [Service; 4] = [Service::DynamoDb, Service::Sqs, Service::Rds, Service::Sns];

/// The limit for calls that should succeed, even on a busy machine.
pub(crate) const PATIENT: Duration = Duration::from_secs(10);
/// The limit for calls that should receive no response.
pub(crate) const HASTY: Duration = Duration::from_millis(500);
pub(crate) const FAILOVER_MS: u64 = 300;

pub(crate) struct LocalCloud {
    pub(crate) engine: CloudServer,
    pub(crate) ports: Ports,
    prefix: String,
    endpoints: Vec<String>,
    _dir: Scratch,
}

/// The directory of one test.
pub(crate) struct Scratch(pub(crate) PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Scratch {
        let name = format!("leeward-aws-{}-{name}", std::process::id());
        let dir = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&dir).expect("a temporary directory");
        Scratch(dir)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn model() -> Cloud {
    let ms = |ms: u64| ms * 1_000;
    Cloud::new(Config {
        regions: REGIONS.map(str::to_owned).to_vec(),
        one_way_us: 300,
        dynamo: DynamoTiming {
            requorum_us: ms(100),
            catch_up_us: ms(100),
            quorum_timeout_us: ms(50),
            eventual_lag_us: 0,
        },
        aurora: AuroraTiming {
            switchover_us: ms(FAILOVER_MS),
            failover_us: ms(FAILOVER_MS),
            rebuild_us: ms(FAILOVER_MS),
        },
        disk_us: None,
        epoch_s: 0,
        seed: 1,
    })
}

fn create_resources(cloud: &mut Cloud, names: &Names) {
    let [a, b, w] = [HOME_IX, AWAY_IX, WITNESS_IX];
    let sort = Some(("sk".into(), 'S'));
    let schema = KeySchema { partition: "pk".into(), partition_type: 'S', sort };
    let mut table = |name: &String, replicas: &[RegionIx], witness| {
        let kind = TableKind::Strong { replicas: replicas.to_vec(), witness };
        let spec = TableSpec { name: name.clone().into(), schema: schema.clone(), kind, ttl: None };
        cloud.create_table(spec).expect("the model is new");
    };
    table(&names.ledger, &[a, b], Some(w));
    table(&names.control, &[a, b, w], None);
    table(&names.sessions, &[a, b], Some(w));
    cloud.create_cluster(&names.cluster, "aurora-postgresql", a, &[a, b]);
}

/// Stands in for the storage layer of the database. There is no data to copy, so every drain completes immediately.
fn complete_drains(engine: CloudServer, cluster: String, events: Receiver<AuroraEvent>) {
    std::thread::spawn(move || {
        for event in events {
            if let AuroraEvent::Drain { number, .. } = event {
                engine.with(|cloud, now_us| cloud.report_drain(now_us, &cluster, number, true));
            }
        }
    });
}

impl LocalCloud {
    pub(crate) async fn start(prefix: &str) -> LocalCloud {
        let prefix = prefix.replace('_', "-");
        let names = Names::of(&prefix);
        let mut cloud = model();
        create_resources(&mut cloud, &names);
        let dir = Scratch::new(&prefix);
        let disk = |(ix, name): (u8, &str)| {
            Disk::open(&dir.0.join(name), RegionIx(ix)).expect("the disk opens").0
        };
        let disks: Vec<Disk> = (0..).zip(REGIONS).map(disk).collect();
        let (probes, _) = tokio::sync::mpsc::unbounded_channel();
        let (aurora, database_events) = std::sync::mpsc::channel();
        let engine = CloudServer::start(cloud, disks, probes, aurora);
        complete_drains(engine.clone(), names.cluster.clone(), database_events);
        let mut endpoints = Vec::new();
        for ix in 0..REGIONS.len() as u8 {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            endpoints.push(format!("http://{}", listener.local_addr().expect("bound")));
            tokio::spawn(serve(engine.clone(), listener, Place::Region(RegionIx(ix))));
        }
        for name in [HOME, AWAY] {
            Raw::new(&endpoints[0], &region(name)).create_resources(&names).await;
        }
        let site = Site { endpoint: endpoints[0].clone(), limit: PATIENT };
        let ports = Ports::new(&site, &prefix, HOME, AWAY);
        LocalCloud { engine, ports, prefix, endpoints, _dir: dir }
    }

    /// Returns the ports of a process in `home` with the time limit `limit`.
    pub(crate) fn seen_from(&self, home: RegionIx, limit: Duration) -> Ports {
        let at = usize::from(home.0);
        let away = if home == AWAY_IX { HOME } else { AWAY };
        let site = Site { endpoint: self.endpoints[at].clone(), limit };
        Ports::new(&site, &self.prefix, REGIONS[at], away)
    }

    /// Switches on a fault in every service of a Region.
    pub(crate) fn break_all(&self, region: RegionIx, fault: Fault) {
        self.engine.with(|cloud, _| {
            for service in SERVICES {
                cloud.set_fault(region, service, fault);
            }
        });
    }

    pub(crate) fn set_dark(&self, region: RegionIx, dark: bool) {
        self.engine.with(|cloud, now_us| cloud.set_dark(now_us, region, dark));
    }
}
