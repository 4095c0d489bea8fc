//! The storage layer of the two databases: ships pages with the model's lag, fences, promotes and
//! rebuilds as the model's global cluster says.

use crate::clock::wall_ms;
use crate::layout::{Layout, write_private};
use crate::platform::Names;
use leeward_blueprint::{Blueprint, Timing};
use leeward_cloud::RegionIx;
use leeward_cloud::aurora::AuroraEvent;
use leeward_store::sqlite::replica::ClusterFile;
use leeward_store::{Role, StoreError};
use leeward_wire::Engine;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Between two looks at what is to be shipped.
const BEAT: Duration = Duration::from_millis(15);
/// Commits shipped in one go.
const SHIPPED: u32 = 200;
const WRITER: Role = Role { writable: true, member: true };
const READER: Role = Role { writable: false, member: true };
const ORPHAN: Role = Role { writable: false, member: false };

/// What survives a restart of the supervisor.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    writer: u8,
    /// Was left by a failover with commits of its own: nothing is shipped to it until it is rebuilt.
    #[serde(default)]
    diverged: [bool; 2],
}

/// What status shows of one Region's database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) role: &'static str,
    pub(crate) behind: u64,
    pub(crate) lag_ms: u64,
}

pub(crate) struct Databases {
    files: Mutex<Vec<ClusterFile>>,
    engine: Engine,
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
    /// Opens both files with the roles that they had, and starts the storage thread.
    pub(crate) fn start(
        layout: &Layout,
        blueprint: &Blueprint,
        timing: &Timing,
        engine: Engine,
        events: Receiver<AuroraEvent>,
    ) -> Result<Arc<Databases>, StoreError> {
        let regions = [&blueprint.regions.primary, &blueprint.regions.secondary];
        let names: Vec<String> = regions.iter().map(|r| r.as_str().to_owned()).collect();
        let mut files = Vec::new();
        for name in &names {
            files.push(ClusterFile::open(&layout.database(name))?);
        }
        let kept = std::fs::read_to_string(layout.cluster()).ok();
        let kept: Option<Kept> = kept.and_then(|text| serde_json::from_str(&text).ok());
        let mut kept = kept.unwrap_or(Kept { writer: 0, diverged: [false; 2] });
        let writer = usize::from(kept.writer.min(1));
        let cluster = Names::of(blueprint).cluster;
        engine.with(|cloud, _| cloud.restore_cluster(&cluster, RegionIx(writer as u8), &[]));
        files[writer].set_role(WRITER)?;
        files[1 - writer].set_role(READER)?;
        if std::mem::take(&mut kept.diverged[1 - writer]) {
            let (from, to) = pair(&mut files, writer, 1 - writer);
            to.rebuild(from)?;
        }
        let databases = Arc::new(Databases {
            files: Mutex::new(files),
            engine,
            cluster,
            lag_ms: timing.database_lag_ms,
            layout: layout.clone(),
            names,
            kept: Mutex::new(kept),
            drained: AtomicBool::new(false),
            stop: AtomicBool::new(false),
        });
        databases.keep(|_| {});
        let storage = databases.clone();
        let thread = std::thread::Builder::new().name("aurora".into());
        thread
            .spawn(move || storage.run(&events))
            .map_err(|e| StoreError::Unavailable(e.to_string()))?;
        Ok(databases)
    }

    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
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
            if let Err(error) = self.ship() {
                tracing::warn!(%error, "replication failed; trying again");
            }
        }
    }

    fn on_event(&self, event: AuroraEvent) -> Result<(), StoreError> {
        let mut files = self.files.lock().expect("storage does not panic");
        let at = |region: RegionIx| usize::from(region.0);
        match event {
            AuroraEvent::Fence { region } => files[at(region)].set_role(READER),
            AuroraEvent::Promote { region } => {
                files[at(region)].set_role(WRITER)?;
                let lost_tail = !self.drained.swap(false, Ordering::SeqCst);
                self.keep(|kept| {
                    // A move that failed gives the writer its role back and leaves nobody behind.
                    if kept.writer != region.0 {
                        kept.writer = region.0;
                        kept.diverged[at(region)] = false;
                        kept.diverged[1 - at(region)] = lost_tail;
                    }
                });
                tracing::info!(region = self.names[at(region)], "database promoted");
                Ok(())
            }
            AuroraEvent::Drain { from, to } => {
                let (from, to) = pair(&mut files, at(from), at(to));
                while from.ship(to, wall_ms(), 0, SHIPPED)? > 0 {}
                self.drained.store(true, Ordering::SeqCst);
                Ok(())
            }
            AuroraEvent::Rebuild { region, from } => {
                let (from, to) = pair(&mut files, at(from), at(region));
                to.rebuild(from)?;
                self.keep(|kept| kept.diverged[at(region)] = false);
                Ok(())
            }
        }
    }

    fn ship(&self) -> Result<(), StoreError> {
        let flows = self.engine.with(|cloud, _| cloud.database_replication(&self.cluster));
        for (from, to, extra_us) in flows {
            // Its place in the shipping log means nothing any more.
            if self.kept.lock().expect("plain fields").diverged[usize::from(to.0)] {
                continue;
            }
            let mut files = self.files.lock().expect("storage does not panic");
            let (from, to) = pair(&mut files, usize::from(from.0), usize::from(to.0));
            from.ship(to, wall_ms(), self.lag_ms + extra_us / 1_000, SHIPPED)?;
        }
        Ok(())
    }

    /// A Region's volume is gone; it comes back as an empty orphan until it is rebuilt.
    pub(crate) fn destroy(&self, region: usize) -> Result<(), StoreError> {
        let path = self.layout.database(&self.names[region]);
        for end in ["", "-wal", "-shm"] {
            let mut name = path.clone().into_os_string();
            name.push(end);
            let _ = std::fs::remove_file(name);
        }
        let fresh = ClusterFile::open(&path)?;
        fresh.set_role(ORPHAN)?;
        self.files.lock().expect("storage does not panic")[region] = fresh;
        Ok(())
    }

    pub(crate) fn shown(&self, region: usize) -> Shown {
        let files = self.files.lock().expect("storage does not panic");
        let role = files[region].role().unwrap_or(ORPHAN);
        let role_name = match (role.writable, role.member) {
            (true, _) => "writer",
            (false, true) => "reader",
            (false, false) => "orphan",
        };
        let (behind, oldest) = files[1 - region].behind(&files[region]).unwrap_or_default();
        let behind = if role.writable { 0 } else { behind };
        let lag_ms = match oldest {
            Some(at) if behind > 0 => wall_ms().saturating_sub(at),
            _ => 0,
        };
        Shown { role: role_name, behind, lag_ms }
    }
}

/// Two different files, both to be worked on.
fn pair(files: &mut [ClusterFile], from: usize, to: usize) -> (&mut ClusterFile, &mut ClusterFile) {
    assert_ne!(from, to, "a database does not replicate to itself");
    let (low, high) = files.split_at_mut(1);
    if from == 0 { (&mut low[0], &mut high[0]) } else { (&mut high[0], &mut low[0]) }
}
