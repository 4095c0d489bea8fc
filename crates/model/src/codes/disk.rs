//! The codes that begin with `LW-W`, which are in the supervisor's log of a local platform.

use super::{Code, Group};

pub(super) const GROUP: Group = Group {
    letter: 'W',
    name: "Local disk",
    met_at: "the supervisor's log of a local platform",
    codes: CODES,
};

const CODES: &[Code] = &[Code {
    code: "LW-W001",
    title: "A disk refuses writes",
    cause: "The replica's file cannot be written: the disk is full or was made read-only. Writes \
            to it are repeated and are not acknowledged meanwhile.",
    remedy: "Free space or make the directory writable again. The platform continues by itself.",
}];
