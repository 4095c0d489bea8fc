//! The storage layer of the two databases. It applies the state of the model's global cluster to the Regions'
//! databases, whatever their kind.

mod postgres;
mod sqlite;

use crate::addresses::Addresses;
use crate::layout::{Layout, write_private};
use async_trait::async_trait;
use leeward_api::{DatabaseEngine, DatabaseRole};
use leeward_blueprint::names::Names;
use leeward_blueprint::{Blueprint, Timing};
use leeward_cloud::RegionIx;
use leeward_cloud::aurora::AuroraEvent;
use leeward_model::settings::DatabaseSettings;
use leeward_store::StoreError;
use leeward_wire::CloudServer;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The pause between two passes of replication.
const REPLICATION_INTERVAL: Duration = Duration::from_millis(15);

/// The kind of database that stores each Region's book.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DatabaseKind {
    /// A file, which the supervisor replicates.
    #[default]
    Sqlite,
    /// A server in each Region. The two servers replicate by streaming.
    Postgres,
}

impl DatabaseKind {
    pub fn name(self) -> &'static str {
        match self {
            DatabaseKind::Sqlite => "sqlite",
            DatabaseKind::Postgres => "postgres",
        }
    }

    /// Returns the kind in the form that the status shows.
    pub(crate) fn engine(self) -> DatabaseEngine {
        match self {
            DatabaseKind::Sqlite => DatabaseEngine::Sqlite,
            DatabaseKind::Postgres => DatabaseEngine::Postgres,
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    #[error(
        "LW-U009: PostgreSQL's {0} is neither under /usr/lib/postgresql/*/bin nor on the \
             path; run `apt-get install postgresql`, or start without --database postgres"
    )]
    NotInstalled(&'static str),
    #[error(
        "LW-U010: PostgreSQL refuses to run as root, and there is no user {0} to run it as; \
             run `useradd --system {0}`, or start the platform as another user"
    )]
    NoUser(&'static str),
    #[error("LW-D001: {program} failed: {message}")]
    Program { program: String, message: String },
    #[error("LW-D002: {path}: {source}")]
    File { path: PathBuf, source: std::io::Error },
    #[error("LW-D003: the certificates cannot be created: {0}")]
    Certificates(String),
    #[error(
        "LW-D004: the standby database in {0} did not receive the complete log within {secs} s",
        secs = .1.as_secs()
    )]
    NotDrained(String, Duration),
    #[error("LW-U004: {0}")]
    Store(StoreError),
}

/// Converts without `#[from]`, so that the error's source does not repeat its message.
impl From<StoreError> for DatabaseError {
    fn from(error: StoreError) -> DatabaseError {
        DatabaseError::Store(error)
    }
}

pub(crate) type Done<T = ()> = Result<T, DatabaseError>;

/// The state of the cluster that survives a restart of the supervisor.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct ClusterRecord {
    #[serde(default)]
    kind: DatabaseKind,
    writer: u8,
    /// The Regions whose databases kept commits of their own in a failover. Nothing is shipped to such a database until
    /// it is rebuilt.
    #[serde(default)]
    diverged: [bool; 2],
}

impl ClusterRecord {
    fn read(layout: &Layout) -> Option<ClusterRecord> {
        let text = std::fs::read_to_string(layout.cluster()).ok()?;
        serde_json::from_str(&text).ok()
    }

    fn writer(&self) -> usize {
        usize::from(self.writer.min(1))
    }
}

/// Returns the kind of database with which a directory was created.
pub(crate) fn kind_of(layout: &Layout) -> Option<DatabaseKind> {
    ClusterRecord::read(layout).map(|record| record.kind)
}

/// The status of one Region's database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) role: DatabaseRole,
    /// The lag: the number of commits for SQLite, and bytes of the log for PostgreSQL.
    pub(crate) behind: u64,
    pub(crate) lag_ms: u64,
}

/// The row of an order. It is read without the platform's code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Booked {
    pub(crate) account: String,
    pub(crate) client_id: String,
    pub(crate) seq: u64,
    pub(crate) index: u32,
}

