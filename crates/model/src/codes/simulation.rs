//! The codes that begin with `LW-S`, which `leeward simulate` prints.

use super::{Code, Group};

pub(super) const GROUP: Group =
    Group { letter: 'S', name: "Simulation", met_at: "`leeward simulate`", codes: CODES };

const CODES: &[Code] = &[
    Code {
        code: "LW-S001",
        title: "The file is not a scenario",
        cause: "The file is not valid TOML, or a field is missing, unknown or of the wrong type.",
        remedy: "Use a file that `--shrink-to` wrote; the message names the place.",
    },
    Code {
        code: "LW-S002",
        title: "The scenario has another format",
        cause: "The file was written by a version whose worlds differ.",
        remedy: "Run the seed again with `leeward simulate --seed`, or use the binary that wrote the \
            file.",
    },
    Code {
        code: "LW-S003",
        title: "The scenario is impossible",
        cause: "A value contradicts another, such as a world without customers or a fault after the \
            end.",
        remedy: "Correct the value that the message names.",
    },
    Code {
        code: "LW-S004",
        title: "The scenario cannot be read",
        cause: "The file given with `--scenario` does not exist or is not readable.",
        remedy: "Check the path.",
    },
    Code {
        code: "LW-S005",
        title: "There is nothing to shrink",
        cause: "`--shrink-to` was given, and the world breaks no rule.",
        remedy: "Choose a seed that a campaign reported as broken.",
    },
    Code {
        code: "LW-S006",
        title: "The scenario cannot be written",
        cause: "The directory of `--shrink-to` does not exist or is not writable.",
        remedy: "Choose another path. The check runs before the worlds do.",
    },
    Code {
        code: "LW-S007",
        title: "The value of `--what-if` is malformed",
        cause: "It is not of the form `KEY=VALUE`, or the value is not a whole number.",
        remedy: "Name a key of the blueprint's `[timing]` section, such as `tick_ms=2000`.",
    },
    Code {
        code: "LW-S008",
        title: "The seeds exceed the largest number",
        cause: "`--first-seed` plus `--worlds` is larger than a 64-bit number.",
        remedy: "Use a smaller first seed.",
    },
];
