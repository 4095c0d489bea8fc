//! The codes that begin with `LW-N`, which `leeward bench` prints.

use super::{Code, Group};

pub(super) const GROUP: Group =
    Group { letter: 'N', name: "Bench", met_at: "`leeward bench`", codes: CODES };

const CODES: &[Code] = &[
    Code {
        code: "LW-N001",
        title: "The platform did not become ready",
        cause: "The platform under measurement did not accept orders, move or catch up within the \
            limit.",
        remedy: "Repeat the command on a quieter machine.",
    },
    Code {
        code: "LW-N002",
        title: "The directory of the measurement cannot be created",
        cause: "The temporary directory is not writable or full.",
        remedy: "Set `TMPDIR` to a writable directory with free space.",
    },
    Code {
        code: "LW-N003",
        title: "No free ports were found",
        cause: "Every port from 20000 to 40000 that was tried is taken.",
        remedy: "End other platforms on this machine.",
    },
    Code {
        code: "LW-N004",
        title: "A contestant did not do its work",
        cause: "A call of the measurement was refused or failed.",
        remedy: "The message names the contestant and its answer.",
    },
    Code {
        code: "LW-N005",
        title: "The survivor's database cannot be read",
        cause: "The database of the surviving Region could not be opened after the move.",
        remedy: "The message holds the reason; the log of the Region's agent has more.",
    },
    Code {
        code: "LW-N006",
        title: "Booking did not catch up after the measurement",
        cause: "Accepted orders were still being booked two minutes later.",
        remedy: "Measure for fewer seconds, or on a faster disk.",
    },
];
