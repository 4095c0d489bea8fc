//! The codes that begin with `LW-D`, which concern a local platform started with `--database postgres`.

use super::{Code, Group};

pub(super) const GROUP: Group = Group {
    letter: 'D',
    name: "Local databases",
    met_at: "a local platform started with `--database postgres`",
    codes: CODES,
};

const CODES: &[Code] = &[
    Code {
        code: "LW-D001",
        title: "A program of PostgreSQL failed",
        cause: "`initdb`, `pg_basebackup`, `pg_rewind`, `postgres` or a related program ended with \
            an error.",
        remedy: "The message holds the program's own words; the server's log is in the platform's \
            `database` directory.",
    },
    Code {
        code: "LW-D002",
        title: "A file of the database cannot be read or written",
        cause: "The platform's `database` directory is not writable, is full or belongs to another \
            user.",
        remedy: "Check the path in the message, the free space and the owner.",
    },
    Code {
        code: "LW-D003",
        title: "The certificates of the database cannot be created",
        cause: "Generating the certificate authority or the server certificate of the local pair \
            failed.",
        remedy: "The message holds the reason. Remove the platform's directory and start again if it \
            persists.",
    },
    Code {
        code: "LW-D004",
        title: "The standby did not receive everything in time",
        cause: "A planned hand-over waits until the standby has all of the log, and it did not \
            within the limit. The hand-over was given up; the writer is unchanged.",
        remedy: "Check the link between the Regions (`leeward fault clear`) and the load, then repeat \
            the move.",
    },
];
