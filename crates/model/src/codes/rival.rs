//! The codes that begin with `LW-P`, which `leeward bench orders` prints.

use super::{Code, Group};

pub(super) const GROUP: Group = Group {
    letter: 'P',
    name: "Bench: PostgreSQL",
    met_at: "`leeward bench orders`",
    codes: CODES,
};

const CODES: &[Code] = &[
    Code {
        code: "LW-P001",
        title: "PostgreSQL was not found",
        cause: "The measurement compares with PostgreSQL, and its programs are not installed.",
        remedy: "Install PostgreSQL, or pass `--alone`.",
    },
    Code {
        code: "LW-P002",
        title: "A program of PostgreSQL failed",
        cause: "`initdb`, `pg_ctl`, `pgbench` or the replication of the comparison failed.",
        remedy: "The message holds the program's own words.",
    },
    Code {
        code: "LW-P003",
        title: "A file or process of the comparison failed",
        cause: "The temporary directory is not writable, or a process could not be started.",
        remedy: "The message holds the system's reason.",
    },
];
