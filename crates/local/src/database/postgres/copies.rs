//! Copies of the writer's data: a follower obtains them, and a writer hands them over completely.

use super::super::{DatabaseError, Done};
use super::secrets::REPLICA;
use super::server::Mode;
use super::view::lsn;
use super::{Flags, POLL_INTERVAL, Pair};
use std::time::{Duration, Instant};

/// The time after which a follower that is not connected, although replication is possible, is copied again.
const DISCONNECTED: Duration = Duration::from_secs(20);
/// The time that a reader may take to replay what its writer had sent before it ended. A busy machine takes seconds,
/// and giving up abandons a planned move.
const REPLAY: Duration = Duration::from_secs(30);
/// The pause between two checks whether a follower is connected.
const ASK: Duration = Duration::from_secs(1);

impl Pair {
    /// Returns whether a Region's data may follow the writer as it is; otherwise it belongs to another database or is
    /// ahead.
    pub(super) fn fits(&self, region: usize, writer: usize) -> Done<bool> {
        let names = ["Database system identifier", "Latest checkpoint's TimeLineID"];
        let [own_id, own_line] = self.servers[region].control(names)?;
        let [id, line] = self.servers[writer].control(names)?;
        let number = |text: String| text.parse::<u64>().unwrap_or(0);
        Ok(own_id == id && number(own_line) <= number(line))
    }

    pub(super) fn copy_from(&self, region: usize, from: usize) -> Done {
        let server = &self.servers[region];
        tracing::info!(region = self.names[region], "copied anew");
        server.stop();
        server.copy(self.servers[from].site.listen)?;
        server.start(Mode::Follower)
    }

    /// Returns whether the follower is connected to the writer; asks the writer only from time to time.
    pub(super) fn is_connected(&self, region: usize, writer: usize) -> Done<bool> {
        let due = {
            let flags = &mut self.flags()[region];
            flags.connected_at.get_or_insert_with(Instant::now);
            let due = flags.asked.is_none_or(|at| at.elapsed() > ASK);
            if due {
                flags.asked = Some(Instant::now());
            }
            due
        };
        if due {
            let count = "SELECT count(*) FROM pg_stat_replication WHERE usename = ";
            let rows = self.servers[writer].query(&format!("{count}'{REPLICA}'"))?;
            if rows != [["0"]] {
                self.flags()[region].connected_at = Some(Instant::now());
            }
        }
        Ok(self.flags()[region].connected_at.is_none_or(|at| at.elapsed() < DISCONNECTED))
    }

    /// Rejoins a diverged database: rewinds it to the point of divergence, or else copies it again.
    pub(super) fn rejoin(&self, region: usize, from: usize) -> Done {
        let server = &self.servers[region];
        let source = &self.servers[from];
        if server.is_dark() {
            return Err(server.unexpected("the Region is dark"));
        }
        // The checkpoint makes the new timeline visible to others.
        source.query("CHECKPOINT")?;
        server.stop();
        let rewound = match server.has_complete_data() {
            true => server.rewind(source.site.listen),
            false => Err(server.unexpected("there is no data to rewind")),
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
    }

    fn wait_replayed(&self, region: usize, end: u64) -> Done {
        let began = Instant::now();
        loop {
            let rows = self.servers[region].query("SELECT pg_last_wal_replay_lsn()");
            let at = rows.ok().and_then(|rows| lsn(rows.first()?.first()?)).unwrap_or(0);
            if at > end {
                return Ok(());
            }
            if began.elapsed() > REPLAY {
                return Err(DatabaseError::NotDrained(self.names[region].clone(), REPLAY));
            }
            std::thread::park_timeout(POLL_INTERVAL);
        }
    }

    /// Stops the writer and waits until the reader has everything. A server that ends in order first sends everything,
    /// including its last checkpoint.
    pub(super) fn drain_now(&self, from: usize, to: usize) -> Done {
        self.flags()[from].held = true;
        let writer = &self.servers[from];
        if !writer.stop() {
            return Err(writer.unexpected("the server did not shut down in order"));
        }
        let [end] = writer.control(["Latest checkpoint location"])?;
        self.wait_replayed(to, lsn(&end).unwrap_or(u64::MAX))
    }
}
