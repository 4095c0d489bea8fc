//! The codes that begin with `LW-K`, which `leeward bench wire` prints.

use super::{Code, Group};

pub(super) const GROUP: Group =
    Group { letter: 'K', name: "Bench: ministack", met_at: "`leeward bench wire`", codes: CODES };

const CODES: &[Code] = &[
    Code {
        code: "LW-K001",
        title: "Ministack cannot be run",
        cause: "The emulator is not installed or not on the path.",
        remedy: "`pip install ministack`, name it with `--ministack`, or pass `--alone`.",
    },
    Code {
        code: "LW-K002",
        title: "Ministack does not listen",
        cause: "The emulator did not open its port within 30 s.",
        remedy: "The message holds its output. Free memory or ports and repeat the command.",
    },
    Code {
        code: "LW-K003",
        title: "A request to ministack failed",
        cause: "The connection broke or timed out.",
        remedy: "Repeat the command on a quieter machine, or pass `--alone`.",
    },
    Code {
        code: "LW-K004",
        title: "Ministack refused a request",
        cause: "The emulator answered with an error.",
        remedy: "Check its version; the reference page about ministack names the one that is tested.",
    },
    Code {
        code: "LW-K005",
        title: "A file or process of ministack failed",
        cause: "Its log or its directory cannot be written, or its process cannot be observed.",
        remedy: "The message holds the system's reason.",
    },
];
