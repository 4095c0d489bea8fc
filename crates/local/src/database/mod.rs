//! The storage layer of the two databases: does what the model's global cluster says, to whichever
//! kind of database each Region has.

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

/// Between two looks at what is to be shipped.
const BEAT: Duration = Duration::from_millis(15);

/// What each Region keeps its book in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DatabaseKind {
    /// A file, replicated by the supervisor.
    #[default]
    Sqlite,
    /// A server of its own; the two are a streaming-replication pair.
    Postgres,
}

impl DatabaseKind {
    pub fn name(self) -> &'static str {
        match self {
            DatabaseKind::Sqlite => "sqlite",
            DatabaseKind::Postgres => "postgres",
        }
    }

    /// Returns the kind as status shows it.
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
             path; `apt-get install postgresql`, or do without --database postgres"
    )]
    NotInstalled(&'static str),
    #[error(
        "LW-U010: PostgreSQL refuses to run as root, and there is no user {0} to run it as; \
             `useradd --system {0}`, or start the platform as somebody else"
    )]
    NoUser(&'static str),
    #[error("LW-D001: {program} failed: {said}")]
    Program { program: String, said: String },
    #[error("LW-D002: {path}: {source}")]
    File { path: PathBuf, source: std::io::Error },
    #[error("LW-D003: no certificates can be made: {0}")]
    Certificates(String),
    #[error("LW-D004: {0} has not been sent everything within {1:?}")]
    NotDrained(String, Duration),
    #[error("LW-U004: {0}")]
    Store(StoreError),
}

/// Not its source: it is said already.
impl From<StoreError> for DatabaseError {
    fn from(error: StoreError) -> DatabaseError {
        DatabaseError::Store(error)
    }
}

pub(crate) type Done<T = ()> = Result<T, DatabaseError>;

/// What survives a restart of the supervisor.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Kept {
    #[serde(default)]
    kind: DatabaseKind,
    writer: u8,
    /// Was left by a failover with commits of its own: nothing is shipped to it until it is rebuilt.
    #[serde(default)]
    diverged: [bool; 2],
}

impl Kept {
    fn read(layout: &Layout) -> Option<Kept> {
        let text = std::fs::read_to_string(layout.cluster()).ok()?;
        serde_json::from_str(&text).ok()
    }

    fn writer(&self) -> usize {
        usize::from(self.writer.min(1))
    }
}

/// The kind that a directory was made with.
pub(crate) fn kind_of(layout: &Layout) -> Option<DatabaseKind> {
    Kept::read(layout).map(|kept| kept.kind)
}

/// What status shows of one Region's database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) role: DatabaseRole,
    /// Commits of SQLite's, bytes of PostgreSQL's log.
    pub(crate) behind: u64,
    pub(crate) lag_ms: u64,
}

/// An order's row, as read beside the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Booked {
    pub(crate) account: String,
    pub(crate) client_id: String,
    pub(crate) seq: u64,
    pub(crate) index: u32,
}

/// One kind of database, of which each Region has one: 0 the primary's, 1 the secondary's.
#[async_trait]
trait Storage: Send + Sync {
    /// Returns how the Region's agent reaches its database.
    fn settings(&self, region: usize) -> DatabaseSettings;
    /// At the start, with the roles that they had.
    fn begin(&self, kept: &Kept) -> Done;
    fn fence(&self, region: usize) -> Done;
    fn promote(&self, region: usize) -> Done;
    /// When it returns, `to` has everything that `from` has.
    fn drain(&self, from: usize, to: usize) -> Done;
    /// Throws away what `region` has, and copies all of `from`; whether that is done.
    fn rebuild(&self, region: usize, from: usize) -> Done<bool>;
    /// What flows while the model says that it does.
    fn ship(&self, from: usize, to: usize, lag_ms: u64) -> Done;
    /// Again and again: each is to be as it should.
    fn tend(&self, kept: &Kept) -> Done;
    /// The Region is lost, and its database with it.
    fn kill(&self, region: usize);
    /// The Region is back.
    fn restore(&self, region: usize);
    /// The Region's volume is gone; it comes back as an orphan until it is rebuilt.
    fn destroy(&self, region: usize) -> Done;
    fn stop(&self);
    async fn shown(&self, region: usize) -> Shown;
    async fn count(&self, region: usize) -> Done<u64>;
    /// Rows whose client ids begin so.
    async fn booked(&self, region: usize, begin: &str) -> Done<Vec<Booked>>;
}

