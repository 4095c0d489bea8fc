//! How a follower comes to the writer's data, and how a writer leaves all of it to its follower.

use super::super::{DatabaseError, Done};
use super::secrets::REPLICA;
use super::server::Mode;
use super::view::lsn;
use super::{Flags, LOOK, Pair};
use std::time::{Duration, Instant};

/// Who is not heard of for so long while pages could flow is copied anew.
const UNHEARD: Duration = Duration::from_secs(20);
/// How long a reader may take to replay what its writer had sent when it ended. A busy machine takes
/// seconds, and giving up abandons a planned move.
const REPLAY: Duration = Duration::from_secs(30);
/// Between two questions whether a follower follows.
const ASK: Duration = Duration::from_secs(1);

impl Pair {
    /// Whether it may go on from where it is. Else it is not of the same database, or ahead.
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
        server.copy(self.servers[from].place.listen)?;
        server.start(Mode::Follower)
    }

    /// Whether the writer hears of its follower; asked now and then.
    pub(super) fn is_heard(&self, region: usize, writer: usize) -> Done<bool> {
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

    /// What was left behind: rewound to where the two parted, else copied anew.
    pub(super) fn follow_again(&self, region: usize, from: usize) -> Done {
        let server = &self.servers[region];
        let source = &self.servers[from];
        if server.is_dark() {
            return Err(server.unexpected("its Region is dark"));
        }
        // What it knows of its new time line, others may ask for from here on.
        source.ask("CHECKPOINT")?;
        server.stop();
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
    }

    fn wait_replayed(&self, region: usize, end: u64) -> Done {
        let began = Instant::now();
        loop {
            let rows = self.servers[region].ask("SELECT pg_last_wal_replay_lsn()");
            let at = rows.ok().and_then(|rows| lsn(rows.first()?.first()?)).unwrap_or(0);
            if at > end {
                return Ok(());
            }
            if began.elapsed() > REPLAY {
                return Err(DatabaseError::NotDrained(self.names[region].clone(), REPLAY));
            }
            std::thread::park_timeout(LOOK);
        }
    }

    /// A server that ends in order has sent everything before, its last checkpoint too.
    pub(super) fn drain_now(&self, from: usize, to: usize) -> Done {
        self.flags()[from].held = true;
        let writer = &self.servers[from];
        if !writer.stop() {
            return Err(writer.unexpected("it did not end in order"));
        }
        let [end] = writer.control(["Latest checkpoint location"])?;
        self.wait_replayed(to, lsn(&end).unwrap_or(u64::MAX))
    }
}
