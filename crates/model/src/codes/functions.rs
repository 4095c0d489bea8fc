//! The codes that begin with `LW-X`, which are in the log groups of the functions.

use super::{Code, Group};

pub(super) const GROUP: Group = Group {
    letter: 'X',
    name: "Lambda functions",
    met_at: "the log groups of the functions",
    codes: CODES,
};

const CODES: &[Code] = &[
    Code {
        code: "LW-X000",
        title: "An unexpected error of a function",
        cause: "The error carries no code of its own.",
        remedy: "The text is in the same log line. Report it as a defect if it does not explain itself.",
    },
    Code {
        code: "LW-X001",
        title: "The function's role is unknown",
        cause: "`LEEWARD_ROLE` names a role that this package does not have, usually because package \
            and stacks are of different versions.",
        remedy: "Deploy package and stacks of one version with `leeward deploy`.",
    },
    Code {
        code: "LW-X012",
        title: "The function has no usable credentials or certificates",
        cause: "The environment of the function holds no credentials, or no certificate authorities \
            are installed.",
        remedy: "Check that the function runs on Lambda with its role; the rest of the message says \
            what is missing.",
    },
    Code {
        code: "LW-X013",
        title: "The function cannot open the projection",
        cause: "The connection to the Region's cluster cannot be configured with the given endpoint, \
            secret or certificates.",
        remedy: "Check the cluster's endpoint and secret, and that the package holds the certificate \
            authorities of RDS.",
    },
    Code {
        code: "LW-X020",
        title: "The function cannot start its runtime",
        cause: "The system refused to create threads or event descriptors.",
        remedy: "Lambda starts a new environment by itself. Raise the function's memory if it recurs.",
    },
    Code {
        code: "LW-X021",
        title: "The Runtime API gave an error",
        cause: "Lambda's Runtime API ended the connection or answered with an error.",
        remedy: "Lambda starts a new environment by itself. Check AWS's health dashboard if it recurs.",
    },
    Code {
        code: "LW-X030",
        title: "The event is not an event of a queue",
        cause: "The processor was invoked with another document than SQS sends.",
        remedy: "Invoke the processor through its event source mapping only.",
    },
    Code {
        code: "LW-X031",
        title: "A message is not a hint",
        cause: "A message names another Region or queue, or its body is not a list of hints. It is \
            retried and then moved to the dead-letter queue.",
        remedy: "Find out which sender wrote to the queue. No order is lost: the sweeper reads the \
            ledger.",
    },
    Code {
        code: "LW-X040",
        title: "The document is not a step of a run",
        cause: "The state machine and the function are of different versions, or the function was \
            invoked by hand with another document.",
        remedy: "Deploy both with `leeward deploy`.",
    },
    Code {
        code: "LW-X041",
        title: "The authority cannot be read here",
        cause: "The function cannot say anything about the run, because a strong read of the control \
            table failed.",
        remedy: "The state machine calls again. If it lasts, the Region has no quorum: a sentinel of \
            another Region takes the run over.",
    },
    Code {
        code: "LW-X050",
        title: "The readiness report was not stored in the table",
        cause: "The write to the control table failed, or the last report could not be read.",
        remedy: "The next report, within an hour, replaces it. Check the control table if it recurs.",
    },
    Code {
        code: "LW-X051",
        title: "The readiness report was not stored in the audit bucket",
        cause: "The write to the bucket failed.",
        remedy: "Check the bucket's policy and key. The audit log in the control table is complete \
            without it.",
    },
    Code {
        code: "LW-X070",
        title: "A run is parked",
        cause: "The state machine ended because the run waits for a person.",
        remedy: "`leeward status --aws --json` shows the step and the reason in `run`. Correct the cause, then \
            `leeward run resume --aws`, or `leeward run abandon --aws`.",
    },
    Code {
        code: "LW-X071",
        title: "The state machine gave a run up",
        cause: "All retries of a step failed, or nobody approved the move. A planned move that had not begun is \
            abandoned with nothing changed; a sentinel takes over any other run once its progress stands still.",
        remedy: "`leeward status --aws --json` shows whether the run goes on. The function's log has the errors of \
            the step.",
    },
];
