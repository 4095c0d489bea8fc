//! The codes that begin with `LW-F`, which `leeward fault` prints.

use super::{Code, Group};

pub(super) const GROUP: Group =
    Group { letter: 'F', name: "Faults", met_at: "`leeward fault`", codes: CODES };

const CODES: &[Code] = &[
    Code {
        code: "LW-F001",
        title: "There is no such Region",
        cause: "The name is none of the platform's three Regions.",
        remedy: "Use one of the names in the message.",
    },
    Code {
        code: "LW-F002",
        title: "The agent of the Region cannot be started",
        cause: "The operating system refused to start the process.",
        remedy: "The message holds the reason, usually a limit or a missing binary.",
    },
    Code {
        code: "LW-F003",
        title: "The volume of the Region cannot be destroyed",
        cause: "The Region's database could not be stopped or its files could not be deleted.",
        remedy: "Check the permissions of the platform's directory, then repeat the command.",
    },
    Code {
        code: "LW-F004",
        title: "There is no such service",
        cause: "`fault fail` knows `dynamodb`, `sqs`, `rds` and `sns`.",
        remedy: "Use one of these names.",
    },
    Code {
        code: "LW-F005",
        title: "The percentage is above 100",
        cause: "For `error`, `throttle` and `lost-reply` the amount is the percentage of affected \
            calls.",
        remedy: "Use a value from 0 to 100. For `slow` the amount is in milliseconds.",
    },
    Code {
        code: "LW-F006",
        title: "There is no such kind of fault",
        cause: "`fault fail` knows `dead`, `error`, `throttle`, `lost-reply` and `slow`.",
        remedy: "Use one of these kinds.",
    },
    Code {
        code: "LW-F007",
        title: "A Region cannot be cut off from itself",
        cause: "`fault cut` was given the same Region twice.",
        remedy: "Name two different Regions.",
    },
    Code {
        code: "LW-F008",
        title: "The Region has no process",
        cause: "The Region was killed or destroyed, and a process that does not exist cannot be \
            paused or resumed.",
        remedy: "Start it with `leeward fault restart REGION`.",
    },
    Code {
        code: "LW-F009",
        title: "Faults can be injected into local platforms only",
        cause: "`--aws` was given with `fault`.",
        remedy: "Rehearse a deployed platform with `leeward switchover`, a planned move that loses \
            nothing.",
    },
];
