//! The codes that begin with `LW-V`. `leeward failover`, `switchover`, `failback`, `realign` and `run` print them, and
//! `POST /v1/operations` returns them.

use super::{Code, Group};

pub(super) const GROUP: Group = Group {
    letter: 'V',
    name: "Operations",
    met_at: "`leeward failover`, `switchover`, `failback`, `realign`, `run` and `POST /v1/operations`",
    codes: CODES,
};

const CODES: &[Code] = &[
    Code {
        code: "LW-V001",
        title: "The Region cannot become active",
        cause: "The target is not one of the two Regions that book orders; the witness never is.",
        remedy: "Name the primary or the secondary Region.",
    },
    Code {
        code: "LW-V002",
        title: "The Region is active already",
        cause: "The move's target is where the authority is.",
        remedy: "Nothing needs to be done. `leeward status` shows the active Region.",
    },
    Code {
        code: "LW-V003",
        title: "A run is open",
        cause: "A planned move does not start over another run; a failover does.",
        remedy: "Wait until the run ends, or end it with `leeward run abandon`.",
    },
    Code {
        code: "LW-V004",
        title: "No run is open",
        cause: "`run pause`, `run resume` and `run abandon` act on the open run.",
        remedy: "Nothing needs to be done. `leeward status --json` shows in `last_run` how the last run ended.",
    },
    Code {
        code: "LW-V005",
        title: "A database was detached",
        cause: "A Region's database was detached and promoted on its own, so that there is nothing \
            to hand over to.",
        remedy: "Rebuild that Region's database first.",
    },
    Code {
        code: "LW-V010",
        title: "The document is not an operation",
        cause: "The body is not valid JSON, has an unknown field or verb, or lacks the target that \
            the verb needs.",
        remedy: "The message names the field. The API reference has the form of the document.",
    },
    Code {
        code: "LW-V011",
        title: "The outcome of the operation is unknown",
        cause: "The write of the authority was not answered. It may have taken effect.",
        remedy: "Repeat the operation with the same id.",
    },
];
