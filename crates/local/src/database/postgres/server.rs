//! One Region's server: its directory, its processes, and what is asked of it.

use super::super::{DatabaseError, Done};
use super::programs::{DATA, Programs, at};
use super::secrets::SUPERVISOR;
use super::{processes, settings};
use crate::layout::write_private;
use leeward_store::connect::{Credentials, ServerConfig, Trust};
use leeward_store::postgres::Console;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::runtime::Handle;

const CONNECT: Duration = Duration::from_secs(2);
const STATEMENT: Duration = Duration::from_secs(30);
const CONSOLES: usize = 4;
const FOLLOWING: &str = "standby.signal";
/// In the server's home while its data is whole.
const WHOLE: &str = "whole";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Writer,
    /// Was the writer: it may be read until it is rebuilt, or until it is the writer again.
    Fenced,
    Follower,
}

struct Running {
    child: Child,
    mode: Mode,
    postmaster: String,
}

/// Where a server is, and whom it follows when it does.
pub(super) struct Place {
    pub(super) home: PathBuf,
    pub(super) listen: SocketAddr,
    pub(super) source: SocketAddr,
    pub(super) mark: String,
}

pub(super) struct Server {
    pub(super) place: Place,
    data: PathBuf,
    programs: Arc<Programs>,
    console: Console,
    handle: Handle,
    /// The Region is lost, or the platform ends: nothing is to run.
    dark: AtomicBool,
    running: Mutex<Option<Running>>,
    /// Held by whoever writes into its directory while no server does.
    volume: Mutex<()>,
}

/// Both of its ends: who knows its password, and who signed for it.
pub(super) fn console(
    to: SocketAddr,
    database: &str,
    password: &str,
    authority: &str,
) -> Done<Console> {
    let config = ServerConfig {
        host: to.ip().to_string(),
        port: to.port(),
        database: database.to_owned(),
        trust: Trust::Authorities(authority.as_bytes().to_vec()),
        connections_max: CONSOLES,
        connect_timeout: CONNECT,
        statement_timeout: STATEMENT,
    };
    let who = Credentials { user: SUPERVISOR.into(), password: password.to_owned() };
    Ok(Console::new(config, Arc::new(who))?)
}

