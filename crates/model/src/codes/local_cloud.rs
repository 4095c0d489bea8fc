//! The codes that begin with `LW-L`, which `leeward up`, `leeward drill` and `leeward bench` print.

use super::{Code, Group};

pub(super) const GROUP: Group = Group {
    letter: 'L',
    name: "Local cloud",
    met_at: "`leeward up`, `leeward drill` and `leeward bench`",
    codes: CODES,
};

const CODES: &[Code] = &[
    Code {
        code: "LW-L001",
        title: "A port of the local cloud is taken",
        cause: "Another process listens on one of the platform's addresses.",
        remedy: "End the other platform with `leeward down`, or choose another range with `--port`; \
            `--port 0` finds a free one.",
    },
    Code {
        code: "LW-L002",
        title: "A replica of the local cloud cannot be opened",
        cause: "The directory of a Region's replica is not writable, or was written by an \
            incompatible version.",
        remedy: "The message names the directory. Choose another with `--dir`, or use the binary that \
            wrote it.",
    },
];
