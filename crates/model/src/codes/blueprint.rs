//! The codes that begin with `LW-B`, which every verb that reads a blueprint prints.

use super::{Code, Group};

pub(super) const GROUP: Group = Group {
    letter: 'B',
    name: "Blueprint",
    met_at: "every verb that reads a blueprint",
    codes: CODES,
};

const CODES: &[Code] = &[Code {
    code: "LW-B001",
    title: "The blueprint is not valid",
    cause: "At least one setting is unknown, has the wrong type or is out of range, or two \
            settings contradict each other.",
    remedy: "Every problem is listed with its line and column. The blueprint reference has the \
            type, unit and default of every key; `leeward init` writes a complete file.",
}];
