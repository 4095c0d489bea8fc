//! The codes that begin with `LW-C`, which the `leeward` command itself prints.

use super::{Code, Group};

pub(super) const GROUP: Group = Group {
    letter: 'C',
    name: "Command line",
    met_at: "the `leeward` command itself",
    codes: CODES,
};

const CODES: &[Code] = &[
    Code {
        code: "LW-C001",
        title: "The blueprint cannot be read",
        cause: "The file given with `--blueprint` does not exist or is not readable.",
        remedy: "Check the path. Without `--blueprint` the verbs that look for one read \
            `./leeward.toml`.",
    },
    Code {
        code: "LW-C002",
        title: "No platform runs in this directory",
        cause: "The directory holds no record of a running platform, or its supervisor has ended.",
        remedy: "Start one with `leeward up --dir DIR`, or name the directory of a running platform \
            with `--dir`.",
    },
    Code {
        code: "LW-C003",
        title: "The tokens of the platform cannot be read",
        cause: "`tokens.json` in the platform's directory is missing, or belongs to another user.",
        remedy: "Run the command as the user that started the platform.",
    },
    Code {
        code: "LW-C004",
        title: "The supervisor does not answer",
        cause: "The supervisor's process was killed or is stopped.",
        remedy: "Run `leeward up` with the same directory. Acknowledged orders are kept.",
    },
    Code {
        code: "LW-C005",
        title: "The path of this program cannot be determined",
        cause: "The binary was deleted or replaced while it ran, or `/proc` is not mounted.",
        remedy: "Run the command again with the binary in place.",
    },
    Code {
        code: "LW-C006",
        title: "The platform does not stop",
        cause: "The supervisor accepted the request and still ran 15 s later, usually because a disk \
            or a database server does not finish.",
        remedy: "See `supervisor.log`. Ending the supervisor's process loses no acknowledged order.",
    },
    Code {
        code: "LW-C007",
        title: "No Region confirmed the operation",
        cause: "Every Region was asked three times, and none answered with a result. The operation \
            may have taken effect.",
        remedy: "Repeat the command with the `--id` that the message shows: the same id is the same \
            operation. `leeward status` shows the present state.",
    },
    Code {
        code: "LW-C008",
        title: "The platform's status names no DNS server",
        cause: "The running platform was started by a binary of another version.",
        remedy: "Run `leeward down` and `leeward up` with the same binary.",
    },
    Code {
        code: "LW-C010",
        title: "CDKTF's environment variables cannot be used",
        cause: "`CDKTF_CONTEXT_JSON` or a related variable that `cdktf` sets is not valid.",
        remedy: "Correct or unset the variable that the message names.",
    },
    Code {
        code: "LW-C011",
        title: "The stacks cannot be written",
        cause: "The output directory is not writable, or two resources of the stacks contradict each \
            other.",
        remedy: "Check the output directory. A contradiction is a defect of Leeward: report the \
            message and the blueprint.",
    },
    Code {
        code: "LW-C012",
        title: "A package cannot be read",
        cause: "The file given with `--package` or `--agent-package`, or the one that `leeward \
            package` left, is not readable.",
        remedy: "Check the path, or build the package again with `leeward package`.",
    },
    Code {
        code: "LW-C013",
        title: "The package cannot be assembled",
        cause: "Writing the archive in memory failed.",
        remedy: "The message holds the reason; free memory and repeat the command.",
    },
    Code {
        code: "LW-C014",
        title: "A file cannot be read",
        cause: "A file named on the command line (a program, certificate authorities, a token) does \
            not exist or is not readable.",
        remedy: "Check the path and the permissions.",
    },
    Code {
        code: "LW-C015",
        title: "The program is not built for Linux on x86-64",
        cause: "The file given with `--program` is not an ELF file for that platform.",
        remedy: "Build it with `cargo build --release` on Linux on x86-64, or omit `--program` to \
            have it built.",
    },
    Code {
        code: "LW-C016",
        title: "The program needs a newer glibc than Amazon Linux 2023 has",
        cause: "The program was linked on a system with a newer C library. It would fail to start on \
            AWS.",
        remedy: "Build it on a system with at most the glibc version that the message names, such as \
            an Amazon Linux 2023 container.",
    },
    Code {
        code: "LW-C017",
        title: "The command was not run in a checkout",
        cause: "`leeward package` builds from source, and neither this directory nor a parent is a \
            checkout of Leeward.",
        remedy: "Run it in a checkout, or name a built program with `--program`.",
    },
    Code {
        code: "LW-C018",
        title: "Cargo cannot be started",
        cause: "Rust's `cargo` is not installed or not on the path.",
        remedy: "Install Rust with rustup, or name a built program with `--program`.",
    },
    Code {
        code: "LW-C019",
        title: "The program does not build",
        cause: "`cargo build` failed.",
        remedy: "Cargo's own messages stand above this one.",
    },
    Code {
        code: "LW-C020",
        title: "Terraform was not found",
        cause: "Neither `terraform` nor `tofu`, nor the program given with `--program`, is on the \
            path.",
        remedy: "Install Terraform 1.11 or later, or OpenTofu, or name the program with `--program`.",
    },
    Code {
        code: "LW-C021",
        title: "Terraform cannot be started",
        cause: "The program exists, but the system cannot execute it.",
        remedy: "Check that it is executable and built for this machine.",
    },
    Code {
        code: "LW-C022",
        title: "The deployment was interrupted",
        cause: "An interrupt arrived. Terraform finished in order, wrote its state and released its \
            lock.",
        remedy: "Run the same command again: it continues where this one stopped.",
    },
    Code {
        code: "LW-C023",
        title: "A confirmation is needed and cannot be asked for",
        cause: "The verb moves or changes something, and standard input is not a terminal.",
        remedy: "Pass `--yes` to confirm without a question.",
    },
    Code {
        code: "LW-C024",
        title: "The confirmation was refused",
        cause: "The answer was something other than `yes`.",
        remedy: "Nothing was changed. Run the command again and answer `yes`, or pass `--yes`.",
    },
    Code {
        code: "LW-C025",
        title: "The synthesized stacks cannot be read",
        cause: "`--as-is` was given, and the output directory holds no stacks.",
        remedy: "Run `leeward synth` first, or omit `--as-is`.",
    },
    Code {
        code: "LW-C026",
        title: "Terraform is too old",
        cause: "The stacks use arguments that keep secrets out of the state, which Terraform has \
            since 1.11.",
        remedy: "Install Terraform 1.11 or later, or a recent OpenTofu.",
    },
    Code {
        code: "LW-C027",
        title: "The file exists already",
        cause: "`leeward init` does not overwrite a blueprint.",
        remedy: "Choose another name, or pass `--force`.",
    },
    Code {
        code: "LW-C028",
        title: "The output of `graph` has an unknown ending",
        cause: "The format is chosen by the file's ending.",
        remedy: "Use a name that ends in `.svg` or `.html`.",
    },
    Code {
        code: "LW-C029",
        title: "A synth of the benchmark failed",
        cause: "`leeward bench synth` starts `leeward synth` in a new process, and one of these \
            failed.",
        remedy: "Run `leeward synth` with the same blueprint to see its message.",
    },
    Code {
        code: "LW-C030",
        title: "Calls to AWS cannot be signed",
        cause: "`--aws` was given, and the environment holds no credentials or the system no \
            certificate authorities.",
        remedy: "Run `eval \"$(aws configure export-credentials --format env)\"`, or install the \
            system's CA certificates.",
    },
    Code {
        code: "LW-C031",
        title: "No Region reports its status",
        cause: "The operator functions of all three Regions gave no answer or an error.",
        remedy: "The message holds each Region's reason. Check the suffix, the account and the \
            permission to invoke `operator-function-SUFFIX`.",
    },
    Code {
        code: "LW-C032",
        title: "No trader's token was given",
        cause: "`orders submit --aws` needs a token, and neither `--token-file` nor `LEEWARD_TOKEN` \
            supplies one.",
        remedy: "Write the token into a file with mode 0600 and pass `--token-file`, or set \
            `LEEWARD_TOKEN`.",
    },
    Code {
        code: "LW-C033",
        title: "The endpoint is not a URL of an API",
        cause: "The value of `--endpoint` cannot be parsed, has another scheme than `https`, or \
            names no host.",
        remedy: "Give a URL such as `https://orders.example.com`.",
    },
    Code {
        code: "LW-C034",
        title: "The list of dependencies cannot be made",
        cause: "`cargo tree` failed, usually because `Cargo.lock` does not match the manifests.",
        remedy: "Run `cargo build --locked` in the checkout to see the reason.",
    },
    Code {
        code: "LW-C035",
        title: "The package is too large for Lambda",
        cause: "Lambda accepts at most 50 MiB in one upload.",
        remedy: "Build the program in the release profile and with stripped symbols, as `leeward \
            package` does without `--program`.",
    },
    Code {
        code: "LW-C036",
        title: "The file is not a list of certificates",
        cause: "`--database-ca` names a file that holds no certificate in PEM form, or that holds a \
            private key.",
        remedy: "Download the global bundle of RDS, and never package a private key.",
    },
    Code {
        code: "LW-C038",
        title: "The output directory was not written by `leeward synth`",
        cause: "The manifest is not JSON, names no stacks, or its stacks depend on each other in a \
            circle.",
        remedy: "Delete the directory and run `leeward synth` again.",
    },
    Code {
        code: "LW-C039",
        title: "A named program or directory does not exist",
        cause: "The path given with `--program` or `--plugin-dir` does not exist.",
        remedy: "Correct the path.",
    },
    Code {
        code: "LW-C040",
        title: "A file cannot be written",
        cause: "The directory does not exist, is not writable, or the disk is full.",
        remedy: "Check the path in the message and the free space.",
    },
    Code {
        code: "LW-C041",
        title: "The trader's token is malformed",
        cause: "The token is empty, or contains spaces, line breaks or characters outside ASCII.",
        remedy: "Store exactly one token, without quotation marks.",
    },
    Code {
        code: "LW-C042",
        title: "The token would be sent unencrypted",
        cause: "The endpoint uses `http` and is not on this machine.",
        remedy: "Use `https`. Plain HTTP is accepted for `127.0.0.1` and `localhost` only.",
    },
    Code {
        code: "LW-C043",
        title: "The runtime cannot be started",
        cause: "The system refuses the command another thread or another file descriptor.",
        remedy: "Raise the limits of this user (`ulimit -u`, `ulimit -n`), or end other processes, \
            and run the command again.",
    },
];