impl Server {
    /// Ends what an earlier supervisor may have left.
    pub(super) fn new(place: Place, programs: Arc<Programs>, console: Console) -> Done<Server> {
        let data = place.home.join("data");
        for path in [&place.home, &data] {
            std::fs::create_dir_all(path).map_err(at(path))?;
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
            std::fs::set_permissions(path, mode).map_err(at(path))?;
            programs.hand_over(path)?;
        }
        processes::end(&place.mark);
        Ok(Server {
            place,
            data,
            programs,
            console,
            handle: Handle::current(),
            dark: AtomicBool::new(false),
            running: Mutex::new(None),
            volume: Mutex::new(()),
        })
    }

    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        self.running.lock().expect("starting a process does not panic")
    }

    pub(super) fn is_dark(&self) -> bool {
        self.dark.load(Ordering::SeqCst)
    }

    pub(super) fn set_dark(&self, dark: bool) {
        self.dark.store(dark, Ordering::SeqCst);
    }

    /// There is data, and no copying of it was cut off.
    pub(super) fn is_whole(&self) -> bool {
        self.place.home.join(WHOLE).exists()
    }

    /// A file that the server reads.
    pub(super) fn write(&self, path: &Path, text: &str) -> Done {
        write_private(path, text).map_err(at(path))?;
        self.programs.hand_over(path)
    }

    pub(super) fn write_beside(&self, name: &str, text: &str) -> Done {
        self.write(&self.place.home.join(name), text)
    }

    /// As what it runs, if it does.
    pub(super) fn mode(&self) -> Option<Mode> {
        let mut running = self.running();
        let found = running.as_ref()?;
        if processes::has(&found.postmaster, &self.place.mark) {
            return Some(found.mode);
        }
        reap(running.take());
        None
    }

    pub(super) fn configure(&self, mode: Mode) -> Done {
        let text = settings::server(self.place.listen, self.place.source, mode);
        self.write(&self.data.join("postgresql.conf"), &text)?;
        self.write(&self.data.join("pg_hba.conf"), settings::HBA)
    }

    /// It has followed and was not promoted. Started as a writer, it would go on in the time line of
    /// the other one, and nobody could tell the two apart: only a promotion takes this away.
    pub(super) fn is_following(&self) -> bool {
        self.data.join(FOLLOWING).exists()
    }

    fn set_following(&self) -> Done {
        self.write(&self.data.join(FOLLOWING), "")
    }

    pub(super) fn start(&self, mode: Mode) -> Done {
        let mut running = self.running();
        reap(running.take());
        self.end();
        self.configure(mode)?;
        if mode == Mode::Follower {
            self.set_following()?;
        }
        // A follower may have to wait for pages, and others must not wait for it.
        let seconds = if mode == Mode::Follower { 3 } else { 10 };
        let child = match self.programs.serve(&self.data, &self.place.mark, seconds) {
            // Lost while it started: that is no failure.
            Err(_) if self.is_dark() => return Ok(()),
            other => other?,
        };
        let lock = std::fs::read_to_string(self.data.join("postmaster.pid")).unwrap_or_default();
        let postmaster = lock.lines().next().unwrap_or("").trim().to_owned();
        *running = Some(Running { child, mode, postmaster });
        drop(running);
        // It was lost while it started.
        if self.is_dark() {
            self.kill();
        }
        Ok(())
    }

    /// Nothing of it runs, and nothing says that it does.
    fn end(&self) {
        processes::end(&self.place.mark);
        let _ = std::fs::remove_file(self.data.join("postmaster.pid"));
    }

    /// SIGKILL, also while it starts.
    pub(super) fn kill(&self) {
        processes::end(&self.place.mark);
        if let Ok(mut running) = self.running.try_lock() {
            reap(running.take());
        }
    }

    /// In order; whether it was.
    pub(super) fn stop(&self) -> bool {
        let Some(mut running) = self.running().take() else { return false };
        let asked = running.child.stdin.as_mut().map(|stdin| stdin.write_all(b"fast\n"));
        drop(asked);
        let stopped = running.child.wait().is_ok_and(|status| status.success());
        self.end();
        stopped
    }

    /// Asks it, from a thread that may wait.
    pub(super) fn ask(&self, sql: &str) -> Done<Vec<Vec<String>>> {
        Ok(self.handle.block_on(self.console.ask(sql))?)
    }

    pub(super) async fn answer(&self, sql: &str) -> Done<Vec<Vec<String>>> {
        Ok(self.console.ask(sql).await?)
    }

    /// Runs as another mode from now on, without an end.
    pub(super) fn turn(&self, mode: Mode) {
        if let Some(running) = self.running().as_mut() {
            running.mode = mode;
        }
    }

    fn volume(&self) -> MutexGuard<'_, ()> {
        self.volume.lock().expect("nothing is in it")
    }

    pub(super) fn wipe(&self) -> Done {
        let _volume = self.volume();
        self.empty()
    }

    /// The directory itself stays: shared memory is found by it.
    fn empty(&self) -> Done {
        remove(&self.place.home.join(WHOLE))?;
        for entry in std::fs::read_dir(&self.data).map_err(at(&self.data))? {
            let path = entry.map_err(at(&self.data))?.path();
            let removed = match path.symlink_metadata() {
                Ok(what) if what.is_dir() => std::fs::remove_dir_all(&path),
                _ => std::fs::remove_file(&path),
            };
            removed.map_err(at(&path))?;
        }
        Ok(())
    }

    pub(super) fn set_whole(&self) -> Done {
        self.write_beside(WHOLE, "")
    }

    /// A database with nothing in it.
    pub(super) fn make(&self, password: &str) -> Done {
        let _volume = self.volume();
        self.empty()?;
        self.write_beside("password", password)?;
        let file = format!("{DATA}/../password");
        let arguments = ["-D", DATA, "-U", SUPERVISOR, "-A", "scram-sha-256", "--pwfile", &file];
        let more = ["-E", "UTF8", "--no-locale", "--data-checksums", "--no-sync"];
        let made = self.programs.run(&self.data, "initdb", &[&arguments[..], &more].concat());
        remove(&self.place.home.join("password"))?;
        made.map(drop)
    }

    /// Goes back to where it and `source` parted, and on from there.
    pub(super) fn rewind(&self, source: SocketAddr) -> Done {
        let _volume = self.volume();
        remove(&self.place.home.join(WHOLE))?;
        let source = settings::for_programs(source, DATA, &self.place.mark);
        let source = format!("--source-server={source}");
        let target = format!("--target-pgdata={DATA}");
        self.programs.run(&self.data, "pg_rewind", &[&target, &source])?;
        self.set_following()?;
        self.set_whole()
    }

    /// Everything anew.
    pub(super) fn copy(&self, source: SocketAddr) -> Done {
        let _volume = self.volume();
        self.empty()?;
        let source = settings::for_programs(source, DATA, &self.place.mark);
        let arguments = ["-D", DATA, "-X", "stream", "-c", "fast", "--no-sync", "-d", &source];
        self.programs.run(&self.data, "pg_basebackup", &arguments)?;
        self.set_following()?;
        self.set_whole()
    }

    /// What its control file says, such as `Latest checkpoint location`.
    pub(super) fn control<const N: usize>(&self, names: [&str; N]) -> Done<[String; N]> {
        let said = self.programs.run(&self.data, "pg_controldata", &[DATA])?;
        let value = |name: &str| {
            let line = said.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            line.unwrap_or("").trim().to_owned()
        };
        Ok(names.map(value))
    }

    pub(super) fn unexpected(&self, said: &str) -> DatabaseError {
        let program = format!("the database at {}", self.place.listen);
        DatabaseError::Program { program, said: said.to_owned() }
    }
}

/// The shell that keeps it ends when its standard input does, and takes along what is left.
fn reap(running: Option<Running>) {
    if let Some(mut running) = running {
        drop(running.child.stdin.take());
        let _ = running.child.wait();
    }
}

fn remove(path: &Path) -> Done {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(at(path)(error)),
        _ => Ok(()),
    }
}
