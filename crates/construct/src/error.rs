//! What can be wrong with a program's configuration, and with writing it.

use std::path::PathBuf;

/// Why an app could not be synthesized or written.
#[derive(Debug, thiserror::Error)]
pub enum SynthError {
    #[error(
        "stacks depend on each other in a cycle: {}; {because}. Move what both need into a third stack",
        .stacks.join(" -> ")
    )]
    Cycle { stacks: Vec<String>, because: String },

    #[error("stack {stack} needs stack {of}, which this app does not have: {because}")]
    UnknownStack { stack: String, of: String, because: String },

    #[error(
        "{user} in stack {stack} uses {address} of stack {of}: ephemeral values never leave their stack"
    )]
    EphemeralAcrossStacks { stack: String, user: String, address: String, of: String },

    #[error(
        "{user} in stack {stack} names provider {provider} of stack {of}; configure it in {stack} as well"
    )]
    ForeignProvider { stack: String, user: String, provider: String, of: String },

    #[error(
        "{user} in stack {stack} is replaced by changes of {address} of stack {of}, which Terraform cannot see"
    )]
    ForeignTrigger { stack: String, user: String, address: String, of: String },

    #[error("{} cannot be written", .path.display())]
    Write { path: PathBuf, source: std::io::Error },
}

/// Why an app could not be set up from its environment.
#[derive(Debug, thiserror::Error)]
pub enum EnvironmentError {
    #[error("CDKTF_CONTEXT_JSON is not a JSON object")]
    Context(#[source] serde_json::Error),
}

/// Why a file could not become an asset.
#[derive(Debug, thiserror::Error)]
pub enum AssetError {
    #[error("asset {} cannot be read", .path.display())]
    Read { path: PathBuf, source: std::io::Error },

    #[error("asset {} has no file name in UTF-8", .path.display())]
    Name { path: PathBuf },
}
