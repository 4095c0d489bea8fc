//! The codes that begin with `LW-O`, which `leeward orders` prints.

use super::{Code, Group};

pub(super) const GROUP: Group =
    Group { letter: 'O', name: "Order files", met_at: "`leeward orders`", codes: CODES };

const CODES: &[Code] = &[
    Code {
        code: "LW-O001",
        title: "The orders file cannot be read",
        cause: "The file does not exist or is not readable.",
        remedy: "Check the path.",
    },
    Code {
        code: "LW-O002",
        title: "The header of the CSV file lacks a column",
        cause: "A CSV file names its columns in the first line, and a required one is missing.",
        remedy: "Add the column that the message names; `leeward orders generate --format csv` shows \
            the form.",
    },
    Code {
        code: "LW-O003",
        title: "The header of the CSV file names a column twice",
        cause: "The first line repeats a name.",
        remedy: "Rename or remove one of the two columns.",
    },
    Code {
        code: "LW-O004",
        title: "The platform gives no answer",
        cause: "No order was answered for a minute.",
        remedy: "Check `leeward status`. Run the same command again when the platform is back: it \
            continues where it stopped, and no order is placed twice.",
    },
    Code {
        code: "LW-O005",
        title: "There is no such format",
        cause: "`orders generate` writes `ndjson` and `csv`.",
        remedy: "Use one of these formats.",
    },
];
