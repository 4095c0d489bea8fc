//! PostgreSQL: a server each, the reader's following the writer's by streaming replication.
//!
//! What each server is to be follows from what is kept and from a few flags; events change those,
//! and [`Pair::tend`] makes the servers so, as often as it takes. So a server that was lost in the
//! middle of anything comes back as what it should be by then.

mod certificates;
mod processes;
mod programs;
mod relay;
mod secrets;
mod server;
mod settings;
mod view;

use super::{Booked, Shown};
use super::{DatabaseError, Done, Kept, Plan, Storage};
use async_trait::async_trait;
use leeward_cloud::RegionIx;
use leeward_store::postgres::Console;
use programs::{Programs, at};
use relay::Relay;
use secrets::{AGENT, ORDERS, REPLICA, Secrets};
use serde_json::json;
use server::{Mode, Place, Server, console};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use view::lsn;

/// After something failed, until it is tried again.
const PAUSE: Duration = Duration::from_millis(500);
const DRAIN: Duration = Duration::from_secs(5);
/// Who is not heard of for so long while pages could flow is copied anew.
const UNHEARD: Duration = Duration::from_secs(20);
/// Between two questions whether a follower follows.
const ASK: Duration = Duration::from_secs(1);
const LOOK: Duration = Duration::from_millis(5);

/// What events have said of one server.
#[derive(Clone, Copy, Default)]
struct Flags {
    fenced: bool,
    /// Stopped by a planned move, which says what it is next.
    held: bool,
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
                mark: format!("{}-{}", secrets.mark, plan.names[region]),
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

    /// What it is to be; `None`: left alone.
    fn wanted(&self, kept: &Kept, region: usize) -> Option<Mode> {
        let (server, flags) = (&self.servers[region], self.flags()[region]);
        if server.is_dark() || flags.held || !server.is_whole() {
            return None;
        }
        Some(match (kept.writer() == region, flags.fenced) {
            (true, false) => Mode::Writer,
            (true, true) => Mode::Fenced,
            // Left behind, and out of reach of whoever would fence it.
            (_, false) if kept.diverged[region] && server.mode() == Some(Mode::Writer) => {
                return None;
            }
            // It would not find the place where it parted from the writer.
            _ if kept.diverged[region] => Mode::Fenced,
            _ => Mode::Follower,
        })
    }

    fn make(&self, region: usize, wanted: Mode) -> Done {
        let server = &self.servers[region];
        // Who follows takes no writes anyway.
        let wanted = match wanted {
            Mode::Fenced if server.is_following() => Mode::Follower,
            other => other,
        };
        match (server.mode(), wanted) {
            (Some(is), wanted) if is == wanted => Ok(()),
            (None, Mode::Writer) if server.is_following() => {
                server.start(Mode::Follower)?;
                self.end_recovery(server)
            }
            (None, wanted) => server.start(wanted),
            (Some(Mode::Follower), _) => self.end_recovery(server),
            (Some(_), Mode::Follower) => self.copy_from(region, 1 - region),
            (Some(_), wanted) => self.open_or_close(server, wanted),
        }
    }

    fn end_recovery(&self, server: &Server) -> Done {
        if server.ask("SELECT pg_promote(true, 20)")? != [["t"]] {
            return Err(server.unexpected("it was not promoted within 20 s"));
        }
        server.turn(Mode::Writer);
        Ok(())
    }

    /// Read-only for whoever comes; and whoever is there goes, with what was not committed.
    fn open_or_close(&self, server: &Server, mode: Mode) -> Done {
        server.configure(mode)?;
        server.ask("SELECT pg_reload_conf()")?;
        let read_only = if mode == Mode::Fenced { "on" } else { "off" };
        let began = Instant::now();
        // Its own connections are told after the one that takes new ones.
        while server.ask("SHOW default_transaction_read_only")? != [[read_only]] {
            if began.elapsed() > DRAIN {
                return Err(server.unexpected("it does not read its configuration"));
            }
            std::thread::park_timeout(LOOK);
        }
        if mode == Mode::Fenced {
            let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ";
            server.ask(&format!("{end}'{AGENT}'"))?;
        }
        server.turn(mode);
        Ok(())
    }

    /// A new database with its users. A password in a statement that fails goes into no log.
    fn make_first(&self, server: &Server) -> Done {
        server.make(&self.secrets.supervisor)?;
        server.start(Mode::Writer)?;
        let (agent, replica) = (&self.secrets.agent, &self.secrets.replica);
        server.ask(&format!(
            "SET log_min_error_statement = panic; \
             CREATE ROLE {AGENT} LOGIN PASSWORD '{agent}'; \
             CREATE ROLE {REPLICA} LOGIN REPLICATION PASSWORD '{replica}'"
        ))?;
        server.ask(&format!("CREATE DATABASE {ORDERS} OWNER {AGENT}"))?;
        server.set_whole()
    }

