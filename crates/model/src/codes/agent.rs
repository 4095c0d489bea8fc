//! The codes that begin with `LW-A`. `leeward agent`, `leeward-agent` on an instance, and the functions print them; all
//! three read the same environment.

use super::{Code, Group};

pub(super) const GROUP: Group = Group {
    letter: 'A',
    name: "Agent and instance settings",
    met_at: "`leeward agent`, `leeward-agent` on an instance, and the functions, which read the same \
        environment",
    codes: CODES,
};

const CODES: &[Code] = &[
    Code {
        code: "LW-A001",
        title: "A configuration file cannot be read",
        cause: "The agent's configuration, or a file that it names (the canary token, the grants, \
            the database's certificate authorities), does not exist or its permissions deny \
            reading.",
        remedy: "Check the path and the permissions in the message. On a local platform, `leeward up` \
            writes these files again.",
    },
    Code {
        code: "LW-A002",
        title: "A configuration file is invalid",
        cause: "The file is readable, but it is not valid JSON, a field is missing or unknown, or it \
            names a database engine that this binary does not support.",
        remedy: "The message names the file and the field. On a local platform, start again with \
            `leeward up`; do not mix binaries of different versions on one directory.",
    },
    Code {
        code: "LW-A003",
        title: "The agent cannot listen on its address",
        cause: "Another process holds the port, the address does not belong to this machine, or the \
            port needs a privilege that the agent lacks.",
        remedy: "End the other process or choose another address with `LEEWARD_LISTEN` (on an \
            instance) or `--port` (on a local platform).",
    },
    Code {
        code: "LW-A004",
        title: "No usable AWS credentials or certificates",
        cause: "The environment holds no credentials, the instance has no role or its metadata \
            service gives no answer, or the system has no certificate authorities to trust.",
        remedy: "Set `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, attach the instance profile, or \
            install the system's CA certificates; the rest of the message says which applies.",
    },
    Code {
        code: "LW-A005",
        title: "The projection cannot be opened",
        cause: "The database file is damaged or not writable, or the database server cannot be \
            configured with the given certificates.",
        remedy: "For a local platform, check the free space and the permissions of its `database` \
            directory. On AWS, check that the package holds the certificate authorities of RDS \
            (`leeward package --database-ca`).",
    },
    Code {
        code: "LW-A006",
        title: "A required environment variable is not set",
        cause: "The process was started without a variable that the stacks set, usually because it \
            was started by hand.",
        remedy: "Start it through its unit file or function configuration. If the stacks were edited, \
            `leeward deploy` restores the variable.",
    },
    Code {
        code: "LW-A007",
        title: "An environment variable has an invalid value",
        cause: "A variable holds a value that this binary does not accept, such as an unknown \
            database engine or a Region name with spaces.",
        remedy: "Correct the value that the message shows; `leeward plan` shows whether it was \
            changed by hand.",
    },
    Code {
        code: "LW-A008",
        title: "The agent cannot start its runtime",
        cause: "The system refused to create threads or event descriptors.",
        remedy: "Raise the limits for processes and open files, then start the agent again.",
    },
    Code {
        code: "LW-A009",
        title: "The agent cannot create its TLS key pair",
        cause: "Generating the self-signed certificate for the listener behind the load balancer \
            failed.",
        remedy: "The message holds the reason. Replace the instance: its group starts a new one when \
            it is terminated.",
    },
    Code {
        code: "LW-A010",
        title: "A parameter or secret cannot be read",
        cause: "Parameter Store or Secrets Manager in this Region gave no answer, or denied the \
            call. The process tries again.",
        remedy: "If it lasts, check the role's permissions, the network's endpoints and the state of \
            the Region. The message names the parameter or secret.",
    },
    Code {
        code: "LW-A011",
        title: "A parameter or secret has invalid content",
        cause: "The parameter belongs to another Region or was written by an incompatible version, \
            or the secret with the grants is not a JSON list of grants.",
        remedy: "Restore the parameter with `leeward deploy`. Write the grants as described in the \
            deployment guide. The content itself is never logged.",
    },
];
