//! The supervisor of one platform: it starts, runs and stops all its parts.

use crate::addresses::Addresses;
use crate::admin;
use crate::agents::Agents;
use crate::database::{self, DatabaseError, DatabaseKind, Databases};
use crate::layout::{Layout, RunningPlatform, Secrets, write_private};
use crate::platform::{self, CloudError};
use crate::status;
use leeward_blueprint::names::Names;
use leeward_blueprint::{Blueprint, Timing, TimingProfile};
use leeward_cloud::aurora::AuroraFault;
use leeward_service::auth::{Grant, hash, new_token};
use leeward_wire::{CloudServer, Disk};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::{Notify, watch};

#[derive(Debug, Clone)]
pub struct UpOptions {
    pub dir: PathBuf,
    pub blueprint: Blueprint,
    pub profile: TimingProfile,
    /// The base port. `None` selects a free range of ports.
    pub port: Option<u16>,
    /// The kind of database. `None` keeps the kind of an existing directory, and selects SQLite for a new one.
    pub database: Option<DatabaseKind>,
    /// The binary that has the `agent` verb.
    pub program: PathBuf,
}

#[derive(Debug, thiserror::Error)]
pub enum UpError {
    #[error("LW-U001: {dir} cannot be used: {source}; choose another with --dir")]
    Directory { dir: PathBuf, source: std::io::Error },
    #[error("LW-U002: another platform runs on {0}; `leeward down --dir {0}` ends it")]
    Running(String),
    #[error("LW-U003: the ports cannot be used: {0}; choose another range with --port")]
    Ports(String),
    #[error(transparent)]
    Cloud(#[from] CloudError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error("LW-U005: the agents cannot start: {0}")]
    Agents(std::io::Error),
    #[error("LW-U008: {dir} was created with --database {made}; use that option, or another --dir")]
    OtherDatabase { dir: PathBuf, made: &'static str },
}

/// The error for a platform that runs but is not ready in time.
#[derive(Debug, thiserror::Error)]
#[error(
    "LW-U007: the platform is not ready after {} s: {missing}; `leeward status` and the agents' logs \
     show more",
    waited.as_secs()
)]
pub struct NotReady {
    waited: Duration,
    missing: String,
}

/// A running platform. Dropping it ends the platform immediately; [`Supervisor::stop`] ends it gracefully.
pub struct Supervisor {
    layout: Layout,
    blueprint: Blueprint,
    timing: Timing,
    addresses: Addresses,
    engine: CloudServer,
    disks: Vec<Disk>,
    databases: Arc<Databases>,
    agents: Mutex<Agents>,
    destroyed: Mutex<[bool; 3]>,
    secrets: Secrets,
    /// The reasons why the platform is not ready. The value becomes `None` once the platform is ready, and stays so.
    missing: watch::Sender<Option<Vec<String>>>,
    /// Signals that the operator asked the platform to stop.
    pub(crate) stop_requested: Notify,
    _lock: std::fs::File,
}

fn directory(dir: &std::path::Path) -> impl Fn(std::io::Error) -> UpError + '_ {
    move |source| UpError::Directory { dir: dir.to_owned(), source }
}

