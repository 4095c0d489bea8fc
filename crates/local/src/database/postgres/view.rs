//! Read-only queries of the servers, for status and drills.

use super::super::{Booked, DatabaseError, Done, Shown};
use super::server::Server;
use leeward_api::DatabaseRole;
use leeward_store::StoreError;
use leeward_store::postgres::Console;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_millis(400);

/// The query for a server's position in the log and the age of its last commit. The position of a writer is the end of
/// its log; that of a reader is the end of the replayed part.
const POSITION: &str = "SELECT pg_is_in_recovery(), current_setting('transaction_read_only'),
    CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END,
    coalesce(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000, 0)
        ::bigint";

struct Position {
    role: DatabaseRole,
    end: u64,
    age_ms: u64,
}

/// Parses a position such as `16/B374D848`.
pub(super) fn lsn(text: &str) -> Option<u64> {
    let (high, low) = text.split_once('/')?;
    let part = |text| u32::from_str_radix(text, 16).ok();
    Some(u64::from(part(high)?) << 32 | u64::from(part(low)?))
}

async fn position(server: &Server) -> Option<Position> {
    if server.is_dark() {
        return None;
    }
    let asked = tokio::time::timeout(PATIENCE, server.query_async(POSITION)).await;
    let rows = asked.ok()?.ok()?;
    let [recovers, read_only, end, age_ms] = rows.first()?.as_slice() else { return None };
    let role = match (recovers.as_str(), read_only.as_str()) {
        ("t", _) => DatabaseRole::Reader,
        (_, "on") => DatabaseRole::Fenced,
        _ => DatabaseRole::Writer,
    };
    Some(Position { role, end: lsn(end).unwrap_or(0), age_ms: age_ms.parse().unwrap_or(0) })
}

/// Returns the status of a database. The lag of a reader is known only while the writer responds.
pub(super) async fn shown(servers: &[Server; 2], region: usize) -> Shown {
    if !servers[region].has_complete_data() {
        return Shown { role: DatabaseRole::Orphan, ..Shown::default() };
    }
    let (own, other) = futures::join!(position(&servers[region]), position(&servers[1 - region]));
    let Some(own) = own else { return Shown { role: DatabaseRole::Down, ..Shown::default() } };
    let behind = match other {
        Some(other) if own.role == DatabaseRole::Reader && other.role == DatabaseRole::Writer => {
            other.end.saturating_sub(own.end)
        }
        _ => 0,
    };
    Shown { role: own.role, behind, lag_ms: if behind > 0 { own.age_ms } else { 0 } }
}

fn unreadable(what: &str) -> DatabaseError {
    DatabaseError::Store(StoreError::Content(format!("a row of orders: {what}")))
}

pub(super) async fn count(book: &Console) -> Done<u64> {
    let rows = book.ask("SELECT count(*) FROM orders").await?;
    let count = rows.first().and_then(|row| row.first()?.parse().ok());
    count.ok_or_else(|| unreadable("no count"))
}

pub(super) async fn booked(book: &Console, begin: &str) -> Done<Vec<Booked>> {
    let rows = book.ask("SELECT account, client_id, seq, idx FROM orders").await?;
    let ours = rows.into_iter().filter(|row| row.get(1).is_some_and(|id| id.starts_with(begin)));
    let read = |row: Vec<String>| {
        let [account, client_id, seq, index] = row.try_into().ok()?;
        let (seq, index) = (seq.parse().ok()?, index.parse().ok()?);
        Some(Booked { account, client_id, seq, index })
    };
    ours.map(|row| read(row).ok_or_else(|| unreadable("four columns"))).collect()
}

#[cfg(test)]
mod tests {
    use super::lsn;

    #[test]
    fn a_log_position_is_a_number() {
        assert_eq!(lsn("0/0"), Some(0));
        assert_eq!(lsn("0/3000028"), Some(0x300_0028));
        assert_eq!(lsn("16/B374D848"), Some(0x16_B374_D848));
        for text in ["", "16", "x/1", "1/x", "1/123456789"] {
            assert_eq!(lsn(text), None, "{text}");
        }
    }
}
