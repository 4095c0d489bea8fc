//! PostgreSQL: each Region has a server, and the reader follows the writer by streaming replication.
//!
//! The mode of each server follows from the saved record and a few flags. Events change the record and the flags, and
//! [`Pair::maintain`] brings the servers into their modes, as often as necessary. A server that was lost in the middle
//! of an operation therefore returns in the mode that applies when it returns.

mod certificates;
mod copies;
mod processes;
mod programs;
mod relay;
mod roles;
mod secrets;
mod server;
mod settings;
mod view;

use super::{Booked, ClusterRecord, Done, Plan, Shown, Storage};
use async_trait::async_trait;
use leeward_cloud::RegionIx;
use leeward_model::settings::{DatabaseServer, DatabaseSettings};
use leeward_store::postgres::Console;
use programs::{Programs, at};
use relay::Relay;
use roles::HOPELESS;
use secrets::{ORDERS, Secrets};
use server::{Mode, Server, ServerSite, console};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::runtime::Handle;

/// The pause between a failure and the retry.
const PAUSE: Duration = Duration::from_millis(500);
/// The time limit of a request to a running server.
const PATIENCE: Duration = Duration::from_secs(5);
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// The flags of one server. Aurora events of the cloud model set `fenced`, `held` and `anew`. The other fields hold
/// times that pace retries and checks of the connection.
#[derive(Clone, Copy, Default)]
struct Flags {
    fenced: bool,
    /// Whether a planned move has stopped the server; the move decides the server's next mode.
    held: bool,
    /// Whether the server was promoted without data, so that it needs a new database.
    anew: bool,
    /// The time since which the server should be the writer but could not be promoted.
    waits: Option<Instant>,
    failed: Option<Instant>,
    asked: Option<Instant>,
    connected_at: Option<Instant>,
}

pub(super) struct Pair {
    servers: [Server; 2],
    books: [Console; 2],
    names: Vec<String>,
    flags: Mutex<[Flags; 2]>,
    /// While a flag is set, the relay to that server skips its lag.
    hurry: [Arc<AtomicBool>; 2],
    secrets: Secrets,
    credentials: PathBuf,
    authority: PathBuf,
}

impl Pair {
    pub(super) fn open(plan: Plan) -> Done<Pair> {
        let programs = Arc::new(Programs::find()?);
        let secrets = Secrets::of(plan.layout)?;
        let a = plan.addresses;
        let hosts = [a.database(0), a.database(1), a.follows(0), a.follows(1)].map(|at| at.ip());
        let made = certificates::make(&hosts)?;
        let authority = plan.layout.database_file("ca.pem");
        crate::layout::write_private(&authority, &made.authority).map_err(at(&authority))?;
        let server = |region: usize| -> Done<Server> {
            let site = ServerSite {
                home: plan.layout.server(&plan.names[region]),
                listen: a.database(region),
                source: a.follows(region),
                mark: secrets.mark(plan.layout, &plan.names[region]),
            };
            let console = console(site.listen, "postgres", &secrets.supervisor, &made.authority)?;
            let server = Server::new(site, programs.clone(), console)?;
            server.write_beside("ca.pem", &made.authority)?;
            server.write_beside("server.pem", &made.server)?;
            server.write_beside("server.key", &made.key)?;
            server.write_beside("pgpass", &secrets.passfile())?;
            Ok(server)
        };
        let book = |region: usize| {
            console(a.database(region), ORDERS, &secrets.supervisor, &made.authority)
        };
        let pair = Pair {
            servers: [server(0)?, server(1)?],
            books: [book(0)?, book(1)?],
            names: plan.names.clone(),
            flags: Mutex::default(),
            hurry: [Arc::default(), Arc::default()],
            credentials: plan.layout.database_file("credentials.json"),
            authority,
            secrets,
        };
        pair.start_relays(&plan)?;
        Ok(pair)
    }

    fn start_relays(&self, plan: &Plan) -> Done {
        let handle = Handle::current();
        for to in 0..2 {
            let relay = Relay {
                engine: plan.engine.clone(),
                cluster: plan.cluster.clone(),
                from: RegionIx(1 - to as u8),
                to: RegionIx(to as u8),
                lag_ms: plan.lag_ms,
                hurry: self.hurry[to].clone(),
            };
            let (near, far) = (plan.addresses.follows(to), plan.addresses.database(1 - to));
            let listener = handle.block_on(TcpListener::bind(near));
            let listener = listener.map_err(at(&PathBuf::from(near.to_string())))?;
            handle.spawn(relay.serve(listener, far));
        }
        Ok(())
    }

