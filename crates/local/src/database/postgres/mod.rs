//! PostgreSQL: a server each, the reader's following the writer's by streaming replication.
//!
//! What each server is to be follows from what is kept and from a few flags; events change those,
//! and [`Pair::tend`] makes the servers so, as often as it takes. So a server that was lost in the
//! middle of anything comes back as what it should be by then.

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

use super::{Booked, Done, Kept, Plan, Shown, Storage};
use async_trait::async_trait;
use leeward_cloud::RegionIx;
use leeward_model::settings::{DatabaseServer, DatabaseSettings};
use leeward_store::postgres::Console;
use programs::{Programs, at};
use relay::Relay;
use roles::HOPELESS;
use secrets::{ORDERS, Secrets};
use server::{Mode, Place, Server, console};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::runtime::Handle;

/// After something failed, until it is tried again.
const PAUSE: Duration = Duration::from_millis(500);
/// What is asked of a server that runs is done by then, or it is not done.
const PATIENCE: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(5);

/// What events have said of one server.
#[derive(Clone, Copy, Default)]
struct Flags {
    fenced: bool,
    /// Stopped by a planned move, which says what it is next.
    held: bool,
    /// Promoted without data: a new database is made.
    anew: bool,
    /// Since when it is to be the writer and cannot.
    waits: Option<Instant>,
    failed: Option<Instant>,
    asked: Option<Instant>,
    heard: Option<Instant>,
}

pub(super) struct Pair {
    servers: [Server; 2],
    books: [Console; 2],
    names: Vec<String>,
    flags: Mutex<[Flags; 2]>,
    /// Of the way to each.
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
            let place = Place {
                home: plan.layout.server(&plan.names[region]),
                listen: a.database(region),
                source: a.follows(region),
                mark: secrets.mark(plan.layout, &plan.names[region]),
            };
            let console = console(place.listen, "postgres", &secrets.supervisor, &made.authority)?;
            let server = Server::new(place, programs.clone(), console)?;
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
        pair.lay_ways(&plan)?;
        Ok(pair)
    }

    fn lay_ways(&self, plan: &Plan) -> Done {
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

    /// Notes when it failed, so that it is not tried again at once; whether it was tried.
    fn paced(&self, region: usize, work: impl FnOnce() -> Done) -> Done<bool> {
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
            address: self.servers[region].place.listen.to_string(),
            credentials_file: self.credentials.clone(),
            authorities_file: self.authority.clone(),
        })
    }

    fn begin(&self, kept: &Kept) -> Done {
        let (writer, other) = (kept.writer(), 1 - kept.writer());
        let began = Instant::now();
        while let Err(error) = self.make(writer, Mode::Writer) {
            if !self.servers[writer].is_following() || began.elapsed() > HOPELESS * 2 {
                return Err(error);
            }
            std::thread::park_timeout(PAUSE);
        }
        if kept.diverged[other] {
            return Ok(());
        }
        let fits = self.servers[other].is_whole() && self.fits(other, writer).unwrap_or(false);
        if fits && self.make(other, Mode::Follower).is_ok() {
            return Ok(());
        }
        self.copy_from(other, writer)
    }

    fn fence(&self, region: usize) -> Done {
        self.flags()[region].fenced = true;
        match self.servers[region].mode() {
            Some(Mode::Writer) => self.make(region, Mode::Fenced),
            _ => Ok(()),
        }
    }

    fn promote(&self, region: usize) -> Done {
        {
            let mut flags = self.flags();
            let anew = !self.servers[region].is_whole();
            flags[region] = Flags { anew, ..Flags::default() };
            flags[1 - region].held = false;
        }
        match self.servers[region].mode() {
            Some(_) => self.make(region, Mode::Writer),
            // Lost, empty, or held by a move that failed: it is tended to.
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
        self.paced(region, || self.follow_again(region, from))
    }

    fn ship(&self, from: usize, to: usize, _: u64) -> Done {
        let (server, writer) = (&self.servers[to], &self.servers[from]);
        if server.is_dark() || writer.mode() != Some(Mode::Writer) {
            self.flags()[to].heard = None;
            return Ok(());
        }
        if !self.is_heard(to, from)? {
            self.flags()[to].heard = None;
            return self.copy_from(to, from);
        }
        let copied = || match server.is_whole() {
            true => Ok(()),
            false => self.copy_from(to, from),
        };
        self.paced(to, copied).map(drop)
    }

    fn tend(&self, kept: &Kept) -> Done {
        let mut done = Ok(());
        for region in [kept.writer(), 1 - kept.writer()] {
            if let Some(wanted) = self.wanted(kept, region) {
                done = done.and(self.paced(region, || self.make(region, wanted)).map(drop));
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
        // A writer that ends in order waits until everything has arrived.
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
