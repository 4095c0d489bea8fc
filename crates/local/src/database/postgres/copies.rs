//! Copies of the writer's data: how a follower obtains one, and how a writer hands over all its data.

use super::super::{DatabaseError, Done};
use super::secrets::REPLICA;
use super::server::Mode;
use super::view::lsn;
use super::{Flags, POLL_INTERVAL, Pair};
use std::time::{Duration, Instant};

/// The time after which a follower is copied again if it responds but is not connected to the writer, although
/// replication is possible.
const DISCONNECTED: Duration = Duration::from_secs(20);
/// The same time for a follower that does not respond.
const STARTING: Duration = Duration::from_secs(300);
/// The maximum time for which a planned move waits for the reader to stream from the writer. The move stops the writer
/// only after that. A recently copied reader needs time to connect, because it first syncs its files to the disk.
const ATTACH: Duration = Duration::from_secs(20);
/// The time within which a reader must receive what its writer had sent. A writer that shuts down cleanly waits until
/// the reader has received everything, so only a lost reader needs longer.
const RECEIVE: Duration = Duration::from_secs(5);
/// The time within which a reader must replay what it has received.
const REPLAY: Duration = Duration::from_secs(15);
/// The interval between checks whether a follower is connected.
const ASK: Duration = Duration::from_secs(1);

impl Pair {
    /// Returns whether a Region's data can follow the writer without a copy. It cannot if the data belongs to another
    /// database or is ahead of the writer.
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

    /// Returns whether the follower is connected to the writer, or was connected recently. The function queries the
    /// writer at most once in each [`ASK`].
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
        let since = self.flags()[region].connected_at.map(|at| at.elapsed());
        // A server that does not respond yet may still be starting on a slow disk. A new copy would only make it start
        // from the beginning.
        let is_lost = |since| {
            since > STARTING
                || since > DISCONNECTED && self.servers[region].query("SELECT 1").is_ok()
        };
        Ok(!since.is_some_and(is_lost))
    }

    /// Rejoins a diverged database: rewinds it to the point of divergence, or copies it again if that fails.
    pub(super) fn rejoin(&self, region: usize, from: usize) -> Done {
        let server = &self.servers[region];
        let source = &self.servers[from];
        if server.is_dark() {
            return Err(server.unexpected("the Region is dark"));
        }
        // The checkpoint makes the new timeline visible to `pg_rewind`.
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

    /// Waits until the reader streams from the writer.
    fn wait_attached(&self, region: usize, writer: usize) -> Done {
        let streaming = format!(
            "SELECT count(*) FROM pg_stat_replication WHERE usename = '{REPLICA}' AND state = 'streaming'"
        );
        let began = Instant::now();
        while self.servers[writer].query(&streaming)? == [["0"]] {
            if began.elapsed() > ATTACH || self.servers[region].is_dark() {
                return Err(DatabaseError::NotDrained(self.names[region].clone(), ATTACH));
            }
            std::thread::park_timeout(POLL_INTERVAL);
        }
        Ok(())
    }

    /// Waits until the reader has replayed past `end`, the position of the writer's last checkpoint.
    fn wait_replayed(&self, region: usize, end: u64) -> Done {
        let server = &self.servers[region];
        let began = Instant::now();
        loop {
            let rows = server.query("SELECT pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()");
            let row = rows.ok().and_then(|rows| rows.into_iter().next()).unwrap_or_default();
            let at = |i: usize| row.get(i).and_then(|text| lsn(text)).unwrap_or(0);
            let (received, replayed) = (at(0), at(1));
            if replayed > end {
                return Ok(());
            }
            let limit = if received > end { REPLAY } else { RECEIVE };
            if began.elapsed() > limit || server.is_dark() {
                return Err(DatabaseError::NotDrained(self.names[region].clone(), limit));
            }
            std::thread::park_timeout(POLL_INTERVAL);
        }
    }

    /// Stops the writer and waits until the reader has everything. A server that shuts down cleanly first sends
    /// everything, including its last checkpoint, to the connected readers.
    pub(super) fn drain_now(&self, from: usize, to: usize) -> Done {
        self.wait_attached(to, from)?;
        self.flags()[from].held = true;
        let writer = &self.servers[from];
        if !writer.stop() {
            return Err(writer.unexpected("the server did not shut down in order"));
        }
        let [end] = writer.control(["Latest checkpoint location"])?;
        self.wait_replayed(to, lsn(&end).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::super::programs::END_S;
    use super::*;
    use leeward_blueprint::{Overrides, Timing, TimingProfile};

    /// Checks that a drain ends before the run that waits for it is parked. A drain that succeeded later would leave a
    /// writer in a Region that is not active.
    #[test]
    fn a_drain_takes_less_time_than_its_run_may_wait() {
        let end = Duration::from_secs(END_S.into());
        let waits = Duration::from_millis(
            Timing::of(TimingProfile::Local, &Overrides::default()).promote_wait_ms,
        );
        assert!(ATTACH + end + RECEIVE + REPLAY < waits);
    }
}
