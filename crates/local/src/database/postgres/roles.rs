//! The mode of each server, and the transitions between modes.

use super::super::{ClusterRecord, Done};
use super::secrets::{AGENT, ORDERS, REPLICA};
use super::server::{Mode, Server};
use super::{PATIENCE, POLL_INTERVAL, Pair};
use std::time::{Duration, Instant};

/// The time after which a server that cannot become the writer gets a new database.
pub(super) const HOPELESS: Duration = Duration::from_secs(15);

impl Pair {
    /// Returns the mode that a server should have, or `None` if the server must be left as it is.
    pub(super) fn target_mode(&self, record: &ClusterRecord, region: usize) -> Option<Mode> {
        let (server, flags) = (&self.servers[region], self.flags()[region]);
        let is_there = server.has_complete_data() || (flags.anew && record.writer() == region);
        if server.is_dark() || flags.held || !is_there {
            return None;
        }
        Some(match (record.writer() == region, flags.fenced) {
            (true, false) => Mode::Writer,
            (true, true) => Mode::Fenced,
            // The server has diverged, and no fence has reached it yet.
            (_, false) if record.diverged[region] && server.mode() == Some(Mode::Writer) => {
                return None;
            }
            // The diverged server could not find the point where it diverged from the writer, so it serves reads only.
            _ if record.diverged[region] => Mode::Fenced,
            _ => Mode::Follower,
        })
    }

    /// Brings a server into a mode.
    pub(super) fn apply_mode(&self, region: usize, wanted: Mode) -> Done {
        let server = &self.servers[region];
        if !server.has_complete_data() {
            return self.make_first(server);
        }
        // A follower accepts no writes, so it is fenced already.
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
            (Some(_), wanted) => self.set_write_access(server, wanted),
        }
    }

    /// Promotes a follower. A rewound database whose writer was lost before it had sent the missing log can never
    /// become consistent. A new database replaces it, and is folded from the ledger.
    fn end_recovery(&self, region: usize) -> Done {
        let server = &self.servers[region];
        let promoted = server.query("SELECT pg_promote(true, 20)");
        if promoted.as_ref().is_ok_and(|rows| *rows == [["t"]]) {
            server.set_mode(Mode::Writer);
            return Ok(());
        }
        let since = *self.flags()[region].waits.get_or_insert_with(Instant::now);
        if since.elapsed() > HOPELESS && server.mode().is_some() {
            tracing::warn!(
                region = self.names[region],
                "the database cannot become the writer; creating a new one"
            );
            return self.make_first(server);
        }
        promoted?;
        Err(server.unexpected("the server was not promoted within 20 s"))
    }

    /// Opens a server for writes, or makes it read-only. The latter also ends the present connections with their
    /// uncommitted work.
    fn set_write_access(&self, server: &Server, mode: Mode) -> Done {
        server.configure(mode)?;
        server.query("SELECT pg_reload_conf()")?;
        let read_only = if mode == Mode::Fenced { "on" } else { "off" };
        let began = Instant::now();
        // The server's existing connections see the change later than new ones do, so this loop waits for it.
        while server.query("SHOW default_transaction_read_only")? != [[read_only]] {
            if began.elapsed() > PATIENCE {
                return Err(server.unexpected("the server does not reload its configuration"));
            }
            std::thread::park_timeout(POLL_INTERVAL);
        }
        if mode == Mode::Fenced {
            let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ";
            server.query(&format!("{end}'{AGENT}'"))?;
        }
        server.set_mode(mode);
        Ok(())
    }

    /// Creates a new database with its users. If a statement fails, its password reaches no log.
    pub(super) fn make_first(&self, server: &Server) -> Done {
        server.stop();
        server.make(&self.secrets.supervisor)?;
        server.start(Mode::Writer)?;
        let (agent, replica) = (&self.secrets.agent, &self.secrets.replica);
        server.query(&format!(
            "SET log_min_error_statement = panic; \
             CREATE ROLE {AGENT} LOGIN PASSWORD '{agent}'; \
             CREATE ROLE {REPLICA} LOGIN REPLICATION PASSWORD '{replica}'"
        ))?;
        server.query(&format!("CREATE DATABASE {ORDERS} OWNER {AGENT}"))?;
        server.mark_complete()
    }
}
