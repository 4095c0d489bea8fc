//! One Region's disk: a directory with a SQLite file, a single writer thread, and group commit.
//!
//! The first version of an item is appended to a log, in sequential pages, because entries of the ledger never change.
//! Later versions of a key replace each other in a keyed table. The version with the highest index is the item.
//!
//! A batch is acknowledged after its commit is synced (`synchronous=FULL`). A disk that cannot write (full, read-only)
//! keeps its batch and retries, so nothing is acknowledged before it is stored. This process locks the file
//! exclusively, so that commits need no locks of their own.

use crate::protocol::dynamodb_json::{ItemRef, item_from_json};
use leeward_cloud::dynamodb::{Key, KeyPart, Number};
use leeward_cloud::{Persist, RegionIx};
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value as Json;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// The maximum number of writes in one commit.
const BATCH: usize = 4_096;
/// The minimum number of writes in a commit that makes the next commit wait for more writes.
const COMMIT_SIBLINGS: usize = 6;
/// The time for which a commit waits for more writes.
const COMMIT_DELAY: Duration = Duration::from_micros(1_500);
/// The pause between attempts while the disk cannot write.
const RETRY: Duration = Duration::from_millis(200);

/// The reason why a replica's directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DiskError {
    #[error(
        "cannot open the replica in {dir}; check that the directory is writable and on a local disk"
    )]
    Open { dir: PathBuf, source: rusqlite::Error },
    #[error("cannot create {dir}; choose another with --dir")]
    Directory { dir: PathBuf, source: std::io::Error },
    #[error("the replica in {dir} holds content that this version of Leeward cannot read: {what}")]
    Content { dir: PathBuf, what: String },
}

type OnPersisted = Box<dyn Fn(usize) + Send + Sync>;

enum Job {
    Write(Persist),
    /// Deletes everything, starts with an empty directory, and then signals completion on the channel.
    Destroy(Sender<()>),
}

/// The disk of one Region's replica. Cloning it is cheap, and a single thread performs all writes.
#[derive(Clone)]
pub struct Disk {
    jobs: Sender<Job>,
    on_persisted: Arc<OnceLock<OnPersisted>>,
    dir: PathBuf,
}

