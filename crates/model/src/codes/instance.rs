//! The codes that begin with `LW-I`, which are on the console and in the log of an EC2 instance.

use super::{Code, Group};

pub(super) const GROUP: Group = Group {
    letter: 'I',
    name: "Instance start",
    met_at: "the console and the log of an EC2 instance",
    codes: CODES,
};

const CODES: &[Code] = &[Code {
    code: "LW-I001",
    title: "The user data of an instance failed",
    cause: "A line of the start script failed: a package could not be installed, the agent's \
            package could not be fetched, or its hash does not match. The instance powers itself \
            off, so that its group replaces it.",
    remedy: "The message names the line; `/var/log/leeward/user-data.log` and the log group of \
            the agents have the output. If every new instance fails, check the bucket, the \
            endpoint for S3 and the package.",
}];