    /// Whether it may go on from where it is. Else it is not of the same database, or ahead.
    fn fits(&self, region: usize, writer: usize) -> Done<bool> {
        let names = ["Database system identifier", "Latest checkpoint's TimeLineID"];
        let [own_id, own_line] = self.servers[region].control(names)?;
        let [id, line] = self.servers[writer].control(names)?;
        let number = |text: String| text.parse::<u64>().unwrap_or(0);
        Ok(own_id == id && number(own_line) <= number(line))
    }

    fn copy_from(&self, region: usize, from: usize) -> Done {
        let server = &self.servers[region];
        tracing::info!(region = self.names[region], "copied anew");
        server.stop();
        server.copy(self.servers[from].place.listen)?;
        server.start(Mode::Follower)
    }

    /// Whether the writer hears of its follower; asked now and then.
    fn is_heard(&self, region: usize, writer: usize) -> Done<bool> {
        let due = {
            let flags = &mut self.flags()[region];
            flags.heard.get_or_insert_with(Instant::now);
            let due = flags.asked.is_none_or(|at| at.elapsed() > ASK);
            if due {
                flags.asked = Some(Instant::now());
            }
            due
        };
        if due {
            let count = "SELECT count(*) FROM pg_stat_replication WHERE usename = ";
            let rows = self.servers[writer].ask(&format!("{count}'{REPLICA}'"))?;
            if rows != [["0"]] {
                self.flags()[region].heard = Some(Instant::now());
            }
        }
        Ok(self.flags()[region].heard.is_none_or(|at| at.elapsed() < UNHEARD))
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

    fn wait_replayed(&self, region: usize, end: u64) -> Done {
        let began = Instant::now();
        loop {
            let rows = self.servers[region].ask("SELECT pg_last_wal_replay_lsn()");
            let at = rows.ok().and_then(|rows| lsn(rows.first()?.first()?)).unwrap_or(0);
            if at > end {
                return Ok(());
            }
            if began.elapsed() > DRAIN {
                return Err(DatabaseError::NotDrained(self.names[region].clone(), DRAIN));
            }
            std::thread::park_timeout(LOOK);
        }
    }

    /// A server that ends in order has sent everything before, its last checkpoint too.
    fn drain_now(&self, from: usize, to: usize) -> Done {
        self.flags()[from].held = true;
        let writer = &self.servers[from];
        if !writer.stop() {
            return Err(writer.unexpected("it did not end in order"));
        }
        let [end, _] = writer.control(["Latest checkpoint location", ""])?;
        self.wait_replayed(to, lsn(&end).unwrap_or(u64::MAX))
    }
}

#[async_trait]
impl Storage for Pair {
    fn told(&self, region: usize) -> serde_json::Value {
        json!({"server": {
            "engine": crate::platform::ENGINE,
            "address": self.servers[region].place.listen.to_string(),
            "credentials_file": self.credentials,
            "authorities_file": self.authority,
        }})
    }

    fn begin(&self, kept: &Kept) -> Done {
        let (writer, other) = (kept.writer(), 1 - kept.writer());
        if !self.servers[writer].is_whole() {
            self.make_first(&self.servers[writer])?;
        }
        self.make(writer, Mode::Writer)?;
        // One that follows may have died before it was promoted.
        if kept.diverged[other] {
            return Ok(());
        }
        if !self.servers[other].is_whole() || !self.fits(other, writer)? {
            self.copy_from(other, writer)?;
        }
        self.make(other, Mode::Follower)
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
            flags[region] = Flags::default();
            flags[1 - region].held = false;
        }
        match self.servers[region].mode() {
            Some(_) => self.make(region, Mode::Writer),
            // Lost, or held by a move that failed: it is tended to.
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
        let server = &self.servers[region];
        self.paced(region, || {
            let source = &self.servers[from];
            if server.is_dark() {
                return Err(server.unexpected("its Region is dark"));
            }
            server.stop();
            // What it knows of its new time line, others may ask for from here on.
            source.ask("CHECKPOINT")?;
            let rewound = match server.is_whole() {
                true => server.rewind(source.place.listen),
                false => Err(server.unexpected("there is nothing to rewind")),
            };
            match rewound {
                Ok(()) => {
                    tracing::info!(region = self.names[region], "rewound");
                    server.start(Mode::Follower)?;
                }
                Err(error) => {
                    tracing::info!(region = self.names[region], %error, "not rewound");
                    self.copy_from(region, from)?;
                }
            }
            self.flags()[region] = Flags::default();
            Ok(())
        })
    }

    fn ship(&self, from: usize, to: usize, _: u64) -> Done {
        let (server, writer) = (&self.servers[to], &self.servers[from]);
        if server.is_dark() || writer.mode() != Some(Mode::Writer) {
            self.flags()[to].heard = None;
            return Ok(());
        }
        self.paced(to, || {
            if !server.is_whole() || !self.is_heard(to, from)? {
                self.flags()[to].heard = None;
                return self.copy_from(to, from);
            }
            Ok(())
        })
        .map(drop)
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
        self.servers[region].stop();
        self.servers[region].wipe()
    }

    fn stop(&self) {
        self.servers.iter().for_each(|server| server.set_dark(true));
        // A server that ends in order waits for what is on its way.
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
