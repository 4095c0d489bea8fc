//! The errors of a request, and how far the request got.

use std::error::Error as StdError;
use std::time::Duration;

/// The stage that a failed request reached. A later stage includes the earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// No connection was established, so no byte of the request left this process.
    Connect,
    /// A connection was established, so the other side may have received the request and acted on it.
    Request,
    /// The other side began its response, but the response is incomplete.
    Answer,
}

/// The reason why a request has no complete response.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request violates HTTP and was not sent.
    #[error("the request cannot be built: {0}")]
    Invalid(#[from] http::Error),
    /// The time limit passed before the response was complete.
    #[error("no answer within {limit:?}")]
    Timeout {
        /// The caller's limit for the whole exchange.
        limit: Duration,
        /// The stage that the request had reached by then.
        stage: Stage,
    },
    /// The connection could not be established, or it broke.
    #[error("{}: {cause}", describe_stage(*stage))]
    Failed {
        /// The stage that the request had reached.
        stage: Stage,
        /// The library's error with all its causes, which hyper's own text omits.
        cause: String,
    },
}

impl Error {
    /// Returns how far the request got.
    pub fn stage(&self) -> Stage {
        match self {
            Error::Invalid(_) => Stage::Connect,
            Error::Timeout { stage, .. } | Error::Failed { stage, .. } => *stage,
        }
    }

    /// Returns whether the other side may have received the request, so that its effect is unknown (SAFE-7).
    pub fn may_have_reached(&self) -> bool {
        self.stage() > Stage::Connect
    }

    pub(crate) fn failed(stage: Stage, error: &dyn StdError) -> Error {
        Error::Failed { stage, cause: with_causes(error) }
    }
}

fn describe_stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Connect => "no connection",
        Stage::Request => "no answer",
        Stage::Answer => "incomplete answer",
    }
}

fn with_causes(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}
