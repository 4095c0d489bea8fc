//! The codes that begin with `LW-U`, which `leeward up` and `leeward drill` print.

use super::{Code, Group};

pub(super) const GROUP: Group = Group {
    letter: 'U',
    name: "Starting a local platform",
    met_at: "`leeward up` and `leeward drill`",
    codes: CODES,
};

const CODES: &[Code] = &[
    Code {
        code: "LW-U001",
        title: "The directory cannot be used",
        cause: "The directory cannot be created, is not writable or is not a directory.",
        remedy: "Choose another with `--dir`.",
    },
    Code {
        code: "LW-U002",
        title: "Another platform runs in this directory",
        cause: "A supervisor holds the lock of the directory.",
        remedy: "End it with `leeward down --dir DIR`, or choose another directory.",
    },
    Code {
        code: "LW-U003",
        title: "The ports are taken",
        cause: "At least one port of the requested range is in use. The message lists them.",
        remedy: "Choose another range with `--port`; `--port 0` finds a free one.",
    },
    Code {
        code: "LW-U004",
        title: "The local database cannot be opened",
        cause: "The projection's file or server refused the connection or the schema.",
        remedy: "The message holds the reason. If the file is damaged, remove the Region's database: \
            it is folded again from the ledger.",
    },
    Code {
        code: "LW-U005",
        title: "The agents cannot be started",
        cause: "The operating system refused to start a Region's process.",
        remedy: "The message holds the reason, usually a limit or a missing binary.",
    },
    Code {
        code: "LW-U006",
        title: "The detached platform did not become ready in time",
        cause: "The supervisor in the background did not report within a minute that the platform is \
            ready.",
        remedy: "See `supervisor.log` in the platform's directory. On a heavily loaded machine, start \
            it again.",
    },
    Code {
        code: "LW-U007",
        title: "The platform is not ready yet",
        cause: "The platform started, but did not accept orders within the time limit. It keeps \
            running.",
        remedy: "`leeward status` shows which part is not well; each agent's log is in `agents/` of \
            the directory.",
    },
    Code {
        code: "LW-U008",
        title: "The directory was made with another database",
        cause: "A directory keeps the kind of database it was created with.",
        remedy: "Start it with the `--database` in the message, or choose another directory.",
    },
    Code {
        code: "LW-U009",
        title: "PostgreSQL is not installed",
        cause: "`--database postgres` needs PostgreSQL's programs, and they were not found.",
        remedy: "`apt-get install postgresql`, or start without `--database postgres`.",
    },
    Code {
        code: "LW-U010",
        title: "PostgreSQL has no user to run as",
        cause: "The platform runs as root, which PostgreSQL refuses, and the user in the message \
            does not exist.",
        remedy: "Create the user with `useradd --system`, or start the platform as another user.",
    },
];
