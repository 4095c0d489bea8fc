//! The codes that begin with `LW-R`, which are in the report of the readiness function. The function judges each rule
//! once an hour.

use super::{Code, Group};

pub(super) const GROUP: Group = Group {
    letter: 'R',
    name: "Readiness",
    met_at: "the report of the readiness function; each rule is judged once an hour",
    codes: CODES,
};

const CODES: &[Code] = &[
    Code {
        code: "LW-R001",
        title: "replication",
        cause: "A Region is not a member of the global cluster, the writer is not in the active \
            Region or is moving, or the other Region lags by more than the blueprint allows.",
        remedy: "Describe the global cluster in both Regions. `leeward realign` moves the writer to \
            the active Region.",
    },
    Code {
        code: "LW-R002",
        title: "engines",
        cause: "A cluster is not available or has no instance, or the two differ in engine version \
            or parameters. AWS hands a writer over between equal clusters only.",
        remedy: "Bring both clusters to one version and one parameter group before anything else.",
    },
    Code {
        code: "LW-R003",
        title: "packages",
        cause: "A function runs another package than the others, or a Region lacks a function.",
        remedy: "Run `leeward deploy` with one package for both Regions.",
    },
    Code {
        code: "LW-R004",
        title: "settings",
        cause: "A parameter differs between the two Regions, or is missing in one.",
        remedy: "`leeward plan` shows what was changed by hand; `leeward deploy` restores it.",
    },
    Code {
        code: "LW-R005",
        title: "secrets",
        cause: "A secret has no value, or the two Regions hold different versions.",
        remedy: "Write the secret in the primary Region; its replica follows within a minute.",
    },
    Code {
        code: "LW-R006",
        title: "keys",
        cause: "The Region's KMS key did not encrypt and decrypt a probe: it is disabled, pending \
            deletion or its policy denies the role.",
        remedy: "Check the state and the policy of the key in that Region.",
    },
    Code {
        code: "LW-R007",
        title: "queues",
        cause: "The dead-letter queue holds messages, or more messages wait than the rule allows.",
        remedy: "Inspect the dead letters. The sweeper has booked the orders that they announced.",
    },
    Code {
        code: "LW-R008",
        title: "capacity",
        cause: "A Region could not carry the whole load: too little unreserved concurrency, no \
            instance in service, or a smaller maximum than the other Region's present size.",
        remedy: "Ask AWS for a higher quota in that Region, or lower what the blueprint reserves.",
    },
    Code {
        code: "LW-R009",
        title: "certificates",
        cause: "A certificate is not issued, or expires soon.",
        remedy: "Check the validation record in the zone; ACM renews by it.",
    },
    Code {
        code: "LW-R010",
        title: "records",
        cause: "A record of the public name or its health check differs from the synthesized one, is \
            missing or was added by hand.",
        remedy: "`leeward deploy` restores the records. No part of Leeward edits them at run time.",
    },
];
