//! What each server is to be, and how it becomes that.

use super::super::{Done, Kept};
use super::secrets::{AGENT, ORDERS, REPLICA};
use super::server::{Mode, Server};
use super::{LOOK, PATIENCE, Pair};
use std::time::{Duration, Instant};

/// After so long it is not waited for any more.
pub(super) const HOPELESS: Duration = Duration::from_secs(15);

impl Pair {
    /// What it is to be; `None`: left alone.
    pub(super) fn wanted(&self, kept: &Kept, region: usize) -> Option<Mode> {
        let (server, flags) = (&self.servers[region], self.flags()[region]);
        let is_there = server.is_whole() || (flags.anew && kept.writer() == region);
        if server.is_dark() || flags.held || !is_there {
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

    pub(super) fn make(&self, region: usize, wanted: Mode) -> Done {
        let server = &self.servers[region];
        if !server.is_whole() {
            return self.make_first(server);
        }
        // Who follows takes no writes anyway.
        let wanted = match wanted {
            Mode::Fenced if server.is_following() => Mode::Follower,
            other => other,
        };
        match (server.mode(), wanted) {
            (Some(is), wanted) if is == wanted => Ok(()),
            (None, Mode::Writer) if server.is_following() => {
                server.start(Mode::Follower)?;
                self.end_recovery(region)
            }
            (None, wanted) => server.start(wanted),
            (Some(Mode::Follower), _) => self.end_recovery(region),
            (Some(_), Mode::Follower) => self.copy_from(region, 1 - region),
            (Some(_), wanted) => self.open_or_close(server, wanted),
        }
    }

    /// Who was rewound, and whose writer was lost before it had sent what belongs to that, is no
    /// database and never will be: a new one is made, and folded from the ledger.
    fn end_recovery(&self, region: usize) -> Done {
        let server = &self.servers[region];
        let promoted = server.ask("SELECT pg_promote(true, 20)");
        if promoted.as_ref().is_ok_and(|said| *said == [["t"]]) {
            server.turn(Mode::Writer);
            return Ok(());
        }
        let since = *self.flags()[region].waits.get_or_insert_with(Instant::now);
        if since.elapsed() > HOPELESS && server.mode().is_some() {
            tracing::warn!(region = self.names[region], "cannot be the writer; made anew");
            return self.make_first(server);
        }
        promoted?;
        Err(server.unexpected("it was not promoted within 20 s"))
    }

    /// Read-only for whoever comes; and whoever is there goes, with what was not committed.
    fn open_or_close(&self, server: &Server, mode: Mode) -> Done {
        server.configure(mode)?;
        server.ask("SELECT pg_reload_conf()")?;
        let read_only = if mode == Mode::Fenced { "on" } else { "off" };
        let began = Instant::now();
        // Its own connections are told after the one that takes new ones.
        while server.ask("SHOW default_transaction_read_only")? != [[read_only]] {
            if began.elapsed() > PATIENCE {
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
    pub(super) fn make_first(&self, server: &Server) -> Done {
        server.stop();
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
}