    fn flags(&self) -> MutexGuard<'_, [Flags; 2]> {
        self.flags.lock().expect("plain fields")
    }

    /// Runs `work`, unless it failed within the last [`PAUSE`], and records a failure. Returns whether `work` ran.
    fn retry_paced(&self, region: usize, work: impl FnOnce() -> Done) -> Done<bool> {
        if self.flags()[region].failed.is_some_and(|at| at.elapsed() < PAUSE) {
            return Ok(false);
        }
        let done = work();
        self.flags()[region].failed = done.is_err().then(Instant::now);
        done.map(|()| true)
    }
}

#[async_trait]
impl Storage for Pair {
    fn settings(&self, region: usize) -> DatabaseSettings {
        DatabaseSettings::Server(DatabaseServer {
            engine: crate::platform::ENGINE.to_owned(),
            address: self.servers[region].site.listen.to_string(),
            credentials_file: self.credentials.clone(),
            authorities_file: self.authority.clone(),
        })
    }

    fn begin(&self, record: &ClusterRecord) -> Done {
        let (writer, other) = (record.writer(), 1 - record.writer());
        let began = Instant::now();
        while let Err(error) = self.apply_mode(writer, Mode::Writer) {
            if !self.servers[writer].is_following() || began.elapsed() > HOPELESS * 2 {
                return Err(error);
            }
            std::thread::park_timeout(PAUSE);
        }
        if record.diverged[other] {
            return Ok(());
        }
        let fits =
            self.servers[other].has_complete_data() && self.fits(other, writer).unwrap_or(false);
        if fits && self.apply_mode(other, Mode::Follower).is_ok() {
            return Ok(());
        }
        self.copy_from(other, writer)
    }

    fn fence(&self, region: usize) -> Done {
        self.flags()[region].fenced = true;
        match self.servers[region].mode() {
            Some(Mode::Writer) => self.apply_mode(region, Mode::Fenced),
            _ => Ok(()),
        }
    }

    fn promote(&self, region: usize) -> Done {
        {
            let mut flags = self.flags();
            let anew = !self.servers[region].has_complete_data();
            flags[region] = Flags { anew, ..Flags::default() };
            flags[1 - region].held = false;
        }
        match self.servers[region].mode() {
            Some(_) => self.apply_mode(region, Mode::Writer),
            // The server is lost, empty, or held by a failed move; `maintain` handles it.
            None => Ok(()),
        }
    }

    fn drain(&self, from: usize, to: usize) -> Done {
        self.hurry[to].store(true, Ordering::SeqCst);
        let drained = self.drain_now(from, to);
        self.hurry[to].store(false, Ordering::SeqCst);
        if drained.is_err() {
            self.flags()[from].held = false;
        }
        drained
    }

    fn rebuild(&self, region: usize, from: usize) -> Done<bool> {
        self.retry_paced(region, || self.rejoin(region, from))
    }

    fn ship(&self, from: usize, to: usize, _: u64) -> Done {
        let (server, writer) = (&self.servers[to], &self.servers[from]);
        if server.is_dark() || writer.mode() != Some(Mode::Writer) {
            self.flags()[to].connected_at = None;
            return Ok(());
        }
        if !self.is_connected(to, from)? {
            self.flags()[to].connected_at = None;
            return self.copy_from(to, from);
        }
        let copied = || match server.has_complete_data() {
            true => Ok(()),
            false => self.copy_from(to, from),
        };
        self.retry_paced(to, copied).map(drop)
    }

    fn maintain(&self, record: &ClusterRecord) -> Done {
        let mut done = Ok(());
        for region in [record.writer(), 1 - record.writer()] {
            if let Some(wanted) = self.target_mode(record, region) {
                done = done
                    .and(self.retry_paced(region, || self.apply_mode(region, wanted)).map(drop));
            }
        }
        done
    }

    fn kill(&self, region: usize) {
        self.servers[region].set_dark(true);
        self.servers[region].kill();
    }

    fn restore(&self, region: usize) {
        self.servers[region].set_dark(false);
    }

    fn destroy(&self, region: usize) -> Done {
        self.kill(region);
        self.flags()[region].anew = false;
        self.servers[region].stop();
        self.servers[region].wipe()
    }

    fn stop(&self) {
        self.servers.iter().for_each(|server| server.set_dark(true));
        // A writer that shuts down cleanly waits until its followers have received everything.
        self.hurry.iter().for_each(|hurry| hurry.store(true, Ordering::SeqCst));
        std::thread::scope(|scope| {
            for server in &self.servers {
                scope.spawn(|| server.stop());
            }
        });
    }

    async fn shown(&self, region: usize) -> Shown {
        view::shown(&self.servers, region).await
    }

    async fn count(&self, region: usize) -> Done<u64> {
        view::count(&self.books[region]).await
    }

    async fn booked(&self, region: usize, begin: &str) -> Done<Vec<Booked>> {
        view::booked(&self.books[region], begin).await
    }
}