/// The databases of one kind, one in each Region. Index 0 is the primary's database, 1 the secondary's.
#[async_trait]
trait Storage: Send + Sync {
    /// Returns the settings with which the Region's agent reaches its database.
    fn settings(&self, region: usize) -> DatabaseSettings;
    /// Starts the databases with the roles that they had before.
    fn begin(&self, record: &ClusterRecord) -> Done;
    fn fence(&self, region: usize) -> Done;
    fn promote(&self, region: usize) -> Done;
    /// Copies everything that `from` has to `to`, and returns when the copy is complete.
    fn drain(&self, from: usize, to: usize) -> Done;
    /// Discards the data of `region` and copies all data of `from`. Returns whether the copy is complete.
    fn rebuild(&self, region: usize, from: usize) -> Done<bool>;
    /// Replicates from `from` to `to`. The storage thread calls this while the model replicates.
    fn ship(&self, from: usize, to: usize, lag_ms: u64) -> Done;
    /// Brings each database into the mode that it should have. The storage thread calls this repeatedly.
    fn maintain(&self, record: &ClusterRecord) -> Done;
    /// Kills the database of a lost Region.
    fn kill(&self, region: usize);
    /// Allows the database of a restored Region to run.
    fn restore(&self, region: usize);
    /// Deletes the Region's volume. The database then belongs to no cluster until it is rebuilt.
    fn destroy(&self, region: usize) -> Done;
    fn stop(&self);
    async fn shown(&self, region: usize) -> Shown;
    async fn count(&self, region: usize) -> Done<u64>;
    /// Reads the rows whose client ids start with `begin`.
    async fn booked(&self, region: usize, begin: &str) -> Done<Vec<Booked>>;
}

/// The inputs from which a kind of database is created.
struct Plan<'a> {
    layout: &'a Layout,
    names: Vec<String>,
    engine: CloudServer,
    cluster: String,
    lag_ms: u64,
    addresses: Addresses,
}

pub(crate) struct Databases {
    kind: DatabaseKind,
    storage: Box<dyn Storage>,
    engine: CloudServer,
    cluster: String,
    lag_ms: u64,
    layout: Layout,
    names: Vec<String>,
    record: Mutex<ClusterRecord>,
    /// Whether a switchover has copied everything. If so, the next promotion leaves no database diverged.
    drained: AtomicBool,
    stop: AtomicBool,
}

impl Databases {
    /// Opens both databases with the roles that they had before, and starts the storage thread. The call blocks for
    /// seconds, so an async task must not make it directly.
    pub(crate) fn start(
        kind: DatabaseKind,
        layout: &Layout,
        blueprint: &Blueprint,
        timing: &Timing,
        addresses: Addresses,
        engine: CloudServer,
        events: Receiver<AuroraEvent>,
    ) -> Done<Arc<Databases>> {
        let regions = [&blueprint.regions.primary, &blueprint.regions.secondary];
        let names: Vec<String> = regions.iter().map(|r| r.as_str().to_owned()).collect();
        let record = ClusterRecord { kind, ..ClusterRecord::read(layout).unwrap_or_default() };
        let (cluster, lag_ms) = (Names::of(blueprint).global_cluster(), timing.database_lag_ms);
        let writer = RegionIx(record.writer() as u8);
        engine.with(|cloud, _| cloud.restore_cluster(&cluster, writer, &[]));
        let plan = Plan {
            layout,
            names: names.clone(),
            engine: engine.clone(),
            cluster: cluster.clone(),
            lag_ms,
            addresses,
        };
        let storage: Box<dyn Storage> = match kind {
            DatabaseKind::Sqlite => Box::new(sqlite::Files::open(&plan)?),
            DatabaseKind::Postgres => Box::new(postgres::Pair::open(plan)?),
        };
        let databases = Arc::new(Databases {
            kind,
            storage,
            engine,
            cluster,
            lag_ms,
            layout: layout.clone(),
            names,
            record: Mutex::new(record),
            drained: AtomicBool::new(false),
            stop: AtomicBool::new(false),
        });
        databases.begin()?;
        let thread = std::thread::Builder::new().name("aurora".into());
        let storage = databases.clone();
        thread
            .spawn(move || storage.run(&events))
            .map_err(|e| StoreError::Unavailable(e.to_string()))?;
        Ok(databases)
    }