impl Supervisor {
    pub async fn start(options: UpOptions) -> Result<Arc<Supervisor>, UpError> {
        let layout = Layout::new(&options.dir);
        let fail = directory(&options.dir);
        layout.create().map_err(&fail)?;
        let lock = layout.lock().map_err(&fail)?;
        let lock = lock.ok_or_else(|| UpError::Running(options.dir.display().to_string()))?;
        let kind = choose_database(&layout, options.database)?;
        let addresses = choose_ports(options.port)?;
        let timing = options.blueprint.timing(options.profile);
        let secrets = secrets(&layout).map_err(&fail)?;
        let cloud = platform::start(&layout, &options.blueprint, &timing, addresses).await?;
        let databases = {
            let (layout, blueprint) = (layout.clone(), options.blueprint.clone());
            let (timing, engine) = (timing.clone(), cloud.engine.clone());
            let start = move || {
                let events = cloud.aurora;
                Databases::start(kind, &layout, &blueprint, &timing, addresses, engine, events)
            };
            tokio::task::spawn_blocking(start)
                .await
                .expect("starting the storage does not panic")?
        };
        let mut agents = Agents::prepare(
            &layout,
            &options.blueprint,
            &timing,
            addresses,
            &databases,
            options.program,
        )
        .map_err(&fail)?;
        for place in 0..3 {
            agents.start(place).map_err(UpError::Agents)?;
        }
        let supervisor = Arc::new(Supervisor {
            layout,
            timing,
            addresses,
            engine: cloud.engine,
            disks: cloud.disks,
            databases,
            agents: Mutex::new(agents),
            destroyed: Mutex::new([false; 3]),
            secrets,
            missing: watch::Sender::new(Some(vec!["it is starting".to_owned()])),
            stop_requested: Notify::new(),
            blueprint: options.blueprint,
            _lock: lock,
        });
        admin::start(supervisor.clone()).await?;
        supervisor.write_running(false).map_err(&fail)?;
        tokio::spawn(supervisor.clone().become_ready());
        Ok(supervisor)
    }

    /// Publishes the public name once the primary accepts orders, so that no health check starts with a failure.
    /// Reports the platform ready once everything that customers need is available.
    async fn become_ready(self: Arc<Supervisor>) {
        status::wait_accepting(&self, 0).await;
        platform::publish(&self.engine, &self.blueprint, &self.timing, self.addresses);
        loop {
            let mut missing = status::missing(&self).await;
            let name = &self.blueprint.public_name;
            if self.engine.with(|cloud, _| cloud.resolve(name).is_empty()) {
                missing.push(format!("{name} does not resolve yet"));
            }
            if missing.is_empty() {
                break;
            }
            self.missing.send_replace(Some(missing));
            tokio::time::sleep(status::ASK_AGAIN).await;
        }
        if let Err(error) = self.write_running(true) {
            tracing::warn!(%error, "cannot write platform.json; the platform is ready, but the file does not report it");
        }
        self.missing.send_replace(None);
    }

    /// Waits until the authority is readable, every Region accepts orders and the public name resolves. Returns the
    /// missing conditions if that takes longer than `limit`.
    pub async fn wait_ready(&self, limit: Duration) -> Result<(), NotReady> {
        let mut missing = self.missing.subscribe();
        let ready = missing.wait_for(Option::is_none);
        if tokio::time::timeout(limit, ready).await.is_ok_and(|waited| waited.is_ok()) {
            return Ok(());
        }
        let missing = self.missing.borrow().clone().unwrap_or_default();
        Err(NotReady { waited: limit, missing: missing.join("; ") })
    }

    /// Waits until a restarted Region accepts orders again. Returns `false` after `limit`.
    pub(crate) async fn wait_accepting(&self, place: usize, limit: Duration) -> bool {
        tokio::time::timeout(limit, status::wait_accepting(self, place)).await.is_ok()
    }

    fn write_running(&self, ready: bool) -> std::io::Result<()> {
        let running = RunningPlatform {
            pid: std::process::id(),
            ready,
            admin: format!("http://{}", self.addresses.admin()),
            tokens_file: self.layout.tokens(),
        };
        let text = serde_json::to_string_pretty(&running).expect("plain fields");
        write_private(&self.layout.running(), &text)
    }

    /// Stops the agents gracefully. All data is on the disks already.
    pub fn stop(&self) {
        self.agents().stop_all();
        self.databases.stop();
        let _ = std::fs::remove_file(self.layout.running());
    }

