//! The errors of synthesizing a program's configuration, and of writing it.

use std::path::PathBuf;

/// The error of an app that could not be synthesized or written.
#[derive(Debug, thiserror::Error)]
pub enum SynthError {
    /// Stacks depend on each other in a cycle.
    #[error(
        "stacks depend on each other in a cycle: {}; {because}. Move what both need into a third stack",
        .stacks.join(" -> ")
    )]
    Cycle {
        /// The stacks of the cycle, in order.
        stacks: Vec<String>,
        /// The reference or dependency that causes it.
        because: String,
    },

    /// A stack depends on one that the app does not have.
    #[error("stack {stack} needs stack {of}, which this app does not have: {because}")]
    UnknownStack {
        /// The stack with the problem.
        stack: String,
        /// The other stack.
        of: String,
        /// The reference or dependency that causes it.
        because: String,
    },

    /// An ephemeral value is used in another stack.
    #[error(
        "{user} in stack {stack} uses {address} of stack {of}: ephemeral values never leave their stack"
    )]
    EphemeralAcrossStacks {
        /// The stack with the problem.
        stack: String,
        /// The element that holds the reference.
        user: String,
        /// The element that is referred to.
        address: String,
        /// The other stack.
        of: String,
    },

    /// An element names a provider of another stack.
    #[error(
        "{user} in stack {stack} names provider {provider} of stack {of}; configure it in {stack} as well"
    )]
    ForeignProvider {
        /// The stack with the problem.
        stack: String,
        /// The element that holds the reference.
        user: String,
        /// The provider that is named.
        provider: String,
        /// The other stack.
        of: String,
    },

    /// A change in another stack should trigger the replacement of a resource.
    #[error(
        "{user} in stack {stack} is replaced by changes of {address} of stack {of}, which Terraform cannot see"
    )]
    ForeignTrigger {
        /// The stack with the problem.
        stack: String,
        /// The element that holds the reference.
        user: String,
        /// The element that is referred to.
        address: String,
        /// The other stack.
        of: String,
    },

    /// A file could not be written.
    #[error("{} cannot be written", .path.display())]
    Write {
        /// The path of the file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
}

/// The error of an app that could not be set up from its environment.
#[derive(Debug, thiserror::Error)]
pub enum EnvironmentError {
    /// The context is not a JSON object.
    #[error("CDKTF_CONTEXT_JSON is not a JSON object")]
    Context(#[source] serde_json::Error),
}

/// The error of a file that could not become an asset.
#[derive(Debug, thiserror::Error)]
pub enum AssetError {
    /// The file could not be read.
    #[error("asset {} cannot be read", .path.display())]
    Read {
        /// The path of the file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },

    /// The file has no name in UTF-8.
    #[error("asset {} has no file name in UTF-8", .path.display())]
    Name {
        /// The path of the file.
        path: PathBuf,
    },
}