    fn begin(&self) -> Done {
        // From here on the directory belongs to this kind, even if the start fails.
        self.update_record(|_| {});
        let record = self.record();
        self.storage.begin(&record)?;
        if record.diverged[1 - record.writer()] {
            self.rebuild(1 - record.writer(), record.writer())?;
        }
        Ok(())
    }

    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
        self.storage.stop();
    }

    fn record(&self) -> ClusterRecord {
        self.record.lock().expect("plain fields").clone()
    }

    fn update_record(&self, change: impl FnOnce(&mut ClusterRecord)) {
        let mut record = self.record.lock().expect("plain fields");
        change(&mut record);
        let text = serde_json::to_string(&*record).expect("plain fields");
        if let Err(error) = write_private(&self.layout.cluster(), &text) {
            tracing::warn!(%error, "cannot save the state of the database cluster; a restart may choose the wrong writer");
        }
    }

    fn run(&self, events: &Receiver<AuroraEvent>) {
        while !self.stop.load(Ordering::SeqCst) {
            match events.recv_timeout(REPLICATION_INTERVAL) {
                Ok(event) => {
                    if let Err(error) = self.on_event(event) {
                        tracing::error!(?event, %error, "the storage layer failed");
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            for done in [self.storage.maintain(&self.record()), self.ship()] {
                if let Err(error) = done {
                    tracing::warn!(%error, "replication failed; retrying");
                }
            }
        }
    }

    fn on_event(&self, event: AuroraEvent) -> Done {
        let at = |region: RegionIx| usize::from(region.0);
        match event {
            AuroraEvent::Fence { region } => self.storage.fence(at(region)),
            AuroraEvent::Promote { region } => {
                let lost_tail = !self.drained.swap(false, Ordering::SeqCst);
                // The record is saved before the promotion, so that a supervisor that dies in between resumes the move
                // after its restart.
                self.update_record(|record| {
                    // A failed move returns the role to the previous writer and leaves no database diverged.
                    if record.writer != region.0 {
                        record.writer = region.0;
                        record.diverged[at(region)] = false;
                        record.diverged[1 - at(region)] = lost_tail;
                    }
                });
                self.storage.promote(at(region))?;
                tracing::info!(region = self.names[at(region)], "database promoted");
                Ok(())
            }
            AuroraEvent::Drain { from, to, number } => {
                let drained = self.storage.drain(at(from), at(to));
                self.drained.store(drained.is_ok(), Ordering::SeqCst);
                // The switchover waits for this result. If anything is missing, the writer stays where it is (SAFE-9).
                let complete = drained.is_ok();
                self.engine.with(|cloud, now_us| {
                    cloud.report_drain(now_us, &self.cluster, number, complete);
                });
                drained
            }
            // If replication ran before this event arrived, it has rebuilt the database already, and the next arm does
            // nothing.
            AuroraEvent::Rebuild { region, from } if self.record().diverged[at(region)] => {
                self.rebuild(at(region), at(from))
            }
            AuroraEvent::Rebuild { .. } => Ok(()),
        }
    }

    fn rebuild(&self, region: usize, from: usize) -> Done {
        if self.storage.rebuild(region, from)? {
            self.update_record(|record| record.diverged[region] = false);
        }
        Ok(())
    }

    fn ship(&self) -> Done {
        let flows = self.engine.with(|cloud, _| cloud.database_replication(&self.cluster));
        for (from, to, extra_us) in flows {
            let (from, to) = (usize::from(from.0), usize::from(to.0));
            let record = self.record();
            // The model may already name a new writer while its promotion event is still waiting.
            if record.writer() != from {
                continue;
            }
            // A diverged database cannot continue from the writer's log. Its Region is available again, so it is
            // rebuilt now.
            if record.diverged[to] {
                self.rebuild(to, from)?;
                continue;
            }
            self.storage.ship(from, to, self.lag_ms + extra_us / 1_000)?;
        }
        Ok(())
    }

    pub(crate) fn kind(&self) -> DatabaseKind {
        self.kind
    }

    pub(crate) fn settings(&self, region: usize) -> DatabaseSettings {
        self.storage.settings(region)
    }

    pub(crate) fn kill(&self, region: usize) {
        self.storage.kill(region);
    }

    pub(crate) fn restore(&self, region: usize) {
        self.storage.restore(region);
    }

    pub(crate) fn destroy(&self, region: usize) -> Done {
        self.storage.destroy(region)
    }

    pub(crate) async fn shown(&self, region: usize) -> Shown {
        self.storage.shown(region).await
    }

    /// Counts the orders that are booked in a Region.
    pub(crate) async fn count(&self, region: usize) -> Done<u64> {
        self.storage.count(region).await
    }

    pub(crate) async fn booked(&self, region: usize, begin: &str) -> Done<Vec<Booked>> {
        self.storage.booked(region, begin).await
    }
}

#[cfg(test)]
mod tests {
    use super::{ClusterRecord, DatabaseKind};

    #[test]
    fn a_directory_without_a_kind_uses_sqlite() {
        let record: ClusterRecord = serde_json::from_str(r#"{"writer":1,"diverged":[true,false]}"#)
            .expect("the format of older versions");
        assert_eq!((record.kind, record.writer()), (DatabaseKind::Sqlite, 1));
    }
}