    pub fn addresses(&self) -> Addresses {
        self.addresses
    }
    pub fn blueprint(&self) -> &Blueprint {
        &self.blueprint
    }
    pub fn timing(&self) -> &Timing {
        &self.timing
    }
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }
    pub fn layout(&self) -> &Layout {
        &self.layout
    }
    pub(crate) fn engine(&self) -> &CloudServer {
        &self.engine
    }
    pub(crate) fn names(&self) -> Names {
        Names::of(&self.blueprint)
    }
    pub(crate) fn disk(&self, place: usize) -> &Disk {
        &self.disks[place]
    }
    pub(crate) fn databases(&self) -> &Databases {
        &self.databases
    }
    pub(crate) fn agents(&self) -> MutexGuard<'_, Agents> {
        self.agents.lock().expect("starting a process does not panic")
    }
    /// Returns whether the Region's database is the writer.
    pub async fn is_writer(&self, place: usize) -> bool {
        self.databases.shown(place).await.role == leeward_api::DatabaseRole::Writer
    }
    /// Makes every later promotion of the database take longer.
    pub fn delay_promotion(&self, by: Duration) {
        let fault = AuroraFault { slower_us: by.as_micros() as u64, ..AuroraFault::default() };
        let cluster = self.names().global_cluster();
        self.engine.with(|cloud, _| cloud.set_database_fault(&cluster, fault));
    }
    pub fn region_names(&self) -> Vec<String> {
        let r = &self.blueprint.regions;
        [&r.primary, &r.secondary, &r.witness].map(|r| r.as_str().to_owned()).to_vec()
    }
    pub(crate) fn mark_destroyed(&self, place: usize) {
        self.destroyed.lock().expect("flags")[place] = true;
    }
    pub(crate) fn take_destroyed(&self, place: usize) -> bool {
        std::mem::take(&mut self.destroyed.lock().expect("flags")[place])
    }

    /// Waits until `down`, or a failure of the supervisor, requests the stop.
    pub async fn wait_for_stop_request(&self) {
        self.stop_requested.notified().await;
    }
}

fn choose_database(
    layout: &Layout,
    requested: Option<DatabaseKind>,
) -> Result<DatabaseKind, UpError> {
    let made = database::kind_of(layout);
    match (made, requested) {
        (Some(made), Some(requested)) if made != requested => {
            Err(UpError::OtherDatabase { dir: layout.root().to_owned(), made: made.name() })
        }
        (made, requested) => Ok(made.or(requested).unwrap_or_default()),
    }
}

fn choose_ports(port: Option<u16>) -> Result<Addresses, UpError> {
    let Some(port) = port else {
        let none = || UpError::Ports("no free range from 20000 to 40000".into());
        return Addresses::free().ok_or_else(none);
    };
    if port > Addresses::HIGHEST {
        let range = format!("the first port is {port}, must be at most {}", Addresses::HIGHEST);
        return Err(UpError::Ports(range));
    }
    let addresses = Addresses::at(port);
    let taken = addresses.taken();
    if taken.is_empty() {
        return Ok(addresses);
    }
    let list: Vec<String> = taken.iter().map(ToString::to_string).collect();
    Err(UpError::Ports(format!("{} in use", list.join(", "))))
}

/// Returns the tokens of a directory, which the first start creates.
fn secrets(layout: &Layout) -> std::io::Result<Secrets> {
    if let Some(secrets) = layout.read_secrets() {
        return Ok(secrets);
    }
    let secrets = Secrets { trader: new_token("trade"), operator: new_token("operate") };
    let canary = new_token("canary");
    let grant = |name: &str, token: &str, accounts: &[&str], operator| Grant {
        name: name.to_owned(),
        sha256: hash(token),
        accounts: accounts.iter().map(|a| (*a).to_owned()).collect(),
        operator,
    };
    let grants = [
        grant("trader", &secrets.trader, &["*"], false),
        grant("operator", &secrets.operator, &["*"], true),
        grant("canary", &canary, &["canary:*"], false),
    ];
    let text = serde_json::to_string_pretty(&grants).expect("plain fields");
    write_private(&layout.grants(), &text)?;
    write_private(&layout.canary_token(), &canary)?;
    let text = serde_json::to_string_pretty(&secrets).expect("plain fields");
    write_private(&layout.tokens(), &text)?;
    Ok(secrets)
}