/// What a kind of database is made from.
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
    kept: Mutex<Kept>,
    /// A switchover has copied everything: the next promotion leaves nobody behind.
    drained: AtomicBool,
    stop: AtomicBool,
}

impl Databases {
    /// Opens both with the roles that they had, and starts the storage thread. It takes its time:
    /// not to be called where others wait.
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
        let kept = Kept { kind, ..Kept::read(layout).unwrap_or_default() };
        let (cluster, lag_ms) = (Names::of(blueprint).global_cluster(), timing.database_lag_ms);
        let writer = RegionIx(kept.writer() as u8);
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
            kept: Mutex::new(kept),
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
        // The directory is of this kind from here on, whatever happens next.
        self.keep(|_| {});
        let kept = self.kept();
        self.storage.begin(&kept)?;
        if kept.diverged[1 - kept.writer()] {
            self.rebuild(1 - kept.writer(), kept.writer())?;
        }
        Ok(())
    }

    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
        self.storage.stop();
    }

    fn kept(&self) -> Kept {
        self.kept.lock().expect("plain fields").clone()
    }

    fn keep(&self, change: impl FnOnce(&mut Kept)) {
        let mut kept = self.kept.lock().expect("plain fields");
        change(&mut kept);
        let text = serde_json::to_string(&*kept).expect("plain fields");
        if let Err(error) = write_private(&self.layout.cluster(), &text) {
            tracing::warn!(%error, "the writer's place could not be kept");
        }
    }

    fn run(&self, events: &Receiver<AuroraEvent>) {
        while !self.stop.load(Ordering::SeqCst) {
            match events.recv_timeout(BEAT) {
                Ok(event) => {
                    if let Err(error) = self.on_event(event) {
                        tracing::error!(?event, %error, "the storage layer failed");
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            for done in [self.storage.tend(&self.kept()), self.ship()] {
                if let Err(error) = done {
                    tracing::warn!(%error, "replication failed; trying again");
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
                // Kept first: who dies before it is done finds out what was to be.
                self.keep(|kept| {
                    // A move that failed gives the writer its role back and leaves nobody behind.
                    if kept.writer != region.0 {
                        kept.writer = region.0;
                        kept.diverged[at(region)] = false;
                        kept.diverged[1 - at(region)] = lost_tail;
                    }
                });
                self.storage.promote(at(region))?;
                tracing::info!(region = self.names[at(region)], "database promoted");
                Ok(())
            }
            AuroraEvent::Drain { from, to } => {
                let drained = self.storage.drain(at(from), at(to));
                self.drained.store(drained.is_ok(), Ordering::SeqCst);
                // The switchover waits for this: it ends where it began if anything is missing (SAFE-9).
                let complete = drained.is_ok();
                self.engine.with(|cloud, now_us| {
                    cloud.report_drain(now_us, &self.cluster, complete);
                });
                drained
            }
            // Pages that flowed before this was heard have seen to it already.
            AuroraEvent::Rebuild { region, from } if self.kept().diverged[at(region)] => {
                self.rebuild(at(region), at(from))
            }
            AuroraEvent::Rebuild { .. } => Ok(()),
        }
    }

    fn rebuild(&self, region: usize, from: usize) -> Done {
        if self.storage.rebuild(region, from)? {
            self.keep(|kept| kept.diverged[region] = false);
        }
        Ok(())
    }

    fn ship(&self) -> Done {
        let flows = self.engine.with(|cloud, _| cloud.database_replication(&self.cluster));
        for (from, to, extra_us) in flows {
            let (from, to) = (usize::from(from.0), usize::from(to.0));
            let kept = self.kept();
            // The model is ahead of its own events.
            if kept.writer() != from {
                continue;
            }
            // Its place in the writer's log means nothing any more; and whatever hindered its
            // rebuild, it is a member by now.
            if kept.diverged[to] {
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

    /// Orders that are booked there.
    pub(crate) async fn count(&self, region: usize) -> Done<u64> {
        self.storage.count(region).await
    }

    pub(crate) async fn booked(&self, region: usize, begin: &str) -> Done<Vec<Booked>> {
        self.storage.booked(region, begin).await
    }
}

#[cfg(test)]
mod tests {
    use super::{DatabaseKind, Kept};

    #[test]
    fn a_directory_from_before_there_was_a_choice_is_of_sqlite() {
        let kept: Kept = serde_json::from_str(r#"{"writer":1,"diverged":[true,false]}"#)
            .expect("what was kept then");
        assert_eq!((kept.kind, kept.writer()), (DatabaseKind::Sqlite, 1));
    }
}
