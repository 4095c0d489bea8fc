//! One Region's server: its directory, its processes, and its queries.

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
/// The name of the file in the server's home that marks its data as complete.
const WHOLE: &str = "whole";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Writer,
    /// The former writer, which can be read until it is rebuilt or becomes the writer again.
    Fenced,
    Follower,
}

struct Running {
    child: Child,
    mode: Mode,
    postmaster: String,
}

/// The location of a server, and the address that it follows as a standby.
pub(super) struct ServerSite {
    pub(super) home: PathBuf,
    pub(super) listen: SocketAddr,
    pub(super) source: SocketAddr,
    pub(super) mark: String,
}

pub(super) struct Server {
    pub(super) site: ServerSite,
    data: PathBuf,
    programs: Arc<Programs>,
    console: Console,
    handle: Handle,
    /// Whether no process may run, because the Region is lost or the platform ends.
    dark: AtomicBool,
    running: Mutex<Option<Running>>,
    /// The lock for operations that write into the directory while no server runs.
    volume: Mutex<()>,
}

/// Returns a console for a server. The console logs in with the user's password, and trusts the authority that signed
/// the server's certificate.
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
    /// Creates the server, and ends processes that an earlier supervisor may have left.
    pub(super) fn new(site: ServerSite, programs: Arc<Programs>, console: Console) -> Done<Server> {
        let data = site.home.join("data");
        for path in [&site.home, &data] {
            std::fs::create_dir_all(path).map_err(at(path))?;
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
            std::fs::set_permissions(path, mode).map_err(at(path))?;
            programs.hand_over(path)?;
        }
        processes::kill_all(&site.mark);
        Ok(Server {
            site,
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

    /// Returns whether the data exists and no copy of it was interrupted.
    pub(super) fn has_complete_data(&self) -> bool {
        self.site.home.join(WHOLE).exists()
    }

    /// Writes a file that the server reads.
    pub(super) fn write(&self, path: &Path, text: &str) -> Done {
        write_private(path, text).map_err(at(path))?;
        self.programs.hand_over(path)
    }

    pub(super) fn write_beside(&self, name: &str, text: &str) -> Done {
        self.write(&self.site.home.join(name), text)
    }

    /// Returns the mode in which the server runs, or `None` if it does not run.
    pub(super) fn mode(&self) -> Option<Mode> {
        let mut running = self.running();
        let found = running.as_ref()?;
        if processes::carries_mark(&found.postmaster, &self.site.mark) {
            return Some(found.mode);
        }
        reap(running.take());
        None
    }

    pub(super) fn configure(&self, mode: Mode) -> Done {
        let text = settings::server(self.site.listen, self.site.source, mode);
        self.write(&self.data.join("postgresql.conf"), &text)?;
        self.write(&self.data.join("pg_hba.conf"), settings::HBA)
    }

    /// Returns whether the server has followed and was not promoted since. If such a server were started as a writer,
    /// it would continue the other server's timeline, and the two could not be distinguished. Only a promotion clears
    /// this state.
    pub(super) fn is_following(&self) -> bool {
        self.data.join(FOLLOWING).exists()
    }

    fn set_following(&self) -> Done {
        self.write(&self.data.join(FOLLOWING), "")
    }

    pub(super) fn start(&self, mode: Mode) -> Done {
        let mut running = self.running();
        reap(running.take());
        self.clear_processes();
        self.configure(mode)?;
        if mode == Mode::Follower {
            self.set_following()?;
        }
        // A follower may have to wait for replication, and its start must not delay the other server for long.
        let seconds = if mode == Mode::Follower { 3 } else { 10 };
        let child = match self.programs.serve(&self.data, &self.site.mark, seconds) {
            // The Region was lost during the start, which is not a failure.
            Err(_) if self.is_dark() => return Ok(()),
            other => other?,
        };
        let lock = std::fs::read_to_string(self.data.join("postmaster.pid")).unwrap_or_default();
        let postmaster = lock.lines().next().unwrap_or("").trim().to_owned();
        *running = Some(Running { child, mode, postmaster });
        drop(running);
        // The Region was lost during the start, after the check above.
        if self.is_dark() {
            self.kill();
        }
        Ok(())
    }

    /// Kills all processes of the server and removes its pid file.
    fn clear_processes(&self) {
        processes::kill_all(&self.site.mark);
        let _ = std::fs::remove_file(self.data.join("postmaster.pid"));
    }

    /// Kills the server with SIGKILL, even while it starts.
    pub(super) fn kill(&self) {
        processes::kill_all(&self.site.mark);
        if let Ok(mut running) = self.running.try_lock() {
            reap(running.take());
        }
    }

    /// Shuts the server down in PostgreSQL's fast mode. Returns whether that succeeded.
    pub(super) fn stop(&self) -> bool {
        let Some(mut running) = self.running().take() else { return false };
        let asked = running.child.stdin.as_mut().map(|stdin| stdin.write_all(b"fast\n"));
        drop(asked);
        let stopped = running.child.wait().is_ok_and(|status| status.success());
        self.clear_processes();
        stopped
    }

    /// Runs a query. The caller must be on a thread that may block.
    pub(super) fn query(&self, sql: &str) -> Done<Vec<Vec<String>>> {
        Ok(self.handle.block_on(self.console.ask(sql))?)
    }

    pub(super) async fn query_async(&self, sql: &str) -> Done<Vec<Vec<String>>> {
        Ok(self.console.ask(sql).await?)
    }

    /// Records the new mode of the running server.
    pub(super) fn set_mode(&self, mode: Mode) {
        if let Some(running) = self.running().as_mut() {
            running.mode = mode;
        }
    }

    fn volume(&self) -> MutexGuard<'_, ()> {
        self.volume.lock().expect("the lock guards no data")
    }

    pub(super) fn wipe(&self) -> Done {
        let _volume = self.volume();
        self.delete_data()
    }

    /// Deletes the contents of the data directory. The directory itself stays, because it identifies the server's
    /// shared memory.
    fn delete_data(&self) -> Done {
        remove(&self.site.home.join(WHOLE))?;
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

    pub(super) fn mark_complete(&self) -> Done {
        self.write_beside(WHOLE, "")
    }

    /// Creates an empty database.
    pub(super) fn make(&self, password: &str) -> Done {
        let _volume = self.volume();
        self.delete_data()?;
        self.write_beside("password", password)?;
        let file = format!("{DATA}/../password");
        let arguments = ["-D", DATA, "-U", SUPERVISOR, "-A", "scram-sha-256", "--pwfile", &file];
        let more = ["-E", "UTF8", "--no-locale", "--data-checksums", "--no-sync"];
        let made = self.programs.run(&self.data, "initdb", &[&arguments[..], &more].concat());
        remove(&self.site.home.join("password"))?;
        made.map(drop)
    }

    /// Rewinds the data to the point where it and `source` diverged, so that it can follow `source` from there.
    pub(super) fn rewind(&self, source: SocketAddr) -> Done {
        let _volume = self.volume();
        remove(&self.site.home.join(WHOLE))?;
        let source = settings::for_programs(source, DATA, &self.site.mark);
        let source = format!("--source-server={source}");
        let target = format!("--target-pgdata={DATA}");
        self.programs.run(&self.data, "pg_rewind", &[&target, &source])?;
        self.set_following()?;
        self.mark_complete()
    }

    /// Replaces all data with a copy of `source`.
    pub(super) fn copy(&self, source: SocketAddr) -> Done {
        let _volume = self.volume();
        self.delete_data()?;
        let source = settings::for_programs(source, DATA, &self.site.mark);
        let arguments = ["-D", DATA, "-X", "stream", "-c", "fast", "--no-sync", "-d", &source];
        self.programs.run(&self.data, "pg_basebackup", &arguments)?;
        self.set_following()?;
        self.mark_complete()
    }

    /// Reads fields of the control file, such as `Latest checkpoint location`.
    pub(super) fn control<const N: usize>(&self, names: [&str; N]) -> Done<[String; N]> {
        let output = self.programs.run(&self.data, "pg_controldata", &[DATA])?;
        let value = |name: &str| {
            let line = output.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            line.unwrap_or("").trim().to_owned()
        };
        Ok(names.map(value))
    }

    pub(super) fn unexpected(&self, message: &str) -> DatabaseError {
        let program = format!("the database at {}", self.site.listen);
        DatabaseError::Program { program, message: message.to_owned() }
    }
}

/// Closes the standard input of the shell that holds the server, and waits for the shell to end. The shell stops the
/// server if it still runs.
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
