//! The tables and queues of the platform as plain data. The stacks, local mode and the simulator create them from this
//! data.
//!
//! The ledger has two replicas and a witness, and so do the sessions unless they are eventually consistent, in which
//! case they have no witness. The control table has three replicas, because the sentinel of the witness Region writes
//! its observations there.

use crate::TimingProfile;
use crate::services::Consistency;
use crate::{RegionRole, names::Names};
use leeward_model::Session;

/// The type of both key attributes, in DynamoDB's notation.
pub const KEY_TYPE: char = 'S';

/// The number of receives after which a hint goes to the dead-letter queue. The sweeper books the hint's account
/// anyway.
pub const MAX_RECEIVES: u32 = 20;

/// The purpose of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableRole {
    /// Entries, claims and accounts.
    Ledger,
    /// Authority, observations and the audit log.
    Control,
    /// Customers' sessions.
    Sessions,
}

impl TableRole {
    /// Every table.
    pub const ALL: [TableRole; 3] = [TableRole::Ledger, TableRole::Control, TableRole::Sessions];

    /// Returns the role as it appears in the table's name.
    pub fn as_str(self) -> &'static str {
        match self {
            TableRole::Ledger => "ledger",
            TableRole::Control => "control",
            TableRole::Sessions => "sessions",
        }
    }

    /// Returns the name of the table.
    pub fn table_name(self, names: &Names) -> String {
        match self {
            TableRole::Ledger => names.ledger_table(),
            TableRole::Control => names.control_table(),
            TableRole::Sessions => names.sessions_table(),
        }
    }
}

/// A table and its replicas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The table's purpose.
    pub role: TableRole,
    /// The attribute that is the partition key.
    pub partition_key: &'static str,
    /// The attribute that is the sort key.
    pub sort_key: &'static str,
    /// The consistency of the table. A strong write is in two Regions before it is acknowledged; an eventual write is
    /// replicated later.
    pub consistency: Consistency,
    /// The Regions that hold a full copy, the primary first.
    pub replicas: &'static [RegionRole],
    /// The Region that votes on writes but holds no copy to read.
    pub witness: Option<RegionRole>,
    /// The attribute by which DynamoDB expires items, in seconds since 1970. Strongly consistent tables have none.
    pub time_to_live: Option<&'static str>,
    /// The view type of the table's stream. Strongly consistent tables have no stream.
    pub stream: Option<&'static str>,
}

/// Returns the platform's tables. `sessions` is the consistency of the table of sessions (REQ-S1).
pub fn tables(sessions: Consistency) -> [Table; 3] {
    use RegionRole::{Primary, Secondary, Witness};
    let strong = |role, replicas, witness| Table {
        role,
        partition_key: "pk",
        sort_key: "sk",
        consistency: Consistency::Strong,
        replicas,
        witness,
        time_to_live: None,
        stream: None,
    };
    let pair: &[RegionRole] = &[Primary, Secondary];
    let sessions = match sessions {
        Consistency::Strong => strong(TableRole::Sessions, pair, Some(Witness)),
        Consistency::Eventual => Table {
            consistency: Consistency::Eventual,
            time_to_live: Some(Session::EXPIRES_ATTRIBUTE),
            stream: Some("NEW_AND_OLD_IMAGES"),
            ..strong(TableRole::Sessions, pair, None)
        },
    };
    [
        strong(TableRole::Ledger, pair, Some(Witness)),
        strong(TableRole::Control, &[Primary, Secondary, Witness], None),
        sessions,
    ]
}

/// Returns the time for which a received hint is hidden from other processors. On AWS, this is six times as long as a
/// processor may take for a batch (docs/spec/aws-facts.md).
pub fn hint_visibility_s(timing: TimingProfile) -> u32 {
    match timing {
        TimingProfile::Local => 5,
        TimingProfile::Aws => 180,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_write_of_a_strong_table_has_three_voters() {
        for table in tables(Consistency::Strong) {
            let voters = table.replicas.len() + usize::from(table.witness.is_some());
            assert_eq!(voters, 3, "{table:?}");
        }
    }
}