impl Disk {
    /// Opens or creates the replica. Returns it with all its items.
    pub fn open(dir: &Path, region: RegionIx) -> Result<(Disk, Vec<Persist>), DiskError> {
        let connection = connect(dir)?;
        let loaded = load(&connection, region)
            .map_err(|what| DiskError::Content { dir: dir.to_owned(), what })?;
        let (jobs, queue) = channel();
        let on_persisted = Arc::new(OnceLock::new());
        let disk = Disk { jobs, on_persisted: on_persisted.clone(), dir: dir.to_owned() };
        let writer_dir = dir.to_owned();
        std::thread::Builder::new()
            .name(format!("disk-{}", region.0))
            .spawn(move || write_loop(connection, &writer_dir, &queue, &on_persisted))
            .map_err(|source| DiskError::Directory { dir: dir.to_owned(), source })?;
        Ok((disk, loaded))
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub(crate) fn on_persisted(&self, callback: OnPersisted) {
        let _ = self.on_persisted.set(callback);
    }

    pub(crate) fn write(&self, persist: Persist) {
        let _ = self.jobs.send(Job::Write(persist));
    }

    /// Deletes the content of the directory, and returns once an empty replica is open.
    pub fn destroy(&self) {
        let (done, wait) = channel();
        if self.jobs.send(Job::Destroy(done)).is_ok() {
            let _ = wait.recv();
        }
    }
}

fn connect(dir: &Path) -> Result<Connection, DiskError> {
    std::fs::create_dir_all(dir)
        .map_err(|source| DiskError::Directory { dir: dir.to_owned(), source })?;
    let open = |source| DiskError::Open { dir: dir.to_owned(), source };
    let connection = Connection::open(dir.join("replica.sqlite")).map_err(open)?;
    connection
        .execute_batch(
            "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
             PRAGMA wal_autocheckpoint=16000;
             CREATE TABLE IF NOT EXISTS log (idx INTEGER PRIMARY KEY, body TEXT NOT NULL);
             CREATE TABLE IF NOT EXISTS latest (key TEXT PRIMARY KEY, idx INTEGER NOT NULL,
                 body TEXT NOT NULL) WITHOUT ROWID;",
        )
        .map_err(open)?;
    Ok(connection)
}

fn part_to_text(part: &KeyPart) -> String {
    match part {
        KeyPart::None => "-".into(),
        KeyPart::S(text) => format!("S{text}"),
        KeyPart::N(number) => format!("N{number}"),
        KeyPart::B(bytes) => format!("B{}", hex::encode(bytes)),
    }
}

fn part_from_text(text: &str) -> Option<KeyPart> {
    let rest = text.get(1..)?;
    match text.as_bytes()[0] {
        b'-' => Some(KeyPart::None),
        b'S' => Some(KeyPart::S(rest.into())),
        b'N' => Number::parse(rest).ok().map(KeyPart::N),
        b'B' => hex::decode(rest).ok().map(KeyPart::B),
        _ => None,
    }
}

fn encode(p: &Persist) -> String {
    let item = p.item.as_ref().map(|item| ItemRef(item));
    let (partition, sort) = (part_to_text(&p.key.partition), part_to_text(&p.key.sort));
    serde_json::to_string(&(&p.table, partition, sort, item)).expect("an item always serializes")
}

fn decode(region: RegionIx, index: u64, body: &str) -> Option<Persist> {
    let parts: (String, String, String, Option<Json>) = serde_json::from_str(body).ok()?;
    let item = match parts.3 {
        Some(json) => Some(Arc::new(item_from_json(json).ok()?)),
        None => None,
    };
    let key = Key { partition: part_from_text(&parts.1)?, sort: part_from_text(&parts.2)? };
    Some(Persist { region, index, table: parts.0.into(), key, item, first: false })
}

fn load(connection: &Connection, region: RegionIx) -> Result<Vec<Persist>, String> {
    let mut out = Vec::new();
    for table in ["log", "latest"] {
        let sql = format!("SELECT idx, body FROM {table} ORDER BY idx");
        let mut statement = connection.prepare(&sql).map_err(|e| e.to_string())?;
        let mut rows = statement.query([]).map_err(|e| e.to_string())?;
        while let Some(row) = rows.next().map_err(|e| e.to_string())? {
            let index: i64 = row.get(0).map_err(|e| e.to_string())?;
            let body = row.get_ref(1).and_then(|v| Ok(v.as_str()?)).map_err(|e| e.to_string())?;
            let persist = decode(region, index as u64, body)
                .ok_or_else(|| format!("{table} {index} is not an item"))?;
            out.push(persist);
        }
    }
    Ok(out)
}

fn write_batch(connection: &mut Connection, batch: &[Persist]) -> rusqlite::Result<()> {
    let tx = connection.transaction()?;
    {
        let mut append = tx.prepare_cached("INSERT OR REPLACE INTO log VALUES (?1, ?2)")?;
        let mut newer = tx.prepare_cached("SELECT idx FROM latest WHERE key = ?1")?;
        let mut replace = tx.prepare_cached("INSERT OR REPLACE INTO latest VALUES (?1, ?2, ?3)")?;
        for p in batch {
            let body = encode(p);
            if p.first {
                append.execute(params![p.index as i64, body])?;
                continue;
            }
            let partition = part_to_text(&p.key.partition);
            let key = format!("{}\n{partition}\n{}", p.table, part_to_text(&p.key.sort));
            let there: Option<i64> = newer.query_row([&key], |row| row.get(0)).optional()?;
            if there.is_none_or(|there| there < p.index as i64) {
                replace.execute(params![key, p.index as i64, body])?;
            }
        }
    }
    tx.commit()
}

#[allow(clippy::disallowed_methods, reason = "a directory that cannot be made sends no event")]
fn connect_until_done(dir: &Path) -> Connection {
    loop {
        match connect(dir) {
            Ok(connection) => return connection,
            Err(_) => std::thread::sleep(RETRY),
        }
    }
}

/// Closes the connection, which holds an exclusive lock on the file. The in-memory connection that replaces it has no
/// tables, so a write to it fails.
fn release(connection: &mut Connection) {
    if let Ok(memory) = Connection::open_in_memory() {
        drop(std::mem::replace(connection, memory));
    }
}

fn reconnect(connection: &mut Connection, dir: &Path) {
    release(connection);
    if let Ok(fresh) = connect(dir) {
        *connection = fresh;
    }
}

/// Writes the batch, and retries until the disk accepts it, because nothing may be acknowledged before it is stored.
#[allow(clippy::disallowed_methods, reason = "a disk with no room sends no event when it has some")]
fn write_until_done(connection: &mut Connection, dir: &Path, batch: &[Persist]) {
    let mut refusals = 0u32;
    while let Err(error) = write_batch(connection, batch) {
        if refusals == 0 {
            let dir = dir.display();
            tracing::error!(%dir, %error, "LW-W001: the disk refuses writes; no write is acknowledged");
        }
        refusals += 1;
        std::thread::sleep(RETRY);
        reconnect(connection, dir);
    }
    if refusals > 0 {
        tracing::warn!(dir = %dir.display(), refusals, "the disk accepts writes again");
    }
}

/// Returns the next writes for one commit. If the last commit had many writes, this function waits a little for
/// more writes, because a commit of ten writes costs the same as a commit of one (PostgreSQL's `commit_delay` and
/// `commit_siblings`).
fn gather(queue: &Receiver<Job>, last: usize) -> Option<(Vec<Persist>, Option<Sender<()>>)> {
    let mut batch = Vec::new();
    let mut next = queue.recv().ok()?;
    let until = Instant::now() + COMMIT_DELAY;
    loop {
        match next {
            Job::Write(persist) => batch.push(persist),
            Job::Destroy(done) => return Some((batch, Some(done))),
        }
        if batch.len() == BATCH {
            return Some((batch, None));
        }
        let more = match queue.try_recv() {
            Err(_) if last >= COMMIT_SIBLINGS => {
                queue.recv_timeout(until.saturating_duration_since(Instant::now())).ok()
            }
            more => more.ok(),
        };
        let Some(job) = more else { return Some((batch, None)) };
        next = job;
    }
}

fn write_loop(
    mut connection: Connection,
    dir: &Path,
    queue: &Receiver<Job>,
    on_persisted: &OnceLock<OnPersisted>,
) {
    let mut last = 0;
    while let Some((batch, destroy)) = gather(queue, last) {
        last = batch.len();
        if !batch.is_empty() {
            write_until_done(&mut connection, dir, &batch);
            if let Some(callback) = on_persisted.get() {
                callback(batch.len());
            }
        }
        if let Some(done) = destroy {
            release(&mut connection);
            let _ = std::fs::remove_dir_all(dir);
            connection = connect_until_done(dir);
            let _ = done.send(());
        }
    }
}
