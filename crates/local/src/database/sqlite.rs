//! SQLite: each Region has a file, and the supervisor ships commits with the model's lag.

use super::{Booked, ClusterRecord, Done, Plan, Shown, Storage};
use crate::clock::wall_ms;
use async_trait::async_trait;
use leeward_api::DatabaseRole;
use leeward_model::settings::DatabaseSettings;
use leeward_store::sqlite::replica::ClusterFile;
use leeward_store::{ServerRole, StoreError};
use rusqlite::{Connection, OpenFlags};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard};

/// The maximum number of commits that one pass ships.
const SHIPPED: u32 = 200;
const WRITER: ServerRole = ServerRole { writable: true, member: true };
const READER: ServerRole = ServerRole { writable: false, member: true };
const ORPHAN: ServerRole = ServerRole { writable: false, member: false };

pub(super) struct Files {
    files: Mutex<Vec<ClusterFile>>,
    paths: Vec<PathBuf>,
}

impl Files {
    pub(super) fn open(plan: &Plan) -> Done<Files> {
        let paths: Vec<PathBuf> =
            plan.names.iter().map(|name| plan.layout.database(name)).collect();
        let files = paths.iter().map(|path| ClusterFile::open(path));
        let files = files.collect::<Result<Vec<ClusterFile>, _>>()?;
        Ok(Files { files: Mutex::new(files), paths })
    }

    fn files(&self) -> MutexGuard<'_, Vec<ClusterFile>> {
        self.files.lock().expect("storage does not panic")
    }

    /// Opens the file of a Region read-only.
    fn reader(&self, region: usize) -> rusqlite::Result<Connection> {
        Connection::open_with_flags(&self.paths[region], OpenFlags::SQLITE_OPEN_READ_ONLY)
    }

    fn rows(&self, region: usize, begin: &str) -> rusqlite::Result<Vec<Booked>> {
        let connection = self.reader(region)?;
        let mut statement = connection
            .prepare("SELECT account, client_id, seq, idx FROM orders WHERE client_id LIKE ?1")?;
        let rows = statement.query_map([format!("{begin}%")], |row| {
            Ok(Booked {
                account: row.get(0)?,
                client_id: row.get(1)?,
                seq: row.get::<_, i64>(2)? as u64,
                index: row.get(3)?,
            })
        })?;
        rows.collect()
    }
}

fn unavailable(error: rusqlite::Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

#[async_trait]
impl Storage for Files {
    fn settings(&self, region: usize) -> DatabaseSettings {
        DatabaseSettings::Sqlite(self.paths[region].clone())
    }

    fn begin(&self, record: &ClusterRecord) -> Done {
        let files = self.files();
        files[record.writer()].set_role(WRITER)?;
        Ok(files[1 - record.writer()].set_role(READER)?)
    }

    fn fence(&self, region: usize) -> Done {
        Ok(self.files()[region].set_role(READER)?)
    }

    fn promote(&self, region: usize) -> Done {
        Ok(self.files()[region].set_role(WRITER)?)
    }

    fn drain(&self, from: usize, to: usize) -> Done {
        let mut files = self.files();
        let (from, to) = pair(&mut files, from, to);
        while from.ship(to, wall_ms(), 0, SHIPPED)? > 0 {}
        Ok(())
    }

    fn rebuild(&self, region: usize, from: usize) -> Done<bool> {
        let mut files = self.files();
        let (from, to) = pair(&mut files, from, region);
        to.rebuild(from)?;
        Ok(true)
    }

    fn ship(&self, from: usize, to: usize, lag_ms: u64) -> Done {
        let mut files = self.files();
        let (from, to) = pair(&mut files, from, to);
        from.ship(to, wall_ms(), lag_ms, SHIPPED)?;
        Ok(())
    }

    fn maintain(&self, _: &ClusterRecord) -> Done {
        Ok(())
    }

    fn kill(&self, _: usize) {}

    fn restore(&self, _: usize) {}

    fn destroy(&self, region: usize) -> Done {
        let path = &self.paths[region];
        for end in ["", "-wal", "-shm"] {
            let mut name = path.clone().into_os_string();
            name.push(end);
            let _ = std::fs::remove_file(name);
        }
        let fresh = ClusterFile::open(path)?;
        fresh.set_role(ORPHAN)?;
        self.files()[region] = fresh;
        Ok(())
    }

    fn stop(&self) {}

    async fn shown(&self, region: usize) -> Shown {
        let files = self.files();
        let role = files[region].role().unwrap_or(ORPHAN);
        let shown = match (role.writable, role.member) {
            (true, _) => DatabaseRole::Writer,
            (false, true) => DatabaseRole::Reader,
            (false, false) => DatabaseRole::Orphan,
        };
        let (behind, oldest) = files[1 - region].behind(&files[region]).unwrap_or_default();
        let behind = if role.writable { 0 } else { behind };
        let lag_ms = match oldest {
            Some(at) if behind > 0 => wall_ms().saturating_sub(at),
            _ => 0,
        };
        Shown { role: shown, behind, lag_ms }
    }

    async fn count(&self, region: usize) -> Done<u64> {
        let one = |c: Connection| c.query_row("SELECT count(*) FROM orders", [], |r| r.get(0));
        let count: i64 = self.reader(region).and_then(one).map_err(unavailable)?;
        Ok(count as u64)
    }

    async fn booked(&self, region: usize, begin: &str) -> Done<Vec<Booked>> {
        Ok(self.rows(region, begin).map_err(unavailable)?)
    }
}

/// Borrows two different files mutably.
fn pair(files: &mut [ClusterFile], from: usize, to: usize) -> (&mut ClusterFile, &mut ClusterFile) {
    assert_ne!(from, to, "a database does not replicate to itself");
    let (low, high) = files.split_at_mut(1);
    if from == 0 { (&mut low[0], &mut high[0]) } else { (&mut high[0], &mut low[0]) }
}
